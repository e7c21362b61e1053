"""Following what the product proposes in programmes of the simulator: against doing nothing and simple rules."""

from dataclasses import replace

import pytest

from benchmarks.actions import ways
from benchmarks.actions.__main__ import FOLLOWED, NOTHING, POSSIBLE, SIMPLE, Result, result, table, times
from benchmarks.actions.playing import Shop, network, played, used_by_the_end
from passnumerique.insight.reallocation.model import Move, Plan

CASES = [("networks", "3001"), ("rules that change", "3002"), ("waves", "3003")]
"""Seeds on which nothing was tuned and of which nothing is reported."""
ALL = (1.0, 1.0)
"""Every pass is given out at the beginning, so that only moves can bring one to who lacks it."""


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return [result(family, seed, ALL) for family, seed in CASES]


def test_what_is_proposed_uses_more_than_nothing_and_at_least_as_many_as_simple_rules(results: list[Result]) -> None:
    ours = times(results, "every family", FOLLOWED)
    assert ours > 1.02
    for way in SIMPLE:
        assert ours >= times(results, "every family", way) - 0.005, way
    assert all(one.used[FOLLOWED] <= one.used[POSSIBLE] for one in results), "no more than everybody who asks"
    assert "| every family | 3 |" in table(results)


def test_a_plan_turned_round_would_be_seen(results: list[Result], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = ways.proposed

    def backwards(*given: object, **more: object) -> object:
        found = plain(*given, **more)  # type: ignore[arg-type]
        stock = {one.name: one.stock for one in found.shelves}
        moves = [
            Move(one.receiver, one.giver, min(one.passes, stock[one.receiver] // 10 * 10), one.gain)
            for one in found.plan.moves
            if one.giver.int
        ]
        return replace(found, plan=Plan(moves, found.plan.stock, 0.0, 0.0))

    monkeypatch.setattr(ways, "proposed", backwards)
    used = [used_by_the_end(played(network(*case, ALL), ways.follow)) for case in CASES]
    monkeypatch.undo()
    assert sum(used) < sum(used_by_the_end(played(network(*case, ALL), ways.follow)) for case in CASES)
    assert results


def test_every_way_keeps_every_pass_and_lives_under_the_same_luck() -> None:
    net = network("networks", "3004")
    assert net.people == network("networks", "3004").people
    for name, way in ways.WAYS.items():
        shop: Shop = played(net, way)
        assert min(shop.stock) >= 0 <= shop.reserve, name
        assert (
            sum(shop.stock) + shop.reserve + len(shop.passes) == net.rules.received
            or sum(net.start) > net.rules.received
        )
    assert NOTHING in ways.WAYS
