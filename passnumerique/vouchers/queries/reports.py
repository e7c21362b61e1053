"""What one structure or one place did, and for whom passes were, as it stood on an evening: for reports."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, DateField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from passnumerique.ground.dates import PARIS
from passnumerique.vouchers.models import DeliveryNote, Handover, Redemption, Reversal


def _uses(programme_id: UUID, before: datetime) -> QuerySet[Redemption]:
    """The redemptions that stood at that instant."""
    undone = Reversal.objects.filter(programme_id=programme_id, at__lt=before).values("redemption_id")
    return Redemption.objects.filter(programme_id=programme_id, recorded_at__lt=before).exclude(id__in=undone)


def _by_month(rows: QuerySet[Redemption]) -> dict[date, int]:
    months = rows.annotate(month=TruncMonth("redeemed_at", output_field=DateField(), tzinfo=PARIS))
    return dict(months.values_list("month").annotate(n=Count("id")).order_by("month"))


def used_from(programme_id: UUID, structure_id: UUID, before: datetime) -> dict[date, int]:
    """Passes given by a structure that were used, by the month of their use."""
    return _by_month(_uses(programme_id, before).filter(structure_id=structure_id))


def used_at(programme_id: UUID, place_id: UUID, before: datetime) -> dict[date, int]:
    """Passes that a place took, by month."""
    return _by_month(_uses(programme_id, before).filter(place_id=place_id))


def used_at_by_module(programme_id: UUID, place_id: UUID, before: datetime) -> dict[UUID, int]:
    """Passes that a place took, by module."""
    rows = _uses(programme_id, before).filter(place_id=place_id).values_list("module_id")
    return dict(rows.annotate(n=Count("id")).order_by("-n"))


def handed_by(programme_id: UUID, structure_id: UUID, before: datetime) -> dict[date, int]:
    """Passes that a structure handed over, by month."""
    rows = Handover.objects.filter(programme_id=programme_id, structure_id=structure_id, at__lt=before)
    months = rows.annotate(month=TruncMonth("at", output_field=DateField(), tzinfo=PARIS))
    return dict(months.values_list("month").annotate(n=Sum("quantity")).order_by("month"))


def handed_by_age(programme_id: UUID, structure_id: UUID, before: datetime) -> Counter[str]:
    """How many hand-overs of a structure were to people of each age bracket."""
    rows = Handover.objects.filter(programme_id=programme_id, structure_id=structure_id, at__lt=before)
    return Counter(dict(rows.values_list("recipient__age_bracket").annotate(n=Count("id")).order_by()))


def received_by(programme_id: UUID, structure_id: UUID, before: datetime) -> int:
    """Passes that notes gave to a structure, less those that it gave back or on."""
    rows = DeliveryNote.objects.filter(programme_id=programme_id, at__lt=before)
    rows = rows.filter(Q(receiver_id=structure_id) | Q(giver_id=structure_id))
    signed = Case(
        When(receiver_id=structure_id, then=F("quantity")),
        default=Value(0) - F("quantity"),
        output_field=IntegerField(),
    )
    return rows.aggregate(n=Sum(signed))["n"] or 0


@dataclass(frozen=True)
class Publics:
    """Passes handed over and used, in all and by the target public; and how many people each of these is."""

    handed: int
    handed_target: int
    used: int
    used_target: int
    people: int
    people_target: int
    users: int
    users_target: int


def publics_served(programme_id: UUID, before: datetime) -> Publics:
    """Whom the passes were for, at that instant."""
    handed = Handover.objects.filter(programme_id=programme_id, at__lt=before)
    target = Q(recipient__target_public=True)
    sums = handed.aggregate(
        handed=Sum("quantity"),
        handed_target=Sum("quantity", filter=target),
        people=Count("id"),
        people_target=Count("id", filter=target),
    )
    uses = _uses(programme_id, before)
    given = uses.values_list("voucher__handover_id").annotate(n=Count("id")).order_by()
    chosen = set(handed.filter(target).values_list("id", flat=True).order_by())
    by_handover = dict(given)
    used_target = sum(n for one, n in by_handover.items() if one in chosen)
    used = sum(n for one, n in by_handover.items() if one is not None)
    users = set(by_handover) - {None}
    return Publics(
        **{name: value or 0 for name, value in sums.items()},
        used=used,
        used_target=used_target,
        users=len(users),
        users_target=len(users & chosen),
    )
