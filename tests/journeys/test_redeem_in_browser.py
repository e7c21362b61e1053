"""Passes used in a real browser: typed, mistyped, sent again, and read by a camera."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import RFC_4122, UUID

import pytest
import segno
from django.test import Client

from passnumerique.directory.rules import Role
from passnumerique.ground.codes import derive_code, fold, well_formed
from passnumerique.programmes.models import Programme
from passnumerique.vouchers.rules import State
from tests.browser import CHROMIUM, DESK, FLAGS, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

pytestmark = pytest.mark.django_db(transaction=True)
FRAME = (640, 480)


@pytest.fixture
def world(settings: Any) -> World:
    """A world that lives on the 13th of December 2022, whatever the clock of this machine says."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world()
    made.plan()
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


def sit_down(context: "BrowserContext", client: Client, address: str) -> None:
    """The browser wears the hat of the client."""
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


@pytest.fixture
def at_the_counter(place: Client, new_page: Callable[..., "Page"], live_server: object) -> Callable[..., "Page"]:
    """A page of the place, at a desk or on a telephone."""

    def make(**options: object) -> "Page":
        page = new_page(**options)
        sit_down(page.context, place, str(live_server))
        return page

    return make


def redeem_page(session_id: UUID) -> str:
    return f"/verdun/ateliers/{session_id}/utiliser/"


def sit_before(page: "Page", session_id: UUID) -> None:
    """The page of that session is open and its field awaits a code: a page is loaded before it gives focus."""
    page.goto(redeem_page(session_id))
    page.wait_for_selector("#id_code_1:focus")


def answer(page: "Page") -> str:
    page.wait_for_selector("#answer [data-answer]")
    return page.inner_text("#answer").replace("\u202f", " ")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_a_typed_code_is_grouped_checked_and_taken(
    world: World, at_the_counter: Callable[..., "Page"], axe: Callable[["Page"], None], size: dict[str, int]
) -> None:
    (number,) = world.hand_over()
    page = at_the_counter(viewport=size)
    sit_before(page, world.session(TODAY))
    axe(page)
    page.keyboard.type(world.code(number).lower())
    assert page.input_value("#id_code_1") == "-".join(world.code(number)[at : at + 4] for at in (0, 4, 8))
    assert page.inner_text("[data-spelling]") == "Code complet."
    page.keyboard.press("Enter")
    assert f"Le pass n° {number} est pris." in answer(page)
    assert "1 pass pris à cet atelier" in page.inner_text("#taken")
    assert page.input_value("#id_code_1") == ""
    assert page.evaluate("document.activeElement.id") == "id_code_1"
    axe(page)
    page.keyboard.type(world.code(number))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer=refused]")
    assert "Ce pass a déjà été utilisé" in answer(page)
    axe(page)
    assert world.states()[State.REDEEMED] == 1


def test_a_wrong_check_letter_is_told_without_asking_the_server(
    world: World, at_the_counter: Callable[..., "Page"]
) -> None:
    page = at_the_counter()
    sent: list[str] = []
    sit_before(page, world.session(TODAY))
    page.on("request", lambda asked: sent.append(asked.method))
    page.keyboard.type("ABCDEFGHJKMN")
    page.wait_for_selector("[data-spelling].wrong")
    assert "contient une erreur" in page.inner_text("[data-spelling]")
    page.keyboard.press("Enter")
    assert "Code mal recopié" in answer(page)
    page.fill("#id_code_1", "ABCD")
    page.keyboard.press("Enter")
    assert "Code incomplet" in answer(page)
    assert "POST" not in sent


def test_the_browser_and_the_house_agree_on_every_check_letter(
    world: World, at_the_counter: Callable[..., "Page"]
) -> None:
    page = at_the_counter()
    sit_before(page, world.session(TODAY))
    right = [derive_code(b"key", b"nonce", number) for number in range(100)]
    wrong = [code[:place] + letter + code[place + 1 :] for code in right[:4] for place in range(12) for letter in "7K"]
    swapped = [code[1] + code[0] + code[2:] for code in right]
    codes = [*right, *wrong, *swapped, "", "ABC", f"{right[0]}0", "ABCDEFGHJKM!"]
    ask = "async codes => { const m = await import('/static/web/redeem.js'); return codes.map(m.wellFormed) }"
    assert page.evaluate(ask, codes) == [well_formed(code) for code in codes]
    folded = "async typed => { const m = await import('/static/web/redeem.js'); return typed.map(m.fold) }"
    typed = ["oilu-OILU abcd", " ab cd-ef "]
    assert page.evaluate(folded, typed) == [fold(one) for one in typed]
    made = UUID(page.evaluate("async () => (await import('/static/web/redeem.js')).newId()"))
    assert (made.version, made.variant) == (7, RFC_4122)


def test_without_an_answer_the_same_use_is_sent_again_and_counted_once(
    world: World, at_the_counter: Callable[..., "Page"]
) -> None:
    (number,) = world.hand_over()
    page = at_the_counter()
    sit_before(page, world.session(TODAY))
    sent: list[str] = []

    def lose(route: "Route") -> None:
        """The server takes the pass, the answer never comes back."""
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data or "")
        route.fetch()
        return route.abort()

    page.route("**/utiliser/", lose)
    page.keyboard.type(world.code(number))
    page.keyboard.press("Enter")
    assert "Pas de réponse" in answer(page)
    page.unroute("**/utiliser/")
    page.reload()
    assert "Pas de réponse" in answer(page)
    page.get_by_role("button", name="Renvoyer").click()
    page.wait_for_selector("[data-answer=taken]")
    assert "rien n’a été compté deux fois" in answer(page)
    assert len(sent) == 3
    assert len({_value(one, "scan_1") for one in sent}) == 1
    assert world.states()[State.REDEEMED] == 1


def _value(body: str, name: str) -> str:
    """A field of a multipart body."""
    return body.partition(f'name="{name}"')[2].split("--")[0].strip()


def test_a_workshop_of_two_passes_asks_for_both_before_sending(
    world: World, at_the_counter: Callable[..., "Page"], axe: Callable[["Page"], None]
) -> None:
    world.set(purchase="module_price")
    first, second = world.hand_over(2)
    page = at_the_counter(viewport=PHONE)
    sit_before(page, world.session(TODAY, module=1))
    axe(page)
    page.keyboard.type(world.code(first))
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_code_2"
    page.keyboard.type(world.code(first))
    page.keyboard.press("Enter")
    assert "Deux fois le même pass" in answer(page)
    page.keyboard.type(world.code(second))
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer=taken]")
    assert "Pass acceptés" in answer(page)
    assert world.states()[State.REDEEMED] == 2


def test_the_form_works_without_any_script(world: World, at_the_counter: Callable[..., "Page"]) -> None:
    (number,) = world.hand_over()
    page = at_the_counter(java_script_enabled=False)
    page.goto(redeem_page(world.session(TODAY)))
    page.fill("#id_code_1", world.code(number))
    page.get_by_role("button", name="Utiliser ce pass").click()
    assert f"Le pass n° {number} est pris." in answer(page)
    assert not page.is_visible("[data-camera]")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_the_page_of_the_workshop_can_be_read_by_everybody(
    world: World, at_the_counter: Callable[..., "Page"], axe: Callable[["Page"], None], size: dict[str, int]
) -> None:
    session_id = world.session(TODAY)
    world.redeem(session_id, world.hand_over(2), TODAY)
    page = at_the_counter(viewport=size)
    for address in ("", f"{session_id}/", f"{session_id}/inscrire/", f"{session_id}/annuler/", "programmer/"):
        page.goto(f"/verdun/ateliers/{address}")
        axe(page)


# The camera


def film(path: Path, text: str) -> Path:
    """A second of video in which a card with that QR is held before the camera (raw Y4M, grey chroma)."""
    width, height = FRAME
    rows = [list(row) for row in segno.make(text, error="m").matrix_iter(scale=8, border=4)]
    top, left = (height - len(rows)) // 2, (width - len(rows[0])) // 2
    light = bytearray(b"\xb4" * width * height)
    for at, row in enumerate(rows):
        start = (top + at) * width + left
        light[start : start + len(row)] = bytes(16 if dark else 235 for dark in row)
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode() + frame * 10)
    return path


@pytest.fixture
def filmed(place: Client, live_server: object, tmp_path: Path, chromium: object) -> Iterator[Callable[[str], "Page"]]:
    """`filmed(text)`: a page whose camera sees a QR with that text."""
    opened = []

    def make(text: str) -> "Page":
        video = film(tmp_path / "card.y4m", text)
        fake = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ]
        kind = chromium.browser_type  # type: ignore[attr-defined]
        browser = kind.launch(executable_path=CHROMIUM, headless=True, args=[*FLAGS, *fake])
        opened.append(browser)
        context = browser.new_context(base_url=str(live_server), locale="fr-FR", viewport=PHONE)
        context.set_default_timeout(20_000)
        sit_down(context, place, str(live_server))
        return context.new_page()  # type: ignore[no-any-return]

    yield make
    for browser in opened:
        browser.close()


@pytest.mark.parametrize("printed", ["{code}", "HTTP://LOCALHOST:8000/P/{code}"], ids=["code", "address"])
def test_a_card_held_before_the_camera_is_taken_once(
    world: World, filmed: Callable[[str], "Page"], axe: Callable[["Page"], None], printed: str
) -> None:
    (number,) = world.hand_over()
    page = filmed(printed.format(code=world.code(number)))
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(redeem_page(world.session(TODAY)))
    page.get_by_role("button", name="Utiliser la caméra").click()
    page.wait_for_selector("[data-answer=taken]")
    assert f"Le pass n° {number} est pris." in answer(page)
    axe(page)
    page.wait_for_timeout(1500)
    assert "Pass accepté" in answer(page)
    page.get_by_role("button", name="Fermer la caméra").click()
    assert not page.is_visible("#camera video")
    assert world.states()[State.REDEEMED] == 1
    assert not faults


def test_without_a_camera_the_page_says_to_type(world: World, at_the_counter: Callable[..., "Page"]) -> None:
    page = at_the_counter()
    page.goto(redeem_page(world.session(TODAY)))
    page.get_by_role("button", name="Utiliser la caméra").click()
    page.wait_for_selector("#answer .notice")
    assert "Tapez le code écrit sur la carte" in page.inner_text("#answer")
