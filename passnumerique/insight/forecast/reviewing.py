"""The forecasts that were kept, held against what happened: score, whether the interval held, bias.

Beside each stands what a straight line would have said that day: the mean since the beginning, going on.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

from passnumerique.insight.forecast.model.scoring import Marks, Scored, marks, scored
from passnumerique.vouchers.queries.foretold import Kept, kept_forecasts
from passnumerique.vouchers.queries.pace import DayStep, steps_by_day
from passnumerique.vouchers.rules import SPENT

HORIZONS = (4, 13, 26)
"""After how many weeks a forecast is looked at again."""


@dataclass(frozen=True)
class Looked:
    """One kept forecast, so many weeks later."""

    as_of: date
    weeks: int
    on: date
    low: int
    middle: int
    high: int
    happened: int
    line: float
    """What the straight line said."""
    score: Scored


@dataclass(frozen=True)
class Review:
    """All of them, and their marks by horizon; the straight line's mean error beside, in passes."""

    looked: Sequence[Looked]
    by_weeks: Sequence[tuple[int, Marks, float]]
    kept: int

    @property
    def marks(self) -> Marks | None:
        return marks([one.score for one in self.looked]) if self.looked else None

    @property
    def line_error(self) -> float:
        return _line_error(self.looked)


def review_on(programme_id: UUID, day: date) -> Review:
    """The kept forecasts of which the result is known on the evening of `day`."""
    kept = kept_forecasts(programme_id, day)
    used = _used_by(steps_by_day(programme_id, day))
    looked = [one for forecast in kept for one in _looked(forecast, used, day)]
    by_weeks = []
    for weeks in HORIZONS:
        rows = [one for one in looked if one.weeks == weeks]
        if rows:
            by_weeks.append((weeks, marks([one.score for one in rows]), _line_error(rows)))
    return Review(looked, by_weeks, len(kept))


def _line_error(rows: Sequence[Looked]) -> float:
    return sum(abs(one.line - one.happened) for one in rows) / len(rows) if rows else 0.0


@dataclass(frozen=True)
class _Used:
    """Passes used by the evening of each day on which some were."""

    days: Sequence[date]
    totals: Sequence[int]

    def by(self, day: date) -> int:
        place = bisect_right(self.days, day)
        return self.totals[place - 1] if place else 0


def _used_by(steps: Iterable[DayStep]) -> _Used:
    moved: Counter[date] = Counter()
    for one in steps:
        moved[one.day] += one.count * ((one.target in SPENT) - (one.source in SPENT))
    days = sorted(moved)
    return _Used(days, [*accumulate(moved[day] for day in days)])


def _looked(forecast: Kept, used: _Used, day: date) -> Iterable[Looked]:
    levels = forecast.levels
    begun = used.days[0] if used.days else forecast.as_of
    for weeks in HORIZONS:
        on = forecast.as_of + timedelta(weeks=weeks)
        values = forecast.weeks.get(on)
        if values is None or on > day:
            continue
        at = dict(zip(levels, values, strict=True))
        happened = used.by(on)
        pace = forecast.used_so_far / max((forecast.as_of - begun).days, 7)
        line = min(forecast.used_so_far + pace * 7 * weeks, forecast.received)
        yield Looked(
            forecast.as_of, weeks, on, at[0.1], at[0.5], at[0.9], happened, line, scored(levels, values, happened)
        )
