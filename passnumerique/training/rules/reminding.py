"""When people are written to: two days and two hours before, never at night. Pure.

Hours are those on the wall in France: two days before nine o'clock is nine o'clock, also when the clocks
changed in between.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from passnumerique.beneficiaries.rules import MessageKind
from passnumerique.ground.dates import PARIS, at_time
from passnumerique.training.rules.hours import QUIET_FROM

TOO_FRESH = {MessageKind.TWO_DAYS_BEFORE: timedelta(hours=12), MessageKind.TWO_HOURS_BEFORE: timedelta(hours=2)}
"""Who booked that little before a reminder was due had a message of the booking instead."""
LAST_USE = {MessageKind.TWO_DAYS_BEFORE: timedelta(days=1), MessageKind.TWO_HOURS_BEFORE: timedelta(minutes=15)}
"""That near to the session, the reminder is no use any more and is left out."""
FURTHEST = timedelta(days=2, hours=1)
"""No session further away than that has a reminder due, clocks changed or not."""
BOOKED_WITHIN = timedelta(hours=24)
"""A booking older than that is no news any more."""
CANCELLED_WITHIN = timedelta(days=2)
"""For that long after a cancellation or a move, those who had a seat are still told."""
SLEEPING_DAYS = 30
"""From so many days after the hand-over on, passes without a seat booked are said to sleep."""
SLEEP_AGAIN = timedelta(days=30)
"""Nobody is reminded of sleeping passes more often than that."""


@dataclass(frozen=True)
class Window:
    """From when to when a reminder may leave, and before when the seat must have been booked for it."""

    opens: datetime
    closes: datetime
    booked_before: datetime

    def holds(self, at: datetime) -> bool:
        """Whether the reminder is due at that instant, quiet hours aside."""
        return self.opens <= at < self.closes


def before_night(at: datetime, demonstration_day: date | None) -> datetime:
    """When what is written at that instant leaves. What people do in a demonstration happens between six in the
    evening and midnight of its day: its messages leave before eight, or none ever would."""
    return at if demonstration_day is None else min(at, at_time(demonstration_day, QUIET_FROM - 1, 59))


def window_of(kind: MessageKind, starts_at: datetime) -> Window:
    """When the reminder of that kind may leave for a session that begins then.

    What comes due at night waits for eight o'clock: the one of two hours before a session at nine goes at
    eight, and a session that begins by a quarter past eight has none.
    """
    opens = _two_days_before(starts_at) if kind is MessageKind.TWO_DAYS_BEFORE else starts_at - timedelta(hours=2)
    return Window(opens, starts_at - LAST_USE[kind], opens - TOO_FRESH[kind])


def _two_days_before(starts_at: datetime) -> datetime:
    return (starts_at.astimezone(PARIS) - timedelta(days=2)).astimezone(UTC)


def reminders_due(starts_at: datetime, at: datetime) -> Iterator[tuple[MessageKind, Window]]:
    """The reminders that are due at that instant for a session that begins then, quiet hours aside."""
    for kind in TOO_FRESH:
        window = window_of(kind, starts_at)
        if window.holds(at):
            yield kind, window


ASKED_AGAIN = timedelta(days=14)
"""No organisation is asked for a workshop more often than that."""


def mailing_id(about: UUID, day: date, *, often: bool = False) -> UUID:
    """The subject of a message that may be written once a month (once a day, where it may be written `often`) about
    the same thing: always the same one within it."""
    return UUID(bytes=hashlib.sha256(about.bytes + f"{day:{'%Y-%m-%d' if often else '%Y-%m'}}".encode()).digest()[:16])
