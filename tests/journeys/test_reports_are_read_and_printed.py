"""The manager prints the report to the council and asks where a figure comes from; a structure reads its own only."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from tests.journeys.office import NOON, french, signed_in
from tests.papers import page_count
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
LIST, COUNCIL = "/verdun/rapports/", "/verdun/rapports/conseil/tous/"
DAY = date(2022, 10, 11)


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    made = build_world()
    made.spend(6, DAY)
    return made


def of_structure(world: World, rank: int = 0) -> str:
    return f"/verdun/rapports/structure/{world.structures[rank]}/"


def test_the_manager_finds_every_report_and_each_figure_says_what_it_is(world: World) -> None:
    manager = signed_in(world)
    page = french(manager.get(LIST))
    for words in ("Rapport au conseil", "Structure 1 verdun (fictif)", "Lieu 2 verdun (fictif)", "données ouvertes"):
        assert words in page
    page = french(manager.get(COUNCIL))
    assert "6 pass utilisés sur 40 reçus, soit 15 %." in page
    figure = french(manager.get(f"{COUNCIL}chiffre/used/", {"jour": "2022-12-13"}))
    for words in ("Les pass qui ont payé un atelier", "FROM vouchers_flow", "/verdun/pass/"):
        assert words in figure
    assert french(manager.get(COUNCIL, {"jour": "2022-09-01"})).count("0 pass utilisés sur 40 reçus")
    assert manager.get(COUNCIL, {"jour": "2020-01-01"}).status_code == 422


def test_what_is_not_in_a_report_has_no_page(world: World) -> None:
    manager = signed_in(world)
    for path in (f"{COUNCIL}chiffre/place_due/", f"{COUNCIL}chiffre/x/", "/verdun/rapports/maire/tous/"):
        assert manager.get(path).status_code == 404


def test_every_report_is_a_paper_and_a_workbook(world: World) -> None:
    manager = signed_in(world)
    for path in (COUNCIL, "/verdun/rapports/financeur/tous/", of_structure(world)):
        paper = manager.get(f"{path}rapport.pdf")
        assert page_count(paper.content) <= 2
        assert paper.headers["Cache-Control"] == "no-store"
        assert manager.get(f"{path}rapport.xlsx").content.startswith(b"PK")


def test_a_structure_reads_its_own_report_only(world: World) -> None:
    desk = signed_in(world, Role.PRESCRIBER)
    assert "6 pass remis, 6 utilisés." in french(desk.get(of_structure(world)))
    assert desk.get(of_structure(world, 1)).status_code == 404
    assert desk.get(COUNCIL).status_code == 403
    assert desk.get(f"{of_structure(world, 1)}rapport.pdf").status_code == 404
    assert desk.get(f"{of_structure(world, 1)}chiffre/structure_used/").status_code == 404
    assert signed_in(world, Role.ACCOUNTANT).get(LIST).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_reports_can_be_read_by_everybody(
    world: World,
    live_server: object,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    width: int,
) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    session = signed_in(world).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": str(live_server)}])
    page.goto(LIST)
    axe(page)
    page.get_by_role("link", name="Rapport au conseil").click()
    axe(page)
    paper = page.request.get(page.get_by_role("link", name="Imprimer (PDF)").get_attribute("href") or "")
    assert paper.body().startswith(b"%PDF")
    page.get_by_role("link", name="Pass utilisés").first.click()
    assert "FROM vouchers_flow" in page.inner_text("pre")
    axe(page)
    page.get_by_role("link", name="Revenir au rapport").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Rapport au conseil"
