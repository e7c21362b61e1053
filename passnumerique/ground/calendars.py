"""Dated events as a calendar file (iCalendar, RFC 5545): plain facts in, bytes out, always the same.

It stands on the ground because what sends a message needs it as much as what shows a page. Nothing here
knows a table, a clock or a person. Instants are written in UTC, which every calendar
program turns into its own zone, so no zone rules travel along. A UID names its event for ever:
a program that reads the file again puts the new date in the place of the old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCER = "-//Pass Numerique//Ateliers//FR"
UID_DOMAIN = "ateliers.passnumerique"
REFRESH = timedelta(hours=1)
"""How often a program that follows the calendar is asked to read it again."""


@dataclass(frozen=True)
class Event:
    """One dated event. `sequence` grows with each change of it; `changed_at` is the instant of the last
    one (the start stands in when it is not known); `alarm_minutes` before the start, the telephone rings."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    address: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False
    alarm_minutes: int | None = None
    description: str = ""
    point: tuple[float, float] | None = None
    """Latitude and longitude of the place."""
    changed_at: datetime | None = None


def session_uid(session_id: UUID) -> str:
    """The UID of a session in every file that shows it."""
    return f"{session_id}@{UID_DOMAIN}"


def session_calendar(events: Iterable[Event], *, name: str = "") -> bytes:
    """The calendar that holds these events, in the order given. `name` is what a program that follows
    the calendar calls it; a file for one person needs none. A cancelled event is told as such and
    rings no more."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", REFRESH)
    for event in events:
        calendar.add_component(_entry(event))
    return bytes(calendar.to_ical())


def _entry(event: Event) -> Entry:
    entry = Entry()
    changed = _utc(event.changed_at or event.starts_at)
    entry.add("uid", event.uid)
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("dtstart", _utc(event.starts_at))
    entry.add("dtend", _utc(event.ends_at))
    entry.add("summary", event.title)
    entry.add("sequence", event.sequence)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    where = ", ".join(part for part in (event.place, event.address) if part)
    for key, text in (("location", where), ("description", event.description), ("url", event.url)):
        if text:
            entry.add(key, text)
    if event.point:
        entry.add("geo", event.point)
    if event.alarm_minutes is not None and not event.cancelled:
        entry.add_component(_alarm(event))
    return entry


def _alarm(event: Event) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.title)
    alarm.add("trigger", -timedelta(minutes=event.alarm_minutes or 0))
    return alarm


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
