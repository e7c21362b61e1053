"""An approved claim is ordered to be paid, then paid: two acts, two references, two days."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import Claim, ClaimLine, Payment, PaymentOrder
from passnumerique.settlement.operations.cash import cash_of_payment
from passnumerique.settlement.operations.controlling import not_ready
from passnumerique.settlement.queries.claims import access_claim, order_of
from passnumerique.settlement.queries.runs import live_lines, parties_of
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.settlement.rules.refusals import (
    ClaimInRun,
    PaidBeforeDecided,
    PayerIsApprover,
    PaymentReferenceMissing,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def order_payment(*, claim_id: UUID, reference: str, ordered_on: date, by: Actor, at: datetime) -> UUID:
    """Order the payment of an approved claim (*mandatement*), for its payable amount; the order's id.

    For who pays claims. Refuses a missing reference, a day before the approval, and a claim that is not
    approved or is ordered already. No money moves.
    """
    claim = _to_pay(by, claim_id, reference)
    with transaction.atomic():
        now = _step(claim, ClaimState.APPROVED, ClaimState.ORDERED, ordered_by=by.user_id)
        _refuse_before(ordered_on, day_of(now.approved_at) if now.approved_at else None)
        order = PaymentOrder.objects.create(
            id=new_id(at),
            programme_id=claim.programme_id,
            claim=claim,
            reference=reference.strip()[:80],
            ordered_on=ordered_on,
            amount_cents=now.payable_cents,
            at=at,
            by_user=by.user_id,
        )
    return order.id


def record_payment(*, claim_id: UUID, reference: str, paid_on: date, by: Actor, at: datetime) -> UUID:
    """Record that an ordered claim was paid, for the amount ordered; the payment's id.

    For who pays claims. The passes of its accepted lines become reimbursed, and its cash moves
    from whoever pays on that day. Refuses a missing
    reference, a day before the order, a claim that is not ordered or is paid already, and one that a live
    run pays.
    """
    claim = _to_pay(by, claim_id, reference)
    with transaction.atomic():
        take_turn(claim.programme_id)
        _refuse_in_run(claim)
        _step(claim, ClaimState.ORDERED, ClaimState.PAID, paid_by=by.user_id)
        order = order_of(claim)
        _refuse_before(paid_on, order.ordered_on if order else None)
        accepted = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, verdict=Verdict.APPROVED)
        payer = terms_on(claim.programme_id, paid_on).payer
        payment = Payment.objects.create(
            id=new_id(at),
            programme_id=claim.programme_id,
            claim=claim,
            reference=reference.strip()[:80],
            paid_on=paid_on,
            amount_cents=order.amount_cents if order else 0,
            payer=payer,
            fee_cents=accepted.aggregate(cents=Sum("fee_cents"))["cents"] or 0,
            at=at,
            by_user=by.user_id,
        )
        _move_cash(payment, claim, payer)
        settle(
            programme_id=claim.programme_id,
            act=Act.PAY,
            voucher_ids=list(accepted.order_by("voucher_number").values_list("voucher_id", flat=True)),
            subject_id=payment.id,
            by=by,
            at=at,
            cause=payment.reference,
        )
    return payment.id


def _refuse_in_run(claim: Claim) -> None:
    """What a run pays is not paid by hand besides."""
    line = live_lines(claim.programme_id, [claim.id]).get(claim.id)
    if line:
        raise ClaimInRun(number=claim.number, run=line.run.number)


def _move_cash(payment: Payment, claim: Claim, payer: Payer) -> None:
    cash_of_payment(
        programme_id=payment.programme_id,
        payer=payer,
        place_id=claim.place_id,
        net_cents=payment.amount_cents,
        fee_cents=payment.fee_cents or 0,
        cause=payment.id,
        at=payment.at,
    )


def _to_pay(by: Actor, claim_id: UUID, reference: str) -> Claim:
    require(by, Permission.PAY_CLAIM)
    claim = access_claim(by, claim_id)
    require_open_books(claim.programme_id)
    if by.user_id in parties_of(claim):
        raise PayerIsApprover
    if not reference.strip():
        raise PaymentReferenceMissing
    return claim


def _step(claim: Claim, source: ClaimState, target: ClaimState, **who: UUID | None) -> Claim:
    """One conditional UPDATE decides; the claim as it then is."""
    rows = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id)
    if not rows.filter(state=source).update(state=target, **who):
        raise not_ready(claim)
    return rows.get()


def _refuse_before(day: date, earlier: date | None) -> None:
    if earlier and day < earlier:
        raise PaidBeforeDecided(day=day, earlier=earlier)
