"""Days and instants, read and written as people do in France. Pure: nothing here reads a clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day_of(at: datetime) -> date:
    """The calendar day in France at that instant."""
    return at.astimezone(PARIS).date()


def end_of(day: date) -> datetime:
    """The first instant that no longer belongs to `day` in France, in UTC: `at < end_of(day)` is "by that day"."""
    return start_of(day + timedelta(days=1))


def start_of(day: date) -> datetime:
    """Midnight in France at the start of `day`, in UTC."""
    return at_time(day, 0)


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    """That wall-clock time in France on that day, in UTC."""
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def month_of(day: date) -> date:
    """The first day of the month that `day` stands in: how a month is named everywhere in the house."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after the one `day` stands in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def long_day(day: date) -> str:
    """`13 décembre 2022`, and `1er janvier 2023`."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def long_month(day: date) -> str:
    """`décembre 2022`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def clock_time(at: datetime) -> str:
    """`17 h 30` in France, with narrow no-break spaces."""
    local = at.astimezone(PARIS)
    return f"{local.hour}\u202fh\u202f{local.minute:02d}"
