"""The pace of the last weeks, from the counters: what is left, and the weeks of training that it needs at it."""

from datetime import date, timedelta
from uuid import UUID

from passnumerique.programmes.queries import communes
from passnumerique.programmes.rules import Reason, Shut, reason_from, weeks_between
from passnumerique.training.rules.holidays import school_holiday, zone_of
from passnumerique.vouchers.queries.stock import Went, course_of, states_after
from passnumerique.vouchers.rules import UNUSED, Act

RECENT_DAYS = 84
"""Twelve weeks: long enough to even out one workshop, short enough to be the pace of today."""


def recent_pace(programme_id: UUID, day: date) -> Reason:
    """The reason at the pace of the last twelve weeks, school holidays left out. Two readings of the counters."""
    since = day - timedelta(days=RECENT_DAYS)
    now, then = course_of(programme_id, day), course_of(programme_id, since)
    weeks = weeks_between(since + timedelta(days=1), day, school_rest(programme_id))
    states = states_after(now)
    return reason_from(sum(states[state] for state in UNUSED), _used(now) - _used(then), weeks)


def _used(course: list[Went]) -> int:
    signs = {Act.REDEEM: 1, Act.UNDO: -1, Act.OFFSET: -1, Act.REFUSE: -1}
    return sum(signs.get(went.act, 0) * went.count for went in course)


def school_rest(programme_id: UUID) -> Shut:
    """Whether the schools of the territory are on holiday on a day; never where their calendar is not known."""
    first = communes(programme_id).first()
    zone = zone_of(first.insee_code) if first else None
    return lambda day: bool(school_holiday(day, zone))
