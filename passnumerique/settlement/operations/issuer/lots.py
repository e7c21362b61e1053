"""A lot that the issuer delivers: its passes are received, and its file kept as evidence with them."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.ids import new_id
from passnumerique.ground.sheets.mapping import Mapping
from passnumerique.ground.sheets.tables import Line, Sheet
from passnumerique.settlement.models import IssuerFile
from passnumerique.settlement.operations.issuer.importing import keep_file, keep_rows
from passnumerique.settlement.operations.issuer.judging import Judged
from passnumerique.settlement.queries.issuer import file_with_hash
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict, content_print, plain
from passnumerique.settlement.rules.issuer.refusals import LotReferenceMissing
from passnumerique.vouchers.operations import LotReport, import_lot


def receive_issuer_lot(
    *,
    programme_id: UUID,
    issuer: str,
    reference: str,
    sheet: Sheet,
    mapping: Mapping,
    file: bytes,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> LotReport:
    """Receive the passes of a lot's file, as `import_lot` does and refuses, and keep its lines as evidence,
    without the codes. For the manager. All or nothing; the same file again changes nothing. Refuses a
    missing reference."""
    if not reference.strip():
        raise LotReferenceMissing
    with transaction.atomic():
        report = import_lot(
            programme_id=programme_id,
            reference=reference.strip(),
            rows=sheet.rows,
            mapping=mapping,
            file=file,
            by=by,
            at=at,
            dry_run=dry_run,
        )
        known = file_with_hash(programme_id, IssuerKind.LOTS, hashlib.sha256(file).digest())
        if report.lot_id and not report.known and known is None:
            kept = IssuerFile(id=new_id(at), programme_id=programme_id, kind=IssuerKind.LOTS, issuer=issuer[:160])
            keep_rows(
                keep_file(kept, sheet, mapping, file, by, at), [_judged(line, mapping) for line in sheet.rows], at
            )
    return report


def _judged(line: Line, mapping: Mapping) -> Judged:
    number = int(plain(mapping.read(line)["number"]))
    return Judged(line, {"number": number}, content_print(IssuerKind.LOTS, {"number": number}), RowVerdict.TAKEN, ())
