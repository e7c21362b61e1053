"""The secretary's part in a real browser, on a telephone: from the draft to the act published, under axe."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect
from time_machine import TimeMachineFixture

from passnumerique.council.operations import record_delegate
from passnumerique.directory.models import Authority
from passnumerique.directory.rules import Role
from tests.journeys.office import NOON, TODAY, signed_in
from tests.papers import text_of
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SINCE = date(2020, 7, 1)


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)
    world = build_world(quantity=20)
    Authority.objects.filter(id=world.authority_id).update(siret="21860194600013")
    for rank in range(1, 4):
        office = "Présidente" if rank == 1 else ""
        record_delegate(by=world.manager, at=on(TODAY), last_name=f"FICTIF{rank}", from_day=SINCE, office=office)
    return world


@pytest.fixture
def look(axe: Callable[[Any], None]) -> Iterator[Callable[[Any], None]]:
    """Under axe, and nothing wider than the screen; a picture of each page where PASSNUM_PICTURES names a folder."""
    seen = [0]

    def check(page: Any) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
        seen[0] += 1
        if folder := os.environ.get("PASSNUM_PICTURES"):
            page.screenshot(path=f"{folder}/{seen[0]:02d}.png", full_page=True)

    yield check
    assert seen[0]


@pytest.fixture
def open_page(world: World, new_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    """A page of somebody of the secretary's office, of a size; signed in now, for a session ends before morning."""
    known = count()

    def make(size: dict[str, int]) -> Any:
        key = signed_in(world, Role.SECRETARY, next(known)).cookies["sessionid"].value
        page = new_page(viewport=size)
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": str(live_server)}])
        return page

    return make


def press(page: Any, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Any, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def plan(page: Any, look: Callable[[Any], None]) -> None:
    """A sitting this evening with one matter, convened in an emergency because it is late."""
    page.goto("/verdun/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Séances du conseil")
    follow(page, "Prévoir une séance")
    page.get_by_label("Jour de la séance").fill("2022-12-15")
    page.get_by_label("Lieu").fill("Salle des fêtes (fictif)")
    look(page)
    press(page, "Prévoir la séance")
    follow(page, "Inscrire une affaire")
    page.get_by_label("Objet").fill("Prolongation du dispositif")
    page.get_by_label("Exposé").fill("Il reste {reste} pass sur {recus}.")
    page.get_by_label("Ce que le conseil décide").fill("VALIDE la prolongation")
    press(page, "Enregistrer le texte")
    look(page)
    page.go_back()
    page.go_back()
    page.reload()
    follow(page, "Convoquer le conseil")
    press(page, "Noter la convocation")
    expect(page.locator(".error-summary")).to_contain_text("CGCT, L2121-12")
    look(page)
    page.get_by_label("Convocation en urgence").check()
    press(page, "Noter la convocation")
    expect(page.locator("main")).to_contain_text("Le conseil se prononce à l’ouverture")
    look(page)


def hold(page: Any, look: Callable[[Any], None]) -> None:
    """The evening: who sits, what the council says of the emergency, the vote, the end."""
    follow(page, "Ouvrir la séance")
    page.get_by_label("Secrétaire de séance").select_option(label="FICTIF2")
    look(page)
    press(page, "Ouvrir la séance")
    expect(page.locator("main")).to_contain_text(re.compile("3 présents pour 2\\s*: atteint"))
    follow(page, "Noter l’avis sur l’urgence")
    page.get_by_label("Oui, la séance continue").check()
    look(page)
    press(page, "Noter cet avis")
    follow(page, "Prolongation du dispositif")
    follow(page, "Passer au vote")
    page.get_by_label("FICTIF3", exact=True).select_option(label="Abstention")
    look(page)
    press(page, "Enregistrer le vote")
    follow(page, "Ce qui s’est dit")
    page.get_by_label("Ce qui s’est dit").fill("Une question sur les dates.")
    press(page, "Enregistrer")
    look(page)


def test_from_the_draft_to_the_act_published(
    world: World,
    open_page: Callable[..., Any],
    look: Callable[[Any], None],
    time_machine: TimeMachineFixture,
) -> None:
    page = open_page(PHONE)
    plan(page, look)
    sitting = page.url
    time_machine.move_to(on(date(2022, 12, 15), 18))
    page = open_page(PHONE)
    page.goto(sitting)
    hold(page, look)
    page.goto(sitting)
    follow(page, "Clore la séance")
    press(page, "Clore la séance")
    look(page)
    minutes = text_of(page.request.get(f"{sitting}proces-verbal.pdf").body())
    for words in ("Le conseil approuve l’urgence", "Abstentions : FICTIF3", "Une question sur les dates."):
        assert words in minutes
    page.goto("/verdun/conseil/")
    expect(page.locator("main")).to_contain_text("Publier la liste des délibérations")
    look(page)
    follow(page, "Publier l’acte")
    page.get_by_label("Identifiant de la transmission").fill("055-ESSAI")
    look(page)
    press(page, "Noter ces dates")
    expect(page.locator("main")).to_contain_text("La délibération est exécutoire le 15 décembre 2022.")
    open_data = page.request.get("/verdun/deliberations.csv").text()
    assert "DE_2022_12_001,2022-12-15,7.5,Finances locales/Subventions,Prolongation du dispositif" in open_data
    desk = open_page(DESK)
    for address in ("conseil/", "deliberations/", "deliberations/reprise/", "subventions/"):
        desk.goto(f"/verdun/{address}")
        look(desk)
