"""Balances: what the transfers sum to, at any instant."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.db.models.expressions import RawSQL

from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import Account, Pocket


def balances(programme_id: UUID, before: datetime | None = None) -> dict[Pocket, int]:
    """Cents in each pocket of a programme, counting the transfers made before that instant (all by default)."""
    rows = Transfer.objects.filter(programme_id=programme_id)
    if before is not None:
        rows = rows.filter(at__lt=before)
    found: Counter[Pocket] = Counter()
    for side, sign in (("debit", -1), ("credit", 1)):
        sums = rows.values_list(f"{side}_account", f"{side}_owner").annotate(cents=Sum("amount_cents")).order_by()
        for account, owner, cents in sums:
            found[Pocket(Account(account), owner)] += sign * cents
    return dict(found)


def totals(programme_id: UUID, before: datetime | None = None) -> dict[Account, int]:
    """Cents in each account, its owners together. `authorised` is told as the positive sum it gave."""
    found = dict.fromkeys(Account, 0)
    for pocket, cents in balances(programme_id, before).items():
        found[pocket.account] += cents
    found[Account.AUTHORISED] *= -1
    return found


def authorised_before(programme_id: UUID, before: datetime) -> int:
    """Cents that the papers had put into the envelope before that instant."""
    # Written out: a plan kept for any value could not know that the partial index is meant.
    source = RawSQL(f"'{Account.AUTHORISED.value}'", ())  # noqa: S611 — a constant
    rows = Transfer.objects.filter(programme_id=programme_id, debit_account=source, at__lt=before)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0
