"""Reading what was written to people and structures: never an address, never a text."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, QuerySet

from passnumerique.beneficiaries.models import Contact, MailingStop, Message
from passnumerique.beneficiaries.queries.contacts import contacts_of
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState, OpenContact
from passnumerique.beneficiaries.rules.messages import reaches
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.db import in_chunks
from passnumerique.ground.sending import mail_is_on, sms_is_on

_MARK = b"stop mailing "
_ID, _SEAL = 16, 16


@dataclass(frozen=True)
class WrittenTo:
    """Who a message is for, without an address."""

    channel: Channel
    recipient_id: UUID | None = None


def channel_of_contact(programme_id: UUID, contact_id: UUID) -> WrittenTo | None:
    """By which way a contact that is still kept is written to; None once it is gone."""
    row = Contact.objects.filter(programme_id=programme_id, id=contact_id, gone_at__isnull=True).first()
    return WrittenTo(Channel(row.channel), row.recipient_id) if row else None


def contact_now(programme_id: UUID, contact_id: UUID) -> OpenContact | None:
    """The contact, deciphered, if it is still kept at this moment: asked last, just before a message leaves."""
    rows = Contact.objects.filter(programme_id=programme_id, id=contact_id)
    recipient_id = rows.values_list("recipient_id", flat=True).first()
    found = contacts_of(programme_id, [recipient_id] if recipient_id else [])
    return next((one for several in found.values() for one in several if one.id == contact_id), None)


def with_the_same_address(programme_id: UUID, contact_id: UUID) -> list[UUID]:
    """The contacts of the programme that hold the same address as this one, itself included.

    Every contact kept is deciphered for it, some 10,000 in a second: ciphers do not show that two are alike.
    """
    wanted = contact_now(programme_id, contact_id)
    if wanted is None:
        return [contact_id]
    kept = Contact.objects.filter(programme_id=programme_id, channel=wanted.channel, gone_at__isnull=True)
    alike = {contact_id}
    for chunk in in_chunks(sorted(set(kept.values_list("recipient_id", flat=True).order_by()))):
        several = contacts_of(programme_id, chunk).values()
        alike |= {one.id for contacts in several for one in contacts if one.address == wanted.address}
    return sorted(alike)


def open_channels() -> frozenset[Channel]:
    """The channels by which this installation writes to the public: none until it is told how."""
    return frozenset(channel for channel in Channel if reaches(channel, mail_is_on(), sms_is_on()))


def states_written(
    programme_id: UUID, kind: MessageKind, contact_ids: Iterable[UUID], subject_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], MessageState]:
    """What became of the messages of that kind to these contacts about these subjects."""
    found = {}
    for chunk in in_chunks(sorted(set(contact_ids))):
        rows = Message.objects.filter(programme_id=programme_id, kind=kind, contact_id__in=chunk)
        for contact_id, subject_id, state in rows.values_list("contact_id", "subject_id", "state").order_by():
            if contact_id and subject_id in subject_ids:
                found[contact_id, subject_id] = MessageState(state)
    return found


def last_written(programme_id: UUID, kind: MessageKind, contact_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these contacts was last written to with a message of that kind."""
    rows = Message.objects.filter(programme_id=programme_id, kind=kind, contact_id__in=list(contact_ids))
    rows = rows.exclude(state=MessageState.FAILED)
    latest = rows.order_by().values_list("contact_id").annotate(last=Max("at"))
    return {contact_id: last for contact_id, last in latest if contact_id}


def mailed_since(programme_id: UUID, kind: MessageKind, since: datetime) -> set[UUID]:
    """The structures to which a letter of that kind was written since then, whatever became of it."""
    rows = Message.objects.filter(
        programme_id=programme_id, kind=kind, organisation_id__isnull=False, at__gte=since
    ).exclude(state=MessageState.POSTPONED)
    return {one for one in rows.values_list("organisation_id", flat=True).order_by() if one}


def contacts_left(programme_id: UUID, recipient_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The contacts still kept of these recipients, by the channels open here, without deciphering any."""
    rows = Contact.objects.filter(
        programme_id=programme_id,
        recipient_id__in=list(recipient_ids),
        gone_at__isnull=True,
        channel__in=[channel.value for channel in open_channels()],
    )
    found: dict[UUID, list[UUID]] = {}
    for contact_id, recipient_id in rows.order_by("consent_at", "id").values_list("id", "recipient_id"):
        found.setdefault(recipient_id, []).append(contact_id)
    return found


def messages(
    actor: Actor,
    programme_id: UUID,
    *,
    kind: MessageKind | None = None,
    channel: Channel | None = None,
    state: MessageState | None = None,
) -> QuerySet[Message]:
    """The messages of the programme, latest first, for who reads everything. The caller has decided that the
    programme is within the actor's reach."""
    require(actor, Permission.READ_EVERYTHING)
    wanted = {"kind": kind, "channel": channel, "state": state}
    rows = Message.objects.filter(programme_id=programme_id)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows.order_by("-at", "-id")


def messages_by_state(actor: Actor, programme_id: UUID) -> dict[MessageState, int]:
    """How many messages of the programme are in each state, every state named."""
    require(actor, Permission.READ_EVERYTHING)
    rows = Message.objects.filter(programme_id=programme_id).order_by().values_list("state")
    counted = dict(rows.annotate(n=Count("id")))
    return {state: counted.get(state.value, 0) for state in MessageState}


def receipts_awaited(programme_id: UUID, since: datetime) -> dict[str, UUID]:
    """The carrier's names of the text messages sent since then of which nothing more is known."""
    rows = Message.objects.filter(
        programme_id=programme_id, at__gte=since, channel=Channel.SMS, state=MessageState.SENT
    ).exclude(receipt="")
    return dict(rows.order_by().values_list("receipt", "id"))


def stopped_mailings(programme_id: UUID, organisation_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these structures asked not to be written to."""
    rows = MailingStop.objects.filter(
        programme_id=programme_id, organisation_id__in=list(organisation_ids), ended_at__isnull=True
    )
    return set(rows.values_list("organisation_id", flat=True).order_by())


def mailing_mark(programme_id: UUID, organisation_id: UUID) -> str:
    """What stands in the link by which a structure ends the monthly letter: nobody can forge it."""
    known = programme_id.bytes + organisation_id.bytes
    return base64.urlsafe_b64encode(known + _seal(known)).decode().rstrip("=")


def mailing_of_mark(mark: str) -> tuple[UUID, UUID] | None:
    """The programme and the structure that such a mark stands for; None for one not made here."""
    try:
        known = base64.b64decode(mark + "=" * (-len(mark) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, seal = known[: 2 * _ID], known[2 * _ID :]
    if len(known) != 2 * _ID + _SEAL or not hmac.compare_digest(seal, _seal(body)):
        return None
    return UUID(bytes=body[:_ID]), UUID(bytes=body[_ID:])


def _seal(known: bytes) -> bytes:
    return hmac.digest(settings.INDEX_KEY, _MARK + known, hashlib.sha256)[:_SEAL]
