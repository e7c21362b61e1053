"""The accounts of a programme over a period, read from the ledger alone: what the rendering of accounts
and the journal are made of. Whoever calls has checked that the reader may see the accounts."""

from passnumerique.insight.accounts.journal import journal_lines
from passnumerique.insight.accounts.period import (
    Accounts,
    BalanceLine,
    Book,
    CashLine,
    NatureLine,
    Period,
    accounts_of,
)

__all__ = [
    "Accounts",
    "BalanceLine",
    "Book",
    "CashLine",
    "NatureLine",
    "Period",
    "accounts_of",
    "journal_lines",
]
