"""The accounts over a period: trial balance, operations by nature, balances, cash, what is still to come in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import end_of, start_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.insight.accounts.natures import Side, nature_of, side_of
from passnumerique.ledger.queries import Crossing, balances, cash_balances, crossings
from passnumerique.ledger.rules import ACCOUNT_WORDS, CASH_WORDS, Account, Cash, Pocket
from passnumerique.settlement.queries.pieces import Piece, pieces
from passnumerique.settlement.queries.undue import Receivable, receivables

Book = type[Account] | type[Cash]
COLUMNS = ("opening_cents", "debit_cents", "credit_cents", "closing_cents")


class PeriodBackwards(Refusal):
    sentence = N_("La période finit avant de commencer. Échangez les deux dates.")


@dataclass(frozen=True)
class Period:
    """From the start of one day to the end of another, both included. Refuses days out of order."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodBackwards

    @property
    def since(self) -> datetime:
        return start_of(self.first)

    @property
    def before(self) -> datetime:
        return end_of(self.last)


@dataclass(frozen=True)
class BalanceLine:
    """One pocket over the period, in cents: what stood, what left it (debit), what came (credit), what stands."""

    account: Account | Cash
    label: str
    code: str
    place: str
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + self.credit_cents - self.debit_cents


@dataclass(frozen=True)
class NatureLine:
    """The operations of one nature: how many movements, and their sum in cents."""

    side: Side
    nature: str
    count: int
    amount_cents: int


@dataclass(frozen=True)
class CashLine:
    """The cash in one hand over the period; receipts and expenses are not netted."""

    label: str
    opening_cents: int
    received_cents: int
    spent_cents: int
    closing_cents: int


@dataclass(frozen=True)
class Accounts:
    """Everything the rendering of accounts tells, in cents, with the ledger's own order of accounts."""

    period: Period
    face: tuple[BalanceLine, ...]
    cash: tuple[BalanceLine, ...]
    natures: tuple[NatureLine, ...]
    receivables: tuple[Receivable, ...]
    pieces: tuple[Piece, ...]

    @property
    def lines(self) -> tuple[BalanceLine, ...]:
        return self.face + self.cash

    @cached_property
    def position(self) -> tuple[CashLine, ...]:
        """The cash position: the treasury, the issuer's hands, and what nobody attributed yet."""
        shown = (Cash.TREASURY, Cash.MANDATARY, Cash.CLEARING)
        return tuple(_cash_line(line) for line in self.cash if line.account in shown)

    def of_side(self, side: Side) -> list[NatureLine]:
        """The operations on one side, in the order of their natures."""
        return [line for line in self.natures if line.side is side]

    def totals(self) -> dict[str, dict[str, int]]:
        """Each account with its owners together, by name: what machines compare."""
        found = {account.value: dict.fromkeys(COLUMNS, 0) for account in (*Account, *Cash)}
        for line in self.lines:
            for column in COLUMNS:
                found[line.account.value][column] += getattr(line, column)
        return found


def accounts_of(programme_id: UUID, period: Period) -> Accounts:
    """The accounts of a programme over a period, by the instant at which each transfer was written."""
    books: list[tuple[Book, dict[Pocket, int]]] = [
        (Account, balances(programme_id, period.since)),
        (Cash, cash_balances(programme_id, period.since)),
    ]
    crossed = {book: crossings(programme_id, book, period.since, period.before) for book, _ in books}
    pockets = {pocket for book, opening in books for pocket in _pockets(book, opening, crossed[book])}
    names = organisations_named({pocket.owner_id for pocket in pockets} - {NOBODY})
    face, cash = (tuple(_lines(programme_id, book, opening, crossed[book], names)) for book, opening in books)
    return Accounts(
        period,
        face,
        cash,
        tuple(_natures(crossed[Cash])),
        tuple(receivables(programme_id, period.before)),
        tuple(pieces(programme_id, period.since, period.before)),
    )


def place_code(programme_id: UUID, owner_id: UUID) -> str:
    """The stable code of a place's accounts in exports: it tells nothing of the place, and never changes."""
    return f"L{hashlib.sha256(programme_id.bytes + owner_id.bytes).hexdigest()[:10].upper()}"


def _pockets(book: Book, opening: Mapping[Pocket, int], crossed: Iterable[Crossing]) -> set[Pocket]:
    met = {pocket for one in crossed for pocket in (one.debit, one.credit)}
    unowned = {Pocket(account) for account in book if account not in _OWNED}
    return met | set(opening) | unowned


_OWNED: frozenset[Account | Cash] = frozenset({Account.DUE, Account.PAID, Account.UNDUE, Cash.SETTLED})


def _lines(
    programme_id: UUID,
    book: Book,
    opening: Mapping[Pocket, int],
    crossed: Iterable[Crossing],
    names: Mapping[UUID, str],
) -> list[BalanceLine]:
    out: Counter[Pocket] = Counter()
    into: Counter[Pocket] = Counter()
    for one in crossed:
        out[one.debit] += one.amount_cents
        into[one.credit] += one.amount_cents
    order = {account: rank for rank, account in enumerate(book)}
    lines = [
        BalanceLine(
            pocket.account,
            _label(pocket.account),
            place_code(programme_id, pocket.owner_id) if pocket.owner_id != NOBODY else "",
            names.get(pocket.owner_id, ""),
            opening.get(pocket, 0),
            out[pocket],
            into[pocket],
        )
        for pocket in _pockets(book, opening, crossed)
    ]
    return sorted(lines, key=lambda line: (order[line.account], line.place, line.code))


def _label(account: Account | Cash) -> str:
    return ACCOUNT_WORDS[account] if isinstance(account, Account) else CASH_WORDS[account]


def _cash_line(line: BalanceLine) -> CashLine:
    return CashLine(line.label, line.opening_cents, line.credit_cents, line.debit_cents, line.closing_cents)


def _natures(crossed: Iterable[Crossing]) -> list[NatureLine]:
    cents: Counter[tuple[Cash, Cash]] = Counter()
    count: Counter[tuple[Cash, Cash]] = Counter()
    for one in crossed:
        key = Cash(one.debit.account), Cash(one.credit.account)
        cents[key] += one.amount_cents
        count[key] += one.count
    sides = list(Side)
    lines = [NatureLine(side_of(*key), nature_of(*key), count[key], amount) for key, amount in cents.items()]
    return sorted(lines, key=lambda line: (sides.index(line.side), line.nature))
