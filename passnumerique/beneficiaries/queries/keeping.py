"""What is kept of the public and for how long: counts, and never a contact."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from passnumerique.beneficiaries.models import Contact, Erasure, PersonKey
from passnumerique.beneficiaries.rules import Channel, Gone


@dataclass(frozen=True)
class Due:
    """How much has to go now, and why."""

    because: Gone
    contacts: int
    keys: int


def due_to_go(programme_id: UUID, *, used_before: datetime, closed: bool) -> Due:
    """What a purge would erase: every contact and key once the programme is closed, otherwise the contacts
    that last served before an instant."""
    contacts = contacts_due(programme_id, used_before=used_before, closed=closed).count()
    keys = PersonKey.objects.filter(programme_id=programme_id).count() if closed else 0
    return Due(Gone.CLOSED if closed else Gone.TIME_OVER, contacts, keys)


def contacts_due(programme_id: UUID, *, used_before: datetime, closed: bool) -> QuerySet[Contact]:
    """The contacts that have to go."""
    kept = Contact.objects.filter(programme_id=programme_id, gone_at__isnull=True)
    return kept.order_by() if closed else kept.filter(used_at__lt=used_before).order_by()


@dataclass(frozen=True)
class Kept:
    """What is kept of the public of a programme; `oldest_use` is of the contact that goes first."""

    contacts: int
    keys: int
    oldest_use: datetime | None
    gone: dict[Gone, int]


def kept_of(programme_id: UUID) -> Kept:
    """How many contacts and keys a programme keeps, and how many contacts went, by reason."""
    rows = Contact.objects.filter(programme_id=programme_id)
    here = Q(gone_at__isnull=True)
    told = rows.aggregate(n=Count("id", filter=here), oldest=Min("used_at", filter=here))
    gone = rows.exclude(here).values_list("gone_because").annotate(n=Count("id")).order_by()
    keys = PersonKey.objects.filter(programme_id=programme_id).count()
    return Kept(told["n"], keys, told["oldest"], {Gone(because): n for because, n in gone})


def erasures(programme_id: UUID) -> QuerySet[Erasure]:
    """The acts by which personal data went, latest first."""
    return Erasure.objects.filter(programme_id=programme_id).order_by("-at", "-id")


@dataclass(frozen=True)
class KnownContact:
    """That a contact is or was kept, by which channel, and not which: what a desk may read."""

    id: UUID
    channel: Channel
    consent_at: datetime
    consent_words: str
    gone_at: datetime | None
    because: Gone | None


def contacts_known(programme_id: UUID, recipient_ids: Iterable[UUID]) -> dict[UUID, list[KnownContact]]:
    """What was left by each of these recipients, oldest first, without any address."""
    rows = Contact.objects.filter(programme_id=programme_id, recipient_id__in=list(recipient_ids))
    rows = rows.order_by("consent_at", "id")
    columns = ("recipient_id", "id", "channel", "consent_at", "consent_words", "gone_at", "gone_because")
    found: dict[UUID, list[KnownContact]] = {}
    for recipient_id, one, channel, at, words, gone_at, because in rows.order_by("consent_at", "id").values_list(
        *columns
    ):
        known = KnownContact(one, Channel(channel), at, words, gone_at, Gone(because) if because else None)
        found.setdefault(recipient_id, []).append(known)
    return found
