"""A table read from a file: headings, and numbered lines of text."""

from collections.abc import Sequence
from dataclasses import dataclass

from passnumerique.ground.sheets.refusals import (
    DuplicateColumns,
    EmptySheet,
    RaggedLine,
    SheetTooLarge,
    UnnamedColumn,
)

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, the first being 1, and its cells by heading."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table: its headings in the order of the file, its lines that are not blank."""

    columns: tuple[str, ...]
    rows: list[Line]
    filename: str = ""
    encoding: str = ""
    """How the text was encoded; empty for a workbook."""
    delimiter: str = ""
    sheet_names: tuple[str, ...] = ()
    """Every sheet of the workbook; empty for a CSV."""
    name: str = ""
    """Which of them this is."""


def too_large(filename: str) -> SheetTooLarge:
    """The refusal of a file beyond the limits, with the limits in it."""
    return SheetTooLarge(filename=filename, megabytes=MAX_BYTES // 1024 // 1024, rows=MAX_ROWS, columns=MAX_COLUMNS)


def letter(index: int) -> str:
    """The name that spreadsheets give the column at `index`: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def tabulate(numbered: Sequence[tuple[int, Sequence[str]]], filename: str) -> tuple[tuple[str, ...], list[Line]]:
    """Headings and lines from raw rows: the first row that is not blank is the heading.

    Refuses a heading twice (whatever the case), a column without heading that holds values, a line
    with more cells than headings, an empty table, and one beyond the limits.
    """
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if len(filled) < 2:  # noqa: PLR2004 — a heading and one line
        raise EmptySheet(filename=filename)
    heading = [" ".join(title.split()) for title in filled[0][1]]
    while heading and not heading[-1]:
        heading.pop()
    body = filled[1:]
    if len(body) > MAX_ROWS or len(heading) > MAX_COLUMNS:
        raise too_large(filename)
    _check_heading(heading, body)
    return tuple(filter(None, heading)), [_line(number, cells, heading) for number, cells in body]


def _check_heading(heading: list[str], body: list[tuple[int, Sequence[str]]]) -> None:
    seen: set[str] = set()
    for index, title in enumerate(heading):
        if not title and any(len(cells) > index and cells[index] for _, cells in body):
            raise UnnamedColumn(column=letter(index))
        if title and title.casefold() in seen:
            raise DuplicateColumns(column=title)
        seen.add(title.casefold())


def _line(number: int, cells: Sequence[str], heading: list[str]) -> Line:
    if any(cells[len(heading) :]):
        raise RaggedLine(line=number, cells=len(cells), columns=len(heading))
    padded = [*cells, *[""] * (len(heading) - len(cells))]
    return Line(number, {title: cell for title, cell in zip(heading, padded, strict=False) if title})
