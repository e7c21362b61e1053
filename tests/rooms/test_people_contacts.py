"""Contacts of people who asked for reminders: enciphered, with consent, gone in time, and read by nobody else."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import IntegrityError, transaction

from passnumerique.beneficiaries import operations, queries
from passnumerique.beneficiaries.models import Contact, Erasure, PersonKey, Recipient
from passnumerique.beneficiaries.queries import contact_of_mark, contacts_of, unsubscribe_mark
from passnumerique.beneficiaries.rules import CONSENT_WORDS, Channel, ContactsNotKept, Gone, Identity, Wanted
from passnumerique.directory.rules import Role, bearer_of_a_pass, system_actor
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.journeys.erasure import purge_programme
from passnumerique.vouchers.models import Handover
from passnumerique.vouchers.operations import withdraw_contacts_of
from tests.rooms.race import clean
from tests.rooms.world import CALENDAR, START, World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+33639980001", "marie@exemple.fr"
WANTED = (Wanted(Channel.SMS, PHONE), Wanted(Channel.EMAIL, MAIL))
WHO = Identity("Marie (fictive)", "Lefèvre", date(1961, 3, 12))


@pytest.fixture
def world() -> World:
    return build_world()


def person(world: World, **given: Any) -> UUID:
    """Somebody who received a pass and left both contacts; the recipient's id."""
    world.hand_over(1, **({"wants": WANTED, "identity": WHO} | given))
    return Recipient.objects.filter(programme_id=world.programme_id).latest("at", "id").id


def open_addresses(world: World) -> list[str]:
    """Every address that can be read in a programme."""
    ids = list(Recipient.objects.values_list("id", flat=True).order_by())
    found = contacts_of(world.programme_id, ids)
    return sorted(one.address for some in found.values() for one in some)


def purge(world: World, at: datetime, **given: Any) -> tuple[int, int]:
    """Contacts and keys that went."""
    by = system_actor(world.authority_id)
    gone = purge_programme(programme_id=world.programme_id, by=by, at=at, **given)
    return gone.contacts, gone.keys


def test_a_contact_lies_enciphered_with_its_consent(world: World) -> None:
    recipient = person(world)
    rows = list(Contact.objects.order_by("channel"))
    assert [(row.channel, row.consent_words, row.by_organisation) for row in rows] == [
        (kind, CONSENT_WORDS, world.structures[0]) for kind in ("email", "sms")
    ]
    for row in rows:
        assert MAIL.encode() not in bytes(row.sealed)
        assert PHONE.encode() not in bytes(row.sealed)
    found = contacts_of(world.programme_id, [recipient, NOBODY])
    assert {(one.channel, one.address) for one in found.pop(recipient)} == {("sms", PHONE), ("email", MAIL)}
    assert not found
    assert clean(world)


def test_nobody_but_a_counter_or_the_holder_leaves_a_contact(world: World) -> None:
    recipient = person(world, wants=())
    given = {"programme_id": world.programme_id, "recipient_id": recipient, "wanted": WANTED[0], "at": on(START, 15)}
    for role in (Role.MANAGER, Role.FUNDER, Role.AUDITOR, Role.PLACE, Role.MEDIATOR, Role.FINANCE):
        with pytest.raises(NotAllowed):
            operations.note_contact(**given, by=world.actor(role))
    bearer = bearer_of_a_pass(world.authority_id, world.programme_id)
    assert operations.note_contact(**given, by=bearer)
    with pytest.raises(NotFound):
        operations.note_contact(**given | {"programme_id": NOBODY}, by=bearer)
    with pytest.raises(NotFound):
        operations.note_contact(**given | {"recipient_id": NOBODY}, by=bearer)
    assert open_addresses(world) == [PHONE]


def test_a_contact_of_one_programme_is_not_read_in_another(world: World) -> None:
    beside = build_beside(world, "essai")
    recipient = person(world)
    assert contacts_of(beside.programme_id, [recipient]) == {}
    kept = Contact.objects.order_by("id").first()
    assert kept
    assert not operations.withdraw_contact(programme_id=beside.programme_id, contact_id=kept.id, at=on(START, 16))
    assert len(open_addresses(world)) == 2


def test_without_a_key_no_contact_is_kept(world: World, settings: Any) -> None:
    settings.CONTACT_KEYS = []
    with pytest.raises(ContactsNotKept):
        person(world)
    assert not Recipient.objects.exists()


def test_a_key_is_replaced_without_a_day_on_which_nothing_can_be_read(world: World, settings: Any) -> None:
    old, new = settings.CONTACT_KEYS[0], Fernet.generate_key().decode()
    person(world)
    settings.CONTACT_KEYS = [new, old]
    assert open_addresses(world) == [PHONE, MAIL]
    person(world, wants=(Wanted(Channel.SMS, "+33639980002"),), identity=None)
    settings.CONTACT_KEYS = [old]
    assert open_addresses(world) == [PHONE, MAIL], "what the new key wrote is left out, and nothing fails"
    settings.CONTACT_KEYS = [new, old]
    assert operations.encipher_again(programme_id=world.programme_id, by=system_actor()) == 3
    settings.CONTACT_KEYS = [new]
    assert open_addresses(world) == [PHONE, "+33639980002", MAIL]
    with pytest.raises(NotAllowed):
        operations.encipher_again(programme_id=world.programme_id, by=world.actor(Role.PRESCRIBER))


def test_a_mark_ends_the_messages_and_says_nothing(world: World) -> None:
    person(world)
    row = Contact.objects.order_by("id").first()
    assert row
    mark = unsubscribe_mark(row.id)
    assert len(mark) == 43
    found = contact_of_mark(mark)
    assert found
    assert (found.id, found.programme_id, found.gone) == (row.id, world.programme_id, False)
    assert operations.withdraw_contact(
        programme_id=found.programme_id, contact_id=found.id, at=on(START, 16), because=Gone.UNSUBSCRIBED
    )
    assert not operations.withdraw_contact(programme_id=found.programme_id, contact_id=found.id, at=on(START, 17))
    row.refresh_from_db()
    assert (bytes(row.sealed), row.gone_at, row.gone_because) == (b"", on(START, 16), "unsubscribed")
    again = contact_of_mark(mark)
    assert again
    assert again.gone


@pytest.mark.parametrize("mark", ["", "x", "é" * 43, "A" * 43, "A" * 42 + "=", "../etc", "A" * 4000])
def test_a_mark_that_was_not_made_here_is_nothing(world: World, mark: str) -> None:
    assert contact_of_mark(mark) is None


def test_a_mark_altered_in_any_letter_is_nothing(world: World) -> None:
    mark = unsubscribe_mark(new_id(on(START)))
    altered = {mark[:place] + ("A" if mark[place] != "A" else "B") + mark[place + 1 :] for place in range(42)}
    assert [contact_of_mark(one) for one in altered] == [None] * 42


def test_a_contact_goes_a_year_after_its_last_use(world: World) -> None:
    person(world)
    sms, mail = Contact.objects.order_by("-channel")
    later = on(START, 11) + timedelta(days=200)
    assert operations.note_use(programme_id=world.programme_id, contact_ids=[mail.id], at=later) == 1
    assert purge(world, on(START, 11) + timedelta(days=365)) == (0, 0)
    day_after = on(START, 12) + timedelta(days=365)
    assert purge(world, day_after, dry_run=True) == (1, 0)
    assert open_addresses(world) == [PHONE, MAIL], "a dry run erases nothing"
    assert purge(world, day_after) == (1, 0)
    assert open_addresses(world) == [MAIL]
    sms.refresh_from_db()
    assert (sms.gone_because, sms.gone_at) == ("time_over", day_after)
    assert purge(world, day_after) == (0, 0), "what went is gone once"
    assert operations.note_use(programme_id=world.programme_id, contact_ids=[sms.id], at=day_after) == 0


def test_the_programme_may_keep_contacts_for_less_long(world: World) -> None:
    world.set(contact_days=30)
    person(world)
    assert purge(world, on(START) + timedelta(days=31)) == (2, 0)


def test_at_closing_everything_that_recognises_a_person_goes_and_the_figures_stay(world: World) -> None:
    beside = build_beside(world, "essai")
    person(world, day=date(2022, 10, 1))
    person(beside, day=date(2022, 10, 1))
    keys = PersonKey.objects.filter(programme_id=world.programme_id).count()
    eve, closing = date(2023, 3, 30), CALENDAR.closing
    assert purge(world, on(eve, 20)) == (0, 0)
    assert purge(world, on(closing, 3), dry_run=True) == (2, keys)
    assert purge(world, on(closing, 3)) == (2, keys)
    assert open_addresses(world) == []
    assert Recipient.objects.filter(programme_id=world.programme_id).count() == 1
    assert (open_addresses(beside), PersonKey.objects.count()) == ([PHONE, MAIL], keys)
    told = Erasure.objects.get()
    assert (told.because, told.contacts, told.keys, told.by_role, told.at) == (
        "closed",
        2,
        keys,
        "system",
        on(closing, 3),
    )
    assert clean(world)


def test_a_person_has_the_contact_erased_at_the_desk(world: World) -> None:
    person(world)
    handover_id, at = Handover.objects.get().id, on(START, 16)
    given = {"programme_id": world.programme_id, "handover_id": handover_id, "at": at}
    for role, rank in ((Role.PRESCRIBER, 1), (Role.PLACE, 0)):
        with pytest.raises(NotFound):
            withdraw_contacts_of(**given, by=world.actor(role, rank))
    for role in (Role.FUNDER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            withdraw_contacts_of(**given, by=world.actor(role))
    assert len(open_addresses(world)) == 2
    mine = world.actor(Role.PRESCRIBER)
    assert withdraw_contacts_of(**given, by=mine) == 2
    assert withdraw_contacts_of(**given, by=mine) == 0
    told = Erasure.objects.get()
    assert (told.because, told.contacts, told.by_user, told.by_organisation) == (
        "withdrawn",
        2,
        mine.user_id,
        world.structures[0],
    )
    recipient = Recipient.objects.get().id
    known = queries.contacts_known(world.programme_id, [recipient])[recipient]
    assert [(one.because, one.gone_at) for one in known] == [(Gone.WITHDRAWN, at)] * 2


def test_the_manager_has_it_erased_too_and_the_counts_are_told(world: World) -> None:
    person(world)
    manager = world.manager
    assert (
        withdraw_contacts_of(
            programme_id=world.programme_id, handover_id=Handover.objects.get().id, by=manager, at=on(START, 16)
        )
        == 2
    )
    kept = queries.kept_of(world.programme_id)
    assert (kept.contacts, kept.oldest_use, kept.gone) == (0, None, {Gone.WITHDRAWN: 2})
    assert kept.keys == PersonKey.objects.count() > 0


@pytest.mark.parametrize("role", [Role.FUNDER, Role.AUDITOR, Role.PRESCRIBER, Role.PLACE, Role.FINANCE])
def test_only_who_manages_the_programme_or_the_system_purges(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        purge_programme(programme_id=world.programme_id, by=world.actor(role), at=on(START, 16))


def test_a_purge_stays_within_the_authority(world: World) -> None:
    other = build_world("ailleurs")
    with pytest.raises(NotFound):
        purge_programme(programme_id=world.programme_id, by=other.manager, at=on(START, 16))


def test_the_database_keeps_no_address_of_a_contact_that_is_gone(world: World) -> None:
    person(world)
    faults: list[dict[str, Any]] = [
        {"gone_at": on(START)},
        {"gone_at": on(START), "sealed": b""},
        {"gone_at": on(START), "gone_because": "withdrawn"},
        {"sealed": b""},
        {"consent_words": ""},
    ]
    for fault in faults:
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.update(**fault)


def test_the_command_counts_what_goes_and_names_nobody(world: World, settings: Any) -> None:
    person(world)
    told = StringIO()
    call_command("purge", "--dry-run", stdout=told)
    assert told.getvalue() == "verdun : 2 contact(s) et 7 clé(s) à effacer (clôture)\n"
    assert len(open_addresses(world)) == 2
    call_command("purge", "--programme", "verdun", stdout=told)
    assert told.getvalue().endswith("verdun : 2 contact(s) et 7 clé(s) effacé(s) (clôture)\n")
    assert open_addresses(world) == []
    assert not [one for one in ("Marie", "exemple", "3998") if one in told.getvalue()]
