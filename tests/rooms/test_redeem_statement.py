"""The statement of the redemption and the general move of passes write the same."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import models

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ledger.models import Transfer
from passnumerique.training.operations import Presented, redeem_presented
from passnumerique.training.queries import access_session
from passnumerique.vouchers.models import Activity, Event, Flow, Stock, Voucher
from passnumerique.vouchers.operations.moving import Target, carry_out, new_deed
from passnumerique.vouchers.queries.reading import vouchers_in
from passnumerique.vouchers.rules import SHARDS, Act, State
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
OWN = {"id", "voucher", "deed_id", "cause", "number", "booklet", "code_hash", "count", "rank"}
"""What two passes cannot share, and sums."""
COUNTED = (Stock, Activity, Flow)


def told(row: models.Model) -> dict[str, Any]:
    """A row without what belongs to one pass alone."""
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in OWN}


def counts(world: World) -> Counter[tuple[Any, ...]]:
    """Every counter of the programme."""
    found: Counter[tuple[Any, ...]] = Counter()
    for model in COUNTED:
        for row in model._default_manager.filter(programme_id=world.programme_id):
            found[model.__name__, *sorted((name, str(value)) for name, value in told(row).items())] += row.count
    return found


def changed(world: World, act: Any) -> dict[tuple[Any, ...], int]:
    """By how much each counter moves."""
    before = counts(world)
    act()
    after = counts(world)
    return {key: after[key] - before[key] for key in after | before if after[key] != before[key]}


def test_both_ways_of_moving_a_pass_write_the_same_rows_and_counts() -> None:
    world = build_world(booklets=4)
    numbers = world.hand_over(SHARDS + 1, day=DAY)
    one, other = numbers[0], numbers[SHARDS]  # of the same shard
    session_id, at, by = world.session(DAY), on(DAY, 15), world.actor(Role.PLACE)
    session = access_session(world.manager, world.programme_id, session_id)

    def by_statement() -> None:
        shown = [Presented(new_id(at), world.code(one), session_id, at)]
        (outcome,) = redeem_presented(programme_id=world.programme_id, presented=shown, by=by, at=at)
        assert outcome.refusal is None

    def by_moving() -> None:
        deed = new_deed(world.programme_id, Act.REDEEM, by, at, subject_id=session_id, module_id=session.module_id)
        seen = vouchers_in(world.programme_id, [(other, other)])
        assert carry_out(deed, seen, lambda _: Target(State.REDEEMED, place_id=session.place_id))

    first, second = changed(world, by_statement), changed(world, by_moving)
    assert first == second
    assert {key[0] for key in first} == {model.__name__ for model in COUNTED}
    vouchers = {row.number: row for row in Voucher.objects.filter(number__in=(one, other))}
    assert told(vouchers[one]) == told(vouchers[other])
    events = [Event.objects.get(voucher=vouchers[number], act=Act.REDEEM) for number in (one, other)]
    assert told(events[0]) == told(events[1])
    moves = [Transfer.objects.get(cause=event.deed_id) for event in events]
    assert {name: value for name, value in told(moves[0]).items() if name != "cause"} == {
        name: value for name, value in told(moves[1]).items() if name != "cause"
    }
