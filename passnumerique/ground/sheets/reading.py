"""Reads a table out of the bytes of a CSV, XLSX, XLS or ODS file: the bytes decide, not the name."""

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from passnumerique.ground.sheets.cells import as_text
from passnumerique.ground.sheets.refusals import EmptySheet, MergedCells, UnknownSheet, UnreadableSheet
from passnumerique.ground.sheets.tables import MAX_BYTES, MAX_ROWS, Sheet, tabulate, too_large

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNZIPPED_BYTES = 200 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_LOWER, _SIGNS = frozenset("àâäçéèêëîïôöùûüÿœæ"), frozenset("’‘“”«»€°–—…·\u00a0")
_UPPER = frozenset(letter.upper() for letter in _LOWER)
_BINARY = re.compile("[\x00-\x08\x0e-\x1f]")
_DELIMITERS = (";", ",", "\t", "|")


def read_sheet(content: bytes, filename: str, sheet: str | None = None) -> Sheet:
    """The table in the file; of a workbook the sheet named, or the first.

    CSV may be UTF-8 (with or without BOM), UTF-16, Windows-1252, Mac or DOS, with `;`, `,`, tab or `|`,
    and lines inside quotes; formulas of a workbook give their last values. Refuses by name what is
    unreadable, empty, too large, merged, or has unusable headings.
    """
    if len(content) > MAX_BYTES:
        raise too_large(filename)
    if not content.strip(b" \t\r\n\x00"):
        raise EmptySheet(filename=filename)
    if content.startswith((_ZIP, _OLE)):
        return _read_workbook(content, filename, sheet)
    return _read_text(content, filename)


def _read_workbook(content: bytes, filename: str, wanted: str | None) -> Sheet:
    try:
        _refuse_bomb(content, filename)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = tuple(book.sheet_names)
        name = _chosen(names, wanted, filename)
        page = book.get_sheet_by_name(name)
        raw = page.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1000)
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableSheet(filename=filename) from error
    rows = [(number, [as_text(cell) for cell in row]) for number, row in enumerate(raw, start=1)]
    _refuse_merged(page, rows)
    columns, lines = tabulate(rows, filename)
    return Sheet(columns, lines, filename, sheet_names=names, name=name)


def _chosen(names: tuple[str, ...], wanted: str | None, filename: str) -> str:
    if not names:
        raise EmptySheet(filename=filename)
    if wanted is not None and wanted not in names:
        raise UnknownSheet(sheet=wanted, sheets=", ".join(names))
    return wanted if wanted is not None else names[0]


def _refuse_bomb(content: bytes, filename: str) -> None:
    """A small archive may unfold to gigabytes: what it announces is measured before it is opened."""
    if content.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNZIPPED_BYTES:
                raise too_large(filename)


def _refuse_merged(page: CalamineSheet, rows: list[tuple[int, list[str]]]) -> None:
    """Cells merged in the heading or below it hide values: which cell a value belongs to is not known."""
    heading = next((number for number, cells in rows if any(cells)), 0)
    for (top, _), (bottom, _) in page.merged_cell_ranges or []:
        if bottom + 1 >= heading:
            raise MergedCells(line=top + 1)


def _read_text(content: bytes, filename: str) -> Sheet:
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSheet(filename=filename) from error
    if _BINARY.search(text):
        raise UnreadableSheet(filename=filename)
    delimiter, skipped = _delimiter(text)
    try:
        columns, lines = tabulate(list(_records(text, delimiter, skipped)), filename)
    except csv.Error as error:
        raise UnreadableSheet(filename=filename) from error
    return Sheet(columns, lines, filename, encoding, delimiter)


def _encoding(content: bytes) -> str:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return name
    if b"\x00" in content[:200]:
        return "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        counted = [(byte, times) for byte, times in Counter(content).items() if byte > 127]  # noqa: PLR2004
        return max(_OLD_ENCODINGS, key=lambda name: _frenchness(counted, name))
    return "utf-8"


def _frenchness(counted: list[tuple[int, int]], encoding: str) -> int:
    """How French the letters beyond ASCII are in this old encoding, Windows first when in doubt.

    General detectors take a list of communes in Windows-1252 for one in Mac Roman: they have seen
    prose, and a table is not prose.
    """
    score = 0
    for byte, times in counted:
        letter = bytes([byte]).decode(encoding, "replace")
        weight = 3 if letter in _LOWER else 2 if letter in _UPPER else 1 if letter in _SIGNS else -3
        score += weight * times
    return score


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter, and how many lines to skip: Excel may announce it in a first line `sep=;`."""
    first = text.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == len("sep=") + 1:
        return first[-1], 1
    return max(_DELIMITERS, key=lambda delimiter: _width(text, delimiter)), 0


def _width(text: str, delimiter: str) -> tuple[bool, int]:
    """How well the first records fit this delimiter: all equally wide first, then the wider the better."""
    try:
        widths = [len(cells) for _, cells in islice(_records(text, delimiter, 0), 20) if any(cells)]
    except csv.Error:
        return False, 0
    return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    for cells in reader:
        if begins > skipped:
            yield begins, [cell.strip() for cell in cells]
        begins = reader.line_num + 1
