"""Whatever statement fails while the places are paid, nothing of it is written: runs, the bank's statements, what
comes back, the issuer's payments, what the finance software gives back. Both engines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from passnumerique.settlement.models import BankLine, Payment
from passnumerique.settlement.operations import accounting, movements, runs, statements
from passnumerique.settlement.operations.issuer import paying as issuer_paying
from passnumerique.settlement.operations.issuer import record_payments_of_issuer
from passnumerique.settlement.operations.movements import settle_movements
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries.runs import access_run, run_lines
from passnumerique.settlement.rules.matching import Fate, Purpose
from tests.rooms import test_accounting_files as software
from tests.rooms import test_issuer_payments as issuer
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import RUN_DAY, Office, office
from tests.rooms.race import clean
from tests.rooms.test_bank_statements import LATER, back, out, take
from tests.rooms.test_payment_runs import pay
from tests.rooms.world import build_world, on
from tests.simulation.failing import DatabaseGoneError, break_each_statement

pytestmark = pytest.mark.django_db
Act = Callable[[], Any]


def approved(desk: Office) -> Act:
    run = desk.prepare([desk.claim(0, 2), desk.claim(1, 1)])
    return lambda: desk.approve(run)


def paid_by_hand(desk: Office) -> Act:
    run = desk.sent([desk.claim(0, 2), desk.claim(1, 1)])
    return lambda: pay(desk, run)


def came_back(desk: Office) -> Act:
    pay(desk, desk.sent([desk.claim(0, 2)]))
    day, payment = RUN_DAY + timedelta(days=4), Payment.objects.get().id
    return lambda: record_return(
        payment_id=payment, code="AC04", reference="RET", returned_on=day, by=desk.sender, at=on(day)
    )


def told_by_the_bank(desk: Office) -> Act:
    """A statement that pays one claim, pays and gives back another, and tells what nobody knows."""
    run = desk.sent([desk.claim(0, 2), desk.claim(1, 1)])
    first, second = run_lines(access_run(desk.sender, run))
    content = statement([out(first), out(second), back(second), Entry(-700, LATER)])
    return lambda: take(desk, content)


def explained(desk: Office) -> Act:
    """A movement that nobody knew is the payment of a transfer."""
    line = run_lines(access_run(desk.sender, desk.sent([desk.claim(0, 2)]))).get()
    take(desk, statement([Entry(-line.amount_cents, LATER, reference="B-1")]))
    row = BankLine.objects.get(fate=Fate.UNKNOWN).id
    given: dict[str, Any] = {"purpose": Purpose.TRANSFER, "reason": "Vu avec la banque", "run_line_id": line.id}
    return lambda: settle_movements(line_ids=[row], by=desk.sender, at=on(LATER, 15), **given)


def told_by_the_issuer(_desk: Office) -> Act:
    desk = Office(build_world("emetteur", payer="issuer", issuer_fee_rate=400))
    desk.claim(0, 2)
    desk.claim(1, 1)
    issuer.told(desk, ("VIR-1", 0, "19,20", "", "", ""), ("VIR-2", 1, "9,60", "", "", ""))
    given: dict[str, Any] = {"by": desk.sender, "at": on(issuer.TODAY)}
    return lambda: record_payments_of_issuer(programme_id=desk.world.programme_id, **given)


def told_by_the_software(_desk: Office) -> Act:
    desk = Office(build_world("logiciel", payer="accounting", issuer_fee_rate=400))
    run, content = software.sent(desk), software.back(*software.GOOD)
    return lambda: software.take(desk, run, content)


@pytest.mark.parametrize(
    "prepare",
    [approved, paid_by_hand, came_back, told_by_the_bank, explained, told_by_the_issuer, told_by_the_software],
)
def test_nothing_is_half_paid_whatever_statement_fails(prepare: Callable[[Office], Act]) -> None:
    desk = office()
    assert break_each_statement(prepare(desk)) > 5
    assert clean(desk.world)


GUARDED: list[tuple[Any, Callable[[Office], Act]]] = [
    (runs, approved),
    (runs, paid_by_hand),
    (runs, came_back),
    (statements, told_by_the_bank),
    (movements, explained),
    (issuer_paying, told_by_the_issuer),
    (accounting, told_by_the_software),
]


@contextmanager
def kept_all_the_same() -> Iterator[None]:
    """A transaction that is never rolled back."""
    try:
        yield
    except DatabaseGoneError:
        transaction.set_rollback(False)
        raise


@pytest.mark.slow
@pytest.mark.parametrize(("room", "prepare"), GUARDED)
def test_the_judge_sees_an_act_without_its_transaction(
    room: Any, prepare: Callable[[Office], Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    act = prepare(office())
    monkeypatch.setattr(room, "transaction", SimpleNamespace(atomic=kept_all_the_same))
    with pytest.raises(AssertionError, match="half-written"):
        break_each_statement(act)
