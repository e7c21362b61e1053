"""« Parcours des pass »: how far passes came, read on any day, and by whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.sheets import read_sheet
from tests.journeys.office import NOON, french, signed_in
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db
PAGE = "/verdun/parcours/"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """Eight weeks of two hand-overs and one use."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(quantity=100, booklets=5)
    for rank in range(8):
        day = date(2022, 6, 1) + timedelta(days=7 * rank)
        made.hand_over(1, day=day, target_public=True)
        made.spend(1, day + timedelta(days=1), rank % 2)
    time_machine.move_to(NOON)
    return made


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.AUDITOR])
def test_the_offices_read_how_far_passes_came(world: World, role: Role) -> None:
    page = french(signed_in(world, role).get(PAGE))
    assert "8 pass utilisés sur 100 reçus, soit 8 %." in page
    assert "Là où le plus de pass attendent, au 13 décembre 2022 : 50 en stock à la collectivité." in page
    assert "8 attendent encore" in page
    assert "Structure 1" in page


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE, Role.SECRETARY, Role.FUNDER, Role.ISSUER])
def test_nobody_else_does(world: World, role: Role) -> None:
    assert signed_in(world, role).get(PAGE).status_code == 403


def test_another_authority_finds_nothing(world: World) -> None:
    assert signed_in(build_world("meuse")).get(PAGE).status_code == 404


def test_a_past_day_is_read_and_a_day_to_come_is_refused(world: World) -> None:
    manager = signed_in(world)
    assert "2 pass utilisés sur 100 reçus" in french(manager.get(PAGE, {"jour": "2022-06-10"}))
    refused = manager.get(PAGE, {"jour": "2030-01-01"})
    assert refused.status_code == 422
    assert "Choisissez un jour entre" in french(refused)


@pytest.mark.parametrize("apart", ["structure", "place", "module", "epci", "commune", "period", "public"])
def test_every_comparison_is_a_page_and_a_file(world: World, apart: str) -> None:
    manager = signed_in(world)
    assert manager.get(PAGE, {"par": apart}).status_code == 200
    sheet = read_sheet(manager.get(PAGE, {"par": apart, "format": "csv"}).content, "parcours.csv")
    assert sheet.rows


def test_an_unknown_comparison_is_refused_beside_its_field(world: World) -> None:
    assert signed_in(world).get(PAGE, {"par": "couleur"}).status_code == 422


def test_a_programme_without_passes_is_a_page(world: World) -> None:
    page = french(signed_in(build_world("meuse", quantity=0)).get("/meuse/parcours/"))
    assert "Aucun pass n’a encore été reçu." in page
