"""Undue sums: declared, waiting for a next claim, asked for by an order, come back."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Max, QuerySet

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes
from passnumerique.settlement.models import Claim, RecoveryOrder, Undue


def undue_sums(actor: Actor, programme_id: UUID) -> QuerySet[Undue]:
    """Every sum declared undue, latest first, with its line and claim: a place sees its own."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    rows = Undue.objects.filter(programme_id=programme_id)
    if actor.organisation_id is not None:
        rows = rows.filter(place_id=actor.organisation_id)
    return rows.select_related("line__claim", "order", "offset_in").order_by("-declared_at", "-id")


def undue_of_lines(claim: Claim) -> dict[UUID, Undue]:
    """What was declared undue of a claim, by line."""
    rows = Undue.objects.filter(programme_id=claim.programme_id, line__claim=claim)
    return {row.line_id: row for row in rows.select_related("order", "offset_in").order_by()}


def taken_back_in(claim: Claim) -> Sequence[Undue]:
    """The undue sums that this claim was lowered by, by number of pass."""
    rows = Undue.objects.filter(programme_id=claim.programme_id, offset_in=claim)
    return list(rows.select_related("line__claim").order_by("line__voucher_number"))


def recovery_orders(actor: Actor, programme_id: UUID) -> QuerySet[RecoveryOrder]:
    """The recovery orders, latest first: a place sees its own."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    return _visible(actor).filter(programme_id=programme_id).order_by("-number")


def _visible(actor: Actor) -> QuerySet[RecoveryOrder]:
    rows = RecoveryOrder.objects.all()
    return rows if actor.organisation_id is None else rows.filter(place_id=actor.organisation_id)


def access_order(actor: Actor, order_id: UUID) -> RecoveryOrder:
    """One recovery order that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_CLAIMS)
    within = programmes(actor).order_by().values_list("id", flat=True)
    row = _visible(actor).filter(id=order_id, programme_id__in=list(within)).first()
    if row is None:
        raise NotFound
    return row


def lines_ordered(order: RecoveryOrder) -> list[Undue]:
    """The undue sums that an order asks for, by number of pass."""
    rows = Undue.objects.filter(programme_id=order.programme_id, order=order)
    return list(rows.select_related("line__claim").order_by("line__voucher_number"))


def next_order_number(programme_id: UUID) -> int:
    """The number of the next recovery order: without gap, from 1."""
    top = RecoveryOrder.objects.filter(programme_id=programme_id).aggregate(number=Max("number"))
    return (top["number"] or 0) + 1
