"""Where one day is played: the script, the programme, and what the day asks of it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from uuid import UUID

from vacances_scolaires_france import SchoolHolidayDates

from passnumerique.ground.dates import at_time
from passnumerique.journeys.set_up import ProgrammeFile
from passnumerique.journeys.set_up.file import DemonstrationGiven
from passnumerique.programmes.queries import calendar_on, terms_on
from passnumerique.programmes.rules import Calendar, Terms
from passnumerique.vouchers.queries.stock import counts_by_state
from passnumerique.vouchers.rules import SPENT, UNSPENT, State

SATURDAY = 5
_HOLIDAYS = SchoolHolidayDates()  # type: ignore[no-untyped-call]  # the library carries no types


@dataclass(frozen=True)
class Stage:
    """One day of a demonstration."""

    file: ProgrammeFile
    programme_id: UUID
    authority_id: UUID
    day: date

    @property
    def script(self) -> DemonstrationGiven:
        return self.file.demonstrated()

    def at(self, hour: int, minute: int = 0) -> datetime:
        """That time of the day in France. People of the demonstration have gone home before 18:00."""
        return at_time(self.day, hour, minute)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_on(self.programme_id, self.day)

    @cached_property
    def terms(self) -> Terms:
        return terms_on(self.programme_id, self.day)

    @property
    def working(self) -> bool:
        """Whether counters and places are open: no week-end."""
        return self.day.weekday() < SATURDAY

    @property
    def holiday(self) -> bool:
        """Whether the schools are closed: fewer people come."""
        return self.closes_schools(self.day)

    def closes_schools(self, day: date) -> bool:
        """Whether that day is in the school holidays of the script's zone."""
        zone = self.script.holidays_zone
        return bool(_HOLIDAYS.is_holiday_for_zone(day, zone))  # type: ignore[no-untyped-call]

    def hand_overs_missing(self) -> int:
        """Passes to hand over today to keep the script's pace."""
        counts = counts_by_state(self.programme_id)
        never = sum(counts[state] for state in (State.AUTHORITY_STOCK, State.STRUCTURE_STOCK))
        out = sum(counts.values()) - never - counts[State.CANCELLED] - counts[State.REPLACED]
        return self._target("handed_over") - out

    def redemptions_missing(self) -> int:
        """Passes to redeem today to keep the script's pace."""
        counts = counts_by_state(self.programme_id)
        return self._target("redeemed") - sum(counts[state] for state in SPENT)

    def unspent(self) -> int:
        """Passes that could still be spent."""
        counts = counts_by_state(self.programme_id)
        return sum(counts[state] for state in UNSPENT)

    def _target(self, what: str) -> int:
        """Where the script wants the sum to be by tonight: a straight line between its points."""
        start = (self.file.programme.starts_on, 0)
        points: list[tuple[date, int]] = [start]
        points += [(pace.by, getattr(pace, what)) for pace in self.script.pace]
        for (left, low), (right, high) in pairwise(points):
            if self.day <= right:
                return low + (high - low) * (self.day - left).days // max((right - left).days, 1)
        return points[-1][1]
