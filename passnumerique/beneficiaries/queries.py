"""Figures about the public: counts, never a row."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count

from passnumerique.beneficiaries.models import Recipient


def recipients_by(field: str, programme_id: UUID, before: datetime | None = None) -> dict[str, int]:
    """How many recipients for each value of `age_bracket`, `commune`, `status` or `target_public`."""
    rows = Recipient.objects.filter(programme_id=programme_id)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return dict(rows.values_list(field).annotate(n=Count("id")).order_by(field))


def same_person(programme_id: UUID, blind_index: bytes) -> list[UUID]:
    """The recipients of this programme noted under the same contact."""
    return list(
        Recipient.objects.filter(programme_id=programme_id, blind_index=blind_index).values_list("id", flat=True)
    )
