"""What places answered about contested passes, within what an actor may see."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes, terms_on
from passnumerique.settlement.models import Answer, Claim, ClaimLine, FinalRefusal
from passnumerique.settlement.rules import UNDECIDED, ClaimState, Outcome


def answers(actor: Actor, programme_id: UUID, *, waiting: bool = False) -> QuerySet[Answer]:
    """The answers of places, oldest first, without their papers: a place sees its own."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    rows = _visible(actor).filter(programme_id=programme_id)
    if waiting:
        rows = rows.filter(outcome=Outcome.WAITING)
    return rows.select_related("line__claim").defer("content").order_by("answered_at", "id")


def _visible(actor: Actor) -> QuerySet[Answer]:
    rows = Answer.objects.all()
    return rows if actor.organisation_id is None else rows.filter(line__claim__place_id=actor.organisation_id)


def access_answer(actor: Actor, answer_id: UUID) -> Answer:
    """One answer that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_CLAIMS)
    within = programmes(actor).order_by().values_list("id", flat=True)
    row = _visible(actor).filter(id=answer_id, programme_id__in=list(within)).select_related("line__claim").first()
    if row is None:
        raise NotFound
    return row


def access_line(actor: Actor, line_id: UUID) -> ClaimLine:
    """One line of a claim that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_CLAIMS)
    within = programmes(actor).order_by().values_list("id", flat=True)
    rows = ClaimLine.objects.filter(id=line_id, programme_id__in=list(within)).select_related("claim")
    if actor.organisation_id is not None:
        rows = rows.filter(claim__place_id=actor.organisation_id)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def answers_in(claim: Claim) -> dict[UUID, Answer]:
    """The answers about the lines of a claim, by line, without their papers."""
    rows = Answer.objects.filter(programme_id=claim.programme_id, line__first_claim=claim)
    return {row.line_id: row for row in rows.defer("content").order_by()}


def final_refusals_in(claim: Claim) -> dict[UUID, FinalRefusal]:
    """The final refusals of lines of a claim, by line."""
    rows = FinalRefusal.objects.filter(programme_id=claim.programme_id, line__claim=claim)
    return {row.line_id: row for row in rows.select_related("line").order_by("line__voucher_number")}


def lines_answered(programme_id: UUID, line_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these lines whose place answered and waits."""
    found: set[UUID] = set()
    for chunk in in_chunks(list(line_ids)):
        rows = Answer.objects.filter(programme_id=programme_id, line_id__in=chunk, outcome=Outcome.WAITING)
        found |= set(rows.order_by().values_list("line_id", flat=True))
    return found


def answer_until(claim: Claim) -> date | None:
    """The last day on which the place may answer about a contested line, once the claim is decided."""
    if claim.approved_at is None or ClaimState(claim.state) in UNDECIDED:
        return None
    decided = day_of(claim.approved_at)
    return decided + timedelta(days=terms_on(claim.programme_id, decided).answer_days)
