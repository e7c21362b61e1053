"""Who waits for a seat, what is offered to whom, and what a pass has booked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import held_on
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.queries.sessions import access_session, sessions_with_ids
from passnumerique.training.rules import STILL_WAITING, AttendanceStatus, SessionState, WaitingState
from passnumerique.vouchers.queries.history import numbers_gone, replacements_of
from passnumerique.vouchers.queries.reading import vouchers_numbered
from passnumerique.vouchers.rules import State, last_day_of_use

OPEN = sorted(state.value for state in STILL_WAITING)


def waiting_list(actor: Actor, session: TrainingSession, at: datetime) -> list[Waiting]:
    """The lines of a session that are not answered, offers first, then in order of arrival; a structure sees
    its own. An offer whose time has passed is answered already, though nobody swept it away yet."""
    access_session(actor, session.programme_id, session.id)
    rows = Waiting.objects.filter(programme_id=session.programme_id, training_session=session, state__in=OPEN)
    if actor.role is Role.PRESCRIBER:
        rows = rows.filter(by_organisation=actor.organisation_id)
    lines = [line for line in rows.order_by("created_at", "id") if line.offer_until is None or line.offer_until > at]
    return sorted(lines, key=lambda line: line.state != WaitingState.OFFERED)


@dataclass(frozen=True)
class PlaceInLine:
    """A line of a waiting list as its bearer reads it: at which session, which place in the queue (from 1;
    0 once a seat is offered), until when an offer holds."""

    id: UUID
    voucher_number: int
    session: TrainingSession
    rank: int
    offer_until: datetime | None
    instead_of: UUID | None

    @property
    def offered(self) -> bool:
        """Whether a seat is offered."""
        return self.offer_until is not None


def waiting_of_passes(programme_id: UUID, numbers: Iterable[int], at: datetime) -> list[PlaceInLine]:
    """What these passes wait for or are offered, soonest session first: for whoever holds their codes."""
    rows = Waiting.objects.filter(programme_id=programme_id, voucher_number__in=list(numbers), state__in=OPEN)
    lines = [line for line in rows.order_by("created_at", "id") if line.offer_until is None or line.offer_until > at]
    sessions = sessions_with_ids(programme_id, [line.training_session_id for line in lines])
    ranks = _ranks(programme_id, list(sessions))
    found = [
        PlaceInLine(
            line.id,
            line.voucher_number,
            sessions[line.training_session_id],
            ranks.get(line.id, 0),
            line.offer_until,
            line.instead_of,
        )
        for line in lines
        if sessions[line.training_session_id].starts_at > at
    ]
    return sorted(found, key=lambda one: (one.session.starts_at, one.rank))


def _ranks(programme_id: UUID, session_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The place in the queue of each line that waits at these sessions."""
    rows = Waiting.objects.filter(
        programme_id=programme_id, training_session__in=session_ids, state=WaitingState.WAITING
    )
    ranks: dict[UUID, int] = {}
    counted: dict[UUID, int] = {}
    for line_id, session_id in rows.order_by("created_at", "id").values_list("id", "training_session_id"):
        ranks[line_id] = counted[session_id] = counted.get(session_id, 0) + 1
    return ranks


def seats_of_passes(programme_id: UUID, numbers: Iterable[int], at: datetime) -> list[Attendance]:
    """The seats that these passes have at sessions not over, soonest first, each with its session: for
    whoever holds their codes."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        voucher_number__in=list(numbers),
        status=AttendanceStatus.EXPECTED,
        training_session__ends_at__gt=at,
    ).select_related("training_session__module__theme", "training_session__planned_session")
    return list(rows.order_by("training_session__starts_at", "rank", "id"))


def sessions_offered_to(programme_id: UUID, numbers: Iterable[int]) -> set[UUID]:
    """The sessions at which these passes are offered a seat."""
    rows = Waiting.objects.filter(
        programme_id=programme_id, voucher_number__in=list(numbers), state=WaitingState.OFFERED
    )
    return set(rows.values_list("training_session_id", flat=True).order_by())


def sessions_with_lapsed_offers(programme_id: UUID, at: datetime) -> list[TrainingSession]:
    """The sessions that hold seats for offers whose time has passed."""
    rows = Waiting.objects.filter(programme_id=programme_id, state=WaitingState.OFFERED, offer_until__lte=at)
    found = sessions_with_ids(programme_id, rows.values_list("training_session_id", flat=True).order_by())
    return [found[one] for one in sorted(found)]


def passes_ready(programme_id: UUID, numbers: Sequence[int], at: datetime) -> set[int]:
    """Which of these passes could take a seat now: held, and without one at a session that is not over."""
    seen = vouchers_numbered(programme_id, numbers)
    seated = {seat.voucher_number for seat in seats_of_passes(programme_id, numbers, at)}
    return {one.number for one in seen if one.state is State.HELD} - seated


def last_good_day(programme_id: UUID, at: datetime) -> date:
    """The last day on which passes are taken, by the calendar in force at that instant."""
    held = held_on(programme_id, day_of(at))
    return last_day_of_use(held.calendar, held.terms.tolerance_days)


def seats_of_gone_passes(
    programme_id: UUID, at: datetime
) -> tuple[list[tuple[TrainingSession, list[Attendance]]], dict[int, int]]:
    """The seats expected at sessions not over whose pass was replaced or cancelled, by session, and by which
    pass each replaced one was."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        status=AttendanceStatus.EXPECTED,
        voucher_number__isnull=False,
        training_session__ends_at__gt=at,
        training_session__state=SessionState.PLANNED,
    ).select_related("training_session")
    gone = numbers_gone(programme_id, {row.voucher_number or 0 for row in rows})
    seats: dict[UUID, tuple[TrainingSession, list[Attendance]]] = {}
    for row in rows.order_by("training_session_id", "rank"):
        if row.voucher_number in gone:
            seats.setdefault(row.training_session_id, (row.training_session, []))[1].append(row)
    return list(seats.values()), replacements_of(programme_id, gone)
