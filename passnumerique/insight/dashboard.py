"""The figures of the manager's one page, for today or any past day, in a number of queries that does
not grow with the programme.

Everything is read from the counters, today or by the evening of any past day (law 2): the steps of each
day, whose number has nothing to do with that of the passes. Counts are passes, money is cents.
Whoever calls has checked that the reader may see the programme.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import month_of, next_month
from passnumerique.insight.queries import claims_by_state, last_moved
from passnumerique.insight.status import Status, status_after
from passnumerique.programmes.queries import calendar_on, documents, terms_on
from passnumerique.programmes.rules import Calendar, DocumentKind, Milestone
from passnumerique.settlement.rules import ClaimState
from passnumerique.vouchers.queries.stock import Went, course_of, stock_by_structure
from passnumerique.vouchers.rules import SPENT, Act

_COUNTED = (Act.RECEIVE, Act.HAND_OVER, Act.REDEEM, Act.UNDO, Act.OFFSET, Act.REFUSE)
_MARKED = frozenset({DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT})
NEAR_DAYS = 60
"""How many days before it a date of the calendar asks for attention."""


@dataclass(frozen=True)
class Month:
    """What happened in one month (its first day): passes handed over, and passes used less those undone."""

    month: date
    handed_over: int
    used: int


@dataclass(frozen=True)
class Signed:
    """A paper that changed the course of the programme, on the day it was signed or voted."""

    day: date
    kind: DocumentKind
    reference: str


@dataclass(frozen=True)
class Dashboard:
    """A programme on one day: its status, its months so far, the papers that changed its course, and the
    names of the structures accredited that day."""

    status: Status
    months: list[Month]
    papers: list[Signed]
    prescribers: Mapping[UUID, str]

    @property
    def used(self) -> int:
        """Passes that bought a training session."""
        return sum(self.status.vouchers[state] for state in SPENT)

    def used_by(self) -> list[tuple[date, int]]:
        """Passes used so far: none on the first day of the first month, then by the evening of each
        month's last day, the last point on the day itself."""
        found, total = [(self.months[0].month, 0)] if self.months else [], 0
        for one in self.months:
            total += one.used
            found.append((min(next_month(one.month) - timedelta(days=1), self.status.as_of), total))
        return found


def dashboard_on(programme_id: UUID, day: date) -> Dashboard:
    """The figures by the evening of `day`, or up to now when it is not over. Refuses a day before the
    programme had a calendar."""
    course, accredited = course_of(programme_id, day), accredited_names(programme_id, day)
    return Dashboard(
        status_after(programme_id, day, course, accredited),
        _months(course, day),
        _papers(programme_id, day),
        accredited[AccreditationKind.PRESCRIBER],
    )


def _months(course: Sequence[Went], day: date) -> list[Month]:
    """Each month from the first act to that of `day`, the quiet ones too."""
    counted: Counter[tuple[date, Act]] = Counter()
    for went in course:
        counted[went.month, went.act] += went.count
    begun = [went.month for went in course if went.act in _COUNTED]
    found, month = [], min(begun, default=None)
    while month and month <= month_of(day):
        used = counted[month, Act.REDEEM] - sum(counted[month, act] for act in (Act.UNDO, Act.OFFSET, Act.REFUSE))
        found.append(Month(month, counted[month, Act.HAND_OVER], used))
        month = next_month(month)
    return found


def _papers(programme_id: UUID, day: date) -> list[Signed]:
    """The deliberations and amendments known by that day, oldest first."""
    found = []
    for row in documents(programme_id):
        voted = row.deliberation.sat_on if row.kind == DocumentKind.DELIBERATION and row.deliberation else None
        when = voted or row.signed_on
        if row.kind in _MARKED and when and when <= day:
            found.append(Signed(when, DocumentKind(row.kind), row.reference))
    return sorted(found, key=lambda one: (one.day, one.reference))


@dataclass(frozen=True)
class Shelf:
    """The stock of one structure, and the last day on which it moved."""

    structure_id: UUID
    name: str
    stock: int
    moved_on: date | None


@dataclass(frozen=True)
class Attention:
    """What asks for somebody's attention today. `least` and `asleep_days` are the thresholds used."""

    low: list[Shelf]
    sleeping: list[Shelf]
    claims: dict[ClaimState, int]
    near: list[tuple[Milestone, date]]
    least: int
    asleep_days: int


def attention_on(programme_id: UUID, day: date, board: Dashboard | None = None) -> Attention:
    """What asks for attention on `day`, the stock and claims being those of now: structures accredited
    that may still hand over and have few passes left, stock that no longer moves, claims, dates near.

    `board`: the dashboard of the same day, where it was read before; what it tells is not asked again.
    """
    calendar = board.status.dates if board else calendar_on(programme_id, day)
    accredited = board.prescribers if board else accredited_names(programme_id, day)[AccreditationKind.PRESCRIBER]
    terms, shelves = terms_on(programme_id, day), _shelves(programme_id, accredited)
    open_still = day <= calendar.distribution_until
    asleep = day - timedelta(days=terms.sleeping_stock_days)
    return Attention(
        low=[one for one in shelves if open_still and one.stock <= terms.low_stock_alert],
        sleeping=[one for one in shelves if one.stock and one.moved_on and one.moved_on < asleep],
        claims=claims_by_state(programme_id),
        near=dates_near(calendar, day),
        least=terms.low_stock_alert,
        asleep_days=terms.sleeping_stock_days,
    )


def _shelves(programme_id: UUID, names: Mapping[UUID, str]) -> list[Shelf]:
    """The stock of each of these structures, by name."""
    counts, moved = stock_by_structure(programme_id), last_moved(programme_id, names)
    shelves = (Shelf(one, name, counts.get(one, 0), moved.get(one)) for one, name in names.items())
    return sorted(shelves, key=lambda one: (one.name.casefold(), one.structure_id))


def dates_near(calendar: Calendar, day: date) -> list[tuple[Milestone, date]]:
    """The dates of the calendar that come within `NEAR_DAYS`, today included, soonest first."""
    last = day + timedelta(days=NEAR_DAYS)
    return [(milestone, when) for milestone, when in calendar.items() if day <= when <= last]
