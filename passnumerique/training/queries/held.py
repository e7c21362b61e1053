"""What a place held and offers, for its report."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Sum

from passnumerique.training.models import TrainingSession
from passnumerique.training.rules import SessionState


@dataclass(frozen=True)
class Held:
    """Sessions, seats offered, seats taken."""

    sessions: int
    seats: int
    taken: int


def held_at(programme_id: UUID, place_id: UUID, before: datetime) -> Held:
    """The sessions of a place that had begun at that instant, those cancelled left out."""
    rows = TrainingSession.objects.filter(
        programme_id=programme_id, place_id=place_id, state=SessionState.PLANNED, starts_at__lt=before
    )
    found = rows.aggregate(sessions=Count("id"), seats=Sum("seats"), taken=Sum("seats_taken"))
    return Held(**{name: value or 0 for name, value in found.items()})
