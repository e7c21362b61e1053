"""Many clients fire every redemption and every undo several times, all at once: exactly one wins, whoever asks
again is told what was done, and everybody else is refused by name."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from passnumerique.ground.refusals import Refusal
from passnumerique.training.operations import redeeming
from passnumerique.vouchers.models import Reversal
from passnumerique.vouchers.operations import Outcome
from tests.fire.desk import Desk, open_desk
from tests.fire.guards import unguarded_act
from tests.fire.history import DONE, Use
from tests.fire.running import LANE, lanes
from tests.fire.sending import Client, Shot, by_people
from tests.rooms.race import at_once, clean, faults, refusals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CLIENTS = 6
UNGUARDED = "tests.fire.guards"


def again(uses: Sequence[Use]) -> list[Use]:
    """The same uses in the hands of another client, who writes down its own answers."""
    return [replace(use, answers=[]) for use in uses]


def rivals(desk: Desk, uses: Sequence[Use]) -> list[Use]:
    """The same passes under other ids; one person's passes under another name."""
    people = {use.participant: desk.use(0).id if use.participant else None for use in uses}
    return [replace(use, id=desk.use(0).id, participant=people[use.participant], answers=[]) for use in uses]


def shuffled(rank: int, uses: Sequence[Use]) -> list[Shot]:
    """Person by person, in an order of its own."""
    shots = by_people(uses)
    random.Random(rank).shuffle(shots)
    return shots


def everybody(desk: Desk, uses: Sequence[Use]) -> list[list[Use]]:
    """What each client holds: half of them the same ids, as a telephone that sends again; the others their own."""
    return [again(uses) if rank % 2 else rivals(desk, uses) for rank in range(CLIENTS)]


def summed(hands: Sequence[Sequence[Use]]) -> list[Use]:
    """The uses by id, with the answers of all who sent them, in no order but that a success comes last."""
    found: dict[UUID, Use] = {}
    for use in (use for hand in hands for use in hand):
        found.setdefault(use.id, replace(use, answers=[])).answers.extend(use.answers)
    for use in found.values():
        use.answers.sort(key=lambda answer: answer in DONE)
    return list(found.values())


def judge(desk: Desk, passes: int, hands: Sequence[Sequence[Use]]) -> None:
    """Each pass is told taken once, by one id; whoever had that id is told so, and nobody else."""
    uses = summed(hands)
    answers = Counter(answer for use in uses for answer in use.answers)
    assert set(answers) <= {201, 200, 422}
    assert answers[201] == passes
    assert not [use.id for use in uses if use.acknowledged and 422 in use.answers]
    assert len(list(desk.rows())) == passes
    desk.judge(uses)


def fired(desk: Desk, hands: Sequence[list[Use]]) -> list[Any]:
    """Each client presents all it holds, twice, through the operation."""

    def client(rank: int, hand: list[Use]) -> None:
        for turn in range(2):
            for shot in shuffled(rank + turn, hand):
                desk.redeem(shot)

    return at_once(*(partial(client, rank, hand) for rank, hand in enumerate(hands)))


def sent(desk: Desk, ports: Sequence[int], hands: Sequence[list[Use]]) -> None:
    """The same over HTTP, through several lanes."""

    def client(rank: int, hand: list[Use]) -> None:
        with Client(ports[rank % len(ports)], desk) as caller:
            for turn in range(2):
                for shot in shuffled(rank + turn, hand):
                    caller.send(shot)

    with ThreadPoolExecutor(len(hands)) as pool:
        for one in [pool.submit(client, rank, hand) for rank, hand in enumerate(hands)]:
            one.result(60)


def test_a_double_use_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(10)
    act = unguarded_act(redeeming.REDEEMING.act, connection.vendor == "postgresql")
    monkeypatch.setattr(redeeming, "REDEEMING", replace(redeeming.REDEEMING, act=act))
    hands = everybody(desk, desk.uses(4))
    fired(desk, hands)
    assert len(list(desk.rows())) > 4
    with pytest.raises(AssertionError):
        judge(desk, 4, hands)


@pytest.mark.parametrize("price", [1, 2])
def test_every_pass_is_taken_once_however_many_present_it(price: int) -> None:
    desk = open_desk(20, price)
    hands = everybody(desk, desk.uses(12))
    assert faults(fired(desk, hands)) == []
    judge(desk, 12, hands)


@pytest.mark.parametrize("module", [UNGUARDED, LANE])
def test_every_pass_is_taken_once_through_two_lanes(module: str) -> None:
    desk = open_desk(40)
    hands = everybody(desk, desk.uses(20))
    with lanes(2, module=module) as there:
        sent(desk, [one.port for one in there], hands)
    if module == LANE:
        judge(desk, 20, hands)
        return
    assert len(list(desk.rows())) > 20
    with pytest.raises(AssertionError):
        judge(desk, 20, hands)


def test_every_use_is_undone_once_and_can_be_done_again() -> None:
    """Undone by all at once, while all present the passes again under ids of their own."""
    desk = open_desk(10)
    uses = desk.uses(6, place=0)
    desk.redeem(uses)

    def undo(use: Use) -> None:
        desk.undo(use.id)

    def present(use: Use) -> list[Outcome]:
        return desk.redeem([use])

    acts: list[Callable[[], Any]] = []
    after: list[Use] = []
    for use in uses:
        acts += [partial(undo, use)] * 3
        after += rivals(desk, [use] * 2)
    acts += [partial(present, use) for use in after]
    random.Random(3).shuffle(acts)
    answers = at_once(*acts)
    assert faults(answers) == []
    told = Counter(refusals(answers))
    assert sum(told.values()) == 2 * len(uses), "two of three who undo are refused"
    assert set(told) <= {"already_redeemed", "not_redeemed_yet"}, told
    assert Reversal.objects.count() == len(uses)
    stand = dict(desk.rows())
    assert set(stand) == {use.id for use in after if use.acknowledged}
    assert len(set(stand.values())) == len(stand)
    assert all(use.answers in ([201], [422]) for use in after)
    assert clean(desk.world)


def test_an_undo_while_the_lanes_take_the_pass_again() -> None:
    desk = open_desk(10)
    uses = desk.uses(5, place=0)
    desk.redeem(uses)
    hands = [rivals(desk, uses) for _ in range(4)]
    with lanes(2) as there, ThreadPoolExecutor(3) as pool:

        def undo_all(rank: int) -> list[Any]:
            told: list[Any] = []
            for [use] in shuffled(rank, uses):
                try:
                    desk.undo(use.id)
                    told.append(None)
                except Refusal as refusal:
                    told.append(refusal)
            connections.close_all()
            return told

        undoing = [pool.submit(undo_all, rank) for rank in range(3)]
        sent(desk, [one.port for one in there], hands)
        undone = [told for one in undoing for told in one.result(30)]
        sent(desk, [one.port for one in there], hands)
    assert undone.count(None) == len(uses)
    assert Reversal.objects.count() == len(uses)
    after = summed(hands)
    stand = dict(desk.rows())
    assert set(stand) == {use.id for use in after if use.acknowledged}
    assert sorted(stand.values()) == sorted(use.number for use in uses)
    assert all(use.answers.count(201) <= 1 for use in after)
    assert clean(desk.world)
