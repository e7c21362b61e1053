"""The manager sees who lives far from any workshop, and where one more place would change most."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.sheets import read_sheet
from passnumerique.programmes.operations import CommuneGiven, set_territory
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.world import START, World, build_world, on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db
PAGE = "/verdun/couverture/"


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    """A place in Verdun with a session next week; a structure in Étain, too far; a commune nobody knows."""
    made = build_world(places=0)
    communes = [
        CommuneGiven("55545", "Verdun", "55100", 17_000),
        CommuneGiven("55181", "Étain", "55400", 3_500),
        CommuneGiven("55360", "Nulle part", "55999", 40),
    ]
    set_territory(programme_id=made.programme_id, vintage=2022, communes=communes, by=made.manager, at=on(START))
    made.places.append(made.organisation("Lieu", latitude="49.16", longitude="5.38"))
    made.accredit(made.places[0], AccreditationKind.PLACE)
    far = made.organisation("CCAS", insee_code="55181", commune="Étain", latitude="49.21", longitude="5.64")
    made.accredit(far, AccreditationKind.PRESCRIBER)
    made.session(TODAY + timedelta(days=7))
    return made


def test_the_page_says_who_is_near_and_what_is_not_known(world: World) -> None:
    page = french(signed_in(world).get(PAGE))
    assert "17 000 habitants sur 20 540, soit 83 %, vivent à moins de 10 km d’un atelier à venir." in page
    assert "La distance de 40 autres n’est pas connue." in page
    assert "CCAS verdun (fictif)" in page
    assert "trop loin" in page
    assert "position inconnue" in page


def test_another_distance_gives_another_answer(world: World) -> None:
    page = french(signed_in(world).get(PAGE, {"km": "20"}))
    assert "20 500 habitants sur 20 540" in page
    assert signed_in(world, Role.AUDITOR).get(PAGE, {"km": "x"}).status_code == 422


def test_the_whole_list_is_given_as_a_file(world: World) -> None:
    answer = signed_in(world).get(PAGE, {"format": "csv"})
    rows = [list(row.cells.values()) for row in read_sheet(answer.content, "couverture.csv").rows]
    assert [row[0] for row in rows][-3:] == ["Étain", "Verdun", "Nulle part"]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SECRETARY, 200), (Role.AUDITOR, 200), (Role.FINANCE, 200), (Role.PRESCRIBER, 403), (Role.PLACE, 403)],
)
def test_the_offices_read_it_and_the_desks_do_not(world: World, role: Role, status: int) -> None:
    assert signed_in(world, role).get(PAGE).status_code == status


def test_a_programme_without_communes_says_what_to_do(world: World) -> None:
    bare = build_world("bare", quantity=0, structures=0, places=0)
    assert signed_in(bare).get("/bare/couverture/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_can_be_read_by_everybody(
    world: World,
    live_server: object,
    new_page: Callable[..., "Page"],
    axe: Callable[["Page"], None],
    width: int,
) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    session = signed_in(world).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": str(live_server)}])
    page.goto(PAGE)
    axe(page)
