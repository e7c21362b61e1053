"""A run for the authority's own finance software: its lines as sheets, the statements that prove them, a manifest.

The same run gives the same bytes on any day until it is sent, as the bank's file does; what is in the sheets is
what the software gives back, with the number of the payment order and the day of payment beside it.
"""

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.sheets import Cell, write_csv, write_xlsx
from passnumerique.journeys.claim_papers import claim_paper
from passnumerique.programmes.queries import access_programme
from passnumerique.settlement.queries.runs import access_run, require_leaving, run_lines
from passnumerique.settlement.rules.accounting import HEADINGS

CSV, XLSX, MANIFEST = "lignes.csv", "lignes.xlsx", "manifest.json"


def accounting_archive(actor: Actor, run_id: UUID) -> tuple[str, bytes]:
    """An approved run for the finance software, and a name for it: one ZIP, the same bytes each time.

    For who pays claims. Refuses a run that is not approved yet, one already sent, and one that a bank pays.
    """
    require(actor, Permission.PAY_CLAIM)
    run = access_run(actor, run_id)
    require_leaving(run, to_bank=False)
    programme, lines = access_programme(actor, run.programme_id), list(run_lines(run))
    table = _table(lines)
    files = {CSV: write_csv(HEADINGS, table), XLSX: write_xlsx(HEADINGS, table, title=f"Lot {run.number}")}
    made_on = day_of(run.approved_at or run.prepared_at)
    for line in lines:
        paper = claim_paper(actor, programme, line.claim, made_on=made_on, with_payment=False)
        files[f"bordereaux/demande-{line.claim.number:05d}.pdf"] = paper
    files[MANIFEST] = _manifest(programme, run, files)
    return f"lot-{run.number}-{programme.slug}.zip", _zipped(files)


def _table(lines: Sequence[Any]) -> list[list[Cell]]:
    places = organisations_by_id(line.place_id for line in lines)
    return [
        [
            line.claim.number,
            f"{line.claim.month:%m/%Y}",
            places[line.place_id].name,
            places[line.place_id].pivot,
            Decimal(line.amount_cents) / 100,
            "",
            "",
        ]
        for line in lines
    ]


def _manifest(programme: Any, run: Any, files: dict[str, bytes]) -> bytes:
    told = {
        "programme": programme.slug,
        "run": run.number,
        "id": str(run.id),
        "reference": run.reference,
        "lines": run.count,
        "total_cents": run.total_cents,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
    }
    return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    into = BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return into.getvalue()
