"""Reading about the public: identifiers, never a contact."""

from uuid import UUID

from passnumerique.beneficiaries.models import PersonKey
from passnumerique.beneficiaries.rules import KeyKind


def same_person(programme_id: UUID, blind_index: bytes) -> list[UUID]:
    """The recipients of this programme noted under the same contact."""
    rows = PersonKey.objects.filter(programme_id=programme_id, key=blind_index, kind=KeyKind.CONTACT)
    return list(rows.values_list("recipient_id", flat=True).order_by("at", "id"))
