"""A file of the issuer is read and kept: each of its lines once, whatever file it comes in."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import Mapping, normalised
from passnumerique.ground.sheets.tables import Line, Sheet
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.models import IssuerFile, IssuerRow
from passnumerique.settlement.operations.issuer.judging import Judged, judge
from passnumerique.settlement.queries.issuer import file_with_hash, rows_of_file
from passnumerique.settlement.rules.issuer import FIELDS, IssuerKind, RowVerdict, Shape, required_of
from passnumerique.settlement.rules.issuer.refusals import IssuerNameMissing


@dataclass(frozen=True)
class IssuerReport:
    """What a file says, or would say: how many of its lines count, are known already, do not count; the sum
    of those that count, in cents, and their days; everything told of its cells. `file_id` None: a dry run of
    a file not seen before. `known`: the file was there already."""

    lines: int
    taken: int
    already: int
    refused: int
    amount_cents: int
    first_day: date | None
    last_day: date | None
    bad: tuple[BadCell, ...]
    file_id: UUID | None = None
    known: bool = False


def import_issuer_file(
    *,
    programme_id: UUID,
    kind: IssuerKind,
    issuer: str,
    sheet: Sheet,
    mapping: Mapping,
    file: bytes,
    by: Actor,
    at: datetime,
    own_name: str = "",
    dry_run: bool = False,
) -> IssuerReport:
    """Keep every line of an issuer's file as evidence, or only say what would be kept (`dry_run`).

    For the manager and finance; lots are received by `receive_issuer_lot`. A line that cannot be read, or
    names no pass or place of the programme, is kept without counting, and told by line, column and reason.
    A line that is known already counts once. The same file again adds nothing, and reads anew what did not
    count. `own_name`: what the file calls this programme, where it holds several. Nothing moves: no pass, no
    euro. Refuses a missing issuer and columns that the file does not have.
    """
    require(by, Permission.IMPORT_ISSUER_FILES)
    programme = access_programme(by, programme_id)
    if kind is IssuerKind.LOTS:
        raise ValueError(kind)
    if not issuer.strip():
        raise IssuerNameMissing
    mapping.check(sheet, required_of(kind))
    own = {normalised(name) for name in (own_name, programme.name, programme.slug) if name}
    with transaction.atomic():
        take_turn(programme_id)
        known = file_with_hash(programme_id, kind, hash_of(file, sheet))
        rows = judge(programme_id, kind, _left(known, sheet), mapping, own)
        if dry_run:
            return report_of(known, rows, len(sheet.rows))
        if known:
            _judge_anew(known, rows)
            return report_of(known, rows, len(sheet.rows))
        made = IssuerFile(id=new_id(at), programme_id=programme_id, kind=kind, issuer=issuer.strip()[:160])
        keep_rows(keep_file(made, sheet, mapping, file, by, at), rows, at)
    return report_of(made, rows, len(sheet.rows), known=False)


def hash_of(file: bytes, sheet: Sheet) -> bytes:
    """What tells one file from another; of a workbook, which of its sheets was read counts too."""
    first = not sheet.sheet_names or sheet.name in {"", sheet.sheet_names[0]}
    return hashlib.sha256(file if first else file + sheet.name.encode()).digest()


def _left(known: IssuerFile | None, sheet: Sheet) -> Sequence[Line]:
    """The lines to judge: all of a new file; of a known one, those that did not count."""
    if known is None:
        return sheet.rows
    left = set(rows_of_file(known, RowVerdict.REFUSED.value).values_list("line", flat=True))
    return [line for line in sheet.rows if line.number in left]


def keep_file(kept: IssuerFile, sheet: Sheet, mapping: Mapping, file: bytes, by: Actor, at: datetime) -> IssuerFile:
    """Write the row of a file; its kind, programme and issuer are set already."""
    kept.filename, kept.encoding = sheet.filename[:200], sheet.encoding
    kept.sha256, kept.lines, kept.columns = hash_of(file, sheet), len(sheet.rows), mapping.columns
    kept.imported_at, kept.by_user = at, by.user_id
    kept.save(force_insert=True)
    return kept


def keep_rows(file: IssuerFile, rows: Sequence[Judged], at: datetime) -> None:
    """Write every line of a file."""
    for chunk in in_chunks(rows, 800):
        IssuerRow.objects.bulk_create(_row(file, one, at) for one in chunk)


def _row(file: IssuerFile, one: Judged, at: datetime) -> IssuerRow:
    return IssuerRow(
        id=new_id(at),
        programme_id=file.programme_id,
        file=file,
        kind=file.kind,
        line=one.line.number,
        raw=json.dumps(_cells(file, one), ensure_ascii=False),
        **_read(one),
    )


def _read(one: Judged) -> dict[str, Any]:
    """The columns of a row that say what was read of it, and whether it counts."""
    values = {name: value for name, value in one.values.items() if name in _KEPT}
    day = values.get("day")
    return {
        "fingerprint": one.fingerprint,
        "verdict": one.verdict,
        "told": json.dumps([_told(cell) for cell in one.told], ensure_ascii=False) if one.told else "",
        "month": month_of(day) if day else None,
        **values,
    }


_KEPT = frozenset({"number", "voucher_id", "place_id", "day", "quantity", "reference"}) | {
    "amount_cents",
    "fee_cents",
    "balance_cents",
    "claim_number",
    "claim_month",
}


def _told(cell: BadCell) -> dict[str, Any]:
    return {"column": cell.column, "value": cell.value, "reason": cell.reason, "params": dict(cell.params)}


def _cells(file: IssuerFile, one: Judged) -> dict[str, str]:
    """The line as it stands in the file. Codes are as good as money: they are not kept."""
    codes = {file.columns.get(field.name) for field in FIELDS[IssuerKind(file.kind)] if field.shape is Shape.CODE}
    return {column: text for column, text in one.line.cells.items() if column not in codes}


def _judge_anew(known: IssuerFile, rows: Sequence[Judged]) -> None:
    """Lines that did not count, read again now that more is known."""
    for one in rows:
        if one.verdict is not RowVerdict.REFUSED:
            left = IssuerRow.objects.filter(programme_id=known.programme_id, file=known, line=one.line.number)
            left.filter(verdict=RowVerdict.REFUSED).update(**({"place_id": NOBODY} | _read(one)))


def report_of(file: IssuerFile | None, rows: Sequence[Judged], lines: int, *, known: bool = True) -> IssuerReport:
    """What is told of a file; it was there already when it is given, unless told otherwise."""
    counts = Counter(one.verdict for one in rows)
    taken = [one.values for one in rows if one.verdict is RowVerdict.TAKEN]
    days = [values["day"] for values in taken if "day" in values]
    return IssuerReport(
        lines=lines,
        taken=counts[RowVerdict.TAKEN],
        already=counts[RowVerdict.KNOWN] + lines - len(rows),
        refused=counts[RowVerdict.REFUSED],
        amount_cents=sum(values.get("amount_cents", 0) for values in taken),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        bad=tuple(cell for one in rows for cell in one.told),
        file_id=file.id if file else None,
        known=known and file is not None,
    )
