"""A message is written down before it leaves, never leaves twice, and ends when the person says so."""

import os
import signal
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connections, transaction

from passnumerique.beneficiaries.models import Contact, MailingStop, Message
from passnumerique.beneficiaries.operations import messages as sending
from passnumerique.beneficiaries.operations import (
    note_contact,
    note_fates,
    resume_mailing,
    send_message,
    settle_unknown,
    unsubscribe,
    withdraw_contact,
)
from passnumerique.beneficiaries.queries import unsubscribe_mark
from passnumerique.beneficiaries.queries.messages import (
    last_written,
    mailing_mark,
    mailing_of_mark,
    messages,
    messages_by_state,
    open_channels,
)
from passnumerique.beneficiaries.rules import Channel, Gone, MessageKind, MessageState, Wanted
from passnumerique.beneficiaries.rules.messages import Words
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role, bearer_of_a_pass, system_actor
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sending import NotSent
from tests.rooms.race import at_once, faults
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
AT = on(date(2021, 10, 12), 10)
SUBJECT = UUID(int=7)
WORDS = Words("Rappel", "Bonjour.", "Bonjour", sender="PETR (fictif)")
MAIL, TELEPHONE = "personne@exemple.fr", "+33600000000"


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.MAIL = settings.SMS = "console"


@pytest.fixture
def world() -> World:
    return build_world(reminders="on")


def person(world: World, *addresses: str, **profile: Any) -> list[Contact]:
    """Somebody who received a pass and left these contacts, one for each channel at most."""
    known = set(Contact.objects.values_list("id", flat=True).order_by())
    wants = tuple(Wanted(Channel.EMAIL if "@" in one else Channel.SMS, one) for one in addresses)
    world.hand_over(1, wants=wants, **profile)
    left = {one.channel: one for one in Contact.objects.exclude(id__in=known).order_by()}
    return [left[one.channel] for one in wants]


def write(world: World, contact: Contact | None = None, **changes: Any) -> MessageState | None:
    given: dict[str, Any] = {
        "programme_id": world.programme_id,
        "contact_id": contact.id if contact else None,
        "kind": MessageKind.TWO_DAYS_BEFORE,
        "subject_id": SUBJECT,
        "words": WORDS,
        "by": system_actor(world.authority_id),
        "at": AT,
    }
    return send_message(**(given | changes))


def test_a_message_is_sent_once_with_the_way_out(world: World) -> None:
    [contact] = person(world, MAIL)
    assert write(world, contact) is MessageState.SENT
    assert write(world, contact) is None
    [sent] = mail.outbox
    mark = unsubscribe_mark(contact.id)
    assert sent.recipients() == [MAIL]
    assert f"/desinscription/{mark}/" in sent.body
    assert sent.message()["List-Unsubscribe"].strip("<>").endswith(f"/desinscription/{mark}/")
    row = Message.objects.get()
    assert (row.state, row.receipt, row.told_at) == (MessageState.SENT, f"{row.id}@localhost", AT)
    assert MAIL not in repr(vars(row))


def test_a_telephone_gets_a_short_message_with_a_short_link(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    [contact] = person(world, TELEPHONE)
    assert write(world, contact) is MessageState.SENT
    printed = capsys.readouterr().out
    assert f"STOP: http://localhost:8000/D/{unsubscribe_mark(contact.id)}/" in printed
    assert note_fates(programme_id=world.programme_id, at=AT) == 1
    assert Message.objects.get().state == MessageState.DELIVERED
    assert note_fates(programme_id=world.programme_id, at=AT) == 0


def test_a_text_message_that_never_arrived_is_told(
    world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    [contact] = person(world, TELEPHONE)
    write(world, contact)
    monkeypatch.setattr(sending, "sms_fates", lambda receipts: dict.fromkeys([*receipts, "another"], False))
    assert note_fates(programme_id=world.programme_id, at=AT) == 1
    assert Message.objects.get().fault == "not_delivered"


def test_sending_lengthens_the_time_of_a_contact(world: World) -> None:
    [contact] = person(world, MAIL)
    write(world, contact)
    contact.refresh_from_db()
    assert contact.used_at == AT


def test_nothing_is_written_while_a_channel_is_shut(world: World, settings: LazySettings) -> None:
    [letter_box, telephone] = person(world, MAIL, TELEPHONE)
    settings.MAIL = "off"
    assert open_channels() == {Channel.SMS}
    assert write(world, letter_box) is None
    assert write(world, telephone) is MessageState.SENT
    assert Message.objects.count() == 1


def test_a_contact_that_is_gone_is_not_written_to(world: World) -> None:
    [contact] = person(world, MAIL)
    withdraw_contact(programme_id=world.programme_id, contact_id=contact.id, at=AT)
    assert write(world, contact) is None
    assert write(world, contact_id=new_id(AT)) is None
    assert not Message.objects.exists()


def test_a_contact_withdrawn_at_the_last_moment_is_not_written_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [contact] = person(world, MAIL)
    claimed = sending._claimed

    def withdrawn_meanwhile(row: Message) -> UUID | None:
        withdraw_contact(programme_id=world.programme_id, contact_id=contact.id, at=AT)
        return claimed(row)

    monkeypatch.setattr(sending, "_claimed", withdrawn_meanwhile)
    assert write(world, contact) is MessageState.FAILED
    assert Message.objects.get().fault == "gone_meanwhile"
    assert mail.outbox == []


def killed_while_sending(world: World, contact: Contact, monkeypatch: pytest.MonkeyPatch) -> int:
    """Another process writes the message down and is killed before it is sent; the signal that ended it."""
    connections.close_all()
    child = os.fork()
    if not child:
        monkeypatch.setattr(sending, "send_mail", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        write(world, contact)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_what_was_cut_off_is_never_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    [contact] = person(world, MAIL)
    assert killed_while_sending(world, contact, monkeypatch) == -signal.SIGKILL
    assert Message.objects.get().state == MessageState.SENDING
    assert write(world, contact, at=AT + timedelta(minutes=1)) is None
    assert settle_unknown(programme_id=world.programme_id, at=AT + timedelta(minutes=9)) == 0
    assert settle_unknown(programme_id=world.programme_id, at=AT + timedelta(minutes=11)) == 1
    row = Message.objects.get()
    assert (row.state, row.fault) == (MessageState.FAILED, "cut_off")
    assert write(world, contact, at=AT + timedelta(minutes=12)) is None
    assert mail.outbox == []


def test_a_slow_carrier_is_believed_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    [contact] = person(world, MAIL)

    def slow(*_: object) -> str:
        settle_unknown(programme_id=world.programme_id, at=AT + timedelta(minutes=20))
        return "late"

    monkeypatch.setattr(sending, "send_mail", slow)
    assert write(world, contact) is MessageState.SENT
    row = Message.objects.get()
    assert (row.state, row.receipt, row.fault) == (MessageState.SENT, "late", "")


def test_what_surely_did_not_leave_is_tried_again_while_it_is_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [contact] = person(world, MAIL)

    def absent(*_: object) -> str:
        raise NotSent("ConnectionRefusedError", again=True)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_mail", absent)
        assert write(world, contact) is MessageState.POSTPONED
        assert write(world, contact, at=AT + timedelta(minutes=1)) is MessageState.POSTPONED
    assert write(world, contact, at=AT + timedelta(minutes=2)) is MessageState.SENT
    assert write(world, contact, at=AT + timedelta(minutes=3)) is None
    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_trying_again_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    [contact] = person(world, MAIL)

    def absent(*_: object) -> str:
        raise NotSent("ConnectionRefusedError", again=True)

    monkeypatch.setattr(sending, "send_mail", absent)
    write(world, contact)
    assert settle_unknown(programme_id=world.programme_id, at=AT + timedelta(days=2, minutes=1)) == 1
    assert Message.objects.get().fault == "given_up"


def test_what_the_carrier_refuses_is_not_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    [contact] = person(world, MAIL)

    def refuse(*_: object) -> str:
        raise NotSent("SMTPRecipientsRefused 550")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_mail", refuse)
        assert write(world, contact) is MessageState.FAILED
    assert write(world, contact) is None
    assert Message.objects.get().fault == "SMTPRecipientsRefused 550"
    contact.refresh_from_db()
    assert contact.used_at != AT


@pytest.mark.parametrize("before", [None, MessageState.POSTPONED], ids=["first", "again"])
def test_eight_at_once_send_one(world: World, before: MessageState | None, monkeypatch: pytest.MonkeyPatch) -> None:
    [contact] = person(world, MAIL)
    if before:
        with monkeypatch.context() as patch:
            patch.setattr(sending, "send_mail", lambda *_: (_ for _ in ()).throw(NotSent("busy", again=True)))
            write(world, contact)
    answers = at_once(*[lambda: write(world, contact)] * 8)
    assert faults(answers) == []
    assert [one for one in answers if one] == [MessageState.SENT]
    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_nothing_leaves_from_inside_a_transaction(world: World) -> None:
    [contact] = person(world, MAIL)
    with pytest.raises(RuntimeError), transaction.atomic():
        write(world, contact)
    assert mail.outbox == []


@pytest.mark.parametrize(("role", "may"), [(Role.MANAGER, True), (Role.PRESCRIBER, True), (Role.PLACE, False)])
def test_who_may_have_a_message_sent(world: World, role: Role, may: bool) -> None:
    [contact] = person(world, MAIL)
    if may:
        assert write(world, contact, by=world.actor(role)) is MessageState.SENT
    else:
        with pytest.raises(NotAllowed):
            write(world, contact, by=world.actor(role))


def test_one_click_forgets_every_contact_with_that_address(world: World) -> None:
    world.allocate(1)
    [mother] = person(world, MAIL)
    [child, telephone] = person(world, MAIL.upper(), TELEPHONE)
    [stranger] = person(world, "autre@exemple.fr")
    later = note_contact(  # on the page behind the QR, without having said so at the counter
        programme_id=world.programme_id,
        recipient_id=stranger.recipient_id,
        wanted=Wanted(Channel.EMAIL, MAIL),
        by=bearer_of_a_pass(world.authority_id, world.programme_id),
        at=AT,
    )
    mark = unsubscribe_mark(mother.id)
    assert unsubscribe(mark=mark, at=AT) == 3
    assert unsubscribe(mark=mark, at=AT) == 0
    gone = dict(Contact.objects.values_list("id", "gone_because").order_by())
    assert {one for one, why in gone.items() if why == Gone.UNSUBSCRIBED} == {mother.id, child.id, later}
    assert {one for one, why in gone.items() if not why} == {telephone.id, stranger.id}
    assert write(world, child) is None


@pytest.mark.parametrize("mark", ["", "x", "é", "A" * 43, "A" * 64, "A" * 300])
def test_a_mark_that_nobody_made_ends_nothing(world: World, mark: str) -> None:
    person(world, MAIL)
    with pytest.raises(NotFound):
        unsubscribe(mark=mark, at=AT)
    assert Contact.objects.filter(gone_at__isnull=False).count() == 0


def structure(world: World, **texts: str) -> UUID:
    change_organisation(by=world.manager, at=AT, organisation_id=world.structures[0], texts=texts)
    return world.structures[0]


def test_a_structure_is_written_to_until_it_says_no(world: World) -> None:
    given = {"organisation_id": structure(world, contact_email="ccas@exemple.fr"), "kind": MessageKind.PASSES_SLEEP}
    assert write(world, **given) is MessageState.SENT
    assert write(world, **given) is None
    mark = mailing_mark(world.programme_id, world.structures[0])
    assert f"/desinscription/{mark}/" in mail.outbox[0].body
    assert mailing_of_mark(mark) == (world.programme_id, world.structures[0])
    assert unsubscribe(mark=mark, at=AT) == 1
    assert unsubscribe(mark=mark, at=AT) == 0
    assert write(world, **given, subject_id=UUID(int=8)) is None
    assert resume_mailing(programme_id=world.programme_id, organisation_id=world.structures[0], at=AT) == 1
    assert write(world, **given, subject_id=UUID(int=8)) is MessageState.SENT
    assert MailingStop.objects.count() == 1


def test_a_structure_without_an_address_is_not_written_to(world: World) -> None:
    assert write(world, organisation_id=world.structures[0]) is None
    assert not Message.objects.exists()


def test_the_log_is_for_who_reads_everything(world: World) -> None:
    [contact] = person(world, MAIL)
    write(world, contact)
    manager, auditor = world.manager, world.actor(Role.AUDITOR)
    assert [row.subject_id for row in messages(auditor, world.programme_id)] == [SUBJECT]
    assert not messages(manager, world.programme_id, state=MessageState.FAILED)
    assert messages_by_state(manager, world.programme_id)[MessageState.SENT] == 1
    assert last_written(world.programme_id, MessageKind.TWO_DAYS_BEFORE, [contact.id]) == {contact.id: AT}
    with pytest.raises(NotAllowed):
        messages(world.actor(Role.PRESCRIBER), world.programme_id)
