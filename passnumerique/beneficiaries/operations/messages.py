"""Messages to people and structures: written down first, then sent, never twice, always with the way out.

A message is one row, unique for whom it is written to, its kind and its subject. The row is committed before
anything leaves: two runs at once write it once, and a process that is killed in between leaves a row
that says `sending`. Ten minutes later `settle_unknown` marks it failed, and it is not sent again: whether it
left is not known, and twice is worse than never. Only what surely did not leave (the carrier did not
answer, or said to come back) is tried again, by one conditional UPDATE, for as long as it is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.beneficiaries.models import MailingStop, Message
from passnumerique.beneficiaries.operations.contacts import note_use, withdraw_contacts
from passnumerique.beneficiaries.queries.contacts import contact_of_mark, unsubscribe_mark
from passnumerique.beneficiaries.queries.messages import (
    channel_of_contact,
    contact_now,
    mailing_mark,
    mailing_of_mark,
    open_channels,
    receipts_awaited,
    stopped_mailings,
    with_the_same_address,
)
from passnumerique.beneficiaries.rules import Channel, Gone, MessageKind, MessageState
from passnumerique.beneficiaries.rules.messages import (
    CUT_OFF,
    FATE_ASKED_FOR,
    GIVEN_UP,
    GIVEN_UP_AFTER,
    GONE_MEANWHILE,
    NOT_DELIVERED,
    UNKNOWN_AFTER,
    Words,
    warned,
    way_out_by_sms,
    with_way_out,
)
from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.rules import Actor, Permission, covers, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.sending import Attachment, Letter, NotSent, as_sms, send_mail, send_sms, sms_fates


def send_message(
    *,
    programme_id: UUID,
    kind: MessageKind,
    subject_id: UUID,
    words: Words,
    by: Actor,
    at: datetime,
    contact_id: UUID | None = None,
    organisation_id: UUID | None = None,
    attachments: Sequence[Attachment] = (),
    known_address: str = "",
) -> MessageState | None:
    """Write to one contact of a person, or to one structure; returns what became of it at once.

    None, and nothing is done, when such a message was written before, when the contact is gone, when the
    structure asked for silence or left no e-mail, and when the installation keeps the channel shut. A killed
    process leaves `sending`: see the head of this file. For the system, who manages the programme, and a
    structure (its caller has decided that the person is its own). Must not be called inside a
    transaction: the row has to stand before anything leaves. `known_address` is where a structure is warned
    for its own safety, whatever address it has now and whether or not it asked for silence.
    """
    require(by, Permission.SEND_MESSAGES)
    if not covers(by, programme_id):
        raise NotFound
    to = _Whom(programme_id, contact_id, organisation_id, known_address)
    channel = to.channel()
    if channel is None or channel not in open_channels():
        return None
    row = Message(
        id=new_id(at),
        programme_id=programme_id,
        contact_id=contact_id,
        organisation_id=organisation_id,
        kind=kind,
        subject_id=subject_id,
        channel=channel,
        state=MessageState.SENDING,
        at=at,
    )
    message_id = _claimed(row)
    if message_id is None:
        return None
    return _sent(message_id, to, words, attachments, at)


@dataclass(frozen=True)
class _Whom:
    """The person or the structure that a message is for."""

    programme_id: UUID
    contact_id: UUID | None
    organisation_id: UUID | None
    known: str = field(default="", repr=False)
    """The address at which it is warned, instead of the one of today."""

    def channel(self) -> Channel | None:
        """By which way, if any; no address is read for it."""
        if self.contact_id is not None:
            known = channel_of_contact(self.programme_id, self.contact_id)
            return known.channel if known else None
        return Channel.EMAIL if self.address() else None

    def address(self) -> str:
        """The address as it is now; empty when there is none any more."""
        if self.known:
            return self.known
        if self.contact_id is not None:
            found = contact_now(self.programme_id, self.contact_id)
            return found.address if found else ""
        organisation_id = self.organisation_id
        if organisation_id is None or stopped_mailings(self.programme_id, [organisation_id]):
            return ""
        structure = organisations_by_id([organisation_id]).get(organisation_id)
        return (structure.contact_email or next(iter(structure.emails), "")) if structure else ""

    def leave(self) -> str:
        """The address at which one click ends the messages."""
        if self.contact_id is not None:
            return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/desinscription/{unsubscribe_mark(self.contact_id)}/"
        mark = mailing_mark(self.programme_id, self.organisation_id or self.programme_id)
        return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/desinscription/{mark}/"


def _claimed(row: Message) -> UUID | None:
    """The id under which this run, and no other, sends the message; None when another did or does."""
    with transaction.atomic(durable=True):
        Message.objects.bulk_create([row], ignore_conflicts=True)
        rows = Message.objects.filter(programme_id=row.programme_id)
        if rows.filter(id=row.id).exists():
            return row.id
        about: dict[str, object] = {"contact_id": row.contact_id, "organisation_id": row.organisation_id}
        before = rows.filter(**about, kind=row.kind, subject_id=row.subject_id, state=MessageState.POSTPONED)
        message_id = before.values_list("id", flat=True).first()
        again = message_id and before.filter(id=message_id).update(state=MessageState.SENDING, at=row.at, fault="")
        return message_id if again else None


def _sent(message_id: UUID, to: _Whom, words: Words, attachments: Sequence[Attachment], at: datetime) -> MessageState:
    """Send the message that this run claimed, to the address as it is now, and write down what was answered."""
    address = to.address()
    if not address:
        return _told(to, message_id, MessageState.FAILED, at, fault=GONE_MEANWHILE)
    try:
        receipt = _handed_over(message_id, to, address, words, attachments)
    except NotSent as refused:
        state = MessageState.POSTPONED if refused.again else MessageState.FAILED
        return _told(to, message_id, state, at, fault=refused.why)
    if to.contact_id is not None:
        note_use(programme_id=to.programme_id, contact_ids=[to.contact_id], at=at)
    return _told(to, message_id, MessageState.SENT, at, receipt=receipt)


def _handed_over(message_id: UUID, to: _Whom, address: str, words: Words, attachments: Sequence[Attachment]) -> str:
    leave = to.leave()
    if "@" not in address:
        return send_sms(address, as_sms(words.short, way_out_by_sms(leave.replace("/desinscription/", "/D/"))))
    host = settings.PUBLIC_ADDRESS.rpartition("//")[2].partition(":")[0].strip("/")
    text = warned(words.text) if to.known else with_way_out(words.text, leave, to_a_person=to.contact_id is not None)
    return send_mail(
        Letter(
            to=address,
            subject=words.subject,
            text=text,
            mark=f"{message_id}@{host}",
            sender=words.sender,
            answer_to=words.answer_to,
            leave="" if to.known else leave,
            attachments=tuple(attachments),
        )
    )


def _told(
    to: _Whom, message_id: UUID, state: MessageState, at: datetime, receipt: str = "", fault: str = ""
) -> MessageState:
    """Written over `failed` too: a slow carrier may answer after the message was given up as cut off."""
    Message.objects.filter(
        programme_id=to.programme_id, id=message_id, state__in=[MessageState.SENDING, MessageState.FAILED]
    ).update(state=state, told_at=at, receipt=receipt[:160], fault=fault[:160])
    return state


def settle_unknown(*, programme_id: UUID, at: datetime) -> int:
    """Close what was cut off and what was tried for long enough; returns how many messages.

    A message still `sending` after ten minutes was being sent by a process that is gone: it is marked failed
    and never sent again, since nobody knows whether it left. One put off is given up after two days.
    """
    ends = (
        (MessageState.SENDING, at - UNKNOWN_AFTER, CUT_OFF),
        (MessageState.POSTPONED, at - GIVEN_UP_AFTER, GIVEN_UP),
    )
    rows = Message.objects.filter(programme_id=programme_id)
    return sum(
        rows.filter(state=state, at__lt=before).update(state=MessageState.FAILED, told_at=at, fault=fault)
        for state, before, fault in ends
    )


def note_fates(*, programme_id: UUID, at: datetime) -> int:
    """Ask the carrier what became of the text messages of the last three days; returns of how many it knew."""
    awaited = receipts_awaited(programme_id, at - FATE_ASKED_FOR)
    fates = {awaited[receipt]: arrived for receipt, arrived in sms_fates(sorted(awaited)).items() if receipt in awaited}
    rows = Message.objects.filter(programme_id=programme_id, state=MessageState.SENT)
    arrived = [one for one, fate in fates.items() if fate]
    lost = [one for one, fate in fates.items() if not fate]
    told = rows.filter(id__in=arrived).update(state=MessageState.DELIVERED, told_at=at)
    return told + rows.filter(id__in=lost).update(state=MessageState.FAILED, told_at=at, fault=NOT_DELIVERED)


def unsubscribe(*, mark: str, at: datetime) -> int:
    """End the messages that a mark stands for, by the link of one of them; returns how many contacts, or
    structures, are written to no more (0 when that was done before).

    Whoever has the mark may: it came in the message. All contacts of the programme with the same address are
    forgotten, not only the one written to. Refuses (NotFound) a mark that this installation did not make.
    """
    contact = contact_of_mark(mark)
    if contact is not None:
        alike = with_the_same_address(contact.programme_id, contact.id)
        return withdraw_contacts(programme_id=contact.programme_id, contact_ids=alike, at=at, because=Gone.UNSUBSCRIBED)
    mailing = mailing_of_mark(mark)
    if mailing is None:
        raise NotFound
    return stop_mailing(programme_id=mailing[0], organisation_id=mailing[1], at=at)


def stop_mailing(*, programme_id: UUID, organisation_id: UUID, at: datetime) -> int:
    """Write no more to a structure; returns 1, or 0 when that was so. The caller has decided that it may."""
    row = MailingStop(id=new_id(at), programme_id=programme_id, organisation_id=organisation_id, since=at)
    with transaction.atomic():
        MailingStop.objects.bulk_create([row], ignore_conflicts=True)
        return int(MailingStop.objects.filter(programme_id=programme_id, id=row.id).exists())


def resume_mailing(*, programme_id: UUID, organisation_id: UUID, at: datetime) -> int:
    """Write to a structure again; returns 1, or 0 when it never asked for silence."""
    rows = MailingStop.objects.filter(programme_id=programme_id, organisation_id=organisation_id, ended_at=None)
    return rows.update(ended_at=at)
