"""Seats: booked with or without a pass, marked, paid by passes used at the session."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations import (
    add_participant,
    cancel_session,
    mark_attendance,
    redeem_at_session,
    undo_redemption,
)
from passnumerique.training.queries import access_session, attendance_of
from passnumerique.training.rules import AttendanceStatus
from passnumerique.training.rules import refusals as no
from passnumerique.vouchers.operations import Outcome, Scan, cancel, declare_lost
from passnumerique.vouchers.queries.history import access_voucher, history
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules import refusals as register
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
EXPECTED, PRESENT = AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def session(world: World) -> UUID:
    return world.session(DAY)


def seat(world: World, session_id: UUID, **given: Any) -> UUID:
    given = {"by": world.actor(Role.PLACE), "at": on(DAY, 9)} | given
    return add_participant(programme_id=world.programme_id, session_id=session_id, **given)


def mark(world: World, session_id: UUID, statuses: dict[UUID, AttendanceStatus], **given: Any) -> None:
    given = {"by": world.actor(Role.PLACE), "at": on(DAY, 17)} | given
    mark_attendance(programme_id=world.programme_id, session_id=session_id, statuses=statuses, **given)


def listed(world: World, session_id: UUID) -> list[tuple[int, str, int | None, str]]:
    """Rank, label, pass and status of each seat."""
    rows = attendance_of(world.manager, access_session(world.manager, world.programme_id, session_id))
    return list(rows.values_list("rank", "label", "voucher_number", "status"))


def taken(session_id: UUID) -> int:
    return TrainingSession.objects.get(id=session_id).seats_taken


def present(world: World, session_id: UUID, scans: list[Scan], **given: Any) -> list[Outcome]:
    given = {"redeemed_at": on(DAY, 14, 30), "by": world.actor(Role.PLACE), "at": on(DAY, 15)} | given
    return redeem_at_session(programme_id=world.programme_id, session_id=session_id, scans=scans, **given)


def scan(world: World, number: int, participant: UUID | None = None) -> Scan:
    return Scan(new_id(on(DAY)), world.code(number), participant)


def refusals(outcomes: list[Outcome]) -> list[type[Refusal] | None]:
    return [type(one.refusal) if one.refusal else None for one in outcomes]


def test_a_seat_is_taken_with_or_without_a_pass(world: World, session: UUID) -> None:
    [number] = world.hand_over(1)
    seat(world, session, label=" Jeanne ")
    seat(world, session, by=world.manager)
    seat(world, session, code=world.code(number).lower())
    assert listed(world, session) == [
        (1, "Jeanne", None, EXPECTED),
        (2, "", None, EXPECTED),
        (3, "", number, EXPECTED),
    ]
    assert taken(session) == 3
    pass_ = access_voucher(world.manager, world.programme_id, number)
    assert pass_.state == State.HELD
    assert [line.act for line in history(world.programme_id, pass_.id)][-1] == Act.RESERVE


def test_a_structure_books_with_a_pass_and_sees_its_own_bookings(world: World, session: UUID) -> None:
    prescriber = world.actor(Role.PRESCRIBER)
    numbers = world.hand_over(2)
    seat(world, session, label="À vue")
    with pytest.raises(no.CodeNeeded):
        seat(world, session, by=prescriber)
    booked = seat(world, session, by=prescriber, code=world.code(numbers[0]))
    row = access_session(prescriber, world.programme_id, session)
    assert [one.id for one in attendance_of(prescriber, row)] == [booked]


def test_seats_are_never_overbooked(world: World) -> None:
    session = world.session(DAY, seats=2)
    first = seat(world, session)
    seat(world, session)
    [number] = world.hand_over(1)
    with pytest.raises(no.SessionFull) as refused:
        seat(world, session, code=world.code(number))
    assert refused.value.params == {"seats": 2}
    mark(world, session, {first: AttendanceStatus.EXCUSED})
    third = seat(world, session)
    with pytest.raises(no.SessionFull):
        mark(world, session, {first: EXPECTED})
    assert taken(session) == 2
    mark(world, session, {first: PRESENT, third: AttendanceStatus.EXCUSED})
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingSession.objects.filter(id=session).update(seats_taken=3)


def test_a_pass_has_one_seat_at_a_time(world: World, session: UUID) -> None:
    [number] = world.hand_over(1)
    later = world.session(DAY + timedelta(days=7))
    seat(world, session, code=world.code(number))
    for where in (session, later):
        with pytest.raises(no.PassAlreadyBooked) as refused:
            seat(world, where, code=world.code(number))
        assert refused.value.params == {"day": DAY}
    assert taken(later) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            id=new_id(on(DAY)),
            programme_id=world.programme_id,
            training_session_id=session,
            rank=9,
            voucher_number=number,
            status=EXPECTED,
            created_at=on(DAY),
        )
    after = on(DAY, 18)
    seat(world, later, code=world.code(number), at=after)


def test_what_a_booking_refuses(world: World, session: UUID) -> None:
    [held, blocked] = world.hand_over(2)
    declare_lost(
        programme_id=world.programme_id,
        numbers=[(blocked, blocked)],
        cause="perdu",
        by=world.manager,
        at=on(DAY),
    )
    for code, refusal in (
        (world.code(blocked), register.IsBlocked),
        (world.code(40), register.NotAllocated),
        ("AAAA", register.UnknownCode),
        (world.code(held)[:-1] + ("0" if world.code(held)[-1] != "0" else "1"), register.WrongCheckLetter),
    ):
        with pytest.raises(refusal):
            seat(world, session, code=code)
    with pytest.raises(no.SessionIsOver):
        seat(world, session, code=world.code(held), at=on(DAY, 16))
    with pytest.raises(NotFound):
        seat(world, session, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        seat(world, session, by=world.manager, code=world.code(held))
    with pytest.raises(NotAllowed):
        seat(world, session, by=world.actor(Role.AUDITOR))
    assert (taken(session), listed(world, session)) == (0, [])


def test_a_pass_that_will_have_lapsed_that_day_books_nothing(world: World) -> None:
    calendar = replace(CALENDAR, end_of_training=date(2023, 1, 31))
    world = build_world("tolere", calendar=calendar, tolerance_days=5)
    [number] = world.hand_over(1)
    late, too_late = world.session(date(2023, 1, 5)), world.session(date(2023, 1, 6))
    at = on(date(2022, 12, 1))
    with pytest.raises(register.Lapsed):
        seat(world, too_late, code=world.code(number), at=at)
    seat(world, late, code=world.code(number), at=at)


def test_presence_is_marked_by_the_place(world: World, session: UUID) -> None:
    first, second, third = (seat(world, session) for _ in range(3))
    statuses = {first: PRESENT, second: AttendanceStatus.NO_SHOW, third: AttendanceStatus.EXCUSED}
    with pytest.raises(no.SessionNotBegun):
        mark(world, session, statuses, at=on(DAY - timedelta(days=1)))
    mark(world, session, {third: AttendanceStatus.EXCUSED}, at=on(DAY - timedelta(days=1)))
    mark(world, session, statuses)
    assert [status for *_, status in listed(world, session)] == list(statuses.values())
    assert taken(session) == 2
    with pytest.raises(no.StatusNotByHand):
        mark(world, session, {first: AttendanceStatus.CANCELLED})
    with pytest.raises(NotFound):
        mark(world, session, {first: PRESENT, new_id(on(DAY)): PRESENT})
    with pytest.raises(NotFound):
        mark(world, session, {first: PRESENT}, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        mark(world, session, {first: PRESENT}, by=world.actor(Role.PRESCRIBER))


def test_passes_used_seat_their_bearers(world: World, session: UUID) -> None:
    booked, named, unknown = world.hand_over(3)
    seat(world, session, code=world.code(booked))
    jeanne = seat(world, session, label="Jeanne")
    outcomes = present(world, session, [scan(world, booked), scan(world, named, jeanne), scan(world, unknown)])
    assert refusals(outcomes) == [None, None, None]
    assert listed(world, session) == [
        (1, "", booked, PRESENT),
        (2, "Jeanne", named, PRESENT),
        (3, "", unknown, PRESENT),
    ]
    assert taken(session) == 3
    with pytest.raises(no.ParticipantUsedPass) as refused:
        mark(world, session, {jeanne: AttendanceStatus.NO_SHOW})
    assert refused.value.params == {"who": "Jeanne"}
    mark(world, session, {jeanne: PRESENT})


def test_a_replay_seats_nobody_twice(world: World, session: UUID) -> None:
    scans = [scan(world, number) for number in world.hand_over(2)]
    present(world, session, scans)
    again = present(world, session, scans)
    assert [(one.refusal, one.replayed) for one in again] == [(None, True), (None, True)]
    assert taken(session) == 2


def test_what_is_refused_seats_nobody(world: World, session: UUID) -> None:
    good, gone = world.hand_over(2)
    cancel(programme_id=world.programme_id, numbers=[(gone, gone)], cause="abîmé", by=world.manager, at=on(DAY))
    outcomes = present(world, session, [scan(world, good), scan(world, gone)])
    assert refusals(outcomes) == [None, register.IsCancelled]
    assert [number for _, _, number, _ in listed(world, session)] == [good]


def test_passes_are_used_at_a_session_of_ones_own_that_has_come(world: World, session: UUID) -> None:
    [number] = world.hand_over(1)
    one = [scan(world, number)]
    before = on(DAY - timedelta(days=1), 14)
    with pytest.raises(no.SessionNotBegun):
        present(world, session, one, redeemed_at=before)
    with pytest.raises(no.SessionNotBegun):
        present(world, session, one, at=before)
    with pytest.raises(NotFound):
        present(world, session, one, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        present(world, session, one, by=world.manager)
    other = build_world("autre")
    with pytest.raises(NotFound):
        present(other, session, one)
    [foreign] = other.hand_over(1)
    elsewhere = Scan(new_id(on(DAY)), other.code(foreign))
    assert refusals(present(world, session, [elsewhere])) == [register.UnknownCode], "of others nothing is told"
    assert refusals(present(world, session, one)) == [None]


def test_a_seat_of_another_session_pays_nothing(world: World, session: UUID) -> None:
    elsewhere = seat(world, world.session(DAY, hour=9))
    [number] = world.hand_over(1)
    assert refusals(present(world, session, [scan(world, number, elsewhere)])) == [NotFound]
    assert world.states()[State.HELD] == 1


def test_a_full_session_takes_no_pass_of_somebody_without_a_seat(world: World) -> None:
    session = world.session(DAY, seats=1)
    first, second = world.hand_over(2)
    told = present(world, session, [scan(world, first), scan(world, second)])
    assert refusals(told) == [None, no.SessionFull], "who was presented first sits down"
    assert (world.states()[State.HELD], len(listed(world, session))) == (1, 1)


def test_one_person_gives_the_passes_that_the_session_costs(world: World) -> None:
    world.set(purchase="module_price")
    session = world.session(DAY, module=1)
    numbers = world.hand_over(3)
    somebody = new_id(on(DAY))
    outcomes = present(world, session, [scan(world, number) for number in numbers[:2]])
    assert refusals(outcomes) == [register.WrongNumberOfPasses] * 2
    outcomes = present(world, session, [scan(world, number, somebody) for number in numbers[:2]])
    assert refusals(outcomes) == [None, None]
    assert listed(world, session) == [(1, "", numbers[0], PRESENT)]


def test_an_hour_begun_costs_a_pass(world: World) -> None:
    world.set(purchase="hour", minutes_per_pass=60)
    session = world.session(DAY, ends_at=on(DAY, 15, 30))
    somebody = new_id(on(DAY))
    scans = [scan(world, number, somebody) for number in world.hand_over(2)]
    assert refusals(present(world, session, scans)) == [None, None]


def test_an_undone_use_leaves_its_bearer_expected(world: World, session: UUID) -> None:
    [number] = world.hand_over(1)
    [outcome] = present(world, session, [scan(world, number)])

    def undo(**given: Any) -> None:
        given = {"by": world.actor(Role.PLACE), "at": on(DAY, 16), "cause": "erreur"} | given
        undo_redemption(programme_id=world.programme_id, redemption_id=outcome.scan.id, **given)

    with pytest.raises(register.UndoElsewhere):
        undo(by=world.actor(Role.PLACE, 1))
    with pytest.raises(register.UndoTooLate):
        undo(at=on(DAY + timedelta(days=3)))
    undo()
    assert listed(world, session) == [(1, "", None, EXPECTED)]
    assert refusals(present(world, session, [scan(world, number)])) == [None]


@pytest.mark.django_db(transaction=True)
def test_the_last_seats_go_to_as_many_people_and_no_more() -> None:
    world = build_world()
    session = world.session(DAY, seats=3)

    def book(_: int) -> bool:
        try:
            seat(world, session)
        except no.SessionFull:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(book, range(12))) == 3
    assert taken(session) == 3
    assert [rank for rank, *_ in listed(world, session)] == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_session_is_cancelled_or_used_but_never_both() -> None:
    world = build_world()
    session = world.session(DAY)
    scans = [scan(world, number) for number in world.hand_over(4)]

    def act(which: int) -> bool:
        try:
            if which < len(scans):
                return refusals(present(world, session, [scans[which]])) == [None]
            by, at = world.actor(Role.PLACE), on(DAY, 14)
            cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=by, at=at)
        except Refusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(5) as people:
        *used, cancelled = people.map(act, range(5))
    assert cancelled != any(used)
    assert world.states().get(State.REDEEMED, 0) == sum(used)
