"""Seats of a training session: booked, and marked with what became of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations.freeing import note_freed
from passnumerique.training.operations.holding import take_seats
from passnumerique.training.operations.sheets import hold_open
from passnumerique.training.operations.waiting import offer_free_seats
from passnumerique.training.queries.sessions import (
    access_held_session,
    booking_of,
    participants_with_passes,
    slot_of,
)
from passnumerique.training.rules import (
    AFTER_THE_DAY_CAME,
    MARKED_BY_HAND,
    SEATED,
    AttendanceStatus,
    SessionState,
    WhyFreed,
    check_begun,
)
from passnumerique.training.rules.refusals import (
    ParticipantUsedPass,
    PassAlreadyBooked,
    SessionFull,
    SessionIsCancelled,
    StatusNotByHand,
)
from passnumerique.vouchers.operations.reserving import hold_passes


def why_no_seat(session: TrainingSession) -> Refusal:
    """Why a seat could not be taken, asked of the database as it is now."""
    now = TrainingSession.objects.get(programme_id=session.programme_id, id=session.id)
    return SessionIsCancelled() if now.state == SessionState.CANCELLED else SessionFull(seats=now.seats)


def new_seat(session: TrainingSession, rank: int, status: AttendanceStatus, by: Actor, at: datetime) -> Attendance:
    """A seat not yet written, with an id of its own."""
    return Attendance(
        id=new_id(at),
        programme_id=session.programme_id,
        training_session=session,
        rank=rank,
        status=status,
        created_at=at,
        by_user=by.user_id,
        by_organisation=by.organisation_id,
    )


def mark_attendance(
    *,
    programme_id: UUID,
    session_id: UUID,
    statuses: Mapping[UUID, AttendanceStatus],
    by: Actor,
    at: datetime,
) -> None:
    """Note what became of seats of a session, all or none; somebody excused gives the seat back, and whoever
    waits first is offered it.

    For the session's place and its mediators, and who manages training. Refuses a cancelled session, a closed
    sheet, a seat of another one, presence or absence before the day, a seat taken back in a full session, and to
    mark away somebody of whom a pass was used there, or expected somebody whose pass has a seat elsewhere since.
    A no-show never consumes a pass.
    """
    session = access_held_session(by, programme_id, session_id)
    if not set(statuses.values()) <= MARKED_BY_HAND:
        raise StatusNotByHand
    if AFTER_THE_DAY_CAME & set(statuses.values()):
        check_begun(slot_of(session), day_of(at))
    with transaction.atomic():
        hold_open(session)
        rows = Attendance.objects.filter(programme_id=programme_id, training_session=session, id__in=statuses)
        seats = {row.id: row for row in rows.order_by()}
        if len(seats) < len(statuses):
            raise NotFound
        _refuse_paid(session, seats, statuses)
        _refuse_seated_elsewhere(session, seats, statuses, at)
        before = {seat_id: AttendanceStatus(seat.status) for seat_id, seat in seats.items()}
        _mark(session, before, statuses)
        away = [seats[one] for one, status in statuses.items() if status not in SEATED and before[one] in SEATED]
        note_freed(away, WhyFreed.GIVEN_BACK, by, at)
        offer_free_seats(session, at)


def _refuse_paid(
    session: TrainingSession, seats: Mapping[UUID, Attendance], statuses: Mapping[UUID, AttendanceStatus]
) -> None:
    paid = participants_with_passes(session.programme_id, session.id)
    for seat_id, status in statuses.items():
        if status is not AttendanceStatus.PRESENT and seat_id in paid:
            raise ParticipantUsedPass(who=seats[seat_id].label or f"Participant {seats[seat_id].rank}")


def _refuse_seated_elsewhere(
    session: TrainingSession,
    seats: Mapping[UUID, Attendance],
    statuses: Mapping[UUID, AttendanceStatus],
    at: datetime,
) -> None:
    """Somebody who gave the seat back and is expected again may have booked another one meanwhile."""
    again = [
        seats[seat_id].voucher_number
        for seat_id, status in statuses.items()
        if status is AttendanceStatus.EXPECTED and seats[seat_id].status not in SEATED
    ]
    numbers = [number for number in again if number is not None]
    hold_passes(session.programme_id, numbers)
    for number in numbers:
        booked = booking_of(session.programme_id, number, session.id, at)
        if booked:
            raise PassAlreadyBooked(day=slot_of(booked).day)


def _mark(
    session: TrainingSession,
    before: Mapping[UUID, AttendanceStatus],
    statuses: Mapping[UUID, AttendanceStatus],
) -> None:
    seated = sum((status in SEATED) - (before[seat_id] in SEATED) for seat_id, status in statuses.items())
    if seated and not take_seats(session, seated):
        raise why_no_seat(session)
    for status in set(statuses.values()):
        ids = [seat_id for seat_id, wanted in statuses.items() if wanted is status]
        Attendance.objects.filter(programme_id=session.programme_id, id__in=ids).update(status=status)
