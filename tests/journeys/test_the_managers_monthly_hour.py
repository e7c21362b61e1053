"""The manager's monthly hour: what is read, understood, done and printed so that passes be used; and who may."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.sheets import read_sheet
from passnumerique.vouchers.queries.stock import stock_by_structure
from tests.browser import DESK, PHONE
from tests.journeys.office import french, signed_in
from tests.rooms.test_reallocation import AS_OF, uneven
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
PAGE, CALLS = "/verdun/agir/", "/verdun/agir/appels/"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """A structure that runs out, one that sleeps, people who wait, and no session to come."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = uneven()
    time_machine.move_to(on(AS_OF, 12))
    return made


def test_the_manager_finds_one_button_for_each_thing_to_do(world: World) -> None:
    answer = signed_in(world).get(PAGE)
    page, links = french(answer), answer.content.decode()
    assert "La plus utile :" in page
    for words in ("Donner", "Relancer les personnes", "Demander un atelier à", "Toucher davantage le public visé"):
        assert words in page
    for address in ("/verdun/stock/transferer/?", "/verdun/agir/rappels/", "/verdun/agir/ateliers/", f"{CALLS}?"):
        assert f'href="{address}' in links
    assert page.index("Donner") < page.index("Toucher davantage"), "what brings passes comes first"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR])
def test_finance_and_the_auditor_read_and_do_not_act(world: World, role: Role) -> None:
    browser = signed_in(world, role)
    links = browser.get(PAGE).content.decode()
    assert "/agir/rappels/" not in links
    assert "/stock/transferer/" not in links
    assert browser.get(f"/verdun/agir/rappels/{world.structures[0]}/").status_code == 403
    assert browser.post(f"/verdun/agir/ateliers/{world.places[0]}/").status_code == 403


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE, Role.FUNDER, Role.SECRETARY])
@pytest.mark.parametrize("page", [PAGE, CALLS])
def test_nobody_else_reads_it(world: World, role: Role, page: str) -> None:
    assert signed_in(world, role).get(page).status_code == 403


def test_an_organisation_of_another_authority_is_not_found(world: World) -> None:
    stranger = build_world("meuse", quantity=0)
    manager = signed_in(world)
    assert manager.get(f"/verdun/agir/rappels/{stranger.structures[0]}/").status_code == 404
    assert manager.get(f"/verdun/agir/ateliers/{stranger.places[0]}/").status_code == 404
    assert signed_in(stranger).get(PAGE).status_code == 404


def test_reminders_say_how_many_and_refuse_in_words(world: World) -> None:
    manager, page = signed_in(world), f"/verdun/agir/rappels/{world.structures[0]}/"
    assert "Ce dispositif n’écrit à personne pour l’instant." in french(manager.get(page))
    refused = manager.post(page)
    assert refused.status_code == 422
    assert "n’écrit à personne" in french(refused)


def test_a_place_is_shown_its_letter_before_and_asked(world: World, settings: Any) -> None:
    settings.MAIL = "console"
    manager, page = signed_in(world), f"/verdun/agir/ateliers/{world.places[0]}/"
    assert "Pouvez-vous en proposer un" in french(manager.get(page))
    refused = manager.post(page)
    assert refused.status_code == 422
    assert "n’a pas laissé d’adresse" in french(refused)


def test_calls_are_sorted_and_taken_along(world: World) -> None:
    manager = signed_in(world)
    for asked in ("dort", "stock", "public", "n’importe quoi"):
        assert manager.get(CALLS, {"trier": asked}).status_code == 200
    sheet = read_sheet(manager.get(CALLS, {"format": "csv"}).content, "appels.csv")
    assert len(sheet.rows) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_the_monthly_hour(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    size: dict[str, int],
) -> None:
    """Read the journey of the passes, understand on a past day, act on the first proposal, print what is called."""
    page = new_page(viewport=size)
    cookie = signed_in(world).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
    for address in (
        "/verdun/parcours/",
        "/verdun/parcours/?jour=2021-10-15&par=public",
        PAGE,
        CALLS,
        "/verdun/repartition/",
        "/verdun/repartition/cles/",
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
    for address in (f"/verdun/agir/rappels/{world.structures[0]}/", f"/verdun/agir/ateliers/{world.places[0]}/"):
        page.goto(address)
        axe(page)
    page.emulate_media(media="print")
    page.goto(CALLS)
    assert page.get_by_role("heading", level=1).is_visible()
    page.emulate_media(media="screen")
    before = stock_by_structure(world.programme_id)
    page.goto(PAGE)
    page.get_by_role("link", name="Préparer").first.press("Enter")
    page.get_by_label("Qui remet les carnets").fill("Une agente")
    page.get_by_label("Qui les reçoit").fill("Un agent")
    axe(page)
    page.get_by_role("button", name="Transférer").click()
    page.wait_for_url("**/bordereaux/**")
    after = stock_by_structure(world.programme_id)
    assert after[world.structures[0]] > before[world.structures[0]]
