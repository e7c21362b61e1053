"""Sessions to come, the places that take the pass and their calendars: for anybody, and for programs."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from icalendar import Calendar
from time_machine import TimeMachineFixture

from passnumerique.directory.models import Organisation
from passnumerique.directory.operations import import_organisations
from passnumerique.directory.rules import AccreditationKind, Role, field_synonyms, taking_label
from passnumerique.ground.sheets import read_sheet, suggest_mapping
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.training.operations import book_seats, cancel_session, change_session
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import START, World, build_beside, build_world, on
from tests.table_schema import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
SOON, LATER, AUTUMN = date(2022, 12, 20), date(2022, 12, 22), date(2022, 10, 11)
SCHEMA = json.loads((Path(__file__).parents[1] / "unit/data/lieux-mediation-numerique-1.0.2.json").read_text())
TILES = "https://tuiles.example/{z}/{x}/{y}.png"
PUBLISHED = {"pivot": "WFICTIF001", "postcode": "55100", "address": "1 rue d’Exemple", "phone": "03 29 87 90 90"}


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world()


def place(world: World, name: str, **texts: str) -> int:
    """One more mediation place; its rank among them."""
    world.places.append(world.organisation(name, **texts))
    world.accredit(world.places[-1], AccreditationKind.PLACE)
    return len(world.places) - 1


def with_points(world: World) -> tuple[int, int]:
    """A place at Stenay and one at Verdun."""
    north = place(world, "Relais", commune="Stenay", insee_code="55502", latitude="49.49", longitude="5.18")
    south = place(world, "Cyber", commune="Verdun", insee_code="55545", latitude="49.16", longitude="5.38")
    return north, south


def read(world: World, **asked: object) -> str:
    """What the list says to anybody."""
    return french(Client().get(f"/{world.slug}/ateliers-ouverts/", {name: str(value) for name, value in asked.items()}))


def theme_of(world: World, rank: int) -> UUID:
    from passnumerique.training.queries import plan

    return plan(world.programme_id)[rank].id


# The list.


def test_sessions_are_listed_soonest_first_without_sign_in(world: World) -> None:
    world.session(LATER, place=1, hour=9)
    world.session(SOON, room="Salle bleue", accessibility="Entrée de plain-pied")
    world.session(date(2022, 12, 1))
    page = read(world)
    assert page.index("Mardi 20 décembre 2022") < page.index("14 h 00 – 16 h 00") < page.index("Jeudi 22 décembre 2022")
    for words in ("Entrée de plain-pied", "10 places libres"):
        assert words in page
    assert "1er décembre" not in page


def test_sessions_are_narrowed_by_theme_days_and_seats(world: World) -> None:
    world.session(SOON, module=0, seats=2)
    world.session(LATER, module=1, place=1)
    assert "22 décembre" not in read(world, theme=theme_of(world, 0))
    assert "20 décembre" not in read(world, theme=theme_of(world, 1))
    assert "20 décembre" not in read(world, du="2022-12-21")
    assert "22 décembre" not in read(world, au="2022-12-21")
    assert "20 décembre" not in read(world, places=5)
    assert "20 décembre" in read(world, places=2)


def test_full_sessions_are_shown_when_asked_for(world: World) -> None:
    session = world.session(SOON, seats=1)
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    by = world.actor(Role.PLACE)
    book_seats(programme_id=world.programme_id, session_id=session, codes=[code], by=by, at=NOON)
    assert "20 décembre" not in read(world)
    page = read(world, places=0)
    assert "20 décembre" in page
    assert "Complet" in page


def test_the_nearest_come_first_and_the_far_ones_go(world: World) -> None:
    north, south = with_points(world)
    world.session(SOON, place=south)
    world.session(LATER, place=north)
    page = read(world, commune="55502")
    assert page.index("22 décembre") < page.index("20 décembre")
    assert "à environ 39 km de Stenay, à vol d’oiseau" in page
    assert "20 décembre" not in read(world, commune="55502", distance=10)
    assert "20 décembre" in read(world, distance=10), "a distance from nowhere is none"


def test_a_commune_that_merged_leads_to_the_one_of_today_and_an_unknown_place_is_said(world: World) -> None:
    with_points(world)
    given = [CommuneGiven("55545", "Verdun", former="55164 Douaumont"), CommuneGiven("55999", "Nulle-Part")]
    set_territory(programme_id=world.programme_id, communes=given, vintage=2022, by=world.manager, at=on(START))
    world.session(SOON, place=3)
    page = read(world, commune="55164")
    assert "Douaumont (aujourd’hui Verdun)" in page
    assert "à environ 1 km de Douaumont" in page
    assert "Nous ne savons pas où est Nulle-Part." in read(world, commune="55999")


def test_a_long_list_is_read_on_page_after_page(world: World) -> None:
    for rank in range(25):
        world.session(SOON, hour=8, room=f"S{rank}")
    page = read(world)
    assert page.count('class="offer"') == 10
    assert "?page=2" in page
    more = read(world, page=2)
    assert more.count('class="offer"') == 20
    assert read(world, page=3).count('class="offer"') == 25
    assert "?page=4" not in read(world, page=3)


@pytest.mark.parametrize(
    "asked",
    [
        {"theme": "x", "commune": "99999", "distance": "-1", "places": "999"},
        {"du": "9999-12-31", "au": "0001-01-01"},
        {"du": "hier", "au": "31/12/2022"},
        {"page": "0"},
        {"page": "99999999999999999999"},
        {"page": "²"},
        {"theme": str(UUID(int=0)), "commune": "'; --"},
    ],
    ids=["unknown", "far", "words", "zero", "huge", "exponent", "forged"],
)
def test_whatever_is_asked_ends_in_a_page(world: World, asked: dict[str, str]) -> None:
    world.session(SOON)
    assert Client().get("/verdun/ateliers-ouverts/", asked).status_code == 200


def test_an_empty_list_says_what_to_do(world: World) -> None:
    assert "Aucun atelier ne correspond" in read(world)


def test_only_what_is_open_to_all_is_shown(world: World) -> None:
    beside = build_beside(world, "voisin")
    beside.places = [world.places[0]]
    world.session(SOON, trainer="Camille Roux (fictive)", room="Salle bleue")
    assert "Salle bleue" not in read(beside)
    assert "Camille Roux" not in read(world)
    assert Client().get("/inconnu/ateliers-ouverts/").status_code == 404


def test_the_list_asks_the_same_number_of_questions_whatever_is_announced(
    world: World, queries_do_not_grow: Callable[..., int]
) -> None:
    world.session(SOON)
    queries_do_not_grow(
        lambda: read(world), lambda: [world.session(SOON, place=rank % 2, room=f"S{rank}", hour=9) for rank in range(9)]
    )


# One session.


def test_the_page_of_a_session_says_all_and_what_became_of_it(world: World, time_machine: TimeMachineFixture) -> None:
    session = world.session(SOON, room="Salle bleue", equipment="Ordinateurs prêtés")
    address = f"/verdun/ateliers-ouverts/{session}/"
    page = french(Client().get(address))
    for words in ("Salle bleue", "Ordinateurs prêtés", "10 places libres", "Code du pass"):
        assert words in page
    time_machine.move_to(on(SOON, 15))
    assert "Cet atelier a déjà commencé ou est terminé" in french(Client().get(address))
    time_machine.move_to(NOON)
    by = world.actor(Role.PLACE)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=by, at=NOON)
    gone = french(Client().get(address))
    assert "Cet atelier est annulé" in gone
    assert "Code du pass" not in gone
    assert Client().get(f"/verdun/ateliers-ouverts/{uuid4()}/").status_code == 404


def test_a_session_of_another_programme_or_of_a_place_not_accredited_is_not_found(world: World) -> None:
    other = build_world("ailleurs")
    session = other.session(SOON)
    assert Client().get(f"/verdun/ateliers-ouverts/{session}/").status_code == 404
    assert Client().get(f"/verdun/ateliers-ouverts/{session}/atelier.ics").status_code == 404


def test_a_session_as_a_calendar_file_follows_its_changes(world: World) -> None:
    session = world.session(SOON, room="Salle bleue")
    address = f"/verdun/ateliers-ouverts/{session}/atelier.ics"

    def event() -> Any:
        (found,) = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
        return found

    before = event()
    assert before["status"] == "CONFIRMED"
    act: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE)}
    change_session(room="Salle verte", at=on(SOON, 9), **act)
    moved = event()
    assert moved["uid"] == before["uid"]
    assert moved["sequence"] > before["sequence"]
    assert "Salle verte" in moved["location"]
    cancel_session(cause="Panne", at=on(SOON, 10), **act)
    cancelled = event()
    assert (cancelled["status"], cancelled["uid"]) == ("CANCELLED", before["uid"])
    assert cancelled["sequence"] > moved["sequence"]
    assert not cancelled.walk("VALARM")


# The map.


def test_without_a_background_the_map_is_drawn_here(world: World) -> None:
    with_points(world)
    answer = Client().get("/verdun/ateliers-ouverts/")
    page = french(answer)
    assert '<svg class="plot wide"' in page
    assert "Stenay" in page
    assert "leaflet" not in page
    assert "img-src 'self' data:;" in answer["Content-Security-Policy"] + ";"


def test_a_background_opens_the_policy_for_its_host_on_that_page_only(world: World, settings: Any) -> None:
    settings.MAP_TILES = TILES
    with_points(world)
    session = world.session(SOON, place=2)
    answer = Client().get("/verdun/ateliers-ouverts/")
    assert "https://tuiles.example" in re.search(r"img-src[^;]*", answer["Content-Security-Policy"])[0]  # type: ignore[index]
    assert answer["Content-Security-Policy"].count("tuiles.example") == 1
    assert '<svg class="plot wide"' in french(answer), "without scripts the drawing stays"
    for address in ("/", "/p/", f"/verdun/ateliers-ouverts/{session}/"):
        assert "tuiles" not in Client().get(address)["Content-Security-Policy"]


def test_places_without_a_point_stand_in_the_list(world: World) -> None:
    page = read(world)
    assert "Lieu 1 verdun (fictif)" in page
    assert '<svg class="plot' not in page


# Open data.


def test_places_that_take_the_pass_are_open_data_valid_against_the_standard(world: World) -> None:
    rank = place(world, "Médiathèque", **PUBLISHED, latitude="49.16", longitude="5.38", services="")
    answer = Client().get("/verdun/lieux-pass-numerique.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert faults(SCHEMA, answer.content) == []
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    known = Organisation.objects.get(id=world.places[rank])
    assert [line["id"] for line in lines] == [known.external_id], "the others lack what the standard requires"
    assert lines[0]["frais_a_charge"] == "Gratuit sous condition"
    assert lines[0]["autres_formations_labels"] == "Pass numérique accepté (Pass verdun)"
    assert lines[0]["telephone"] == "+33329879090"


def test_what_is_published_is_read_back_by_our_own_import(world: World) -> None:
    place(world, "Médiathèque", **PUBLISHED, opening_hours="Mo-Fr 09:00-12:00", services="")
    content = Client().get("/verdun/lieux-pass-numerique.csv").content
    sheet = read_sheet(content, "lieux.csv")
    mapping = suggest_mapping(sheet.columns, field_synonyms())
    other = build_world("ailleurs", places=0)
    act: dict[str, Any] = {"by": other.manager, "at": NOON, "rows": sheet.rows, "mapping": mapping}
    report = import_organisations(**act)
    assert (report.created, report.bad) == (1, ())
    read_in = Organisation.objects.get(authority_id=other.authority_id, external_id__contains="mediatheque")
    assert read_in.other_labels == [taking_label("Pass verdun")]
    assert import_organisations(**act).unchanged == 1


def test_the_file_of_places_is_not_sent_again_to_who_has_it(world: World) -> None:
    place(world, "Médiathèque", **PUBLISHED)
    answer = Client().get("/verdun/lieux-pass-numerique.csv")
    again = Client().get("/verdun/lieux-pass-numerique.csv", headers={"If-None-Match": f'"x", {answer["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    place(world, "Annexe", **PUBLISHED | {"pivot": "WFICTIF002"})
    assert Client().get("/verdun/lieux-pass-numerique.csv")["ETag"] != answer["ETag"]


def test_contacts_that_are_not_public_are_never_published(world: World) -> None:
    rank = place(world, "Médiathèque", **PUBLISHED)
    private = {"contact_name": "Camille Roux", "contact_email": "camille@exemple.fr", "contact_phone": "+33639980001"}
    Organisation.objects.filter(id=world.places[rank]).update(**private)
    for address in ("lieux-pass-numerique.csv", "ateliers-ouverts/"):
        page = french(Client().get(f"/verdun/{address}"))
        assert not [text for text in private.values() if text in page]


# Calendars of places.


def feed_of(world: World, rank: int = 0, role: Role = Role.PLACE) -> str:
    """The private address that a desk reads on its page."""
    page = french(signed_in(world, role, rank).get("/verdun/agenda/"))
    found = re.search(r'value="(http[^"]+\.ics)"', page)
    assert found
    return found[1].partition(":8000")[2]


def events_of(address: str) -> list[Any]:
    answer = Client().get(address)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_place_and_its_mediators_follow_their_sessions_without_signing_in(world: World) -> None:
    session, _others = world.session(SOON, trainer="Camille Roux (fictive)"), world.session(SOON, place=1)
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    by = world.actor(Role.PLACE)
    book_seats(programme_id=world.programme_id, session_id=session, codes=[code], by=by, at=NOON, labels=["Dominique"])
    address = feed_of(world)
    assert feed_of(world, role=Role.MEDIATOR) == address
    (event,) = events_of(address)
    assert event["uid"] == f"{session}@ateliers.passnumerique"
    assert event["description"] == "1 place prise sur 10."
    whole = Client().get(address).content.decode()
    assert not [text for text in ("Dominique", "Camille", code, "ATTENDEE", "ORGANIZER") if text in whole]


def test_the_way_to_the_calendar_stands_above_the_sessions_of_a_place(world: World) -> None:
    assert "/verdun/agenda/" in french(signed_in(world, Role.PLACE).get("/verdun/ateliers/"))
    assert "/verdun/agenda/" not in french(signed_in(world, Role.PRESCRIBER).get("/verdun/ateliers/"))


def test_a_calendar_is_sent_again_only_when_it_changed_and_tells_cancellations(world: World) -> None:
    session = world.session(SOON)
    address = feed_of(world)
    answer = Client().get(address)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "noindex" in answer["X-Robots-Tag"]
    assert Client().get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    by = world.actor(Role.PLACE)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=by, at=on(SOON, 9))
    assert Client().get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 200
    (event,) = events_of(address)
    assert event["status"] == "CANCELLED"


def test_old_sessions_leave_the_calendar(world: World) -> None:
    world.session(TODAY - timedelta(days=59))
    world.session(TODAY - timedelta(days=61))
    assert len(events_of(feed_of(world))) == 1


def test_an_address_that_was_renewed_or_altered_opens_nothing(world: World) -> None:
    address, other = feed_of(world), feed_of(world, 1)
    mark, another = (one.rpartition("/")[2].removesuffix(".ics") for one in (address, other))
    forged = [
        mark[:21] + another[21:],
        another[:22] + mark[22:],
        mark[:-1],
        mark + "A",
        "A" * 43,
        "",
        "é",
        "../" + mark,
    ]
    for one in forged:
        assert Client().get(f"/verdun/agenda/{one}.ics").status_code == 404, one
    beside = build_beside(world, "voisin")
    assert Client().get(f"/{beside.slug}/agenda/{mark}.ics").status_code == 404
    browser = signed_in(world, Role.MEDIATOR)
    answer = browser.post("/verdun/agenda/changer/", follow=True)
    assert "L’adresse est changée." in french(answer)
    assert Client().get(address).status_code == 404
    assert Client().get(other).status_code == 200
    renewed = re.search(r'value="(http[^"]+\.ics)"', french(answer))
    assert renewed
    assert Client().get(renewed[1].partition(":8000")[2]).status_code == 200


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.MANAGER, Role.AUDITOR])
def test_desks_that_hold_no_sessions_have_no_calendar_of_their_own(world: World, role: Role) -> None:
    browser = signed_in(world, role)
    assert browser.get("/verdun/agenda/").status_code == 403
    assert browser.post("/verdun/agenda/changer/").status_code == 403


def test_the_page_of_the_calendar_needs_a_sign_in(world: World) -> None:
    assert Client().get("/verdun/agenda/").status_code == 302
    assert Client().post("/verdun/agenda/changer/").status_code == 302


def test_a_calendar_asks_the_same_number_of_questions_whatever_it_holds(
    world: World, queries_do_not_grow: Callable[..., int]
) -> None:
    world.session(SOON)
    address = feed_of(world)
    queries_do_not_grow(
        lambda: events_of(address), lambda: [world.session(LATER, hour=8, room=f"S{rank}") for rank in range(5)]
    )


# In a real browser.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_open_pages_can_be_read_by_everybody(
    new_page: Callable[..., "Page"], axe: Callable[["Page"], None], width: int, scheme: str
) -> None:
    world = build_world()
    north, _south = with_points(world)
    session = world.session(SOON, place=north)
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for asked in ("", "?commune=55502&distance=10", "?du=2023-06-01", f"{session}/"):
        page.goto(f"/verdun/ateliers-ouverts/{asked}")
        axe(page)


@pytest.mark.django_db(transaction=True)
def test_somebody_chooses_by_commune_then_books_with_a_pass(page: "Page", axe: Callable[["Page"], None]) -> None:
    world = build_world()
    north, south = with_points(world)
    world.session(LATER, place=north)
    world.session(SOON, place=south)
    code = world.code(world.hand_over(1, day=AUTUMN)[0])
    page.goto("/verdun/ateliers-ouverts/")
    page.get_by_label("Près de").select_option("Stenay")
    page.wait_for_url("**commune=55502*")
    page.locator(".offer").first.get_by_role("link").click()
    page.get_by_text("Jeudi 22 décembre 2022").first.wait_for()
    page.get_by_label("Code du pass").fill(code)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name="Garder une place").wait_for()
    axe(page)
    assert code not in page.url


@pytest.mark.django_db(transaction=True)
def test_a_background_is_an_extra_that_the_keyboard_reaches(
    chromium: Any, live_server: Any, settings: Any, axe: Callable[["Page"], None]
) -> None:
    settings.MAP_TILES = TILES
    world = build_world()
    with_points(world)
    asked: list[str] = []
    context = chromium.new_context(base_url=str(live_server), locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)

    def drawn(route: Any) -> None:
        asked.append(route.request.headers.get("referer", ""))
        route.fulfill(status=200, content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg"/>')

    page.route("https://tuiles.example/**", drawn)
    page.goto("/verdun/ateliers-ouverts/")
    page.wait_for_selector("[data-drawing][hidden]", state="attached")
    pin = page.get_by_role("button", name=re.compile("Relais"))
    pin.focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup").get_by_text("Stenay").wait_for()
    axe(page)
    assert asked
    assert not [referer for referer in asked if referer], "the other host learns nothing of the page"
    assert not faults
    context.close()


@pytest.mark.django_db(transaction=True)
def test_a_mediator_reads_the_address_of_the_calendar(
    new_page: Callable[..., "Page"], axe: Callable[["Page"], None], live_server: Any
) -> None:
    world = build_world()
    cookie = signed_in(world, Role.MEDIATOR).cookies["sessionid"].value
    for width in (360, 1280):
        page = new_page(viewport={"width": width, "height": 800})
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
        page.goto("/verdun/agenda/")
        page.get_by_label("Adresse privée").wait_for()
        axe(page)
