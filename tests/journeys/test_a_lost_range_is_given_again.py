"""A stolen range on the web: blocked by the structure, given again by the manager."""

from typing import Any

import pytest
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.programmes.rules import LostPolicy
from passnumerique.vouchers.rules import State
from tests.journeys.office import french, signed_in
from tests.rooms.test_lost_ranges import DAY, robbed
from tests.rooms.world import on

pytestmark = pytest.mark.django_db
PAGE = "/verdun/pass/remplacer-plage/"


def test_the_manager_gives_a_lost_range_again(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(DAY, 15))
    world, lost, others = robbed(LostPolicy.BLOCK_AND_REISSUE)
    manager = signed_in(world, Role.MANAGER)
    assert "Remplacer une plage" in french(manager.get("/verdun/pass/"))
    given = {"numbers": f"{lost[0]}-{lost[-1]}", "by_numbers": f"{others[0]}-{others[-1]}", "cause": "Vol"}
    wrong = manager.post(PAGE, given | {"by_numbers": f"{others[0]}"})
    assert wrong.status_code == 422
    assert "Il faut autant de pass" in french(wrong)
    assert "5 pass sont remplacés." in french(manager.post(PAGE, given, follow=True))
    assert world.states()[State.REPLACED] == 5
    structure = signed_in(world, Role.PRESCRIBER)
    assert structure.post(PAGE, given).status_code == 403
