"""Passes used at a training session: the register spends them, this floor seats their bearers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import terms_on
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations.scheduling import take_seats
from passnumerique.training.operations.seating import new_seat, why_no_seat
from passnumerique.training.queries.sessions import (
    access_session,
    next_rank,
    participants_with_passes,
    seats_by_number,
    seats_with_ids,
    slot_of,
)
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState, check_begun
from passnumerique.training.rules.refusals import SessionIsCancelled
from passnumerique.vouchers.operations import Outcome, Scan, Workshop, redeem, undo
from passnumerique.vouchers.queries.reading import redemptions_with_ids, vouchers_with_codes


def redeem_at_session(
    *,
    programme_id: UUID,
    session_id: UUID,
    scans: Sequence[Scan],
    redeemed_at: datetime,
    by: Actor,
    at: datetime,
) -> list[Outcome]:
    """Spend passes at a training session, seat their bearers as present, and tell each scan's outcome.

    For the session's place and its mediators. A scan without participant belongs to the seat that its
    pass booked; otherwise it seats somebody new, under the scan's own id. Scans of one person who gives
    several passes carry one participant id: that of a seat, or a new one made by the client. The
    outcomes carry the participants so found. Refuses the whole set in a session of another place
    (NotFound), cancelled, not begun its day, or too full to seat those who come without booking, and
    whatever `redeem` refuses; one scan at a time, what `redeem` refuses of it.
    """
    require(by, Permission.REDEEM)
    session = access_session(by, programme_id, session_id)
    check_begun(slot_of(session), min(day_of(redeemed_at), day_of(at)))
    if session.state == SessionState.CANCELLED:
        raise SessionIsCancelled
    with transaction.atomic():
        outcomes = redeem(
            programme_id=programme_id,
            workshop=workshop_of(session),
            scans=_with_participants(session, scans),
            redeemed_at=redeemed_at,
            by=by,
            at=at,
        )
        _seat(session, [one for one in outcomes if one.refusal is None and not one.replayed], by, at)
    return outcomes


def workshop_of(session: TrainingSession) -> Workshop:
    """The session as the register needs it, with the passes that one person gives for it that day."""
    slot = slot_of(session)
    price = terms_on(session.programme_id, slot.day).passes_for(slot.minutes, session.module.price_passes)
    return Workshop(session.id, session.place_id, session.module_id, slot.day, price)


def _with_participants(session: TrainingSession, scans: Sequence[Scan]) -> list[Scan]:
    bare = [scan.code for scan in scans if scan.participant_id is None]
    seen = vouchers_with_codes(session.programme_id, bare) if bare else {}
    booked = seats_by_number(session, [voucher.number for voucher in seen.values()]) if seen else {}
    seat_of_code = {code: booked.get(voucher.number) for code, voucher in seen.items()}
    return [
        replace(scan, participant_id=scan.participant_id or seat_of_code.get(fold(scan.code)) or scan.id)
        for scan in scans
    ]


def _seat(session: TrainingSession, done: Sequence[Outcome], by: Actor, at: datetime) -> None:
    """Mark present whoever a pass was just taken of; those without a seat take one."""
    numbers = {one.scan.participant_id: one.number for one in reversed(done) if one.scan.participant_id}
    if not numbers:
        return
    seats = seats_with_ids(numbers)
    if any(seat.training_session_id != session.id for seat in seats.values()):
        raise NotFound
    come = [one for one in numbers if one not in seats]
    gone = [seat for seat in seats.values() if AttendanceStatus(seat.status) not in SEATED]
    if not take_seats(session, len(come) + len(gone)):
        raise why_no_seat(session)
    used = seats_by_number(session, [number for number in numbers.values() if number])
    free = {one: number for one, number in numbers.items() if number and number not in used}
    for seat in seats.values():
        seat.status = AttendanceStatus.PRESENT
        seat.voucher_number = seat.voucher_number or free.get(seat.id)
    Attendance.objects.bulk_update(seats.values(), ["status", "voucher_number"])
    _seat_newcomers(session, come, free, by, at)


def _seat_newcomers(
    session: TrainingSession, come: Sequence[UUID], free: Mapping[UUID, int], by: Actor, at: datetime
) -> None:
    """`free` tells the number of the pass that each brought, unless another seat bears it."""
    if not come:
        return
    first = next_rank(session)
    rows = [new_seat(session, first + place, AttendanceStatus.PRESENT, by, at) for place in range(len(come))]
    for row, participant_id in zip(rows, come, strict=True):
        row.id, row.voucher_number = participant_id, free.get(participant_id)
    Attendance.objects.bulk_create(rows)


def undo_redemption(*, programme_id: UUID, redemption_id: UUID, cause: str, by: Actor, at: datetime) -> None:
    """Undo a redemption made at a session: the pass is held again, its bearer expected again.

    For the place that took it; refuses what the register's `undo` refuses.
    """
    with transaction.atomic():
        undo(programme_id=programme_id, redemption_id=redemption_id, cause=cause, by=by, at=at)
        row = redemptions_with_ids(programme_id, [redemption_id])[redemption_id]
        paid = participants_with_passes(programme_id, row.training_session_id)
        if row.participant_id and row.participant_id not in paid:
            Attendance.objects.filter(
                programme_id=programme_id, id=row.participant_id, status=AttendanceStatus.PRESENT
            ).update(status=AttendanceStatus.EXPECTED, voucher_number=None)
