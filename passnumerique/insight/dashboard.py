"""The figures of the manager's one page, for today or any past day, in a number of queries that does
not grow with the programme.

Today is read from the counters; a past day from the events and transfers, by its evening (law 2). The
months before it come from the counters either way, since a month that is over no longer changes.
Counts are passes, money is cents. Whoever calls has checked that the reader may see the programme.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from passnumerique.directory.queries import accredited_prescribers, organisations_named
from passnumerique.ground.dates import end_of, month_of, next_month, start_of
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.queries import acts_between, claims_by_state, last_moved
from passnumerique.insight.status import Status, network_on, status_on
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import calendar_on, documents, envelope, every_programme, terms_on
from passnumerique.programmes.rules import Calendar, DocumentKind, Milestone
from passnumerique.settlement.rules import ClaimState
from passnumerique.vouchers.queries.stock import (
    activity_by_month,
    counts_by_state,
    counts_by_structure,
    value_by_state,
)
from passnumerique.vouchers.rules import MONEY_OF_STATE, SPENT, Act, State

_COUNTED = (Act.RECEIVE, Act.HAND_OVER, Act.REDEEM, Act.UNDO, Act.OFFSET)
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
    """A programme on one day: its status, its months so far, and the papers that changed its course."""

    status: Status
    months: list[Month]
    papers: list[Signed]

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


def dashboard_on(programme_id: UUID, day: date, today: date) -> Dashboard:
    """The figures by the evening of `day`, or up to now when it is `today`. Refuses a day before the
    programme had a calendar."""
    status = _status_now(programme_id, day) if day == today else status_on(programme_id, day)
    return Dashboard(status, _months(programme_id, day), _papers(programme_id, day))


def _status_now(programme_id: UUID, day: date) -> Status:
    return Status(
        programme=every_programme().get(id=programme_id).slug,
        as_of=day,
        dates=calendar_on(programme_id, day),
        vouchers=counts_by_state(programme_id),
        money_cents=money_now(programme_id),
        network=network_on(programme_id, day),
    )


def money_now(programme_id: UUID) -> dict[Account, int]:
    """Cents in each account, from the counters: what the ledger holds, by its one law."""
    money = dict.fromkeys(Account, 0)
    for state, cents in value_by_state(programme_id).items():
        if MONEY_OF_STATE[state] is not Account.ENVELOPE:
            money[MONEY_OF_STATE[state]] += cents
    authorised = envelope(programme_id).authorised_cents
    return money | {Account.AUTHORISED: authorised, Account.ENVELOPE: authorised - sum(money.values())}


def _months(programme_id: UUID, day: date) -> list[Month]:
    """Each month from the first act to that of `day`, the quiet ones too."""
    current = month_of(day)
    counted = {
        (one.month, one.act): one.count for one in activity_by_month(programme_id, _COUNTED) if one.month < current
    }
    begun = acts_between(programme_id, _COUNTED, start_of(current), end_of(day))
    counted |= {(current, act): n for act, n in begun.items()}
    if not counted:
        return []
    found, month = [], min(month for month, _act in counted)
    while month <= current:
        acts = {act: counted.get((month, act), 0) for act in _COUNTED}
        used = acts[Act.REDEEM] - acts[Act.UNDO] - acts[Act.OFFSET]
        found.append(Month(month, acts[Act.HAND_OVER], used))
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


def attention_on(programme_id: UUID, day: date) -> Attention:
    """What asks for attention on `day`, the stock and claims being those of now: structures accredited
    that may still hand over and have few passes left, stock that no longer moves, claims, dates near."""
    calendar, terms = calendar_on(programme_id, day), terms_on(programme_id, day)
    shelves = _shelves(programme_id, day)
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


def _shelves(programme_id: UUID, day: date) -> list[Shelf]:
    """The stock of each structure accredited on that day, by name."""
    counts, moved = counts_by_structure(programme_id), last_moved(programme_id)
    names = organisations_named(accredited_prescribers(programme_id, day) - {NOBODY})
    shelves = (
        Shelf(one, name, counts.get(one, {}).get(State.STRUCTURE_STOCK, 0), moved.get(one))
        for one, name in names.items()
    )
    return sorted(shelves, key=lambda one: (one.name.casefold(), one.structure_id))


def dates_near(calendar: Calendar, day: date) -> list[tuple[Milestone, date]]:
    """The dates of the calendar that come within `NEAR_DAYS`, today included, soonest first."""
    last = day + timedelta(days=NEAR_DAYS)
    return [(milestone, when) for milestone, when in calendar.items() if day <= when <= last]
