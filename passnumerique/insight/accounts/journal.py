"""The ledger as a plain-text journal in the syntax of beancount: both books, cents exact, streamed.

Every transfer is one transaction of two postings. A period that does not begin with the ledger opens with
the balances that stood; it ends with an assertion for each account, so that a checker proves the sums. No
personal data: places have a code, causes an identifier.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.accounts.period import Period, place_code
from passnumerique.ledger.queries import balances, cash_balances, every_transfer
from passnumerique.ledger.rules import Account, Cash, Pocket, account_named

_ROOTS: dict[Account | Cash, str] = {
    Account.AUTHORISED: "Equity:Face:Authorised",
    Account.ENVELOPE: "Assets:Face:Envelope",
    Account.COMMITTED: "Assets:Face:Committed",
    Account.DUE: "Assets:Face:Due",
    Account.PAID: "Assets:Face:Paid",
    Account.UNDUE: "Assets:Face:Undue",
    Cash.FUNDS: "Equity:Cash:Funds",
    Cash.TREASURY: "Assets:Cash:Treasury",
    Cash.MANDATARY: "Assets:Cash:Mandatary",
    Cash.FEES: "Expenses:Cash:Fees",
    Cash.SETTLED: "Expenses:Cash:Settled",
    Cash.CLEARING: "Assets:Cash:Clearing",
}


def journal_lines(programme_id: UUID, slug: str, period: Period) -> Iterator[str]:
    """The journal of a period, line by line, each with its end of line."""
    opening = _standing(programme_id, period, closing=False)
    yield f'option "title" "{slug} {period.first} {period.last}"\n'
    yield 'option "operating_currency" "EUR"\n\n'
    opened: set[str] = set()
    if opening:
        yield from _open(period.first, (account_name(programme_id, pocket) for pocket in opening), opened)
        yield f'{period.first} * "opening balances"\n'
        yield from _postings(programme_id, opening)
    moved: Counter[Pocket] = Counter(opening)
    for row in every_transfer(programme_id, period.since, period.before):
        debit = Pocket(account_named(row.debit_account), row.debit_owner)
        credit = Pocket(account_named(row.credit_account), row.credit_owner)
        day = day_of(row.at)
        yield from _open(day, (account_name(programme_id, pocket) for pocket in (debit, credit)), opened)
        yield f'{day} * "{debit.account.value} to {credit.account.value}"\n  cause: "{row.cause}"\n'
        yield from _postings(programme_id, {debit: -row.amount_cents, credit: row.amount_cents})
        moved[debit] -= row.amount_cents
        moved[credit] += row.amount_cents
    yield from _asserted(programme_id, period, set(moved))


def _asserted(programme_id: UUID, period: Period, pockets: set[Pocket]) -> Iterator[str]:
    """What the ledger itself says stands at the end, for the checker to compare with the sums."""
    closing = _standing(programme_id, period, closing=True)
    day = period.last + timedelta(days=1)
    for pocket in sorted(pockets | set(closing)):
        yield f"{day} balance {account_name(programme_id, pocket)}  {amount(closing.get(pocket, 0))}\n"


def _standing(programme_id: UUID, period: Period, *, closing: bool) -> dict[Pocket, int]:
    instant = period.before if closing else period.since
    found = balances(programme_id, instant) | cash_balances(programme_id, instant)
    return {pocket: cents for pocket, cents in found.items() if cents}


def _open(day: date, names: Iterable[str], opened: set[str]) -> Iterator[str]:
    for name in sorted(set(names) - opened):
        opened.add(name)
        yield f"{day} open {name} EUR\n"


def _postings(programme_id: UUID, cents: Mapping[Pocket, int]) -> Iterator[str]:
    for pocket, held in sorted(cents.items()):
        yield f"  {account_name(programme_id, pocket)}  {amount(held)}\n"
    yield "\n"


def account_name(programme_id: UUID, pocket: Pocket) -> str:
    """The account of a pocket in the journal: its book, its name, and the code of its place."""
    root = _ROOTS[pocket.account]
    return root if pocket.owner_id == NOBODY else f"{root}:{place_code(programme_id, pocket.owner_id)}"


def amount(cents: int) -> str:
    """Cents as `-12.05 EUR`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d} EUR"
