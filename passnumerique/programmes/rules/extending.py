"""How long an extension should be: what is left, how fast it flows, and the half-years of training. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from passnumerique.programmes.rules.calendar import Calendar

Shut = Callable[[date], bool]
"""Whether training rests on a day: school holidays."""
MOST_HALF_YEARS = 3
_LEAST_DAYS = 90
"""A training period shorter than that goes on to the end of the next half-year."""
_CLAIMS_DAY = 15


@dataclass(frozen=True)
class Reason:
    """Why an extension is proposed: passes not used, passes used in the last `weeks` weeks of training, and so
    the weeks that the rest needs. `weeks_needed` is None when nothing flows, and no end can be reckoned."""

    unused: int
    used: int
    weeks: int
    weeks_needed: int | None


def reason_from(unused: int, used: int, weeks: int) -> Reason:
    """The reason at a steady pace: what is left, over what was used in a week of training."""
    needed = -(-unused * max(weeks, 1) // used) if used > 0 else None
    return Reason(unused, used, weeks, 0 if not unused else needed)


@dataclass(frozen=True)
class Wave:
    """A training period that is proposed, both days included, with its weeks of training."""

    starts_on: date
    ends_on: date
    weeks: int


@dataclass(frozen=True)
class Choice:
    """One length offered: its dates, its training periods, its weeks of training, and whether they are enough
    for what is left at the pace of today (None when no pace is known)."""

    calendar: Calendar
    waves: tuple[Wave, ...]
    weeks: int
    enough: bool | None


def weeks_between(first: date, last: date, shut: Shut) -> int:
    """The weeks of training among these days, both included: those whose Wednesday is no school holiday."""
    wednesday = first + timedelta(days=(2 - first.weekday()) % 7)
    return sum(not shut(day) for day in _every_week(wednesday, last))


def _every_week(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(weeks=ahead) for ahead in range(max((last - first).days // 7 + 1, 0)))


def choices(before: Calendar, today: date, reason: Reason, shut: Shut) -> list[Choice]:
    """The lengths offered, shortest first: to the end of one, two or three half-years of training."""
    waves: list[Wave] = []
    found = []
    start = max(before.end_of_training, today - timedelta(days=1)) + timedelta(days=1)
    for _half_year in range(MOST_HALF_YEARS):
        end = _half_year_end(start)
        waves.append(Wave(start, end, weeks_between(start, end, shut)))
        weeks = weeks_between(today, end, shut)
        enough = None if reason.weeks_needed is None else weeks >= reason.weeks_needed
        found.append(Choice(calendar_until(before, end), tuple(waves), weeks, enough))
        start = end + timedelta(days=1)
    return found


def advised(found: list[Choice]) -> int:
    """The rank of the choice to propose first: the shortest that is enough, the longest when none is, a year
    (two half-years) when no pace is known."""
    if found[0].enough is None:
        return 1
    return next((rank for rank, one in enumerate(found) if one.enough), len(found) - 1)


def _half_year_end(start: date) -> date:
    for end in (date(start.year, 6, 30), date(start.year, 12, 31), date(start.year + 1, 6, 30)):
        if (end - start).days >= _LEAST_DAYS:
            return end
    return date(start.year + 1, 12, 31)


def calendar_until(before: Calendar, end: date) -> Calendar:
    """Five dates around a last day of training. Passes are valid to that day and handed over as long before it
    as today; claims and closing come as long after it as today, and at least by the 15th and the last day of
    the third month after: time for the last claims to be paid."""
    third = _last_of_month(end, 3)
    closing = max(end + (before.closing - before.end_of_training), third)
    claims = max(end + (before.claims_until - before.end_of_training), third.replace(day=_CLAIMS_DAY))
    handing = end - (before.validity_until - before.distribution_until)
    return Calendar(max(handing, before.distribution_until), end, end, min(claims, closing), closing)


def _last_of_month(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months + 1
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
