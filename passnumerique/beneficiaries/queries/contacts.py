"""Reading contacts: only what sends a message, or says to the person what is kept, deciphers one."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.models import Contact
from passnumerique.beneficiaries.rules import Channel, OpenContact
from passnumerique.ground.ciphers import deciphered

_MARK = b"unsubscribe "
_SEAL = 16


def contacts_of(programme_id: UUID, recipient_ids: Iterable[UUID]) -> dict[UUID, list[OpenContact]]:
    """The contacts still kept of these recipients, deciphered, oldest first. Only operations that send call it.

    What no key of the installation reads any more is left out.
    """
    rows = Contact.objects.filter(
        programme_id=programme_id, recipient_id__in=list(recipient_ids), gone_at__isnull=True
    ).order_by("consent_at", "id")
    found: dict[UUID, list[OpenContact]] = {}
    for row in rows:
        address = deciphered(settings.CONTACT_KEYS, bytes(row.sealed)) if settings.CONTACT_KEYS else None
        if address:
            found.setdefault(row.recipient_id, []).append(OpenContact(row.id, Channel(row.channel), address))
    return found


def unsubscribe_mark(contact_id: UUID) -> str:
    """What stands in the link of a message by which the person ends them: 43 letters that nobody can forge,
    and that say nothing of the person."""
    return base64.urlsafe_b64encode(contact_id.bytes + _seal(contact_id)).decode().rstrip("=")


@dataclass(frozen=True)
class MarkedContact:
    """The contact that a mark stands for, without its address."""

    id: UUID
    programme_id: UUID
    channel: Channel
    gone: bool


def contact_of_mark(mark: str) -> MarkedContact | None:
    """The contact that an unsubscribe mark stands for; None for a mark that this installation did not make."""
    try:
        known = base64.b64decode(mark + "=" * (-len(mark) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(known) != 2 * _SEAL or not hmac.compare_digest(known[_SEAL:], _seal(UUID(bytes=known[:_SEAL]))):
        return None
    row = Contact.objects.filter(id=UUID(bytes=known[:_SEAL])).only("programme_id", "channel", "gone_at").first()
    return MarkedContact(row.id, row.programme_id, Channel(row.channel), row.gone_at is not None) if row else None


def _seal(contact_id: UUID) -> bytes:
    return hmac.digest(settings.INDEX_KEY, _MARK + contact_id.bytes, hashlib.sha256)[:_SEAL]
