"""The funnel of a programme, as of any day: the counters and the lives of the passes tell the same."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.directory.rules import Role
from passnumerique.insight.funnel.lives import STEPS, Stage, funnel_of, life_of
from passnumerique.insight.funnel.telling import OTHERS, TARGET, Apart, funnel_on
from passnumerique.training.operations import book_seats
from passnumerique.vouchers.queries.lives import lives_on
from tests.rooms.lived import DAY, LATE, build_lived
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db


def test_counters_and_lives_tell_the_same_on_every_day_of_a_programme_to_which_all_happened() -> None:
    programme_id = build_lived().world.programme_id
    for after in range(0, 600, 20):
        day = START + timedelta(days=after)
        told, received = lives_on(programme_id, day, 10_000)
        lived, found = funnel_of([life_of(one) for one in told]), funnel_on(programme_id, day).whole
        assert len(told) == received
        for stage in Stage:
            got = (found.waiting[stage], found.lost[stage], found.reached(stage))
            assert got == (lived.waiting[stage], lived.lost[stage], lived.reached(stage)), (day, stage)


def test_nothing_that_came_later_is_told() -> None:
    world = build_world(quantity=60, booklets=4)
    world.spend(3, DAY)
    before = {apart: funnel_on(world.programme_id, DAY, apart) for apart in Apart}
    later = DAY + timedelta(days=1)
    world.hand_over(4, day=later, target_public=True)
    world.spend(2, later)
    assert {apart: funnel_on(world.programme_id, DAY, apart) for apart in Apart} == before


def test_each_way_to_compare_sums_to_the_whole() -> None:
    world = build_lived().world
    for apart in (Apart.COMMUNE, Apart.EPCI, Apart.PERIOD, Apart.PUBLIC):
        found = funnel_on(world.programme_id, LATE, apart)
        for stage in (Stage.HANDED, Stage.USED, Stage.PAID):
            assert sum(one.reached[stage] or 0 for one in found.parts) == found.whole.reached(stage), (apart, stage)
    for apart in (Apart.PLACE, Apart.MODULE):
        found = funnel_on(world.programme_id, LATE, apart)
        assert sum(one.reached[Stage.USED] or 0 for one in found.parts) == found.whole.reached(Stage.USED)


def test_by_structure_and_public_a_seat_booked_and_a_wait_are_seen() -> None:
    world = build_world(quantity=60, booklets=4)
    world.spend(3, DAY)
    numbers = world.hand_over(2, day=DAY, target_public=True)
    session = world.session(DAY + timedelta(days=9))
    book_seats(
        programme_id=world.programme_id,
        session_id=session,
        codes=[world.code(numbers[0])],
        by=world.actor(Role.PRESCRIBER),
        at=on(DAY, 12),
    )
    found = funnel_on(world.programme_id, DAY + timedelta(days=4), Apart.PUBLIC)
    parts = {one.key: one for one in found.parts}
    assert parts[TARGET].reached == {Stage.HANDED: 2, Stage.BOOKED: 1, Stage.USED: 0, Stage.PAID: 0}
    assert (parts[OTHERS].reached[Stage.USED], parts[TARGET].asleep) == (3, 1)
    assert (found.lengths[STEPS[3]].done, found.lengths[STEPS[3]].waiting) == (3, 2)
    assert found.missed == 0
    assert funnel_on(world.programme_id, DAY + timedelta(days=10)).missed == 1


def test_where_not_every_pass_is_followed_the_counters_count_and_the_page_says_so() -> None:
    world = build_world(quantity=200, booklets=12, envelope_cents=1_000_000)
    for rank in range(10):
        world.spend(2, DAY + timedelta(days=rank))
    last = DAY + timedelta(days=9)
    whole, followed = funnel_on(world.programme_id, last), funnel_on(world.programme_id, last, most=40)
    assert whole.exact
    assert not followed.exact
    assert followed.sampled <= 40
    assert followed.whole.reached(Stage.USED) == whole.whole.reached(Stage.USED) == 20
    (part,) = followed.parts
    assert part.reached[Stage.USED] == 20
    assert part.reached.get(Stage.BOOKED) is None, "no counter keeps seats apart"
    assert followed.counted_to == last
    past = funnel_on(world.programme_id, last - timedelta(days=1), most=40)
    assert past.counted_to == date(2021, 9, 30), "the last month that was over"
    estimated = funnel_on(world.programme_id, last, Apart.PUBLIC, most=40)
    assert estimated.estimated


def test_the_number_of_questions_does_not_grow_with_the_passes() -> None:
    asked = []
    for slug, quantity in (("verdun", 40), ("meuse", 400)):
        world: World = build_world(slug, quantity=quantity, booklets=2, envelope_cents=1_000_000)
        world.spend(2, DAY)
        with CaptureQueriesContext(connection) as queries:
            funnel_on(world.programme_id, date(2021, 12, 31))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12
