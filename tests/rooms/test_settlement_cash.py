"""The book of cash: entries, payments by whoever pays, and what the audit says of them."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory.rules import Role
from passnumerique.ground.differences import Difference
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.queries import cash_balances, cash_totals, totals
from passnumerique.ledger.rules import Account, Cash, Move, Pocket
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import CashEntry, Payment
from passnumerique.settlement.operations import (
    approve_claim,
    cash_of_return,
    file_claim,
    fund_mandatary,
    order_payment,
    record_cash,
    record_fee,
    record_funds,
    record_payment,
)
from passnumerique.settlement.queries import cash_entries
from passnumerique.settlement.rules import CashKind, moves_of_payment
from passnumerique.settlement.rules.refusals import (
    CashAmountMissing,
    CashOfTheFuture,
    CashReferenceMissing,
    CashReferenceTaken,
)
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db

DAY = date(2021, 12, 1)


def cash(world: World) -> dict[Cash, int]:
    return {account: cents for account, cents in cash_totals(world.programme_id).items() if cents}


def funds(world: World, **given: Any) -> UUID:
    details = {"contributor": "État", "amount_cents": 50_000, "reference": "TITRE-1", "received_on": DAY}
    finance = world.actor(Role.FINANCE)
    return record_funds(programme_id=world.programme_id, by=finance, at=on(DAY), **(details | given))


def differences(world: World) -> tuple[Difference, ...]:
    return audit_programme(world.programme_id).differences


def paid(world: World, spent: int = 3) -> UUID:
    """Passes spent in September, claimed, approved, ordered and paid in October; the payment's id."""
    world.spend(spent, date(2021, 9, 20))
    place, finance = world.actor(Role.PLACE), world.actor(Role.FINANCE)
    claim = file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=date(2021, 9, 1),
        by=place,
        at=on(date(2021, 10, 5)),
    )
    day = date(2021, 10, 20)
    approve_claim(claim_id=claim, by=world.manager, at=on(day), approve_rest=True)
    order_payment(claim_id=claim, reference="M-1", ordered_on=day, by=finance, at=on(day, 10))
    return record_payment(claim_id=claim, reference="V-1", paid_on=day, by=finance, at=on(day, 11))


def test_funds_come_to_the_treasury_and_leave_the_face_value_alone() -> None:
    world = build_world()
    face = totals(world.programme_id)
    funds(world)
    fund_mandatary(
        programme_id=world.programme_id,
        amount_cents=20_000,
        reference="AVANCE-1",
        paid_on=DAY,
        by=world.actor(Role.FINANCE),
        at=on(DAY),
    )
    assert cash(world) == {Cash.FUNDS: 50_000, Cash.TREASURY: 30_000, Cash.MANDATARY: 20_000}
    assert totals(world.programme_id) == face
    assert sum(cash_balances(world.programme_id).values()) == 0
    assert differences(world) == ()


def test_money_comes_back_from_the_mandatary_and_goes_back_to_a_funder() -> None:
    world = build_world()
    finance = world.actor(Role.FINANCE)
    funds(world)
    for back in (False, True):
        fund_mandatary(
            programme_id=world.programme_id,
            amount_cents=20_000,
            reference="AVANCE-1",
            paid_on=DAY,
            by=finance,
            at=on(DAY),
            back=back,
        )
    funds(world, reference="REVERSEMENT-1", back=True)
    assert cash(world) == {}
    assert differences(world) == ()


def test_a_fee_is_kept_by_the_issuer_or_paid_by_the_authority() -> None:
    world = build_world()
    finance = world.actor(Role.FINANCE)
    for kept in (True, False):
        record_fee(
            programme_id=world.programme_id,
            amount_cents=400,
            reference="FRAIS-1",
            charged_on=DAY,
            by=finance,
            at=on(DAY),
            kept=kept,
        )
    assert cash_totals(world.programme_id) == dict.fromkeys(Cash, 0) | {
        Cash.FEES: 800,
        Cash.MANDATARY: -400,
        Cash.TREASURY: -400,
    }


@pytest.mark.parametrize("payer", [Payer.AUTHORITY, Payer.ACCOUNTING])
def test_the_authority_pays_the_net_from_its_treasury(payer: Payer) -> None:
    world = build_world(payer=payer, issuer_fee_rate=400)
    payment = Payment.objects.get(id=paid(world))
    assert (payment.payer, payment.amount_cents, payment.fee_cents) == (payer, 2880, 120)
    assert cash(world) == {Cash.TREASURY: -2880, Cash.SETTLED: 2880}
    assert cash_balances(world.programme_id)[Pocket(Cash.SETTLED, world.places[0])] == 2880
    assert totals(world.programme_id)[Account.PAID] == 3000
    assert differences(world) == ()


def test_an_issuer_that_pays_does_so_from_what_it_holds_and_keeps_its_fee() -> None:
    world = build_world(payer=Payer.ISSUER, issuer_fee_rate=400)
    payment = paid(world)
    assert cash(world) == {Cash.MANDATARY: -3000, Cash.SETTLED: 2880, Cash.FEES: 120}
    assert set(Transfer.objects.filter(credit_account__in=list(Cash)).values_list("cause", flat=True)) == {payment}
    assert differences(world) == ()


def test_a_returned_payment_brings_its_cash_back() -> None:
    world = build_world(payer=Payer.ISSUER, issuer_fee_rate=400)
    paid(world)
    at = on(date(2021, 10, 25))
    cash_of_return(
        programme_id=world.programme_id,
        payer=Payer.ISSUER,
        place_id=world.places[0],
        net_cents=2880,
        fee_cents=120,
        cause=new_id(at),
        at=at,
    )
    assert cash(world) == {}


def test_who_paid_stays_when_the_payer_changes() -> None:
    world = build_world(payer=Payer.ISSUER, issuer_fee_rate=400)
    paid(world)
    world.set(date(2021, 11, 1), payer=Payer.AUTHORITY)
    assert differences(world) == ()


def test_a_payment_recorded_before_the_book_of_cash_is_expected_to_have_moved_none() -> None:
    world = build_world()
    payment = paid(world)
    Payment.objects.filter(id=payment).update(payer=None, fee_cents=None)
    Transfer.objects.filter(cause=payment, credit_account__in=list(Cash)).delete()
    assert differences(world) == ()


def test_the_audit_names_cash_that_nothing_explains_and_cash_that_is_missing() -> None:
    world = build_world()
    entry = funds(world)
    Transfer.objects.filter(cause=entry).update(amount_cents=1)
    (found,) = differences(world)
    assert (found.check.name, found.stored, found.recomputed) == ("cash", "amount_cents=1", "amount_cents=50000")
    CashEntry.objects.all().delete()
    assert [(one.check.name, one.recomputed) for one in differences(world)] == [("cash", "")]
    Transfer.objects.filter(cause=entry).delete()
    assert differences(world) == ()


def test_a_transfer_never_goes_from_one_book_to_the_other() -> None:
    world = build_world()
    move = Move(Pocket(Account.ENVELOPE), Pocket(Cash.TREASURY), 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        transfer(programme_id=world.programme_id, moves=[move], cause=new_id(on(DAY)), at=on(DAY))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"amount_cents": 0}, CashAmountMissing),
        ({"amount_cents": -5}, CashAmountMissing),
        ({"reference": "  "}, CashReferenceMissing),
        ({"received_on": date(2021, 12, 2)}, CashOfTheFuture),
        ({"document_id": UUID(int=7)}, NotFound),
    ],
)
def test_an_entry_that_says_too_little_is_refused(given: dict[str, Any], refusal: type[Refusal]) -> None:
    world = build_world()
    with pytest.raises(refusal):
        funds(world, **given)
    assert not CashEntry.objects.exists()


def test_the_same_reference_is_recorded_once_for_each_kind() -> None:
    world = build_world()
    funds(world)
    with pytest.raises(CashReferenceTaken):
        funds(world)
    assert cash(world)[Cash.FUNDS] == 50_000


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.FINANCE])
def test_only_finance_keeps_the_accounts(role: Role) -> None:
    world = build_world()
    with pytest.raises(NotAllowed):
        record_cash(
            programme_id=world.programme_id,
            kind=CashKind.FUNDS,
            amount_cents=1,
            reference="X",
            happened_on=DAY,
            by=world.actor(role),
            at=on(DAY),
        )


def test_cash_of_another_programme_is_neither_seen_nor_written() -> None:
    world, other = build_world(), build_world("meuse")
    funds(world)
    with pytest.raises(NotFound):
        record_cash(
            programme_id=world.programme_id,
            kind=CashKind.FUNDS,
            amount_cents=1,
            reference="T-2",
            happened_on=DAY,
            by=other.actor(Role.FINANCE),
            at=on(DAY),
        )
    with pytest.raises(NotFound):
        cash_entries(other.actor(Role.ACCOUNTANT), world.programme_id)
    with pytest.raises(NotAllowed):
        cash_entries(world.actor(Role.PLACE), world.programme_id)
    assert cash_entries(world.actor(Role.ACCOUNTANT), world.programme_id).count() == 1


def test_a_payment_of_nothing_but_a_fee_moves_the_fee_alone() -> None:
    assert moves_of_payment(Payer.ISSUER, UUID(int=3), 0, 5) == [Move(Pocket(Cash.MANDATARY), Pocket(Cash.FEES), 5)]
