"""From the counter to the chair: a person leaves a contact, has a seat, is reminded, and ends the messages.

The clock is set by hand; everything else is what people and the timer do: the pages in a browser, and
`passnum tick`.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar as CalendarFile
from playwright.sync_api import expect
from time_machine import TimeMachineFixture

from passnumerique.directory.models import User
from passnumerique.directory.operations import change_organisation
from passnumerique.directory.rules import Role
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations import cancel_session
from tests.browser import DESK, PHONE
from tests.journeys.office import signed_in
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
HANDED = on(date(2021, 10, 4), 10)  # a Monday
DAY = date(2021, 10, 14)
MAIL = "personne@exemple.fr"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """A structure with passes, two sessions of one module ten days later, and an installation that writes."""
    settings.REQUIRE_SECOND_FACTOR = False
    settings.MAIL = settings.SMS = "console"
    time_machine.move_to(HANDED)
    world = build_world(reminders="on")
    texts = {"phone": "0329000000", "address": "1 rue du Marché", "postcode": "55100"}
    change_organisation(by=world.manager, at=HANDED, organisation_id=world.places[0], texts=texts)
    world.session(DAY)
    world.session(date(2021, 10, 19))
    return world


def sit(page: "Page", world: World, role: Role, live_server: object) -> None:
    """Give the browser a new session of somebody of that role."""
    known = User.objects.filter(email=f"{role.value}-0@verdun.exemple.fr").first()
    browser = Client() if known else signed_in(world, role)
    if known:
        browser.force_login(known, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])


def handed_over(page: "Page") -> None:
    """At the counter: passes, brackets, an e-mail with the person's agreement; then a seat at the first session."""
    page.goto("/verdun/remettre/")
    page.locator("[name=quantity]").fill("2")
    page.locator("[name=age_bracket][value='40_59']").check(force=True)
    page.locator("[name=commune]").fill("Verdun")
    page.locator("[name=status][value=in_work]").check(force=True)
    page.locator("[name=autonomy][value=partly]").check(force=True)
    page.get_by_text("Recevoir des rappels").click()
    page.locator("[name=email]").fill(MAIL)
    page.locator("[name=consent]").check(force=True)
    page.get_by_role("button", name="Remettre ces pass").click()
    page.get_by_text("14 octobre 2021").first.click()
    page.get_by_role("button", name="Réserver").click()
    expect(page.get_by_text("14 octobre 2021").first).to_be_visible()


def ticked(at: datetime, time_machine: TimeMachineFixture) -> list[Any]:
    """What the timer's tick of that instant wrote."""
    time_machine.move_to(at)
    before = len(mail.outbox)
    call_command("tick")
    return mail.outbox[before:]


def test_the_person_is_reminded_and_can_end_it(
    world: World,
    page: "Page",
    phone: "Page",
    axe: Callable[["Page"], None],
    live_server: object,
    time_machine: TimeMachineFixture,
) -> None:
    sit(page, world, Role.PRESCRIBER, live_server)
    handed_over(page)
    [booked] = ticked(on(date(2021, 10, 4), 10, 5), time_machine)
    assert booked.recipients() == [MAIL]
    assert booked.subject == "Place réservée\u202f: Premiers pas"
    assert "Lieu 1 verdun (fictif)" in booked.body
    assert "03 29 00 00 00" in booked.body
    event = CalendarFile.from_ical(booked.attachments[0][1]).walk("VEVENT")[0]
    assert event["DTSTART"].dt == on(DAY, 14)

    assert ticked(on(date(2021, 10, 12), 13, 55), time_machine) == []
    [two_days] = ticked(on(date(2021, 10, 12), 14, 5), time_machine)
    assert two_days.subject == "Rappel, jeudi 14 octobre 2021\u202f: Premiers pas"
    assert ticked(on(date(2021, 10, 12), 14, 15), time_machine) == []

    [way_out] = re.findall(r"http\S+/desinscription/\S+", two_days.body)
    phone.goto(urlsplit(way_out).path)
    axe(phone)
    phone.get_by_role("button", name="Arrêter les messages").click()
    expect(phone.get_by_text("vous ne recevrez plus de messages")).to_be_visible()
    axe(phone)
    assert ticked(on(DAY, 12, 5), time_machine) == []


def test_a_cancelled_session_reaches_the_person_with_another_date(
    world: World, page: "Page", live_server: object, time_machine: TimeMachineFixture
) -> None:
    sit(page, world, Role.PRESCRIBER, live_server)
    handed_over(page)
    ticked(on(date(2021, 10, 4), 10, 5), time_machine)
    at = on(date(2021, 10, 11), 21)
    session = TrainingSession.objects.get(starts_at=on(DAY, 14)).id
    by, cause = world.actor(Role.PLACE), "Le formateur est malade"
    cancel_session(programme_id=world.programme_id, session_id=session, cause=cause, by=by, at=at)
    assert ticked(at, time_machine) == []  # nobody is written to at nine in the evening
    [told] = ticked(on(date(2021, 10, 12), 8), time_machine)
    assert told.subject == "Atelier annulé\u202f: Premiers pas"
    assert cause in told.body
    assert "Mardi 19 octobre 2021" in told.body
    assert ticked(on(date(2021, 10, 12), 14, 5), time_machine) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_page_of_messages_is_clean(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    time_machine: TimeMachineFixture,
    size: dict[str, int],
) -> None:
    given = {"contact_email": "ccas@exemple.fr"}
    change_organisation(by=world.manager, at=HANDED, organisation_id=world.structures[0], texts=given)
    page = new_page(viewport=size)
    sit(page, world, Role.PRESCRIBER, live_server)
    page.goto("/verdun/pass-qui-dorment/")
    axe(page)
    handed_over(page)
    world.hand_over(3)
    ticked(on(date(2021, 12, 7)), time_machine)
    sit(page, world, Role.PRESCRIBER, live_server)
    page.goto("/verdun/pass-qui-dorment/")
    axe(page)
    page.get_by_role("link", name=re.compile("Envoyer un rappel")).click()
    axe(page)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Le rappel est parti")).to_be_visible()
    axe(page)
    sit(page, world, Role.MANAGER, live_server)
    page.goto("/verdun/messages/")
    expect(page.get_by_text("Sceller le journal").first).to_be_visible()
    axe(page)
