"""What the coming weeks allow: days on which passes are handed over and used, seats, stock, and what is changed
in them. One course for each scenario; the one without change is `course_of(evidence, fit, until)`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from math import ceil
from uuid import UUID

from passnumerique.insight.forecast.model.evidence import Evidence, Kind
from passnumerique.insight.forecast.model.fitting import Fit

SEATS_SEEN = 13
"""How many past weeks tell how many seats are usual."""


class Target(StrEnum):
    """What an effect changes."""

    HANDING = "handing"
    """Times the hand-overs."""
    USING = "using"
    """Times the chance of a pass held to be used."""
    ADDED = "added"
    """So many uses more a week, by people who receive a pass for it or hold one."""


@dataclass(frozen=True)
class Effect:
    """A change from one week of the course to another (the last excluded): `amount` times a value that nobody
    knows, between `low` and `high`, most likely `likely`."""

    target: Target
    first: int
    last: int
    low: float
    likely: float
    high: float
    amount: float = 1.0


@dataclass(frozen=True)
class Course:
    """The coming weeks: exposure of hand-overs and of uses, and the most that can be used in each."""

    kinds: Sequence[Kind]
    handing: Sequence[float]
    using: Sequence[float]
    ceiling: Sequence[float]
    rates: Mapping[UUID, float]
    stock: Mapping[UUID, int]
    reserve: int
    effects: Sequence[Effect] = field(default=())
    handing_times: float = 1.0
    """How much greater the network is than the one that was fitted."""

    @property
    def weeks(self) -> int:
        return len(self.kinds)

    def with_(self, **changes: object) -> "Course":
        """The same, some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def weeks_until(as_of: date, until: date) -> int:
    """How many weeks, the last perhaps begun only, from one evening to another."""
    return max(ceil((until - as_of).days / 7), 0)


def course_of(
    evidence: Evidence,
    fit: Fit,
    until: date,
    *,
    distribution_until: date | None = None,
    use_until: date | None = None,
) -> Course:
    """The weeks from the evening known to `until`, under the calendar then in force, or under other dates."""
    count = min(weeks_until(evidence.as_of, until), len(evidence.coming))
    handing_end = min(distribution_until or evidence.distribution_until, until)
    using_end = min(use_until or evidence.use_until, until)
    coming = evidence.coming[:count]
    return Course(
        kinds=[week.kind for week in coming],
        handing=[_days(week.last, handing_end) * week.open * fit.handing_seasons[week.kind] for week in coming],
        using=[_days(week.last, using_end) * week.open * fit.using_seasons[week.kind] for week in coming],
        ceiling=_ceilings(evidence, fit, count),
        rates=fit.rates.of,
        stock={desk.name: desk.stock for desk in evidence.desks},
        reserve=evidence.reserve,
    )


def _days(last: date, end: date) -> float:
    """The share of a week's days that are not after `end`."""
    return min(max((7 - (last - end).days) / 7, 0.0), 1.0)


def _ceilings(evidence: Evidence, fit: Fit, count: int) -> list[float]:
    """Passes that the seats of each week can take: those scheduled, or as many as usual where that is more,
    since sessions are scheduled some weeks ahead only."""
    usual = usual_seats(evidence, fit)
    if not usual:
        return [float("inf")] * count
    scheduled = [*evidence.seats_coming, *[0] * count]
    return [
        max(scheduled[rank], usual * week.open * fit.using_seasons[week.kind]) * evidence.passes_per_seat
        for rank, week in enumerate(evidence.coming[:count])
    ]


def usual_seats(evidence: Evidence, fit: Fit) -> float:
    """Seats offered in an ordinary week of late; 0 where no session was ever held."""
    seen = list(zip(evidence.weeks, evidence.seats, strict=True))[-SEATS_SEEN:]
    due = sum(week.open * fit.using_seasons[week.kind] for week, _ in seen)
    return sum(seats for _, seats in seen) / due if due else 0.0
