"""The only writers about the public."""

from passnumerique.beneficiaries.operations.contacts import note_contact, note_use, withdraw_contact, withdraw_contacts
from passnumerique.beneficiaries.operations.people import blind_index, note_recipient

__all__ = [
    "blind_index",
    "note_contact",
    "note_recipient",
    "note_use",
    "withdraw_contact",
    "withdraw_contacts",
]
