"""Writing about the public: as little as the scheme needs."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.models import PersonKey, Recipient
from passnumerique.beneficiaries.rules import KeyKind, Profile, same_way
from passnumerique.ground.ids import new_id


def note_recipient(*, programme_id: UUID, profile: Profile, at: datetime) -> UUID:
    """Write one recipient of a hand-over, without name or contact. Refuses a contact it cannot read."""
    recipient = Recipient.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        age_bracket=profile.age_bracket,
        commune=profile.commune,
        status=profile.status,
        target_public=profile.target_public,
        needs=[str(theme) for theme in profile.needs],
        autonomy=profile.autonomy,
        not_diagnosed=profile.not_diagnosed.strip()[:120],
        at=at,
    )
    key = blind_index(programme_id, profile.contact)
    if key:
        PersonKey.objects.create(
            id=new_id(at), programme_id=programme_id, recipient=recipient, kind=KeyKind.CONTACT, key=key, at=at
        )
    return recipient.id


def blind_index(programme_id: UUID, contact: str) -> bytes | None:
    """The 128-bit keyed hash of a telephone number or an e-mail, bound to the programme: the same
    person is recognised within it and nowhere else. None when no contact is given."""
    if not contact.strip():
        return None
    return hmac.digest(settings.INDEX_KEY, programme_id.bytes + same_way(contact).encode(), hashlib.sha256)[:16]
