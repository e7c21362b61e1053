"""Letting personal data go: when its time is over, at closing, and when a person asks for it at a desk."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.beneficiaries.models import Contact, Erasure, PersonKey
from passnumerique.beneficiaries.operations.contacts import withdraw_contacts
from passnumerique.beneficiaries.queries.keeping import Due, contacts_due
from passnumerique.beneficiaries.rules import ContactsNotKept, Gone
from passnumerique.directory.rules import Actor, Permission, covers, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.rekeying import rekey


def erase_due(*, programme_id: UUID, used_before: datetime, closed: bool, by: Actor, at: datetime) -> Due:
    """Empty the contacts whose time is over; once closed, every contact, and delete the keys of people.

    For the system and who manages the programme; the caller knows the calendar. Returns how much went; what
    went is written down as an erasure, nothing when there was nothing. All or nothing.
    """
    require(by, Permission.ERASE_PEOPLE)
    if not covers(by, programme_id):
        raise NotFound
    because = Gone.CLOSED if closed else Gone.TIME_OVER
    with transaction.atomic():
        contacts = contacts_due(programme_id, used_before=used_before, closed=closed).update(
            sealed=b"", gone_at=at, gone_because=because
        )
        keys = PersonKey.objects.filter(programme_id=programme_id).delete()[0] if closed else 0
        _write_down(programme_id, Due(because, contacts, keys), by, at)
    return Due(because, contacts, keys)


def erase_contacts(*, programme_id: UUID, contact_ids: Iterable[UUID], by: Actor, at: datetime) -> int:
    """Empty contacts because the person asked for it at a desk; returns how many were still kept.

    For whoever may keep a contact or erase people; the caller has decided that the recipient is theirs.
    """
    if not covers(by, programme_id):
        raise NotFound
    require(by, Permission.KEEP_CONTACT if by.organisation_id else Permission.ERASE_PEOPLE)
    with transaction.atomic():
        gone = withdraw_contacts(programme_id=programme_id, contact_ids=contact_ids, at=at, because=Gone.WITHDRAWN)
        _write_down(programme_id, Due(Gone.WITHDRAWN, gone, 0), by, at)
    return gone


def _write_down(programme_id: UUID, gone: Due, by: Actor, at: datetime) -> None:
    if gone.contacts or gone.keys:
        Erasure.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            because=gone.because,
            contacts=gone.contacts,
            keys=gone.keys,
            at=at,
            by_user=by.user_id,
            by_role=by.role,
            by_organisation=by.organisation_id,
        )


def encipher_again(*, programme_id: UUID, by: Actor) -> int:
    """Put every contact kept under the first key of the installation; returns how many. What no key reads is
    left as it is.

    For the system, once a new key stands first: the old one can then be taken out. Can be run again.
    """
    require(by, Permission.ERASE_PEOPLE)
    if not settings.CONTACT_KEYS:
        raise ContactsNotKept
    kept = Contact.objects.filter(programme_id=programme_id, gone_at__isnull=True)
    return rekey(settings.CONTACT_KEYS, kept, ("sealed",))
