"""What is known of a programme on the evening of a day, read from its counters, for the model.

Nothing that came later is read: a forecast as of a past day is the one that would have been made then. Whoever
calls has checked that the reader may see the programme.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from uuid import UUID

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import end_of
from passnumerique.ground.ids import first_id
from passnumerique.insight.forecast.model.delays import Lasted
from passnumerique.insight.forecast.model.evidence import WEEK, Evidence, last_days
from passnumerique.insight.forecast.model.sharing import Desk
from passnumerique.insight.forecast.weeks import week_of
from passnumerique.programmes.queries import communes, held_on, parameter_values, training_periods
from passnumerique.programmes.rules import Terms
from passnumerique.programmes.rules.parameters import FundingBase
from passnumerique.training.queries.capacity import Offered, offered_by_day, passes_per_seat
from passnumerique.training.rules.holidays import department_of
from passnumerique.vouchers.queries.pace import HANDED, DayStep, lasted_by_day, pace_by_structure, steps_by_day
from passnumerique.vouchers.rules import SPENT, UNUSED, Act, State

MOST_WEEKS = 160
"""How far ahead a forecast can look: three years."""
WINDOW = timedelta(days=182)
"""Over how long a structure's own rate is read."""
SEATS_WEEKS = 13
DAY = timedelta(days=1)
FELT = frozenset(
    {"face_value_cents", "purchase", "minutes_per_pass", "eligible", "passes_per_person", "zone", "extra_charge_cents"}
)
"""The parameters whose change may change how fast passes go."""


def evidence_on(programme_id: UUID, day: date) -> Evidence:
    """What was known on that evening. Refuses a day before the programme had a calendar."""
    held = held_on(programme_id, day)
    calendar, terms = held.calendar, held.terms
    steps = steps_by_day(programme_id, day)
    counts = _states(steps)
    weeks = last_days(day, steps[0].day if steps else day)
    where, between = _where(programme_id), _between(programme_id, day)
    seats = offered_by_day(programme_id, day - WEEK * SEATS_WEEKS, day)
    names = accredited_names(programme_id, day)[AccreditationKind.PRESCRIBER]
    coming = [day + WEEK * rank for rank in range(1, MOST_WEEKS + 1)]
    return Evidence(
        as_of=day,
        weeks=[week_of(last, where, between) for last in weeks],
        coming=[week_of(last, where, between) for last in coming],
        handed=_weekly(((one.day, one.count) for one in steps if one.act in HANDED), weeks),
        used=[max(count, 0) for count in _weekly(_uses(steps), weeks)],
        stocked=_stocked(steps, weeks),
        breaks=changes_of(parameter_values(programme_id), weeks[0], day),
        lasted=_lasted(lasted_by_day(programme_id, day), day),
        desks=_desks(programme_id, day, counts[State.STRUCTURE_STOCK], names),
        reserve=counts[State.AUTHORITY_STOCK],
        held=counts[State.HELD],
        used_so_far=sum(counts[state] for state in SPENT),
        received=sum(counts[state] for state in SPENT | UNUSED),
        value_cents=_value(steps),
        distribution_until=calendar.distribution_until,
        use_until=min(calendar.validity_until + timedelta(days=terms.tolerance_days), calendar.end_of_training),
        seats=_weekly(((when, one.seats) for when, one in seats.items()), weeks),
        seats_coming=_weekly(((when, one.seats) for when, one in seats.items()), coming),
        passes_per_seat=passes_per_seat(programme_id, terms),
        passes_per_session=_per_session(steps, seats, day),
        funding_rate=terms.funding_rate,
        pays_on_use=_on_use(terms),
        names=names,
    )


def _on_use(terms: Terms) -> bool:
    return terms.funding_base is FundingBase.USED


def _states(steps: Iterable[DayStep]) -> Counter[State]:
    counts: Counter[State] = Counter()
    for one in steps:
        counts[one.target] += one.count
        if one.source:
            counts[one.source] -= one.count
    return counts


def _value(steps: Iterable[DayStep]) -> int:
    """The face value of the passes not used so far, in cents."""
    return sum(
        one.count * one.face_value_cents * ((one.target in UNUSED) - (one.source in UNUSED if one.source else 0))
        for one in steps
    )


def _uses(steps: Iterable[DayStep]) -> Iterable[tuple[date, int]]:
    signs = {Act.REDEEM: 1, Act.UNDO: -1}
    return ((one.day, signs[one.act] * one.count) for one in steps if one.act in signs)


def _weekly(counts: Iterable[tuple[date, int]], weeks: Sequence[date]) -> list[int]:
    """Counts of days as counts of weeks; those outside are left out."""
    found = [0] * len(weeks)
    first = weeks[0] - WEEK if weeks else date.max
    for when, count in counts:
        rank = ((when - first).days - 1) // 7
        if 0 <= rank < len(found):
            found[rank] += count
    return found


def _stocked(steps: Sequence[DayStep], weeks: Sequence[date]) -> list[bool]:
    """Whether structures held any stock in each week, at its end or by handing some over."""
    moved = Counter[date]()
    for one in steps:
        moved[one.day] += one.count * ((one.target is State.STRUCTURE_STOCK) - (one.source is State.STRUCTURE_STOCK))
    changes = _weekly(moved.items(), weeks)
    handed = _weekly(((one.day, one.count) for one in steps if one.act in HANDED), weeks)
    found, stock = [], 0
    for change, given in zip(changes, handed, strict=True):
        found.append(bool(stock > 0 or given))
        stock += change
    return found


def changes_of(values: Iterable[tuple[str, object, date]], first: date, last: date) -> list[date]:
    """The days, after the first week of a programme, on which a parameter that people feel took another value."""
    ordered = sorted((row for row in values if row[0] in FELT and row[2] <= last), key=lambda row: (row[0], row[2]))
    plain, days = Terms(), set()
    for name, rows in groupby(ordered, key=lambda row: row[0]):
        told = [(getattr(plain, name), first), *((value, day) for _, value, day in rows)]
        days |= {day for (before, _), (after, day) in pairwise(told) if str(before) != str(after) and day > first}
    return sorted(days)


def _lasted(days: Mapping[tuple[date, date | None], int], as_of: date) -> Lasted:
    """The same by weeks: since the hand-over, and until the use."""
    found: Counter[tuple[int, int | None]] = Counter()
    for (handed, used), count in days.items():
        age = (as_of - handed).days // 7
        found[age, None if used is None else max(age - (as_of - used).days // 7, 0)] += count
    return found


def _desks(programme_id: UUID, day: date, in_stock: int, names: Mapping[UUID, str]) -> list[Desk[UUID]]:
    """Each structure that had stock or is accredited, with its rate and its stock."""
    paces = pace_by_structure(programme_id, day, in_stock, WINDOW)
    desks = [Desk(one.structure_id, one.handed, max((day - one.since).days + 1, 1) / 7, one.stock) for one in paces]
    known = {desk.name for desk in desks}
    return desks + [Desk(one, 0, 0, 0) for one in sorted(names, key=str) if one not in known]


def _per_session(steps: Sequence[DayStep], seats: Mapping[date, Offered], day: date) -> tuple[int, int]:
    """Passes used and sessions held within the weeks read."""
    first = day - WEEK * SEATS_WEEKS
    used = sum(count for when, count in _uses(steps) if when > first)
    return max(used, 0), sum(one.sessions for when, one in seats.items() if first < when <= day)


def _between(programme_id: UUID, day: date) -> list[tuple[date, date]]:
    """The days (first, last) between two training periods that were both known on that evening."""
    periods = training_periods(programme_id).filter(id__lt=first_id(end_of(day))).order_by("starts_on")
    known = list(periods.values_list("starts_on", "ends_on"))
    gaps = ((before[1] + DAY, after[0] - DAY) for before, after in pairwise(known))
    return [(first, last) for first, last in gaps if last - first >= WEEK]


def _where(programme_id: UUID) -> str:
    """A commune of the département that most communes of the territory are in: whose holidays are followed."""
    codes = list(communes(programme_id).values_list("insee_code", flat=True))
    if not codes:
        return ""
    most, _ = Counter(department_of(code) for code in codes).most_common(1)[0]
    return next(code for code in codes if department_of(code) == most)
