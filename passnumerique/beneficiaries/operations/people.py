"""Writing about the public: as little as the scheme needs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from passnumerique.beneficiaries.models import PersonKey, Recipient
from passnumerique.beneficiaries.queries import Key, keys_of
from passnumerique.beneficiaries.rules import Profile
from passnumerique.ground.ids import new_id


def note_recipient(*, programme_id: UUID, profile: Profile, at: datetime) -> UUID:
    """Write one recipient of a hand-over, without name or contact, and the keys by which the same person is
    known again. Refuses a contact or an identity it cannot read."""
    recipient = Recipient.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        age_bracket=profile.age_bracket,
        commune=profile.commune,
        status=profile.status,
        target_public=profile.target_public,
        needs=[str(theme) for theme in profile.needs],
        autonomy=profile.autonomy,  # type: ignore[misc]
        not_diagnosed=profile.not_diagnosed.strip()[:120],
        at=at,
    )
    _write_keys(recipient, keys_of(programme_id, profile), at)
    return recipient.id


def _write_keys(recipient: Recipient, keys: Iterable[Key], at: datetime) -> None:
    programme_id = recipient.programme_id
    PersonKey.objects.bulk_create(
        PersonKey(id=new_id(at), programme_id=programme_id, recipient=recipient, kind=one.kind, key=one.key, at=at)
        for one in keys
    )
