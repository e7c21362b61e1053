"""Whether a row of the issuer's file counts: what it says is read, looked up, and compared with what is known."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import Mapping, normalised
from passnumerique.ground.sheets.tables import Line
from passnumerique.settlement.queries.issuer import Known, known_to, numbers_taken, prints_taken
from passnumerique.settlement.rules.issuer import (
    ANOTHER_PROGRAMME,
    ANOTHER_PROGRAMMES_PASS,
    KNOWN_ELSEWHERE,
    SAID_TWICE,
    TWICE_IN_FILE,
    UNKNOWN_NUMBER,
    UNKNOWN_PLACE,
    IssuerKind,
    ReadRow,
    RowVerdict,
    Told,
    content_print,
    labels_of,
    read_row,
)


@dataclass(frozen=True)
class Judged:
    """One row: what was read of it, whether it counts, and what is said of its cells."""

    line: Line
    values: dict[str, Any]
    fingerprint: bytes
    verdict: RowVerdict
    told: tuple[BadCell, ...]


def judge(
    programme_id: UUID, kind: IssuerKind, rows: Iterable[Line], mapping: Mapping, own_names: set[str]
) -> list[Judged]:
    """Every row of a file, in its order. `own_names`: what the file may call this programme, normalised."""
    read = [(line, read_row(kind, mapping.read(line))) for line in rows]
    known = known_to(programme_id, (one.values["number"] for _line, one in read if "number" in one.values))
    found = [_placed(kind, mapping, line, one, known, own_names) for line, one in read]
    return list(_counted(programme_id, kind, mapping, found))


def _placed(kind: IssuerKind, mapping: Mapping, line: Line, read: ReadRow, known: Known, own_names: set[str]) -> Judged:
    values, told = dict(read.values), list(read.told)
    told += _of_another(values, own_names)
    if place := values.pop("place", ""):
        values["place_id"] = known.places.get(normalised(place), NOBODY)
        told += [Told("place", place, UNKNOWN_PLACE)] if values["place_id"] == NOBODY else []
    if number := values.get("number"):
        values["voucher_id"] = known.vouchers.get(number)
        told += _of_number(number, known)
    said = {name: value for name, value in values.items() if name != "voucher_id"}
    if told:
        said = {"raw": sorted(line.cells.items())}
    verdict = RowVerdict.REFUSED if told else RowVerdict.TAKEN
    cells = tuple(_cell(kind, mapping, line, one) for one in told)
    return Judged(line, values, content_print(kind, said), verdict, cells)


def _of_another(values: dict[str, Any], own_names: set[str]) -> Iterator[Told]:
    programme = values.get("programme", "")
    if programme and own_names and normalised(programme) not in own_names:
        yield Told("programme", programme, ANOTHER_PROGRAMME)


def _of_number(number: int, known: Known) -> Iterator[Told]:
    if number not in known.vouchers:
        yield Told("number", str(number), ANOTHER_PROGRAMMES_PASS if number in known.elsewhere else UNKNOWN_NUMBER)


def _cell(kind: IssuerKind, mapping: Mapping, line: Line, told: Told) -> BadCell:
    column = mapping.columns.get(told.name) or labels_of(kind).get(told.name, told.name)
    return BadCell(line.number, column, told.value, told.reason, told.params)


def _counted(programme_id: UUID, kind: IssuerKind, mapping: Mapping, rows: list[Judged]) -> Iterator[Judged]:
    """The rows, with what is already known said of those that say it again."""
    before = prints_taken(programme_id, kind, (row.fingerprint for row in rows))
    numbers = [row.values["number"] for row in rows if row.verdict is RowVerdict.TAKEN and "number" in row.values]
    uses = numbers_taken(programme_id, numbers) if kind is IssuerKind.REDEMPTIONS else Counter[int]()
    first: dict[bytes, int] = {}
    for row in rows:
        if row.verdict is RowVerdict.REFUSED:
            yield row
        elif (line := first.setdefault(row.fingerprint, row.line.number)) != row.line.number:
            yield _known(kind, mapping, row, TWICE_IN_FILE, {"line": line})
        elif row.fingerprint in before:
            yield _known(kind, mapping, row, KNOWN_ELSEWHERE, {})
        else:
            yield _warned(kind, mapping, row, uses)


def _known(kind: IssuerKind, mapping: Mapping, row: Judged, reason: str, params: dict[str, object]) -> Judged:
    name = next(iter(mapping.columns), "")
    said = Told(name, row.line.cells.get(mapping.columns.get(name, ""), ""), reason, params)
    return replace(row, verdict=RowVerdict.KNOWN, told=(_cell(kind, mapping, row.line, said),))


def _warned(kind: IssuerKind, mapping: Mapping, row: Judged, uses: Counter[int]) -> Judged:
    """A row that counts; that another one says of the same pass something else is told, and counts too."""
    number = row.values.get("number")
    if kind is not IssuerKind.REDEMPTIONS or number is None:
        return row
    uses[number] += 1
    if uses[number] == 1:
        return row
    return replace(row, told=(_cell(kind, mapping, row.line, Told("number", str(number), SAID_TWICE)),))
