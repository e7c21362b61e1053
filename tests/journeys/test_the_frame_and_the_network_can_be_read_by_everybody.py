"""The pages of the network and of the frame in a real browser, at a desk and on a telephone, under axe."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect
from time_machine import TimeMachineFixture

from passnumerique.ground.sheets import write_csv
from tests.journeys.office import NOON, signed_in
from tests.journeys.test_programme_pages import GOLDEN, PLAN, READ, WRITE, amendments
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)

NETWORK = ("reseau/", "reseau/ajouter/", "reseau/agreer/", "reseau/importer/", "personnes/", "personnes/inviter/")
TOKENS = ("jetons/", "jetons/creer/")
MORE = ("reseau/?q=rien", "calendrier/?au=2020-01-01", "regles/purchase/")
WIDTHS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)
    world = build_world(booklets=0)
    amendments(world)
    return world


@pytest.fixture
def manager(world: World) -> Client:
    browser = signed_in(world)
    browser.post("/verdun/plan/coller/", {"text": PLAN})
    browser.post("/verdun/personnes/inviter/", {"email": "sam@exemple.fr", "role": "auditor"})
    return browser


@pytest.fixture(params=list(WIDTHS))
def window(request: Any, new_page: Callable[..., Any], manager: Client, live_server: Any) -> Any:
    """The manager's browser, of one width."""
    page = new_page(viewport=WIDTHS[request.param])
    key = manager.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": str(live_server)}])
    return page


def test_every_page_is_clean(window: Any, world: World, axe: Callable[[Any], None]) -> None:
    card = f"reseau/{world.places[0]}/"
    for address in (*NETWORK, *TOKENS, card, f"{card}modifier/", *READ, *WRITE, *MORE):
        window.goto(f"/verdun/{address}")
        axe(window)


def test_the_extension_is_looked_at_and_confirmed(window: Any, axe: Callable[[Any], None]) -> None:
    window.goto("/verdun/calendrier/prolonger/")
    window.get_by_role("button", name="Voir ce qui va changer").click()
    axe(window)
    window.get_by_role("button", name="Prolonger le dispositif").click()
    window.get_by_text("Le dispositif est prolongé.").wait_for()
    axe(window)


def test_a_token_is_made_copied_and_revoked(window: Any, world: World, axe: Callable[[Any], None]) -> None:
    window.goto(f"/verdun/jetons/creer/?organisation={world.places[0]}")
    window.get_by_label("Nom du jeton").fill("Logiciel d’accueil (fictif)")
    window.get_by_role("button", name="Créer le jeton").click()
    secret = window.get_by_label("À copier en entier")
    secret.click()
    chosen = secret.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert re.fullmatch(r"pn_[A-Za-z0-9_-]{43}", chosen)
    axe(window)
    window.get_by_role("link", name="Revenir aux jetons").click()
    axe(window)
    window.get_by_role("link", name="Révoquer\u202f: Logiciel d’accueil (fictif)").click()
    axe(window)
    window.get_by_role("button", name="Révoquer le jeton").click()
    window.get_by_text("Le jeton est révoqué").wait_for()
    axe(window)


def test_what_is_to_be_corrected_takes_the_focus(window: Any, axe: Callable[[Any], None]) -> None:
    window.goto("/verdun/deliberations/ajouter/")
    for name, value in (GOLDEN | {"voters": "12", "votes_for": "12"}).items():
        window.fill(f"[name={name}]", value)
    window.get_by_role("button", name="Enregistrer la délibération").click()
    expect(window.locator(".error-summary")).to_be_focused()
    assert window.input_value("[name=number]") == "DE_2022_12_003"
    axe(window)


def test_a_file_is_imported_step_by_step(window: Any, axe: Callable[[Any], None]) -> None:
    content = write_csv(["Structure", "CP"], [["Mairie (fictif)", "55100"], ["", "55400"]])
    window.goto("/verdun/reseau/importer/")
    file = {"name": "réseau.csv", "mimeType": "text/csv", "buffer": content}
    window.set_input_files("input[type=file]", file)
    window.get_by_role("button", name="Lire le fichier").click()
    axe(window)
    window.get_by_role("button", name="Vérifier le fichier").click()
    axe(window)
    window.get_by_role("button", name="Écrire seulement les bonnes lignes").click()
    window.get_by_text("L’import est fait.").wait_for()


def test_a_pale_colour_is_refused_while_it_is_chosen(window: Any) -> None:
    window.goto("/verdun/collectivite/apparence/")
    choose = "([box, colour]) => { box.value = colour; box.dispatchEvent(new Event('input', {bubbles: true})) }"
    box = window.query_selector("[name=colour]")
    window.evaluate(choose, [box, "#ffee00"])
    window.get_by_text("est trop claire").wait_for()
    window.evaluate(choose, [box, "#0e5a5e"])
    window.get_by_text("Lisible").wait_for()
