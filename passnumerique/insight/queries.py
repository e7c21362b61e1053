"""Reading that belongs to no floor alone: what moved last, and what waits for somebody.

Whoever calls has checked the reader's permission; nothing personal is read here.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Subquery

from passnumerique.directory.models import Organisation
from passnumerique.ground.dates import day_of
from passnumerique.settlement.models import Claim
from passnumerique.settlement.rules import ClaimState
from passnumerique.vouchers.models import DeliveryNote, Handover


def last_moved(programme_id: UUID, structure_ids: Iterable[UUID]) -> dict[UUID, date]:
    """The last day on which each of these structures received stock or handed a pass over. One look-up for
    each, however many hand-overs it made."""
    handed = Handover.objects.filter(programme_id=programme_id, structure_id=OuterRef("id")).order_by("-at")
    rows = Organisation.objects.filter(id__in=list(structure_ids)).order_by()
    latest = rows.values_list("id").annotate(last=Subquery(handed.values("at")[:1]))
    received = DeliveryNote.objects.filter(programme_id=programme_id).values_list("receiver_id")
    found: dict[UUID, date] = {}
    for owner, at in (*latest, *received.annotate(last=Max("at")).order_by()):
        if at:
            found[owner] = max(found.get(owner, date.min), day_of(at))
    return found


def claims_by_state(programme_id: UUID) -> dict[ClaimState, int]:
    """How many claims are in each state now; every state is a key."""
    rows = Claim.objects.filter(programme_id=programme_id).values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(ClaimState, 0) | {ClaimState(state): n for state, n in rows.order_by()}
