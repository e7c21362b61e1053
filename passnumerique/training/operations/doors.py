"""The doors of training sessions: whether passes are taken there on a day, and at what price.

What was agreed (the calendar, the parameters, the accreditations, a session's place and hours) changes
rarely and is asked for each pass. A `Doors` that is kept remembers it for a moment; the passes and the
seats are always asked of the database, in the act.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, covers, may
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.programmes.queries import authority_of, terms_on
from passnumerique.programmes.rules import Terms
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.sessions import sessions_with_ids, slot_of
from passnumerique.training.rules import SessionState, check_begun
from passnumerique.training.rules.refusals import SessionIsCancelled
from passnumerique.vouchers.operations.redeeming import Frame, Workshop, frame_on, require_open

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

MOST_REMEMBERED = 20_000


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


class _Remembered(Generic[Key, Found]):
    """Answers looked up by sets, and believed for a moment."""

    def __init__(self, look: Callable[[Iterable[Key]], dict[Key, Found]], fresh: timedelta) -> None:
        self._look, self._fresh = look, fresh
        self._known: dict[Key, tuple[Found, datetime]] = {}

    def find(self, keys: Iterable[Key], at: datetime) -> dict[Key, Found]:
        wanted = set(keys)
        missing = [key for key in wanted if key not in self._known or not self._fits(self._known[key][1], at)]
        if missing:
            if len(self._known) > MOST_REMEMBERED:
                self._known.clear()
                missing = list(wanted)
            self._known |= {key: (found, at) for key, found in self._look(missing).items()}
        return {key: self._known[key][0] for key in wanted}

    def _fits(self, since: datetime, at: datetime) -> bool:
        return since <= at <= since + self._fresh


class Doors:
    """Asks the doors of a programme's sessions, and remembers the answers for `fresh` (not at all by default).

    A session moved, an accreditation ended or a date changed within that moment counts as decided just
    after it; a cancelled session is refused all the same, since its seats are asked in the act.
    """

    def __init__(self, programme_id: UUID, fresh: timedelta = timedelta(0)) -> None:
        self.programme_id = programme_id
        self._sessions: _Remembered[UUID, TrainingSession | None] = _Remembered(self._look_at_sessions, fresh)
        self._frames: _Remembered[date, Frame | Refusal] = _Remembered(self._look_at_days, fresh)
        self._authorities: _Remembered[UUID, UUID | None] = _Remembered(self._look_at_programme, fresh)

    def open(self, asked: Sequence[tuple[Actor, AtSession]], at: datetime) -> list[Workshop | Refusal]:
        """For each pass presented, the workshop that takes it that day, or why it does not.

        Refuses (NotAllowed) a role that takes no passes, (NotFound) a programme out of the actor's reach, and
        a session unknown or of another place.
        """
        authority_id = self._authorities.find([self.programme_id], at)[self.programme_id]
        sessions = self._sessions.find({one.session_id for _by, one in asked}, at)
        days = {day_of(one.redeemed_at) for _by, one in asked}
        days |= {slot_of(session).day for session in sessions.values() if session}
        frames = self._frames.find(days, at)
        told: dict[tuple[int, UUID, date], Workshop | Refusal] = {}
        found = []
        for by, one in asked:
            key = (id(by), one.session_id, day_of(one.redeemed_at))
            if key not in told:
                told[key] = self._door(by, authority_id, sessions[one.session_id], frames, key[2], at)
            found.append(told[key])
        return found

    def _door(
        self,
        by: Actor,
        authority_id: UUID | None,
        session: TrainingSession | None,
        frames: dict[date, Frame | Refusal],
        day: date,
        at: datetime,
    ) -> Workshop | Refusal:
        if not may(by, Permission.REDEEM):
            return NotAllowed()
        if by.authority_id != authority_id or not covers(by, self.programme_id):
            return NotFound()
        if session is None or session.place_id != by.organisation_id:
            return NotFound()
        try:
            check_begun(slot_of(session), min(day, day_of(at)))
            if session.state == SessionState.CANCELLED:
                raise SessionIsCancelled
            workshop = _workshop(session, _there(frames[slot_of(session).day]).terms)
            require_open(_there(frames[day]), workshop, day)
        except Refusal as refusal:
            return refusal
        return workshop

    def _look_at_sessions(self, ids: Iterable[UUID]) -> dict[UUID, TrainingSession | None]:
        wanted = list(ids)
        return dict.fromkeys(wanted) | sessions_with_ids(self.programme_id, wanted)

    def _look_at_days(self, days: Iterable[date]) -> dict[date, Frame | Refusal]:
        return {day: self._frame(day) for day in days}

    def _frame(self, day: date) -> Frame | Refusal:
        try:
            return frame_on(self.programme_id, day)
        except Refusal as refusal:
            return refusal

    def _look_at_programme(self, ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
        return {programme_id: authority_of(programme_id) for programme_id in ids}


def _there(frame: Frame | Refusal) -> Frame:
    if isinstance(frame, Refusal):
        raise frame
    return frame
