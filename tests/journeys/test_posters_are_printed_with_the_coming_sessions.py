"""A place prints a poster with the sessions around it; nobody prints another's; the manager prints for anybody."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.conf import LazySettings
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.documents.kit import Coming, Format, Leaflet, leaflet
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.papers import BRAND, assert_apart, long_name, page_count, qr_of, text_of
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db
PAGE = "/verdun/affiches/"
ADDRESS = "https://pass.exemple.fr/verdun/ateliers-ouverts/?commune=55545"
SESSION = Coming(date(2022, 12, 15), "de 14 h à 16 h", "Ma boîte e-mail", "Médiathèque (fictif)", "Verdun")
ONE = Leaflet(BRAND, TODAY, "Verdun", "Un pass paie un atelier.", "Jusqu’au 31 décembre.", (SESSION,) * 9, ADDRESS)


@pytest.fixture(autouse=True)
def _the_day(settings: LazySettings, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    made = build_world(quantity=0)
    made.session(TODAY + timedelta(days=3))
    made.session(TODAY + timedelta(days=4), place=1, module=1)
    return made


def printed(browser: Client, form: Format, **asked: object) -> Any:
    return browser.get(f"{PAGE}{form.value}.pdf", asked)


def test_a_place_prints_the_sessions_around_it(world: World) -> None:
    desk = signed_in(world, Role.PLACE)
    assert "2 ateliers avec des places libres" in french(desk.get(PAGE))
    content = printed(desk, Format.A4).content
    assert page_count(content) == 1
    for words in ("vendredi 16 décembre 2022", "Lieu 2 verdun (fictif)", "autour de Verdun", "31 décembre 2022"):
        assert words in text_of(content)


def test_the_code_leads_to_the_public_list(world: World) -> None:
    [address] = qr_of(printed(signed_in(world, Role.PRESCRIBER), Format.A4).content, 0)
    parts = urlsplit(address)
    assert (parts.path, parts.query) == ("/verdun/ateliers-ouverts/", "commune=55545")
    assert Client().get(f"{parts.path}?{parts.query}").status_code == 200


def test_who_manages_prints_for_anybody_and_a_desk_for_itself(world: World) -> None:
    there = world.places[1]
    manager, auditor = signed_in(world), signed_in(world, Role.AUDITOR)
    assert printed(manager, Format.A4, pour=there).status_code == 200
    assert printed(manager, Format.A4).status_code == 200
    assert printed(signed_in(world, Role.PLACE), Format.A4, pour=there).status_code == 404
    assert printed(signed_in(world, Role.PRESCRIBER), Format.A4, pour="x").status_code == 404
    assert signed_in(world, Role.FUNDER).get(PAGE).status_code == 403
    assert auditor.get(f"{PAGE}a9.pdf").status_code == 404
    other = build_world("autre", quantity=0)
    assert printed(signed_in(world, Role.FINANCE), Format.A4).status_code == 403
    assert printed(auditor, Format.A4, pour=other.places[0]).status_code == 404


@pytest.mark.parametrize("form", list(Format))
def test_long_names_stay_on_the_paper(form: Format) -> None:
    name = long_name(120)
    sessions = tuple(replace(one, title=name, place=name, commune=name) for one in ONE.sessions)
    brand = replace(BRAND, programme=name, authority=name)
    address = f"https://{'x' * 60}.exemple.fr/{'y' * 60}/ateliers-ouverts/"
    long = replace(ONE, brand=brand, near=name, buys=name * 2, valid=name, sessions=sessions, address=address)
    for one in (ONE, replace(ONE, sessions=()), replace(long, ask=name, fiction=name)):
        content = leaflet(one, form)
        assert page_count(content) == 1
        assert_on_the_page(content)
    assert content == leaflet(replace(long, ask=name, fiction=name), form)


def assert_on_the_page(pdf: bytes) -> None:
    """Refuse a letter that the edge cuts, and two letters drawn one over the other."""
    with pypdfium2.PdfDocument(pdf) as document:
        [page] = document
        width, height = page.get_size()
        text = page.get_textpage()
        shown = [at for at in range(text.count_chars()) if text.get_text_range(at, 1).strip(" \r\n\u200b\ufffe")]
        boxes = [text.get_charbox(at) for at in shown]
        assert all(left > 0 and right < width and low > 0 and high < height for left, low, right, high in boxes)
        assert_apart(boxes)
