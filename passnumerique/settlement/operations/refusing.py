"""A contested line ends: it is refused for good, by somebody else than who contested it, once its place was heard."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import id_of
from passnumerique.programmes.operations import take_turn
from passnumerique.settlement.models import Answer, Claim, ClaimLine, FinalRefusal
from passnumerique.settlement.operations.controlling import not_own
from passnumerique.settlement.operations.filing import signatory
from passnumerique.settlement.queries.answers import answer_until, lines_answered
from passnumerique.settlement.rules import Verdict
from passnumerique.settlement.rules.refusals import (
    AnswerWaits,
    LineNotDisputed,
    RefusedTooSoon,
    RefuserIsContester,
    RejectionWithoutReason,
)
from passnumerique.vouchers.operations import settle
from passnumerique.vouchers.rules import Act


def refuse_lines(*, claim_id: UUID, line_ids: Sequence[UUID], reason: str, by: Actor, at: datetime) -> int:
    """Refuse contested lines for good; how many. Their value goes back to the envelope and they are never paid.

    For who approves claims, neither the person who contested the lines nor the preparer. Refuses no reason,
    which the place reads; a line that is not contested; one whose place answered and waits, or may still answer.
    """
    require(by, Permission.APPROVE_CLAIM)
    claim = not_own(by, claim_id)
    if not reason.strip():
        raise RejectionWithoutReason
    with transaction.atomic():
        take_turn(claim.programme_id)
        lines = _contested(claim, line_ids)
        _heard(claim, lines, by, at)
        _refuse(claim, lines, reason.strip()[:240], by, at)
    return len(lines)


def _contested(claim: Claim, line_ids: Sequence[UUID]) -> list[ClaimLine]:
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim, id__in=list(line_ids))
    lines = list(rows.filter(verdict=Verdict.REJECTED, controlled_by__isnull=False).order_by("voucher_number"))
    if not lines or len(lines) < len(set(line_ids)) or answer_until(claim) is None:
        raise LineNotDisputed
    return lines


def _heard(claim: Claim, lines: Sequence[ClaimLine], by: Actor, at: datetime) -> None:
    """Refuses lines whose place was not heard yet, and the person who contested one of them."""
    if any(line.controlled_by == by.user_id for line in lines):
        raise RefuserIsContester
    if lines_answered(claim.programme_id, [line.id for line in lines]):
        raise AnswerWaits
    until = answer_until(claim)
    answered = Answer.objects.filter(programme_id=claim.programme_id, line__in=lines).values_list("line_id", flat=True)
    if until and day_of(at) <= until and {line.id for line in lines} - set(answered.order_by()):
        raise RefusedTooSoon(until=until)


def _refuse(claim: Claim, lines: Sequence[ClaimLine], reason: str, by: Actor, at: datetime) -> None:
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, id__in=[line.id for line in lines])
    if rows.filter(verdict=Verdict.REJECTED).update(verdict=Verdict.REFUSED) < len(lines):
        raise LineNotDisputed
    FinalRefusal.objects.bulk_create(
        FinalRefusal(
            id=id_of(at, f"refusal {line.id}"),
            programme_id=claim.programme_id,
            line=line,
            contested_by=line.controlled_by,
            contested_for=line.reason,
            reason=reason,
            at=at,
            by_user=signatory(by),
        )
        for line in lines
        if line.controlled_by
    )
    settle(
        programme_id=claim.programme_id,
        act=Act.REFUSE,
        voucher_ids=[line.voucher_id for line in lines],
        subject_id=claim.id,
        by=by,
        at=at,
        cause=reason,
    )
