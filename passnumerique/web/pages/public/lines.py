"""How a session to come is written for a person: when, what, where, how to go there, what is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.dates import WEEKDAYS
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.training.queries import PublicSession
from passnumerique.web.templatetags.house import clock, day, phone


@dataclass(frozen=True)
class SessionLine:
    """One session to come, as a person reads it."""

    id: UUID
    title: str
    day: str
    hours: str
    when: str
    town: str
    where: str
    how: str
    reach: str
    left: str
    full: bool


def line_of(one: PublicSession, commune: str = "") -> SessionLine:
    """The line of a session; `commune` names the one from which its distance was counted."""
    far = distance_words(one.km, commune)
    how = (one.room, one.accessibility, far, phone_words(one.phone))
    return SessionLine(
        id=one.id,
        title=one.title,
        day=day_words(one.starts_at),
        hours=hours_words(one.starts_at, one.ends_at),
        when=when_words(one.starts_at, one.ends_at),
        town=", ".join(part for part in (one.place, one.commune) if part),
        where=where_words(one),
        how=" · ".join(part for part in how if part),
        reach=" · ".join(part for part in (one.accessibility, far) if part),
        left=seats_words(one.free_seats),
        full=one.free_seats <= 0,
    )


def grouped(lines: Iterable[SessionLine], *, by_place: bool) -> list[tuple[str, list[SessionLine]]]:
    """The lines in their order, under what those that follow one another share: their day, or their place where
    the nearest stand first."""
    found = groupby(lines, key=lambda line: line.town if by_place else line.day)
    return [(heading, list(several)) for heading, several in found]


def day_words(at: datetime) -> str:
    """`mardi 20 décembre 2022`."""
    local = localtime(at)
    return f"{WEEKDAYS[local.weekday()]} {day(local.date())}"


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """`14 h 00 – 16 h 00`."""
    return f"{clock(localtime(starts_at))}\u00a0–\u00a0{clock(localtime(ends_at))}"


def when_words(starts_at: datetime, ends_at: datetime) -> str:
    """`mardi 20 décembre 2022, de 14 h 00 à 16 h 00`."""
    starts, ends = localtime(starts_at), localtime(ends_at)
    return _("%(weekday)s %(day)s, de %(start)s à %(end)s") % {
        "weekday": WEEKDAYS[starts.weekday()],
        "day": day(starts.date()),
        "start": clock(starts),
        "end": clock(ends),
    }


def where_words(one: PublicSession) -> str:
    """The place and its address on one line."""
    return ", ".join(part for part in (one.place, one.address, one.commune) if part)


def seats_words(free: int) -> str:
    """How many seats are left."""
    if free <= 0:
        return _("Complet")
    return ngettext("%(count)s place libre", "%(count)s places libres", free) % {"count": free}


def distance_words(km: float | None, commune: str) -> str:
    """How far from the commune, in whole kilometres; nothing where one of the two is not known."""
    if km is None or not commune:
        return ""
    return _("à environ %(km)s km de %(commune)s, à vol d’oiseau") % {"km": max(1, round(km)), "commune": commune}


def phone_words(number: str) -> str:
    """The telephone of the place."""
    return _("Téléphone\u202f: %(phone)s") % {"phone": phone(number)} if number else ""
