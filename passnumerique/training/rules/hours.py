"""Hours, rooms and seats of a training session."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from passnumerique.ground.dates import PARIS, at_time, day_of
from passnumerique.training.rules.refusals import (
    SeatsOutOfBounds,
    SessionAfterTraining,
    SessionEndsTooSoon,
    SessionNotBegun,
)

MOST_SEATS = 500
EARTH_KM = 6371
QUIET_FROM, QUIET_UNTIL = 20, 8
"""Hours in France between which nobody is written to."""
LAST_HOUR = timedelta(hours=1)
"""Before a session, in which no seat is offered any more: whoever comes to the door may have it."""


@dataclass(frozen=True)
class Slot:
    """When and where inside its place a session is held. The end is the first instant outside."""

    starts_at: datetime
    ends_at: datetime
    room: str = ""

    @property
    def day(self) -> date:
        """The day in France on which it begins."""
        return day_of(self.starts_at)

    @property
    def minutes(self) -> int:
        """How long it lasts, in whole minutes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    def meets(self, other: "Slot") -> bool:
        """Whether both need the same room of a place at the same moment. An unnamed room is one room."""
        same_room = self.room.strip().casefold() == other.room.strip().casefold()
        return same_room and self.starts_at < other.ends_at and other.starts_at < self.ends_at


def check_slot(slot: Slot, end_of_training: date) -> None:
    """Refuses an end that is not after the start on the same day, and a day after the end of training."""
    if slot.ends_at <= slot.starts_at or day_of(slot.ends_at) != slot.day:
        raise SessionEndsTooSoon
    if slot.day > end_of_training:
        raise SessionAfterTraining(until=end_of_training)


def check_seats(seats: int) -> None:
    """Refuses fewer than one seat, and more than a room may have."""
    if not 1 <= seats <= MOST_SEATS:
        raise SeatsOutOfBounds(most=MOST_SEATS)


def check_begun(slot: Slot, day: date) -> None:
    """Refuses what can be known only on the session's day or later."""
    if day < slot.day:
        raise SessionNotBegun(day=slot.day)


def is_quiet(at: datetime) -> bool:
    """Whether it is an hour at which nobody is written to: from 20 h to 8 h in France."""
    return not QUIET_UNTIL <= at.astimezone(PARIS).hour < QUIET_FROM


def leaves_at(at: datetime) -> datetime:
    """When what is written at that instant leaves: at once, or at eight in the morning."""
    if not is_quiet(at):
        return at
    evening = at.astimezone(PARIS).hour >= QUIET_FROM
    return at_time(day_of(at) + timedelta(days=int(evening)), QUIET_UNTIL)


def offer_ends(starts_at: datetime, at: datetime, hours: int) -> datetime | None:
    """Until when a seat offered at `at` is kept: `hours` after people may be told of it, an hour before the
    session at the latest; None when nobody could be told before that, and nothing can be offered any more."""
    told = leaves_at(at)
    until = min(told + timedelta(hours=hours), starts_at - LAST_HOUR)
    return until if until > told else None


def distance_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """How far apart two points are (latitude, longitude in degrees), as the crow flies."""
    (lat1, lon1), (lat2, lon2) = ((radians(lat), radians(lon)) for lat, lon in (first, second))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
