"""What is due to the places, and what is done when money went wrong."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed
from passnumerique.ledger.queries import balances
from passnumerique.ledger.rules import Account, Pocket
from passnumerique.settlement.operations import (
    approve_claim,
    file_claim,
    freeze_claims,
    offset,
    order_payment,
    record_payment,
    recover,
)
from passnumerique.settlement.queries import creditors, dues, lines_of
from passnumerique.settlement.rules import refusals as no
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import IsFrozen, NotReimbursedYet
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY, FILED, LATER = date(2021, 10, 12), date(2021, 11, 3), date(2021, 11, 20)


@pytest.fixture
def world() -> World:
    """Three passes used at the first place, two at the second."""
    made = build_world()
    made.spend(3, DAY)
    made.spend(2, DAY, place=1)
    return made


def filed(world: World, place: int = 0) -> UUID:
    return file_claim(
        programme_id=world.programme_id,
        place_id=world.places[place],
        month=DAY,
        by=world.actor(Role.PLACE, place),
        at=on(FILED),
    )


def paid(world: World) -> UUID:
    """The first place's claim, paid."""
    claim, finance = filed(world), world.actor(Role.FINANCE)
    approve_claim(claim_id=claim, by=world.manager, at=on(FILED, 15), approve_rest=True)
    order_payment(claim_id=claim, reference="M", ordered_on=LATER, by=finance, at=on(LATER))
    record_payment(claim_id=claim, reference="V", paid_on=LATER, by=finance, at=on(LATER, 15))
    return claim


def freeze(world: World, **given: Any) -> int:
    given = {"by": world.manager, "at": on(LATER, 17), "cause": "Liquidation de l’émetteur"} | given
    return freeze_claims(programme_id=world.programme_id, **given)


def test_what_stands_at_each_place_agrees_with_the_ledger(world: World) -> None:
    paid(world)
    first, second = dues(world.manager, world.programme_id)
    assert (first.place, first.due_cents, first.paid_cents) == ("Lieu 1 verdun (fictif)", 0, 3000)
    assert (second.due_cents, second.passes) == (2000, {State.REDEEMED: 2})
    pockets = balances(world.programme_id)
    for line in (first, second):
        assert pockets.get(Pocket(Account.DUE, line.place_id), 0) == line.due_cents
        assert pockets.get(Pocket(Account.PAID, line.place_id), 0) == line.paid_cents
    assert [line.place_id for line in dues(world.actor(Role.PLACE, 1), world.programme_id)] == [world.places[1]]
    assert dues(world.manager, world.programme_id, [world.places[0]]) == [first]
    with pytest.raises(NotAllowed):
        dues(world.actor(Role.PRESCRIBER), world.programme_id)


def test_a_sum_paid_unduly_is_taken_back(world: World) -> None:
    claim = paid(world)
    finance = world.actor(Role.FINANCE)
    line = lines_of(finance, claim)[0].id
    given = {"claim_id": claim, "line_ids": [line], "by": finance, "at": on(LATER, 16)}
    with pytest.raises(NotReimbursedYet):
        offset(cause="Retenue", **given)  # type: ignore[arg-type]
    assert recover(cause="Payé deux fois", **given) == 1  # type: ignore[arg-type]
    [first, _] = dues(world.manager, world.programme_id)
    assert (first.undue_cents, first.paid_cents) == (1000, 2000)
    assert offset(cause="Retenue sur la demande n° 3", **given) == 1  # type: ignore[arg-type]
    assert world.states()[State.RECOVERED] == 1
    assert world.money()[Account.ENVELOPE] == 100_000 - 40_000 + 1000


def test_only_what_was_paid_is_taken_back(world: World) -> None:
    claim, finance = filed(world), world.actor(Role.FINANCE)
    lines = [line.id for line in lines_of(finance, claim)]
    with pytest.raises(no.LineNotPaid):
        recover(claim_id=claim, line_ids=lines, cause="–", by=finance, at=on(LATER))
    with pytest.raises(NotAllowed):
        recover(claim_id=claim, line_ids=lines, cause="–", by=world.manager, at=on(LATER))


def test_when_the_issuer_fails_what_is_due_becomes_the_list_of_creditors(world: World) -> None:
    claim = filed(world)
    assert freeze(world) == 5
    assert {line.place: line.cents[State.FROZEN] for line in creditors(world.manager, world.programme_id)} == {
        "Lieu 1 verdun (fictif)": 3000,
        "Lieu 2 verdun (fictif)": 2000,
    }
    assert world.money()[Account.DUE] == 5000
    with pytest.raises(IsFrozen):
        approve_claim(claim_id=claim, by=world.manager, at=on(LATER, 18), approve_rest=True)
    with pytest.raises(no.NothingToFreeze):
        freeze(world)


def test_claims_of_some_places_alone_are_frozen(world: World) -> None:
    assert freeze(world, place_ids=[world.places[1]], by=world.actor(Role.FINANCE)) == 2
    with pytest.raises(NotAllowed):
        freeze(world, by=world.actor(Role.PLACE))


def test_an_ordered_claim_is_paid_even_when_frozen(world: World) -> None:
    claim, finance = filed(world), world.actor(Role.FINANCE)
    approve_claim(claim_id=claim, by=world.manager, at=on(FILED, 15), approve_rest=True)
    order_payment(claim_id=claim, reference="M", ordered_on=FILED, by=finance, at=on(FILED, 16))
    freeze(world)
    record_payment(claim_id=claim, reference="V", paid_on=LATER, by=finance, at=on(LATER, 18))
    assert (world.states()[State.REIMBURSED], world.states()[State.FROZEN]) == (3, 2)
