"""Who holds which passes: from a pass to the hand-over and to its recipient, who has no name."""

from collections.abc import Iterable
from uuid import UUID

from passnumerique.ground.db import in_chunks
from passnumerique.vouchers.models import Handover, Voucher


def recipients_of_numbers(programme_id: UUID, numbers: Iterable[int]) -> dict[int, UUID]:
    """The recipient of each of these passes, by number; a pass never handed over is not there."""
    found: dict[int, UUID] = {}
    for chunk in in_chunks(sorted(set(numbers))):
        rows = Voucher.objects.filter(programme_id=programme_id, number__in=chunk, handover_id__isnull=False)
        given = dict(rows.values_list("number", "handover_id").order_by())
        recipients = _recipients(programme_id, {one for one in given.values() if one})
        found |= {number: recipients[one] for number, one in given.items() if one in recipients}
    return found


def _recipients(programme_id: UUID, handover_ids: Iterable[UUID]) -> dict[UUID | None, UUID]:
    rows = Handover.objects.filter(programme_id=programme_id, id__in=list(handover_ids))
    return dict(rows.values_list("id", "recipient_id").order_by())
