"""Knowing a person again, without keeping who it is: identifiers, never a name or a contact."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from passnumerique.beneficiaries.models import PersonKey
from passnumerique.beneficiaries.rules import KeyKind, Profile, texts_of


class Key(NamedTuple):
    """A keyed hash of 128 bits, and of what it is."""

    kind: KeyKind
    key: bytes


def keys_of(programme_id: UUID, profile: Profile) -> list[Key]:
    """The keys of a profile, bound to the programme: the same person is known again within it and nowhere
    else. None without contact or identity. Refuses what cannot be read."""
    return [Key(kind, _hashed(programme_id, text)) for kind, text in texts_of(profile)]


def _hashed(programme_id: UUID, text: str) -> bytes:
    return hmac.digest(settings.INDEX_KEY, programme_id.bytes + text.encode(), hashlib.sha256)[:16]


def known_by(programme_id: UUID, keys: Iterable[Key]) -> dict[UUID, set[KeyKind]]:
    """The recipients of this programme who have some of these keys, and of which kinds."""
    wanted = set(keys)
    rows = PersonKey.objects.filter(programme_id=programme_id, key__in=[one.key for one in wanted])
    found: dict[UUID, set[KeyKind]] = {}
    for recipient_id, kind, key in rows.values_list("recipient_id", "kind", "key").order_by("at", "id"):
        if Key(KeyKind(kind), bytes(key)) in wanted:
            found.setdefault(recipient_id, set()).add(KeyKind(kind))
    return found


def same_person(programme_id: UUID, keys: Sequence[Key]) -> list[UUID]:
    """The recipients who are this person: of the same identity, or of the same contact.

    People of one family share a telephone: when both said who they are and differ, the contact proves nothing.
    """
    found = known_by(programme_id, [one for one in keys if one.kind is not KeyKind.LIKENESS])
    by_contact = [one for one, kinds in found.items() if KeyKind.IDENTITY not in kinds]
    if not by_contact or not any(one.kind is KeyKind.IDENTITY for one in keys):
        return list(found)
    named = PersonKey.objects.filter(
        programme_id=programme_id, recipient_id__in=by_contact, kind=KeyKind.IDENTITY
    ).values_list("recipient_id", flat=True)
    others = set(named.order_by())
    return [one for one in found if one not in others]
