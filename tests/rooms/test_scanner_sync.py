"""What a device took without network, sent: spent once, told line by line, the same however often it is sent."""

from datetime import date, timedelta

import pytest
import time_machine

from passnumerique.vouchers.rules import State
from tests.rooms.race import clean
from tests.rooms.scanning import Device, added, pair
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db

DAY = date(2022, 3, 15)
MORNING, NOON, EVENING = on(DAY, 8), on(DAY, 14, 30), on(DAY, 19)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def device(world: World, place: int = 0, ahead: timedelta = timedelta(0)) -> Device:
    with time_machine.travel(MORNING, tick=False):
        return pair(added(world, place, at=MORNING).pairing, MORNING, ahead)


def test_passes_are_spent_and_told_in_order_and_told_again(world: World) -> None:
    here, session, numbers = device(world), world.session(DAY), world.hand_over(3, day=DAY)
    lines = [here.line(world.code(number), session, NOON) for number in numbers]
    told = here.sync(lines, EVENING)
    assert [(one["status"], one["number"]) for one in told] == [("redeemed", number) for number in numbers]
    again = here.sync(list(reversed(lines)), EVENING + timedelta(minutes=7))
    assert [(one["status"], one["number"]) for one in again] == [("replayed", n) for n in reversed(numbers)]
    assert world.states()[State.REDEEMED] == 3
    assert clean(world)
