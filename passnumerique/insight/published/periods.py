"""Over which months figures are told, and when. Pure.

A month is told on the tenth of the next, once for all. One in which too few people used passes is told together
with those that follow, as soon as they are enough. A quarter, and a year, is told when its last month is, where it is
made of whole periods that were told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from passnumerique.ground.dates import next_month, start_of

PUBLISHED_ON = 10
"""The day of the month on which the month before is told: what places record late has come by then."""
_QUARTER = 3


class Grain(StrEnum):
    """How long a period is."""

    MONTH = "mois"
    MONTHS = "plusieurs_mois"
    QUARTER = "trimestre"
    YEAR = "annee"


@dataclass(frozen=True)
class Period:
    """Whole months, from the first day of one to the first day of the last."""

    grain: Grain
    first: date
    last: date

    @property
    def name(self) -> str:
        """`2022-03`, `2022-02/2022-03`, `2022-T1`, `2022`."""
        match self.grain:
            case Grain.MONTH:
                return f"{self.first:%Y-%m}"
            case Grain.MONTHS:
                return f"{self.first:%Y-%m}/{self.last:%Y-%m}"
            case Grain.QUARTER:
                return f"{self.first.year}-T{(self.first.month + 2) // _QUARTER}"
        return f"{self.first.year}"

    @property
    def ends(self) -> date:
        """Its last day."""
        return next_month(self.last) - timedelta(days=1)

    def holds(self, month: date) -> bool:
        return self.first <= month <= self.last


def told_on(month: date) -> date:
    """The day on which a month is told."""
    return next_month(month).replace(day=PUBLISHED_ON)


def told_at(month: date) -> datetime:
    """The same as an instant: what is undone later stays counted."""
    return start_of(told_on(month))


def months_told(first: date, day: date) -> list[date]:
    """The months from the first one that are told by that day."""
    found, month = [], first
    while told_on(month) <= day:
        found.append(month)
        month = next_month(month)
    return found


@dataclass(frozen=True)
class Edition:
    """What is told with one month: the new periods, each with those among them or told before that it sums."""

    month: date
    periods: Mapping[Period, list[Period]]


def editions(
    months: Iterable[date], people: Callable[[date, date], int], threshold: Callable[[date], int]
) -> Iterator[Edition]:
    """The editions that tell these months. `people` counts those who used passes between two months, both
    included; `threshold` is how many it takes for the edition of a month."""
    pieces: list[Period] = []
    begun: date | None = None
    for month in months:
        begun = begun or month
        found: dict[Period, list[Period]] = {}
        if not 0 < people(begun, month) < threshold(month):
            pieces.append(Period(Grain.MONTH if begun == month else Grain.MONTHS, begun, month))
            found[pieces[-1]] = []
            begun = None
        if begun is None:
            found |= _sums(month, pieces)
        yield Edition(month, found)


def _sums(month: date, pieces: list[Period]) -> Iterator[tuple[Period, list[Period]]]:
    """The quarter and the year that end with this month, where they are whole."""
    quarter = Period(Grain.QUARTER, month.replace(month=max(month.month - 2, 1)), month)
    if month.month % _QUARTER == 0 and (parts := _parts(quarter, pieces)):
        pieces.append(quarter)
        yield quarter, parts
    year = Period(Grain.YEAR, month.replace(month=1), month)
    if month.month == _QUARTER * 4 and (parts := _parts(year, pieces)):
        pieces.append(year)
        yield year, parts


def _parts(whole: Period, pieces: list[Period]) -> list[Period]:
    """The longest periods that make it up, from its beginning or from that of the programme; none where they
    do not, or where there is but one."""
    inside = [one for one in pieces if whole.first <= one.first and one.last <= whole.last]
    top = [one for one in inside if not any(other != one and _within(one, other) for other in inside)]
    crossing = any(one.first < whole.first <= one.last for one in pieces)
    return [] if crossing or len(top) < 2 else top  # noqa: PLR2004 — one period is no sum


def _within(one: Period, other: Period) -> bool:
    return other.first <= one.first and one.last <= other.last
