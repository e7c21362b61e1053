"""Somebody other than its preparer decides a claim; above a threshold a second person, in another role, confirms."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import large
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import terms_on
from passnumerique.settlement.models import Claim, ClaimLine, SentBack
from passnumerique.settlement.operations.controlling import not_own, not_ready
from passnumerique.settlement.operations.filing import signatory
from passnumerique.settlement.operations.recovering import take_offsets
from passnumerique.settlement.queries.answers import lines_answered
from passnumerique.settlement.queries.claims import next_claim_number
from passnumerique.settlement.queries.controlling import progress_in, sample_of
from passnumerique.settlement.rules import MUST_LOOK, UNDECIDED, ClaimState, Verdict, sum_of
from passnumerique.settlement.rules.refusals import (
    AnswerWaits,
    ConfirmerIsApprover,
    ConfirmerSameRole,
    LineNotDisputed,
    LineToLookAt,
    LineWithoutVerdict,
    RejectionWithoutReason,
    SampleNotControlled,
    SampleShowsErrors,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def approve_claim(*, claim_id: UUID, by: Actor, at: datetime, approve_rest: bool = False) -> int:
    """Decide a claim as its lines were controlled; returns what is to be paid, in cents.

    For who approves claims, and did not file this one. The passes of accepted lines become approved,
    those of contested lines disputed; a claim contested on every line is rejected whole. Undue sums of the
    place are taken back from it. Above the programme's threshold nothing moves until a second person
    confirms (`countersign_claim`). Refuses a line without verdict, unless `approve_rest` accepts those; a
    line that nobody accepts unseen; a sample whose errors ask for every line; and a claim already decided.
    """
    require(by, Permission.APPROVE_CLAIM)
    claim = not_own(by, claim_id)
    with transaction.atomic():
        take_turn(claim.programme_id)
        decided = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id, state=ClaimState.FILED).update(
            state=ClaimState.COUNTERSIGN, approved_by=by.user_id, approved_at=at, approved_role=by.role
        )
        if not decided:
            raise not_ready(claim)
        _complete(claim, by, at, approve_rest)
        if needs_two(claim.programme_id, claim.net_cents, at):
            return _net_of(_accepted(claim))
        return _decide(claim, by, at)


def needs_two(programme_id: UUID, net_cents: int, at: datetime) -> bool:
    """Whether what was asked is above the threshold of that day: contesting lines does not lower it."""
    threshold = terms_on(programme_id, day_of(at)).second_approval_cents
    return 0 < threshold < net_cents


def countersign_claim(*, claim_id: UUID, by: Actor, at: datetime) -> int:
    """Confirm a decision above the threshold; returns what is to be paid, in cents. The passes move now.

    For who approves claims, in another role than the person who accepted. Refuses that person, that role,
    the preparer, and a claim that does not wait for it.
    """
    claim = _to_countersign(claim_id, by)
    with transaction.atomic():
        take_turn(claim.programme_id)
        rows = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id)
        confirmed = rows.filter(state=ClaimState.COUNTERSIGN).update(
            state=ClaimState.APPROVED,
            second_approved_by=by.user_id,
            second_approved_role=by.role,
            first_approved_at=F("approved_at"),
            approved_at=at,
        )
        if not confirmed:
            raise not_ready(claim)
        return claim.payable_cents if claim.complement_of_id else _decide(claim, by, at)


def send_back(*, claim_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Do not confirm a decision above the threshold: the claim goes back to its control, and why stays written.

    For whoever could confirm it. Refuses no reason, and a complementary claim, whose lines are accepted
    already: its sum is stopped by declaring it undue once paid.
    """
    claim = _to_countersign(claim_id, by)
    if not reason.strip():
        raise RejectionWithoutReason
    if claim.complement_of_id or claim.approved_by is None or claim.approved_at is None:
        raise not_ready(claim)
    with transaction.atomic():
        rows = Claim.objects.filter(programme_id=claim.programme_id, id=claim.id, state=ClaimState.COUNTERSIGN)
        cleared = {"approved_by": None, "approved_at": None, "approved_role": None}
        if not rows.update(state=ClaimState.FILED, **cleared):
            raise not_ready(claim)
        SentBack.objects.create(
            id=new_id(at),
            programme_id=claim.programme_id,
            claim=claim,
            reason=reason.strip()[:240],
            approved_by=claim.approved_by,
            approved_at=claim.approved_at,
            at=at,
            by_user=signatory(by),
        )


def _to_countersign(claim_id: UUID, by: Actor) -> Claim:
    require(by, Permission.APPROVE_CLAIM)
    claim = not_own(by, claim_id)
    if claim.state != ClaimState.COUNTERSIGN:
        raise not_ready(claim)
    if claim.approved_by == by.user_id:
        raise ConfirmerIsApprover
    if claim.approved_role == by.role:
        raise ConfirmerSameRole
    return claim


def _complete(claim: Claim, by: Actor, at: datetime, approve_rest: bool) -> None:
    """Refuses what is not controlled enough; accepts the rest where that was asked."""
    pending = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, verdict=Verdict.PENDING)
    _refuse_unseen(claim, approve_rest)
    if approve_rest:
        pending.update(verdict=Verdict.APPROVED, controlled_by=by.user_id, controlled_at=at)
    elif count := pending.count():
        raise LineWithoutVerdict(count=count)


def _refuse_unseen(claim: Claim, approve_rest: bool) -> None:
    sample = sample_of(claim)
    if sample:
        progress = progress_in(claim, sample)
        if progress.to_look and progress.too_many:
            raise SampleShowsErrors(errors=progress.errors, drawn=progress.drawn, count=progress.to_look)
        if progress.to_look:
            raise SampleNotControlled(count=progress.to_look)
    elif approve_rest:
        rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, verdict=Verdict.PENDING)
        if count := rows.filter(risk__gte=MUST_LOOK).count():
            raise LineToLookAt(count=count)


def _accepted(claim: Claim) -> list[ClaimLine]:
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, verdict=Verdict.APPROVED)
    return list(rows.order_by("voucher_number"))


def _decide(claim: Claim, by: Actor, at: datetime) -> int:
    """What follows a decision, in the caller's transaction: the passes move, undue sums are taken back."""
    lines = list(ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim).order_by("voucher_number"))
    accepted = [line for line in lines if line.verdict == Verdict.APPROVED]
    _tell_register(claim, lines, by, at)
    net = _net_of(accepted)
    back = take_offsets(claim, net, by, at)
    Claim.objects.filter(programme_id=claim.programme_id, id=claim.id).update(
        payable_cents=net - back,
        offset_cents=back,
        state=ClaimState.APPROVED if accepted else ClaimState.REJECTED,
    )
    return net - back


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
    afterwards a complementary claim of the place takes them over, since an order and a payment never change.
    Refuses a line that is not contested, one whose place waits for an answer of its own, and a claim not
    decided yet.
    """
    require(by, Permission.APPROVE_CLAIM)
    claim = not_own(by, claim_id)
    if lines_answered(claim.programme_id, line_ids):
        raise AnswerWaits
    with transaction.atomic():
        return accept_lines(claim, line_ids, by, at, cause)


def accept_lines(claim: Claim, line_ids: Sequence[UUID], by: Actor, at: datetime, cause: str) -> UUID:
    """Accept contested lines of a claim, in the caller's transaction; the claim in which they will be paid."""
    take_turn(claim.programme_id)
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, id__in=list(line_ids))
    accepted = rows.exclude(claim__state__in=[state.value for state in UNDECIDED]).filter(verdict=Verdict.REJECTED)
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
        state=ClaimState.COUNTERSIGN if needs_two(claim.programme_id, amounts.net_cents, at) else ClaimState.APPROVED,
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
        approved_role=by.role,
    )
