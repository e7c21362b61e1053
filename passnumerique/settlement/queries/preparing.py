"""Claims prepared for the places: what may still be put in one, what stands in it, how far a run is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import next_month, start_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes
from passnumerique.settlement.models import ClaimLine, Preparation, PreparedClaim, PreparedLine
from passnumerique.settlement.rules import PreparedLineState, PreparedState
from passnumerique.vouchers.models import Redemption, Stock
from passnumerique.vouchers.rules import State


def standing(programme_id: UUID) -> QuerySet[Redemption]:
    """The redemptions that stand and are on no claim."""
    claimed = ClaimLine.objects.filter(programme_id=programme_id, redemption_id=OuterRef("id"))
    return Redemption.objects.filter(
        ~Exists(claimed), programme_id=programme_id, reversals__isnull=True, voucher__state=State.REDEEMED
    )


def to_ask_for(programme_id: UUID, month: date) -> QuerySet[Redemption]:
    """Those of them that belong to a claim of that month: used before its end, and not left by their place
    for a later one."""
    left = PreparedLine.objects.filter(
        programme_id=programme_id,
        redemption_id=OuterRef("id"),
        state=PreparedLineState.LEFT,
        month__gte=month,
    )
    return standing(programme_id).filter(~Exists(left), redeemed_at__lt=start_of(next_month(month)))


def to_prepare(programme_id: UUID, month: date, place_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """What belongs to a claim of these places and stands in no proposal yet: (place, redemption).

    What stands in their open proposals, or was left, is read apart and taken out here: asked for each use in
    one statement, an engine whose statistics were taken while nothing was proposed reads all proposals each time.
    """
    places = list(place_ids)
    lines = PreparedLine.objects.filter(programme_id=programme_id, prepared__place_id__in=places)
    proposed = Q(state=PreparedLineState.PROPOSED, prepared__state=PreparedState.OPEN)
    out = lines.filter(proposed | Q(state=PreparedLineState.LEFT, month__gte=month))
    known = set(out.order_by().values_list("redemption_id", flat=True))
    ends = start_of(next_month(month))
    rows = standing(programme_id).filter(place_id__in=places, redeemed_at__lt=ends)
    found = rows.order_by("place_id", "redeemed_at", "id").values_list("place_id", "id")
    return [(place_id, one) for place_id, one in found if one not in known]


def places_to_prepare(programme_id: UUID, after: UUID = NOBODY) -> list[tuple[UUID, int]]:
    """The places that hold used passes which nobody asked for yet, and how many: from the counters."""
    rows = Stock.objects.filter(programme_id=programme_id, state=State.REDEEMED, place_id__gt=after)
    found = rows.values_list("place_id").annotate(n=Sum("count")).filter(n__gt=0).order_by("place_id")
    return list(found)


def open_preparation(programme_id: UUID) -> Preparation | None:
    """The run that is not over, if there is one."""
    return Preparation.objects.filter(programme_id=programme_id, ended_at__isnull=True).first()


def preparations(actor: Actor, programme_id: UUID) -> QuerySet[Preparation]:
    """The runs over every place, latest first. For the authority's desks that read claims."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    if actor.organisation_id is not None:
        raise NotFound
    return Preparation.objects.filter(programme_id=programme_id).order_by("-begun_at")


def prepared_claims(actor: Actor, programme_id: UUID) -> QuerySet[PreparedClaim]:
    """The prepared claims that wait for their place, each with `passes`, by place: a place sees its own."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    return _visible(actor).filter(programme_id=programme_id, state=PreparedState.OPEN).order_by("place_id")


def _visible(actor: Actor) -> QuerySet[PreparedClaim]:
    rows = PreparedClaim.objects.annotate(passes=Count("lines", filter=Q(lines__state=PreparedLineState.PROPOSED)))
    return rows if actor.organisation_id is None else rows.filter(place_id=actor.organisation_id)


def access_prepared(actor: Actor, prepared_id: UUID) -> PreparedClaim:
    """One prepared claim that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_CLAIMS)
    within = programmes(actor).order_by().values_list("id", flat=True)
    row = _visible(actor).filter(id=prepared_id, programme_id__in=list(within)).first()
    if row is None:
        raise NotFound
    return row


def closed_before(programme_id: UUID, place_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many proposals each of these places had so far: the rank that tells two of one instant apart."""
    rows = PreparedClaim.objects.filter(programme_id=programme_id, place_id__in=list(place_ids))
    return dict(rows.values_list("place_id").annotate(many=Count("id")).order_by())


def open_prepared(programme_id: UUID, place_id: UUID) -> PreparedClaim | None:
    """The proposal that waits for a place, if there is one."""
    rows = PreparedClaim.objects.filter(programme_id=programme_id, place_id=place_id, state=PreparedState.OPEN)
    return rows.first()


def lines_prepared(prepared: PreparedClaim, *states: PreparedLineState) -> QuerySet[PreparedLine]:
    """The lines of a prepared claim in these states, all by default."""
    rows = PreparedLine.objects.filter(programme_id=prepared.programme_id, prepared=prepared)
    return rows.filter(state__in=[state.value for state in states]) if states else rows


def proposed_ids(prepared: PreparedClaim) -> QuerySet[Any, Any]:
    """The redemptions proposed in a prepared claim, as a subquery."""
    return lines_prepared(prepared, PreparedLineState.PROPOSED).order_by().values("redemption_id")


@dataclass(frozen=True)
class PreparedRow:
    """A prepared claim with its place, for a list."""

    prepared: PreparedClaim
    place: str
    passes: int


def prepared_rows(found: Iterable[Any]) -> list[PreparedRow]:
    """Prepared claims with the names of their places, by name."""
    rows = list(found)
    names = organisations_named(row.place_id for row in rows)
    told = [PreparedRow(row, names.get(row.place_id, ""), row.passes) for row in rows]
    return sorted(told, key=lambda row: (row.place, row.prepared.place_id))
