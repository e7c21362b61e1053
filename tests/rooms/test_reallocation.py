"""The moves proposed for a programme from its register, as of a day, and what a move is prepared with."""

from datetime import date, timedelta

import pytest

from passnumerique.directory.models import Accreditation
from passnumerique.directory.operations import end_accreditation
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.reallocation.keyed import PACE, PRIORITY, keyed_on
from passnumerique.insight.reallocation.keys import Key
from passnumerique.insight.reallocation.reading import proposal_on
from passnumerique.vouchers.operations import transfer_stock
from passnumerique.vouchers.queries.shelves import numbers_to_move, shelf_months
from passnumerique.vouchers.queries.stock import stock_by_structure
from tests.rooms.world import SIGNED, START, World, build_world, on

pytestmark = pytest.mark.django_db
AS_OF = date(2021, 12, 1)


def uneven() -> World:
    """One structure hands over two passes a week and runs out; the other sleeps on eight booklets."""
    world = build_world(quantity=110, booklets=3, envelope_cents=10_000_000)
    world.allocate(8, structure=1)
    for rank in range(12):
        world.hand_over(2, day=START + timedelta(days=7 * rank + 1))
    world.spend(3, START + timedelta(days=60))
    world.hand_over(1, structure=1, day=START + timedelta(days=40))
    return world


def test_what_sleeps_goes_where_it_is_asked_for_and_says_why() -> None:
    world = uneven()
    told = proposal_on(world.programme_id, AS_OF)
    (reason,) = told.reasons
    assert (reason.move.giver, reason.move.receiver) == (world.structures[1], world.structures[0])
    assert reason.giver_stock == 79
    assert reason.receiver_asked > reason.receiver_stock
    assert reason.move.passes % 10 == 0
    assert told.proposal.plan.gain >= 1


def test_nothing_that_came_later_is_read() -> None:
    world = uneven()
    before = proposal_on(world.programme_id, AS_OF)
    later = AS_OF + timedelta(days=1)
    world.hand_over(5, structure=1, day=later)
    assert proposal_on(world.programme_id, AS_OF).proposal == before.proposal


def test_a_structure_that_left_gives_and_gets_nothing() -> None:
    world = uneven()
    row = Accreditation.objects.get(organisation_id=world.structures[0])
    last = AS_OF - timedelta(days=5)
    end_accreditation(by=world.manager, at=on(last), accreditation_id=row.id, last_day=last)
    told = proposal_on(world.programme_id, AS_OF)
    assert world.structures[0] not in {one.move.receiver for one in told.reasons}


def test_the_reserve_gives_first() -> None:
    world = uneven()
    world.issue(100, day=AS_OF - timedelta(days=1))
    assert {one.move.giver for one in proposal_on(world.programme_id, AS_OF).reasons} == {NOBODY}


def test_a_prolongation_asks_for_more() -> None:
    world = uneven()
    now, later = (proposal_on(world.programme_id, AS_OF, until=until) for until in (None, date(2023, 12, 31)))
    assert sum(one.asked for one in later.shelves) > sum(one.asked for one in now.shelves)


def test_the_numbers_to_move_are_whole_booklets_first_and_the_operation_takes_them() -> None:
    world = uneven()
    ranges = numbers_to_move(world.programme_id, world.structures[1], 20, 10)
    assert sum(last - first + 1 for first, last in ranges) == 20
    assert all((first - 1) % 10 == 0 and last % 10 == 0 for first, last in ranges)
    before = stock_by_structure(world.programme_id)
    transfer_stock(
        programme_id=world.programme_id,
        giver_id=world.structures[1],
        receiver_id=world.structures[0],
        numbers=ranges,
        signatures=SIGNED,
        by=world.manager,
        at=on(AS_OF),
    )
    assert stock_by_structure(world.programme_id)[world.structures[1]] == before[world.structures[1]] - 20
    assert numbers_to_move(world.programme_id, world.structures[1], 10**9, 10)


def test_the_months_of_a_shelf_add_up_to_its_stock() -> None:
    world = uneven()
    for one, months in shelf_months(world.programme_id, AS_OF, 9).items():
        last = months[-1]
        assert last.begun_with + last.received - last.handed == stock_by_structure(world.programme_id).get(one, 0)
        assert [month.first for month in months] == sorted(month.first for month in months)


def test_a_key_is_tried_beside_an_equal_split_and_the_best_and_writes_nothing() -> None:
    world = uneven()
    told, before = proposal_on(world.programme_id, AS_OF), stock_by_structure(world.programme_id)
    found = keyed_on(world.programme_id, told, 60, Key(10, {PACE: 1.0}))
    rows = {one.structure_id: one for one in found.rows}
    busy, asleep = (rows[one] for one in world.structures)
    assert busy.by_key > asleep.by_key >= 10
    assert busy.alike == asleep.alike == 30
    for way in ("by_key", "alike", "best"):
        assert sum(getattr(one, way) for one in found.rows) == 60
    assert found.used_best >= max(found.used_by_key, found.used_alike) - 1e-9
    assert stock_by_structure(world.programme_id) == before
    first = keyed_on(world.programme_id, told, 60, Key(0, {PRIORITY: 1.0}), {world.structures[1]})
    assert {one.structure_id: one.by_key for one in first.rows} == {world.structures[1]: 60, world.structures[0]: 0}
