"""Each movement of a statement counts once and ends somewhere: paid, returned, or unknown until a person says."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Account, Cash
from passnumerique.settlement.models import BankFile, BankLine, BankStatement, Payment, PaymentReturn, RunLine
from passnumerique.settlement.operations.movements import settle_movements
from passnumerique.settlement.operations.runs import record_run_payments
from passnumerique.settlement.operations.statements import Imported, import_statement
from passnumerique.settlement.queries.runs import access_run, run_lines
from passnumerique.settlement.queries.statements import bank_lines, content_of, statements
from passnumerique.settlement.rules import refusals as no
from passnumerique.settlement.rules.matching import Doubt, Fate, Purpose
from passnumerique.settlement.rules.runs import LineState, payment_information_id
from passnumerique.vouchers.rules import State
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import IBANS, RUN_DAY, Office, office
from tests.rooms.world import on

pytestmark = pytest.mark.django_db
PAID_ON, BACK_ON = RUN_DAY + timedelta(days=2), RUN_DAY + timedelta(days=4)
LATER = RUN_DAY + timedelta(days=6)


@pytest.fixture
def desk() -> Office:
    return office()


def sent(desk: Office, passes: int = 2, place: int = 0) -> RunLine:
    """The one line of a sent run."""
    return run_lines(access_run(desk.sender, desk.sent([desk.claim(place, passes)]))).get()


def out(line: RunLine, **given: Any) -> Entry:
    return Entry(
        **({"cents": -line.amount_cents, "day": PAID_ON, "line": line.id, "reference": f"B-{line.rank}"} | given)
    )


def back(line: RunLine, **given: Any) -> Entry:
    given = {"cents": line.amount_cents, "day": BACK_ON, "line": line.id, "reference": "B-9", "code": "AC04"} | given
    return Entry(**given)


def take(desk: Office, content: bytes, **given: Any) -> Imported:
    given = {"filename": "releve.xml", "by": desk.sender, "at": on(LATER)} | given
    return import_statement(programme_id=desk.world.programme_id, content=content, **given)


def cash(desk: Office) -> dict[Cash, int]:
    return {account: cents for account, cents in cash_totals(desk.world.programme_id).items() if cents}


def sound(desk: Office) -> None:
    assert audit_programme(desk.world.programme_id).differences == ()


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_payment_told_by_the_bank_pays_its_claim(desk: Office, version: str) -> None:
    line = sent(desk)
    done = take(desk, statement([out(line)], version=version))
    assert dict(done.counts) == {Fate.PAID: 1}
    payment = Payment.objects.get(claim_id=line.claim_id)
    assert (payment.paid_on, payment.reference, payment.amount_cents) == (PAID_ON, "B-1", 1920)
    assert desk.world.states()[State.REIMBURSED] == 2
    assert cash(desk) == {Cash.TREASURY: -1920, Cash.SETTLED: 1920}
    sound(desk)


def test_a_trial_says_what_would_happen_and_writes_nothing(desk: Office) -> None:
    line = sent(desk)
    done = take(desk, statement([out(line), Entry(-700, PAID_ON)]), dry_run=True)
    assert dict(done.counts) == {Fate.PAID: 1, Fate.UNKNOWN: 1}
    assert not BankFile.objects.exists()
    assert not Payment.objects.exists()


def test_the_very_file_twice_changes_nothing(desk: Office) -> None:
    content = statement([out(sent(desk)), Entry(-700, PAID_ON)])
    first = take(desk, content)
    again = take(desk, content)
    assert (again.known, again.file_id) == (True, first.file_id)
    assert (BankFile.objects.count(), BankLine.objects.count(), Payment.objects.count()) == (1, 2, 1)
    sound(desk)


def test_overlapping_statements_count_each_movement_once(desk: Office) -> None:
    line = sent(desk)
    twin = Entry(-700, PAID_ON, words="Frais de tenue")
    take(desk, statement([out(line), twin]))
    longer = take(desk, statement([out(line), twin, twin, Entry(5000, BACK_ON)], name="R-2"))
    assert (longer.repeated, len(longer.judged)) == (2, 2)
    assert Payment.objects.count() == 1
    assert sorted(BankLine.objects.values_list("cents", flat=True)) == [-1920, -700, -700, 5000]
    assert cash(desk)[Cash.CLEARING] == 1400 - 5000
    assert [one.fresh for one in BankStatement.objects.order_by("entries")] == [2, 2]
    sound(desk)


def test_a_payment_that_comes_back_is_returned_with_its_reason(desk: Office) -> None:
    line = sent(desk)
    done = take(desk, statement([out(line), back(line)]))
    assert dict(done.counts) == {Fate.PAID: 1, Fate.RETURNED: 1}
    assert PaymentReturn.objects.get().code == "AC04"
    assert desk.world.states()[State.APPROVED] == 2
    assert Account.PAID not in desk.world.money()
    assert cash(desk) == {}
    sound(desk)


def test_the_order_in_which_statements_come_changes_nothing() -> None:
    ends = []
    for order in permutations(range(3)):
        desk = office(slug=f"ordre-{''.join(map(str, order))}")
        line = sent(desk)
        files = [
            statement([out(line)], name="R-1"),
            statement([back(line)], name="R-2"),
            statement([out(line), Entry(-700, LATER)], name="R-3"),
        ]
        for rank in order:
            take(desk, files[rank])
        ends.append(
            (
                cash(desk),
                desk.world.states()[State.APPROVED],
                PaymentReturn.objects.filter(claim_id=line.claim_id).count(),
            )
        )
        sound(desk)
    assert ends == [({Cash.TREASURY: -700, Cash.CLEARING: 700}, 2, 1)] * 6


def test_a_return_told_before_its_payment_waits_for_it(desk: Office) -> None:
    line = sent(desk)
    take(desk, statement([back(line)]))
    waiting = BankLine.objects.get()
    assert (waiting.fate, waiting.doubt) == (Fate.UNKNOWN, Doubt.NOT_PAID_YET)
    done = take(desk, statement([out(line)], name="R-0"))
    assert done.cleared == 1
    waiting.refresh_from_db()
    assert (waiting.fate, waiting.cleared) == (Fate.RETURNED, True)
    sound(desk)


def test_one_movement_can_pay_a_whole_run(desk: Office) -> None:
    run = desk.sent([desk.claim(0, 2), desk.claim(1, 1)])
    batch = payment_information_id(run)
    wrong = take(desk, statement([Entry(-2000, PAID_ON, batch=batch)]))
    assert dict(wrong.counts) == {Fate.UNKNOWN: 1}
    take(desk, statement([Entry(-2880, PAID_ON, batch=batch, reference="B-1")], name="R-2"))
    assert {line.state for line in run_lines(access_run(desk.sender, run))} == {LineState.PAID}
    again = take(desk, statement([Entry(-2880, LATER, batch=batch, reference="B-2")], name="R-3"))
    assert dict(again.counts) == {Fate.UNKNOWN: 1}
    sound(desk)


def test_a_bank_that_pays_twice_is_seen(desk: Office) -> None:
    line = sent(desk)
    take(desk, statement([out(line), out(line, reference="B-2")]))
    assert Payment.objects.count() == 1
    assert BankLine.objects.get(fate=Fate.UNKNOWN).doubt == Doubt.PAID_TWICE
    assert cash(desk)[Cash.CLEARING] == line.amount_cents
    sound(desk)


def test_what_was_noted_by_hand_is_confirmed_and_not_paid_again(desk: Office) -> None:
    line = sent(desk)
    record_run_payments(run_id=line.run_id, paid_on=PAID_ON, reference="V", by=desk.sender, at=on(PAID_ON))
    done = take(desk, statement([out(line), back(line)]))
    assert dict(done.counts) == {Fate.CONFIRMED: 1, Fate.RETURNED: 1}
    assert Payment.objects.count() == 1
    sound(desk)


def test_what_is_not_known_for_sure_is_kept_apart_with_its_reason(desk: Office) -> None:
    line = sent(desk)
    other = run_lines(access_run(desk.sender, desk.prepare([desk.claim(1, 1)]))).get()
    entries = [
        out(line, cents=-1919),
        out(other),
        Entry(-10, PAID_ON, end_to_end="NOTPROVIDED"),
        Entry(-10, PAID_ON, end_to_end="PN-" + "0" * 32),
        Entry(-99, PAID_ON, status="PDNG"),
    ]
    take(desk, statement(entries))
    doubts = list(BankLine.objects.order_by("rank").values_list("doubt", flat=True))
    assert doubts == [Doubt.OTHER_AMOUNT, Doubt.NOT_SENT, Doubt.NOT_OURS, Doubt.NOT_OURS]
    assert BankStatement.objects.get().pending == 1
    assert not Payment.objects.exists()
    sound(desk)


def test_a_run_noted_as_sent_afterwards_finds_its_payment_with_the_next_statement(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    desk.approve(run)
    line = run_lines(access_run(desk.sender, run)).get()
    take(desk, statement([out(line)]))
    desk.send(run)
    done = take(desk, statement([Entry(-5, LATER)], name="R-2"))
    assert (done.cleared, Payment.objects.count()) == (1, 1)
    sound(desk)


def settle(desk: Office, purpose: Purpose, lines: list[UUID] | None = None, **given: Any) -> int:
    ids = lines or [line.id for line in bank_lines(desk.sender, desk.world.programme_id, fate=Fate.UNKNOWN)]
    given = {"reason": "Vu avec la banque", "by": desk.sender, "at": on(LATER, 15)} | given
    return settle_movements(line_ids=ids, purpose=purpose, **given)


def test_a_person_says_what_unknown_movements_are_and_the_clearing_comes_to_zero(desk: Office) -> None:
    take(
        desk,
        statement(
            [Entry(-700, PAID_ON, words="Électricité"), Entry(-50, PAID_ON), Entry(9000, PAID_ON, reference="F")]
        ),
    )
    funds, *foreign = bank_lines(desk.sender, desk.world.programme_id).order_by("-cents")
    assert settle(desk, Purpose.FUNDS, [funds.id]) == 1
    assert settle(desk, Purpose.FOREIGN, [one.id for one in foreign]) == 2
    assert cash(desk) == {Cash.FUNDS: 9000, Cash.TREASURY: 9000} or cash(desk) == {
        Cash.FUNDS: -9000,
        Cash.TREASURY: 9000,
    }
    assert {line.words for line in BankLine.objects.filter(purpose=Purpose.FOREIGN)} == {""}
    with pytest.raises(no.MovementSettled):
        settle(desk, Purpose.FUNDS, [funds.id])
    sound(desk)


def test_a_person_can_name_the_transfer_that_a_movement_pays_or_brings_back(desk: Office) -> None:
    line = sent(desk)
    take(desk, statement([Entry(-line.amount_cents, PAID_ON), Entry(line.amount_cents, BACK_ON)]))
    money_out, money_back = bank_lines(desk.sender, desk.world.programme_id).order_by("cents")
    with pytest.raises(no.MovementTarget):
        settle(desk, Purpose.TRANSFER, [money_out.id])
    with pytest.raises(no.MovementTarget):
        settle(desk, Purpose.RETURN, [money_back.id], run_line_id=line.id)
    settle(desk, Purpose.TRANSFER, [money_out.id], run_line_id=line.id)
    assert desk.world.states()[State.REIMBURSED] == 2
    settle(desk, Purpose.RETURN, [money_back.id], run_line_id=line.id)
    assert desk.world.states()[State.APPROVED] == 2
    assert cash(desk) == {}
    sound(desk)


def test_an_attribution_goes_the_way_of_its_money_with_a_reason_and_by_who_pays(desk: Office) -> None:
    take(desk, statement([Entry(-700, PAID_ON)]))
    cases: list[tuple[type[Refusal], Purpose, dict[str, Any]]] = [
        (no.MovementUnfit, Purpose.FUNDS, {}),
        (no.MovementReasonMissing, Purpose.FOREIGN, {"reason": " "}),
        (NotAllowed, Purpose.FOREIGN, {"by": desk.world.actor(Role.ACCOUNTANT)}),
        (NotAllowed, Purpose.FOREIGN, {"by": desk.world.manager}),
        (NotFound, Purpose.FOREIGN, {"by": office(places=1, slug="ailleurs").sender}),
    ]
    for refusal, purpose, given in cases:
        with pytest.raises(refusal):
            settle(desk, purpose, [BankLine.objects.get().id], **given)
    assert cash(desk)[Cash.CLEARING] == 700


GOOD = statement([Entry(-700, PAID_ON)])
BAD: list[tuple[type[Refusal], bytes]] = [
    (no.StatementUnreadable, GOOD[:-30]),
    (no.StatementUnreadable, GOOD.replace(b"R-1", "Relevé".encode("latin-1"))),
    (no.StatementUnreadable, GOOD.replace(b'encoding="UTF-8"', b'encoding="KLINGON"')),
    (no.StatementUnreadable, b""),
    (no.StatementUnreadable, b"date;montant\n2021-11-10;700,00\n"),
    (no.StatementUnsafe, GOOD.replace(b"<Document", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><Document')),
    (no.StatementUnsafe, GOOD.replace(b"<Document", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document')),
    (no.StatementNotOne, GOOD.replace(b"camt.053.001.08", b"pain.001.001.09")),
    (no.StatementVersion, GOOD.replace(b"camt.053.001.08", b"camt.053.001.13")),
    (no.StatementCurrency, GOOD.replace(b'Ccy="EUR">7', b'Ccy="CHF">7')),
    (no.StatementAmount, GOOD.replace(b">7.00<", b">7.001<")),
    (no.StatementAmount, GOOD.replace(b">7.00<", b">-7.00<")),
    (no.StatementAmount, GOOD.replace(b">7.00<", b">sept<")),
    (no.BalanceWrong, GOOD.replace(b">7.00<", b">8.00<")),
    (no.StatementWithoutBalance, GOOD.replace(b"CLBD", b"ITBD")),
    (no.StatementWithoutAccount, GOOD.replace(IBANS[39].encode(), b"")),
    (no.StatementOfAnotherAccount, GOOD.replace(IBANS[39].encode(), IBANS[3].encode())),
]


@pytest.mark.parametrize(("refusal", "content"), BAD, ids=[f"{n}-{kind.__name__}" for n, (kind, _) in enumerate(BAD)])
def test_a_bad_file_is_named_and_nothing_moves(desk: Office, refusal: type[Refusal], content: bytes) -> None:
    with pytest.raises(refusal) as refused:
        take(desk, content)
    assert refused.value.say()
    assert not BankFile.objects.exists()
    assert cash(desk) == {}


def test_amounts_are_read_with_a_dot_or_a_comma(desk: Office) -> None:
    take(desk, GOOD.replace(b">7.00<", b">7,00<").replace(b">9993.00<", b">9993,0<"))
    assert BankLine.objects.get().cents == -700


def test_the_file_is_kept_as_it_came_and_enciphered(desk: Office) -> None:
    take(desk, GOOD)
    file = BankFile.objects.get()
    assert content_of(file) == GOOD
    assert IBANS[39].encode() not in bytes(file.sealed)


def test_statements_are_read_by_the_desks_of_the_authority_and_imported_by_who_pays(desk: Office) -> None:
    take(desk, GOOD)
    world = desk.world
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.MANAGER):
        assert statements(world.actor(role), world.programme_id).count() == 1
        with pytest.raises(NotAllowed):
            take(desk, GOOD, by=world.actor(role))
    for role in (Role.PLACE, Role.PRESCRIBER, Role.ISSUER):
        with pytest.raises(NotAllowed):
            bank_lines(world.actor(role), world.programme_id)
    with pytest.raises(NotFound):
        take(desk, GOOD, by=office(places=1, slug="ailleurs").sender)


TAMPERED: list[tuple[type[Any], dict[str, Any], str]] = [
    (BankFile, {"sha256": b"x" * 32}, "bank_file"),
    (BankStatement, {"closing_cents": 7}, "bank_file"),
    (BankLine, {"cents": -1}, "bank_line"),
    (BankLine, {"booked_on": date(2021, 1, 1)}, "bank_line"),
    (BankLine, {"fate": Fate.UNKNOWN}, "cash"),
    (Payment, {"run_line_id": None}, "bank_line"),
]


@pytest.mark.parametrize(("model", "columns", "check"), TAMPERED)
def test_the_audit_names_what_was_tampered_with(
    desk: Office, model: type[Any], columns: dict[str, Any], check: str
) -> None:
    take(desk, statement([out(sent(desk))]))
    sound(desk)
    model.objects.update(**columns)
    assert check in {one.check.name for one in audit_programme(desk.world.programme_id).differences}
