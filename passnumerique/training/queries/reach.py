"""Which sessions, seats and waiting lines somebody who books may touch."""

from datetime import datetime
from uuid import UUID

from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, Role, may, require
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import access_programme
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.queries.sessions import access_held_session, access_session, sessions_with_ids, slot_of
from passnumerique.training.rules import SessionState
from passnumerique.training.rules.refusals import PlaceMayNotHost, SessionBegun, SessionIsOver
from passnumerique.vouchers.queries.reading import vouchers_with_codes


def bookable_session(by: Actor, programme_id: UUID, session_id: UUID, at: datetime) -> TrainingSession:
    """A session at which the actor may book with passes: its own for a place and its mediators, any of the
    programme for a structure, any to come at an accredited place for whoever holds a pass.

    Refuses (NotAllowed) other roles, (NotFound) a session out of reach, one that is over or whose place is not
    accredited that day, and for the holder of a pass one that has begun.
    """
    require(by, Permission.BOOK_SEAT)
    session = _reached(by, programme_id, session_id)
    require_hosted(session)
    if at >= session.ends_at:
        raise SessionIsOver(day=slot_of(session).day)
    if by.role is Role.BEARER:
        require_not_begun(session, at)
    return session


def _reached(by: Actor, programme_id: UUID, session_id: UUID) -> TrainingSession:
    if by.role is Role.BEARER:
        return _public_session(by, programme_id, session_id)
    if by.role is Role.PRESCRIBER:
        return access_session(by, programme_id, session_id)
    return access_held_session(by, programme_id, session_id)


def _public_session(by: Actor, programme_id: UUID, session_id: UUID) -> TrainingSession:
    access_programme(by, programme_id)
    session = sessions_with_ids(programme_id, [session_id]).get(session_id)
    if session is None or not accredited_on(
        programme_id, session.place_id, AccreditationKind.PLACE, slot_of(session).day
    ):
        raise NotFound
    return session


def require_hosted(session: TrainingSession) -> None:
    """Refuses a seat where no pass would be taken that day: the place is not accredited any more."""
    day = slot_of(session).day
    if not accredited_on(session.programme_id, session.place_id, AccreditationKind.PLACE, day):
        raise PlaceMayNotHost(day=day)


def require_not_begun(session: TrainingSession, at: datetime) -> None:
    """Refuses what is no longer done by itself once the session has begun."""
    if at >= session.starts_at and session.state == SessionState.PLANNED:
        raise SessionBegun(day=slot_of(session).day)


def access_seat(
    by: Actor, programme_id: UUID, attendance_id: UUID, code: str = ""
) -> tuple[Attendance, TrainingSession]:
    """A seat that the actor may give back, with its session: of the place itself, any for who manages
    training, one that the structure booked, one that the pass with this code booked."""
    seat = Attendance.objects.filter(programme_id=programme_id, id=attendance_id).first()
    if seat is None:
        raise NotFound
    session = _touched(by, seat, seat.training_session_id, code)
    return seat, session


def access_waiting(by: Actor, programme_id: UUID, waiting_id: UUID, code: str = "") -> tuple[Waiting, TrainingSession]:
    """A line of a waiting list that the actor may answer or take away, with its session: as for a seat."""
    line = Waiting.objects.filter(programme_id=programme_id, id=waiting_id).first()
    if line is None:
        raise NotFound
    return line, _touched(by, line, line.training_session_id, code)


def _touched(by: Actor, row: Attendance | Waiting, session_id: UUID, code: str) -> TrainingSession:
    if not may(by, Permission.BOOK_SEAT) and not may(by, Permission.MANAGE_TRAINING):
        raise NotAllowed
    access_programme(by, row.programme_id)
    if by.role is Role.BEARER and not _carries(row, code):
        raise NotFound
    if by.role is Role.PRESCRIBER and row.by_organisation != by.organisation_id:
        raise NotFound
    session = sessions_with_ids(row.programme_id, [session_id])[session_id]
    if by.role in {Role.PLACE, Role.MEDIATOR} and session.place_id != by.organisation_id:
        raise NotFound
    return session


def _carries(row: Attendance | Waiting, code: str) -> bool:
    """Whether the pass with this code is the one of the row."""
    found = vouchers_with_codes(row.programme_id, [code]).values() if code.strip() else ()
    return any(seen.number == row.voucher_number for seen in found)
