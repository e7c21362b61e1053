"""The counters know the commune of the holder, and are spread over shards of the numbers."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.audit import audit_programme
from passnumerique.insight.dashboard import attention_on, dashboard_on
from passnumerique.insight.status import status_on
from passnumerique.ledger.queries import totals
from passnumerique.training.models import TrainingSession
from passnumerique.vouchers.models import Activity, Event, Redemption, Stock, Voucher
from passnumerique.vouchers.operations import declare_lost, replace
from passnumerique.vouchers.queries.stock import By, Figure, activity_by, counts_before
from passnumerique.vouchers.rules import SHARDS, Act, State, shard_of
from tests.rooms.lived import DAY, LATE, build_lived
from tests.rooms.world import COMMUNE, START, World, build_world, on

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
    assert list(rows.values_list("act", "count")) == [(Act.HAND_OVER, 3), (Act.REDEEM, 3)]
    used = {by: activity_by(world.programme_id, by, [Act.REDEEM], DAY, DAY) for by in By}
    assert used[By.COMMUNE] == [Figure(COMMUNE, Act.REDEEM, 3)]
    assert used[By.STRUCTURE] == [Figure(world.structures[0], Act.REDEEM, 3)]
    assert used[By.PLACE] == [Figure(world.places[0], Act.REDEEM, 3)]
    assert used[By.MODULE] == [Figure(world.modules()[0], Act.REDEEM, 3)]
    assert used[By.MONTH] == [Figure(DAY.replace(day=1), Act.REDEEM, 3)]
    assert activity_by(world.programme_id, By.PLACE, [Act.REDEEM], DAY + timedelta(days=31)) == []


@pytest.mark.parametrize(("first", "last"), [(None, None), (DAY, DAY), (LATE, None), (None, DAY)])
def test_the_figures_by_anything_are_those_of_the_events(first: date | None, last: date | None) -> None:
    """Every act, by structure, place, module, commune and month, summed from the events one by one."""
    programme_id = build_lived().world.programme_id
    told: dict[By, Counter[tuple[object, Act]]] = {by: Counter() for by in By}
    modules = dict(TrainingSession.objects.values_list("id", "module_id"))
    modules |= dict(Redemption.objects.values_list("id", "module_id"))
    before: dict[UUID, UUID] = {}
    handed: set[UUID] = set()
    events = Event.objects.filter(programme_id=programme_id).select_related("voucher")
    for event in events.order_by("voucher_id", "step"):
        month, act, place = day_of(event.at).replace(day=1), Act(event.act), before.get(event.voucher_id, NOBODY)
        before[event.voucher_id] = event.place_id
        handed |= {event.voucher_id} if event.to_state == State.HELD else set()
        if (first and month < first.replace(day=1)) or (last and month > last):
            continue
        told[By.MONTH][month, act] += 1
        told[By.STRUCTURE][event.structure_id, act] += 1
        told[By.PLACE][max(place, event.place_id), act] += 1
        told[By.COMMUNE][event.voucher.commune if event.voucher_id in handed else "", act] += 1
        told[By.MODULE][modules[event.subject_id] if act in {Act.REDEEM, Act.UNDO} else NOBODY, act] += 1
    for by, summed in told.items():
        counted = {(one.of, one.act): one.count for one in activity_by(programme_id, by, list(Act), first, last)}
        assert counted == summed, by


def test_the_figures_by_anything_are_one_statement_without_a_single_pass(
    world: World, queries_do_not_grow: Callable[..., int]
) -> None:
    world.spend(2, DAY)

    def read() -> list[int]:
        return [len(activity_by(world.programme_id, by, [Act.REDEEM])) for by in By]

    def grow() -> None:
        for month in (11, 12):
            world.add_place()
            world.spend(2, DAY.replace(month=month), len(world.places) - 1)

    assert queries_do_not_grow(read, grow) == len(By)
    assert read() == [1, 3, 1, 1, 3]
    with CaptureQueriesContext(connection) as asked:
        read()
    assert all("vouchers_activity" in query["sql"] and "GROUP BY" in query["sql"] for query in asked.captured_queries)


def test_a_stock_is_spread_over_every_shard(world: World) -> None:
    counted = {}
    for number in Voucher.objects.filter(state="structure_stock").values_list("number", flat=True):
        counted[shard_of(number)] = counted.get(shard_of(number), 0) + 1
    rows = Stock.objects.filter(programme_id=world.programme_id, state="structure_stock")
    assert dict(rows.values_list("shard", "count")) == counted
    assert set(counted) == set(range(SHARDS))


@pytest.mark.parametrize("face", [1000, 1500])
def test_every_evening_tells_what_the_events_and_the_transfers_tell(face: int) -> None:
    """The same states and cents to the last one, with passes of two face values."""
    world = build_lived().world
    world.set(face_value_cents=face, day=LATE)
    world.issue(20, LATE)
    programme_id, events = world.programme_id, Event.objects.filter(programme_id=world.programme_id)
    days = {day_of(at) for at in events.values_list("at", flat=True)} | {START, LATE + timedelta(days=40)}
    for day in {near for one in days for near in (one - timedelta(days=1), one) if near >= START}:
        told = status_on(programme_id, day)
        assert told.vouchers == counts_before(programme_id, end_of(day))
        assert told.money_cents == totals(programme_id, end_of(day))
    assert sum(one.used for one in dashboard_on(programme_id, LATE).months) == dashboard_on(programme_id, LATE).used


def test_the_figures_are_read_without_looking_at_a_single_pass(world: World) -> None:
    world.spend(2, DAY)
    with CaptureQueriesContext(connection) as asked:
        dashboard_on(world.programme_id, DAY)
        dashboard_on(world.programme_id, DAY - timedelta(days=3))
        attention_on(world.programme_id, DAY)
    read = " ".join(query["sql"] for query in asked.captured_queries)
    for table in ("vouchers_voucher", "vouchers_event", "vouchers_redemption"):
        assert f'"{table}"' not in read
