"""A lot from the issuer's file, checked line by line before it is received."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.ground.sheets.cells import BadCell
from passnumerique.ground.sheets.mapping import Mapping
from passnumerique.ground.sheets.tables import Line
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.vouchers.operations.receiving import Printed, receive_lot
from passnumerique.vouchers.queries.listing import lot_of_file
from passnumerique.vouchers.queries.reading import known_booklets, vouchers_in, vouchers_with_codes
from passnumerique.vouchers.rules import Act, require_role
from passnumerique.vouchers.rules.lot_file import (
    BOOKLET,
    CODE,
    CODE_KNOWN,
    LOT_LABELS,
    NUMBER,
    NUMBER_KNOWN,
    BadField,
    LotLine,
    read_lot,
)
from passnumerique.vouchers.rules.refusals import LotFileInvalid


@dataclass(frozen=True)
class LotReport:
    """What a file would bring, or brought: passes, their numbers, booklets and value in cents, and every
    cell that cannot be used. `lot_id` is the lot made of it, now or by an earlier import of the same file."""

    passes: int
    first_number: int
    last_number: int
    booklets: int
    value_cents: int
    bad: tuple[BadCell, ...] = ()
    lot_id: UUID | None = None
    known: bool = False

    @property
    def bad_lines(self) -> int:
        """How many lines hold at least one bad cell."""
        return len({cell.line for cell in self.bad})


def import_lot(
    *,
    programme_id: UUID,
    reference: str,
    rows: Iterable[Line],
    mapping: Mapping,
    file: bytes,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
) -> LotReport:
    """Receive the passes of an issuer's file, or only say what would be received (`dry_run`).

    For the manager. The same file sent again changes nothing and gives the lot it made. Refuses a file
    with a line that cannot be used (the dry run names each), and whatever `receive_lot` refuses. All or
    nothing.
    """
    require_role(Act.RECEIVE, by)
    access_programme(by, programme_id)
    good, wrong = read_lot((line.number, mapping.read(line)) for line in rows)
    known = lot_of_file(programme_id, hashlib.sha256(file).digest())
    if known is None:
        wrong += _already_there(programme_id, good)
    bad = tuple(_cell(mapping, one) for one in wrong)
    if known is not None or dry_run:
        face = terms_on(programme_id, day_of(at)).face_value_cents
        return _report(good, bad, face, known.id if known else None, known=known is not None)
    if bad:
        raise LotFileInvalid(count=len({cell.line for cell in bad}))
    printed = [Printed(one.number, one.booklet, one.code) for one in good]
    lot_id = receive_lot(programme_id=programme_id, reference=reference, passes=printed, file=file, by=by, at=at)
    return _report(good, (), terms_on(programme_id, day_of(at)).face_value_cents, lot_id)


def _already_there(programme_id: UUID, good: list[LotLine]) -> list[BadField]:
    if not good:
        return []
    taken = {seen.number for seen in vouchers_in(programme_id, [(good[0].number, good[-1].number)])}
    booklets = known_booklets(programme_id, (one.booklet for one in good))
    codes = {fold(code) for code in vouchers_with_codes(programme_id, [one.code for one in good])}
    wrong = [BadField(one.line, NUMBER, str(one.number), NUMBER_KNOWN, {}) for one in good if one.number in taken]
    wrong += [
        BadField(one.line, BOOKLET, str(one.booklet), NUMBER_KNOWN, {}) for one in good if one.booklet in booklets
    ]
    wrong += [BadField(one.line, CODE, one.code, CODE_KNOWN, {}) for one in good if one.code in codes]
    return sorted(wrong, key=lambda one: (one.line, one.field))


def _cell(mapping: Mapping, wrong: BadField) -> BadCell:
    column = mapping.columns.get(wrong.field, LOT_LABELS[wrong.field])
    return BadCell(wrong.line, column, wrong.value, wrong.reason, wrong.params)


def _report(
    good: list[LotLine],
    bad: tuple[BadCell, ...],
    face_cents: int,
    lot_id: UUID | None,
    *,
    known: bool = False,
) -> LotReport:
    return LotReport(
        passes=len(good),
        first_number=good[0].number if good else 0,
        last_number=good[-1].number if good else 0,
        booklets=len({one.booklet for one in good}),
        value_cents=len(good) * face_cents,
        bad=bad,
        lot_id=lot_id,
        known=known,
    )
