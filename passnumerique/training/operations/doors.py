"""The doors of training sessions: whether passes are taken there on a day, and at what price.

What was agreed (the calendar, the parameters, the accreditations, a session's place and hours) changes
rarely and is asked for each pass. A `Doors` that is kept remembers it for a moment; the passes and the
seats are always asked of the database, in the act.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, covers, may
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import Terms
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.sessions import sessions_with_ids, slot_of
from passnumerique.training.rules import SessionState, check_begun
from passnumerique.training.rules.refusals import SessionIsCancelled
from passnumerique.vouchers.operations.redeeming import Agreed, Workshop, agreed_of

MOST_REMEMBERED = 20_000
"""Sessions of a programme."""


class AtSession(Protocol):
    """What is asked of a door: a session, and the instant at which a pass was taken."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def redeemed_at(self) -> datetime: ...


def workshop_of(session: TrainingSession) -> Workshop:
    """The session as the register needs it, with the passes that one person gives for it that day."""
    return _workshop(session, terms_on(session.programme_id, slot_of(session).day))


def _workshop(session: TrainingSession, terms: Terms) -> Workshop:
    slot = slot_of(session)
    price = terms.passes_for(slot.minutes, session.module.price_passes)
    return Workshop(session.id, session.place_id, session.module_id, slot.day, price)


class Doors:
    """Asks the doors of a programme's sessions, and remembers the answers for `fresh` (not at all by default).

    A session moved, an accreditation ended or a date changed within that moment counts as decided just
    after it; a cancelled session is refused all the same, since its seats are asked in the act.
    """

    def __init__(self, programme_id: UUID, fresh: timedelta = timedelta(0)) -> None:
        self.programme_id, self._fresh = programme_id, fresh
        self._agreed: tuple[Agreed, datetime] | None = None
        self._sessions: dict[UUID, tuple[TrainingSession | None, datetime]] = {}
        self._came: set[UUID] = set()
        self._came_at: datetime | None = None

    def open(self, asked: Sequence[tuple[Actor, AtSession]], at: datetime) -> list[Workshop | Refusal]:
        """For each pass presented, the workshop that takes it that day, or why it does not.

        Refuses (NotAllowed) a role that takes no passes, (NotFound) a programme out of the actor's reach, and
        a session unknown or of another place.
        """
        if self._agreed is None or not self._believed(self._agreed[1], at):
            self._agreed = agreed_of(self.programme_id), at
        sessions = self._look({one.session_id for _by, one in asked}, at)
        if self._fresh:
            self._came.update(sessions)
            self._came_at = at
        told: dict[tuple[int, UUID, date], Workshop | Refusal] = {}
        found = []
        for by, one in asked:
            key = (id(by), one.session_id, day_of(one.redeemed_at))
            if key not in told:
                told[key] = self._door(self._agreed[0], by, sessions[one.session_id], key[2], at)
            found.append(told[key])
        return found

    def renew(self) -> None:
        """Ask again, all together, about the sessions that were asked for since the last time, as of the last asking:
        whoever comes to them next need not wait for it."""
        came, self._came = self._came, set()
        if came and self._came_at:
            self._agreed = agreed_of(self.programme_id), self._came_at
            self._remember(came, self._came_at)

    def _door(
        self, agreed: Agreed, by: Actor, session: TrainingSession | None, day: date, at: datetime
    ) -> Workshop | Refusal:
        if not may(by, Permission.REDEEM):
            return NotAllowed()
        if by.authority_id != agreed.authority_id or not covers(by, self.programme_id):
            return NotFound()
        if session is None or session.place_id != by.organisation_id:
            return NotFound()
        slot = slot_of(session)
        try:
            check_begun(slot, min(day, day_of(at)))
            if session.state == SessionState.CANCELLED:
                raise SessionIsCancelled
            workshop = _workshop(session, agreed.terms(slot.day))
            agreed.require_open(workshop, min(day, day_of(at)))
        except Refusal as refusal:
            return refusal
        return workshop

    def _look(self, ids: set[UUID], at: datetime) -> dict[UUID, TrainingSession | None]:
        """These sessions: those not remembered in one statement."""
        missing = {one for one in ids if one not in self._sessions or not self._believed(self._sessions[one][1], at)}
        if missing:
            if len(self._sessions) > MOST_REMEMBERED:
                self._sessions.clear()
                missing = ids
            self._remember(missing, at)
        return {one: self._sessions[one][0] for one in ids}

    def _remember(self, ids: set[UUID], at: datetime) -> None:
        found = sessions_with_ids(self.programme_id, ids)
        self._sessions |= {one: (found.get(one), at) for one in ids}

    def _believed(self, since: datetime, at: datetime) -> bool:
        return since <= at <= since + self._fresh
