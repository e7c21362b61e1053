"""Where a place is paid: two people, a delay, and the place told by another way."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import IntegrityError, connection, transaction

from passnumerique.beneficiaries.models import Message
from passnumerique.beneficiaries.operations.messages import stop_mailing
from passnumerique.directory.models import BankAccount
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.operations.banking import (
    confirm_bank_account,
    encipher_accounts_again,
    note_account_told,
    propose_bank_account,
    refuse_bank_account,
)
from passnumerique.directory.queries.banking import (
    access_bank_account,
    accounts_on,
    bank_accounts,
    iban_of,
    open_account_changes,
    own_account_on,
    own_accounts_known,
)
from passnumerique.directory.rules import Actor, Role, system_actor
from passnumerique.directory.rules import refusals as no
from passnumerique.directory.rules.banking import Channel
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.settlement.operations.payees import confirm_place_account, propose_place_account
from tests.rooms.payees import IBANS, bank, payee
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2021, 10, 4)


@pytest.fixture
def world() -> World:
    return build_world(quantity=0)


def propose(world: World, iban: str = IBANS[0], by: Actor | None = None, day: date = DAY, place: int = 0) -> UUID:
    by = by or world.actor(Role.PLACE, place)
    texts = payee(iban)
    made = propose_bank_account(organisation_id=world.places[place], texts=texts, by=by, at=on(day))
    return made.id


def tell(world: World, account: UUID, **given: Any) -> None:
    given = {
        "by": world.actor(Role.FINANCE),
        "at": on(DAY, 10),
        "note": "la directrice",
        "channel": Channel.PHONE,
    } | given
    note_account_told(account_id=account, **given)


def confirm(world: World, account: UUID, by: Actor | None = None, day: date = DAY) -> BankAccount:
    by = by or world.actor(Role.FINANCE)
    return confirm_bank_account(account_id=account, delay_days=5, by=by, at=on(day, 11))


def test_a_first_account_is_paid_to_once_somebody_else_has_confirmed_it(world: World) -> None:
    account = propose(world)
    assert accounts_on(world.places, DAY) == {}
    tell(world, account)
    confirm(world, account)
    found = accounts_on(world.places, DAY)[world.places[0]]
    assert (found.id, iban_of(found.iban_sealed), str(found)) == (account, IBANS[0], f"FR … {IBANS[0][-4:]}")


def test_a_change_waits_for_its_delay_and_the_account_before_stays_until_then(world: World) -> None:
    first = bank(world)
    second = propose(world, IBANS[1], day=date(2021, 11, 2))
    tell(world, second)
    assert confirm(world, second, day=date(2021, 11, 3)).in_force_on == date(2021, 11, 8)
    place = world.places[0]
    assert accounts_on([place], date(2021, 11, 7))[place].id == first
    assert accounts_on([place], date(2021, 11, 8))[place].id == second
    assert accounts_on([place], DAY - timedelta(days=60)) == {}


def test_who_proposes_does_not_confirm_and_one_of_the_two_is_at_the_authority(world: World) -> None:
    place, finance = world.actor(Role.PLACE), world.actor(Role.FINANCE)
    account = propose(world, by=place)
    tell(world, account)
    for by in (place, world.actor(Role.PLACE)):
        with pytest.raises(no.AccountNeedsAnother):
            confirm(world, account, by)
    confirm(world, account, finance)
    typed = propose(world, IBANS[1], by=finance, day=date(2021, 11, 2))
    tell(world, typed)
    with pytest.raises(no.AccountNeedsAnother):
        confirm(world, typed, finance)
    confirm(world, typed, place, date(2021, 11, 3))


def test_the_database_refuses_one_person_for_both(world: World) -> None:
    account = propose(world)
    tell(world, account)
    row = BankAccount.objects.get(id=account)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(id=account).update(
            confirmed_by=row.proposed_by, confirmed_at=on(DAY), in_force_on=DAY
        )


def test_nothing_is_confirmed_before_the_place_was_told(world: World) -> None:
    account = propose(world)
    with pytest.raises(no.AccountNotTold):
        confirm(world, account)
    with pytest.raises(NotAllowed):
        tell(world, account, by=world.actor(Role.ACCOUNTANT))
    with pytest.raises(NotFound):  # the place does not tell itself
        tell(world, account, by=world.actor(Role.PLACE))
    tell(world, account)
    tell(world, account, channel=Channel.MEETING, note="plus tard")
    assert BankAccount.objects.get(id=account).told_channel == Channel.PHONE  # the first note stands


def test_one_change_at_a_time_and_none_that_changes_nothing(world: World) -> None:
    bank(world)
    with pytest.raises(no.AccountUnchanged):
        propose(world)
    waiting = propose(world, IBANS[1])
    with pytest.raises(no.AccountChangeOpen):
        propose(world, IBANS[2])
    with pytest.raises(no.AccountReasonMissing):
        refuse_bank_account(account_id=waiting, reason=" ", by=world.manager, at=on(DAY, 12))
    refuse_bank_account(account_id=waiting, reason="Appel\u202f: non", by=world.manager, at=on(DAY, 12))
    with pytest.raises(no.AccountDecided):
        refuse_bank_account(account_id=waiting, reason="encore", by=world.manager, at=on(DAY, 12))
    propose(world, IBANS[2])
    assert len(bank_accounts(world.manager, world.places[0])) == 3  # nothing is ever taken away
    assert len(open_account_changes(world.manager)) == 1


def test_an_iban_that_another_place_gave_is_taken_and_noted(world: World) -> None:
    bank(world)
    account = propose(world, place=1)
    assert BankAccount.objects.get(id=account).also_of == [str(world.places[0])]


def test_what_cannot_be_paid_to_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(no.IbanKeyWrong):
        propose(world, "FR7630006000011234567890188")
    assert not BankAccount.objects.exists()


def test_an_installation_without_a_key_keeps_no_iban(world: World, settings: LazySettings) -> None:
    settings.CONTACT_KEYS = []
    with pytest.raises(no.AccountsNotKept):
        propose(world)


def test_the_iban_stands_nowhere_in_clear(world: World) -> None:
    bank(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM directory_bankaccount")
        told = " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for row in cursor for v in row)
    assert IBANS[0] not in told
    assert IBANS[0][4:-4] not in told


def test_each_sees_its_own_account_and_no_other(world: World) -> None:
    account = bank(world)
    other = build_world("ailleurs", quantity=0)
    strangers = [world.actor(Role.PLACE, 1), other.actor(Role.FINANCE), other.manager]
    for stranger in strangers:
        with pytest.raises(NotFound):
            access_bank_account(stranger, account)
        assert not bank_accounts(stranger, world.places[0])
        with pytest.raises((NotFound, NotAllowed)):
            propose(world, IBANS[1], by=stranger)
    for role in (Role.PRESCRIBER, Role.MEDIATOR, Role.SECRETARY, Role.FUNDER, Role.ISSUER):
        with pytest.raises(NotAllowed):
            bank_accounts(world.actor(role), world.places[0])
    for role in (Role.AUDITOR, Role.ACCOUNTANT):
        assert access_bank_account(world.actor(role), account).id == account
        with pytest.raises(NotAllowed):
            propose(world, IBANS[1], by=world.actor(role))


def test_the_authority_pays_from_an_account_of_its_own_on_two_peoples_word(world: World) -> None:
    finance = world.actor(Role.FINANCE)
    with pytest.raises(NotFound):  # no place speaks for the authority
        propose_bank_account(organisation_id=None, texts=payee(IBANS[3]), by=world.actor(Role.PLACE), at=on(DAY))
    own = propose_bank_account(organisation_id=None, texts=payee(IBANS[3]), by=finance, at=on(DAY))
    assert own_account_on(world.authority_id, DAY) is None
    confirm(world, own.id, world.manager)
    found = own_account_on(world.authority_id, DAY)
    assert found is not None
    assert found.id == own.id
    assert own_accounts_known(world.authority_id, own.iban_key)
    assert not own_accounts_known(build_world("autre", quantity=0).authority_id, own.iban_key)


def test_the_place_is_warned_at_the_address_known_before(world: World, settings: LazySettings) -> None:
    settings.MAIL = "console"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    place, finance = world.places[0], world.actor(Role.FINANCE)
    change_organisation(by=world.manager, at=on(DAY), organisation_id=place, texts={"contact_email": "avant@lieu.fr"})
    given = {"programme_id": world.programme_id, "place_id": place}
    first = propose_place_account(texts=payee(IBANS[0]), by=world.actor(Role.PLACE), at=on(DAY), **given)
    confirm_place_account(programme_id=world.programme_id, account_id=first, by=finance, at=on(DAY, 12))
    thief = world.actor(Role.PLACE)
    change_organisation(by=thief, at=on(DAY, 13), organisation_id=place, texts={"contact_email": "voleur@ailleurs.fr"})
    stop_mailing(programme_id=world.programme_id, organisation_id=place, at=on(DAY, 13))
    second = propose_place_account(texts=payee(IBANS[1]), by=thief, at=on(DAY, 14), **given)
    assert [letter.to for letter in mail.outbox] == [["avant@lieu.fr"], ["avant@lieu.fr"]]
    assert IBANS[1] not in mail.outbox[1].body
    assert "5 jours" in mail.outbox[1].body
    assert "desinscription" not in mail.outbox[1].body
    row = BankAccount.objects.get(id=second)
    assert (row.told_channel, row.told_at) == (Channel.EMAIL, on(DAY, 14))
    assert Message.objects.filter(programme_id=world.programme_id, subject_id=second).count() == 1
    confirm_place_account(programme_id=world.programme_id, account_id=second, by=finance, at=on(DAY, 15))
    assert accounts_on([place], DAY)[place].id == first
    world.set(account_delay_days=0)
    assert accounts_on([place], DAY + timedelta(days=5))[place].id == second


def test_ibans_go_under_a_new_key_with_the_contacts(world: World, settings: LazySettings) -> None:
    account = bank(world)
    settings.CONTACT_KEYS = ["x" * 43 + "=", *settings.CONTACT_KEYS]
    assert encipher_accounts_again(by=system_actor(world.authority_id)) == 1
    settings.CONTACT_KEYS = settings.CONTACT_KEYS[:1]
    assert iban_of(BankAccount.objects.get(id=account).iban_sealed) == IBANS[0]
