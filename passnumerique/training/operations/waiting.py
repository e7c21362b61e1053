"""The waiting list of a full session, and the seats it is offered: an offer holds its seat and has an end.

Every change of a list holds its session's row first; then a conditional UPDATE of the line decides.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind, Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import books_closed_on
from passnumerique.programmes.queries import terms_on
from passnumerique.training.models import TrainingSession, Waiting
from passnumerique.training.operations.holding import take_seats
from passnumerique.training.queries.reach import access_waiting, bookable_session
from passnumerique.training.queries.sessions import booking_of, sessions_with_ids, slot_of
from passnumerique.training.queries.waiting import last_good_day, passes_ready, sessions_with_lapsed_offers
from passnumerique.training.rules import STILL_WAITING, SessionState, WaitingState, offer_ends
from passnumerique.training.rules.hours import LAST_HOUR
from passnumerique.training.rules.refusals import (
    AlreadyWaiting,
    OfferAnswered,
    PassAlreadyBooked,
    SeatsStillFree,
    SessionBegun,
    SessionIsCancelled,
)
from passnumerique.vouchers.operations.reserving import reservable


def join_waiting(*, programme_id: UUID, session_id: UUID, code: str, by: Actor, at: datetime) -> UUID:
    """Put a pass on the waiting list of a full session, last; returns the line's id.

    For who may book there. Refuses a session out of reach, cancelled, begun, or that still has seats; a pass
    not held, lapsed that day, that waits there already or has a seat already.
    """
    session = bookable_session(by, programme_id, session_id, at)
    if at >= session.starts_at:
        raise SessionBegun(day=slot_of(session).day)
    [seen] = reservable(programme_id=programme_id, codes=[code], day=slot_of(session).day, by=by, at=at)
    with transaction.atomic():
        if not take_seats(session, 0):
            raise SessionIsCancelled
        lapse_offers(session, at)
        _refuse_waiting(session, seen.number, at)
        return _write(session, seen.number, WaitingState.WAITING, by, at).id


def _refuse_waiting(session: TrainingSession, number: int, at: datetime) -> None:
    """Called once the session's row is held."""
    free = _free_seats(session)
    if free:
        raise SeatsStillFree(free=free)
    if _lines(session, *STILL_WAITING).filter(voucher_number=number).exists():
        raise AlreadyWaiting
    booked = booking_of(session.programme_id, number, session.id, at)
    if booked:
        raise PassAlreadyBooked(day=slot_of(booked).day)


def _write(
    session: TrainingSession, number: int, state: WaitingState, by: Actor, at: datetime, **details: object
) -> Waiting:
    return Waiting.objects.create(
        id=new_id(at),
        programme_id=session.programme_id,
        training_session=session,
        voucher_number=number,
        state=state,
        created_at=at,
        by_user=by.user_id,
        by_organisation=by.organisation_id,
        **details,
    )


def leave_waiting(*, programme_id: UUID, waiting_id: UUID, by: Actor, at: datetime, code: str = "") -> None:
    """Leave a waiting list; an offer is declined by it. For who may answer the line (see `accept_offer`).
    Refuses a line already answered."""
    line, session = access_waiting(by, programme_id, waiting_id, code)
    with transaction.atomic():
        take_seats(session, 0)
        if not _answer(session, [line.id], WaitingState.WAITING, WaitingState.LEFT, at):
            _decline(session, line, at)


def decline_offer(*, programme_id: UUID, waiting_id: UUID, by: Actor, at: datetime, code: str = "") -> None:
    """Say no to the seat offered: whoever waits next is offered it. For who may answer the line. Refuses one
    that offers nothing any more."""
    line, session = access_waiting(by, programme_id, waiting_id, code)
    with transaction.atomic():
        take_seats(session, 0)
        _decline(session, line, at)


def _decline(session: TrainingSession, line: Waiting, at: datetime) -> None:
    if not _answer(session, [line.id], WaitingState.OFFERED, WaitingState.DECLINED, at):
        raise OfferAnswered
    take_seats(session, -1)
    offer_free_seats(session, at)


def expire_offers(*, programme_id: UUID, at: datetime) -> int:
    """Take back every offer whose time has passed, and offer those seats to whoever waits next; returns how
    many were taken back. For the installation itself; done again it changes nothing."""
    expired = 0
    if books_closed_on(programme_id):
        return expired
    for session in sessions_with_lapsed_offers(programme_id, at):
        with transaction.atomic():
            take_seats(session, 0)
            expired += lapse_offers(session, at)
    return expired


def lapse_offers(session: TrainingSession, at: datetime) -> int:
    """The same for one session, inside the caller's transaction that holds its row."""
    over = _lines(session, WaitingState.OFFERED).filter(offer_until__lte=at)
    expired = over.update(state=WaitingState.EXPIRED, answered_at=at)
    if expired:
        take_seats(session, -expired)
        offer_free_seats(session, at)
    return expired


def bound_offers(session: TrainingSession, at: datetime) -> None:
    """Once the session begins at another hour, no offer there ends later than the last hour before it. Inside
    the caller's transaction that holds the session's row."""
    latest = session.starts_at - LAST_HOUR
    _lines(session, WaitingState.OFFERED).filter(offer_until__gt=latest).update(offer_until=latest)
    lapse_offers(session, at)


def offer_free_seats(session: TrainingSession, at: datetime) -> int:
    """Offer the free seats of a session to those who wait, first come first; returns how many were offered.

    Inside the caller's transaction that holds the session's row. Each offer takes its seat until its end.
    Somebody whose pass cannot book any more leaves the list. Nothing is offered in the last hour, nor where the
    place is not accredited any more.
    """
    until = offer_ends(session.starts_at, at, terms_on(session.programme_id, day_of(at)).offer_hours)
    free = _free_seats(session) if until else 0
    if not free or not accredited_on(
        session.programme_id, session.place_id, AccreditationKind.PLACE, slot_of(session).day
    ):
        return 0
    queue = list(_lines(session, WaitingState.WAITING).order_by("created_at", "id"))
    good = slot_of(session).day <= last_good_day(session.programme_id, at)
    ready = passes_ready(session.programme_id, [line.voucher_number for line in queue], at) if good else set()
    gone = [line.id for line in queue if line.voucher_number not in ready]
    _answer(session, gone, WaitingState.WAITING, WaitingState.LEFT, at)
    first = [line.id for line in queue if line.voucher_number in ready][:free]
    offered = (
        _lines(session, WaitingState.WAITING)
        .filter(id__in=first)
        .update(state=WaitingState.OFFERED, offered_at=at, offer_until=until)
    )
    if offered and not take_seats(session, offered):
        raise RuntimeError("a seat counted free under the session's lock was not")  # pragma: no cover
    return offered


def seat_from_list(session: TrainingSession, numbers: Sequence[int], at: datetime) -> int:
    """These passes take seats of the session: their lines there are answered; how many of them had a seat
    offered, which is theirs now. Inside the caller's transaction that holds the session's row."""
    lines = {
        state: list(_lines(session, state).filter(voucher_number__in=numbers).values_list("id", flat=True).order_by())
        for state in (WaitingState.OFFERED, WaitingState.WAITING)
    }
    offered = _answer(session, lines[WaitingState.OFFERED], WaitingState.OFFERED, WaitingState.SEATED, at)
    _answer(session, lines[WaitingState.WAITING], WaitingState.WAITING, WaitingState.SEATED, at)
    return offered


def leave_other_lists(session: TrainingSession, numbers: Sequence[int], held: Collection[UUID], at: datetime) -> None:
    """Passes that took a seat wait nowhere else: their lines leave, and what they are offered at the sessions
    `held` by the caller's transaction goes to the next. An offer made meanwhile elsewhere ends by itself."""
    elsewhere = Waiting.objects.filter(programme_id=session.programme_id, voucher_number__in=numbers).exclude(
        training_session=session
    )
    elsewhere.filter(state=WaitingState.WAITING).update(state=WaitingState.LEFT, answered_at=at)
    offered = elsewhere.filter(state=WaitingState.OFFERED, training_session__in=held)
    sessions = sessions_with_ids(session.programme_id, held)
    for line in list(offered.order_by("created_at", "id")):
        _decline(sessions[line.training_session_id], line, at)


def _answer(session: TrainingSession, ids: Sequence[UUID], state: WaitingState, to: WaitingState, at: datetime) -> int:
    """Move these lines from one state to another; how many were still in it."""
    return _lines(session, state).filter(id__in=ids).update(state=to, answered_at=at) if ids else 0


def _lines(session: TrainingSession, *states: WaitingState) -> QuerySet[Waiting]:
    return Waiting.objects.filter(
        programme_id=session.programme_id, training_session=session, state__in=[state.value for state in states]
    )


def _free_seats(session: TrainingSession) -> int:
    """Seats of a planned session that nobody has and nobody is offered, as they are now."""
    rows = TrainingSession.objects.filter(programme_id=session.programme_id, id=session.id, state=SessionState.PLANNED)
    seats, taken = rows.values_list("seats", "seats_taken").first() or (0, 0)
    return seats - taken
