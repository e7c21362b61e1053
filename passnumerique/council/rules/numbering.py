"""How the acts of an authority are numbered, without gap. Pure."""

import re
from datetime import date
from enum import StrEnum

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

FIELDS = ("year", "month", "day", "rank")
USUAL = "DE_{year}_{month}_{rank}"


class Restart(StrEnum):
    """When the rank begins at 1 again."""

    MONTH = "month"
    YEAR = "year"
    NEVER = "never"

    @property
    def words(self) -> str:
        return RESTART_WORDS[self]


RESTART_WORDS = {
    Restart.MONTH: N_("chaque mois"),
    Restart.YEAR: N_("chaque année"),
    Restart.NEVER: N_("jamais"),
}


class BadNumbering(Refusal):
    sentence = N_(
        "Cette numérotation ne convient pas\u202f: «\u202f{pattern}\u202f». Elle contient {{rank}}, et l’année "
        "ou le mois quand le rang y recommence, comme DE_{{year}}_{{month}}_{{rank}}."
    )


def check_pattern(pattern: str, restarts: Restart) -> None:
    """Refuses a pattern without rank, with an unknown field, or under which two acts would have one number."""
    named = set(re.findall(r"\{(\w*)\}", pattern))
    needed = {"rank"} | {Restart.MONTH: {"year", "month"}, Restart.YEAR: {"year"}, Restart.NEVER: set()}[restarts]
    if not needed <= named <= set(FIELDS) or pattern.count("{") != len(re.findall(r"\{\w*\}", pattern)):
        raise BadNumbering(pattern=pattern)


def number_of(pattern: str, day: date, rank: int) -> str:
    """The number of the act of that rank voted on that day: DE_2022_12_003."""
    return pattern.format(year=f"{day:%Y}", month=f"{day:%m}", day=f"{day:%d}", rank=f"{rank:03d}")


_SHAPES = {"year": r"\d{4}", "month": r"\d{2}", "day": r"\d{2}", "rank": r"(\d+)"}


def rank_in(pattern: str, number: str) -> int:
    """The rank that a number of that pattern says; 0 for a number of another form, as older acts may have."""
    parts = re.split(r"\{(\w+)\}", pattern)  # words and fields by turns
    shape = "".join(_SHAPES[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))
    found = re.fullmatch(shape, number)
    return int(found[1]) if found else 0


def scope_of(restarts: Restart, day: date) -> tuple[date, date]:
    """The first and last day among which ranks follow one another."""
    if restarts is Restart.NEVER:
        return date.min, date.max
    if restarts is Restart.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day.replace(day=1), date.fromordinal(after.toordinal() - 1)
