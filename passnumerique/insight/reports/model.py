"""What a report is made of: figures that know where they come from, pictures, tables, sentences. No roof's word.

Values are bare (counts, cents, shares between 0 and 1, days); whoever shows them writes them. None is a figure that
is hidden or not known: `hidden` says which.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from passnumerique.ground.dates import long_day
from passnumerique.ground.money import NNBSP, euros, grouped
from passnumerique.ground.words import N_, say


class Kind(StrEnum):
    """Whom a report is for."""

    COUNCIL = "council"
    FUNDER = "funder"
    EPCI = "epci"
    STRUCTURE = "structure"
    PLACE = "place"


KIND_WORDS = {
    Kind.COUNCIL: N_("Rapport au conseil"),
    Kind.FUNDER: N_("Rapport au financeur"),
    Kind.EPCI: N_("Rapport à un EPCI membre"),
    Kind.STRUCTURE: N_("Rapport à une structure"),
    Kind.PLACE: N_("Rapport à un lieu"),
}


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    CENTS = "cents"
    SHARE = "share"
    DAY = "day"
    TEXT = "text"


Value = int | float | date | str | None
HIDDEN = N_("masqué")


def written(value: Value, unit: Unit) -> str:
    """A value as French writes it, on paper."""
    if value is None:
        return say(HIDDEN)
    if isinstance(value, date):
        return long_day(value)
    if unit is Unit.CENTS and isinstance(value, int):
        return euros(value)
    if unit is Unit.SHARE and isinstance(value, float):
        return f"{100 * value:.1f}".replace(".", ",") + f"{NNBSP}%"
    return grouped(value) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Figure:
    """One figure: the key of its definition, what it counts, its value, and a short note."""

    key: str
    label: str
    value: Value
    unit: Unit = Unit.COUNT
    note: str = ""


@dataclass(frozen=True)
class Columns:
    """Passes by month, one or two series."""

    title: str
    sentence: str
    months: tuple[date, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Parts:
    """How a whole is shared."""

    title: str
    sentence: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Ahead:
    """A total so far, then between which values it may be; what it cannot pass, by a day."""

    title: str
    sentence: str
    past: tuple[tuple[date, int], ...]
    ahead: tuple[tuple[date, int, int, int], ...]
    ceiling: tuple[str, int]


Picture = Columns | Parts | Ahead


@dataclass(frozen=True)
class Grid:
    """A table: its headings with their units, and its rows; `key` is the definition of its figures, if any."""

    title: str
    headings: tuple[tuple[str, Unit], ...]
    rows: tuple[tuple[Value, ...], ...]
    lead: str = ""
    empty: str = ""
    key: str = ""


@dataclass(frozen=True)
class Section:
    """One part of a report."""

    title: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    grids: tuple[Grid, ...] = ()
    sentences: tuple[str, ...] = ()
    breaks: bool = False
    """Whether the paper turns the page before it."""


@dataclass(frozen=True)
class Report:
    """A report as of an evening. `about` is the EPCI, structure or place; `subject` its code or id."""

    kind: Kind
    title: str
    as_of: date
    headline: str
    sections: tuple[Section, ...]
    about: str = ""
    subject: str = ""
    notes: tuple[str, ...] = ()

    def figures(self) -> Iterator[Figure]:
        """Every figure that has a definition, once."""
        seen: set[str] = set()
        for section in self.sections:
            for one in section.figures:
                if one.key not in seen:
                    seen.add(one.key)
                    yield one


def share(part: int, whole: int) -> float:
    """A share between 0 and 1; of nothing, none."""
    return part / whole if whole else 0.0


def told(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections that have something to say."""
    return tuple(one for one in sections if one.figures or one.pictures or one.grids or one.sentences)
