"""The audit of settlement: claims, lines, orders and payments against the redemptions and the events."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from passnumerique.ground.dates import day_of
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import Journal, every_column
from passnumerique.ground.words import N_
from passnumerique.programmes.queries import parameter_revisions
from passnumerique.programmes.rules import Terms, terms_from
from passnumerique.settlement.models import (
    CashEntry,
    Claim,
    ClaimLine,
    ClosingStep,
    IssuerDefault,
    Payment,
    PaymentOrder,
)
from passnumerique.settlement.queries.audit_of_control import JOURNALS as CONTROL_JOURNALS
from passnumerique.settlement.queries.audit_of_control import control_differences
from passnumerique.settlement.queries.audit_of_payments import JOURNALS as PAYMENTS
from passnumerique.settlement.queries.audit_of_payments import payment_differences
from passnumerique.settlement.queries.audit_of_statements import JOURNALS as STATEMENTS
from passnumerique.settlement.queries.audit_of_statements import statement_differences
from passnumerique.settlement.queries.cash import cash_differences
from passnumerique.settlement.queries.recoveries import taken_back_in
from passnumerique.settlement.queries.takeover import takeover_of
from passnumerique.settlement.rules import UNDECIDED, ClaimState, Verdict, sum_of
from passnumerique.vouchers.models import Event, Redemption, Reversal, Voucher
from passnumerique.vouchers.rules import Act, State

CLAIM = Check("claim", N_("Une demande de remboursement ne correspond pas à ses lignes ou à ses actes."))
LINE = Check("claim_line", N_("Une ligne de demande ne correspond pas à l’utilisation qu’elle porte."))
VERDICT = Check("verdict", N_("L’avis porté sur une ligne ne correspond pas à l’état du pass."))
UNCLAIMED = Check("line_missing", N_("Un pass demandé en remboursement n’est sur aucune ligne."))
ORDER = Check("payment_order", N_("Un mandatement ne correspond pas à sa demande."))
PAYMENT = Check("payment", N_("Un paiement ne correspond pas à son mandatement ou à ses pass."))

_CONTROL = ("controlled_by", "controlled_at", "approved_by", "approved_at")
_SECOND = ("approved_role", "first_approved_at", "second_approved_by", "second_approved_role")
_DECIDED_LATER = ("state", "payable_cents", "offset_cents", *_CONTROL, *_SECOND, "ordered_by", "paid_by")
_CONTROLLED_LATER = ("claim_id", "verdict", "reason", "controlled_by", "controlled_at")

JOURNALS = (
    Journal(Claim, "filed_at", every_column(Claim, *_DECIDED_LATER)),
    Journal(Claim, "approved_at", (*_CONTROL, *_SECOND), part="decision", where=~Q(state=ClaimState.COUNTERSIGN)),
    Journal(ClaimLine, "first_claim__filed_at", every_column(ClaimLine, "risk", *_CONTROLLED_LATER), "voucher_number"),
    Journal(
        ClaimLine,
        "first_claim__approved_at",
        _CONTROLLED_LATER[1:],
        "voucher_number",
        part="accepted",
        # a line once contested keeps its reason, and may still be accepted; one not confirmed may be sent back
        where=Q(reason="") & ~Q(first_claim__state=ClaimState.COUNTERSIGN),
    ),
    Journal(PaymentOrder, "at", every_column(PaymentOrder)),
    Journal(Payment, "at", every_column(Payment, "live")),
    Journal(CashEntry, "at", every_column(CashEntry)),
    *PAYMENTS,
    *STATEMENTS,
    Journal(ClosingStep, "at", every_column(ClosingStep)),
    Journal(IssuerDefault, "at", every_column(IssuerDefault)),
    *CONTROL_JOURNALS,
)
"""What settlement writes once, for the seal: each claim when filed and when decided, orders, payments."""

_CLAIMED = {
    State.CLAIMED,
    State.APPROVED,
    State.DISPUTED,
    State.REFUSED,
    State.REIMBURSED,
    State.TO_RECOVER,
    State.RECOVERED,
}
_STATES_OF = {
    (False, Verdict.PENDING): {State.CLAIMED, State.FROZEN},
    (False, Verdict.APPROVED): {State.CLAIMED, State.FROZEN},
    (False, Verdict.REJECTED): {State.CLAIMED, State.FROZEN},
    (True, Verdict.APPROVED): {State.APPROVED, State.FROZEN},
    (True, Verdict.REJECTED): {State.DISPUTED, State.FROZEN},
    (True, Verdict.REFUSED): {State.REFUSED},
}
_STATES_PAID = {State.REIMBURSED, State.TO_RECOVER, State.RECOVERED}


@dataclass
class Deeds:
    """What the events of settlement say of one subject (a claim or a payment), in order."""

    events: dict[Act, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def first(self, *acts: Act) -> Event | None:
        """The earliest event of these acts."""
        return min((one for act in acts for one in self.events[act]), key=lambda one: one.at, default=None)


def settlement_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every claim, line, order and payment that disagrees with its lines, its redemptions or its events."""
    deeds = _deeds(programme_id)
    claims = {row.id: row for row in Claim.objects.filter(programme_id=programme_id).order_by("number")}
    lines = list(ClaimLine.objects.filter(programme_id=programme_id).order_by("voucher_number", "id"))
    orders = {row.claim_id: row for row in PaymentOrder.objects.filter(programme_id=programme_id).order_by()}
    every = list(Payment.objects.filter(programme_id=programme_id).order_by("id"))
    payments = {row.claim_id: row for row in every if row.live}
    yield from _claims(claims, lines, orders, payments, deeds)
    yield from _lines(programme_id, lines, claims)
    yield from _verdicts(programme_id, lines, claims, deeds)
    yield from _orders(claims, orders)
    yield from _payments(orders, every, deeds)
    yield from payment_differences(programme_id)
    yield from statement_differences(programme_id)
    yield from cash_differences(programme_id)
    yield from control_differences(programme_id)


def _deeds(programme_id: UUID) -> dict[UUID | None, Deeds]:
    acts = [Act.CLAIM, Act.APPROVE, Act.REJECT, Act.PAY]
    rows = Event.objects.filter(programme_id=programme_id, act__in=acts).order_by("at", "id")
    found: dict[UUID | None, Deeds] = defaultdict(Deeds)
    for row in rows:
        found[row.subject_id].events[Act(row.act)].append(row)
    return found


def _claims(
    claims: dict[UUID, Claim],
    lines: list[ClaimLine],
    orders: dict[UUID, PaymentOrder],
    payments: dict[UUID, Payment],
    deeds: dict[UUID | None, Deeds],
) -> Iterator[Difference]:
    asked: dict[UUID, list[ClaimLine]] = defaultdict(list)
    held: dict[UUID, list[ClaimLine]] = defaultdict(list)
    for line in lines:
        held[line.claim_id].append(line)
        asked[line.first_claim_id].append(line)
    for rank, claim in enumerate(claims.values(), start=1):
        made = {"number": rank, **_asked(held[claim.id] if claim.complement_of_id else asked[claim.id])}
        made |= _decided(claim, held[claim.id], deeds, claim.id in orders, claim.id in payments)
        made |= _filed(claim, claims, deeds)
        stored = {name: getattr(claim, name) for name in made}
        yield from unlike(CLAIM, Claim._meta.db_table, claim.id, stored, made)


def _asked(lines: list[ClaimLine]) -> dict[str, object]:
    amounts = sum_of((line.face_value_cents, line.fee_cents) for line in lines)
    return {
        "passes": amounts.passes,
        "face_cents": amounts.face_cents,
        "fee_cents": amounts.fee_cents,
        "net_cents": amounts.net_cents,
    }


def _decided(
    claim: Claim, held: list[ClaimLine], deeds: dict[UUID | None, Deeds], ordered: bool, paid: bool
) -> dict[str, object]:
    accepted = [line for line in held if line.verdict == Verdict.APPROVED]
    decision = deeds[claim.complement_of_id or claim.id].first(Act.APPROVE, Act.REJECT)
    if decision is None and claim.state == ClaimState.COUNTERSIGN:
        return {"payable_cents": 0, "offset_cents": 0, "second_approved_by": None}
    if decision is None:
        return {"state": ClaimState.FILED, "payable_cents": 0, "approved_by": None, "approved_at": None}
    state = ClaimState.APPROVED if accepted else ClaimState.REJECTED
    state = ClaimState.PAID if paid else ClaimState.ORDERED if ordered else state
    if claim.complement_of_id and claim.state == ClaimState.COUNTERSIGN and not ordered:
        state = ClaimState.COUNTERSIGN
    back = sum(one.amount_cents for one in taken_back_in(claim)) if claim.offset_cents else 0
    payable = sum_of((line.face_value_cents, line.fee_cents) for line in accepted).net_cents
    found: dict[str, object] = {"state": state, "payable_cents": payable - back, "offset_cents": back}
    if claim.complement_of_id is None:
        decider = "second_approved_by" if claim.second_approved_by else "approved_by"
        found |= {decider: decision.by_user, "approved_at": decision.at}
    return found


def _filed(claim: Claim, claims: dict[UUID, Claim], deeds: dict[UUID | None, Deeds]) -> dict[str, object]:
    if claim.complement_of_id:
        first = claims.get(claim.complement_of_id)
        if first is None:
            return {"complement_of_id": None}
        return {"place_id": first.place_id, "month": first.month, "prepared_by": first.prepared_by}
    event = deeds[claim.id].first(Act.CLAIM)
    if event is None:
        return {"filed_at": None}
    return {"place_id": event.place_id, "prepared_by": event.by_user, "filed_at": event.at}


def _lines(programme_id: UUID, lines: list[ClaimLine], claims: dict[UUID, Claim]) -> Iterator[Difference]:
    redemptions = {
        row.id: row for row in Redemption.objects.filter(programme_id=programme_id).select_related("voucher").order_by()
    }
    undone = set(Reversal.objects.filter(programme_id=programme_id).values_list("redemption_id", flat=True).order_by())
    fee = _Fees(programme_id)
    table = ClaimLine._meta.db_table
    for line in lines:
        row = redemptions.get(line.redemption_id)
        made = None
        if row and row.id not in undone:
            cents = fee.of(row.face_value_cents, day_of(row.redeemed_at), claims[line.first_claim_id].filed_at)
            made = _borne(row) | {"fee_cents": cents}
        stored = {name: getattr(line, name) for name in [*_BORNE, "fee_cents"]}
        yield from unlike(LINE, table, line.id, stored, made, line.voucher_number)


_BORNE = ("voucher_id", "redeemed_at", "training_session_id", "module_id", "face_value_cents", "voucher_number")


def _borne(row: Redemption) -> dict[str, object]:
    return {name: getattr(row, name) for name in _BORNE[:-1]} | {"voucher_number": row.voucher.number}


class _Fees:
    """The issuer's fee by the parameters known when a claim was filed, for the day of a redemption."""

    def __init__(self, programme_id: UUID) -> None:
        rows = parameter_revisions(programme_id).order_by("recorded_at", "id")
        self._rows = list(rows.values_list("name", "value", "in_force_on", "recorded_at"))
        self._known: dict[tuple[date, datetime], Terms] = {}
        taken = takeover_of(programme_id)
        self._taken_over = taken.imported_at if taken else None

    def of(self, face_cents: int, day: date, known_at: datetime) -> int:
        """Cents kept of one pass. Of what was taken over, by what was known when it was."""
        if self._taken_over and known_at < self._taken_over:
            known_at = self._taken_over
        if (day, known_at) not in self._known:
            values = [(name, value, since) for name, value, since, at in self._rows if at <= known_at]
            self._known[day, known_at] = terms_from(values, day)
        return self._known[day, known_at].fee_cents(face_cents)


def _verdicts(
    programme_id: UUID, lines: list[ClaimLine], claims: dict[UUID, Claim], deeds: dict[UUID | None, Deeds]
) -> Iterator[Difference]:
    vouchers = {row.id: row for row in Voucher.objects.filter(programme_id=programme_id).order_by("number")}
    on_line = {line.voucher_id for line in lines}
    for line in lines:
        voucher, claim = vouchers.get(line.voucher_id), claims[line.claim_id]
        verdict = _verdict_told(line, State(voucher.state), claim) if voucher else None
        stored = {"verdict": line.verdict, "reason": line.reason}
        made = {"verdict": verdict, "reason": _reason_told(line, deeds)} if verdict else None
        yield from unlike(VERDICT, ClaimLine._meta.db_table, line.id, stored, made, line.voucher_number)
    for voucher in vouchers.values():
        if voucher.state in _CLAIMED and voucher.id not in on_line:
            missing = {"voucher_id": voucher.id, "state": voucher.state}
            yield from unlike(UNCLAIMED, ClaimLine._meta.db_table, None, None, missing, voucher.number)


def _verdict_told(line: ClaimLine, state: State, claim: Claim) -> str:
    """The line's own verdict when the voucher's state allows it; else the one that the state tells."""
    if claim.state == ClaimState.PAID and line.verdict == Verdict.APPROVED:
        fits = state in _STATES_PAID
    else:
        decided = ClaimState(claim.state) not in UNDECIDED or claim.complement_of_id is not None
        fits = state in _STATES_OF.get((decided, Verdict(line.verdict)), set())
    if fits:
        return line.verdict
    told = {State.DISPUTED: Verdict.REJECTED, State.REFUSED: Verdict.REFUSED}
    return told.get(state, f"{Verdict.APPROVED} ({state})")


def _reason_told(line: ClaimLine, deeds: dict[UUID | None, Deeds]) -> str:
    """What the rejection said; before the decision, what the line says."""
    told = deeds[line.first_claim_id]
    for event in told.events[Act.REJECT]:
        if event.voucher_id == line.voucher_id:
            return event.cause
    return "" if told.first(Act.APPROVE, Act.REJECT) else line.reason


def _orders(claims: dict[UUID, Claim], orders: dict[UUID, PaymentOrder]) -> Iterator[Difference]:
    for order in orders.values():
        stored = {"amount_cents": order.amount_cents}
        made = {"amount_cents": claims[order.claim_id].payable_cents}
        yield from unlike(ORDER, PaymentOrder._meta.db_table, order.id, stored, made)


def _payments(
    orders: dict[UUID, PaymentOrder], payments: list[Payment], deeds: dict[UUID | None, Deeds]
) -> Iterator[Difference]:
    paid = {subject for subject, told in deeds.items() if told.events[Act.PAY]}
    for payment in payments:
        paid.discard(payment.id)
        event, order = deeds[payment.id].first(Act.PAY), orders.get(payment.claim_id)
        made = None
        if event and order:
            made = {
                "amount_cents": order.amount_cents,
                "reference": " / ".join(sorted({one.cause for one in deeds[payment.id].events[Act.PAY]})),
                "at": event.at,
                "by_user": event.by_user,
            }
        stored = {name: getattr(payment, name) for name in ("amount_cents", "reference", "at", "by_user")}
        yield from unlike(PAYMENT, Payment._meta.db_table, payment.id, stored, made)
    for subject in paid:
        yield from unlike(PAYMENT, Payment._meta.db_table, subject, None, {"act": Act.PAY})
