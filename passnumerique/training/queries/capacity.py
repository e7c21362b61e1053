"""How many seats sessions offer, day by day, as it was known on the evening of a day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from passnumerique.ground.dates import PARIS, end_of, start_of
from passnumerique.programmes.rules import Terms
from passnumerique.training.models import Module, TrainingSession
from passnumerique.training.rules import SessionState


@dataclass(frozen=True)
class Offered:
    """Sessions and their seats on one day."""

    sessions: int
    seats: int


def offered_by_day(programme_id: UUID, first: date, known_on: date) -> dict[date, Offered]:
    """The sessions from `first` on that were known on the evening of `known_on` and not cancelled by then."""
    known = end_of(known_on)
    rows = TrainingSession.objects.filter(programme_id=programme_id, starts_at__gte=start_of(first))
    standing = rows.filter(
        Q(state=SessionState.PLANNED.value) | Q(cancelled_at__gte=known), created_at__lt=known
    ).annotate(day=TruncDate("starts_at", tzinfo=PARIS))
    sums = standing.values_list("day").annotate(sessions=Count("id"), total=Sum("seats")).order_by("day")
    return {day: Offered(sessions, total) for day, sessions, total in sums}


def passes_per_seat(programme_id: UUID, terms: Terms) -> float:
    """How many passes one person gives for a session, over the modules of the plan; 1 without a plan."""
    prices: Counter[int] = Counter(
        terms.passes_for(minutes, price)
        for minutes, price in Module.objects.filter(programme_id=programme_id)
        .order_by()
        .values_list("minutes", "price_passes")
    )
    count = sum(prices.values())
    return sum(price * many for price, many in prices.items()) / count if count else 1.0


def sessions_by_place(programme_id: UUID, first: date, last: date, known_on: date) -> dict[UUID, int]:
    """How many sessions each place holds from a day to another, as it was known on the evening of `known_on` and not
    cancelled by then."""
    known = end_of(known_on)
    rows = TrainingSession.objects.filter(
        programme_id=programme_id, starts_at__gte=start_of(first), starts_at__lt=end_of(last), created_at__lt=known
    )
    standing = rows.filter(Q(state=SessionState.PLANNED.value) | Q(cancelled_at__gte=known))
    return dict(standing.values_list("place_id").annotate(many=Count("id")).order_by())
