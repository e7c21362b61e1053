"""Reading about the public: identifiers, never a contact."""

from uuid import UUID

from passnumerique.beneficiaries.models import Recipient


def same_person(programme_id: UUID, blind_index: bytes) -> list[UUID]:
    """The recipients of this programme noted under the same contact."""
    return list(
        Recipient.objects.filter(programme_id=programme_id, blind_index=blind_index).values_list("id", flat=True)
    )
