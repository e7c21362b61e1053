"""The closing on the web: the manager goes through the list, the others read, a structure confirms its own."""

from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.vouchers.rules import State
from tests.journeys.office import french, signed_in
from tests.rooms.test_closing import CLOSING, END, STATED, ended, fund, spent_and_paid
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
PAGE = "/verdun/cloture/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def seated(world: World, role: Role, time_machine: TimeMachineFixture, day: Any) -> Client:
    time_machine.move_to(on(day, 12))
    return signed_in(world, role)


def test_the_manager_goes_from_the_statement_to_the_closing(time_machine: TimeMachineFixture) -> None:
    world = build_world()
    spent_and_paid(world)
    fund(world)
    manager = seated(world, Role.MANAGER, time_machine, STATED)
    page = french(manager.get(PAGE))
    assert "Des pass ne sont ni utilisés, ni rendus à l’enveloppe – 37 pass" in page
    assert manager.post(f"{PAGE}etape/statement/", {"day": f"{STATED}", "reference": ""}).status_code == 422
    done = manager.post(f"{PAGE}etape/statement/", {"day": f"{STATED}", "reference": "EC-1"}, follow=True)
    assert "L’étape est notée." in french(done)
    returned = manager.post(f"{PAGE}rendre/", {"reason": "Fin de validité"}, follow=True)
    assert "37 pass sont annulés" in french(returned)
    assert world.states()[State.CANCELLED] == 37
    assert "Revenez ce jour-là" in french(manager.post(f"{PAGE}clore/"))
    time_machine.move_to(on(CLOSING, 12))
    manager = signed_in(world, Role.MANAGER, 1)
    closed = french(manager.post(f"{PAGE}clore/", follow=True))
    assert "Le dispositif est clos depuis le" in closed
    refused = manager.post(f"{PAGE}etape/warn/", {"day": f"{CLOSING}"})
    assert refused.status_code == 422
    assert "plus rien ne s’y écrit" in french(refused)
    again = french(manager.post(f"{PAGE}correction/", {"reason": "Apport oublié"}, follow=True))
    assert "Une correction est ouverte" in again
    assert "clos de nouveau" in french(manager.post(f"{PAGE}correction/fin/", follow=True))


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.AUDITOR, Role.FINANCE])
def test_who_only_reads_sees_the_list_and_changes_nothing(role: Role, time_machine: TimeMachineFixture) -> None:
    world = ended()
    reader = seated(world, role, time_machine, CLOSING)
    page = reader.get(PAGE)
    assert page.status_code == 200
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert 'method="post"' not in main
    assert "cloture/clore/" not in main
    assert reader.get(f"{PAGE}etat-contradictoire.pdf").content[:5] == b"%PDF-"
    assert reader.get(f"{PAGE}avoir.pdf").content[:5] == b"%PDF-"
    for act in ("clore/", "rendre/", "etape/warn/", "correction/", "correction/fin/"):
        assert reader.post(f"{PAGE}{act}").status_code == 403


def test_a_structure_confirms_for_itself(time_machine: TimeMachineFixture) -> None:
    world = build_world()
    structure = seated(world, Role.PRESCRIBER, time_machine, END)
    assert "à la charge de votre structure" in french(structure.get(PAGE, follow=True))
    assert "C’est noté." in french(structure.post(f"{PAGE}accord/", follow=True))
    assert "Vous l’avez déjà confirmé." in french(structure.get(f"{PAGE}accord/"))
    manager = seated(world, Role.MANAGER, time_machine, END)
    assert "1 structures sur 2" in french(manager.get(PAGE))


def test_a_place_has_nothing_to_see(time_machine: TimeMachineFixture) -> None:
    place = seated(build_world(), Role.PLACE, time_machine, END)
    for address in ("", "accord/", "avoir.pdf"):
        assert place.get(f"{PAGE}{address}").status_code == 403
