"""What places must give back, as of an instant: the unpaid receivables of the scheme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.dates import day_of
from passnumerique.ledger.queries import transfers
from passnumerique.ledger.rules import Account


@dataclass(frozen=True)
class Receivable:
    """One place's undue sums, in cents of face value: declared, come back, still to come, and the oldest of these."""

    place_id: UUID
    place: str
    declared_cents: int
    recovered_cents: int
    since: date | None

    @property
    def left_cents(self) -> int:
        return self.declared_cents - self.recovered_cents


def receivables(programme_id: UUID, before: datetime) -> list[Receivable]:
    """The places that owed something back at some time before that instant, by name; oldest sums come back first."""
    rows = transfers(programme_id, Account).filter(
        Q(debit_account=Account.UNDUE) | Q(credit_account=Account.UNDUE), at__lt=before
    )
    declared: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    recovered: dict[UUID, int] = defaultdict(int)
    for row in rows.order_by("at", "id"):
        if row.credit_account == Account.UNDUE:
            declared[row.credit_owner].append((day_of(row.at), row.amount_cents))
        else:
            recovered[row.debit_owner] += row.amount_cents
    names = organisations_named(declared)
    found = [
        Receivable(
            place,
            names.get(place, ""),
            sum(cents for _, cents in sums),
            recovered[place],
            _oldest(sums, recovered[place]),
        )
        for place, sums in declared.items()
    ]
    return sorted(found, key=lambda one: (one.place, one.place_id))


def _oldest(sums: list[tuple[date, int]], back: int) -> date | None:
    for day, cents in sums:
        if back < cents:
            return day
        back -= cents
    return None
