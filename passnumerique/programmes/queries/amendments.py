"""Reading amendments: where each stands, what it waits for, the paper that it becomes."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from passnumerique.council.models import AgendaItem
from passnumerique.council.queries import Decision, access_deliberation, access_item, adopted_decision, ballot_of
from passnumerique.council.rules import NotAdopted, Outcome
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import long_day
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import N_
from passnumerique.programmes.models import Amendment, AmendmentStep, Document
from passnumerique.programmes.queries.agreements import access_programme
from passnumerique.programmes.rules import (
    BASE_OF,
    AmendmentState,
    DecisionPutOff,
    DecisionRefused,
    DocumentKind,
    NotYetDecided,
    Paper,
)


def amendments(actor: Actor, programme_id: UUID) -> QuerySet[Amendment]:
    """The amendments of a programme, latest first, each with its base, its steps and its document."""
    require(actor, Permission.READ_COUNCIL)
    access_programme(actor, programme_id)
    steps = Prefetch("steps", AmendmentStep.objects.order_by("rank"))
    rows = Amendment.objects.filter(programme_id=programme_id).select_related("base", "document", "deliberation")
    return rows.prefetch_related(steps).order_by("-drafted_at", "-id")


def access_amendment(actor: Actor, programme_id: UUID, amendment_id: UUID) -> Amendment:
    """One amendment of the programme. Refuses (NotFound) any other."""
    row = amendments(actor, programme_id).filter(id=amendment_id).first()
    if row is None:
        raise NotFound
    return row


def state_of_amendment(row: Amendment) -> AmendmentState:
    """Where an amendment stands: what its dates say, whoever recorded them."""
    if row.dropped_at is not None:
        return AmendmentState.DROPPED
    if row.document is None or row.document.signed_on is None:
        return AmendmentState.DRAFTED
    return AmendmentState.IN_FORCE if row.document.in_force_on else AmendmentState.SIGNED


def base_document(programme_id: UUID, kind: DocumentKind, base_id: UUID | None = None) -> Document | None:
    """The document that an amendment of that kind changes: the one named, or the last one recorded."""
    rows = Document.objects.filter(programme_id=programme_id, kind=BASE_OF[kind])
    if base_id is not None:
        rows = rows.filter(id=base_id)
    return rows.order_by("-recorded_at", "-id").first()


def decided(actor: Actor, item_id: UUID | None, deliberation_id: UUID | None) -> Decision | None:
    """The decision that an amendment cites; None while its matter waits for the council. Refuses a deliberation not
    adopted, and a matter rejected, postponed or withdrawn."""
    if deliberation_id is not None:
        row = access_deliberation(actor, deliberation_id)
        if not ballot_of(row).adopted:
            raise NotAdopted(number=row.number)
        return adopted_decision(row.authority_id, row.id)
    return _decided_item(actor, item_id) if item_id is not None else None


def item_followed(actor: Actor, item_id: UUID) -> AgendaItem:
    """The matter as it stands now: where its sitting closed without vote, was cancelled or put it off, the same matter
    (programme, title, code) of the latest sitting after it, if one took it up. Refuses (NotFound) one that is gone."""
    item = access_item(actor, item_id)
    left = item.outcome == Outcome.POSTPONED or bool(
        item.outcome == Outcome.PENDING and (item.sitting.closed_at or item.sitting.cancelled_at)
    )
    if not left:
        return item
    again = AgendaItem.objects.filter(
        sitting__authority_id=actor.authority_id,
        sitting__starts_at__gt=item.sitting.starts_at,
        programme=item.programme,
        title=item.title,
        matter=item.matter,
    )
    later = again.order_by("-sitting__starts_at", "-id").first()
    return access_item(actor, later.id) if later else item


def _decided_item(actor: Actor, item_id: UUID) -> Decision | None:
    item = item_followed(actor, item_id)
    outcome = Outcome(item.outcome)
    if outcome is Outcome.REJECTED:
        raise DecisionRefused(title=item.title)
    if outcome in {Outcome.POSTPONED, Outcome.WITHDRAWN}:
        raise DecisionPutOff(title=item.title, outcome=outcome.words)
    if outcome is Outcome.PENDING:
        return None
    return adopted_decision(item.sitting.authority_id, item.deliberation.id)


def require_decision(actor: Actor, row: Amendment) -> Decision:
    """The decision that lets an amendment be signed. Refuses (NotYetDecided) one still waiting, and as `decided`."""
    decision = decision_of(actor, row)
    if decision is None:
        raise NotYetDecided(title=title_of_amendment(row))
    return decision


def decision_of(actor: Actor, row: Amendment) -> Decision | None:
    """The same as `decided` for an amendment; a matter that was taken off its agenda decides nothing."""
    try:
        return decided(actor, row.item, row.deliberation_id)
    except NotFound:
        return None


def paper_of_amendment(row: Amendment, deliberation_id: UUID, signed_on: date, in_force_on: date | None) -> Paper:
    """The document that an amendment is once signed."""
    return Paper(
        kind=DocumentKind(row.kind),
        reference=row.reference,
        title=title_of_amendment(row),
        counterpart=row.base.counterpart,
        signed_on=signed_on,
        in_force_on=in_force_on,
        deliberation_id=deliberation_id,
        base_id=row.base_id,
    )


def title_of_amendment(row: Amendment) -> str:
    """« Avenant n° 1 à la convention du 15 mars 2021 »: a title of a paper, so French."""
    what = "convention de mandat" if row.kind == DocumentKind.MANDATE_AMENDMENT else "convention"
    signed = f" du {long_day(row.base.signed_on)}" if row.base.signed_on else f" {row.base.reference}"
    return f"Avenant n°\u202f{row.number} à la {what}{signed}"


NUMBERS = Check("amendment_numbers", N_("Les avenants ne se suivent pas sans trou."))


def amendment_differences(programme_id: UUID) -> Iterator[Difference]:
    """The amendments whose number is not the one that follows, for each document that they change."""
    rows = Amendment.objects.filter(programme_id=programme_id, dropped_at__isnull=True).order_by("base_id", "number")
    for _base, several in groupby(rows, key=lambda row: row.base_id):
        for rank, row in enumerate(several, start=1):
            yield from unlike(NUMBERS, Amendment._meta.db_table, row.id, {"number": row.number}, {"number": rank})
