"""The four sources compared: every difference named, owned and dated; what people say follows it."""

from datetime import date
from typing import Any

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.rules import Cash, Move, Pocket
from passnumerique.settlement.operations import approve_claim, file_claim, order_payment, record_payment
from passnumerique.settlement.operations.reconciling import note_difference
from passnumerique.settlement.queries import claims
from passnumerique.settlement.queries.reconciling import Standing, notes_of, reconcile
from passnumerique.settlement.rules.issuer import IssuerKind
from passnumerique.settlement.rules.issuer import refusals as no
from passnumerique.settlement.rules.reconciling import FollowUp, Gap, Owner
from passnumerique.training.models import Attendance
from tests.rooms.test_issuer_files import USES, csv, place_name, send, uses
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
OCTOBER, DAY = date(2021, 10, 1), date(2021, 10, 12)
TODAY = date(2021, 11, 10)


@pytest.fixture
def world() -> World:
    """Four passes used in October at the first place, and claimed."""
    made = build_world(issuer_fee_rate=400)
    made.spend(4, DAY)
    claim(made)
    return made


def claim(world: World, at: date = date(2021, 11, 3)) -> Any:
    return file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=OCTOBER,
        by=world.actor(Role.PLACE),
        at=on(at),
    )


def pay(world: World, claim_id: Any, reference: str = "V-1") -> None:
    finance = world.actor(Role.FINANCE)
    approve_claim(claim_id=claim_id, by=world.manager, at=on(date(2021, 11, 4)), approve_rest=True)
    order_payment(
        claim_id=claim_id, reference="M-1", ordered_on=date(2021, 11, 5), by=finance, at=on(date(2021, 11, 5))
    )
    record_payment(
        claim_id=claim_id, reference=reference, paid_on=date(2021, 11, 5), by=finance, at=on(date(2021, 11, 5), 10)
    )


def found(world: World, today: date = TODAY) -> list[Standing]:
    return reconcile(world.manager, world.programme_id, today).differences


def gaps(world: World, today: date = TODAY) -> list[tuple[Gap, str]]:
    return sorted((one.apart.gap, one.apart.subject) for one in found(world, today))


def test_sources_that_agree_have_no_difference(world: World) -> None:
    assert gaps(world) == []
    send(world, csv(USES, uses(world, [1, 2, 3, 4])))
    assert gaps(world) == []
    (cell,) = reconcile(world.manager, world.programme_id, TODAY).cells
    assert (cell.month, cell.place_id, cell.told, cell.agrees) == (OCTOBER, world.places[0], True, True)
    assert (cell.register.passes, cell.issuer.passes, cell.claimed.passes, cell.sheets) == (4, 4, 4, 4)
    assert (cell.register.cents, cell.issuer.cents, cell.claimed.cents, cell.paid.cents) == (4000, 4000, 4000, 0)


def test_each_way_in_which_the_issuer_may_differ_is_named(world: World) -> None:
    held = world.hand_over(1, day=DAY)[0]
    lines = uses(world, [1, 2, 3, held])
    lines[0][2], lines[1][1], lines[2][3] = place_name(world, 1), "11/10/2021", "12,00"
    send(world, csv(USES, [*lines, ["4", "12/10/2021", "Nulle part", "10"]]))
    assert gaps(world)[:4] == [
        (Gap.NOT_AT_ISSUER, "4"),
        (Gap.NOT_IN_REGISTER, str(held)),
        (Gap.OTHER_DAY, "2"),
        (Gap.OTHER_PLACE, "1"),
    ]
    assert [gap for gap, _ in gaps(world)[4:]] == [Gap.OTHER_VALUE, Gap.ROW_REFUSED]
    by_gap = {one.apart.gap: one for one in found(world)}
    assert by_gap[Gap.NOT_AT_ISSUER].owner is Owner.ISSUER
    assert by_gap[Gap.NOT_AT_ISSUER].age_days == (TODAY - DAY).days
    assert by_gap[Gap.OTHER_PLACE].other_place == place_name(world, 1)
    assert (by_gap[Gap.OTHER_DAY].apart.here, by_gap[Gap.OTHER_DAY].apart.there) == ("12/10/2021", "11/10/2021")
    assert by_gap[Gap.OTHER_VALUE].apart.cents == 200


def test_a_pass_said_used_twice_is_one_difference(world: World) -> None:
    send(world, csv(USES, uses(world, [1, 2, 3, 4])))
    send(world, csv(USES, uses(world, [1], "11/10/2021")))
    assert gaps(world) == [(Gap.SAID_TWICE, "1")]


def test_months_and_days_of_which_the_issuer_has_not_told_are_no_difference(world: World) -> None:
    world.spend(1, date(2021, 10, 20))
    world.spend(1, date(2021, 11, 4))
    send(world, csv(USES, uses(world, [1, 2, 3, 4])))
    assert gaps(world) == [(Gap.NOT_CLAIMED, f"{world.places[0]}:2021-10")]


def test_a_use_without_presence_and_a_month_not_claimed_are_told(world: World) -> None:
    numbers = world.spend(2, date(2021, 11, 2))
    assert gaps(world) == [], "November still runs"
    december = date(2021, 12, 3)
    assert gaps(world, december) == [(Gap.NOT_CLAIMED, f"{world.places[0]}:2021-11")]
    (one,) = found(world, december)
    assert (one.owner, one.age_days, one.apart.cents) == (Owner.PLACE, 2, 2000)
    Attendance.objects.filter(programme_id=world.programme_id, voucher_number=numbers[0]).update(status="no_show")
    assert (Gap.NO_SHEET, str(numbers[0])) in gaps(world)


def test_payments_are_compared_by_place_and_amount(world: World) -> None:
    pay(world, claims(world.manager, world.programme_id).get().id)
    headings, kind = ["Référence", "Date", "Lieu", "Montant"], IssuerKind.PAYMENTS
    send(world, csv(headings, [["X", "04/11/2021", place_name(world), "12,00"]]), kind)
    assert [gap for gap, _ in gaps(world)] == [Gap.PAYMENT_NOT_HERE]
    send(world, csv(headings, [["Y", "06/11/2021", place_name(world), "7,00"]]), kind)
    assert [gap for gap, _ in gaps(world)] == [Gap.PAYMENT_NOT_AT_ISSUER, Gap.PAYMENT_NOT_HERE, Gap.PAYMENT_NOT_HERE]
    send(world, csv(headings, [["V-1", "05/11/2021", place_name(world), "38,40"]]), kind)
    assert [gap for gap, _ in gaps(world)] == [Gap.PAYMENT_NOT_HERE, Gap.PAYMENT_NOT_HERE]


def test_orders_statements_and_the_clearing_account_are_compared(world: World) -> None:
    send(world, csv(["Commande", "Date", "Quantité"], [["C-1", "01/09/2021", "50"]]), IssuerKind.ORDERS)
    statement = csv(["Date", "Libellé", "Mouvement", "Solde"], [["31/10/2021", "Avance", "100", "100"]])
    send(world, statement, IssuerKind.STATEMENTS)
    assert [gap for gap, _ in gaps(world)] == [Gap.BALANCE_APART, Gap.ORDERED_NOT_RECEIVED]
    moves = [(Cash.FUNDS, Cash.TREASURY, 10_000), (Cash.TREASURY, Cash.MANDATARY, 10_000)]
    for debit, credit, cents in [*moves, (Cash.TREASURY, Cash.CLEARING, 300)]:
        _move(world, debit, credit, cents)
    assert [gap for gap, _ in gaps(world)] == [Gap.CLEARING, Gap.ORDERED_NOT_RECEIVED]
    _move(world, Cash.CLEARING, Cash.TREASURY, 300)
    assert [gap for gap, _ in gaps(world)] == [Gap.ORDERED_NOT_RECEIVED], "it came back to zero"


def _move(world: World, debit: Cash, credit: Cash, cents: int) -> None:
    at = on(date(2021, 10, 5))
    moves = [Move(Pocket(debit), Pocket(credit), cents)]
    transfer(programme_id=world.programme_id, moves=moves, cause=new_id(at), at=at)


def test_what_is_said_of_a_difference_follows_it(world: World) -> None:
    send(world, csv(USES, uses(world, [1, 2, 3])))
    programme_id, finance = world.programme_id, world.actor(Role.FINANCE)
    given: dict[str, Any] = {
        "programme_id": programme_id,
        "key": "not_at_issuer:4",
        "after": 0,
        "state": FollowUp.EXPLAINED,
        "owner": Owner.ISSUER,
        "reason": "Absent de l’export d’octobre, l’émetteur le renvoie.",
        "by": finance,
        "at": on(TODAY),
    }
    with pytest.raises(no.ExplanationMissing):
        note_difference(**(given | {"reason": " "}))
    note_difference(**given)
    with pytest.raises(no.DifferenceChanged):
        note_difference(**given)
    (one,) = found(world)
    assert (one.state, one.owner, one.notes) == (FollowUp.EXPLAINED, Owner.ISSUER, 1)
    assert one.reason.startswith("Absent")
    note_difference(**(given | {"after": 1, "state": FollowUp.SETTLED, "reason": "Reçu le 9 novembre."}))
    assert found(world)[0].state is FollowUp.SETTLED
    send(world, csv(USES, uses(world, [4])))
    assert found(world) == []
    assert notes_of(world.manager, programme_id, "not_at_issuer:4").count() == 2, "its history stays"
    with pytest.raises(no.DifferenceGone):
        note_difference(**(given | {"after": 2}))


def test_the_borders_of_the_reconciliation(world: World) -> None:
    send(world, csv(USES, uses(world, [1, 2, 3])))
    stranger = build_world("ailleurs", quantity=0, booklets=0)
    given: dict[str, Any] = {
        "programme_id": world.programme_id,
        "key": "not_at_issuer:4",
        "after": 0,
        "state": FollowUp.OPEN,
        "owner": Owner.PLACE,
        "reason": "",
        "at": on(TODAY),
    }
    for role in (Role.ACCOUNTANT, Role.AUDITOR):
        assert reconcile(world.actor(role), world.programme_id, TODAY).open == 1
        with pytest.raises(NotAllowed):
            note_difference(**given, by=world.actor(role))
    for role in (Role.PLACE, Role.PRESCRIBER, Role.MEDIATOR, Role.ISSUER, Role.FUNDER, Role.SECRETARY):
        with pytest.raises(NotAllowed):
            reconcile(world.actor(role), world.programme_id, TODAY)
        with pytest.raises(NotAllowed):
            notes_of(world.actor(role), world.programme_id, "not_at_issuer:4")
    with pytest.raises(NotFound):
        reconcile(stranger.manager, world.programme_id, TODAY)
    with pytest.raises(NotFound):
        note_difference(**given, by=stranger.manager)
