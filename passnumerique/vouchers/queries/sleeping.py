"""Passes that were handed over and not used: which hand-overs they are of, and since when nothing happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.ground.db import in_chunks
from passnumerique.vouchers.models import Handover, Redemption, Voucher
from passnumerique.vouchers.rules import State


@dataclass(frozen=True)
class StillHeld:
    """A hand-over of which passes are still held: their numbers, and how many it was of."""

    id: UUID
    structure_id: UUID
    recipient_id: UUID
    at: datetime
    quantity: int
    numbers: tuple[int, ...]


def held_since(programme_id: UUID, structure_id: UUID, before: datetime) -> list[StillHeld]:
    """The hand-overs of a structure made before that instant of which passes are held and none was used since
    then, the oldest first. The caller has decided that the reader may see that structure's hand-overs."""
    rows = Voucher.objects.filter(programme_id=programme_id, structure_id=structure_id, state=State.HELD)
    numbers: dict[UUID, list[int]] = {}
    for handover_id, number in rows.order_by("number").values_list("handover_id", "number"):
        if handover_id:
            numbers.setdefault(handover_id, []).append(number)
    moved = _used_since(programme_id, numbers, before)
    found = []
    for chunk in in_chunks(sorted(numbers)):
        handovers = Handover.objects.filter(
            programme_id=programme_id, structure_id=structure_id, id__in=chunk, at__lt=before
        )
        found += [
            StillHeld(row.id, row.structure_id, row.recipient_id, row.at, row.quantity, tuple(numbers[row.id]))
            for row in handovers.order_by()
            if row.id not in moved
        ]
    return sorted(found, key=lambda one: (one.at, one.id))


def _used_since(programme_id: UUID, handover_ids: Iterable[UUID], since: datetime) -> set[UUID]:
    """The hand-overs of which a pass was used since then."""
    used: set[UUID] = set()
    for chunk in in_chunks(sorted(handover_ids)):
        rows = Redemption.objects.filter(
            programme_id=programme_id,
            voucher__programme_id=programme_id,
            voucher__handover_id__in=chunk,
            redeemed_at__gte=since,
        )
        used |= {one for one in rows.values_list("voucher__handover_id", flat=True).order_by() if one}
    return used
