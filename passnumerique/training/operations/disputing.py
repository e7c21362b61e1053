"""Disputes: a pass that two places took. One use stands; the authority keeps it or lets the other pass before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.queries import device_holder
from passnumerique.directory.rules import Actor, Permission, require, system_actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.operations import take_turn
from passnumerique.training.models import Attendance, Dispute, TrainingSession
from passnumerique.training.operations.doors import Doors
from passnumerique.training.operations.holding import hold_sessions, take_seats
from passnumerique.training.operations.redeeming import Presented
from passnumerique.training.operations.seating import new_seat, why_no_seat
from passnumerique.training.queries.disputes import access_dispute, next_dispute_number
from passnumerique.training.queries.sessions import (
    last_rank,
    participants_with_passes,
    seats_with_ids,
    sessions_with_ids,
)
from passnumerique.training.rules import SEATED, AttendanceStatus, DisputeState
from passnumerique.training.rules.disputes import (
    FIRST_ON_THE_SPOT,
    LONGEST_REASON,
    DisputeAlreadySettled,
    DisputeOvertaken,
    DisputeReasonMissing,
)
from passnumerique.vouchers.operations.redeeming import Use, take_over
from passnumerique.vouchers.queries.reading import StandingUse, redemptions_with_ids, uses_standing


@dataclass(frozen=True, slots=True)
class Contested:
    """A use that came for a pass which another place had used: the line as it was presented, and the pass."""

    presented: Presented
    number: int
    by: Actor


def contest(
    programme_id: UUID, contested: Contested, at: datetime, *, first_scanned: bool
) -> tuple[Dispute, bool] | None:
    """The dispute about this use, once for its id, whoever sends it how often; and whether it was written now.

    Where the first scanned stands and this use came before the one that is recorded, it takes its place, and
    the dispute is settled by that rule; unless the recorded one is claimed or the use itself would be refused.
    None when nothing of another place is in the way any more: it may be asked again.
    """
    with transaction.atomic():
        take_turn(programme_id)
        known = Dispute.objects.filter(programme_id=programme_id, contested_id=contested.presented.id).first()
        if known:
            return known, False
        standing = uses_standing(programme_id, [contested.number]).get(contested.number)
        if standing is None or standing.place_id == contested.by.organisation_id:
            return None
        row = _written(programme_id, contested, standing, at)
        if first_scanned and contested.presented.redeemed_at < standing.redeemed_at:
            _pass_before(row, contested.by, at)
        return row, True


def _pass_before(row: Dispute, taken_by: Actor, at: datetime) -> None:
    """Let the contested use take the place of the recorded one, by the programme's own rule, if it can be."""
    by = system_actor(taken_by.authority_id)
    try:
        with transaction.atomic():
            _transfer(row, taken_by, FIRST_ON_THE_SPOT, by, at)
            _decided(row, DisputeState.TRANSFERRED, FIRST_ON_THE_SPOT, by, at)
    except Refusal:  # claimed, or nobody else can sit down: people settle it
        return
    row.state = DisputeState.TRANSFERRED


def keep_recorded_use(*, programme_id: UUID, number: int, reason: str, by: Actor, at: datetime) -> None:
    """Settle a dispute: the use that was recorded stands, the contested one is put aside.

    For who settles disputes. Refuses a missing reason, and a dispute settled before.
    """
    row = _to_settle(by, programme_id, number, reason)
    with transaction.atomic():
        _decided(row, DisputeState.KEPT, reason.strip(), by, at)


def transfer_use(*, programme_id: UUID, number: int, reason: str, by: Actor, at: datetime) -> None:
    """Settle a dispute: the contested use takes the place of the recorded one, in one act.

    For who settles disputes. Refuses a missing reason, a dispute settled before, a recorded use that is in a
    claim, a pass used elsewhere since, and whatever would refuse the use itself on its day: a session
    cancelled or full, a place not accredited.
    """
    row = _to_settle(by, programme_id, number, reason)
    taken_by = device_holder(programme_id, row.device_id).actor
    with transaction.atomic():
        take_turn(programme_id)
        _decided(row, DisputeState.TRANSFERRED, reason.strip(), by, at)
        _transfer(row, taken_by, reason.strip(), by, at)


def _to_settle(by: Actor, programme_id: UUID, number: int, reason: str) -> Dispute:
    require(by, Permission.SETTLE_DISPUTES)
    row = access_dispute(by, programme_id, number)
    require_open_books(programme_id)
    if not reason.strip():
        raise DisputeReasonMissing
    return row


def _written(programme_id: UUID, contested: Contested, standing: StandingUse, at: datetime) -> Dispute:
    one, taker = contested.presented, contested.by
    return Dispute.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        number=next_dispute_number(programme_id),
        voucher_number=contested.number,
        standing_redemption_id=standing.id,
        standing_place_id=standing.place_id,
        contested_id=one.id,
        contested_place_id=taker.organisation_id or NOBODY,
        contested_session_id=one.session_id,
        contested_participant_id=one.participant_id,
        contested_at=one.redeemed_at,
        device_id=taker.user_id or NOBODY,
        received_at=at,
    )


def _decided(row: Dispute, state: DisputeState, reason: str, by: Actor, at: datetime) -> None:
    rows = Dispute.objects.filter(programme_id=row.programme_id, id=row.id, state=DisputeState.OPEN)
    changes = {"state": state, "reason": reason[:LONGEST_REASON], "decided_at": at, "by_user": by.user_id}
    if not rows.update(**changes):
        now = Dispute.objects.get(programme_id=row.programme_id, id=row.id)
        raise DisputeAlreadySettled(day=day_of(now.decided_at or at))


def _transfer(row: Dispute, taken_by: Actor, reason: str, by: Actor, at: datetime) -> None:
    """Undo what stands and record the contested use, its bearer seated; all in the caller's transaction."""
    programme_id = row.programme_id
    presented = Presented(row.contested_id, "", row.contested_session_id, row.contested_at)
    (door,) = Doors(programme_id).open([(taken_by, presented)], at)
    if isinstance(door, Refusal):
        raise door
    before = redemptions_with_ids(programme_id, [row.standing_redemption_id])[row.standing_redemption_id]
    hold_sessions(programme_id, {before.training_session_id, row.contested_session_id})
    standing = uses_standing(programme_id, [row.voucher_number]).get(row.voucher_number)
    if standing and standing.id != before.id:
        raise DisputeOvertaken
    who = _seated(row, taken_by, at)
    use = Use(row.contested_id, row.voucher_number, door, who, row.contested_at, taken_by)
    instead_of = standing.id if standing else None
    take_over(programme_id=programme_id, use=use, instead_of=instead_of, cause=reason, by=by, at=at)
    if standing:
        _forget_pass(programme_id, standing)


def _seated(row: Dispute, taken_by: Actor, at: datetime) -> UUID:
    """Seat the bearer of the contested use as present: in the seat of who was named, in the one that the pass
    booked, or in a new one. Refuses a full or cancelled session, and a named person of another one."""
    session = sessions_with_ids(row.programme_id, [row.contested_session_id])[row.contested_session_id]
    seats = Attendance.objects.filter(programme_id=row.programme_id, training_session=session)
    booked = seats.filter(voucher_number=row.voucher_number)
    named = seats.filter(id=row.contested_participant_id or NOBODY)
    seat = named.first() or booked.first()
    if seat is None:
        return _newcomer(row, session, taken_by, at)
    if AttendanceStatus(seat.status) not in SEATED and not take_seats(session, 1):
        raise why_no_seat(session)
    elsewhere = booked.exclude(id=seat.id).exists()
    number = seat.voucher_number or (None if elsewhere else row.voucher_number)
    seats.filter(id=seat.id).update(status=AttendanceStatus.PRESENT, voucher_number=number)
    return seat.id


def _newcomer(row: Dispute, session: TrainingSession, taken_by: Actor, at: datetime) -> UUID:
    if not take_seats(session, 1, arriving=1):
        raise why_no_seat(session)
    seat = new_seat(session, last_rank(session), AttendanceStatus.PRESENT, taken_by, at)
    seat.id = row.contested_participant_id or row.contested_id
    if seats_with_ids([seat.id]):  # of another session: the named person does not sit here
        raise NotFound
    seat.voucher_number = row.voucher_number
    seat.save(force_insert=True)
    return seat.id


def _forget_pass(programme_id: UUID, undone: StandingUse) -> None:
    """Whose pass was passed over was there all the same: the seat stays, without the pass."""
    paid = participants_with_passes(programme_id, undone.session_id)
    if undone.participant_id and undone.participant_id not in paid:
        seats = Attendance.objects.filter(programme_id=programme_id, id=undone.participant_id)
        seats.filter(voucher_number=undone.number).update(voucher_number=None)
