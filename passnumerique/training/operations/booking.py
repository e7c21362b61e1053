"""Seats booked with passes, and given back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.codes import fold
from passnumerique.ground.db import retried
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations.freeing import note_freed
from passnumerique.training.operations.holding import hold_sessions, refuse_closed, take_seats
from passnumerique.training.operations.seating import new_seat, why_no_seat
from passnumerique.training.operations.sheets import hold_open
from passnumerique.training.operations.waiting import lapse_offers, leave_other_lists, offer_free_seats, seat_from_list
from passnumerique.training.queries.reach import (
    access_seat,
    access_waiting,
    bookable_session,
    require_hosted,
    require_not_begun,
)
from passnumerique.training.queries.sessions import (
    access_held_session,
    booking_of,
    last_rank,
    participants_with_passes,
    slot_of,
)
from passnumerique.training.queries.waiting import sessions_offered_to
from passnumerique.training.rules import AttendanceStatus, SessionState, WaitingState, WhyFreed
from passnumerique.training.rules.refusals import (
    CodeNeeded,
    NoPassGiven,
    OfferAnswered,
    OfferOver,
    ParticipantUsedPass,
    PassAlreadyBooked,
    PassGivenTwice,
    SeatGivenBack,
    SessionIsCancelled,
)
from passnumerique.vouchers.operations.reserving import reservable, reservable_numbers, reserve_passes
from passnumerique.vouchers.queries.reading import Seen


def book_seats(
    *,
    programme_id: UUID,
    session_id: UUID,
    codes: Sequence[str],
    by: Actor,
    at: datetime,
    labels: Sequence[str] = (),
) -> list[UUID]:
    """Take one seat for each of these passes, all or none, and return the attendances' ids in their order.

    For the session's place and its mediators, for a prescriber, and for whoever holds the passes. `labels`
    are what the people give freely, in the order of the codes. A pass that is offered a seat there takes
    that one; it leaves the waiting lists of the other sessions. Refuses a session out of reach, cancelled,
    over or without that many seats, and a pass not held, lapsed that day, given twice, or that has a seat
    already.
    """
    session = bookable_session(by, programme_id, session_id, at)
    if not codes:
        raise NoPassGiven
    if max(Counter(map(fold, codes)).values()) > 1:
        raise PassGivenTwice
    passes = reservable(programme_id=programme_id, codes=codes, day=slot_of(session).day, by=by, at=at)
    named = dict(zip((one.number for one in passes), [*labels, *[""] * len(passes)], strict=False))
    booking = Booking(session, passes, by, at, named)

    def book() -> list[UUID]:
        with transaction.atomic():
            return booking.carried_out()

    return retried(book)


def add_participant(
    *, programme_id: UUID, session_id: UUID, by: Actor, at: datetime, label: str = "", code: str = ""
) -> UUID:
    """Take a seat for a person and return the attendance's id; with a pass's code, that pass books it (see
    `book_seats`).

    For the session's place and its mediators, for who manages training (without code), and for a
    prescriber (with the code of a pass). `label` is what the person gives freely: a first name,
    initials, or nothing. Without code, refuses a cancelled or full session, and a closed sheet.
    """
    if code.strip():
        given = {"programme_id": programme_id, "session_id": session_id, "by": by, "at": at}
        return book_seats(codes=[code], labels=[label], **given)[0]  # type: ignore[arg-type]
    if by.role is Role.PRESCRIBER:
        raise CodeNeeded
    session = access_held_session(by, programme_id, session_id)
    with transaction.atomic():
        hold_open(session)
        lapse_offers(session, at)
        if not take_seats(session, 1, arriving=1):
            raise why_no_seat(session)
        seat = new_seat(session, last_rank(session), AttendanceStatus.EXPECTED, by, at)
        seat.label = label.strip()[:40]
        seat.save(force_insert=True)
    return seat.id


@dataclass(frozen=True)
class Booking:
    """Passes about to take seats of a session, inside the caller's transaction."""

    session: TrainingSession
    passes: Sequence[Seen]
    by: Actor
    at: datetime
    labels: dict[int, str]

    def carried_out(self, *, offered_only: bool = False) -> list[UUID]:
        """Take the seats: sessions first in one order, then the passes, as a redemption takes them.
        `offered_only`: only seats that are offered to these passes."""
        programme_id, numbers = self.session.programme_id, [one.number for one in self.passes]
        held = {self.session.id, *sessions_offered_to(programme_id, numbers)}
        hold_sessions(programme_id, held)
        refuse_closed(self.session)
        lapse_offers(self.session, self.at)
        offered = seat_from_list(self.session, numbers, self.at)
        if offered_only and offered < len(numbers):
            raise OfferAnswered
        again = self._seats_given_back(numbers)
        if not take_seats(self.session, len(numbers) - offered, arriving=len(numbers) - len(again)):
            raise why_no_seat(self.session)
        reserve_passes(
            programme_id=programme_id, passes=self.passes, session_id=self.session.id, by=self.by, at=self.at
        )
        for number in numbers:
            refuse_booked(self.session, number, self.at)
        leave_other_lists(self.session, numbers, held, self.at)
        return self._seated(numbers, again)

    def _seats_given_back(self, numbers: Sequence[int]) -> dict[int | None, UUID]:
        """The lines of the list that these passes left before: they are theirs again."""
        rows = Attendance.objects.filter(
            programme_id=self.session.programme_id,
            training_session=self.session,
            voucher_number__in=numbers,
            status=AttendanceStatus.EXCUSED,
        )
        return {row.voucher_number: row.id for row in rows.order_by()}

    def _seated(self, numbers: Sequence[int], again: dict[int | None, UUID]) -> list[UUID]:
        Attendance.objects.filter(programme_id=self.session.programme_id, id__in=again.values()).update(
            status=AttendanceStatus.EXPECTED,
            booked_again_at=self.at,
            by_user=self.by.user_id,
            by_organisation=self.by.organisation_id,
        )
        fresh = [number for number in numbers if number not in again]
        first = last_rank(self.session) - len(fresh) + 1
        made = [self._seat(number, rank) for rank, number in enumerate(fresh, start=first)]
        Attendance.objects.bulk_create(made)
        ids = again | {seat.voucher_number: seat.id for seat in made}
        return [ids[number] for number in numbers]

    def _seat(self, number: int, rank: int) -> Attendance:
        seat = new_seat(self.session, rank, AttendanceStatus.EXPECTED, self.by, self.at)
        seat.label, seat.voucher_number = self.labels.get(number, "").strip()[:40], number
        return seat


def refuse_booked(session: TrainingSession, number: int, at: datetime) -> None:
    """Refuses a pass that has a seat already; called once the pass is held, so that none can slip in."""
    booked = booking_of(session.programme_id, number, session.id, at)
    if booked:
        raise PassAlreadyBooked(day=slot_of(booked).day)


def accept_offer(*, programme_id: UUID, waiting_id: UUID, code: str, by: Actor, at: datetime) -> UUID:
    """Take the seat that is offered, and return the attendance's id.

    For whoever holds the pass (`code` needed), for the session's place and its mediators and for the structure
    that put the pass on the list (on the telephone, without code). Refuses a line of others, an offer whose
    time has passed or that was answered, a session cancelled or begun or whose place is not accredited any more,
    and a pass that cannot book any more.
    """
    line, session = access_waiting(by, programme_id, waiting_id, code)
    require_not_begun(session, at)
    require_hosted(session)
    day, numbers = slot_of(session).day, [line.voucher_number]
    passes = reservable_numbers(programme_id=programme_id, numbers=numbers, day=day, by=by, at=at)
    with transaction.atomic():
        _refuse_over(line, session, at)
        return Booking(session, passes, by, at, {}).carried_out(offered_only=True)[0]


def _refuse_over(line: Waiting, session: TrainingSession, at: datetime) -> None:
    """Tells why nothing is offered any more; the UPDATE decides afterwards all the same."""
    if session.state == SessionState.CANCELLED:
        raise SessionIsCancelled
    lapsed = line.state == WaitingState.OFFERED and line.offer_until is not None and line.offer_until <= at
    if lapsed or line.state == WaitingState.EXPIRED:
        raise OfferOver


def cancel_seat(*, programme_id: UUID, attendance_id: UUID, by: Actor, at: datetime, code: str = "") -> None:
    """Give a seat back: its person is excused, and whoever waits first is offered it.

    For the session's place and its mediators, for who manages training, for the structure that booked it,
    and for the holder of the pass that did (`code`). Refuses a seat already given back, one whose person
    used a pass there, and for those outside the place a session that has begun.
    """
    seat, session = access_seat(by, programme_id, attendance_id, code)
    if by.role in {Role.BEARER, Role.PRESCRIBER}:
        require_not_begun(session, at)
    with transaction.atomic():
        take_seats(session, 0)
        if seat.id in participants_with_passes(programme_id, session.id):
            raise ParticipantUsedPass(who=seat.label or f"Participant {seat.rank}")
        rows = Attendance.objects.filter(programme_id=programme_id, id=seat.id, status=AttendanceStatus.EXPECTED)
        if not rows.update(status=AttendanceStatus.EXCUSED):
            raise SeatGivenBack
        note_freed([seat], WhyFreed.GIVEN_BACK, by, at)
        take_seats(session, -1)
        offer_free_seats(session, at)
