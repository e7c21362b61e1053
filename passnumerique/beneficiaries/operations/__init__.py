"""The only writers about the public."""

from passnumerique.beneficiaries.operations.contacts import note_contact, note_use, withdraw_contact, withdraw_contacts
from passnumerique.beneficiaries.operations.people import note_recipient

__all__ = [
    "note_contact",
    "note_recipient",
    "note_use",
    "withdraw_contact",
    "withdraw_contacts",
]
