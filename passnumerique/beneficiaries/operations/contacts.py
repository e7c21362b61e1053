"""Contacts of people who asked to be written to: kept enciphered, with their consent, and let go again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.models import Contact, Recipient
from passnumerique.beneficiaries.rules import ConsentNeeded, ContactsNotKept, Gone, Wanted, address_for
from passnumerique.directory.rules import Actor, Permission, covers, require
from passnumerique.ground.ciphers import enciphered
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound


def note_contact(*, programme_id: UUID, recipient_id: UUID, wanted: Wanted, by: Actor, at: datetime) -> UUID:
    """Keep one contact of a recipient who asked to be written to; returns its id.

    For a prescriber, and for whoever holds a pass; the caller has decided that the recipient is theirs.
    Refuses an address that its channel cannot reach, one without the words of the consent, and any when the
    installation has no key to encipher it.
    """
    require(by, Permission.KEEP_CONTACT)
    if not covers(by, programme_id):
        raise NotFound
    if not wanted.words.strip():
        raise ConsentNeeded
    if not settings.CONTACT_KEYS:
        raise ContactsNotKept
    recipient = Recipient.objects.filter(programme_id=programme_id, id=recipient_id).first()
    if recipient is None:
        raise NotFound
    contact = Contact.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        recipient=recipient,
        channel=wanted.channel,
        sealed=enciphered(settings.CONTACT_KEYS, address_for(wanted.channel, wanted.address), at),
        consent_at=at,
        consent_words=wanted.words.strip()[:240],
        by_organisation=by.organisation_id,
        used_at=at,
    )
    return contact.id


def withdraw_contact(*, programme_id: UUID, contact_id: UUID, at: datetime, because: Gone = Gone.WITHDRAWN) -> bool:
    """Forget the address of one contact; the row stays and says when and why. False when it was gone.

    The caller has decided that it may: by the mark of a message, by the code of a pass, or from the desk.
    """
    return bool(withdraw_contacts(programme_id=programme_id, contact_ids=[contact_id], at=at, because=because))


def withdraw_contacts(*, programme_id: UUID, contact_ids: Iterable[UUID], at: datetime, because: Gone) -> int:
    """Forget the addresses of these contacts; returns how many were still there. Once gone, the first reason
    stands."""
    rows = Contact.objects.filter(programme_id=programme_id, id__in=list(contact_ids), gone_at__isnull=True)
    return rows.update(sealed=b"", gone_at=at, gone_because=because)


def note_use(*, programme_id: UUID, contact_ids: Iterable[UUID], at: datetime) -> int:
    """Write down that these contacts served now: their time runs from then. Returns how many are still kept."""
    rows = Contact.objects.filter(programme_id=programme_id, id__in=list(contact_ids), gone_at__isnull=True)
    return rows.update(used_at=at)
