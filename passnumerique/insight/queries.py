"""Reading that belongs to no floor alone: acts between two instants, and what waits for somebody.

Whoever calls has checked the reader's permission; nothing personal is read here.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max

from passnumerique.ground.dates import day_of
from passnumerique.settlement.models import Claim
from passnumerique.settlement.rules import ClaimState
from passnumerique.vouchers.models import DeliveryNote, Event, Handover
from passnumerique.vouchers.rules import Act


def acts_between(programme_id: UUID, acts: Iterable[Act], after: datetime, before: datetime) -> dict[Act, int]:
    """Passes that went through each of these acts from `after` on and before `before`."""
    rows = Event.objects.filter(
        programme_id=programme_id, at__gte=after, at__lt=before, act__in=[act.value for act in acts]
    )
    return {Act(act): n for act, n in rows.values_list("act").annotate(n=Count("id")).order_by()}


def last_moved(programme_id: UUID) -> dict[UUID, date]:
    """The last day on which each structure received stock or handed a pass over."""
    handed = Handover.objects.filter(programme_id=programme_id).values_list("structure_id")
    received = DeliveryNote.objects.filter(programme_id=programme_id).values_list("receiver_id")
    found: dict[UUID, date] = {}
    for rows in (handed, received):
        for owner, at in rows.annotate(last=Max("at")).order_by():
            found[owner] = max(found.get(owner, date.min), day_of(at))
    return found


def claims_by_state(programme_id: UUID) -> dict[ClaimState, int]:
    """How many claims are in each state now; every state is a key."""
    rows = Claim.objects.filter(programme_id=programme_id).values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(ClaimState, 0) | {ClaimState(state): n for state, n in rows.order_by()}
