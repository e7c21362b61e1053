"""A lost or stolen range under both policies, through to the passes in its place or to the credit."""

from datetime import date, timedelta

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.rules import Account
from passnumerique.programmes.rules import LostPolicy
from passnumerique.settlement.operations.closing import return_unspent
from passnumerique.settlement.queries.credit import unspent_face_cents
from passnumerique.vouchers.operations import declare_lost, find, replace_range
from passnumerique.vouchers.queries.stock import stock_of
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import NotAsMany, NothingToReplaceWith, NotYetToReplace
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db

DAY = date(2022, 5, 10)
LAPSED = CALENDAR.validity_until + timedelta(days=1)


def robbed(policy: LostPolicy) -> tuple[World, list[int], list[int]]:
    """Five passes of a structure's stock are stolen; five others of the same stock could take their place."""
    world = build_world(lost_policy=policy)
    stock = stock_of(world.programme_id, world.structures[0], 10)
    lost = (stock[0], stock[4])
    declare_lost(
        programme_id=world.programme_id,
        numbers=[lost],
        cause="Vol, plainte",
        by=world.actor(Role.PRESCRIBER),
        at=on(DAY),
    )
    return world, stock[:5], stock[5:]


def reissue(world: World, lost: list[int], others: list[int], day: date = DAY) -> int:
    return replace_range(
        programme_id=world.programme_id,
        numbers=[(lost[0], lost[-1])],
        by_numbers=[(others[0], others[-1])],
        cause="Plage volée",
        by=world.manager,
        at=on(day, 15),
    )


def test_a_blocked_range_is_reissued_at_once_and_its_value_goes_back_to_the_envelope() -> None:
    world, lost, others = robbed(LostPolicy.BLOCK_AND_REISSUE)
    before = world.money()[Account.ENVELOPE]
    assert reissue(world, lost, others) == 5
    assert world.states()[State.REPLACED] == 5
    assert State.BLOCKED not in world.states()
    assert world.money()[Account.ENVELOPE] == before + 5000
    assert stock_of(world.programme_id, world.structures[0], 20)[:5] == others
    assert audit_programme(world.programme_id).differences == ()


def test_where_passes_are_searched_until_they_lapse_a_range_is_found_or_becomes_credit() -> None:
    world, lost, others = robbed(LostPolicy.SEARCH_UNTIL_EXPIRY)
    with pytest.raises(NotYetToReplace):
        reissue(world, lost, others)
    given = {"programme_id": world.programme_id, "by": world.manager, "cause": "Retrouvé"}
    assert find(numbers=[(lost[0], lost[1])], at=on(DAY, 16), **given) == 2  # type: ignore[arg-type]
    assert world.states()[State.BLOCKED] == 3
    whole = unspent_face_cents(world.programme_id)
    return_unspent(programme_id=world.programme_id, cause="Échu", by=world.manager, at=on(LAPSED))
    assert State.BLOCKED not in world.states()
    assert unspent_face_cents(world.programme_id) == whole == 40_000, "the credit note holds the lost ones"
    assert audit_programme(world.programme_id).differences == ()


def test_once_lapsed_a_searched_range_may_be_replaced() -> None:
    world, lost, others = robbed(LostPolicy.SEARCH_UNTIL_EXPIRY)
    assert reissue(world, lost, others, LAPSED) == 5


def test_a_range_is_replaced_whole_or_not_at_all() -> None:
    world, lost, others = robbed(LostPolicy.BLOCK_AND_REISSUE)
    with pytest.raises(NotAsMany):
        reissue(world, lost, others[:4])
    with pytest.raises(NotAsMany):
        replace_range(
            programme_id=world.programme_id, numbers=[], by_numbers=[], cause="x", by=world.manager, at=on(DAY)
        )
    world.hand_over(1, day=DAY)
    with pytest.raises(NothingToReplaceWith):
        reissue(world, lost, others)
    assert world.states()[State.BLOCKED] == 5
    for role in (Role.PRESCRIBER, Role.FINANCE):
        with pytest.raises(NotAllowed):
            replace_range(
                programme_id=world.programme_id,
                numbers=[(lost[0], lost[0])],
                by_numbers=[(others[0], others[0])],
                cause="x",
                by=world.actor(role),
                at=on(DAY),
            )
