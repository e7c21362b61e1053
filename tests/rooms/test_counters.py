"""The counters know the commune of the holder, and are spread over shards of the numbers."""

import pytest

from passnumerique.insight.audit import audit_programme
from passnumerique.vouchers.models import Activity, Stock, Voucher
from passnumerique.vouchers.operations import declare_lost, replace
from passnumerique.vouchers.rules import SHARDS, Act, shard_of
from tests.rooms.lived import DAY
from tests.rooms.world import COMMUNE, World, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_pass_carries_the_commune_of_its_holder_and_so_does_the_one_given_instead(world: World) -> None:
    (number,) = world.hand_over(1, day=DAY)
    given = {"programme_id": world.programme_id, "by": world.manager, "at": on(DAY, 12), "cause": "perdu"}
    declare_lost(numbers=[(number, number)], **given)
    replace(number=number, by_number=40, **given)
    communes = dict(Voucher.objects.order_by("number").values_list("number", "commune"))
    assert {number for number, commune in communes.items() if commune} == {number, 40}
    assert communes[number] == communes[40] == COMMUNE
    assert audit_programme(world.programme_id).differences == ()


def test_what_is_used_is_counted_for_the_commune_it_came_from(world: World) -> None:
    world.spend(3, DAY)
    rows = Activity.objects.filter(programme_id=world.programme_id, commune=COMMUNE).order_by("act")
    assert list(rows.values_list("act", "from_state", "to_state", "face_value_cents", "count")) == [
        (Act.HAND_OVER, "structure_stock", "held", 1000, 3),
        (Act.REDEEM, "held", "redeemed", 1000, 3),
    ]


def test_a_stock_is_spread_over_every_shard(world: World) -> None:
    counted = {}
    for number in Voucher.objects.filter(state="structure_stock").values_list("number", flat=True):
        counted[shard_of(number)] = counted.get(shard_of(number), 0) + 1
    rows = Stock.objects.filter(programme_id=world.programme_id, state="structure_stock")
    assert dict(rows.values_list("shard", "count")) == counted
    assert set(counted) == set(range(SHARDS))
