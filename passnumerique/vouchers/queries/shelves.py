"""What each structure handed over month by month, and whether it had stock then: read from the counters of the months
and from delivery notes, whatever the number of passes."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from passnumerique.ground.dates import PARIS, end_of, month_of, next_month
from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.models import Activity, DeliveryNote
from passnumerique.vouchers.queries.pace import HANDED, handed_since
from passnumerique.vouchers.queries.reading import Range, joined
from passnumerique.vouchers.queries.stock import booklets_in_stock

MOST_LOOKED, MOST_MOVED = 200, 100_000
"""How many booklets more are looked at, to find whole ones; and how many passes are named at once."""


@dataclass(frozen=True)
class ShelfMonth:
    """A month of a structure, up to the day asked for: its first and last day, passes in stock when it began,
    received in it (less those given away), and handed over."""

    first: date
    last: date
    begun_with: int
    received: int
    handed: int

    @property
    def stocked_share(self) -> float:
        """The share of the month with stock: all of it where some was left, half where it ran out within it."""
        if self.begun_with <= 0 and self.received <= 0:
            return 0.0
        return 1.0 if self.begun_with + self.received - self.handed > 0 else 0.5


def shelf_months(programme_id: UUID, until: date, months: int) -> dict[UUID, list[ShelfMonth]]:
    """The last `months` months of each structure that ever received stock, by the evening of `until`. Passes lost or
    cancelled on a shelf have no note: they count as stock."""
    received, handed = _received(programme_id, until), _handed(programme_id, until)
    wanted = _last_months(until, months)
    return {one: _months_of(received[one], handed[one], wanted, until) for one in received if one != NOBODY}


def _months_of(received: Counter[date], handed: Counter[date], wanted: list[date], until: date) -> list[ShelfMonth]:
    found = []
    before = sum(n for month, n in received.items() if month < wanted[0])
    stock = before - sum(n for month, n in handed.items() if month < wanted[0])
    for month in wanted:
        last = min(date.fromordinal(next_month(month).toordinal() - 1), until)
        found.append(ShelfMonth(month, last, stock, received[month], handed[month]))
        stock += received[month] - handed[month]
    return found


def _last_months(until: date, months: int) -> list[date]:
    found = [month_of(until)]
    while len(found) < months:
        found.append(month_of(date.fromordinal(found[-1].toordinal() - 1)))
    return found[::-1]


def _received(programme_id: UUID, until: date) -> dict[UUID, Counter[date]]:
    """By structure and month, the passes that notes brought, less those they took away."""
    notes = DeliveryNote.objects.filter(programme_id=programme_id, at__lt=end_of(until)).order_by()
    by_month = notes.annotate(month=TruncMonth("at", tzinfo=PARIS))
    found: dict[UUID, Counter[date]] = defaultdict(Counter)
    for side, sign in (("receiver_id", 1), ("giver_id", -1)):
        for owner, month, n in by_month.values_list(side, "month").annotate(n=Sum("quantity")):
            found[owner][month.date()] += sign * n
    return found


def _handed(programme_id: UUID, until: date) -> dict[UUID, Counter[date]]:
    """By structure and month: the months that were over by the counters, the month begun by its hand-overs."""
    rows = Activity.objects.filter(
        programme_id=programme_id, act__in=[act.value for act in HANDED], month__lt=month_of(until)
    )
    found: dict[UUID, Counter[date]] = defaultdict(Counter)
    for owner, month, n in rows.values_list("structure_id", "month").annotate(n=Sum("count")).order_by():
        found[owner][month] += n
    for owner, n in handed_since(programme_id, None, month_of(until), until).items():
        found[owner][month_of(until)] += n
    return found


def numbers_to_move(programme_id: UUID, structure_id: UUID, passes: int, size: int) -> list[Range]:
    """The numbers of so many passes of a structure's stock to give away: whole booklets first, then the last of those
    begun, so that as few booklets as possible are split."""
    passes = min(passes, MOST_MOVED)
    lines = booklets_in_stock(programme_id, structure_id, limit=passes + MOST_LOOKED)
    found: list[Range] = []
    for line in sorted(lines, key=lambda one: (one.count < size, -one.booklet)):
        for first, last in reversed(line.ranges):
            taken = min(last - first + 1, passes)
            if taken:
                found.append((last - taken + 1, last))
                passes -= taken
    return joined(sorted(found))
