"""How a training session and the people in it are told."""

from datetime import date, datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from passnumerique.ground.dates import day_of
from passnumerique.ground.money import NNBSP
from passnumerique.training.rules import SessionState
from passnumerique.web.templatetags.house import clock, day


def state_of(session: Any, at: datetime) -> str:
    """What a reader calls the state of a session at an instant: a name of the family `session` of badges."""
    if session.state == SessionState.CANCELLED:
        return "cancelled"
    if session.ends_at <= at:
        return "held"
    return "full" if session.seats_taken >= session.seats else "open"


def hours_of(session: Any) -> str:
    """`14 h 00 – 16 h 00`."""
    return f"{clock(session.starts_at)}\u00a0–\u00a0{clock(session.ends_at)}"


def when_of(session: Any) -> str:
    """`13 décembre 2022, 14 h 00 – 16 h 00`."""
    return f"{day(session.starts_at)}, {hours_of(session)}"


def name_of(seat: Any) -> str:
    """What a person at a session is called: what they gave freely, or their rank on the list."""
    return seat.label or _("Participant %(rank)s") % {"rank": seat.rank}


def passes(count: int) -> str:
    """`1 pass`, `3 pass`: the word never takes an s, and stays on the line of its number."""
    return f"{count}{NNBSP}pass"


def weekday_of(when: date | datetime) -> str:
    """`mardi 13 décembre 2022`, of a day or of an instant."""
    there = day_of(when) if isinstance(when, datetime) else when
    return f"{WEEKDAYS[there.weekday()]} {day(there)}"


def moment_of(session: Any) -> str:
    """`mardi 13 décembre 2022, 14 h 00 – 16 h 00`."""
    return f"{weekday_of(session.starts_at)}, {hours_of(session)}"
