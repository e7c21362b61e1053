"""Several callers in one set: each is told what it would have been told alone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations import Presented, add_participant, redeem_presented, redeem_together
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations import declare_lost
from passnumerique.vouchers.rules import State
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
AT = on(DAY, 15)


@pytest.fixture
def world() -> World:
    return build_world(booklets=4)


def shown(world: World, number: int, session_id: UUID, **changes: Any) -> Presented:
    given = {"id": new_id(AT), "code": world.code(number), "session_id": session_id, "redeemed_at": AT}
    return Presented(**given | changes)


def told(world: World, *sets: list[Presented], place: int = 0) -> list[list[str | None]]:
    """What each caller, all of one place, is told."""
    callers = [(world.actor(Role.PLACE, place), one) for one in sets]
    outcomes = redeem_together(programme_id=world.programme_id, sets=callers, at=AT)
    return [
        [one.refusal.name if one.refusal else ("replayed" if one.replayed else None) for one in answers]
        for answers in outcomes
    ]


def test_one_id_with_other_content_is_a_conflict_in_one_set_and_between_callers(world: World) -> None:
    [number] = world.hand_over(1)
    session = world.session(DAY)
    first = shown(world, number, session)
    later = shown(world, number, session, id=first.id, redeemed_at=AT + timedelta(minutes=1))
    again = shown(world, number, session, id=first.id)
    assert told(world, [first, later, again]) == [[None, "id_already_used", "replayed"]]
    assert told(world, [again], [later]) == [["replayed"], ["id_already_used"]]
    assert Redemption.objects.get().redeemed_at == AT


def test_the_same_use_of_two_callers_is_done_once_and_replayed_once(world: World) -> None:
    [number] = world.hand_over(1)
    one = shown(world, number, world.session(DAY))
    assert told(world, [one], [one]) == [[None], ["replayed"]]
    assert Redemption.objects.count() == 1


def test_a_participant_named_by_two_callers_pays_twice_as_if_one_came_after_the_other(world: World) -> None:
    session, who = world.session(DAY), new_id(AT)
    sets = [[shown(world, number, session, participant_id=who)] for number in world.hand_over(2)]
    assert told(world, *sets) == [[None], [None]]
    assert Attendance.objects.count() == 1


def test_the_price_is_asked_of_each_caller(world: World) -> None:
    world.set(purchase="module_price")
    session, who = world.session(DAY, module=1), new_id(AT)
    sets = [[shown(world, number, session, participant_id=who)] for number in world.hand_over(2)]
    assert told(world, *sets) == [["wrong_number_of_passes"], ["wrong_number_of_passes"]]


def test_one_id_at_two_sessions_spoils_nobody(world: World) -> None:
    one, other = world.hand_over(2)
    first = shown(world, one, world.session(DAY))
    elsewhere = shown(world, other, world.session(DAY, hour=9), id=first.id)
    assert told(world, [first], [elsewhere]) == [[None], ["id_already_used"]]


def test_a_pass_refused_at_a_full_session_is_taken_at_another(world: World) -> None:
    one, seated = world.hand_over(2)
    full, free = world.session(DAY, seats=1), world.session(DAY, hour=9)
    assert told(world, [shown(world, seated, full)]) == [[None]]
    assert told(world, [shown(world, one, full)], [shown(world, one, free)]) == [["session_full"], [None]]


def test_the_same_pass_twice_in_a_batch_has_the_outcomes_of_one_after_the_other(world: World) -> None:
    one, seated = world.hand_over(2)
    full, free = world.session(DAY, seats=1), world.session(DAY, hour=9)
    told(world, [shown(world, seated, full)])
    batch = [shown(world, one, session) for session in (full, free, free)]
    assert told(world, batch) == [["session_full", None, "already_redeemed"]]


def test_the_half_of_one_person_refuses_no_neighbour(world: World) -> None:
    world.set(purchase="module_price")
    session = world.session(DAY, module=1)
    mine, yours = world.hand_over(2), world.hand_over(2)
    sets = []
    for numbers in (mine, yours):
        who = new_id(AT)
        sets.append([shown(world, number, session, participant_id=who) for number in numbers])
    declare_lost(programme_id=world.programme_id, numbers=[(mine[0], mine[0])], by=world.manager, at=AT, cause="Perdu")
    assert told(world, *sets) == [["is_blocked", "set_incomplete"], [None, None]]
    assert world.states()[State.REDEEMED] == 2
    assert clean(world)


def test_a_seat_is_found_for_whoever_booked_with_the_pass(world: World) -> None:
    number, other = world.hand_over(2)
    session = world.session(DAY, seats=1)
    seat = add_participant(
        programme_id=world.programme_id,
        session_id=session,
        by=world.actor(Role.PLACE),
        at=on(DAY, 8),
        code=world.code(number),
    )
    assert told(world, [shown(world, other, session)], [shown(world, number, session)]) == [["session_full"], [None]]
    assert Redemption.objects.get().participant_id == seat
    assert TrainingSession.objects.get(id=session).seats_taken == 1


@pytest.mark.parametrize("hours", [-18, -12, 14, 18])
def test_any_offset_of_the_clock_is_one_instant(world: World, hours: int) -> None:
    [number] = world.hand_over(1)
    there = AT.astimezone(timezone(timedelta(hours=hours)))
    assert told(world, [shown(world, number, world.session(DAY), redeemed_at=there)]) == [[None]]
    assert Redemption.objects.get().redeemed_at == AT


def queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured.captured_queries)


def presented_on(world: World, session: UUID, days: list[datetime]) -> Callable[[], object]:
    passes = [Presented(new_id(AT), "ABCDEFGHJKMN", session, day) for day in days]
    by = world.actor(Role.PLACE)
    return lambda: redeem_presented(programme_id=world.programme_id, presented=passes, by=by, at=AT)


def test_neither_days_nor_unknown_codes_cost_a_question_each(world: World) -> None:
    session = world.session(DAY)
    few = queries(presented_on(world, session, [AT]))
    every = [AT + timedelta(days=rank - 250) for rank in range(500)]
    assert queries(presented_on(world, session, every)) <= few
    many = [Presented(new_id(AT), f"{rank:012}", session, AT) for rank in range(500)]
    by = world.actor(Role.PLACE)
    asked = queries(lambda: redeem_presented(programme_id=world.programme_id, presented=many, by=by, at=AT))
    assert asked <= few + 2, "sets go to the database in chunks"
