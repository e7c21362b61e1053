"""How far the control of a claim is: the sample drawn, its lines, what must still be looked at."""

from typing import Any

from passnumerique.settlement.models import Claim, ClaimLine, Sample, SentBack
from passnumerique.settlement.rules import Progress, Verdict, draw, progress_of


def sample_of(claim: Claim) -> Sample | None:
    """The draw of a claim, if there was one."""
    return Sample.objects.filter(programme_id=claim.programme_id, claim=claim).first()


def drawn_in(claim: Claim, sample: Sample, seed: str = "") -> list[int]:
    """The numbers of the passes drawn, in the order in which they were drawn; by another seed, if one is given."""
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, first_claim=claim)
    return draw(rows.order_by().values_list("voucher_number", flat=True), seed or sample.seed, sample.size)


def progress_in(claim: Claim, sample: Sample) -> Progress:
    """How far the control by sample is."""
    rows: Any = ClaimLine.objects.filter(programme_id=claim.programme_id, first_claim=claim).order_by()
    told = list(rows.values_list("voucher_number", "verdict", "risk"))
    verdicts = {number: Verdict(verdict) for number, verdict, _ in told}
    flagged = {number for number, _, risk in told if risk}
    return progress_of(verdicts, flagged, draw(verdicts, sample.seed, sample.size), sample.most_errors)


def sent_back_of(claim: Claim) -> list[SentBack]:
    """The decisions upon a claim that were not confirmed, oldest first."""
    return list(SentBack.objects.filter(programme_id=claim.programme_id, claim=claim).order_by("at", "id"))
