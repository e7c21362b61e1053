"""What is known of a programme on the evening of a day, by weeks counted back from it: all that the model is given.

A week ends on the weekday of that day, so that none is cut. Everything is a count of passes, but for the weeks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from passnumerique.insight.forecast.model.delays import Lasted
from passnumerique.insight.forecast.model.sharing import Desk

WEEK = timedelta(days=7)


class Kind(StrEnum):
    """What kind of week it is, by most of its working days, or by the training periods."""

    ORDINARY = "ordinary"
    SCHOOL_HOLIDAYS = "school_holidays"
    CHRISTMAS = "christmas"
    SUMMER = "summer"
    BETWEEN = "between"
    """Between two training periods."""


USUAL = {Kind.SCHOOL_HOLIDAYS: 0.75, Kind.CHRISTMAS: 0.45, Kind.SUMMER: 0.6, Kind.BETWEEN: 0.5}
"""What is supposed of holidays and of the time between two periods, before the programme has shown it: an
assumption, worth a few weeks."""


@dataclass(frozen=True)
class Week:
    """A week: its last day, its kind, and the share of its working days that are no public holiday."""

    last: date
    kind: Kind
    open: float


@dataclass(frozen=True)
class Evidence:
    """A programme as it was known on the evening of `as_of`."""

    as_of: date
    weeks: Sequence[Week]
    """From the first week of the programme to that of `as_of`."""
    coming: Sequence[Week]
    handed: Sequence[int]
    used: Sequence[int]
    stocked: Sequence[bool]
    """Whether some structure had passes to hand over in that week."""
    breaks: Sequence[date]
    """Days on which a rule changed that people feel."""
    lasted: Lasted
    desks: Sequence[Desk[UUID]]
    reserve: int
    """In stock at the authority."""
    held: int
    used_so_far: int
    received: int
    """Passes of the lots, less those replaced and cancelled: what can be used in all."""
    value_cents: int
    """Face value of the passes not used yet."""
    distribution_until: date
    use_until: date
    """The last day on which a pass buys a session: within validity (and its tolerance) and training."""
    seats: Sequence[int]
    """Seats offered week by week, past; cancelled sessions left out."""
    seats_coming: Sequence[int]
    """The same, of the sessions already scheduled."""
    passes_per_seat: float
    passes_per_session: tuple[int, int]
    """Passes used of late, and in how many sessions."""
    funding_rate: int
    """Basis points."""
    pays_on_use: bool
    names: Mapping[UUID, str]

    @property
    def unused(self) -> int:
        return self.received - self.used_so_far

    @property
    def stock(self) -> int:
        return sum(desk.stock for desk in self.desks)


def last_days(as_of: date, first: date) -> list[date]:
    """The last day of each week from the one that holds `first` to the one that ends on `as_of`."""
    count = max((as_of - first).days, 0) // 7 + 1
    return [as_of - WEEK * (count - 1 - rank) for rank in range(count)]
