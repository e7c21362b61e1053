"""« Rythme d’écoulement »: what is foretold, what would change it, and who may read it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.sheets import read_sheet
from passnumerique.journeys.foretelling import keep_forecast_of
from tests.browser import DESK, PHONE
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
PAGE = "/verdun/rythme/"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """Twelve weeks of two hand-overs and one use, and a forecast kept six weeks ago."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(quantity=200, booklets=10, envelope_cents=10_000_000)
    for rank in range(12):
        day = date(2022, 7, 20) + timedelta(days=7 * rank)
        made.hand_over(1, day=day)
        made.spend(1, day + timedelta(days=1), rank % 2)
    by = system_actor(made.authority_id)
    keep_forecast_of(programme_id=made.programme_id, by=by, at=on(TODAY - timedelta(weeks=6)))
    time_machine.move_to(NOON)
    return made


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.AUDITOR])
def test_the_offices_read_the_forecast_and_its_score(world: World, role: Role) -> None:
    page = french(signed_in(world, role).get(PAGE))
    assert "Si rien ne change, " in page
    assert "pass seront utilisés au 31 décembre 2022, sur 200" in page
    assert "Ce que la prévision ne peut pas savoir" in page
    assert "fois sur 1 (huit sur dix attendues)" in page
    assert "4 semaines plus tard" in page


@pytest.mark.parametrize(
    "role", [Role.PRESCRIBER, Role.PLACE, Role.MEDIATOR, Role.SECRETARY, Role.ACCOUNTANT, Role.FUNDER, Role.ISSUER]
)
def test_nobody_else_does(world: World, role: Role) -> None:
    browser = signed_in(world, role)
    assert browser.get(PAGE).status_code == 403
    assert PAGE not in french(browser.get("/verdun/", follow=True))


def test_another_authority_finds_nothing(world: World) -> None:
    assert signed_in(build_world("meuse")).get(PAGE).status_code == 404


def test_scenarios_stand_side_by_side_with_cost_and_assumptions(world: World) -> None:
    asked = {"prolonger": "2023-06-30", "periode": "2023-01-10", "ateliers": "10", "rappels": "on"}
    manager = signed_in(world)
    page = french(manager.get(PAGE, asked))
    for words in ("Prolonger jusqu’au 30 juin 2023", "Prolonger + période de 10 ateliers", "Tout ensemble"):
        assert words in page
    assert "2 000,00 €" in page
    assert "(hypothèse)" in page
    sheet = read_sheet(manager.get(PAGE, {**asked, "format": "csv"}).content, "rythme.csv")
    assert len(sheet.rows) == 5


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"prolonger": "2022-06-30"}, "Choisissez un jour après le 31 décembre 2022"),
        ({"periode": "2022-12-20"}, "Remplissez aussi cette case, ou videz l’autre."),
        ({"periode": "2024-01-01", "ateliers": "5"}, "Choisissez un jour après le 13 décembre 2022"),
        ({"commune": "Étain"}, "Remplissez aussi cette case, ou videz l’autre."),
        ({"structures": "beaucoup"}, "nombre entier"),
    ],
)
def test_half_a_lever_is_refused_beside_its_field(world: World, asked: dict[str, str], told: str) -> None:
    answer = signed_in(world).get(PAGE, asked)
    assert answer.status_code == 422
    assert told in french(answer)


def test_a_programme_without_passes_says_what_to_do(world: World) -> None:
    page = french(signed_in(build_world("meuse", quantity=0)).get("/meuse/rythme/"))
    assert "recevez un premier lot" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "telephone"])
def test_the_page_can_be_read_by_everybody(
    world: World,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    live_server: object,
    size: dict[str, int],
) -> None:
    page = new_page(viewport=size)
    cookie = signed_in(world).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": str(live_server)}])
    page.goto(PAGE)
    axe(page)
    page.get_by_label("Prolonger l’usage des pass jusqu’au").fill("2023-06-30")
    page.get_by_role("button", name="Comparer").click()
    page.get_by_role("cell", name="Ne rien changer").or_(
        page.get_by_role("rowheader", name="Ne rien changer")
    ).wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
