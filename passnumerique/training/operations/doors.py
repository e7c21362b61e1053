"""The doors of training sessions: whether passes are taken there on a day, and at what price.

What was agreed about a session (its place, its hours, the calendar, the parameters, the accreditation of
the place) changes rarely and is asked for each pass. A `Doors` that is kept remembers it for a moment; the
seats and the passes themselves are always asked of the database, in the act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, may
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.sessions import sessions_with_ids, slot_of
from passnumerique.training.rules import SessionState, check_begun
from passnumerique.training.rules.refusals import SessionIsCancelled
from passnumerique.vouchers.operations.redeeming import Workshop, require_open


class AtSession(Protocol):
    """What is asked of a door: a session, and the instant at which a pass was taken."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def redeemed_at(self) -> datetime: ...


def workshop_of(session: TrainingSession) -> Workshop:
    """The session as the register needs it, with the passes that one person gives for it that day."""
    slot = slot_of(session)
    price = terms_on(session.programme_id, slot.day).passes_for(slot.minutes, session.module.price_passes)
    return Workshop(session.id, session.place_id, session.module_id, slot.day, price)


@dataclass(frozen=True, slots=True)
class _Door:
    """What was found of a session for one day, and until when it may be believed."""

    place_id: UUID | None
    answer: Workshop | Refusal
    until: datetime


MOST_REMEMBERED = 20_000


class Doors:
    """Asks the doors of sessions, and remembers the answers for `fresh` (not at all by default).

    A session cancelled, an accreditation ended or a date moved within that moment counts as decided just
    after it; a cancelled session is refused all the same, since its seats are asked in the act.
    """

    def __init__(self, fresh: timedelta = timedelta(0)) -> None:
        self._fresh = fresh
        self._doors: dict[tuple[UUID, UUID, date], _Door] = {}
        self._reach: dict[tuple[UUID, UUID, frozenset[UUID] | None], tuple[bool, datetime]] = {}

    def open(
        self, programme_id: UUID, asked: Sequence[tuple[Actor, AtSession]], at: datetime
    ) -> list[Workshop | Refusal]:
        """For each pass presented, the workshop that takes it that day, or why it does not.

        Refuses (NotAllowed) a role that takes no passes, (NotFound) a programme out of the actor's reach, and
        a session unknown or of another place.
        """
        self._look(programme_id, {(one.session_id, day_of(one.redeemed_at)) for _by, one in asked}, at)
        return [self._answer(programme_id, by, one.session_id, day_of(one.redeemed_at), at) for by, one in asked]

    def _answer(self, programme_id: UUID, by: Actor, session_id: UUID, day: date, at: datetime) -> Workshop | Refusal:
        if not may(by, Permission.REDEEM):
            return NotAllowed()
        door = self._doors[programme_id, session_id, day]
        if door.place_id is None or door.place_id != by.organisation_id or not self._reached(programme_id, by, at):
            return NotFound()
        return door.answer

    def _reached(self, programme_id: UUID, by: Actor, at: datetime) -> bool:
        key = (programme_id, by.authority_id, by.programme_ids)
        known = self._reach.get(key)
        if known is None or known[1] < at:
            try:
                access_programme(by, programme_id)
                reached = True
            except NotFound:
                reached = False
            known = self._reach[key] = (reached, at + self._fresh)
        return known[0]

    def _look(self, programme_id: UUID, wanted: set[tuple[UUID, date]], at: datetime) -> None:
        """Find what is not remembered: the sessions in one statement, each day of a session once."""
        missing = [
            (session_id, day)
            for session_id, day in wanted
            if (door := self._doors.get((programme_id, session_id, day))) is None or door.until < at
        ]
        if not missing:
            return
        if len(self._doors) > MOST_REMEMBERED:
            self._doors.clear()
            self._reach.clear()
        sessions = sessions_with_ids(programme_id, {session_id for session_id, _day in missing})
        for session_id, day in missing:
            self._doors[programme_id, session_id, day] = self._found(sessions.get(session_id), day, at)

    def _found(self, session: TrainingSession | None, day: date, at: datetime) -> _Door:
        until = at + self._fresh
        if session is None:
            return _Door(None, NotFound(), until)
        try:
            return _Door(session.place_id, _opened(session, day, at), until)
        except Refusal as refusal:
            return _Door(session.place_id, refusal, until)


def _opened(session: TrainingSession, day: date, at: datetime) -> Workshop:
    check_begun(slot_of(session), min(day, day_of(at)))
    if session.state == SessionState.CANCELLED:
        raise SessionIsCancelled
    workshop = workshop_of(session)
    require_open(session.programme_id, workshop, day)
    return workshop
