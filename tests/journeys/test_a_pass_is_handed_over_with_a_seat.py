"""At the counter in a real browser: passes handed over, a seat booked near the person, the letter; by keyboard
alone, by touch, and with a card held before the camera."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from passnumerique.beneficiaries.models import Contact, Recipient
from passnumerique.directory.rules import Role
from passnumerique.ground.codes import grouped_code
from passnumerique.programmes.models import Programme
from passnumerique.training.models import Attendance
from passnumerique.vouchers.models import Handover
from tests.browser import CHROMIUM, DESK, FLAGS, PHONE
from tests.journeys.office import signed_in
from tests.journeys.test_redeem_in_browser import film, sit_down
from tests.papers import text_of
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.django_db(transaction=True)
TODAY, SOON = date(2022, 10, 3), date(2022, 10, 12)
FEW = 70
"""Keys between the page and the seat, with reminders asked for: what a minute allows without haste."""


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 3rd of October 2022, writes to people, and has sessions to come."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(reminders="on")
    made.plan()
    made.session(SOON, accessibility="Accès de plain-pied")
    made.session(SOON, place=1, module=1)
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.fixture
def prescriber(world: World) -> Client:
    return signed_in(world, Role.PRESCRIBER)


@pytest.fixture
def counter(prescriber: Client, new_page: Callable[..., "Page"], live_server: object) -> Callable[..., "Page"]:
    """A page of the structure, at a desk or on a telephone, before the form of a hand-over."""

    def make(**options: object) -> "Page":
        page = new_page(**options)
        sit_down(page.context, prescriber, str(live_server))
        page.goto("/verdun/remettre/")
        page.wait_for_selector("#id_start:focus")
        return page

    return make


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: "Page") -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        """These keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        """A text, letter by letter."""
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def reach(self, selector: str) -> None:
        """Tab until that is reached, as somebody does who sees where the focus is."""
        for _ in range(40):
            if self.page.locator(f"{selector}:focus").count():
                return
            self.press("Tab")
        raise AssertionError(f"{selector} cannot be reached")


def letter_of(page: "Page") -> str:
    """The text of the letter that the last page leads to."""
    link = page.get_by_role("link", name="Lettre en PDF").get_attribute("href")
    return " ".join(text_of(page.request.get(link or "").body()).split())


def test_by_keyboard_alone_in_few_keys(
    world: World, counter: Callable[..., "Page"], axe: Callable[["Page"], None]
) -> None:
    page = counter()
    axe(page)
    keys = Keys(page)
    keys.press("Enter")
    page.wait_for_selector("#id_age_bracket_0:focus")
    keys.press("Space", *["ArrowDown"] * 5, "Tab")
    keys.type("verdun")
    keys.press("Tab", "Space", "ArrowDown", "Tab")
    keys.reach("#id_needs_0")
    keys.press("Space")
    keys.reach("#id_autonomy_0")
    keys.press("Space")
    keys.reach("details:has(#id_phone) summary")
    keys.press("Enter", "Tab")
    keys.type("0639980001")
    keys.press("Tab", "Tab", "Space", "Enter")
    page.get_by_role("heading", name="Choisir un atelier").wait_for()
    axe(page)
    made = Handover.objects.select_related("recipient").get()
    told = (made.quantity, made.recipient.age_bracket, made.recipient.status, made.recipient.autonomy)
    assert told == (10, "60_69", "without_work", "supported")
    assert Contact.objects.get().channel == "sms"
    keys.reach("[name=session]")
    keys.press("Space", "Tab", "Enter")
    page.get_by_role("heading", name="Les pass sont remis").wait_for()
    axe(page)
    assert Attendance.objects.get().voucher_number == 1
    assert "Votre place est réservée" in letter_of(page)
    assert "Premiers pas" in letter_of(page)
    assert keys.pressed <= FEW, keys.pressed


def test_by_touch_on_a_telephone(world: World, counter: Callable[..., "Page"], axe: Callable[["Page"], None]) -> None:
    page = counter(viewport=PHONE, has_touch=True, is_mobile=True)
    axe(page)
    page.get_by_label("Nombre de pass").fill("2")
    for words in ("18 à 24 ans", "Sans emploi"):
        page.get_by_text(words, exact=True).tap()
    page.get_by_label("Commune de résidence").fill("Verdun")
    page.get_by_text("La personne est pressée", exact=True).tap()
    page.get_by_role("button", name="Remettre ces pass").tap()
    page.get_by_role("heading", name="Choisir un atelier").wait_for()
    axe(page)
    page.get_by_text("Premiers pas", exact=True).tap()
    page.get_by_label("Nombre de places").fill("2")
    page.get_by_role("button", name="Réserver").tap()
    page.get_by_role("heading", name="Les pass sont remis").wait_for()
    axe(page)
    assert Recipient.objects.get().not_diagnosed == "in_a_hurry"
    assert Attendance.objects.count() == 2
    assert "2 places" in letter_of(page)


def test_a_hand_scanner_types_and_goes_on_without_sending(world: World, counter: Callable[..., "Page"]) -> None:
    page = counter()
    page.get_by_label("Premier pass").fill("")
    page.keyboard.type(f"HTTP://LOCALHOST:8000/P/{world.code(4)}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_age_bracket_0:focus")
    assert page.get_by_label("Premier pass").input_value() == grouped_code(world.code(4))
    assert page.inner_text("[data-spelling]") == "Code bien écrit."
    assert not Handover.objects.exists()


def test_a_code_mistyped_is_told_at_once(counter: Callable[..., "Page"], axe: Callable[["Page"], None]) -> None:
    page = counter()
    page.get_by_label("Premier pass").fill("0000-0000-0001")
    page.wait_for_selector("[data-spelling].wrong")
    assert page.inner_text("[data-spelling]") == "Ce code est mal écrit\u202f: relisez-le."
    axe(page)


def test_who_may_have_come_before_takes_the_focus_and_one_goes_on(
    world: World, counter: Callable[..., "Page"], axe: Callable[["Page"], None]
) -> None:
    world.hand_over(1, day=date(2022, 9, 20), contact="0639980001")
    page = counter()
    page.get_by_label("Nombre de pass").fill("2")
    page.get_by_label("40 à 59 ans").check()
    page.get_by_label("Commune de résidence").fill("Verdun")
    page.get_by_label("En emploi").check()
    page.get_by_label("Compétences de base").check()
    page.get_by_text("Recevoir des rappels").click()
    page.get_by_label("Téléphone").fill("06 39 98 00 01")
    page.get_by_role("button", name="Remettre ces pass").click()
    page.wait_for_selector("[role=alert]:focus")
    assert "Le 20 septembre 2022" in page.inner_text("[role=alert]").replace("\u202f", " ")
    axe(page)
    page.get_by_role("button", name="Continuer la remise").first.click()
    page.get_by_role("heading", name="Choisir un atelier").wait_for()
    assert Handover.objects.count() == 2


def test_the_form_works_without_any_script(
    world: World, prescriber: Client, new_page: Callable[..., "Page"], live_server: object
) -> None:
    page = new_page(java_script_enabled=False)
    sit_down(page.context, prescriber, str(live_server))
    page.goto("/verdun/remettre/")
    assert not page.is_visible("[data-camera]")
    page.get_by_label("40 à 59 ans").check()
    page.get_by_label("Commune de résidence").fill("Verdun")
    page.get_by_label("En emploi").check()
    page.get_by_label("Autonome", exact=True).check()
    page.get_by_role("button", name="Remettre ces pass").click()
    page.get_by_role("heading", name="Choisir un atelier").wait_for()


# The camera


@pytest.fixture
def filmed(
    prescriber: Client, live_server: object, tmp_path: Path, chromium: object
) -> Iterator[Callable[[str], "Page"]]:
    """`filmed(text)`: a page of the structure whose camera sees a QR with that text."""
    opened = []

    def make(text: str) -> "Page":
        fake = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film(tmp_path / 'card.y4m', text)}",
        ]
        kind = chromium.browser_type  # type: ignore[attr-defined]
        browser = kind.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, *fake])
        opened.append(browser)
        context = browser.new_context(base_url=str(live_server), locale="fr-FR", viewport=PHONE)
        context.set_default_timeout(20_000)
        sit_down(context, prescriber, str(live_server))
        return context.new_page()  # type: ignore[no-any-return]

    yield make
    for browser in opened:
        browser.close()


def test_a_card_held_before_the_camera_is_the_booklet_that_is_handed_over(
    world: World, filmed: Callable[[str], "Page"], axe: Callable[["Page"], None]
) -> None:
    page = filmed(f"HTTP://LOCALHOST:8000/P/{world.code(12)}")
    page.goto("/verdun/remettre/")
    page.get_by_role("button", name="Scanner la carte").click()
    page.wait_for_selector("#id_age_bracket_0:focus")
    assert page.get_by_label("Premier pass").input_value() == grouped_code(world.code(12))
    assert not page.is_visible("#camera video"), "the camera is off once the card is read"
    axe(page)
    page.get_by_label("70 ans et plus").check()
    page.get_by_label("Commune de résidence").fill("Verdun")
    page.get_by_label("Retraité").check()
    page.get_by_label("Autonome", exact=True).check()
    page.get_by_role("button", name="Remettre ces pass").click()
    page.get_by_role("heading", name="Choisir un atelier").wait_for()
    assert "n° 11–20" in page.inner_text("main").replace("\u202f", " "), "the whole booklet, that card among it"


def test_without_a_camera_the_page_says_to_type(counter: Callable[..., "Page"]) -> None:
    page = counter(viewport=DESK)
    page.get_by_role("button", name="Scanner la carte").click()
    page.wait_for_selector("#id_start:focus")
    spelling: Locator = page.locator("[data-spelling]")
    spelling.filter(has_text="La caméra ne s’ouvre pas").wait_for()
