"""The audit of the bank's statements: each against its file, each movement against what it moved."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import Journal, every_column
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.settlement.models import BankFile, BankLine, BankStatement, CashEntry, Payment, RunLine
from passnumerique.settlement.queries.statements import content_of
from passnumerique.settlement.rules.matching import Fate, Purpose
from passnumerique.settlement.rules.runs import LineState
from passnumerique.settlement.rules.statements import Statement, read_statements

BANK_FILE = Check("bank_file", N_("Un relevé de banque n’est plus celui qui a été importé."))
BANK_LINE = Check("bank_line", N_("Un mouvement de la banque ne correspond pas à son relevé ou à ce qu’il a payé."))

JOURNALS = (
    Journal(BankFile, "at", every_column(BankFile, "sealed")),
    Journal(BankStatement, "file__at", every_column(BankStatement)),
    Journal(BankLine, "at", ("statement_id", "rank", "key", "booked_on", "cents", "reference", "end_to_end", "batch")),
    Journal(BankLine, "settled_at", ("purpose", "entry_id", "reason", "settled_at", "settled_by"), part="attribution"),
)
"""What statements write once, for the seal: the files, the movements, what a person said of them."""


def statement_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every file whose content is not what its hash says, every statement and movement that its file tells
    otherwise, and every movement that did not do what it says."""
    lines: dict[UUID, list[BankLine]] = defaultdict(list)
    for line in BankLine.objects.filter(programme_id=programme_id).order_by("rank"):
        lines[line.statement_id].append(line)
    for file in BankFile.objects.filter(programme_id=programme_id).order_by("at", "id"):
        found = _read_again(file)
        stored = {"sha256": file.sha256}
        made = {"sha256": hashlib.sha256(content_of(file) or b"").digest()}
        yield from unlike(BANK_FILE, BankFile._meta.db_table, file.id, stored, made)
        rows = BankStatement.objects.filter(programme_id=programme_id, file=file).order_by("rank")
        for row in rows:
            told = found[row.rank - 1] if row.rank <= len(found) else None
            yield from _statement(row, told, lines[row.id])
    yield from _deeds(programme_id, [line for several in lines.values() for line in several])


def _read_again(file: BankFile) -> list[Statement]:
    try:
        return read_statements(content_of(file) or b"")
    except Refusal:
        return []


def _statement(row: BankStatement, told: Statement | None, lines: list[BankLine]) -> Iterator[Difference]:
    made: dict[str, object] | None = None
    if told is not None:
        balances = {"opening_cents": told.opening_cents, "closing_cents": told.closing_cents}
        made = {**balances, "entries": len(told.movements), "fresh": len(lines)}
    stored = {name: getattr(row, name) for name in ("opening_cents", "closing_cents", "entries", "fresh")}
    yield from unlike(BANK_FILE, BankStatement._meta.db_table, row.id, stored, made)
    for line in lines if told else ():
        movement = told.movements[line.rank - 1] if told and line.rank <= len(told.movements) else None
        names = ("booked_on", "cents", "reference", "end_to_end", "batch", "code")
        said = {name: getattr(movement, name) for name in names} if movement else None
        kept = {name: getattr(line, name) for name in names}
        yield from unlike(BANK_LINE, BankLine._meta.db_table, line.id, kept, said)


def _deeds(programme_id: UUID, lines: list[BankLine]) -> Iterator[Difference]:
    """What each movement says it did: a payment, a return, an entry of cash."""
    states = dict(RunLine.objects.filter(programme_id=programme_id).order_by().values_list("id", "state"))
    paid = set(Payment.objects.filter(programme_id=programme_id).order_by().values_list("run_line_id", flat=True))
    entries = set(CashEntry.objects.filter(programme_id=programme_id).order_by().values_list("id", flat=True))
    for line in lines:
        fate, table = Fate(line.fate), BankLine._meta.db_table
        if fate is Fate.UNKNOWN:
            continue
        bad = line.run_line_id and line.cents < 0 and line.run_line_id not in paid
        bad = bad or (line.run_line_id and line.cents > 0 and states.get(line.run_line_id) != LineState.RETURNED)
        bad = bad or (line.entry_id and line.entry_id not in entries)
        bad = bad or (fate is Fate.SETTLED and not line.cleared and line.purpose != Purpose.KNOWN)
        if bad:
            yield from unlike(BANK_LINE, table, line.id, {"fate": line.fate}, {"fate": Fate.UNKNOWN})
