"""That a programme was taken over is written inside the transaction of the journey that did it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ledger.queries import require_open_books
from passnumerique.settlement.models import IssuerFile
from passnumerique.settlement.queries.takeover import TAKEOVER
from passnumerique.settlement.rules.issuer import IssuerKind


def record_takeover(
    *,
    programme_id: UUID,
    sha256: bytes,
    former: str,
    statement_on: date,
    lines: dict[str, Any],
    by: Actor,
    at: datetime,
) -> UUID:
    """Keep as evidence from whom, from which folder and up to which statement a programme was taken over; the
    id of that row among the issuer's files. For the manager. The database refuses the same folder twice."""
    require(by, Permission.RECEIVE_LOT)
    require_open_books(programme_id)
    row = IssuerFile(id=new_id(at), programme_id=programme_id, kind=IssuerKind.LOTS, sha256=sha256)
    row.issuer, row.filename = former.strip()[:160], TAKEOVER
    row.columns = {TAKEOVER: statement_on.isoformat(), "lines": lines}
    row.lines, row.imported_at, row.by_user = sum(lines.values()), at, by.user_id
    row.save(force_insert=True)
    return row.id
