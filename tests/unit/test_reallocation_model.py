"""The moves proposed are the best there are, and keep every pass."""

from itertools import pairwise, product
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passnumerique.ground.chance import seeded
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.forecast.model.sharing import expected_handed
from passnumerique.insight.reallocation.demand import Span, desk_of, worths
from passnumerique.insight.reallocation.keys import Key, shared
from passnumerique.insight.reallocation.model import Moving, Shelf, best_plan

shelves_made = st.lists(
    st.builds(
        lambda stock, asked, shape, share, takes: (stock, asked, shape, share, takes),
        st.integers(0, 7),
        st.floats(0, 12),
        st.floats(0.5, 10),
        st.floats(0.1, 1),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
)


def shelf(rank: int, stock: int, asked: float, **details: object) -> Shelf:
    return Shelf(UUID(int=rank + 1), stock, asked, **details)  # type: ignore[arg-type]


def worth(one: Shelf, stock: int) -> float:
    return one.share * sum(worths(one.asked, one.shape, stock))


@settings(max_examples=60, deadline=None)
@given(shelves_made, st.integers(1, 3))
def test_no_other_way_to_share_uses_more(made: list[tuple[int, float, float, float, bool]], unit: int) -> None:
    """Every way there is to move whole units, against the one that is proposed; moves cost something."""
    shelves = [
        Shelf(UUID(int=rank + 1), stock, asked, shape, share, takes)
        for rank, (stock, asked, shape, share, takes) in enumerate(made)
    ]
    moving = Moving(unit, cost=0.02, least=0.0)
    plan = best_plan(shelves, moving)
    total = sum(one.stock for one in shelves)
    best = max(
        _value(shelves, way, moving)
        for way in product(*(range(one.stock % unit, total + 1, unit) for one in shelves))
        if sum(way) == total and all(after <= one.stock or one.takes for after, one in zip(way, shelves, strict=True))
    )
    assert _value(shelves, [plan.stock[one.name] for one in shelves], moving) == pytest.approx(best, abs=1e-6)


def _value(shelves: list[Shelf], way: "tuple[int, ...] | list[int]", moving: Moving) -> float:
    used = sum(worth(one, after) for one, after in zip(shelves, way, strict=True))
    return used - moving.cost * sum(max(one.stock - after, 0) for one, after in zip(shelves, way, strict=True))


@given(shelves_made)
def test_passes_are_kept_and_only_whole_units_move(made: list[tuple[int, float, float, float, bool]]) -> None:
    shelves = [
        Shelf(UUID(int=rank + 1), stock * 7, asked * 5, shape, share, takes)
        for rank, (stock, asked, shape, share, takes) in enumerate(made)
    ]
    plan = best_plan(shelves, Moving(10))
    assert sum(plan.stock.values()) == sum(one.stock for one in shelves)
    assert all(count >= 0 for count in plan.stock.values())
    assert all(move.passes % 10 == 0 and move.gain >= 1 for move in plan.moves)
    assert sum(move.gain for move in plan.moves) == pytest.approx(plan.gain, abs=1e-6)
    closed = {one.name for one in shelves if not one.takes}
    assert not closed & {move.receiver for move in plan.moves}


def test_each_pass_of_a_stock_is_worth_less_than_the_one_before() -> None:
    for mean in (0.3, 8.0, 250.0, 900.0):
        values = worths(mean, 3.0, 2000)
        assert all(before >= after for before, after in pairwise(values))
        assert sum(values) == pytest.approx(min(mean, 2000), rel=0.03)


def test_a_sure_rate_is_worth_what_the_forecast_says() -> None:
    assert sum(worths(12.0, 1e7, 15)) == pytest.approx(expected_handed(15, 12.0), rel=1e-4)


def test_sleeping_stock_goes_to_who_lacks_it_and_the_reserve_goes_first() -> None:
    asleep, busy = shelf(0, 60, 8.0), shelf(1, 0, 45.0)
    plan = best_plan([asleep, busy], Moving(10))
    assert [(move.giver, move.receiver) for move in plan.moves] == [(asleep.name, busy.name)]
    assert plan.moves[0].passes in {40, 50}
    reserve = Shelf(NOBODY, 60, 0.0, takes=False)
    assert {move.giver for move in best_plan([reserve, shelf(0, 20, 20.0), busy], Moving(10)).moves} == {NOBODY}


def test_a_structure_that_is_closed_gives_all_and_gets_nothing() -> None:
    closed, open_one = shelf(0, 30, 0.0, takes=False), shelf(1, 0, 50.0)
    plan = best_plan([closed, open_one], Moving(10))
    assert plan.stock == {closed.name: 0, open_one.name: 30}


def test_a_move_that_gains_too_little_is_left_out() -> None:
    assert not best_plan([shelf(0, 10, 3.0), shelf(1, 10, 4.0)], Moving(10)).moves
    assert not best_plan([], Moving(10)).moves
    assert not best_plan([shelf(0, 1, 5.0)], Moving(10)).moves


def test_weeks_without_stock_say_nothing_of_what_was_asked() -> None:
    empty = [Span(rank + 0.5, 0.0, 0) for rank in range(10)]
    busy = [Span(rank + 10.5, 1.0, 4) for rank in range(10)]
    told = desk_of(UUID(int=1), [*empty, *busy], 0)
    assert told.handed / told.weeks == pytest.approx(4.0)
    slowed = desk_of(UUID(int=1), [Span(0.5, 1.0, 0), Span(30.5, 1.0, 8)], 0)
    assert slowed.handed / slowed.weeks < 2, "what is recent counts more"


def test_the_size_of_a_rural_programme_takes_no_time() -> None:
    with seeded("reallocation") as source:
        many = [shelf(rank, source.randrange(140), source.uniform(0, 150)) for rank in range(25)]
    began = perf_counter()
    assert best_plan(many, Moving(10)).moves
    assert perf_counter() - began < 2


@pytest.mark.parametrize("passes", [0, 9, 240, 1805])
def test_a_key_shares_whole_booklets_and_all_of_them(passes: int) -> None:
    measures = {"residents": [12000.0, 300.0, 0.0], "pace": [1.0, 5.0, 2.0]}
    found = shared(Key(20, {"residents": 0.5, "pace": 0.5}), passes, measures, 3, 10)
    assert sum(found) == passes // 10 * 10
    assert all(one % 10 == 0 for one in found)


def test_a_key_of_nothing_shares_alike_and_a_weight_tells() -> None:
    measures = {"residents": [9.0, 1.0]}
    assert shared(Key(0, {"residents": 0.0}), 100, measures, 2, 10) == [50, 50]
    assert shared(Key(0, {"residents": 1.0}), 100, measures, 2, 10) == [90, 10]
    assert shared(Key(20, {"residents": 1.0}), 100, measures, 2, 10) == [70, 30]
    assert shared(Key(500, {"residents": 1.0}), 100, measures, 2, 10) == [50, 50]
    assert shared(Key(0, {}), 100, {}, 0, 10) == []
