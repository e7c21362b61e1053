"""Sessions cancelled: their seats are freed, and each person with a pass is offered another date."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of, start_of
from passnumerique.ground.ids import new_id
from passnumerique.programmes.queries import terms_on
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations.freeing import note_freed
from passnumerique.training.operations.holding import hold_sessions, refuse_closed, refuse_used, take_seats
from passnumerique.training.queries.cancelling import (
    Freed,
    OtherDate,
    freed_by,
    other_dates,
    series_from,
    sharing_in,
)
from passnumerique.training.queries.reached import written_to
from passnumerique.training.queries.sessions import access_held_session, sessions_with_ids
from passnumerique.training.queries.waiting import passes_ready
from passnumerique.training.rules import (
    SEATED,
    STILL_WAITING,
    AttendanceStatus,
    SessionState,
    WaitingState,
    WhyFreed,
    offer_ends,
    share_out,
)
from passnumerique.training.rules.refusals import CauseMissing, SeriesOver, SessionIsCancelled

SPARE = 5
"""Sessions held beyond those that are needed, in case others take seats of these first."""


@dataclass(frozen=True)
class SessionCancelled:
    """What cancelling a session did: how many seats it freed, who is offered which other date, who has none, and
    how many must be called: without a date, or without a contact to be told of it."""

    session_id: UUID
    freed: int
    offered: list[OtherDate] = field(default_factory=list)
    without_date: list[Freed] = field(default_factory=list)
    to_call: int = 0


def cancel_session(*, programme_id: UUID, session_id: UUID, cause: str, by: Actor, at: datetime) -> SessionCancelled:
    """Cancel a session: its seats are freed, its waiting list closed, its participants told so on the list,
    and each whose pass booked a seat is offered one at the next session of the module, nearest place first.

    For its place, and who manages training, with a reason. No pass is consumed: a reserved one stays
    held. Refuses a session already cancelled, one at which passes were used, and one whose sheet is closed.
    """
    session = access_held_session(by, programme_id, session_id)
    [done] = _cancel([session], cause, by, at)
    return done


def cancel_series_from(
    *, programme_id: UUID, series_id: UUID, from_day: date, cause: str, by: Actor, at: datetime
) -> list[SessionCancelled]:
    """Cancel the sessions of a series from a day on, those that are over left alone: all or none.

    For whom and how, see `cancel_session`; nobody is offered one of the sessions cancelled. Refuses a
    series of which nothing is to come, and one with a session from that day on that `cancel_session` refuses.
    """
    sessions = series_from(by, programme_id, series_id, max(at, start_of(from_day)))
    if not sessions:
        raise SeriesOver(day=from_day)
    return _cancel(sessions, cause, by, at)


def _cancel(sessions: Sequence[TrainingSession], cause: str, by: Actor, at: datetime) -> list[SessionCancelled]:
    if not cause.strip():
        raise CauseMissing
    programme_id = sessions[0].programme_id
    with transaction.atomic():
        people = sum(len(some) for some in freed_by(sessions).values())
        others = other_dates(sessions, people, at, spare=SPARE)
        hold_sessions(programme_id, {one.id for one in (*sessions, *others)})
        for session in sessions:
            _close(session, cause, at)
        freed = freed_by(sessions)
        for session in sessions:
            _empty(session, by, at)
        return [_offer_others(session, freed[session.id], others, by, at) for session in sessions]


def _close(session: TrainingSession, cause: str, at: datetime) -> None:
    rows = TrainingSession.objects.filter(programme_id=session.programme_id, id=session.id, state=SessionState.PLANNED)
    told = {"cancelled_at": at, "changed_at": at, "cancel_cause": cause.strip()[:240]}
    if not rows.update(state=SessionState.CANCELLED, seats_taken=0, **told):
        raise SessionIsCancelled
    refuse_used(session)
    refuse_closed(session)


def _empty(session: TrainingSession, by: Actor, at: datetime) -> None:
    """Nobody sits, waits or is offered a seat there any more."""
    seats = Attendance.objects.filter(programme_id=session.programme_id, training_session=session)
    taken = list(seats.filter(status__in=list(SEATED)).order_by("rank"))
    note_freed(taken, WhyFreed.SESSION_CANCELLED, by, at)
    seats.filter(id__in=[seat.id for seat in taken]).update(status=AttendanceStatus.CANCELLED)
    lines = Waiting.objects.filter(programme_id=session.programme_id, training_session=session)
    lines.filter(state__in=list(STILL_WAITING)).update(state=WaitingState.LEFT, answered_at=at)


def _offer_others(
    session: TrainingSession, people: Sequence[Freed], others: Sequence[TrainingSession], by: Actor, at: datetime
) -> SessionCancelled:
    """Share the free seats of the other sessions out, as they are now that all are held."""
    now = sessions_with_ids(session.programme_id, [other.id for other in others])
    free = [(other.id, now[other.id].seats - now[other.id].seats_taken) for other in others]
    ready = passes_ready(session.programme_id, [one.voucher_number for one in people if one.voucher_number], at)
    sharers = [one for one in sharing_in(session.programme_id, people) if one.voucher_number in ready]
    shared = share_out(len(sharers), free)
    offered = []
    hours = terms_on(session.programme_id, day_of(at)).offer_hours
    for one, other_id in zip(sharers, shared, strict=True):
        if other_id and _offer(now[other_id], one, session, hours, by, at):
            offered.append(OtherDate(one, now[other_id]))
    told = {one.freed.attendance_id for one in offered}
    without = [one for one in people if one.attendance_id not in told]
    reached = written_to(session.programme_id, [one.freed.voucher_number or 0 for one in offered], at)
    unreached = sum(one.freed.voucher_number not in reached for one in offered)
    return SessionCancelled(session.id, len(people), offered, without, len(without) + unreached)


def _offer(other: TrainingSession, one: Freed, instead: TrainingSession, hours: int, by: Actor, at: datetime) -> bool:
    """Offer a seat of another session for a time, or tell that there is none. The session's row is held."""
    number = one.voucher_number or 0
    lines = Waiting.objects.filter(programme_id=other.programme_id, training_session=other, voucher_number=number)
    if lines.filter(state=WaitingState.OFFERED).update(instead_of=instead.id):
        return True
    until = offer_ends(other.starts_at, at, hours)
    if until is None or not take_seats(other, 1):
        return False
    told = {"state": WaitingState.OFFERED, "offered_at": at, "offer_until": until, "instead_of": instead.id}
    if not lines.filter(state=WaitingState.WAITING).update(**told):
        Waiting.objects.create(
            id=new_id(at),
            programme_id=other.programme_id,
            training_session=other,
            voucher_number=number,
            created_at=at,
            by_user=by.user_id,
            by_organisation=one.by_organisation,
            **told,
        )
    return True
