"""Runs, statements, returns, payments again, sums taken back, in any order and with files that overlap: no claim is
paid twice, every euro of the account is somewhere, and the laws hold after each step. Both engines.

The bank is the model: what it truly did is a list, of which the statements tell slices, in any order, again and again.
"""

from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from passnumerique.directory.rules import Role
from passnumerique.ground.chance import seeded
from passnumerique.ground.refusals import Refusal
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Cash
from passnumerique.settlement.models import BankLine, CashEntry, Claim, ClaimLine, Payment, PaymentRun, RunLine
from passnumerique.settlement.operations import order_recovery, paid, record_payment, recover, statements
from passnumerique.settlement.operations.closing import close_programme
from passnumerique.settlement.operations.runs import abandon_run, record_return, record_run_payments
from passnumerique.settlement.operations.statements import import_statement
from passnumerique.settlement.rules import ClaimState, Verdict, matching
from passnumerique.settlement.rules.matching import Fate
from passnumerique.settlement.rules.runs import LineState, RunState
from passnumerique.training.operations import undo_redemption
from passnumerique.vouchers.models import Event, Redemption
from passnumerique.vouchers.queries.audit import law_broken
from passnumerique.vouchers.rules import Act
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import OCTOBER, Office, office
from tests.rooms.world import on

pytestmark = pytest.mark.django_db
FIRST = date(2021, 12, 6)
MONTHS = (OCTOBER.replace(month=9), OCTOBER, OCTOBER.replace(month=11))
RANKS = st.integers(0, 11)


class Paying(RuleBasedStateMachine):
    """A finance desk, its bank, and whoever presses whatever button."""

    done: Counter[str] = Counter()
    """How often each button did something, over all walks."""

    @initialize(passes=st.lists(st.integers(1, 3), min_size=6, max_size=6))
    def open(self, passes: list[int]) -> None:
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.undone.callback(transaction.set_rollback, True)
        self.undone.enter_context(seeded("payments"))
        self.desk: Office = office(quantity=40, passes_per_person=1000)
        self.world = self.desk.world
        self.at = on(FIRST, 8)
        self.bank: list[Entry] = []
        self.claims = [self.desk.claim(rank % 2, many, MONTHS[rank // 2]) for rank, many in enumerate(passes)]
        self.desk.sent(self.claims[:3], FIRST)
        self.at = on(FIRST, 14)

    def rows(self, model: Any, **given: Any) -> list[Any]:
        return list(model.objects.filter(programme_id=self.world.programme_id, **given).order_by("id"))

    def one(self, model: Any, rank: int, **given: Any) -> Any:
        found = self.rows(model, **given)
        return found[rank % len(found)] if found else None

    def attempt(self, act: Any, **given: Any) -> None:
        """Press the button; a refusal leaves everything as it was."""
        self.at += timedelta(minutes=7)
        before = self.books()
        try:
            act(at=self.at, **given)
            Paying.done[act.__name__] += 1
        except Refusal:
            assert self.books() == before, f"{act.__name__} was refused and wrote something"

    def books(self) -> tuple[Any, ...]:
        programme = {"programme_id": self.world.programme_id}
        states = [list(one.objects.filter(**programme).order_by("id").values_list("id", "state")) for one in _STATED]
        counts = [one.objects.filter(**programme).count() for one in (Payment, BankLine, Event, CashEntry)]
        return states, counts, sorted(cash_totals(self.world.programme_id).items())

    @rule()
    def a_day_goes_by(self) -> None:
        self.at += timedelta(days=1)

    @rule(many=st.integers(1, 3), any_claim=st.booleans())
    def prepare(self, many: int, any_claim: bool) -> None:
        """A run of claims that wait, and now and then of any claims."""
        held = {row.claim_id for row in self.rows(RunLine, state__in=[LineState.WAITING, LineState.PAID])}
        free = [one for one in self.claims if one not in held]
        chosen = (self.claims if any_claim else free)[:many]
        self.attempt(self.desk.prepare, claims=chosen, day=self.at.date())

    def a_run(self, rank: int, state: RunState, any_run: bool) -> Any:
        """A run in the state in which the button is of use, or now and then any run."""
        return self.one(PaymentRun, rank, **({} if any_run else {"state": state}))

    @rule(rank=RANKS, own=st.booleans(), any_run=st.booleans())
    def approve(self, rank: int, own: bool, any_run: bool) -> None:
        run = self.a_run(rank, RunState.PREPARED, any_run)
        if run:
            by = self.desk.preparer if own else self.desk.approver
            self.attempt(self.desk.approve, run=run.id, by=by)

    @rule(rank=RANKS, any_run=st.booleans())
    def send(self, rank: int, any_run: bool) -> None:
        run = self.a_run(rank, RunState.APPROVED, any_run)
        if run:
            self.attempt(self.desk.send, run=run.id)

    @rule(rank=RANKS)
    def abandon(self, rank: int) -> None:
        run = self.one(PaymentRun, rank)
        if run:
            self.attempt(abandon_run, run_id=run.id, reason="Erreur", by=self.desk.preparer)

    @rule(rank=RANKS, how=st.sampled_from(["right", "right", "right", "less", "whole"]))
    def the_bank_pays(self, rank: int, how: str) -> None:
        """It may pay twice, another sum, or a run as a whole: what it does is done, whatever was noted here."""
        line = self.one(RunLine, rank)
        if line is None or not line.iban_end:
            return
        number = f"B-{len(self.bank)}"
        if how == "whole":
            several = self.rows(RunLine, run_id=line.run_id)
            cents = sum(one.amount_cents for one in several)
            self.bank.append(Entry(-cents, self.at.date(), reference=number, batch=f"PI-{line.run_id.hex}"))
        else:
            cents = line.amount_cents - (how == "less")
            self.bank.append(Entry(-cents, self.at.date(), line.id, number))

    @rule(rank=RANKS)
    def the_bank_gives_back(self, rank: int) -> None:
        line = self.one(RunLine, rank)
        if line and line.iban_end:
            given = {"reference": f"B-{len(self.bank)}", "code": "AC04"}
            self.bank.append(Entry(line.amount_cents, self.at.date(), line.id, **given))

    @rule(cents=st.sampled_from([-700, 5000]))
    def something_else_happens(self, cents: int) -> None:
        self.bank.append(Entry(cents, self.at.date(), reference=f"B-{len(self.bank)}", words="Divers"))

    @precondition(lambda self: self.bank)
    @rule(start=st.integers(0, 20), many=st.integers(1, 8), twice=st.booleans())
    def a_statement_comes(self, start: int, many: int, twice: bool) -> None:
        first = start % len(self.bank)
        content = statement(self.bank[first : first + many], name=f"R-{first}-{many}")
        given: dict[str, Any] = {"programme_id": self.world.programme_id, "filename": "r.xml", "content": content}
        for _ in range(1 + twice):
            self.attempt(import_statement, by=self.desk.sender, **given)

    @rule(rank=RANKS)
    def note_a_run_as_paid(self, rank: int) -> None:
        run = self.one(PaymentRun, rank)
        if run:
            given = {"paid_on": self.at.date(), "reference": "À la main"}
            self.attempt(record_run_payments, run_id=run.id, by=self.desk.sender, **given)

    @rule(rank=RANKS)
    def pay_a_claim_by_hand(self, rank: int) -> None:
        given = {"claim_id": self.claims[rank % 6], "reference": "V", "paid_on": self.at.date()}
        self.attempt(record_payment, by=self.desk.sender, **given)

    @rule(rank=RANKS)
    def note_a_return(self, rank: int) -> None:
        row = self.one(Payment, rank)
        if row:
            given = {"payment_id": row.id, "code": "", "reference": "RET", "returned_on": self.at.date()}
            self.attempt(record_return, by=self.desk.sender, **given)

    @rule(rank=RANKS)
    def declare_undue(self, rank: int) -> None:
        line = self.one(ClaimLine, rank, claim__state=ClaimState.PAID, verdict=Verdict.APPROVED)
        if line:
            self.attempt(recover, claim_id=line.claim_id, line_ids=[line.id], cause="Indu", by=self.desk.sender)

    @rule(place=st.integers(0, 1))
    def ask_it_back(self, place: int) -> None:
        given = {"programme_id": self.world.programme_id, "place_id": self.world.places[place]}
        self.attempt(order_recovery, by=self.desk.sender, **given)

    @rule(rank=RANKS)
    def undo_a_use(self, rank: int) -> None:
        row = self.one(Redemption, rank)
        by = self.world.actor(Role.PLACE, self.world.places.index(row.place_id))
        self.attempt(undo_redemption, programme_id=self.world.programme_id, redemption_id=row.id, cause="Erreur", by=by)

    @rule()
    def close(self) -> None:
        self.attempt(close_programme, programme_id=self.world.programme_id, by=self.world.manager)

    @invariant()
    def the_laws_hold(self) -> None:
        programme_id = self.world.programme_id
        assert law_broken(programme_id) == []
        live = Counter(row.claim_id for row in self.rows(Payment, live=True))
        states = {row.id: row.state for row in self.rows(Claim)}
        assert set(live.values()) <= {1}, "a claim is paid twice"
        assert set(live) == {one for one, state in states.items() if state == ClaimState.PAID}
        self.each_pass_is_paid_once()
        self.every_euro_is_somewhere()

    def each_pass_is_paid_once(self) -> None:
        turns: Counter[UUID] = Counter()
        for voucher, act in Event.objects.filter(
            programme_id=self.world.programme_id, act__in=[Act.PAY, Act.BOUNCE]
        ).values_list("voucher_id", "act"):
            turns[voucher] += 1 if act == Act.PAY else -1
        assert set(turns.values()) <= {0, 1}, "a pass is paid twice"

    def every_euro_is_somewhere(self) -> None:
        totals = cash_totals(self.world.programme_id)
        unknown = sum(row.cents for row in self.rows(BankLine, fate=Fate.UNKNOWN))
        assert totals[Cash.CLEARING] == -unknown
        assert totals[Cash.SETTLED] == sum(row.amount_cents for row in self.rows(Payment, live=True))
        assert len(self.rows(BankLine)) <= len(self.bank), "a movement counts twice"
        assert sum(totals.values()) == 0

    def teardown(self) -> None:
        """The whole audit, then nothing of the walk is left for the next one: the same ids, the same order."""
        if hasattr(self, "undone"):
            with self.undone:
                assert [sentence(one) for one in audit_programme(self.world.programme_id).differences] == []


_STATED = (Claim, PaymentRun, RunLine)


def walk(examples: int, steps: int, *, seed_free: bool = False) -> None:
    """Let the machine go; with `seed_free` the same walk each time, and no search for a smaller one."""
    phases = [Phase.generate] if seed_free else [Phase.explicit, Phase.generate]
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    given = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=seed_free,
        phases=phases,
        suppress_health_check=checks,
    )
    run_state_machine_as_test(Paying, settings=given)


def test_any_order_of_payments_and_statements_keeps_the_laws() -> None:
    Paying.done.clear()
    walk(5, 30)
    assert sum(Paying.done.values()) > 5, "the walk went nowhere"


@pytest.mark.slow
def test_many_more_orders_of_payments_keep_the_laws() -> None:
    Paying.done.clear()
    walk(20, 50)
    assert {"prepare", "import_statement", "recover"} <= set(Paying.done)


def pays_what_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transfer is paid whatever its state, and so is its claim."""
    monkeypatch.setattr(matching, "_debit", lambda known: Fate.PAID)
    monkeypatch.setattr(paid, "_step_lines", lambda *given: None)
    monkeypatch.setattr(paid, "_step_claims", lambda *given: None)


def knows_no_movement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that overlap are all new."""
    monkeypatch.setattr(statements, "keys_known", lambda *given: set())


def leaves_nothing_in_clearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody knows moves no euro."""
    monkeypatch.setattr(statements, "transfer_each", lambda **given: None)


def forgets_that_it_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim whose payment came back stays paid."""
    monkeypatch.setattr(paid, "_step_claims", lambda *given: None)


FAULTS = [pays_what_is_paid, knows_no_movement, leaves_nothing_in_clearing, forgets_that_it_came_back]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_judge_sees_each_guard_that_is_missing(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError, KeyError)):
        walk(30, 40, seed_free=True)
