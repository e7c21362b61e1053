"""Payments recorded as sets: of a run's lines, by a statement or by hand; and payments that come back.

Each is a few statements whatever the number of claims. What may be paid is decided by conditional UPDATEs:
a line that waits, of a claim that is ordered. All of a set or none, in the caller's transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import id_of
from passnumerique.ledger.operations import transfer_each
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import Claim, ClaimLine, Payment, PaymentOrder, PaymentReturn, RunLine
from passnumerique.settlement.rules import ClaimState, Verdict, moves_back, moves_of_payment
from passnumerique.settlement.rules.refusals import LineNotWaiting, PaymentNotLive
from passnumerique.settlement.rules.runs import LineState
from passnumerique.vouchers.operations import settle_each
from passnumerique.vouchers.rules import Act


@dataclass(frozen=True)
class Paid:
    """One claim that was paid: how much, when, under which reference; by which line of a run, or as which line
    of the issuer's file, if by one."""

    claim_id: UUID
    place_id: UUID
    amount_cents: int
    paid_on: date
    reference: str
    line_id: UUID | None = None
    issuer_row_id: UUID | None = None


@dataclass(frozen=True)
class Ordered:
    """One approved claim whose payment is ordered: how much, on which day, under which reference."""

    claim_id: UUID
    amount_cents: int
    ordered_on: date
    reference: str


@dataclass(frozen=True)
class Returned:
    """One payment that came back."""

    payment: Payment
    returned_on: date
    reference: str
    code: str = ""


def order_all(*, programme_id: UUID, orders: Sequence[Ordered], ordered_by: UUID | None, at: datetime) -> None:
    """Write the order to pay these approved claims, in the caller's transaction. Refuses the whole set when one
    is not approved any more. `ordered_by` neither asked nor accepted one; the database refuses it."""
    require_open_books(programme_id)
    ids = [one.claim_id for one in orders]
    for chunk in in_chunks(ids):
        rows = Claim.objects.filter(programme_id=programme_id, id__in=chunk, state=ClaimState.APPROVED)
        if rows.update(state=ClaimState.ORDERED, ordered_by=ordered_by) < len(set(chunk)):
            raise LineNotWaiting
    made = (
        PaymentOrder(
            id=id_of(at, f"order {one.claim_id}"),
            programme_id=programme_id,
            claim_id=one.claim_id,
            reference=one.reference[:80],
            ordered_on=one.ordered_on,
            amount_cents=one.amount_cents,
            at=at,
            by_user=ordered_by,
        )
        for one in orders
    )
    PaymentOrder.objects.bulk_create(made, batch_size=500)


def pay_all(
    *, programme_id: UUID, paid: Sequence[Paid], payer: Payer, paid_by: UUID | None, by: Actor, at: datetime
) -> list[Payment]:
    """Record that these claims were paid; their accepted passes become reimbursed and their cash moves.

    The claims are ordered, and for those on a run's line the line waits; else the whole set is refused.
    `paid_by` is who had them paid: whoever sent the run, or records the payment. It prepared, accepted and
    confirmed none of them; the database refuses it.
    """
    if not paid:
        return []
    _step_lines(programme_id, [one.line_id for one in paid if one.line_id], LineState.WAITING, LineState.PAID)
    _step_claims(programme_id, [one.claim_id for one in paid], ClaimState.ORDERED, ClaimState.PAID, paid_by)
    vouchers, fees = _accepted(programme_id, [one.claim_id for one in paid])
    payments = [
        Payment(
            id=id_of(at, f"payment {one.claim_id} {one.line_id or one.issuer_row_id} {one.reference}"),
            programme_id=programme_id,
            claim_id=one.claim_id,
            reference=one.reference[:80],
            paid_on=one.paid_on,
            amount_cents=one.amount_cents,
            payer=payer,
            fee_cents=fees[one.claim_id],
            run_line_id=one.line_id,
            issuer_row_id=one.issuer_row_id,
            at=at,
            by_user=by.user_id,
        )
        for one in paid
    ]
    Payment.objects.bulk_create(payments, batch_size=1000)
    moves = {
        payment.id: moves_of_payment(payer, one.place_id, one.amount_cents, fees[one.claim_id])
        for payment, one in zip(payments, paid, strict=True)
    }
    transfer_each(programme_id=programme_id, moves=moves, at=at)
    about = {voucher: (one.id, one.reference) for one in payments for voucher in vouchers[one.claim_id]}
    settle_each(programme_id=programme_id, act=Act.PAY, about=about, by=by, at=at)
    return payments


def return_all(*, programme_id: UUID, returned: Sequence[Returned], by: Actor, at: datetime) -> list[PaymentReturn]:
    """Record that the bank sent these payments back: their passes are approved again, their cash is back,
    and their claims are ordered and can be paid anew. Refuses one that came back before, and one of which a
    sum was declared undue meanwhile (by the rule book)."""
    if not returned:
        return []
    ids = [one.payment.id for one in returned]
    for chunk in in_chunks(ids):
        living = Payment.objects.filter(programme_id=programme_id, id__in=chunk, live=True)
        if living.update(live=False) < len(set(chunk)):
            raise PaymentNotLive
    lines = [one.payment.run_line_id for one in returned if one.payment.run_line_id]
    _step_lines(programme_id, lines, LineState.PAID, LineState.RETURNED)
    claim_ids = [one.payment.claim_id for one in returned]
    _step_claims(programme_id, claim_ids, ClaimState.PAID, ClaimState.ORDERED, None)
    rows = [
        PaymentReturn(
            id=id_of(at, f"return {one.payment.id}"),
            programme_id=programme_id,
            payment=one.payment,
            claim_id=one.payment.claim_id,
            code=one.code[:4],
            reference=one.reference[:80],
            returned_on=one.returned_on,
            amount_cents=one.payment.amount_cents,
            at=at,
            by_user=by.user_id,
        )
        for one in returned
    ]
    PaymentReturn.objects.bulk_create(rows, batch_size=1000)
    places = places_of(programme_id, claim_ids)
    moves = {}
    for row, one in zip(rows, returned, strict=True):
        if one.payment.payer:
            paid = one.payment
            moves[row.id] = moves_back(
                moves_of_payment(Payer(paid.payer), places[paid.claim_id], paid.amount_cents, paid.fee_cents or 0)
            )
    transfer_each(programme_id=programme_id, moves=moves, at=at)
    vouchers, _ = _accepted(programme_id, claim_ids)
    about = {voucher: (row.id, row.code or row.reference) for row in rows for voucher in vouchers[row.claim_id]}
    settle_each(programme_id=programme_id, act=Act.BOUNCE, about=about, by=by, at=at)
    return rows


def places_of(programme_id: UUID, claim_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The place of each of these claims."""
    found: dict[UUID, UUID] = {}
    for chunk in in_chunks(list(claim_ids)):
        rows = Claim.objects.filter(programme_id=programme_id, id__in=chunk).order_by()
        found |= dict(rows.values_list("id", "place_id"))
    return found


def _step_lines(programme_id: UUID, ids: Sequence[UUID], source: LineState, target: LineState) -> None:
    for chunk in in_chunks(ids):
        rows = RunLine.objects.filter(programme_id=programme_id, id__in=chunk, state=source)
        if rows.update(state=target) < len(set(chunk)):
            raise LineNotWaiting


def _step_claims(
    programme_id: UUID, ids: Sequence[UUID], source: ClaimState, target: ClaimState, paid_by: UUID | None
) -> None:
    for chunk in in_chunks(ids):
        rows = Claim.objects.filter(programme_id=programme_id, id__in=chunk, state=source)
        if rows.update(state=target, paid_by=paid_by) < len(set(chunk)):
            raise LineNotWaiting


def _accepted(programme_id: UUID, claim_ids: Sequence[UUID]) -> tuple[dict[UUID, list[UUID]], dict[UUID, int]]:
    """The passes of the accepted lines of each claim, and the issuer's fee on them."""
    vouchers: dict[UUID, list[UUID]] = defaultdict(list)
    fees: dict[UUID, int] = defaultdict(int)
    for chunk in in_chunks(claim_ids):
        rows = ClaimLine.objects.filter(programme_id=programme_id, claim_id__in=chunk, verdict=Verdict.APPROVED)
        for claim_id, voucher_id, fee in rows.order_by("voucher_number").values_list(
            "claim_id", "voucher_id", "fee_cents"
        ):
            vouchers[claim_id].append(voucher_id)
            fees[claim_id] += fee
    return vouchers, fees
