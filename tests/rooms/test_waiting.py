"""Acts that need the same rows at once wait for each other, never in a circle, and see what the first one left."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations import (
    Presented,
    add_participant,
    booking,
    mark_attendance,
    redeem_presented,
    redeeming,
    undo_redemption,
)
from passnumerique.training.rules import SEATED, AttendanceStatus
from passnumerique.vouchers.models import Redemption
from tests.rooms.race import at_once, clean, faults, refusals
from tests.rooms.world import World, build_world, on

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,  # SQLite lets one write at a time: nobody holds a row and waits for another
]
DAY = date(2021, 10, 12)
AT = on(DAY, 14, 30)
LONG = 0.5
"""Seconds in which the other one surely comes as far as the row that is held."""


@pytest.fixture
def world() -> World:
    return build_world()


def meeting(first: Callable[[], Any], then: Callable[[], Any]) -> list[Any]:
    """`then` begins once `first` holds its rows, and `first` waits with its commit until the other is there."""
    held = threading.Event()

    def hold() -> Any:
        with transaction.atomic():
            done = first()
            held.set()
            threading.Event().wait(LONG)
        return done

    def follow() -> Any:
        assert held.wait(10)
        return then()

    return at_once(hold, follow)


def use(world: World, number: int, session: UUID, **changes: Any) -> Callable[[], Any]:
    """That pass presented at that session."""
    shown = [Presented(new_id(AT), world.code(number), session, AT, **changes)]
    by = world.actor(Role.PLACE)
    return lambda: redeem_presented(programme_id=world.programme_id, presented=shown, by=by, at=AT)


def outcomes(answers: list[Any]) -> list[str | None]:
    assert faults(answers) == []
    told = [outcome for answer in answers if isinstance(answer, list) for outcome in answer]
    return [one.refusal.name if one.refusal else None for one in told]


def seats_agree(session: UUID) -> bool:
    """The counter of the session is the number of its seats that are taken."""
    taken = Attendance.objects.filter(training_session_id=session, status__in=list(SEATED)).count()
    return TrainingSession.objects.get(id=session).seats_taken == taken


def book(world: World, session: UUID, number: int) -> Callable[[], UUID]:
    given: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "at": on(DAY, 8)}
    by, code = world.actor(Role.PLACE), world.code(number)
    return lambda: add_participant(by=by, code=code, **given)


def test_a_pass_is_booked_and_used_at_one_session_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The booking stops once it holds its first row and lets the use come: a circle would close every time."""
    [number] = world.hand_over(1, day=DAY)
    session = world.session(DAY)
    held = threading.Event()

    def pausing(act: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:
            found = act(*given, **named)
            held.set()
            threading.Event().wait(LONG)
            return found

        return done

    for name in ("reserve_passes", "take_seats"):
        monkeypatch.setattr(booking, name, pausing(getattr(booking, name)))
    keeping, using = book(world, session, number), use(world, number, session)
    answers = at_once(keeping, lambda: using() if held.wait(10) else None)
    assert faults(answers) == []
    assert set(refusals(answers)) <= {"already_redeemed"}
    assert Redemption.objects.count() == 1
    assert seats_agree(session)
    assert clean(world)


def test_a_seat_given_back_while_its_pass_is_used_is_counted_once(world: World) -> None:
    [number] = world.hand_over(1, day=DAY)
    session = world.session(DAY, seats=2)
    seat = book(world, session, number)()
    marked: dict[str, Any] = {"statuses": {seat: AttendanceStatus.EXCUSED}, "by": world.actor(Role.PLACE), "at": AT}
    answers = meeting(
        lambda: mark_attendance(programme_id=world.programme_id, session_id=session, **marked),
        use(world, number, session),
    )
    assert outcomes(answers) == [None]
    assert Attendance.objects.get().status == AttendanceStatus.PRESENT
    assert seats_agree(session)
    assert clean(world)


def test_the_count_goes_wrong_where_seats_are_not_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    act = replace(redeeming.REDEEMING.act, locks={"sessions": "s"})
    monkeypatch.setattr(redeeming, "REDEEMING", replace(redeeming.REDEEMING, act=act))
    [number] = world.hand_over(1, day=DAY)
    session = world.session(DAY, seats=2)
    seat = book(world, session, number)()
    marked: dict[str, Any] = {"statuses": {seat: AttendanceStatus.EXCUSED}, "by": world.actor(Role.PLACE), "at": AT}
    meeting(
        lambda: mark_attendance(programme_id=world.programme_id, session_id=session, **marked),
        use(world, number, session),
    )
    assert not seats_agree(session)


def test_a_seat_taken_again_while_its_pass_is_used_is_counted_once(world: World) -> None:
    [number] = world.hand_over(1, day=DAY)
    session = world.session(DAY, seats=2)
    seat = book(world, session, number)()
    common: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "at": AT}
    mark_attendance(statuses={seat: AttendanceStatus.EXCUSED}, by=world.actor(Role.PLACE), **common)
    by = world.actor(Role.PLACE)
    answers = meeting(
        lambda: mark_attendance(statuses={seat: AttendanceStatus.EXPECTED}, by=by, **common),
        use(world, number, session),
    )
    assert outcomes(answers) == [None]
    assert seats_agree(session)


def test_one_new_person_at_two_counters_sits_once(world: World) -> None:
    one, other = world.hand_over(2, day=DAY)
    session, who = world.session(DAY), new_id(AT)
    answers = meeting(use(world, one, session, participant_id=who), use(world, other, session, participant_id=who))
    assert outcomes(answers) == [None, None]
    assert Attendance.objects.get().id == who
    assert seats_agree(session)
    assert clean(world)


def test_a_use_undone_while_another_pass_of_the_session_is_used(world: World) -> None:
    one, other = world.hand_over(2, day=DAY)
    session = world.session(DAY)
    use(world, one, session)()
    row = Redemption.objects.get()
    given: dict[str, Any] = {"redemption_id": row.id, "cause": "Erreur", "by": world.actor(Role.PLACE), "at": AT}
    answers = meeting(
        lambda: undo_redemption(programme_id=world.programme_id, **given),
        use(world, other, session, participant_id=row.participant_id),
    )
    assert outcomes(answers) == [None]
    assert seats_agree(session)
    assert clean(world)
