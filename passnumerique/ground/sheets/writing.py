"""Writes tables as CSV and XLSX that no spreadsheet will run anything from."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

import xlsxwriter

from passnumerique.ground.dates import PARIS
from passnumerique.ground.sheets.cells import guarded

Cell = str | int | float | Decimal | bool | date | datetime | None
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDEST = 60
_SHAPES = {"day": "dd/mm/yyyy", "instant": "dd/mm/yyyy hh:mm"}
_XLSX_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def write_csv(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";", bom: bool = True
) -> bytes:
    """A CSV in UTF-8. By default for a French Excel: BOM, semicolons, decimal commas.

    With `delimiter=","` decimals are written with a point, as open-data schemas ask. Texts that a
    spreadsheet would run are guarded by an apostrophe; days are ISO, instants are French time.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([guarded(title) for title in columns])
    comma = delimiter == ";"
    writer.writerows([_csv_text(cell, comma) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _csv_text(cell: Cell, comma: bool) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime):
        return cell.astimezone(PARIS).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", ",") if comma else str(cell)
    return "" if cell is None else guarded(str(cell))


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "Export") -> bytes:
    """A workbook of one sheet: headings kept in view, filters, days as days.

    Texts stay texts, whatever they begin with. The same rows give the same bytes.
    """
    return write_workbook([Leaf(title, columns, rows)], title=title)


@dataclass(frozen=True)
class Leaf:
    """One sheet of a workbook: its name, its headings, its rows."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_workbook(leaves: Iterable[Leaf], *, title: str) -> bytes:
    """A workbook of several sheets, each as `write_xlsx` writes one. The same rows give the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _XLSX_OPTIONS) as book:
        book.set_properties({"title": title, "created": _UNDATED})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
        for leaf in leaves:
            _write_leaf(book.add_worksheet(_sheet_name(leaf.title)), leaf, bold, formats)
    return out.getvalue()


def _write_leaf(
    page: xlsxwriter.worksheet.Worksheet,
    leaf: Leaf,
    bold: xlsxwriter.format.Format,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    widths = [len(name) for name in leaf.columns]
    page.write_row(0, 0, leaf.columns, bold)
    last = 0
    for last, row in enumerate(leaf.rows, start=1):
        for index, cell in enumerate(row):
            _write_cell(page, (last, index), cell, formats)
            widths[index] = max(widths[index], len(str(cell)))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(leaf.columns) - 1)
    for index, width in enumerate(widths):
        page.set_column(index, index, min(width, _WIDEST) + 2)


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet,
    where: tuple[int, int],
    cell: Cell,
    formats: dict[str, xlsxwriter.format.Format],
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_string(*where, "oui" if cell else "non")
    elif isinstance(cell, datetime):
        page.write_datetime(*where, cell.astimezone(PARIS).replace(tzinfo=None), formats["instant"])
    elif isinstance(cell, date):
        page.write_datetime(*where, datetime.combine(cell, time()), formats["day"])
    elif isinstance(cell, int | float | Decimal):
        page.write_number(*where, float(cell))
    else:
        page.write_string(*where, cell)


def _sheet_name(title: str) -> str:
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Export"
