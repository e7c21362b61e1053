"""The authority controls a claim line by line, or a sample of its lines drawn by a seed that stays written."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import id_of
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import terms_on
from passnumerique.settlement.models import Claim, ClaimLine, Sample
from passnumerique.settlement.operations.filing import signatory
from passnumerique.settlement.queries.claims import access_claim
from passnumerique.settlement.queries.controlling import sample_of
from passnumerique.settlement.rules import ClaimState, Verdict, size_of_sample
from passnumerique.settlement.rules.refusals import (
    AlreadyDrawn,
    ApproverIsPreparer,
    ClaimNotReady,
    RejectionWithoutReason,
    VerdictMissing,
)

Given = tuple[Verdict, str]
"""A verdict and its reason; a rejection needs one."""


def control_lines(*, claim_id: UUID, verdicts: Mapping[UUID, Given], by: Actor, at: datetime) -> None:
    """Note what the control says of lines, by line id; each can be changed until the claim is decided.

    For who controls claims, and did not file this one. Refuses a rejection without a reason, a line of
    another claim (NotFound), and a claim already decided. All or none; no pass moves yet.
    """
    require(by, Permission.CONTROL_CLAIM)
    claim = not_own(by, claim_id)
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


def not_own(by: Actor, claim_id: UUID) -> Claim:
    """A claim that somebody else filed. Refuses the person who filed it."""
    claim = access_claim(by, claim_id)
    require_open_books(claim.programme_id)
    if claim.prepared_by == signatory(by):
        raise ApproverIsPreparer
    return claim


def not_ready(claim: Claim) -> Refusal:
    """Why a claim refused the step, asked of the database as it is now."""
    now = Claim.objects.get(programme_id=claim.programme_id, id=claim.id)
    return ClaimNotReady(number=now.number, state=ClaimState(now.state).words)


def draw_sample(*, claim_id: UUID, seed: str, by: Actor, at: datetime) -> UUID:
    """Draw the lines of a claim that will be controlled, as many as the programme's rate asks for; the id of
    the draw. The lines that bear a sign are controlled besides.

    For who controls claims, and did not file this one. The seed comes from the roof and is written with the
    draw. Refuses a second draw, which would be a choice, and a claim already decided.
    """
    require(by, Permission.CONTROL_CLAIM)
    claim = not_own(by, claim_id)
    terms = terms_on(claim.programme_id, day_of(at))
    with transaction.atomic():
        take_turn(claim.programme_id)
        now = Claim.objects.get(programme_id=claim.programme_id, id=claim.id)
        if now.state != ClaimState.FILED:
            raise not_ready(claim)
        if sample_of(claim):
            raise AlreadyDrawn
        return Sample.objects.create(
            id=id_of(at, f"sample {claim.id}"),
            programme_id=claim.programme_id,
            claim=claim,
            seed=seed,
            size=size_of_sample(claim.passes, terms.sample_rate),
            most_errors=terms.sample_errors,
            drawn_at=at,
            drawn_by=by.user_id,
        ).id
