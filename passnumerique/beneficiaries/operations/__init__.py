"""The only writers about the public."""

from passnumerique.beneficiaries.operations.contacts import note_contact, note_use, withdraw_contact, withdraw_contacts
from passnumerique.beneficiaries.operations.erasing import encipher_again, erase_contacts, erase_due
from passnumerique.beneficiaries.operations.messages import (
    note_fates,
    resume_mailing,
    send_message,
    settle_unknown,
    stop_mailing,
    unsubscribe,
)
from passnumerique.beneficiaries.operations.people import note_recipient

__all__ = [
    "encipher_again",
    "erase_contacts",
    "erase_due",
    "note_contact",
    "note_fates",
    "note_recipient",
    "note_use",
    "resume_mailing",
    "send_message",
    "settle_unknown",
    "stop_mailing",
    "unsubscribe",
    "withdraw_contact",
    "withdraw_contacts",
]
