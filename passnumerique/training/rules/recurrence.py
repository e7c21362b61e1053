"""A series of sessions: the days of a recurrence, those that are skipped and why, and the hours of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from passnumerique.ground.dates import at_time
from passnumerique.training.rules.holidays import (
    Skipped,
    Why,
    public_holiday,
    school_holiday,
    schools_known_until,
    zone_of,
)
from passnumerique.training.rules.hours import Slot, check_slot
from passnumerique.training.rules.refusals import SeriesEmpty, SeriesEndsBeforeStart, SeriesTooLong

MOST_IN_SERIES = 200
MOST_WEEKS = 8
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Recurrence:
    """On these weekdays (0 is Monday; none: that of the first day) of every so many weeks, from a first day to
    a last one, at the same hours by the clock on the wall in France, whatever the season.

    `skip_holidays` leaves out the school holidays of the place's zone; public holidays are always left out.
    `without` are days taken out by hand.
    """

    first_day: date
    until: date
    starts: time
    ends: time
    weekdays: frozenset[int] = frozenset()
    every_weeks: int = 1
    skip_holidays: bool = True
    without: frozenset[date] = frozenset()

    def days(self) -> Iterator[date]:
        """Every day of the recurrence, the skipped ones among them. Weeks are counted from that of the first
        day, from Monday on."""
        weekdays = sorted(self.weekdays or {self.first_day.weekday()})
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        while monday <= self.until:
            for weekday in weekdays:
                day = monday + timedelta(days=weekday)
                if self.first_day <= day <= self.until:
                    yield day
            monday += self.every_weeks * _WEEK

    def slot(self, day: date, room: str = "") -> Slot:
        """The hours of that day."""
        starts, ends = (at_time(day, one.hour, one.minute) for one in (self.starts, self.ends))
        return Slot(starts, ends, room.strip())


@dataclass(frozen=True)
class Preview:
    """What a series would hold: the days with a session, those without and why; of the days after the end of
    training the first one stands for all.

    `holidays_unknown` tells that school holidays should be skipped but are not known: for this place, or
    after the day that it names.
    """

    days: list[date] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    holidays_unknown: bool = False
    holidays_known_until: date | None = None


def preview_series(recurrence: Recurrence, *, insee_code: str, end_of_training: date) -> Preview:
    """Every day of a recurrence at a place of that commune, with what stands in the way of each.

    Refuses a last day before the first one, an end not after the start, more than 200 sessions.
    """
    _check(recurrence)
    zone = zone_of(insee_code) if recurrence.skip_holidays else None
    days, skipped = [], []
    for day in recurrence.days():
        why = _why_not(recurrence, day, insee_code, zone, end_of_training)
        if why:
            skipped.append(why)
        else:
            days.append(day)
        if why and why.why is Why.AFTER_TRAINING:
            break  # and so are all that follow
        if len(days) > MOST_IN_SERIES:
            raise SeriesTooLong(most=MOST_IN_SERIES)
    known = schools_known_until()
    late = zone is not None and any(day > known for day in days)
    return Preview(days, skipped, recurrence.skip_holidays and zone is None, known if late else None)


def check_series(preview: Preview) -> None:
    """Refuses a series without any session."""
    if not preview.days:
        raise SeriesEmpty


def _check(recurrence: Recurrence) -> None:
    if recurrence.until < recurrence.first_day:
        raise SeriesEndsBeforeStart
    check_slot(recurrence.slot(recurrence.first_day), recurrence.first_day)


def _why_not(
    recurrence: Recurrence, day: date, insee_code: str, zone: str | None, end_of_training: date
) -> Skipped | None:
    if day in recurrence.without:
        return Skipped(day, Why.TAKEN_OUT)
    if day > end_of_training:
        return Skipped(day, Why.AFTER_TRAINING)
    if name := public_holiday(day, insee_code):
        return Skipped(day, Why.PUBLIC_HOLIDAY, name)
    if name := school_holiday(day, zone):
        return Skipped(day, Why.SCHOOL_HOLIDAY, name)
    return None
