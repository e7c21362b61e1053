"""Sums paid unduly, and how they come back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import id_of
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.settlement.models import Claim, ClaimLine, RecoveryOrder, Undue
from passnumerique.settlement.operations.cash import record_cash
from passnumerique.settlement.queries.claims import access_claim
from passnumerique.settlement.queries.recoveries import access_order, next_order_number
from passnumerique.settlement.rules import CashKind, ClaimState, Verdict
from passnumerique.settlement.rules.refusals import (
    LineNotPaid,
    NothingToRecover,
    PaidBeforeDecided,
    PaymentReferenceMissing,
    RecoveredAlready,
    RejectionWithoutReason,
    UndueOnOrder,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def recover(*, claim_id: UUID, line_ids: Sequence[UUID], cause: str, by: Actor, at: datetime) -> int:
    """Declare lines of a paid claim unduly paid; returns how many. For finance. Refuses lines not paid.

    Their sum waits for the next claim of the place, which it lowers, unless a recovery order asks for it.
    """
    claim, lines = _paid_lines(claim_id, line_ids, by)
    if not cause.strip():
        raise RejectionWithoutReason
    with transaction.atomic():
        _settle_lines(Act.RECOVER, claim.id, lines, cause, by, at)
        Undue.objects.bulk_create(
            Undue(
                id=id_of(at, f"undue {line.id}"),
                programme_id=claim.programme_id,
                line=line,
                place_id=claim.place_id,
                amount_cents=line.face_value_cents - line.fee_cents,
                cause=cause.strip()[:240],
                declared_at=at,
                declared_by=by.user_id,
            )
            for line in lines
        )
    return len(lines)


def offset(*, claim_id: UUID, line_ids: Sequence[UUID], cause: str, by: Actor, at: datetime) -> int:
    """Note that undue sums came back in a way named in `cause`, by no claim and no order; how many lines.

    For finance. The value of the passes goes back to the envelope. Refuses lines not declared undue, those that
    came back already, and those that stand on a recovery order: the order is received as a whole.
    """
    claim, lines = _paid_lines(claim_id, line_ids, by)
    if not cause.strip():
        raise RejectionWithoutReason
    with transaction.atomic():
        _settle_lines(Act.OFFSET, claim.id, lines, cause, by, at)
        rows = Undue.objects.filter(programme_id=claim.programme_id, line__in=lines)
        free = rows.filter(settled_at__isnull=True, order__isnull=True)
        if free.update(settled_at=at, settled_by=by.user_id, settled_for=cause.strip()[:240]) < len(lines):
            raise UndueOnOrder
    return len(lines)


def take_offsets(claim: Claim, net_cents: int, by: Actor, at: datetime) -> int:
    """Take undue sums of the place back from what a claim is worth, the oldest first, pass by pass, while
    something is left to pay; returns the sum in cents. In the caller's transaction."""
    waiting = Undue.objects.filter(
        programme_id=claim.programme_id, place_id=claim.place_id, settled_at__isnull=True, order__isnull=True
    )
    taken: list[Undue] = []
    back = 0
    for undue in waiting.select_related("line").order_by("declared_at", "id"):
        if back + undue.amount_cents < net_cents:
            taken.append(undue)
            back += undue.amount_cents
    if taken:
        _settle_lines(Act.OFFSET, claim.id, [undue.line for undue in taken], "", by, at)
        rows = Undue.objects.filter(programme_id=claim.programme_id, id__in=[undue.id for undue in taken])
        rows.update(settled_at=at, settled_by=by.user_id, offset_in=claim)
    return back


def order_recovery(*, programme_id: UUID, place_id: UUID, by: Actor, at: datetime) -> UUID:
    """Ask a place by a numbered paper for every undue sum that waits there; the order's id. For finance.

    What stands on an order is not taken from a claim any more. It is due within the programme's payment
    term. Refuses a place that owes nothing.
    """
    require(by, Permission.PAY_CLAIM)
    access_programme(by, programme_id)
    term = terms_on(programme_id, day_of(at)).payment_term_days
    with transaction.atomic():
        take_turn(programme_id)
        waiting = Undue.objects.filter(
            programme_id=programme_id, place_id=place_id, settled_at__isnull=True, order__isnull=True
        )
        amounts = list(waiting.order_by().values_list("amount_cents", flat=True))
        if not amounts:
            raise NothingToRecover
        order = RecoveryOrder.objects.create(
            id=id_of(at, f"recovery {programme_id} {place_id}"),
            programme_id=programme_id,
            number=next_order_number(programme_id),
            place_id=place_id,
            passes=len(amounts),
            amount_cents=sum(amounts),
            due_on=day_of(at) + timedelta(days=term),
            at=at,
            by_user=by.user_id,
        )
        waiting.update(order=order)
    return order.id


def record_recovery(*, order_id: UUID, reference: str, received_on: date, by: Actor, at: datetime) -> int:
    """Record that the sum of a recovery order came in, whole; how many passes. For finance.

    The value of the passes goes back to the envelope, and the cash of the place to the treasury. Refuses a
    missing reference or one used already, a day before the order or to come, and an order received already.
    """
    require(by, Permission.PAY_CLAIM)
    order = access_order(by, order_id)
    if not reference.strip():
        raise PaymentReferenceMissing
    if received_on < day_of(order.at):
        raise PaidBeforeDecided(day=received_on, earlier=day_of(order.at))
    told = {"received_on": received_on, "reference": reference.strip()[:80], "received_at": at}
    with transaction.atomic():
        rows = RecoveryOrder.objects.filter(programme_id=order.programme_id, id=order.id, received_at__isnull=True)
        if not rows.update(**told, received_by=by.user_id):
            raise RecoveredAlready(number=order.number)
        undue = Undue.objects.filter(programme_id=order.programme_id, order=order)
        lines = [one.line for one in undue.select_related("line").order_by("line__voucher_number")]
        _settle_lines(Act.OFFSET, order.id, lines, reference, by, at)
        undue.update(settled_at=at, settled_by=by.user_id, settled_for=reference.strip()[:80])
        record_cash(
            programme_id=order.programme_id,
            kind=CashKind.RECOVERED,
            amount_cents=order.amount_cents,
            reference=reference,
            happened_on=received_on,
            place_id=order.place_id,
            by=by,
            at=at,
        )
    return len(lines)


def _paid_lines(claim_id: UUID, line_ids: Sequence[UUID], by: Actor) -> tuple[Claim, list[ClaimLine]]:
    require(by, Permission.PAY_CLAIM)
    claim = access_claim(by, claim_id)
    rows = ClaimLine.objects.filter(
        programme_id=claim.programme_id, claim=claim, id__in=list(line_ids), verdict=Verdict.APPROVED
    )
    lines = list(rows.order_by("voucher_number"))
    if claim.state != ClaimState.PAID or not lines or len(lines) < len(set(line_ids)):
        raise LineNotPaid
    return claim, lines


def _settle_lines(act: Act, subject_id: UUID, lines: Sequence[ClaimLine], cause: str, by: Actor, at: datetime) -> None:
    settle(
        programme_id=lines[0].programme_id,
        act=act,
        voucher_ids=[line.voucher_id for line in lines],
        subject_id=subject_id,
        by=by,
        at=at,
        cause=cause,
    )
