"""Sealing what every floor wrote: the register knows how, this journey knows which journals there are."""

from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.insight.audit import EVERY_JOURNAL
from passnumerique.vouchers.operations import seal_journal


def seal_programme(*, programme_id: UUID, by: Actor, at: datetime) -> int:
    """Seal every journal of a programme up to `at`; returns how many rows. See `vouchers.seal_journal`."""
    return seal_journal(programme_id=programme_id, journals=EVERY_JOURNAL, by=by, at=at)
