"""Whether a programme was taken over, and what its register holds by place and state."""

from uuid import UUID

from django.db.models import Sum

from passnumerique.settlement.models import IssuerFile
from passnumerique.settlement.rules.issuer import IssuerKind
from passnumerique.vouchers.models import Lot, Stock
from passnumerique.vouchers.rules import State

TAKEOVER = "reprise"
"""What the row of a folder taken over is called among the issuer's files."""


def takeover_of(programme_id: UUID) -> IssuerFile | None:
    """The folder from which a programme was taken over; None for one that began here."""
    return IssuerFile.objects.filter(programme_id=programme_id, kind=IssuerKind.LOTS, columns__has_key=TAKEOVER).first()


def held_by_state(programme_id: UUID) -> dict[tuple[UUID, State], tuple[int, int]]:
    """Passes and cents of face value in each state at each place (NOBODY: at none), from the counters."""
    faces = dict(Lot.objects.filter(programme_id=programme_id).values_list("id", "face_value_cents").order_by())
    found: dict[tuple[UUID, State], tuple[int, int]] = {}
    sums = Stock.objects.filter(programme_id=programme_id).values_list("place_id", "state", "lot_id")
    for place_id, state, lot_id, many in sums.annotate(n=Sum("count")).filter(n__gt=0).order_by():
        before = found.get((place_id, State(state)), (0, 0))
        found[place_id, State(state)] = before[0] + many, before[1] + many * faces[lot_id]
    return found
