"""The demonstration carried to 31 March 2024: audited at each end of a month, with its whole story, to its closing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from passnumerique.console.management.commands.demo import VERDUN
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.chance import seeded
from passnumerique.ground.dates import at_time, next_month
from passnumerique.insight.accounts import Period, accounts_of
from passnumerique.insight.accounts.natures import Side
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.demonstration import open_demonstration, play_until
from passnumerique.ledger.queries import cash_totals, totals
from passnumerique.ledger.rules import Account, Cash, ProgrammeClosed
from passnumerique.programmes.queries import authority_of
from passnumerique.settlement.models import Payment, RunLine
from passnumerique.settlement.queries import claims
from passnumerique.settlement.queries.closing import checklist, what_does_not_balance
from passnumerique.settlement.queries.credit import credit_cents, credit_note_of, unspent_face_cents
from passnumerique.settlement.queries.reconciling import notes_by_key
from passnumerique.settlement.rules.reconciling import FollowUp, Gap
from passnumerique.settlement.rules.runs import LineState
from passnumerique.vouchers.operations import issue_lot
from passnumerique.vouchers.queries.stock import course_of
from passnumerique.vouchers.rules import UNUSED, Act, State

CLOSING = date(2024, 3, 31)
OPENED = date(2021, 9, 1)


def month_ends() -> Iterator[date]:
    """The last day of each month of the demonstration."""
    month = OPENED
    while month <= CLOSING:
        month = next_month(month)
        yield month - timedelta(days=1)


@pytest.mark.slow
@pytest.mark.sqlite  # minutes of play, whose operations are tried on both engines elsewhere
@pytest.mark.django_db
def test_it_is_clean_and_closes_when_the_books_balance() -> None:
    programme_id = open_demonstration(VERDUN)
    for evening in month_ends():
        play_until(programme_id, evening)
        assert audit_programme(programme_id).differences == (), evening
    assert what_does_not_balance(programme_id, CLOSING) == []
    listed = checklist(system_of(programme_id), programme_id, CLOSING)
    assert listed.closed_on == CLOSING
    assert all(line.done_on for line in listed.lines)
    _what_happened(programme_id)
    assert cash_totals(programme_id)[Cash.TREASURY] == 0
    with seeded("after"), pytest.raises(ProgrammeClosed):
        _issue(programme_id)
    play_until(programme_id, CLOSING + timedelta(days=3))


def _what_happened(programme_id: Any) -> None:
    counted: dict[Act, int] = {}
    states = dict.fromkeys(State, 0)
    for went in course_of(programme_id):
        counted[went.act] = counted.get(went.act, 0) + went.count
        states[went.target] += went.count
        if went.source:
            states[went.source] -= went.count
    assert all(states[state] == 0 for state in UNUSED)
    for act in (Act.REJECT, Act.REFUSE, Act.RECOVER, Act.OFFSET, Act.DECLARE_LOST, Act.REPLACE, Act.CANCEL):
        assert counted[act], act
    assert states[State.DISPUTED] == 0, "every contested pass came to its end"
    months = set(claims(system_of(programme_id), programme_id).values_list("month", flat=True))
    assert {month for month in months if month.year > OPENED.year} == {
        date(year, month, 1) for year in (2022, 2023) for month in range(1, 13)
    }
    _differences_were_explained(programme_id)
    _a_payment_came_back_and_was_paid_again(programme_id)
    assert totals(programme_id)[Account.UNDUE] == 0
    natures = accounts_of(programme_id, Period(date(2021, 9, 1), CLOSING)).natures
    assert {line.side for line in natures} >= {Side.RECEIPT, Side.EXPENSE}


def _differences_were_explained(programme_id: Any) -> None:
    """Two of the issuer's first file, and what its credit note forgot: each said whose it is and why."""
    notes = list(notes_by_key(system_of(programme_id), programme_id))
    explained = {note.gap for note in notes if note.state == FollowUp.EXPLAINED}
    assert explained >= {Gap.NOT_AT_ISSUER, Gap.OTHER_DAY, Gap.CREDIT_APART}
    assert all(note.reason for note in notes if note.state != FollowUp.OPEN)
    noted = credit_note_of(programme_id)
    assert noted
    assert noted.stated_cents == unspent_face_cents(programme_id) != credit_cents(programme_id)


def _a_payment_came_back_and_was_paid_again(programme_id: Any) -> None:
    """One payment was returned; a run paid its claim again, and the bank's statement told it."""
    [returned] = Payment.objects.filter(programme_id=programme_id, live=False)
    [line] = RunLine.objects.filter(programme_id=programme_id)
    assert (line.claim_id, line.state) == (returned.claim_id, LineState.PAID)
    assert [one.amount_cents for one in Payment.objects.filter(run_line_id=line.id)] == [returned.amount_cents]


def system_of(programme_id: Any) -> Any:
    return system_actor(authority_of(programme_id))  # type: ignore[arg-type]


def _issue(programme_id: Any) -> None:
    by = replace(system_of(programme_id), role=Role.MANAGER)
    issue_lot(programme_id=programme_id, reference="TARDIF", quantity=10, by=by, at=at_time(CLOSING, 17, 50))
