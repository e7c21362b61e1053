"""What of the sessions is published: the page of one, and the lines of a calendar. Nothing personal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.refusals import NotFound
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.sessions import sessions_with_ids, slot_of, title_of
from passnumerique.training.rules import SessionState

MOST_LINES = 1000
"""Sessions in one calendar: more than a place holds in a year."""


@dataclass(frozen=True)
class CalendarLine:
    """One session as a calendar shows it: counts of seats, no name. `sequence` grows with each change of
    what it says; `changed_at` is when that was last."""

    id: UUID
    title: str
    place_id: UUID
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    seats_taken: int
    cancelled: bool
    changed_at: datetime
    sequence: int


def calendar_line(session: TrainingSession) -> CalendarLine:
    """The line of a session read with its module and planned session. The sequence is the seconds between
    its making and its last change: it never falls back, and needs no counter."""
    changed_at = max(one for one in (session.created_at, session.changed_at, session.cancelled_at) if one)
    return CalendarLine(
        id=session.id,
        title=title_of(session),
        place_id=session.place_id,
        room=session.room,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        seats=session.seats,
        seats_taken=session.seats_taken,
        cancelled=session.state == SessionState.CANCELLED,
        changed_at=changed_at,
        sequence=int((changed_at - session.created_at).total_seconds()),
    )


def sessions_of_place(programme_id: UUID, place_id: UUID, *, after: datetime) -> list[CalendarLine]:
    """The sessions of a place that end after that instant, cancelled ones too, soonest first: for whoever
    holds the private address of its calendar."""
    rows = TrainingSession.objects.filter(programme_id=programme_id, place_id=place_id, ends_at__gt=after)
    found = rows.select_related("module", "planned_session").order_by("starts_at", "id")
    return [calendar_line(row) for row in found[:MOST_LINES]]


def published_session(programme_id: UUID, session_id: UUID) -> TrainingSession:
    """One session of a place accredited that day, past and cancelled ones too: who kept its address is told
    what became of it. Refuses (NotFound) any other."""
    session = sessions_with_ids(programme_id, [session_id]).get(session_id)
    if session is None or not _accredited(session):
        raise NotFound
    return session


def _accredited(session: TrainingSession) -> bool:
    return accredited_on(session.programme_id, session.place_id, AccreditationKind.PLACE, slot_of(session).day)
