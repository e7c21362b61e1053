"""One huge answer to each pass at the scanner: typed, read by a hand scanner, taken, refused, undone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from passnumerique.directory.rules import Role
from passnumerique.ground.codes import derive_code
from passnumerique.training.operations import add_participant
from passnumerique.vouchers.operations import cancel, declare_lost
from passnumerique.vouchers.rules import State
from tests.browser import DESK, PHONE
from tests.journeys.office import NOON, TODAY
from tests.journeys.scanner import (
    kept_lines,
    lines,
    open_scanner,
    plain,
    present,
    show,
    sit_down,
    told,
    waiting,
    world_of_today,
)
from tests.rooms.scanning import added
from tests.rooms.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = TODAY.replace(day=12)


@pytest.fixture
def world() -> World:
    return world_of_today()


@pytest.fixture
def at_the_workshop(world: World, new_page: Callable[..., "Page"]) -> Callable[..., "Page"]:
    """`at_the_workshop(**options)`: a scanner before the one workshop of today, its list taken along."""

    def make(**options: Any) -> "Page":
        page = new_page(**({"viewport": PHONE} | options))
        open_scanner(page, world)
        sit_down(page)
        return page

    return make


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_each_pass_has_its_answer_in_word_shape_and_colour(
    world: World, at_the_workshop: Callable[..., "Page"], axe: Callable[["Page"], None], size: dict[str, int]
) -> None:
    held, lost, gone, used = world.hand_over(4)
    world.redeem(world.session(YESTERDAY, place=1), [used], YESTERDAY, place=1)
    common = {"programme_id": world.programme_id, "cause": "Perdu", "by": world.manager, "at": NOON}
    declare_lost(numbers=[(lost, lost)], **common)
    cancel(numbers=[(gone, gone)], **common)
    world.session(TODAY)
    page = at_the_workshop(viewport=size)
    axe(page)
    answers = [
        (held, "valid", "Pris"),
        (lost, "blocked", "Il a été déclaré perdu ou volé"),
        (gone, "blocked", "Il est annulé"),
        (used, "already_used", "Utilisé le 12 décembre 2022 à Lieu 2 verdun (fictif)"),
        (20, "to_check", "il sera vérifié à l’envoi"),
    ]
    seen = set()
    for number, verdict, words in answers:
        assert words in present(page, world.code(number), verdict)
        axe(page)
        shape = page.get_attribute(".answer .outline", "d")
        seen.add((verdict, shape, page.evaluate("getComputedStyle(document.querySelector('.answer')).backgroundColor")))
    unknown = derive_code(b"key", b"nonce", 7)
    assert "Inconnu" in present(page, unknown, "unknown")
    assert "Code mal lu" in present(page, unknown[::-1], "not_code")
    assert "12 signes" in present(page, "ABCD", "short")
    assert "Pas un pass" in present(page, "https://exemple.fr/menu-du-jour", "not_code")
    axe(page)
    assert len(seen) == 4
    assert len({shape for _verdict, shape, _colour in seen}) == 3


def test_a_pass_used_here_is_known_again_and_counts_once(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    (number,) = world.hand_over()
    world.session(TODAY)
    page = at_the_workshop()
    page.fill("#code", world.code(number))
    page.locator("#code").press("Enter")
    page.locator("#code").press("Enter")
    told(page, "valid")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".answer")
    assert "avec cet appareil" in present(page, world.code(number).lower(), "already_used")
    assert len(kept_lines(page)) == 1
    page.context.set_offline(False)
    waiting(page, 0)
    assert world.states()[State.REDEEMED] == 1
    assert "avec cet appareil" in present(page, world.code(number), "already_used")


def test_a_hand_scanner_is_heard_wherever_the_focus_is(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    first, second, third = world.hand_over(3)
    world.session(TODAY)
    page = at_the_workshop(viewport=DESK)
    show(page, "device")
    page.keyboard.type(f"HTTP://LOCALHOST:8000/P/{world.code(first)}")
    page.keyboard.press("Enter")
    told(page, "valid")
    page.focus("#code")
    page.keyboard.type(world.code(second))
    page.keyboard.press("Enter")
    page.locator(".recent li").nth(1).wait_for()
    assert page.input_value("#code") == ""
    # Set for an American keyboard on a French computer: the keys struck are right, the letters are not.
    strike = """keys => {
      const french = {A: "q", Q: "a", W: "z", Z: "w", M: ",", 1: "&", 2: "é", 3: '"', 4: "'", 5: "(", 6: "-", 7: "è",
        8: "_", 9: "ç", 0: "à"}
      const key = (key, code) => document.dispatchEvent(new KeyboardEvent("keydown", {key, code, cancelable: true}))
      const struck = letter => (/\\d/.test(letter) ? "Digit" : "Key") + letter
      for (const letter of keys) key(french[letter] ?? letter.toLowerCase(), struck(letter))
      key("Enter", "Enter")
    }"""
    page.evaluate(strike, world.code(third))
    page.locator(".recent li").nth(2).wait_for()


def test_a_pass_taken_by_mistake_is_given_back_before_it_leaves(
    world: World, at_the_workshop: Callable[..., "Page"]
) -> None:
    first, second = world.hand_over(2)
    world.session(TODAY)
    page = at_the_workshop()
    present(page, world.code(first), "valid")
    page.get_by_role("button", name="Annuler").click()
    assert "rendez-le à la personne" in told(page, "cancelled")
    assert kept_lines(page) == []
    page.context.set_offline(True)
    present(page, world.code(first), "valid")
    present(page, world.code(second), "valid")
    show(page, "lines")
    lines(page, "queued").first.get_by_role("button", name="Annuler").click()
    page.locator("[data-line]").nth(1).wait_for(state="detached")
    page.context.set_offline(False)
    page.locator("[data-state=taken]").wait_for()
    assert not lines(page, "taken").get_by_role("button", name="Annuler").count()
    assert world.states()[State.REDEEMED] == 1


def test_two_passes_of_one_person_are_taken_together(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    world.set(purchase="module_price")
    first, second, third = world.hand_over(3)
    world.session(TODAY, module=1)
    page = at_the_workshop()
    assert "1 sur 2" in present(page, world.code(first), "part")
    assert "un autre pass" in present(page, world.code(first).lower(), "twice")
    assert kept_lines(page) == []
    present(page, world.code(second), "valid")
    one, other = kept_lines(page)
    assert one["participant"] == other["participant"]
    present(page, world.code(third), "part")
    page.get_by_role("button", name="Abandonner").click()
    assert "Rien n’est pris" in told(page, "given_up")
    waiting(page, 0)
    assert world.states()[State.REDEEMED] == 2


def test_a_pass_is_taken_for_the_person_who_was_expected(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    (number,) = world.hand_over()
    session = world.session(TODAY)
    common = {"programme_id": world.programme_id, "by": world.actor(Role.PLACE), "at": NOON}
    seat = add_participant(session_id=session, label="Noé (fictif)", **common)
    page = at_the_workshop()
    show(page, "people")
    page.locator("li", has_text="Noé (fictif)").get_by_role("button", name="Prendre son pass").click()
    assert "Pour Noé (fictif)" in page.inner_text(".whom")
    assert "Pour Noé (fictif)" in present(page, world.code(number), "valid")
    assert kept_lines(page)[0]["participant"] == str(seat)
    show(page, "people")
    page.locator("li", has_text="Noé (fictif)").get_by_text("Pass pris").wait_for()


def test_a_pass_beyond_the_seats_is_taken_only_when_the_person_insists(
    world: World, at_the_workshop: Callable[..., "Page"]
) -> None:
    first, second = world.hand_over(2)
    world.session(TODAY, seats=1)
    page = at_the_workshop()
    present(page, world.code(first), "valid")
    assert "L’atelier est complet" in present(page, world.code(second), "to_check")
    page.get_by_role("button", name="Prendre quand même").click()
    told(page, "valid")
    page.get_by_text("refusé, ou pris deux fois").first.wait_for()
    show(page, "lines")
    assert "complet" in plain(lines(page, "refused").inner_text())


def test_an_answer_is_felt_as_well_as_seen(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    (number,) = world.hand_over()
    world.session(TODAY)
    page = at_the_workshop()
    page.evaluate("() => { window.felt = []; navigator.vibrate = shakes => felt.push(JSON.stringify(shakes)) }")
    present(page, world.code(number), "valid")
    present(page, world.code(20), "to_check")
    present(page, derive_code(b"key", b"nonce", 7), "unknown")
    assert len(set(page.evaluate("felt"))) == 3
    show(page, "device")
    page.get_by_label("Une vibration à chaque pass").uncheck()
    show(page, "scan")
    present(page, derive_code(b"key", b"nonce", 8), "unknown")
    assert len(page.evaluate("felt")) == 3


def test_without_a_camera_the_page_says_to_type(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    world.session(TODAY)
    page = at_the_workshop()
    page.get_by_role("button", name="Ouvrir la caméra").click()
    page.get_by_text("tapez le code de la carte").wait_for()
    assert not page.is_visible("video")


def test_the_page_says_when_it_is_ready_to_leave_the_network(world: World, phone: "Page") -> None:
    world.session(TODAY)
    world.session(TODAY, hour=17, module=1)
    open_scanner(phone, world)
    phone.wait_for_selector("[data-prepared=prepared]")
    assert "Prêt à partir" in plain(phone.inner_text("main"))


def test_without_any_workshop_today_the_page_says_what_to_do(world: World, phone: "Page", axe: Any) -> None:
    open_scanner(phone, world)
    phone.get_by_text("Aucun atelier prévu aujourd’hui").wait_for()
    axe(phone)
    world.session(TODAY)
    phone.get_by_role("button", name="Mettre la liste à jour").click()
    sit_down(phone)


def test_every_screen_can_be_read_by_everybody(
    world: World, new_page: Callable[..., "Page"], axe: Callable[["Page"], None]
) -> None:
    world.session(TODAY)
    world.session(TODAY, hour=17, module=1)
    (number,) = world.hand_over()
    for size in (DESK, PHONE, {"width": 640, "height": 450}):
        for scheme in ("light", "dark"):
            page = new_page(viewport=size, color_scheme=scheme)
            page.goto("/scanner/")
            page.wait_for_selector("#pairing")
            axe(page)
            open_scanner(page, world)
            axe(page)
            sit_down(page, "Premiers pas")
            present(page, world.code(number), "valid" if (size, scheme) == (DESK, "light") else "already_used")
            waiting(page, 0)
            axe(page)
            for tab in ("lines", "people", "device"):
                show(page, tab)
                axe(page)


def test_the_page_speaks_english_to_who_asks(world: World, at_the_workshop: Callable[..., "Page"]) -> None:
    world.session(TODAY)
    page = at_the_workshop()
    show(page, "device")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="This device").wait_for()
    assert page.get_attribute("html", "lang") == "en"
    show(page, "scan")
    assert "Show a pass" in page.inner_text(".answer")


def test_a_wrong_pairing_code_is_told_where_it_was_typed(world: World, phone: "Page", axe: Any) -> None:
    phone.goto("/scanner/")
    phone.fill("#pairing", "ABCD-EFGH-JKMN")
    phone.get_by_role("button", name="Associer").click()
    phone.get_by_text("Ce code contient une erreur").wait_for()
    phone.fill("#pairing", derive_code(b"key", b"nonce", 1))
    phone.get_by_role("button", name="Associer").click()
    phone.get_by_text("Ce code n’est pas accepté").wait_for()
    axe(phone)
    pairing = added(world, at=timezone.now()).pairing
    phone.fill("#pairing", pairing)
    phone.get_by_role("button", name="Associer").click()
    phone.wait_for_selector("#tabs:not([hidden])")
