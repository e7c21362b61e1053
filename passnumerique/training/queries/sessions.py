"""Training sessions and their seats, within what an actor may see.

A place and its mediators see their own; a structure sees every session of the programme, to book
seats, but only the seats it booked; the authority's desks see all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, Role, may, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import access_programme, training_periods
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.rules import SEATED, STILL_WAITING, AttendanceStatus, SessionState, Slot
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.queries.reading import vouchers_with_codes
from passnumerique.vouchers.queries.stock import redeemed_by_session

AT_ONE_PLACE = frozenset({Role.PLACE, Role.MEDIATOR})


def sessions(
    actor: Actor,
    programme_id: UUID,
    *,
    after: datetime | None = None,
    before: datetime | None = None,
    place_id: UUID | None = None,
    module_id: UUID | None = None,
    state: SessionState | None = None,
) -> QuerySet[TrainingSession]:
    """The sessions that the actor may see, soonest first, with module, theme and planned session.

    `after` keeps those not over at that instant (upcoming), `before` those begun by then (past).
    """
    require(actor, Permission.READ_TRAINING)
    access_programme(actor, programme_id)
    rows = TrainingSession.objects.filter(programme_id=programme_id)
    if actor.role in AT_ONE_PLACE:
        rows = rows.filter(place_id=actor.organisation_id or NOBODY)
    given = {
        "ends_at__gt": after,
        "starts_at__lte": before,
        "place_id": place_id,
        "module_id": module_id,
        "state": state,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    return rows.select_related("module__theme", "planned_session").order_by("starts_at", "id")


def access_session(actor: Actor, programme_id: UUID, session_id: UUID) -> TrainingSession:
    """One session that the actor may see. Refuses (NotFound) any other, existing or not."""
    row = sessions(actor, programme_id).filter(id=session_id).first()
    if row is None:
        raise NotFound
    return row


def access_held_session(actor: Actor, programme_id: UUID, session_id: UUID) -> TrainingSession:
    """One session that the actor may change: its own place's, or any for who manages training.

    Refuses (NotAllowed) other roles, (NotFound) a session of another place.
    """
    if not may(actor, Permission.SCHEDULE_TRAINING) and not may(actor, Permission.MANAGE_TRAINING):
        raise NotAllowed
    return access_session(actor, programme_id, session_id)


def slot_of(session: TrainingSession) -> Slot:
    """When and in which room it is held, as the rules read it."""
    return Slot(session.starts_at, session.ends_at, session.room)


def title_of(session: TrainingSession) -> str:
    """What a reader calls the session: the planned title, or its module's name."""
    return session.planned_session.title if session.planned_session else session.module.name


def session_meeting(programme_id: UUID, place_id: UUID, slot: Slot, except_id: UUID | None) -> TrainingSession | None:
    """A planned session that needs the same room of the place at the same moment, other than `except_id`."""
    rows = TrainingSession.objects.filter(
        programme_id=programme_id,
        place_id=place_id,
        state=SessionState.PLANNED,
        starts_at__lt=slot.ends_at,
        ends_at__gt=slot.starts_at,
    ).exclude(id=except_id or NOBODY)
    rows = rows.select_related("module", "planned_session").order_by("starts_at", "id")
    return next((row for row in rows if slot.meets(slot_of(row))), None)


def period_at(programme_id: UUID, at: datetime) -> UUID | None:
    """The training period that an instant belongs to."""
    day = day_of(at)
    rows = training_periods(programme_id).filter(starts_on__lte=day, ends_on__gte=day)
    return rows.values_list("id", flat=True).first()


@dataclass(frozen=True)
class SessionRow:
    """One line of a list of sessions."""

    session: TrainingSession
    title: str
    place: str
    redeemed: int
    waiting: int = 0


def session_rows(programme_id: UUID, found: Sequence[TrainingSession]) -> list[SessionRow]:
    """Sessions with the name of their place, the passes used and those that wait: three statements for any number."""
    places = organisations_named(session.place_id for session in found)
    used = redeemed_by_session(programme_id, [session.id for session in found])
    waiting = waiting_counts(programme_id, [session.id for session in found])
    return [
        SessionRow(
            session,
            title_of(session),
            places.get(session.place_id, ""),
            used.get(session.id, 0),
            waiting.get(session.id, 0),
        )
        for session in found
    ]


def waiting_counts(programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many passes wait at each of these sessions or are offered a seat, those without any left out."""
    lines = Waiting.objects.filter(programme_id=programme_id, training_session__in=list(session_ids))
    counted = lines.filter(state__in=list(STILL_WAITING)).order_by().values("training_session_id")
    return dict(counted.annotate(many=Count("id")).values_list("training_session_id", "many"))


def sessions_with_ids(programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, TrainingSession]:
    """These sessions with their module, for rows that the reader may already see."""
    rows = TrainingSession.objects.filter(programme_id=programme_id, id__in=set(session_ids))
    return {row.id: row for row in rows.select_related("module__theme", "planned_session").order_by()}


def attendance_of(actor: Actor, session: TrainingSession) -> QuerySet[Attendance]:
    """The seats of a session, in order of arrival: a structure sees only those it booked."""
    access_session(actor, session.programme_id, session.id)
    rows = Attendance.objects.filter(programme_id=session.programme_id, training_session=session)
    if actor.role is Role.PRESCRIBER:
        rows = rows.filter(by_organisation=actor.organisation_id)
    return rows.order_by("rank", "id")


def seats_with_ids(ids: Iterable[UUID]) -> dict[UUID, Attendance]:
    """The seats already written under these ids, wherever they are."""
    return {row.id: row for row in Attendance.objects.filter(id__in=set(ids)).order_by()}


def seats_booked_with(programme_id: UUID, codes: Iterable[str]) -> dict[tuple[UUID, str], Attendance]:
    """The seat that each of these passes booked or paid, by session and folded code."""
    numbers = {seen.number: code for code, seen in vouchers_with_codes(programme_id, codes).items()}
    rows = Attendance.objects.filter(programme_id=programme_id, voucher_number__in=list(numbers))
    return {(row.training_session_id, numbers[row.voucher_number or 0]): row for row in rows.order_by()}


def last_rank(session: TrainingSession) -> int:
    """The rank last given on the session's list, as it is now."""
    rows = TrainingSession.objects.filter(programme_id=session.programme_id, id=session.id)
    return rows.values_list("arrivals", flat=True).get()


def booking_of(programme_id: UUID, number: int, session_id: UUID, at: datetime) -> TrainingSession | None:
    """The session for which a pass has a seat already: this one, or another that is not over."""
    rows = Attendance.objects.filter(programme_id=programme_id, voucher_number=number)
    here = rows.filter(training_session_id=session_id, status__in=list(SEATED))
    elsewhere = rows.filter(status=AttendanceStatus.EXPECTED, training_session__ends_at__gt=at)
    seat = (here | elsewhere).select_related("training_session").order_by("created_at", "id").first()
    return seat.training_session if seat else None


def participants_with_passes(programme_id: UUID, session_id: UUID) -> set[UUID]:
    """The participants of a session of whom a pass stands redeemed."""
    rows = Redemption.objects.filter(programme_id=programme_id, training_session_id=session_id, reversals__isnull=True)
    return {one for one in rows.values_list("participant_id", flat=True).order_by() if one}
