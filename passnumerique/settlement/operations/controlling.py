"""The authority controls a claim line by line, and somebody other than its preparer decides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.db import large
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.operations import take_turn
from passnumerique.settlement.models import Claim, ClaimLine
from passnumerique.settlement.operations.filing import signatory
from passnumerique.settlement.queries.claims import access_claim, next_claim_number
from passnumerique.settlement.rules import ClaimState, Verdict, sum_of
from passnumerique.settlement.rules.refusals import (
    ApproverIsPreparer,
    ClaimNotReady,
    LineNotDisputed,
    LineWithoutVerdict,
    RejectionWithoutReason,
    VerdictMissing,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act

Given = tuple[Verdict, str]
"""A verdict and its reason; a rejection needs one."""


def control_lines(*, claim_id: UUID, verdicts: Mapping[UUID, Given], by: Actor, at: datetime) -> None:
    """Note what the control says of lines, by line id; each can be changed until the claim is decided.

    For who controls claims, and did not file this one. Refuses a rejection without a reason, a line of
    another claim (NotFound), and a claim already decided. All or none; no pass moves yet.
    """
    require(by, Permission.CONTROL_CLAIM)
    claim = _not_own(by, claim_id)
    for verdict, reason in verdicts.values():
        if verdict is Verdict.PENDING:
            raise VerdictMissing
        if verdict is Verdict.REJECTED and not reason.strip():
            raise RejectionWithoutReason
    with transaction.atomic():
        open_claim = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id, state=ClaimState.FILED)
        if not open_claim.update(controlled_by=by.user_id, controlled_at=at):
            raise not_ready(claim)
        for (verdict, reason), ids in _alike(verdicts).items():
            rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, id__in=ids)
            if rows.update(verdict=verdict, reason=reason, controlled_by=by.user_id, controlled_at=at) < len(ids):
                raise NotFound


def _alike(verdicts: Mapping[UUID, Given]) -> dict[Given, list[UUID]]:
    """The lines that are told the same thing, together: one statement for each."""
    found: dict[Given, list[UUID]] = {}
    for line_id, (verdict, reason) in verdicts.items():
        kept = reason.strip()[:240] if verdict is Verdict.REJECTED else ""
        found.setdefault((verdict, kept), []).append(line_id)
    return found


def _not_own(by: Actor, claim_id: UUID) -> Claim:
    claim = access_claim(by, claim_id)
    require_open_books(claim.programme_id)
    if claim.prepared_by == signatory(by):
        raise ApproverIsPreparer
    return claim


def not_ready(claim: Claim) -> Refusal:
    """Why a claim refused the step, asked of the database as it is now."""
    now = Claim.objects.get(programme_id=claim.programme_id, id=claim.id)
    return ClaimNotReady(number=now.number, state=ClaimState(now.state).words)


def approve_claim(*, claim_id: UUID, by: Actor, at: datetime, approve_rest: bool = False) -> int:
    """Decide a claim as its lines were controlled; returns what is to be paid, in cents.

    For who approves claims, and did not file this one. The passes of accepted lines become approved,
    those of contested lines disputed; a claim contested on every line is rejected whole. Refuses a line
    without verdict, unless `approve_rest` accepts those, and a claim already decided.
    """
    require(by, Permission.APPROVE_CLAIM)
    claim = _not_own(by, claim_id)
    with transaction.atomic():
        decided = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id, state=ClaimState.FILED).update(
            state=ClaimState.APPROVED, approved_by=by.user_id, approved_at=at
        )
        if not decided:
            raise not_ready(claim)
        _complete(claim, by, at, approve_rest)
        lines = list(ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim).order_by("voucher_number"))
        accepted = [line for line in lines if line.verdict == Verdict.APPROVED]
        _tell_register(claim, lines, by, at)
        payable = _net_of(accepted)
        Claim.objects.filter(programme_id=claim.programme_id, id=claim.id).update(
            payable_cents=payable, state=ClaimState.APPROVED if accepted else ClaimState.REJECTED
        )
    return payable


def _complete(claim: Claim, by: Actor, at: datetime, approve_rest: bool) -> None:
    pending = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, verdict=Verdict.PENDING)
    if approve_rest:
        pending.update(verdict=Verdict.APPROVED, controlled_by=by.user_id, controlled_at=at)
    elif count := pending.count():
        raise LineWithoutVerdict(count=count)


def _tell_register(claim: Claim, lines: Sequence[ClaimLine], by: Actor, at: datetime) -> None:
    """The acts of the register that follow: approve, and reject with each reason."""
    groups: dict[tuple[Act, str], list[UUID]] = {}
    for line in lines:
        act = Act.APPROVE if line.verdict == Verdict.APPROVED else Act.REJECT
        groups.setdefault((act, line.reason), []).append(line.voucher_id)
    for (act, reason), voucher_ids in groups.items():
        settle(
            programme_id=claim.programme_id,
            act=act,
            voucher_ids=voucher_ids,
            subject_id=claim.id,
            by=by,
            at=at,
            cause=reason,
        )


def _net_of(lines: Iterable[ClaimLine]) -> int:
    return sum_of((line.face_value_cents, line.fee_cents) for line in lines).net_cents


def approve_disputed_lines(
    *, claim_id: UUID, line_ids: Sequence[UUID], by: Actor, at: datetime, cause: str = ""
) -> UUID:
    """Accept contested lines after all; returns the claim in which they will be paid.

    For who approves claims, and did not file this one. Before the payment order that is the same claim;
    afterwards a complementary claim of the place, already approved, takes them over, since an order and
    a payment never change. Refuses a line that is not contested, and a claim not decided yet.
    """
    require(by, Permission.APPROVE_CLAIM)
    claim = _not_own(by, claim_id)
    with transaction.atomic():
        take_turn(claim.programme_id)
        rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, id__in=list(line_ids))
        accepted = rows.exclude(claim__state=ClaimState.FILED).filter(verdict=Verdict.REJECTED)
        moved = accepted.update(verdict=Verdict.APPROVED, controlled_by=by.user_id, controlled_at=at)
        if not moved or moved < len(set(line_ids)):
            raise LineNotDisputed
        lines = list(rows.order_by("voucher_number"))
        settle(
            programme_id=claim.programme_id,
            act=Act.APPROVE,
            voucher_ids=[line.voucher_id for line in lines],
            subject_id=claim.id,
            by=by,
            at=at,
            cause=cause,
        )
        return _payable_in(claim, lines, by, at)


def _payable_in(claim: Claim, lines: Sequence[ClaimLine], by: Actor, at: datetime) -> UUID:
    same = Claim.objects.filter(
        programme_id=claim.programme_id,
        id=claim.id,
        state__in=[ClaimState.APPROVED.value, ClaimState.REJECTED.value],
    ).update(state=ClaimState.APPROVED, payable_cents=F("payable_cents") + large(_net_of(lines)))
    if same:
        return claim.id
    complement = _complement(claim, lines, by, at)
    ids = [line.id for line in lines]
    ClaimLine.objects.filter(programme_id=claim.programme_id, id__in=ids).update(claim=complement)
    return complement.id


def _complement(claim: Claim, lines: Sequence[ClaimLine], by: Actor, at: datetime) -> Claim:
    amounts = sum_of((line.face_value_cents, line.fee_cents) for line in lines)
    return Claim.objects.create(
        id=new_id(at),
        programme_id=claim.programme_id,
        number=next_claim_number(claim.programme_id),
        place_id=claim.place_id,
        month=claim.month,
        state=ClaimState.APPROVED,
        passes=amounts.passes,
        face_cents=amounts.face_cents,
        fee_cents=amounts.fee_cents,
        net_cents=amounts.net_cents,
        payable_cents=amounts.net_cents,
        complement_of=claim,
        prepared_by=claim.prepared_by,
        filed_at=at,
        controlled_by=by.user_id,
        controlled_at=at,
        approved_by=by.user_id,
        approved_at=at,
    )
