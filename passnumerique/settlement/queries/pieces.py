"""The supporting documents of a period: what each movement of the accounts rests on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import day_of, long_month
from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import documents
from passnumerique.settlement.models import CashEntry, Claim, Payment, PaymentOrder, PaymentReturn
from passnumerique.settlement.rules import CashKind


@dataclass(frozen=True)
class Piece:
    """One supporting document: what it is (French words), its reference, its day, with whom, how much."""

    kind: str
    reference: str
    day: date
    counterpart: str
    amount_cents: int | None
    note: str = ""


def pieces(programme_id: UUID, since: datetime, before: datetime) -> list[Piece]:
    """The papers in force, claims, orders, payments and entries of cash written in a span of time, in that
    order, then by day and reference."""
    found = [
        *_papers(programme_id, before),
        *_claims(programme_id, since, before),
        *_orders(programme_id, since, before),
        *_payments(programme_id, since, before),
        *_returns(programme_id, since, before),
        *_entries(programme_id, since, before),
    ]
    places = organisations_named({place for _, place in found if isinstance(place, UUID)})
    ranks = {kind: rank for rank, kind in enumerate(dict.fromkeys(piece.kind for piece, _ in found))}
    named = [_named(piece, places.get(place, "") if isinstance(place, UUID) else place) for piece, place in found]
    return sorted(named, key=lambda piece: (ranks[piece.kind], piece.day, piece.reference))


Found = Iterator[tuple[Piece, UUID | str]]


def _named(piece: Piece, counterpart: str) -> Piece:
    return Piece(piece.kind, piece.reference, piece.day, counterpart, piece.amount_cents, piece.note)


def _papers(programme_id: UUID, before: datetime) -> Found:
    for row in documents(programme_id).filter(signed_on__lt=day_of(before)).order_by("signed_on", "reference"):
        signed = row.signed_on or day_of(row.recorded_at)
        yield Piece("convention ou acte", row.reference, signed, "", None, row.title), row.counterpart


def _claims(programme_id: UUID, since: datetime, before: datetime) -> Found:
    rows = Claim.objects.filter(programme_id=programme_id, filed_at__gte=since, filed_at__lt=before).order_by("number")
    for row in rows:
        note = f"{long_month(row.month)}, {row.passes} pass, feuilles d’émargement jointes au bordereau"
        yield (
            Piece("bordereau de demande", f"{row.number:05d}", day_of(row.filed_at), "", row.net_cents, note),
            row.place_id,
        )


def _orders(programme_id: UUID, since: datetime, before: datetime) -> Found:
    rows = PaymentOrder.objects.filter(programme_id=programme_id, at__gte=since, at__lt=before)
    for row in rows.select_related("claim").order_by("at", "reference"):
        note = f"demande n° {row.claim.number}"
        yield Piece("mandatement", row.reference, row.ordered_on, "", row.amount_cents, note), row.claim.place_id


def _payments(programme_id: UUID, since: datetime, before: datetime) -> Found:
    rows = Payment.objects.filter(programme_id=programme_id, at__gte=since, at__lt=before)
    for row in rows.select_related("claim").order_by("at", "reference"):
        note = f"demande n° {row.claim.number}"
        yield Piece("paiement", row.reference, row.paid_on, "", row.amount_cents, note), row.claim.place_id


def _returns(programme_id: UUID, since: datetime, before: datetime) -> Found:
    rows = PaymentReturn.objects.filter(programme_id=programme_id, at__gte=since, at__lt=before)
    for row in rows.select_related("claim").order_by("at", "reference"):
        note = f"demande n° {row.claim.number}"
        piece = Piece("paiement rejeté par la banque", row.reference, row.returned_on, "", row.amount_cents, note)
        yield piece, row.claim.place_id


def _entries(programme_id: UUID, since: datetime, before: datetime) -> Found:
    rows = CashEntry.objects.filter(programme_id=programme_id, at__gte=since, at__lt=before).order_by("at", "reference")
    for row in rows:
        piece = Piece(CashKind(row.kind).words, row.reference, row.happened_on, "", row.amount_cents)
        yield piece, row.place_id if row.place_id != NOBODY else row.counterpart
