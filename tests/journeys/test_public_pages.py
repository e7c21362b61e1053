"""What anybody may read without an account: a pass, the way in, help and notices."""

import logging
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.models import Authority, Membership
from passnumerique.directory.operations import add_membership
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.codes import grouped_code
from passnumerique.training.operations import cancel_session
from passnumerique.vouchers.operations.losing import cancel, declare_lost, replace
from passnumerique.web.pages.public.guessing import MOST_WRONG
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import START, World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SOON, AUTUMN = date(2022, 12, 20), date(2022, 10, 11)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def held(world: World) -> int:
    """The number of a pass that somebody holds."""
    return world.hand_over(1, day=AUTUMN)[0]


def asked(world: World, number: int, **options: str) -> str:
    """What the page behind a pass says, read by anybody."""
    return french(Client().get(f"/P/{world.code(number)}", options))


def test_a_pass_that_can_be_used_says_so_until_when_and_for_what(world: World, held: int) -> None:
    page = asked(world, held)
    assert "Ce pass est valable" in page
    assert "Vous pouvez l’utiliser jusqu’au 31 décembre 2022." in page
    assert "Un pass paie un atelier de 2 heures au plus." in page
    assert "Vous n’avez rien d’autre à payer." in page
    assert f"{held:03d}" in page


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"purchase": "hour", "minutes_per_pass": 60}, "Un pass paie 1 heure d’atelier."),
        ({"purchase": "hour", "minutes_per_pass": 90}, "Un pass paie 1 heure 30 d’atelier."),
        ({"purchase": "module_price"}, "Le prix de chaque atelier est écrit en pass."),
        ({"extra_charge_cents": 250}, "Le lieu peut demander 2,50 € de plus."),
    ],
)
def test_what_a_pass_buys_follows_the_rules_of_its_programme(
    world: World, held: int, terms: dict[str, Any], sentence: str
) -> None:
    world.set(**terms)
    assert sentence in asked(world, held)


def test_the_next_sessions_are_told_soonest_first_with_day_hours_place_and_way_in(world: World, held: int) -> None:
    world.session(date(2022, 12, 22), place=1, hour=9)
    world.session(SOON, accessibility="Entrée de plain-pied", room="Salle bleue")
    world.session(date(2022, 12, 1))
    page = asked(world, held)
    assert "Mardi 20 décembre 2022, de 14 h 00 à 16 h 00" in page
    assert "Entrée de plain-pied" in page
    assert "Salle bleue" in page
    assert page.index("Mardi 20 décembre") < page.index("Jeudi 22 décembre")
    assert "1er décembre" not in page


def test_a_session_that_is_cancelled_is_no_longer_offered(world: World, held: int) -> None:
    session = world.session(SOON)
    cancel_session(
        programme_id=world.programme_id, session_id=session, cause="Absence", by=world.actor(Role.PLACE), at=NOON
    )
    assert "Aucun atelier n’est annoncé pour l’instant." in asked(world, held)


def test_choosing_a_commune_puts_the_nearest_first_and_says_how_far(world: World, held: int) -> None:
    near = world.organisation("Relais", commune="Stenay", insee_code="55502", latitude="49.49", longitude="5.18")
    far = world.organisation("Cyber", commune="Verdun", insee_code="55545", latitude="49.16", longitude="5.38")
    from passnumerique.directory.rules import AccreditationKind

    for place in (far, near):
        world.accredit(place, AccreditationKind.PLACE)
        world.places.append(place)
    world.session(SOON, place=2)
    world.session(date(2022, 12, 22), place=3)
    soonest, nearest = asked(world, held), asked(world, held, commune="55502")
    assert soonest.index("Cyber") < soonest.index("Relais")
    assert nearest.index("Relais") < nearest.index("Cyber")
    assert "à environ 39 km de Stenay, à vol d’oiseau" in nearest
    typed = Client().post("/p/", {"code": world.code(held), "commune": "55502"})
    assert french(typed).index("Relais") < french(typed).index("Cyber")
    assert asked(world, held, commune="99999").index("Cyber") < soonest.index("Relais")


def test_a_pass_whose_date_is_over_says_so_after_the_tolerance_only(
    world: World, held: int, time_machine: TimeMachineFixture
) -> None:
    world.set(tolerance_days=10)
    time_machine.move_to(on(date(2023, 1, 5)))
    assert "Vous pouvez l’utiliser jusqu’au 10 janvier 2023." in asked(world, held)
    time_machine.move_to(on(date(2023, 1, 11)))
    page = asked(world, held)
    assert "Ce pass n’est plus valable" in page
    assert "Il était valable jusqu’au 10 janvier 2023." in page
    assert "Que faire ?" in page


def test_each_other_state_says_what_to_do_next(world: World) -> None:
    stock, lost, given, gone = 20, *world.hand_over(3, day=AUTUMN)
    used = world.spend(1, AUTUMN)[0]
    act: dict[str, Any] = {"programme_id": world.programme_id, "by": world.manager, "at": NOON}
    declare_lost(numbers=[(lost, lost), (given, given)], cause="Perdu", **act)
    replace(number=given, by_number=stock + 1, cause="Perdu", **act)
    cancel(numbers=[(gone, gone)], cause="Abîmé", **act)
    told = {
        stock: "Ce pass n’a pas encore été remis",
        lost: "Ce pass est bloqué",
        given: "Ce pass a été remplacé",
        gone: "Ce pass a été annulé",
        used: "Ce pass a déjà été utilisé",
    }
    for number, sentence in told.items():
        page = asked(world, number)
        assert sentence in page
        assert "Que faire ?" in page
        assert "Les prochains ateliers" not in page


def test_nothing_says_who_handed_the_pass_over_nor_where_it_was_used(world: World, held: int) -> None:
    used = world.spend(1, AUTUMN)[0]
    for number in (held, used):
        page = asked(world, number)
        assert "Structure 1" not in page
        assert "Lieu 1" not in page
        assert grouped_code(world.code(number)) not in page


def test_the_page_is_kept_by_nobody_and_tells_no_site_its_address(world: World, held: int) -> None:
    for answer in (Client().get(f"/p/{world.code(held)}"), Client().get("/p/AAAA")):
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "strict-origin", "the name of this site at most, and forms are let in"


def test_the_page_reads_in_english_too(world: World, held: int) -> None:
    answer = Client().get(f"/p/{world.code(held)}", {"langue": "en"})
    assert answer["Content-Language"] == "en"
    assert '<html lang="en">' in french(answer)
    assert "31 December 2022" in french(answer)
    assert Client().get("/p/").headers["Content-Language"] == "fr"


def test_a_code_typed_by_hand_is_read_as_people_write_and_never_stands_in_an_address(world: World, held: int) -> None:
    code = grouped_code(world.code(held)).lower().replace("-", " - ")
    answer = Client().post("/p/", {"code": code})
    assert answer.status_code == 200
    assert "Ce pass est valable" in french(answer)
    assert answer["Cache-Control"] == "no-store"
    home = french(Client().get("/"))
    assert re.search(r'<form[^>]*method="post"[^>]*action="/p/"|<form[^>]*action="/p/"[^>]*method="post"', home)


def test_an_unknown_code_says_what_to_try(world: World) -> None:
    assert Client().get("/p/0000").status_code == 404
    typed = Client().post("/p/", {"code": "0000-0000-0000"})
    assert typed.status_code == 422
    assert "Relisez-le lettre par lettre" in french(typed)
    assert Client().get("/p/" + "A" * 500).status_code == 404


def test_guessing_is_slowed_for_right_codes_too_and_logged_without_them(
    world: World, held: int, caplog: pytest.LogCaptureFixture, time_machine: TimeMachineFixture
) -> None:
    guesses = [f"AAAABBBB{rank:04d}" for rank in range(MOST_WRONG)]
    with caplog.at_level(logging.INFO):
        for guess in guesses:
            assert Client().get(f"/p/{guess}").status_code == 404
        slowed = Client().get(f"/p/{world.code(held)}")
        typed = Client().post("/p/", {"code": world.code(held)})
    assert [slowed.status_code, typed.status_code] == [429, 429]
    assert "Patientez" in french(slowed)
    assert slowed["Retry-After"] == "600"
    assert caplog.text.count("code_guess_failed") == MOST_WRONG
    assert not [code for code in (*guesses, world.code(held)) if code in caplog.text]
    assert "127.0.0.1" not in caplog.text
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/p/{world.code(held)}").status_code == 200
    time_machine.move_to(on(TODAY, 12, 11))
    assert Client().get(f"/p/{world.code(held)}").status_code == 200


def test_an_address_gains_nothing_by_reaching_several_workers(world: World, held: int) -> None:
    for rank in range(MOST_WRONG):
        Client().get(f"/p/AAAABBBB{rank:04d}")
        cache.clear()  # what one worker remembers, another never knew
    assert Client().get(f"/p/{world.code(held)}").status_code == 429


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(world: World, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for rank in range(MOST_WRONG):
        Client().get("/p/AAAA", headers={"X-Forwarded-For": f"198.51.100.{rank}, 203.0.113.9"})
    seen = {"X-Forwarded-For": "198.51.100.77, 203.0.113.9"}
    assert Client().get("/p/AAAA", headers=seen).status_code == 429
    assert Client().get("/p/AAAA", headers={"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}).status_code == 404


def test_the_page_asks_the_database_the_same_number_of_questions_whatever_is_announced(
    world: World, held: int, queries_do_not_grow: Callable[..., int]
) -> None:
    world.session(date(2022, 12, 16))
    address = f"/p/{world.code(held)}"
    queries_do_not_grow(
        lambda: Client().get(address), lambda: [world.session(date(2022, 12, 17 + rank)) for rank in range(3)]
    )


# The way in.


def test_somebody_new_is_told_what_this_is_and_how_to_come_in(world: World) -> None:
    page = french(Client().get("/"))
    assert "Le Pass numérique" in page
    assert "Vérifier mon pass" in page
    assert "/compte/login/" in page


def test_one_desk_is_opened_at_once(world: World) -> None:
    assert signed_in(world).get("/").headers["Location"] == "/verdun/"


def test_several_desks_are_offered_and_the_chosen_one_is_kept(world: World) -> None:
    browser = signed_in(world)
    manager = Membership.objects.get(role="manager", authority_id=world.authority_id)
    add_membership(
        by=system_actor(world.authority_id),
        at=on(START),
        user_id=manager.user_id,
        role=Role.PLACE,
        organisation_id=world.places[0],
    )
    answer = browser.get("/", follow=True)
    assert answer.redirect_chain == [("/choisir/", 302)]
    assert "À quel bureau voulez-vous travailler ?" in french(answer)
    hat = Membership.objects.get(role="place", user_id=manager.user_id)
    chosen = browser.post("/choisir/", {"hat": str(hat.id), "programme": "verdun"})
    assert chosen.headers["Location"] == "/verdun/"
    assert browser.get("/verdun/").headers["Location"] == "/verdun/ateliers/"


def test_the_desk_of_somebody_else_is_not_found(world: World) -> None:
    browser, other = signed_in(world), build_world("ailleurs")
    signed_in(other)
    hat = Membership.objects.get(role="manager", authority_id=other.authority_id)
    assert browser.post("/choisir/", {"hat": str(hat.id), "programme": "ailleurs"}).status_code == 404
    assert browser.post("/choisir/", {"hat": str(hat.id), "programme": "verdun"}).status_code == 404
    assert "ailleurs" not in french(browser.get("/choisir/"))


def test_somebody_whose_role_is_over_is_told_whom_to_ask(world: World) -> None:
    browser = signed_in(world, until_day=date(2022, 12, 1), from_day=START)
    page = french(browser.get("/", follow=True))
    assert "Vous n’avez pas de bureau aujourd’hui" in page


def test_a_hat_of_a_demonstration_counts_on_the_demonstrations_own_day(world: World) -> None:
    from passnumerique.programmes.models import Programme

    browser = signed_in(world, until_day=date(2022, 6, 30), from_day=START)
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=date(2022, 5, 1))
    assert browser.get("/").headers["Location"] == "/verdun/"


# Notices.


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/aide/", "Structure qui remet des pass"),
        ("/accessibilite/", "Ce site n’a pas encore été audité par un tiers."),
        ("/licence/", "EUPL-1.2"),
    ],
)
def test_notices_are_for_anybody(world: World, address: str, sentence: str) -> None:
    assert sentence in french(Client().get(address))
    build_world("ailleurs")
    assert Client().get(address).status_code == 200


def test_the_statement_gives_the_contact_of_the_authority(world: World) -> None:
    Authority.objects.update(accessibility_contact="acces@exemple.fr")
    assert "acces@exemple.fr" in french(Client().get("/accessibilite/"))


def test_a_logo_can_do_nothing_and_is_cached(world: World) -> None:
    assert Client().get("/logo/verdun").status_code == 404
    Authority.objects.update(logo=LOGO, logo_type="image/svg+xml")
    answer = Client().get("/logo/verdun")
    assert (answer["Content-Type"], answer.content) == ("image/svg+xml", LOGO)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=3600"
    again = Client().get("/logo/verdun", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


# In a real browser.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_public_pages_can_be_read_by_everybody(
    new_page: Callable[..., "Page"], axe: Callable[["Page"], None], width: int, scheme: str
) -> None:
    world = build_world()
    world.session(SOON)
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for address in ("/", "/p/", f"/P/{code}", "/p/AAAA", "/aide/", "/accessibilite/", "/licence/"):
        page.goto(address)
        axe(page)


@pytest.mark.django_db(transaction=True)
def test_a_person_types_a_code_and_reads_where_to_go(page: "Page", axe: Callable[["Page"], None]) -> None:
    world = build_world()
    world.session(SOON)
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    page.goto("/")
    page.get_by_label("Code du pass").fill(code)
    page.get_by_role("button", name="Vérifier mon pass").click()
    page.get_by_role("heading", name="Ce pass est valable").wait_for()
    assert code not in page.url
    axe(page)
    page.goto(f"/P/{code}")
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
