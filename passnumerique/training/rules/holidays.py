"""The days on which a place is closed: public holidays and school holidays, where it stands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

import holidays
from vacances_scolaires_france import SchoolHolidayDates

from passnumerique.ground.words import N_

_ZONES = {
    "A": """01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90""",
    "B": """02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68
        72 76 80 83 84 85 88""",
    "C": """09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95""",
}
"""The départements of each school zone. Corsica and those overseas have calendars of their own."""
ZONE_OF_DEPARTMENT = {department: zone for zone, listed in _ZONES.items() for department in listed.split()}
_OWN_PUBLIC_HOLIDAYS = {"57": "57", "67": "6AE", "68": "6AE"} | {
    code: code for code in ("971", "972", "973", "974", "976")
}
"""Départements with public holidays of their own, as the library names them."""


class Why(StrEnum):
    """Why a day of a series holds no session."""

    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    AFTER_TRAINING = "after_training"
    TAKEN_OUT = "taken_out"
    NOT_ACCREDITED = "not_accredited"
    ROOM_TAKEN = "room_taken"

    @property
    def words(self) -> str:
        return WHY_WORDS[self]


WHY_WORDS = {
    Why.PUBLIC_HOLIDAY: N_("jour férié"),
    Why.SCHOOL_HOLIDAY: N_("vacances scolaires"),
    Why.AFTER_TRAINING: N_("après la fin des formations"),
    Why.TAKEN_OUT: N_("retiré à la main"),
    Why.NOT_ACCREDITED: N_("le lieu n’est pas agréé ce jour-là"),
    Why.ROOM_TAKEN: N_("un autre atelier a lieu dans cette salle"),
}


@dataclass(frozen=True)
class Skipped:
    """A day of a series that holds no session, why, and the name of what stands in the way."""

    day: date
    why: Why
    name: str = ""


def department_of(insee_code: str) -> str:
    """The département of a commune, from its INSEE code: `55` of `55545`, `2A` of `2A004`, `974` of `97411`."""
    code = insee_code.strip().upper()
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def zone_of(insee_code: str) -> str | None:
    """The school zone (A, B or C) of a commune; None in Corsica, overseas, and where nothing is known."""
    return ZONE_OF_DEPARTMENT.get(department_of(insee_code))


def public_holiday(day: date, insee_code: str) -> str:
    """The name of the public holiday in that commune on that day; empty for none. Alsace, Moselle and the
    départements overseas have some of their own."""
    return _public_holidays(day.year, _OWN_PUBLIC_HOLIDAYS.get(department_of(insee_code))).get(day, "")


@cache
def _public_holidays(year: int, own: str | None) -> dict[date, str]:
    found = holidays.country_holidays("FR", subdiv=own, years=year, language="fr")
    return {day: _written(name) for day, name in found.items()}


def school_holiday(day: date, zone: str | None) -> str:
    """The name of the school holidays of the zone on that day; empty for none, and where none are known."""
    row = _schools().data.get(day) if zone else None
    return _written(str(row["nom_vacances"])) if row and row[f"vacances_zone_{zone}".lower()] else ""


def schools_known_until() -> date:
    """The last day of which the school holidays are known: the ministry publishes them year by year."""
    known: list[date] = sorted(_schools().data)
    return known[-1]


@cache
def _schools() -> SchoolHolidayDates:
    return SchoolHolidayDates()  # type: ignore[no-untyped-call]  # the library carries no types


def _written(name: str) -> str:
    return name.replace("'", "’")
