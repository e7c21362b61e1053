"""Balances: what the transfers sum to, at any instant; and whether the books are still open."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from passnumerique.ground.dates import day_of
from passnumerique.ground.journals import SLAB
from passnumerique.ledger.models import Closure, Correction, Transfer
from passnumerique.ledger.rules import Account, Cash, Pocket, ProgrammeClosed

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


@dataclass(frozen=True)
class Crossing:
    """What went from one pocket to another over a time: in how many transfers, how many cents."""

    debit: Pocket
    credit: Pocket
    count: int
    amount_cents: int


def crossings(programme_id: UUID, book: Book, since: datetime, before: datetime) -> list[Crossing]:
    """What moved between the pockets of one book from one instant, included, to another, in no order."""
    rows = transfers(programme_id, book).filter(at__gte=since, at__lt=before)
    sides = ("debit_account", "debit_owner", "credit_account", "credit_owner")
    sums = rows.values_list(*sides).annotate(n=Count("id"), cents=Sum("amount_cents")).order_by()
    return [
        Crossing(Pocket(book(debit), debit_owner), Pocket(book(credit), credit_owner), n, cents)
        for debit, debit_owner, credit, credit_owner, n, cents in sums
    ]


def every_transfer(programme_id: UUID, since: datetime, before: datetime) -> Iterator[Transfer]:
    """The transfers of both books over a time, in the order in which they were written, some thousands at
    once: no cursor is held open, and memory does not grow with the ledger."""
    rows = Transfer.objects.filter(programme_id=programme_id, at__gte=since, at__lt=before).order_by("at", "id")
    slab = list(rows[:SLAB])
    while slab:
        yield from slab
        last = slab[-1]
        slab = list(rows.filter(Q(at__gt=last.at) | Q(at=last.at, id__gt=last.id))[:SLAB])


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


def closure_of(programme_id: UUID) -> Closure | None:
    """When the books of a programme were closed, if they were."""
    return Closure.objects.filter(programme_id=programme_id).first()


def books_closed_on(programme_id: UUID) -> date | None:
    """The day since which the books of a programme are closed; None while they are open, and while a
    correction is."""
    closed = closure_of(programme_id)
    return day_of(closed.at) if closed is not None and open_correction(programme_id) is None else None


def require_open_books(programme_id: UUID) -> None:
    """The door of everything that writes to a programme. Refuses (ProgrammeClosed) closed books."""
    day = books_closed_on(programme_id)
    if day is not None:
        raise ProgrammeClosed(day=day)


def open_correction(programme_id: UUID) -> Correction | None:
    """The correction that is open in closed books, if any."""
    return Correction.objects.filter(programme_id=programme_id, ended_at__isnull=True).first()


def corrections(programme_id: UUID) -> QuerySet[Correction]:
    """The corrections of closed books, latest first."""
    return Correction.objects.filter(programme_id=programme_id).order_by("-at")
