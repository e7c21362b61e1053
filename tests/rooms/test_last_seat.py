"""The last seat, at once: booked, offered, accepted, given back, expired, cancelled. Exactly one act wins it.

Each race is first run with its guard taken away, and must be seen to go wrong.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import F

from passnumerique.directory.rules import Role, bearer_of_a_pass
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import (
    accept_offer,
    book_seats,
    booking,
    cancel_seat,
    cancel_session,
    cancelling,
    expire_offers,
    join_waiting,
    waiting,
)
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState, WaitingState
from tests.rooms.race import ON_SQLITE, at_once, clean, faults, refusals
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2021, 10, 12)
AT = on(DAY - timedelta(days=5))
END = AT + timedelta(hours=24)
"""When an offer made at `AT` is over."""


@pytest.fixture
def world() -> World:
    return build_world()


def book(world: World, session: UUID, *numbers: int, at: Any = AT) -> Callable[[], list[UUID]]:
    codes, by = [world.code(number) for number in numbers], bearer_of_a_pass(world.authority_id, world.programme_id)
    return partial(book_seats, programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=at)


def accept(world: World, line: UUID, number: int, at: Any = AT) -> Callable[[], UUID]:
    by, code = bearer_of_a_pass(world.authority_id, world.programme_id), world.code(number)
    return partial(accept_offer, programme_id=world.programme_id, waiting_id=line, code=code, by=by, at=at)


def give_back(world: World, seat: UUID) -> Callable[[], None]:
    by = world.actor(Role.PLACE)
    return partial(cancel_seat, programme_id=world.programme_id, attendance_id=seat, by=by, at=AT)


def queue_up(world: World, session: UUID, *numbers: int) -> list[UUID]:
    by = bearer_of_a_pass(world.authority_id, world.programme_id)
    common: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": by}
    return [
        join_waiting(code=world.code(number), at=AT - timedelta(hours=1) + timedelta(seconds=rank), **common)
        for rank, number in enumerate(numbers)
    ]


def offered(world: World, waiting_passes: int = 1) -> tuple[UUID, list[int], list[UUID]]:
    """A session with one seat, which is offered to the first of those who wait: its id, their passes and lines."""
    first, *numbers = world.hand_over(1 + waiting_passes)
    session = world.session(DAY, seats=1, room=f"Salle {first}")
    [seat] = book(world, session, first, at=AT - timedelta(hours=2))()
    lines = queue_up(world, session, *numbers)
    give_back(world, seat)()
    return session, numbers, lines


def judge(world: World, session: UUID) -> None:
    """No more people than seats, and the counter tells who sits and to whom a seat is offered."""
    row = TrainingSession.objects.get(id=session)
    seated = Attendance.objects.filter(training_session=row, status__in=list(SEATED)).count()
    held = Waiting.objects.filter(training_session=row, state=WaitingState.OFFERED).count()
    assert seated + held <= row.seats
    assert seated + held == row.seats_taken
    assert clean(world)


@contextmanager
def without_guard(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seats are counted, then taken, as a program does that was never raced; nothing is held."""
    with patch.context() as undone:
        for module in (booking, waiting, cancelling):
            undone.setattr(module, "take_seats", _read_then_write)
            if hasattr(module, "hold_sessions"):
                undone.setattr(module, "hold_sessions", lambda *_: None)
        undone.setattr(waiting, "lapse_offers", _lapse_unguarded)
        if ON_SQLITE:
            options = dict(connections.settings["default"]["OPTIONS"])
            options.pop("transaction_mode")
            undone.setitem(connections.settings["default"], "OPTIONS", options | {"timeout": 1})
        yield
    connection.close()


def _read_then_write(session: TrainingSession, many: int, arriving: int = 0) -> bool:
    row = TrainingSession.objects.get(id=session.id)
    threading.Event().wait(0.3)  # long enough for the others to have read too, on a busy machine
    if row.state == SessionState.CANCELLED or row.seats_taken + many > row.seats:
        return False
    changed = {"seats_taken": row.seats_taken + many, "arrivals": F("arrivals") + arriving}
    TrainingSession.objects.filter(id=session.id).update(**changed)
    return True


def _lapse_unguarded(session: TrainingSession, at: Any) -> int:
    lines = Waiting.objects.filter(training_session=session, state=WaitingState.OFFERED, offer_until__lte=at)
    ids = list(lines.values_list("id", flat=True).order_by())
    threading.Event().wait(0.3)
    Waiting.objects.filter(id__in=ids).update(state=WaitingState.EXPIRED, answered_at=at)
    return len(ids) if not ids else len(ids) * _read_then_write(session, -len(ids))


def goes_wrong(race: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """The race is seen to fail without its guard, in one of three runs. SQLite may tell its clients that the
    file is locked instead, which the judge sees as well."""

    def three() -> None:
        for _ in range(3):
            race()

    with without_guard(patch), pytest.raises(AssertionError):
        three()


def race_of_bookers(world: World) -> None:
    """Six families, each with a pass, for the last seat."""
    session, numbers = world.session(DAY, seats=1), world.hand_over(6)
    answers = at_once(*(book(world, session, number) for number in numbers))
    assert faults(answers) == []
    assert refusals(answers) == ["session_full"] * 5
    judge(world, session)


@pytest.mark.parametrize("guarded", [False, True], ids=["unguarded", "guarded"])
def test_many_bookers_for_the_last_seat(world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    if guarded:
        race_of_bookers(world)
    else:
        goes_wrong(partial(race_of_bookers, world), monkeypatch)


def race_for_an_offer(world: World) -> None:
    """The seat is offered to one while others book: it is theirs alone."""
    session, [number], [line] = offered(world)
    others = world.hand_over(3)
    answers = at_once(accept(world, line, number), *(book(world, session, other) for other in others))
    assert faults(answers) == []
    assert refusals(answers) == ["session_full"] * 3
    assert Attendance.objects.get(training_session=session, status=AttendanceStatus.EXPECTED).voucher_number == number
    judge(world, session)


def test_an_offered_seat_is_not_booked_by_others(world: World) -> None:
    race_for_an_offer(world)


def test_the_judge_sees_an_offer_that_holds_no_seat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An offer whose seat is not counted as taken lets somebody else sit down there."""
    take = waiting.take_seats
    monkeypatch.setattr(
        waiting, "take_seats", lambda session, many, arriving=0: many > 0 or take(session, many, arriving)
    )
    with pytest.raises(AssertionError):
        race_for_an_offer(world)


def race_of_acceptance_and_expiry(world: World) -> None:
    """Somebody says yes in the last moment, while the installation takes the offer back; another waits."""
    session, numbers, lines = offered(world, 2)
    answers = at_once(
        accept(world, lines[0], numbers[0], END - timedelta(seconds=1)),
        *[partial(expire_offers, programme_id=world.programme_id, at=END)] * 3,
    )
    assert faults(answers) == []
    accepted = isinstance(answers[0], UUID)
    assert sum(answers[1:]) == (0 if accepted else 1), "an offer ends once"
    states = [Waiting.objects.get(id=line).state for line in lines]
    assert states == (
        [WaitingState.SEATED, WaitingState.WAITING] if accepted else [WaitingState.EXPIRED, WaitingState.OFFERED]
    )
    judge(world, session)


@pytest.mark.parametrize("guarded", [False, True], ids=["unguarded", "guarded"])
def test_acceptance_against_expiry(world: World, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    if guarded:
        for _ in range(3):
            race_of_acceptance_and_expiry(world)
    else:
        goes_wrong(partial(race_of_acceptance_and_expiry, world), monkeypatch)


def race_of_cancellation_and_booking(world: World) -> None:
    """A session is cancelled while people book: who got a seat is told, who did not is refused."""
    numbers = world.hand_over(4)
    session = world.session(DAY, room=f"Salle {numbers[0]}")
    by = world.actor(Role.PLACE)
    cancel = partial(cancel_session, programme_id=world.programme_id, session_id=session, cause="Panne", by=by, at=AT)
    done, *answers = at_once(cancel, *(book(world, session, number) for number in numbers))
    assert faults([done, *answers]) == []
    assert set(refusals(answers)) <= {"session_is_cancelled"}
    seats = Attendance.objects.filter(training_session=session)
    assert set(seats.values_list("status", flat=True)) <= {AttendanceStatus.CANCELLED}
    assert done.freed == seats.count() == len(answers) - len(refusals(answers))
    judge(world, session)


def test_cancellation_against_booking(world: World) -> None:
    for _ in range(2):
        race_of_cancellation_and_booking(world)


def race_of_two_cancellations(world: World) -> None:
    """Each offers its people seats of the other."""
    numbers = world.hand_over(6)
    sessions = [world.session(DAY + timedelta(days=7 * rank), seats=4) for rank in range(3)]
    for rank, session in enumerate(sessions[:2]):
        book(world, session, *numbers[rank * 3 : rank * 3 + 3])()
    by = world.actor(Role.PLACE)
    common: dict[str, Any] = {"programme_id": world.programme_id, "cause": "Panne", "by": by, "at": AT}
    answers = at_once(*(partial(cancel_session, session_id=session, **common) for session in sessions[:2]))
    assert (faults(answers), refusals(answers)) == ([], [])
    for session in sessions:
        judge(world, session)


def test_two_sessions_cancelled_at_once_never_wait_in_a_circle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    close = cancelling._close
    monkeypatch.setattr(cancelling, "_close", lambda *given: (close(*given), threading.Event().wait(0.3)))
    race_of_two_cancellations(world)


@pytest.mark.postgresql  # SQLite lets one write at a time: nobody holds a row and waits for another
def test_the_judge_sees_two_cancellations_that_wait_in_a_circle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    close = cancelling._close
    monkeypatch.setattr(cancelling, "hold_sessions", lambda *_: None)
    monkeypatch.setattr(cancelling, "_close", lambda *given: (close(*given), threading.Event().wait(0.5)))
    with pytest.raises(AssertionError):
        race_of_two_cancellations(world)


def test_a_seat_given_back_twice_is_offered_once(world: World) -> None:
    first, *numbers = world.hand_over(3)
    session = world.session(DAY, seats=1)
    [seat] = book(world, session, first)()
    lines = queue_up(world, session, *numbers)
    answers = at_once(*[give_back(world, seat)] * 4)
    assert (faults(answers), refusals(answers)) == ([], ["seat_given_back"] * 3)
    assert [Waiting.objects.get(id=line).state for line in lines] == [WaitingState.OFFERED, WaitingState.WAITING]
    judge(world, session)


def test_a_pass_is_seated_at_one_of_two_sessions(world: World) -> None:
    [number] = world.hand_over(1)
    sessions = [world.session(DAY, hour=hour) for hour in (9, 14)]
    answers = at_once(*(book(world, session, number) for session in sessions * 2))
    assert faults(answers) == []
    assert len(refusals(answers)) == 3
    assert Attendance.objects.filter(status=AttendanceStatus.EXPECTED).count() == 1
    for session in sessions:
        judge(world, session)


def test_an_offer_is_accepted_once_and_its_bearer_sits_nowhere_else(world: World) -> None:
    session, [number], [line] = offered(world)
    elsewhere = world.session(DAY, hour=9)
    answers = at_once(*[accept(world, line, number)] * 2, book(world, elsewhere, number))
    assert faults(answers) == []
    assert len(refusals(answers)) == 2
    assert Attendance.objects.filter(voucher_number=number, status=AttendanceStatus.EXPECTED).count() == 1
    for one in (session, elsewhere):
        judge(world, one)


def test_many_join_a_list_while_the_seat_comes_free(world: World) -> None:
    first, *numbers = world.hand_over(4)
    session = world.session(DAY, seats=1)
    [seat] = book(world, session, first)()
    join = [partial(queue_up, world, session, number) for number in numbers]
    answers = at_once(give_back(world, seat), *join)
    assert faults(answers) == []
    assert set(refusals(answers)) <= {"seats_still_free"}
    judge(world, session)
