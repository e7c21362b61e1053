from datetime import date

import pytest

from passnumerique.ledger.rules import Account
from passnumerique.vouchers.rules import State
from tests.rooms.world import build_world

pytestmark = pytest.mark.django_db


def test_a_world_is_ready_to_hand_passes_over() -> None:
    world = build_world()
    numbers = world.hand_over(3)
    assert numbers == [1, 2, 3]
    assert world.states() == {State.AUTHORITY_STOCK: 20, State.STRUCTURE_STOCK: 17, State.HELD: 3}
    assert world.money() == {Account.AUTHORISED: 100_000, Account.ENVELOPE: 60_000, Account.COMMITTED: 40_000}


def test_a_pass_goes_from_the_lot_to_the_place() -> None:
    world = build_world()
    world.spend(3, date(2021, 10, 4))
    assert world.states()[State.REDEEMED] == 3
    assert world.money()[Account.DUE] == 3_000
