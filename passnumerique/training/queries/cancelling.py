"""What cancelling a session does to each person, told before, and what became of them, told after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.queries.network import organisations_where
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import end_of
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.queries.nearby import near_places, nearest_sessions, sessions_to_come
from passnumerique.training.queries.reached import seated_since, written_to
from passnumerique.training.queries.sessions import access_held_session, access_session, sessions_with_ids
from passnumerique.training.queries.waiting import last_good_day
from passnumerique.training.rules import SEATED, STILL_WAITING, AttendanceStatus, SessionState, WaitingState, share_out
from passnumerique.training.rules.hours import LAST_HOUR
from passnumerique.vouchers.queries.reading import vouchers_numbered
from passnumerique.vouchers.rules import State


@dataclass(frozen=True)
class Freed:
    """Somebody whose seat a cancelled session takes away. `voucher_number` None: no pass booked the seat, so
    that only the place can reach the person."""

    attendance_id: UUID
    rank: int
    label: str
    voucher_number: int | None
    by_organisation: UUID | None


@dataclass(frozen=True)
class OtherDate:
    """What somebody is offered instead: a session, or None."""

    freed: Freed
    session: TrainingSession | None
    reached: bool = False
    """Whether the installation writes to the person: somebody without a contact has to be called."""


@dataclass(frozen=True)
class Cancelling:
    """What cancelling does: to each person with a seat, and how many people wait for one."""

    people: list[OtherDate]
    waiting: int

    @property
    def offered(self) -> list[OtherDate]:
        """Those with another date."""
        return [one for one in self.people if one.session is not None]

    @property
    def without_date(self) -> list[Freed]:
        """Those without another date."""
        return [one.freed for one in self.people if one.session is None]

    @property
    def to_call(self) -> list[Freed]:
        """Those who have to be called: without another date, or without a contact to be told of it."""
        return [one.freed for one in self.people if one.session is None or not one.reached]


def cancelling(actor: Actor, programme_id: UUID, session_id: UUID, at: datetime) -> Cancelling:
    """What cancelling a session now would do, for who may cancel it."""
    session = access_held_session(actor, programme_id, session_id)
    people = freed_by([session])[session.id]
    sharers = sharing_in(programme_id, people)
    others = other_dates([session], len(sharers), at)
    shared = share_out(len(sharers), [(other.id, other.seats - other.seats_taken) for other in others])
    offered = dict(zip((one.attendance_id for one in sharers), shared, strict=True))
    by_id: dict[UUID | None, TrainingSession] = {other.id: other for other in others}
    lines = Waiting.objects.filter(programme_id=programme_id, training_session=session, state__in=list(STILL_WAITING))
    reached = _reached(programme_id, people, at)
    told = [OtherDate(one, by_id.get(offered.get(one.attendance_id)), one.voucher_number in reached) for one in people]
    return Cancelling(told, lines.count())


def _reached(programme_id: UUID, people: Iterable[Freed], at: datetime) -> set[int]:
    return written_to(programme_id, [one.voucher_number for one in people if one.voucher_number], at)


def freed_by(sessions: Iterable[TrainingSession]) -> dict[UUID, list[Freed]]:
    """The people who have a seat at each of these sessions, in order of arrival."""
    found: dict[UUID, list[Freed]] = {session.id: [] for session in sessions}
    rows = Attendance.objects.filter(training_session__in=list(found), status__in=list(SEATED))
    for row in rows.order_by("rank", "id"):
        found[row.training_session_id].append(freed_seat(row))
    return found


def freed_seat(row: Attendance) -> Freed:
    """One seat of a list, as those who call its person need it."""
    return Freed(row.id, row.rank, row.label, row.voucher_number, row.by_organisation)


def sharing_in(programme_id: UUID, people: Sequence[Freed]) -> list[Freed]:
    """Those of them to whom a seat can be offered: whose pass booked theirs and is still held."""
    numbers = [one.voucher_number for one in people if one.voucher_number is not None]
    seen = vouchers_numbered(programme_id, numbers)
    held = {one.number for one in seen if one.state is State.HELD}
    return [one for one in people if one.voucher_number in held]


def other_dates(
    cancelled: Sequence[TrainingSession], people: int, at: datetime, spare: int = 0
) -> list[TrainingSession]:
    """The sessions of the same module that can take so many people, and `spare` sessions more: those of the
    nearest place first, the soonest first, while a pass is good and there is time to answer."""
    first = cancelled[0]
    if not people:
        return []
    rows = (
        sessions_to_come(first.programme_id, at + LAST_HOUR, need_seats=1)
        .filter(module_id=first.module_id, starts_at__lt=end_of(last_good_day(first.programme_id, at)))
        .exclude(id__in=[one.id for one in cancelled])
    )
    here = organisations_where([first.place_id])[first.place_id].point
    places = near_places(first.programme_id, here)
    own = {first.place_id: places.pop(first.place_id)} if first.place_id in places else {}
    return _enough(nearest_sessions(rows, own | places, people + spare, None, of_modules=True), people, spare)


def _enough(found: Iterable[TrainingSession], people: int, spare: int) -> list[TrainingSession]:
    """As many of them as it takes."""
    kept: list[TrainingSession] = []
    free = 0
    for session in found:
        if free >= people:
            spare -= 1
        if spare < 0:
            break
        kept.append(session)
        free += session.seats - session.seats_taken
    return kept


@dataclass(frozen=True)
class Moved:
    """Somebody of a cancelled session, the line that offers another date, and that session; None for none."""

    freed: Freed
    line: Waiting | None
    session: TrainingSession | None
    reached: bool = False
    """Whether the installation writes to the person."""
    seated: bool = False
    """Whether the pass has a seat again, here or elsewhere."""

    def to_call(self, at: datetime) -> bool:
        """Whether nobody but the telephone can help: no date is kept for the person, or nothing tells of it."""
        taken = self.seated or (self.line is not None and self.line.state == WaitingState.SEATED)
        return not taken and not (self.reached and self.still_open(at))

    def still_open(self, at: datetime) -> bool:
        """Whether the offer waits for an answer."""
        line = self.line
        return line is not None and line.state in STILL_WAITING and bool(line.offer_until and line.offer_until > at)


def people_of_cancelled(actor: Actor, session: TrainingSession, at: datetime) -> list[Moved]:
    """What became of the people of a cancelled session, in order of arrival: for its place, and who reads all."""
    access_session(actor, session.programme_id, session.id)
    rows = Attendance.objects.filter(
        programme_id=session.programme_id, training_session=session, status=AttendanceStatus.CANCELLED
    )
    if actor.role is Role.PRESCRIBER:
        rows = rows.filter(by_organisation=actor.organisation_id)
    lines = {
        line.voucher_number: line
        for line in Waiting.objects.filter(programme_id=session.programme_id, instead_of=session.id).order_by(
            "created_at", "id"
        )
    }
    others = sessions_with_ids(session.programme_id, {line.training_session_id for line in lines.values()})
    people = [freed_seat(row) for row in rows.order_by("rank", "id")]
    numbers = [one.voucher_number for one in people if one.voucher_number]
    reached = _reached(session.programme_id, people, at)
    seated = seated_since(session.programme_id, numbers, session.cancelled_at or at)
    found = []
    for one in people:
        line = lines.get(one.voucher_number or 0)
        other = others[line.training_session_id] if line else None
        found.append(Moved(one, line, other, one.voucher_number in reached, one.voucher_number in seated))
    return found


def series_from(actor: Actor, programme_id: UUID, series_id: UUID, since: datetime) -> list[TrainingSession]:
    """The sessions of a series planned and not over at that instant, soonest first, for who may cancel them."""
    rows = TrainingSession.objects.filter(programme_id=programme_id, series_id=series_id, ends_at__gt=since)
    first = rows.order_by("starts_at", "id").first()
    if first is None:
        return []
    access_held_session(actor, programme_id, first.id)
    return list(rows.filter(state=SessionState.PLANNED).select_related("module").order_by("starts_at", "id"))
