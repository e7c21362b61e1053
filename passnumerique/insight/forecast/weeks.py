"""Weeks with their holidays: what kind each is, and how many of its working days are free."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from passnumerique.insight.forecast.model.evidence import Kind, Week
from passnumerique.training.rules.holidays import public_holiday, school_holiday, schools_known_until, zone_of

Days = tuple[date, date]
"""The first and the last of some days."""


def week_of(last: date, insee_code: str, between: Sequence[Days] = ()) -> Week:
    """The week that ends on that day, where that commune is; `between` are days in no training period."""
    days = [last - timedelta(days=back) for back in range(7)]
    working = [day for day in days if day.isoweekday() <= 5]  # noqa: PLR2004
    free = sum(bool(public_holiday(day, insee_code)) for day in working)
    kinds = Counter(_kind(day, insee_code) for day in working)
    if sum(any(first <= day <= end for first, end in between) for day in working) > len(working) / 2:
        return Week(last, Kind.BETWEEN, 1 - free / len(working))
    return Week(last, kinds.most_common(1)[0][0], 1 - free / len(working))


def _kind(day: date, insee_code: str) -> Kind:
    """What kind of day it is. Where school holidays are not published yet, those of the year before stand in."""
    known = schools_known_until()
    while day > known:
        day -= timedelta(days=364)
    if day.month == 8 or (day.month == 7 and day.day > 7):  # noqa: PLR2004
        return Kind.SUMMER
    if not school_holiday(day, zone_of(insee_code) if insee_code else None):
        return Kind.ORDINARY
    return Kind.CHRISTMAS if day.month in {12, 1} else Kind.SCHOOL_HOLIDAYS
