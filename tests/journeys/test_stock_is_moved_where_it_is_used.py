"""« Répartir le stock »: what is proposed, why, and the button that prepares the delivery note."""

from datetime import timedelta
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.ground.sheets import read_sheet
from passnumerique.vouchers.queries.stock import stock_by_structure
from tests.journeys.office import french, signed_in
from tests.rooms.test_reallocation import AS_OF, uneven
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
PAGE = "/verdun/repartition/"


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    """A structure that runs out and one that sleeps."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = uneven()
    time_machine.move_to(on(AS_OF, 12))
    return made


def test_the_manager_prepares_a_move_and_signs_it(world: World) -> None:
    manager = signed_in(world)
    answer = manager.get(PAGE)
    page = french(answer)
    assert "1 déplacement proposé : environ" in page
    assert "79 pour environ" in page
    address = next(
        part.split('"')[0] for part in answer.content.decode().split('href="') if "/stock/transferer/?" in part
    )
    form = manager.get(address.replace("&amp;", "&")).context["form"]
    given = {name: form[name].value() for name in form.fields} | {"giver": "Une agente", "receiver": "Un agent"}
    assert given["to"] == str(world.structures[0])
    before = stock_by_structure(world.programme_id)
    assert "/bordereaux/" in manager.post(address.split("?")[0], given).headers["Location"]
    after = stock_by_structure(world.programme_id)
    assert before[world.structures[1]] - after[world.structures[1]] == after[world.structures[0]] - before.get(
        world.structures[0], 0
    )


def test_finance_and_the_auditor_read_without_a_button(world: World) -> None:
    for role in (Role.FINANCE, Role.AUDITOR):
        page = french(signed_in(world, role).get(PAGE))
        assert "déplacement proposé" in page
        assert "Préparer" not in page
    sheet = read_sheet(signed_in(world, Role.AUDITOR, 1).get(PAGE, {"format": "csv"}).content, "repartition.csv")
    assert len(sheet.rows) == 1


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE, Role.FUNDER])
def test_nobody_else_reads_it(world: World, role: Role) -> None:
    assert signed_in(world, role).get(PAGE).status_code == 403


def test_a_day_that_is_over_is_refused_and_a_prolongation_is_supposed(world: World) -> None:
    manager = signed_in(world)
    assert manager.get(PAGE, {"jusquau": (AS_OF - timedelta(days=1)).isoformat()}).status_code == 422
    assert manager.get(PAGE, {"jusquau": "2040-01-01"}).status_code == 422
    assert "d’ici le 31 décembre 2023" in french(manager.get(PAGE, {"jusquau": "2023-12-31"}))


def test_a_programme_without_passes_says_so(world: World) -> None:
    page = french(signed_in(build_world("meuse", quantity=0)).get("/meuse/repartition/"))
    assert "Aucun déplacement" in page


def test_a_structure_that_asks_for_numbers_of_another_gets_none(world: World) -> None:
    page = signed_in(world, Role.PRESCRIBER).get(
        "/verdun/stock/transferer/", {"structure": str(world.structures[1]), "combien": "10"}
    )
    assert page.context["form"]["numbers"].value() in ("", None)


KEYS = f"{PAGE}cles/"


def test_a_key_is_tried_and_its_list_taken_along(world: World) -> None:
    manager = signed_in(world)
    assert "Essayer une clé de répartition" in french(manager.get(KEYS))
    asked = {"passes": "60", "fixe": "10", "rythme": "100"}
    assert "Sur 60 pass, environ" in french(manager.get(KEYS, asked))
    assert len(read_sheet(manager.get(KEYS, {**asked, "format": "csv"}).content, "cle.csv").rows) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"passes": "0"}, "supérieure ou égale à 1"),
        ({"passes": "beaucoup"}, "nombre entier"),
        ({"passes": "60", "prioritaires": "50"}, "Cochez au moins une structure"),
        ({"passes": "60", "structures": "ailleurs"}, "choix valide"),
    ],
)
def test_half_a_key_is_refused_beside_its_field(world: World, asked: dict[str, str], told: str) -> None:
    answer = signed_in(world).get(KEYS, asked)
    assert answer.status_code == 422
    assert told in french(answer)


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PLACE, Role.FUNDER])
def test_nobody_else_tries_a_key(world: World, role: Role) -> None:
    assert signed_in(world, role).get(KEYS).status_code == 403
