"""Whatever was done before and in whatever order, a programme closes exactly when its books balance."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passnumerique.directory.rules import Role
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.closing import close_after_audit
from passnumerique.ledger.models import Closure
from passnumerique.ledger.rules import ProgrammeClosed
from passnumerique.settlement.operations import fund_mandatary, record_funds
from passnumerique.settlement.operations.closing import note_step, return_unspent
from passnumerique.settlement.rules.closing import ClosingTask
from passnumerique.settlement.rules.refusals import BooksDoNotBalance, NothingUnspent, StepDone
from tests.rooms.test_closing import CLOSING, STATED, spent_and_paid
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = date(2022, 5, 1)


class Model:
    """What the books should hold, in cents and passes."""

    def __init__(self) -> None:
        self.paid = self.funds = self.lent = self.due = 0
        self.stated = self.returned = False

    def balances(self) -> bool:
        return self.returned and self.stated and not self.due and not self.lent and self.funds - self.lent >= self.paid


def act(world: World, model: Model, what: str, rank: int) -> None:
    finance, day = world.actor(Role.FINANCE), STATED + timedelta(days=rank)
    if what == "pay" and not model.paid and not model.returned:
        spent_and_paid(world, 2, MONTH)
        model.paid += 2000
    elif what == "spend" and not model.returned and not model.paid:
        world.spend(1, MONTH + timedelta(days=50))
        model.due += 1000
    elif what == "fund":
        given = {"contributor": "État", "amount_cents": 2000, "received_on": day}
        record_funds(programme_id=world.programme_id, reference=f"T-{rank}", by=finance, at=on(day), **given)  # type: ignore[arg-type]
        model.funds += 2000
    elif what in {"lend", "lend_back"}:
        back = what == "lend_back"
        fund_mandatary(
            programme_id=world.programme_id,
            amount_cents=500,
            reference=f"A-{rank}",
            paid_on=day,
            by=finance,
            at=on(day),
            back=back,
        )
        model.lent += -500 if back else 500
    elif what == "state":
        try:
            note_step(
                programme_id=world.programme_id,
                task=ClosingTask.STATEMENT,
                done_on=day,
                reference="EC",
                by=world.manager,
                at=on(day),
            )
        except StepDone:
            assert model.stated
        model.stated = True
    elif what == "return":
        try:
            return_unspent(programme_id=world.programme_id, cause="Fin", by=world.manager, at=on(day, 15))
        except NothingUnspent:
            assert model.returned
        model.returned = True


ACTS = st.lists(
    st.sampled_from(["pay", "spend", "fund", "lend", "lend_back", "state", "return"]), min_size=0, max_size=8
)
SETTLED = st.permutations(["pay", "fund", "state", "return"])


@given(ACTS, SETTLED, st.booleans())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_it_closes_exactly_when_the_books_balance(some: list[str], settled: list[str], whole: bool) -> None:
    world, model = build_world(f"v{abs(hash((tuple(some), tuple(settled), whole))) % 10**12}"), Model()
    for rank, what in enumerate([*some, *(settled if whole else [])]):
        act(world, model, what, rank)
    balances = model.balances()
    try:
        close_after_audit(programme_id=world.programme_id, by=world.manager, at=on(CLOSING, 18))
    except BooksDoNotBalance:
        assert not balances
        assert not Closure.objects.filter(programme_id=world.programme_id).exists()
    else:
        assert balances
        with pytest.raises(ProgrammeClosed):
            world.issue(10, CLOSING)
    assert audit_programme(world.programme_id).differences == ()
