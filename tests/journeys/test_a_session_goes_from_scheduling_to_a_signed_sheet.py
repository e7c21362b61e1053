"""A session in a real browser, from the day it is planned to its signed sheet: planned, booked, noted by one
touch, a pass taken by the end of its code, signed with the mouse, closed, printed."""

import io
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pikepdf
import pytest
from django.test import Client

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.training.models import Attendance, SheetClosing, Signature, TrainingSession
from passnumerique.training.operations import add_participant
from passnumerique.training.rules import AttendanceStatus, check_strokes
from passnumerique.vouchers.rules import State
from tests.browser import DESK, PHONE
from tests.journeys.office import TODAY, signed_in
from tests.journeys.test_redeem_in_browser import filmed, sit_down
from tests.papers import text_of
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

__all__ = ["filmed"]  # a fixture: a page whose camera sees a QR
pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = date(2022, 12, 12)
TABLET = {"width": 820, "height": 1180}


def live_on(world: World, day: date) -> None:
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=day)


@pytest.fixture
def world(settings: Any) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world()
    made.plan()
    live_on(made, TODAY)
    return made


@pytest.fixture
def place(world: World) -> Client:
    return signed_in(world, Role.PLACE)


@pytest.fixture
def at_the_table(place: Client, new_page: Callable[..., "Page"], live_server: object) -> Callable[..., "Page"]:
    """A page of the place, on a tablet unless told otherwise."""

    def make(**options: object) -> "Page":
        page = new_page(**{"viewport": TABLET, **options})
        sit_down(page.context, place, str(live_server))
        return page

    return make


def book(world: World, session: UUID, number: int | None = None, label: str = "") -> UUID:
    return add_participant(
        programme_id=world.programme_id,
        session_id=session,
        by=world.actor(Role.PLACE),
        at=on(TODAY, 8),
        code=world.code(number) if number else "",
        label=label,
    )


def sheet(session: UUID, rest: str = "") -> str:
    return f"/verdun/ateliers/{session}/feuille/{rest}"


def told(page: "Page") -> str:
    page.wait_for_selector("#answer [data-answer]")
    return page.inner_text("#answer").replace("\u202f", " ").replace("\u00a0", " ")


def press(page: "Page", name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def noted(page: "Page", seat: UUID, status: str) -> None:
    page.wait_for_selector(f"#row-{seat}[data-status={status}]")


def sign_with_the_mouse(page: "Page") -> None:
    canvas = page.wait_for_selector("canvas", state="visible")
    assert canvas
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    left, top = box["x"], box["y"]
    page.mouse.move(left + box["width"] * 0.2, top + box["height"] * 0.7)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(left + box["width"] * (0.2 + step * 0.07), top + box["height"] * (0.3 if step % 2 else 0.7))
    page.mouse.up()


def test_a_session_goes_from_scheduling_to_a_signed_sheet(
    world: World, place: Client, at_the_table: Callable[..., "Page"]
) -> None:
    [number] = world.hand_over()
    live_on(world, BEFORE)
    page = at_the_table(viewport=DESK)
    page.goto("/verdun/ateliers/programmer/")
    page.get_by_label("Atelier ou module du plan").select_option(label="1.1 – La souris")
    page.get_by_label("Jour").first.fill("2022-12-13")
    page.get_by_label("Début").fill("09:00")
    page.get_by_label("Fin", exact=False).first.fill("11:00")
    page.get_by_label("Nombre de places").fill("8")
    page.get_by_label("Médiateur ou médiatrice").fill("Sacha (fictif)")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/ateliers/**")
    session = TrainingSession.objects.get()
    for label, code in (("Anna", world.code(number)), ("Ben", ""), ("Chloé", "")):
        page.goto(f"/verdun/ateliers/{session.id}/inscrire/")
        page.get_by_label("Prénom ou initiales").fill(label)
        page.get_by_label("Code du pass").fill(code)
        press(page, "Réserver la place")
        page.wait_for_url(f"**/ateliers/{session.id}/")
    anna, ben, chloe = Attendance.objects.order_by("rank").values_list("id", flat=True)

    live_on(world, TODAY)
    page.goto(f"/verdun/ateliers/{session.id}/")
    page.get_by_role("link", name="Feuille d’émargement", exact=True).click()
    page.wait_for_selector("#code_1:focus")
    page.fill(f"#proof-{anna}", world.code(number)[-4:])
    page.click(f"#present-{anna}")
    noted(page, anna, "present")
    assert f"Le pass n° {number} est pris." in told(page)
    page.click(f"#present-{ben}")
    noted(page, ben, "present")
    page.click(f"#no_show-{chloe}")
    noted(page, chloe, "no_show")

    page.get_by_role("link", name="Faire signer").click()
    for name in ("Anna", "Ben"):
        page.get_by_role("link", name=name, exact=True).click()
        sign_with_the_mouse(page)
        press(page, "Je signe")
        page.wait_for_selector("text=Merci")
    page.wait_for_url(f"**{sheet(session.id)}")
    assert Signature.objects.filter(way="drawn").count() == 2
    for one in Signature.objects.order_by("id"):
        check_strokes(one.strokes)

    page.get_by_role("link", name="Signer et clore la feuille").click()
    assert page.input_value("#id_trainer") == "Sacha (fictif)"
    sign_with_the_mouse(page)
    press(page, "Signer et clore la feuille")
    page.wait_for_selector("text=Feuille close le")
    closing = SheetClosing.objects.get()
    assert (closing.trainer, closing.present, closing.passes) == ("Sacha (fictif)", 2, 1)
    assert world.states()[State.REDEEMED] == 1

    paper = place.get(f"/verdun/ateliers/{session.id}/emargement.pdf").content
    words = text_of(paper)
    for part in ("La souris", "mardi 13 décembre 2022", "Sacha (fictif)", f"n° {number} utilisé", "Absent"):
        assert part in words
    with pikepdf.open(io.BytesIO(paper)) as document:
        drawn = [str(one.Alt) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert sorted(drawn) == ["Signature de Anna", "Signature de Ben", "Signature de Sacha (fictif)"]


def test_four_letters_in_the_one_field_find_the_seat_and_the_queue_goes_on(
    world: World, at_the_table: Callable[..., "Page"]
) -> None:
    session = world.session(TODAY, hour=9)
    first, second, stranger = world.hand_over(3)
    seats = [book(world, session, number, name) for number, name in ((first, "Anna"), (second, "Ben"))]
    page = at_the_table()
    page.goto(sheet(session))
    page.wait_for_selector("#code_1:focus")
    for number, seat in ((first, seats[0]), (second, seats[1])):
        page.keyboard.type(world.code(number)[-4:].lower())
        page.keyboard.press("Enter")
        noted(page, seat, "present")
        page.wait_for_selector("#code_1:focus")
        assert page.input_value("#code_1") == ""
    page.keyboard.type(f"HTTP://LOCALHOST:8000/P/{world.code(stranger)}")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Participant 3")
    page.wait_for_selector("#code_1:focus")
    page.keyboard.type("ABCDEFGHJKMN")
    page.keyboard.press("Enter")
    assert "Code mal recopié" in told(page)
    page.keyboard.type("ZZZZ")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer=refused] >> text=Aucun pass qui a réservé ici")
    assert world.states()[State.REDEEMED] == 3


def test_a_touch_whose_answer_is_lost_is_sent_again_and_counted_once(
    world: World, at_the_table: Callable[..., "Page"]
) -> None:
    session = world.session(TODAY, hour=9)
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    page = at_the_table()
    page.goto(sheet(session))

    def lose(route: "Route") -> None:
        """The server notes the person, the answer never comes back."""
        if route.request.method != "POST":
            return route.continue_()
        route.fetch()
        return route.abort()

    page.route("**/feuille/", lose)
    page.fill(f"#proof-{seat}", world.code(number)[-4:])
    page.click(f"#present-{seat}")
    page.wait_for_selector("[data-answer=unanswered]", timeout=20_000)
    page.unroute("**/feuille/")
    press(page, "Renvoyer")
    noted(page, seat, "present")
    assert "rien n’a été compté deux fois" in told(page)
    assert world.states()[State.REDEEMED] == 1


def test_a_person_is_noted_and_signs_by_keyboard_alone(world: World, at_the_table: Callable[..., "Page"]) -> None:
    session = world.session(TODAY, hour=9)
    seat = book(world, session, label="Anna")
    page = at_the_table(viewport=DESK)
    page.goto(sheet(session))
    page.wait_for_selector("#code_1:focus")
    page.focus(f"#present-{seat}")
    page.keyboard.press("Enter")
    noted(page, seat, "present")
    page.wait_for_selector(f"#present-{seat}:focus")
    assert page.get_attribute(f"#present-{seat}", "aria-pressed") == "true"
    page.focus(f"#row-{seat} a")
    page.keyboard.press("Enter")
    page.wait_for_selector("canvas")
    page.focus(".sign-typed summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Anna B.")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Tout le monde a signé")
    assert Signature.objects.get().words == "Anna B."
    assert "signé au clavier" in page.inner_text(f"#row-{seat}")


def test_an_empty_frame_is_told_without_asking_the_server(world: World, at_the_table: Callable[..., "Page"]) -> None:
    session = world.session(TODAY, hour=9)
    seat = book(world, session, label="Anna")
    page = at_the_table()
    page.goto(sheet(session, f"{seat}/signer/"))
    press(page, "Je signe")
    page.wait_for_selector("#typed:focus")
    assert "Le cadre est vide" in page.inner_text("[data-empty-told]")
    sign_with_the_mouse(page)
    press(page, "Effacer et recommencer")
    press(page, "Je signe")
    assert "Le cadre est vide" in page.inner_text("[data-empty-told]")
    assert not Signature.objects.exists()


def test_the_sheet_works_without_any_script(world: World, at_the_table: Callable[..., "Page"]) -> None:
    session = world.session(TODAY, hour=9)
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    page = at_the_table(java_script_enabled=False)
    page.goto(sheet(session))
    page.fill(f"#proof-{seat}", world.code(number)[-4:])
    page.click(f"#present-{seat}")
    assert f"Le pass n° {number} est pris." in told(page)
    page.get_by_role("link", name="Signer – Anna").click()
    page.fill("#typed", "Anna")
    press(page, "Je signe")
    page.wait_for_selector("text=Tout le monde a signé")
    assert Attendance.objects.get().status == AttendanceStatus.PRESENT


def test_the_same_finger_undoes_what_it_did(world: World, at_the_table: Callable[..., "Page"]) -> None:
    session = world.session(TODAY, hour=9)
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    page = at_the_table(has_touch=True)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(sheet(session))
    page.fill(f"#proof-{seat}", world.code(number)[-4:])
    page.tap(f"#present-{seat}")
    noted(page, seat, "present")
    page.tap(f"#undo-{seat}")
    noted(page, seat, "expected")
    assert "pass rendu" in told(page)
    page.fill(f"#proof-{seat}", world.code(number)[-4:])
    page.tap(f"#present-{seat}")
    noted(page, seat, "present")
    assert world.states()[State.REDEEMED] == 1


def test_a_card_held_before_the_camera_seats_whoever_booked_with_it(
    world: World,
    filmed: Callable[[str], "Page"],
) -> None:
    session = world.session(TODAY, hour=9)
    [number] = world.hand_over()
    seat = book(world, session, number, "Anna")
    page = filmed(f"HTTP://LOCALHOST:8000/P/{world.code(number)}")
    page.goto(sheet(session))
    press(page, "Utiliser la caméra")
    noted(page, seat, "present")
    assert f"Le pass n° {number} est pris." in told(page)
    press(page, "Fermer la caméra")
    assert world.states()[State.REDEEMED] == 1


@pytest.mark.parametrize("size", [DESK, PHONE, TABLET], ids=["desk", "telephone", "tablet"])
def test_the_pages_of_the_sheet_can_be_read_by_everybody(
    world: World, at_the_table: Callable[..., "Page"], axe: Callable[["Page"], None], size: dict[str, int]
) -> None:
    session = world.session(TODAY, hour=9)
    first, second = world.hand_over(2)
    anna = book(world, session, first, "Anna")
    book(world, session, second, "Maximilienne-Bérengère de la Tour d’Auve"[:40])
    ben = book(world, session, label="Ben")
    page = at_the_table(viewport=size)
    page.goto(sheet(session))
    page.fill(f"#proof-{anna}", world.code(first)[-4:])
    page.click(f"#present-{anna}")
    noted(page, anna, "present")
    axe(page)
    page.click(f"#no_show-{ben}")
    noted(page, ben, "no_show")
    for rest in ("", "groupe/", "signer/", f"{anna}/signer/", "bilan/", "clore/", "papier/"):
        page.goto(sheet(session, rest))
        axe(page)
    page.goto(sheet(session, f"{anna}/signer/"))
    sign_with_the_mouse(page)
    press(page, "Je signe")
    page.wait_for_selector("text=Merci")
    page.goto(sheet(session))
    axe(page)
