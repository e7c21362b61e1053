"""Whatever statement of an act upon seats fails, nothing of it is written; and when none does, the audit is clean."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role, bearer_of_a_pass
from passnumerique.training.models import Waiting
from passnumerique.training.operations import (
    accept_offer,
    book_seats,
    cancel_seat,
    cancel_session,
    expire_offers,
    join_waiting,
    schedule_series,
)
from passnumerique.training.rules import Recurrence
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on
from tests.simulation.failing import break_each_statement

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
AT = on(DAY - timedelta(days=5))
Act = Callable[[], Any]


def book(world: World, session: UUID, *numbers: int) -> Act:
    codes, by = [world.code(number) for number in numbers], bearer_of_a_pass(world.authority_id, world.programme_id)
    return lambda: book_seats(programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=AT)


def wait(world: World, session: UUID, number: int) -> Act:
    code, by = world.code(number), bearer_of_a_pass(world.authority_id, world.programme_id)
    return lambda: join_waiting(programme_id=world.programme_id, session_id=session, code=code, by=by, at=AT)


def waited_for(world: World) -> tuple[UUID, UUID, list[int]]:
    """A session with one seat that is taken, the seat, and two passes that wait for it."""
    first, *numbers = world.hand_over(3)
    session = world.session(DAY, seats=1)
    [seat] = book(world, session, first)()
    for number in numbers:
        wait(world, session, number)()
    return session, seat, numbers


def given_back(world: World) -> Act:
    _session, seat, _numbers = waited_for(world)
    by = world.actor(Role.PLACE)
    return lambda: cancel_seat(programme_id=world.programme_id, attendance_id=seat, by=by, at=AT)


def accepted(world: World) -> Act:
    given_back(world)()
    line, by = Waiting.objects.get(state="offered"), world.actor(Role.PLACE)
    return lambda: accept_offer(programme_id=world.programme_id, waiting_id=line.id, code="", by=by, at=AT)


def expired(world: World) -> Act:
    given_back(world)()
    return lambda: expire_offers(programme_id=world.programme_id, at=AT + timedelta(hours=24))


def booked_elsewhere(world: World) -> Act:
    """A family one of whom is offered a seat at another session: the offer goes on to the next."""
    given_back(world)()
    number = Waiting.objects.get(state="offered").voucher_number
    return book(world, world.session(DAY, hour=9), number, *world.hand_over(1))


def cancelled(world: World) -> Act:
    """Two people with a pass, of whom one has another date; one without; one who waits."""
    one, other, waiting = world.hand_over(3)
    session = world.session(DAY, seats=2)
    world.session(DAY + timedelta(days=7), seats=1)
    book(world, session, one, other)()
    wait(world, session, waiting)()
    given: dict[str, Any] = {"programme_id": world.programme_id, "cause": "Panne", "by": world.actor(Role.PLACE)}
    return lambda: cancel_session(session_id=session, at=AT, **given)


def planned(world: World) -> Act:
    recurrence = Recurrence(DAY, date(2021, 11, 30), time(14), time(16))
    given: dict[str, Any] = {"place_id": world.places[0], "module_id": world.modules()[0], "seats": 8}
    return lambda: schedule_series(
        programme_id=world.programme_id, recurrence=recurrence, by=world.manager, at=AT, **given
    )


@pytest.mark.parametrize(
    "prepare",
    [given_back, accepted, expired, booked_elsewhere, cancelled, planned],
    ids=["given-back", "accepted", "expired", "booked-elsewhere", "cancelled", "planned"],
)
def test_nothing_about_seats_is_half_written(prepare: Callable[[World], Act]) -> None:
    world = build_world()
    assert break_each_statement(prepare(world)) > 5
    assert clean(world)
