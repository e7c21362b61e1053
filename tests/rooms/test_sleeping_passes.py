"""Passes that were handed over and wait: who is on the list, who may be written to, and how often."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail

from passnumerique.beneficiaries.models import Contact, Message
from passnumerique.beneficiaries.operations import messages as sending
from passnumerique.beneficiaries.operations import stop_mailing, withdraw_contact
from passnumerique.beneficiaries.rules import AgeBracket, Channel, MessageState, Wanted
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.sending import NotSent
from passnumerique.training.operations import book_seats
from passnumerique.training.operations.sleeping import wake, write_to_structures
from passnumerique.training.queries.sleeping import Sleeper, asleep_at, sleepers
from passnumerique.training.rules.refusals import (
    AlreadyReminded,
    MessagesAreOff,
    NobodyToWriteTo,
    NotAtThisHour,
    ReminderFailed,
)
from passnumerique.vouchers.models import Handover
from tests.rooms.race import at_once
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "personne@exemple.fr"
LATER = on(date(2021, 10, 12))  # a Tuesday, six weeks after the start


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.MAIL = settings.SMS = "console"


@pytest.fixture
def world() -> World:
    return build_world(reminders="on")


def handed(world: World, *addresses: str, count: int = 2, day: date = START, **profile: Any) -> UUID:
    """A hand-over to somebody with these contacts."""
    wants = tuple(Wanted(Channel.EMAIL if "@" in one else Channel.SMS, one) for one in addresses)
    known = set(Handover.objects.values_list("id", flat=True).order_by())
    world.hand_over(count, day=day, wants=wants, **profile)
    return Handover.objects.exclude(id__in=known).get().id


def seen(world: World, at: datetime = LATER, rank: int = 0, **options: Any) -> list[Sleeper]:
    return sleepers(world.actor(Role.PRESCRIBER, rank), world.programme_id, at, **options)


def press(world: World, handover: UUID, at: datetime = LATER, rank: int = 0) -> int:
    by = world.actor(Role.PRESCRIBER, rank)
    return wake(programme_id=world.programme_id, handover_id=handover, by=by, at=at).of(MessageState.SENT)


def test_the_list_says_how_many_passes_wait_and_nothing_of_who(world: World) -> None:
    handover = handed(world, MAIL, age_bracket=AgeBracket.FROM_70)
    [one] = seen(world)
    assert (one.handover_id, one.passes, one.of, one.age_bracket) == (handover, 2, 2, AgeBracket.FROM_70)
    assert one.may_be_reminded(LATER)
    assert MAIL not in repr(one)


def test_what_is_fresh_booked_or_used_lately_does_not_sleep(world: World) -> None:
    handed(world, day=date(2021, 9, 30))
    booked = world.hand_over(2)
    session = world.session(date(2021, 10, 20))
    by = world.actor(Role.PLACE)
    book_seats(programme_id=world.programme_id, session_id=session, codes=[world.code(booked[0])], by=by, at=LATER)
    used = world.hand_over(2)
    world.redeem(world.session(date(2021, 10, 5)), used[:1], date(2021, 10, 5))
    assert seen(world) == []
    assert len(seen(world, days=6)) == 2
    assert sorted(one.passes for one in seen(world, on(date(2021, 11, 20)))) == [1, 2, 2]


def test_passes_that_are_no_longer_good_wake_nobody(world: World) -> None:
    handed(world, MAIL)
    assert len(seen(world, on(date(2022, 12, 31)))) == 1
    assert seen(world, on(date(2023, 1, 1))) == []


def test_each_structure_sees_its_own_people(world: World) -> None:
    handover = handed(world, MAIL)
    assert seen(world, rank=1) == []
    with pytest.raises(NotFound):
        press(world, handover, rank=1)
    with pytest.raises(NotAllowed):
        sleepers(world.manager, world.programme_id, LATER)
    assert mail.outbox == []


def test_a_button_writes_without_showing_the_contact_once_in_thirty_days(world: World) -> None:
    handover = handed(world, MAIL, "+33600000000")
    assert press(world, handover) == 2
    assert mail.outbox[0].subject == "Vos pass numériques vous attendent"
    [one] = seen(world)
    assert not one.may_be_reminded(LATER)
    with pytest.raises(AlreadyReminded):
        press(world, handover, LATER + timedelta(days=20))
    assert press(world, handover, LATER + timedelta(days=31)) == 2


def test_a_double_press_writes_once(world: World) -> None:
    handover = handed(world, MAIL)
    answers = at_once(*[lambda: press(world, handover)] * 4)
    assert sum(one for one in answers if isinstance(one, int)) == 1
    assert all(isinstance(one, int | AlreadyReminded | ReminderFailed) for one in answers), answers
    assert Message.objects.count() == len(mail.outbox) == 1


def test_why_no_message_leaves(world: World, settings: LazySettings) -> None:
    silent, handover = handed(world), handed(world, MAIL, day=date(2021, 9, 2))
    told: list[type[Refusal]] = []

    def refused(which: UUID = handover, at: datetime = LATER) -> None:
        with pytest.raises(Refusal) as refusal:
            press(world, which, at)
        told.append(refusal.type)

    refused(silent)
    refused(at=on(date(2021, 10, 12), 20))
    settings.MAIL = settings.SMS = "off"
    refused()
    settings.MAIL = "console"
    world.set(date(2021, 10, 12), reminders="off")
    refused()
    withdraw_contact(programme_id=world.programme_id, contact_id=Contact.objects.get().id, at=LATER)
    world.set(date(2021, 10, 13), reminders="on")
    refused(at=LATER + timedelta(days=1))
    assert told == [NobodyToWriteTo, NotAtThisHour, MessagesAreOff, MessagesAreOff, NobodyToWriteTo]
    assert mail.outbox == []


def test_a_message_that_failed_is_not_tried_twice_in_a_month(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = handed(world, MAIL)

    def refuse(*_: object) -> str:
        raise NotSent("SMTPRecipientsRefused 550")

    monkeypatch.setattr(sending, "send_mail", refuse)
    assert press(world, handover) == 0
    with pytest.raises(ReminderFailed):
        press(world, handover, LATER + timedelta(days=2))


def test_a_structure_is_told_once_a_month_how_many_sleep(world: World) -> None:
    for rank, address in enumerate(("ccas@exemple.fr", "mission@exemple.fr")):
        by, given = world.manager, {"contact_email": address}
        change_organisation(by=by, at=LATER, organisation_id=world.structures[rank], texts=given)
    handed(world)
    handed(world, count=3)
    assert asleep_at(world.programme_id, world.structures[0], LATER) == (2, 5)

    def letters(at: datetime) -> int:
        by = system_actor(world.authority_id)
        return write_to_structures(programme_id=world.programme_id, by=by, at=at).of(MessageState.SENT)

    saturday, late = on(date(2021, 10, 9)), on(date(2021, 10, 12), 21)
    days = (saturday, late, LATER, LATER, on(date(2021, 11, 1)), on(date(2021, 11, 9)), on(date(2023, 1, 10)))
    assert [letters(at) for at in days] == [0, 0, 1, 0, 0, 1, 0]
    [first, _second] = mail.outbox
    assert first.recipients() == ["ccas@exemple.fr"]
    assert "2 personnes" in first.subject
    assert "/verdun/pass-qui-dorment/" in first.body
    assert "5 pass" in first.body
    stop_mailing(programme_id=world.programme_id, organisation_id=world.structures[0], at=LATER)
    assert letters(on(date(2022, 1, 4))) == 0


def test_the_list_takes_as_many_statements_for_many(world: World, queries_do_not_grow: Any) -> None:
    handed(world, MAIL)
    actor = world.actor(Role.PRESCRIBER)
    queries_do_not_grow(
        lambda: sleepers(actor, world.programme_id, LATER), lambda: handed(world, "autre@exemple.fr", count=1)
    )
