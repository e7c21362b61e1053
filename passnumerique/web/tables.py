"""Lists of rows, as the page writers describe them and as `{% table %}` draws them.

A view names its columns and hands over its rows (objects or dictionaries); the table knows how each
kind of value is written, where its links lead and how it is sorted. The same description gives the
columns of the exports.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from passnumerique.web.templatetags.house import (
    badge_of,
    code,
    day,
    euros,
    instant,
    month,
    number,
    percent,
    phone,
)

_WRITERS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "number": number,
    "money": euros,
    "percent": percent,
    "day": day,
    "month": month,
    "instant": instant,
    "code": code,
    "phone": phone,
}
_RIGHT = frozenset({"number", "money", "percent"})
_WHEN = frozenset({"day", "month", "instant", "code", "phone"})
_NOTHING = "—"


@dataclass(frozen=True)
class Column:
    """One column: where its value is (`key`: attribute or dictionary key, dots allowed, or a function of
    the row), its heading, and how it is written.

    `kind`: text, number, money (cents), percent (0 to 1), day, month, instant, code, phone, or the family
    of a badge: voucher, claim, session, attendance, document. `sort`: True to sort by `key`, or the name
    to sort by. `url`: a function of the row that gives the address behind the value (or nothing).
    """

    key: str | Callable[[Any], object]
    label: str
    kind: str = "text"
    sort: bool | str = False
    url: Callable[[Any], str] | None = None

    @property
    def sort_name(self) -> str:
        """The name after `?sort=`, or nothing when the column cannot be sorted."""
        return self.sort if isinstance(self.sort, str) else str(self.key) if self.sort else ""

    @property
    def style(self) -> str:
        """The class of its cells: figures stand on the right, days stay on one line."""
        return "right" if self.kind in _RIGHT else "when" if self.kind in _WHEN else ""

    def value(self, row: object) -> object:
        """The bare value in `row`, as an export writes it."""
        return self.key(row) if callable(self.key) else _reach(row, self.key)

    def written(self, row: object) -> str:
        """The value as a person reads it, inside its link when it has one."""
        value = self.value(row)
        if value is None or value == "":
            return _NOTHING
        text = value if isinstance(value, SafeString) else self._words(value)
        address = self.url(row) if self.url else ""
        return format_html('<a href="{}">{}</a>', address, text) if address else text

    def _words(self, value: object) -> str:
        return _WRITERS[self.kind](value) if self.kind in _WRITERS else badge_of(self.kind, str(value))


class Heading(NamedTuple):
    """A column's heading as drawn: where it stands in the sort, and what pressing it asks for."""

    label: str
    style: str
    asks: str
    order: str


class Cell(NamedTuple):
    """One value as drawn, with the heading it repeats when the table becomes cards."""

    label: str
    text: str
    style: str
    head: bool


class Line(NamedTuple):
    """One row as drawn: the value of its selection box (or nothing) and its cells."""

    chosen: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A list for `{% table %}`.

    `caption` says what the rows are. `sort` is what `?sort=` holds (`name`, `-name`). `choose` is the name
    of the selection boxes (none without it) and `choose_by` the key of their values. `count` is how many
    rows there are in all when `rows` is one page of them. `empty` says what to do when there is nothing;
    `empty_url` and `empty_action` give the link for it. The first column names the row.
    """

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    sort: str = ""
    count: int | None = None
    choose: str = ""
    choose_by: str = "id"
    empty: str = ""
    empty_url: str = ""
    empty_action: str = ""
    totals: Mapping[str, object] = field(default_factory=dict)
    """Values of the last line, by column label; money in cents, as in the rows."""

    def headings(self) -> list[Heading]:
        """The headings, each with the sort it asks for when pressed."""
        return [self._heading(column) for column in self.columns]

    def lines(self) -> list[Line]:
        """The rows as drawn."""
        return [Line(str(_reach(row, self.choose_by)) if self.choose else "", self._cells(row)) for row in self.rows]

    def total_cells(self) -> list[Cell]:
        """The cells of the last line, or none when nothing is totalled."""
        return [self._total(place, column) for place, column in enumerate(self.columns)] if self.totals else []

    def _heading(self, column: Column) -> Heading:
        name = column.sort_name
        order = {name: "ascending", f"-{name}": "descending"}.get(self.sort, "") if name else ""
        return Heading(column.label, column.style, f"-{name}" if order == "ascending" else name, order)

    def _cells(self, row: object) -> list[Cell]:
        return [
            Cell(column.label, column.written(row), column.style, place == 0)
            for place, column in enumerate(self.columns)
        ]

    def _total(self, place: int, column: Column) -> Cell:
        value = self.totals.get(column.label, "")
        text = _WRITERS.get(column.kind, str)(value) if value != "" and not isinstance(value, str) else str(value)
        return Cell(column.label, text, column.style, place == 0)


def _reach(row: object, key: str) -> Any:
    found: Any = row
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else getattr(found, name, None)
    return found() if callable(found) else found
