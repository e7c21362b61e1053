"""What has to be told to whom about training sessions: read from the rows, never notified by who writes them.

People are named by the numbers of their passes; who they are, and whether they may be written to, is for
whoever sends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from passnumerique.beneficiaries.rules import MessageKind
from passnumerique.directory.models import Organisation
from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import first_id
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.programmes.rules import Reminders
from passnumerique.training.models import Attendance, SeatFreed, SessionMove, TrainingSession, Waiting
from passnumerique.training.queries.sessions import title_of
from passnumerique.training.rules import AttendanceStatus, SessionState, WaitingState
from passnumerique.training.rules.letters import House, Workshop
from passnumerique.training.rules.reminding import BOOKED_WITHIN, CANCELLED_WITHIN, FURTHEST, reminders_due


@dataclass(frozen=True)
class Offer:
    """A seat kept for one pass until an instant."""

    session: TrainingSession
    until: datetime


@dataclass(frozen=True)
class News:
    """Something to tell the people of some passes, once each: `subject_id` stays the same at each reading."""

    kind: MessageKind
    subject_id: UUID
    session: TrainingSession
    numbers: tuple[int, ...]
    offers: Mapping[int, Offer] = field(default_factory=dict)
    """What is offered to each pass, by its number."""
    move: SessionMove | None = None
    """How the session was before it was moved."""


def due_reminders(programme_id: UUID, at: datetime) -> list[News]:
    """The reminders due at that instant, of two days and two hours before, quiet hours aside: for each session
    the passes that booked a seat early enough. Subject: the session."""
    rows = TrainingSession.objects.filter(
        programme_id=programme_id, state=SessionState.PLANNED, starts_at__gt=at, starts_at__lte=at + FURTHEST
    )
    due = [
        (session, kind, window.booked_before)
        for session in _with_module(rows)
        for kind, window in reminders_due(session.starts_at, at)
    ]
    seats = _expected(programme_id, {session.id for session, _kind, _before in due})
    found = []
    for session, kind, before in due:
        early = [seat.voucher_number or 0 for seat in seats.get(session.id, []) if booked_at(seat) <= before]
        if early:
            found.append(News(kind, session.id, session, tuple(early)))
    return found


def _with_module(rows: QuerySet[TrainingSession]) -> list[TrainingSession]:
    return list(rows.select_related("module", "planned_session").order_by("starts_at", "id"))


def booked_at(seat: Attendance) -> datetime:
    """When the seat was booked the last time."""
    return seat.booked_again_at or seat.created_at


def _expected(programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, list[Attendance]]:
    """The seats that passes booked at these sessions and still hold, by session."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        training_session_id__in=list(session_ids),
        status=AttendanceStatus.EXPECTED,
        voucher_number__isnull=False,
    )
    found: dict[UUID, list[Attendance]] = {}
    for seat in rows.order_by("created_at", "id"):
        found.setdefault(seat.training_session_id, []).append(seat)
    return found


def fresh_news(programme_id: UUID, at: datetime) -> list[News]:
    """What happened lately that people have to know: sessions cancelled or moved, seats offered, seats booked."""
    told = (_cancelled, _moved, _offered, _booked, _booked_again)
    return [news for read in told for news in read(programme_id, at)]


def _cancelled(programme_id: UUID, at: datetime) -> list[News]:
    """Sessions to come that were cancelled in the last two days, with what is offered instead. Subject: the
    session."""
    rows = TrainingSession.objects.filter(
        programme_id=programme_id,
        state=SessionState.CANCELLED,
        starts_at__gt=at,
        cancelled_at__gt=at - CANCELLED_WITHIN,
    )
    sessions = {session.id: session for session in _with_module(rows)}
    seats = Attendance.objects.filter(
        programme_id=programme_id,
        training_session_id__in=list(sessions),
        status=AttendanceStatus.CANCELLED,
        voucher_number__isnull=False,
    )
    numbers: dict[UUID, list[int]] = {}
    for session_id, number in seats.order_by("rank").values_list("training_session_id", "voucher_number"):
        numbers.setdefault(session_id, []).append(number or 0)
    offers = _instead(programme_id, list(sessions), at)
    return [
        News(MessageKind.SESSION_CANCELLED, one, sessions[one], tuple(several), offers.get(one, {}))
        for one, several in numbers.items()
    ]


def _moved(programme_id: UUID, at: datetime) -> list[News]:
    """Sessions to come that were moved in the last two days, told once after the last move to those who had a
    seat before it. Subject: the move."""
    moves = last_moves(programme_id, at).filter(at__gt=at - CANCELLED_WITHIN, training_session__starts_at__gt=at)
    found = {move.training_session_id: move for move in moves}
    seats = _expected(programme_id, found)
    told = []
    for session_id, move in found.items():
        numbers = [seat.voucher_number or 0 for seat in seats.get(session_id, []) if booked_at(seat) <= move.at]
        if numbers:
            session = move.training_session
            told.append(News(MessageKind.SESSION_MOVED, move.id, session, tuple(numbers), move=move))
    return told


def last_moves(programme_id: UUID, at: datetime) -> QuerySet[SessionMove]:
    """The moves of sessions still planned, each session's last one coming last."""
    rows = SessionMove.objects.filter(programme_id=programme_id, training_session__state=SessionState.PLANNED)
    rows = rows.filter(at__lte=at).select_related("training_session__module", "training_session__planned_session")
    return rows.order_by("at", "id")


def before_move(workshop: Workshop, move: SessionMove) -> Workshop:
    """The session as it was before it was moved."""
    return replace(workshop, starts_at=move.starts_at, ends_at=move.ends_at, room=move.room)


def _instead(programme_id: UUID, session_ids: list[UUID], at: datetime) -> dict[UUID, dict[int, Offer]]:
    """What is offered instead of these cancelled sessions, by session and pass."""
    rows = _open_offers(programme_id, at).filter(instead_of__in=session_ids)
    found: dict[UUID, dict[int, Offer]] = {}
    for line in rows:
        if line.instead_of and line.offer_until:
            offer = Offer(line.training_session, line.offer_until)
            found.setdefault(line.instead_of, {}).setdefault(line.voucher_number, offer)
    return found


def _open_offers(programme_id: UUID, at: datetime) -> QuerySet[Waiting]:
    rows = Waiting.objects.filter(programme_id=programme_id, state=WaitingState.OFFERED, offer_until__gt=at)
    return rows.select_related("training_session__module", "training_session__planned_session").order_by(
        "offered_at", "id"
    )


def _offered(programme_id: UUID, at: datetime) -> list[News]:
    """Seats that came free and are offered to who waited. Subject: the first line of those offered together,
    answered meanwhile or not."""
    open_lines = [line for line in _open_offers(programme_id, at) if line.instead_of is None]
    acts: dict[tuple[UUID, datetime | None], list[Waiting]] = {}
    for line in open_lines:
        acts.setdefault((line.training_session_id, line.offered_at), []).append(line)
    every = Waiting.objects.filter(
        programme_id=programme_id,
        training_session_id__in={line.training_session_id for line in open_lines},
        offered_at__in={line.offered_at for line in open_lines if line.offered_at},
    )
    first: dict[tuple[UUID, datetime | None], UUID] = {}
    for line_id, session_id, offered_at in every.order_by("id").values_list("id", "training_session_id", "offered_at"):
        first.setdefault((session_id, offered_at), line_id)
    return [
        News(
            MessageKind.SEAT_OFFERED,
            first[act],
            lines[0].training_session,
            tuple(line.voucher_number for line in lines),
            {line.voucher_number: Offer(line.training_session, line.offer_until) for line in lines if line.offer_until},
        )
        for act, lines in acts.items()
    ]


def _booked(programme_id: UUID, at: datetime) -> list[News]:
    """Seats booked in the last day at sessions to come. Subject: the first seat of those booked together,
    given back meanwhile or not, so that a family has one message."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        id__gte=first_id(at - BOOKED_WITHIN),
        voucher_number__isnull=False,
        training_session__starts_at__gt=at,
        training_session__state=SessionState.PLANNED,
    ).select_related("training_session__module", "training_session__planned_session")
    acts: dict[tuple[object, ...], list[Attendance]] = {}
    for seat in rows.order_by("id"):
        act = (seat.training_session_id, seat.created_at, seat.by_user, seat.by_organisation)
        acts.setdefault(act, []).append(seat)
    found = []
    for seats in acts.values():
        still = [seat for seat in seats if seat.status == AttendanceStatus.EXPECTED and not seat.booked_again_at]
        kept = [seat.voucher_number or 0 for seat in still]
        if kept:
            found.append(News(MessageKind.SEAT_BOOKED, seats[0].id, seats[0].training_session, tuple(kept)))
    return found


def _booked_again(programme_id: UUID, at: datetime) -> list[News]:
    """Seats given back and booked again in the last day. Subject: when the seat was last given back."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        booked_again_at__gt=at - BOOKED_WITHIN,
        booked_again_at__lte=at,
        status=AttendanceStatus.EXPECTED,
        training_session__starts_at__gt=at,
        training_session__state=SessionState.PLANNED,
    ).select_related("training_session__module", "training_session__planned_session")
    seats = list(rows.order_by("booked_again_at", "id"))
    freed = SeatFreed.objects.filter(programme_id=programme_id, attendance_id__in=[seat.id for seat in seats])
    last = dict(freed.order_by("at", "id").values_list("attendance_id", "id"))
    acts: dict[tuple[object, ...], list[Attendance]] = {}
    for seat in seats:
        act = (seat.training_session_id, seat.booked_again_at, seat.by_user, seat.by_organisation)
        acts.setdefault(act, []).append(seat)
    return [
        News(
            MessageKind.SEAT_BOOKED,
            min(last[seat.id] for seat in together if seat.id in last),
            together[0].training_session,
            tuple(seat.voucher_number or 0 for seat in together),
        )
        for together in acts.values()
        if any(seat.id in last for seat in together)
    ]


def sessions_of_subjects(programme_id: UUID, subject_ids: Iterable[UUID]) -> dict[UUID, TrainingSession]:
    """The session that each subject of a message is about: itself, the one of a seat, of an offer, of
    a move."""
    wanted = set(subject_ids)
    about = {one: one for one in wanted}
    seats = Attendance.objects.filter(programme_id=programme_id, id__in=wanted)
    lines = Waiting.objects.filter(programme_id=programme_id, id__in=wanted)
    about |= dict(seats.values_list("id", "training_session_id").order_by())
    for rows in (SeatFreed, SessionMove):
        known = rows.objects.filter(programme_id=programme_id, id__in=wanted)
        about |= dict(known.values_list("id", "training_session_id").order_by())
    about |= dict(lines.values_list("id", "training_session_id").order_by())
    sessions = TrainingSession.objects.filter(programme_id=programme_id, id__in=set(about.values()))
    found = {session.id: session for session in _with_module(sessions)}
    return {subject_id: found[one] for subject_id, one in about.items() if one in found}


def writes_to_people(programme_id: UUID, at: datetime) -> bool:
    """Whether the programme writes to the people who asked for it."""
    return terms_on(programme_id, day_of(at)).reminders is Reminders.ON


def house_of(actor: Actor, programme_id: UUID) -> House:
    """Who signs the messages of a programme within the actor's reach."""
    programme = access_programme(actor, programme_id)
    authority = programme.authority
    page = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/p/"
    return House(programme.name, authority.name, authority.email, authority.phone, page)


def workshops_of(sessions: Iterable[TrainingSession]) -> dict[UUID, Workshop]:
    """These sessions, with their places, as a letter tells them, by id."""
    several = list(sessions)
    places = organisations_by_id(session.place_id for session in several)
    return {session.id: _workshop(session, places.get(session.place_id)) for session in several}


def _workshop(session: TrainingSession, place: Organisation | None) -> Workshop:
    return Workshop(
        title=title_of(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place.name if place else "",
        address=_address(place) if place else "",
        room=session.room,
        phone=place.phone if place else "",
        accessibility=session.accessibility,
    )


def _address(place: Organisation) -> str:
    town = f"{place.postcode} {place.commune}".strip()
    return ", ".join(part for part in (place.address, place.address_extra, town) if part)
