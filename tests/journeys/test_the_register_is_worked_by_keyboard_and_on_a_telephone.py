"""The register in a real browser: passes handed over without a mouse, every page on a telephone."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.vouchers.queries.listing import list_handovers
from passnumerique.vouchers.rules import State
from tests.journeys.office import signed_in
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2022, 10, 3)
OFFICE = (
    *("lots/", "lots/emettre/", "stock/", "stock/confier/", "stock/rendre/", "bordereaux/", "bordereaux/1/?fait=1"),
    *("pass/", "pass/1/", "pass/perdus/", "pass/2/remplacer/", "journal/", "remises/"),
)
STRUCTURE = ("mon-stock/", "stock/transferer/", "pass/2/", "journal/", "remises/")
FILE = "Numéro;Carnet;Code\r\n41;5;BGF000041\r\n42;5;\r\n"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    world = build_world()
    world.spend(1, date(2022, 9, 20))
    time_machine.move_to(on(TODAY, 12))
    return world


def sit(page: "Page", world: World, role: Role = Role.MANAGER) -> None:
    """Give the browser the session of somebody of that role."""
    page.goto("/healthz")
    session = signed_in(world, role).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])


def test_passes_are_handed_over_without_a_mouse(world: World, page: "Page", axe: Callable[..., None]) -> None:
    sit(page, world, Role.PRESCRIBER)
    page.goto("/verdun/remettre/")
    axe(page)
    page.get_by_label("Premier pass").focus()
    keys = page.keyboard
    assert page.get_by_label("Premier pass").input_value() == "2", "the next pass of the stock is proposed"
    keys.press("Tab")
    keys.type("3")
    for key in ("Tab", "Tab", "Space"):  # the camera, then the age
        keys.press(key)
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("verdun")
    for key in ("Tab", "Space", "Tab", "Tab", "Space", "Enter"):  # situation, PIC, first need
        keys.press(key)
    page.get_by_role("heading", name="Les pass sont remis").wait_for()
    axe(page)
    (made, _) = list_handovers(world.manager, world.programme_id)
    assert (made.quantity, made.recipient.age_bracket, made.recipient.commune) == (3, "12_17", "55545")
    letter = page.get_by_role("link", name="Lettre en PDF").get_attribute("href")
    assert page.request.get(letter or "").headers["content-type"] == "application/pdf"


def test_what_is_missing_at_the_counter_takes_the_focus(world: World, page: "Page", axe: Callable[..., None]) -> None:
    sit(page, world, Role.PRESCRIBER)
    page.goto("/verdun/remettre/")
    page.get_by_role("button", name="Remettre ces pass").click()
    summary = page.get_by_role("alert")
    summary.wait_for()
    page.wait_for_selector("[role=alert]:focus")
    axe(page)
    summary.get_by_role("link").first.click()
    page.wait_for_selector("[name=age_bracket]:focus")


@pytest.mark.parametrize(("role", "addresses"), [(Role.MANAGER, OFFICE), (Role.PRESCRIBER, STRUCTURE)])
def test_every_page_can_be_used_on_a_telephone(
    world: World, phone: "Page", axe: Callable[..., None], role: Role, addresses: tuple[str, ...]
) -> None:
    sit(phone, world, role)
    for address in addresses:
        answer = phone.goto(f"/verdun/{address}")
        assert answer
        assert answer.status == 200, address
        axe(phone)


def test_a_lot_is_imported_on_a_telephone(world: World, phone: "Page", axe: Callable[..., None]) -> None:
    sit(phone, world)
    for content in (FILE, FILE.replace("42;5;", "42;5;BGF000042")):
        phone.goto("/verdun/lots/importer/")
        axe(phone)
        phone.get_by_label("Référence du lot").fill("BL-7")
        sent = {"name": "lot.csv", "mimeType": "text/csv", "buffer": content.encode()}
        phone.get_by_label("Fichier de l’émetteur").set_input_files(sent)  # type: ignore[arg-type]
        phone.get_by_role("button", name="Continuer").click()
        axe(phone)
        phone.get_by_role("button", name="Vérifier le fichier").click()
        phone.get_by_role("heading", name="Vérification du fichier").wait_for()
        axe(phone)
    phone.get_by_role("button", name="Recevoir ces pass").click()
    phone.get_by_role("heading", name="Le lot est enregistré").wait_for()
    assert world.states()[State.AUTHORITY_STOCK] == 22


def test_a_cancellation_can_be_given_up(world: World, phone: "Page", axe: Callable[..., None]) -> None:
    sit(phone, world)
    phone.goto("/verdun/pass/annuler/?numeros=39-40")
    phone.get_by_label("Motif").fill("cartes abîmées")
    phone.get_by_role("button", name="Continuer").click()
    axe(phone)
    phone.get_by_role("link", name="Ne rien faire et revenir").click()
    assert phone.get_by_label("Numéros de pass").input_value() == "39-40"
    assert State.CANCELLED not in world.states()
