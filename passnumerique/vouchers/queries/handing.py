"""Who holds which passes: from a pass to the hand-over and to its recipient, who has no name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.beneficiaries.queries import keys_of, known_by
from passnumerique.beneficiaries.rules import KeyKind, Profile
from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import day_of
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


LIKELY_TOLD = 5


@dataclass(frozen=True)
class Likely:
    """An earlier hand-over that may be of the same person: when, where and how many passes; never who.

    `same` says that a contact or an identity agrees exactly, and not only something that resembles it.
    """

    day: date
    structure: str
    passes: int
    same: bool


def possible_duplicates(programme_id: UUID, profile: Profile) -> list[Likely]:
    """The earlier hand-overs that may be of the same person, exact ones first, then the latest: a few at most.

    Only shown, never deciding. None for a profile without contact or identity. Refuses what cannot be read.
    """
    keys = keys_of(programme_id, profile)
    if not keys:
        return []
    found = known_by(programme_id, keys)
    rows = Handover.objects.filter(programme_id=programme_id, recipient_id__in=list(found)).order_by("-at", "-id")
    told = [(row, found[row.recipient_id] != {KeyKind.LIKENESS}) for row in rows[: 10 * LIKELY_TOLD]]
    told = sorted(told, key=lambda one: not one[1])[:LIKELY_TOLD]
    names = organisations_named({row.structure_id for row, _same in told})
    return [Likely(day_of(row.at), names.get(row.structure_id, ""), row.quantity, same) for row, same in told]
