"""The pages of messages: the way out, the list of sleeping passes, the log."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import resolve

from passnumerique.beneficiaries.models import Contact, MailingStop
from passnumerique.beneficiaries.queries import unsubscribe_mark
from passnumerique.beneficiaries.queries.messages import mailing_mark
from passnumerique.beneficiaries.rules import Channel, Gone, Wanted
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role
from passnumerique.jobs.ticking import tick
from passnumerique.programmes.queries import every_programme
from passnumerique.training.operations import book_seats
from passnumerique.training.operations.sleeping import wake
from passnumerique.vouchers.models import Handover
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db
MAIL = "personne@exemple.fr"
LONG_AGO = date(2022, 9, 20)


@pytest.fixture(autouse=True)
def _noon(settings: LazySettings) -> Any:
    settings.MAIL = settings.SMS = "console"
    settings.REQUIRE_SECOND_FACTOR = False
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world() -> World:
    return build_world(reminders="on")


def handed(world: World, *addresses: str, count: int = 2) -> UUID:
    wants = tuple(Wanted(Channel.EMAIL if "@" in one else Channel.SMS, one) for one in addresses)
    known = set(Handover.objects.values_list("id", flat=True).order_by())
    world.hand_over(count, day=LONG_AGO, wants=wants)
    return Handover.objects.exclude(id__in=known).get().id


def leaving(contact: Contact) -> str:
    return f"/desinscription/{unsubscribe_mark(contact.id)}/"


def test_one_press_ends_the_messages_and_reading_does_not(world: World) -> None:
    handed(world, MAIL)
    contact, browser = Contact.objects.get(), Client(enforce_csrf_checks=True)
    page = browser.get(leaving(contact))
    assert "Voulez-vous arrêter les messages ?" in french(page)
    assert "votre adresse électronique" in french(page)
    assert MAIL not in french(page)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == (page["Cache-Control"], "no-referrer")
    assert "no-store" in page["Cache-Control"]
    contact.refresh_from_db()
    assert contact.gone_at is None
    answer = browser.post(leaving(contact))
    assert "C’est fait : vous ne recevrez plus de messages." in french(answer)
    contact.refresh_from_db()
    assert contact.gone_because == Gone.UNSUBSCRIBED
    assert "C’est fait" in french(browser.get(leaving(contact)))


def test_a_mail_program_presses_by_itself(world: World) -> None:
    handed(world, MAIL)
    contact, browser = Contact.objects.get(), Client(enforce_csrf_checks=True)
    answer = browser.post(leaving(contact), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    contact.refresh_from_db()
    assert contact.gone_at == NOON


def test_the_short_link_of_a_text_message_leads_there_too(world: World) -> None:
    handed(world, "+33600000000")
    page = Client().get(f"/D/{unsubscribe_mark(Contact.objects.get().id)}/")
    assert "votre numéro de téléphone" in french(page)


@pytest.mark.parametrize("mark", ["x", "A" * 43, "A" * 64, "é"])
def test_a_mark_that_nobody_made_leads_nowhere(world: World, mark: str) -> None:
    assert Client().get(f"/desinscription/{mark}/").status_code == 404
    assert Client().post(f"/desinscription/{mark}/").status_code == 404


def test_a_structure_leaves_too(world: World) -> None:
    mark = mailing_mark(world.programme_id, world.structures[0])
    assert "Structure 1 verdun (fictif)" in french(Client().get(f"/desinscription/{mark}/"))
    assert "ne reçoit plus le courriel du mois" in french(Client().post(f"/desinscription/{mark}/"))
    assert MailingStop.objects.get().organisation_id == world.structures[0]


def test_a_structure_reads_whose_passes_sleep_and_sends_a_reminder(world: World) -> None:
    handover, silent = handed(world, MAIL), handed(world)
    browser = signed_in(world, Role.PRESCRIBER)
    listed = french(browser.get("/verdun/pass-qui-dorment/"))
    assert "2 personnes, 4 pass" in listed
    assert "pas de contact laissé" in listed
    assert MAIL not in listed
    page = french(browser.get(f"/verdun/pass-qui-dorment/{handover}/"))
    assert "Vos pass numériques vous attendent" in page
    assert MAIL not in page
    answer = browser.post(f"/verdun/pass-qui-dorment/{handover}/", follow=True)
    assert "Le rappel est parti" in french(answer)
    assert "rappelé le 13 décembre 2022" in french(answer)
    assert mail.outbox[0].recipients() == [MAIL]
    again = browser.post(f"/verdun/pass-qui-dorment/{handover}/")
    assert again.status_code == 422
    assert "Un rappel est déjà parti le 13 décembre 2022" in french(again)
    refused = browser.post(f"/verdun/pass-qui-dorment/{silent}/")
    assert "n’a laissé aucun contact" in french(refused)


def test_the_list_is_exported_without_anything_of_who(world: World) -> None:
    handed(world, MAIL)
    answer = signed_in(world, Role.PRESCRIBER).get("/verdun/pass-qui-dorment/?format=csv&jours=60")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].split(";") == ["Remis le", "Pass qui dorment", "Pass remis", "Commune", "Âge"]
    assert len(lines) == 2
    assert MAIL not in answer.content.decode()


def test_only_the_structure_that_handed_over_reads_and_writes(world: World) -> None:
    handover = handed(world, MAIL)
    other = signed_in(world, Role.PRESCRIBER, 1)
    assert "Personne ici" in french(other.get("/verdun/pass-qui-dorment/"))
    assert other.post(f"/verdun/pass-qui-dorment/{handover}/").status_code == 404
    manager = signed_in(world)
    assert manager.get("/verdun/pass-qui-dorment/").status_code == 403
    assert manager.post(f"/verdun/pass-qui-dorment/{handover}/").status_code == 403
    assert mail.outbox == []


def test_a_structure_stops_the_letter_of_the_month_and_asks_for_it_again(world: World) -> None:
    given = {"contact_email": "ccas@exemple.fr"}
    change_organisation(by=world.manager, at=NOON, organisation_id=world.structures[0], texts=given)
    browser = signed_in(world, Role.PRESCRIBER)
    assert "ccas@exemple.fr reçoit" in french(browser.get("/verdun/pass-qui-dorment/"))
    stopped = browser.post("/verdun/pass-qui-dorment/courriel/", follow=True)
    assert "Le recevoir à nouveau" in french(stopped)
    again = browser.post("/verdun/pass-qui-dorment/courriel/", {"recevoir": "oui"}, follow=True)
    assert "Ne plus le recevoir" in french(again)


def test_without_messages_the_list_still_serves(world: World) -> None:
    handed(world, MAIL)
    world.set(TODAY, reminders="off")
    listed = french(signed_in(world, Role.PRESCRIBER).get("/verdun/pass-qui-dorment/"))
    assert "n’envoie pas de messages" in listed
    assert "Envoyer un rappel" not in listed


def test_the_log_says_what_became_of_each_message_and_not_to_whom(world: World) -> None:
    numbers = world.hand_over(1, day=LONG_AGO, wants=(Wanted(Channel.EMAIL, MAIL),))
    session, codes = world.session(date(2022, 12, 15)), [world.code(number) for number in numbers]
    by = world.actor(Role.PLACE)
    book_seats(programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=NOON)
    list(tick(list(every_programme())))
    auditor = signed_in(world, Role.AUDITOR)
    shown = french(auditor.get("/verdun/messages/"))
    for part in ("Place réservée", "Premiers pas, 15 décembre 2022", f"/verdun/ateliers/{session}/", "Une personne"):
        assert part in shown
    assert "Sceller le journal" in shown
    assert MAIL not in shown
    assert "Aucun message" in french(auditor.get("/verdun/messages/?etat=failed"))
    assert "Place réservée" in french(auditor.get("/verdun/messages/?etat=nonsense&page=x"))
    lines = auditor.get("/verdun/messages/?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[1:6] == [
        "Place réservée",
        "Courrier électronique",
        "Une personne",
        "Premiers pas, 15 décembre 2022",
        "Envoyé",
    ]


def test_the_log_takes_as_many_statements_for_many(world: World, queries_do_not_grow: Any) -> None:
    browser = signed_in(world)

    def wake_one() -> None:
        handover = handed(world, f"personne{Contact.objects.count()}@exemple.fr", count=1)
        by, at = world.actor(Role.PRESCRIBER), NOON
        wake(programme_id=world.programme_id, handover_id=handover, by=by, at=at)

    wake_one()
    queries_do_not_grow(lambda: browser.get("/verdun/messages/"), wake_one)


def test_the_log_is_for_who_reads_everything(world: World) -> None:
    for role in (Role.PRESCRIBER, Role.PLACE, Role.FINANCE):
        assert signed_in(world, role).get("/verdun/messages/").status_code == 403


def test_the_log_says_that_nothing_is_open(world: World, settings: LazySettings) -> None:
    settings.MAIL = settings.SMS = "off"
    assert "n’envoie rien" in french(signed_in(world).get("/verdun/messages/"))


def test_every_address_in_a_message_leads_to_a_page(world: World) -> None:
    handed(world, MAIL)
    mark = unsubscribe_mark(Contact.objects.get().id)
    for address in (f"/desinscription/{mark}/", f"/D/{mark}/", "/p/", "/verdun/pass-qui-dorment/"):
        assert resolve(address)
