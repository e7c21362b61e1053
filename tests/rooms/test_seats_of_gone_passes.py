"""A seat booked with a pass that is replaced or cancelled follows its person, or is free again."""

from datetime import timedelta

import pytest

from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import book_seats, join_waiting, release_seats
from passnumerique.training.rules import AttendanceStatus, WaitingState
from passnumerique.vouchers.operations import cancel, declare_lost, replace
from tests.rooms.race import clean
from tests.rooms.test_booking import BEFORE, DAY, bearer
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db
LATER = BEFORE + timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return build_world()


def lose(world: World, number: int) -> None:
    declare_lost(
        programme_id=world.programme_id, numbers=[(number, number)], cause="perdu", by=world.manager, at=BEFORE
    )


def test_a_replaced_pass_gives_its_seat_to_the_one_in_its_place(world: World) -> None:
    [first] = world.hand_over(1)
    session_id = world.session(DAY)
    given = {"programme_id": world.programme_id, "session_id": session_id, "by": bearer(world), "at": BEFORE}
    [seat] = book_seats(codes=[world.code(first)], **given)
    lose(world, first)
    assert release_seats(programme_id=world.programme_id, at=LATER) == 0
    replace(programme_id=world.programme_id, number=first, by_number=40, cause="perdu", by=world.manager, at=LATER)
    assert release_seats(programme_id=world.programme_id, at=LATER) == 1
    row = Attendance.objects.get(id=seat)
    assert (row.voucher_number, row.status) == (40, AttendanceStatus.EXPECTED)
    assert release_seats(programme_id=world.programme_id, at=LATER) == 0
    assert clean(world)


def test_a_cancelled_pass_gives_its_seat_to_who_waits(world: World) -> None:
    first, second = world.hand_over(2)
    session_id = world.session(DAY, seats=1)
    given = {"programme_id": world.programme_id, "session_id": session_id, "by": bearer(world), "at": BEFORE}
    [seat] = book_seats(codes=[world.code(first)], **given)
    waiting = join_waiting(code=world.code(second), **given)
    cancel(programme_id=world.programme_id, numbers=[(first, first)], cause="détruit", by=world.manager, at=BEFORE)
    assert release_seats(programme_id=world.programme_id, at=LATER) == 1
    assert Attendance.objects.get(id=seat).status == AttendanceStatus.EXCUSED
    assert Waiting.objects.get(id=waiting).state == WaitingState.OFFERED
    assert TrainingSession.objects.get(id=session_id).seats_taken == 1
    assert clean(world)
