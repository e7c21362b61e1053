"""Balances: what the transfers sum to, at any instant."""

from collections import Counter
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.expressions import RawSQL

from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import Account, Cash, Pocket

Book = type[Account] | type[Cash]
A = TypeVar("A", Account, Cash)


def balances(programme_id: UUID, before: datetime | None = None) -> dict[Pocket, int]:
    """Cents of face value in each pocket of a programme, counting the transfers made before that instant
    (all by default)."""
    return _balances(programme_id, Account, before)


def cash_balances(programme_id: UUID, before: datetime | None = None) -> dict[Pocket, int]:
    """Cents of cash in each pocket of a programme, counting the transfers made before that instant."""
    return _balances(programme_id, Cash, before)


def transfers(programme_id: UUID, book: Book) -> QuerySet[Transfer]:
    """The transfers of one book of a programme, in no order."""
    rows = Transfer.objects.filter(programme_id=programme_id)
    return rows.filter(credit_account__in=[account.value for account in book])


def _balances(programme_id: UUID, book: Book, before: datetime | None) -> dict[Pocket, int]:
    rows = transfers(programme_id, book)
    if before is not None:
        rows = rows.filter(at__lt=before)
    found: Counter[Pocket] = Counter()
    for side, sign in (("debit", -1), ("credit", 1)):
        sums = rows.values_list(f"{side}_account", f"{side}_owner").annotate(cents=Sum("amount_cents")).order_by()
        for account, owner, cents in sums:
            found[Pocket(book(account), owner)] += sign * cents
    return dict(found)


def totals(programme_id: UUID, before: datetime | None = None) -> dict[Account, int]:
    """Cents in each account of face value, its owners together. `authorised` is told as the positive sum it gave."""
    found = _by_account(Account, balances(programme_id, before))
    found[Account.AUTHORISED] *= -1
    return found


def cash_totals(programme_id: UUID, before: datetime | None = None) -> dict[Cash, int]:
    """Cents in each account of cash, its owners together. `funds` is told as the positive sum it gave."""
    found = _by_account(Cash, cash_balances(programme_id, before))
    found[Cash.FUNDS] *= -1
    return found


def _by_account(book: type[A], found: dict[Pocket, int]) -> dict[A, int]:
    sums = dict.fromkeys(book, 0)
    for pocket, cents in found.items():
        sums[book(pocket.account)] += cents
    return sums


def authorised_before(programme_id: UUID, before: datetime) -> int:
    """Cents that the papers had put into the envelope before that instant."""
    # Written out: a plan kept for any value could not know that the partial index is meant.
    source = RawSQL(f"'{Account.AUTHORISED.value}'", ())  # noqa: S611 — a constant
    rows = Transfer.objects.filter(programme_id=programme_id, debit_account=source, at__lt=before)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0
