"""A statement of the bank is imported: each movement once, and each ends somewhere.

A movement that bears the reference of a transfer pays its claim or brings the payment back; any other
stands in the clearing account of the cash book until a person says what it is. What was doubtful before is
asked again with each statement, so that the order in which statements come changes nothing.
"""

import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.directory.queries.banking import iban_key, own_accounts_known
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.directory.rules.refusals import AccountsNotKept
from passnumerique.ground.bulk import insert_columns
from passnumerique.ground.ciphers import enciphered
from passnumerique.ground.ids import id_of
from passnumerique.ledger.operations import transfer_each
from passnumerique.ledger.rules import Move
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import BankFile, BankLine, BankStatement, RunLine
from passnumerique.settlement.operations.paid import Paid, Returned, pay_all, return_all
from passnumerique.settlement.queries.statements import (
    doubtful_lines,
    keys_known,
    lines_of_runs,
    live_payments,
    transfers_known,
    undue_lines,
)
from passnumerique.settlement.rules.cash import move_of_clearing, moves_back
from passnumerique.settlement.rules.matching import Fate, Judged, Known, after, batch_of, judge
from passnumerique.settlement.rules.refusals import StatementOfAnotherAccount, StatementTooLarge
from passnumerique.settlement.rules.runs import LineState, RunState, line_of_reference
from passnumerique.settlement.rules.statements import Movement, Statement, read_statements

MEGABYTES = 300


@dataclass
class Imported:
    """What a file of statements did, or would do: `known` when the very file was imported before."""

    file_id: UUID
    known: bool = False
    statements: list[Statement] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    repeated: int = 0
    """Movements that another statement had told before."""
    cleared: int = 0
    """Movements of earlier statements that this one explains."""

    @property
    def counts(self) -> Counter[Fate]:
        """How many of the new movements ended where."""
        return Counter(one.fate for one in self.judged)


@dataclass
class _Work:
    """The new movements of a file, with the ids of their rows, and the earlier ones asked again."""

    programme_id: UUID
    at: datetime
    rows: list[tuple[int, int, str, Movement]] = field(default_factory=list)
    """Rank of the statement, rank within it, key, movement."""
    older: list[BankLine] = field(default_factory=list)
    known: dict[UUID, tuple[Known, RunLine]] = field(default_factory=dict)
    whole: dict[UUID, list[UUID]] = field(default_factory=dict)
    """The waiting lines of the runs that a movement names as a batch."""


def import_statement(
    *, programme_id: UUID, filename: str, content: bytes, by: Actor, at: datetime, dry_run: bool = False
) -> Imported:
    """Import a file of statements, all of it or nothing; what each movement came to. For who pays claims.

    The very file imported before changes nothing; of an overlapping one only the new movements count.
    `dry_run` says what would happen and writes nothing. Refuses a file that cannot be read or does not add
    up, and the statement of an account that the authority does not pay from.
    """
    require(by, Permission.PAY_CLAIM)
    access_programme(by, programme_id)
    if len(content) > MEGABYTES * 1_000_000:
        raise StatementTooLarge(megabytes=MEGABYTES)
    if not settings.CONTACT_KEYS:
        raise AccountsNotKept
    digest = hashlib.sha256(content).digest()
    before = BankFile.objects.filter(programme_id=programme_id, sha256=digest).first()
    if before:
        return Imported(before.id, known=True)
    found = read_statements(content)
    for one in found:
        if not own_accounts_known(by.authority_id, iban_key(one.iban)):
            raise StatementOfAnotherAccount(end=one.iban[-4:])
    with transaction.atomic():
        take_turn(programme_id)
        work, done = _begin(programme_id, found, digest, at)
        done.judged, again = _judge_all(work)
        done.cleared = len(again)
        if not dry_run:
            _write(work, done, filename, content, digest, by)
            _apply(work, done.judged, again, by)
    return done


def _begin(programme_id: UUID, found: list[Statement], digest: bytes, at: datetime) -> tuple[_Work, Imported]:
    work = _Work(programme_id, at)
    keys = [[_key(one, movement) for movement in one.movements] for one in found]
    seen = keys_known(programme_id, [key for several in keys for key in several])
    repeated = 0
    for rank, one in enumerate(found, start=1):
        for place, (key, movement) in enumerate(zip(keys[rank - 1], one.movements, strict=True), start=1):
            if key in seen:
                repeated += 1
                continue
            seen.add(key)
            work.rows.append((rank, place, key, movement))
    work.older = doubtful_lines(programme_id)
    return work, Imported(id_of(at, f"bank file {digest.hex()}"), False, found, [], repeated)


def _key(statement: Statement, movement: Movement) -> str:
    return hashlib.sha256(iban_key(statement.iban) + movement.key.encode()).hexdigest()[:32]


def _judge_all(work: _Work) -> tuple[list[Judged], dict[UUID, Judged]]:
    """Every new movement as judged, in the order of the rows; and of the older ones, by id, those explained."""
    older = [(line.id, _as_movement(line)) for line in work.older]
    movements = [movement for *_, movement in work.rows]
    _look_up(work, [*movements, *(movement for _, movement in older)])
    order = sorted(range(len(movements) + len(older)), key=lambda rank: _when(rank, movements, older))
    judged: dict[int, Judged] = {}
    for rank in order:
        movement = movements[rank] if rank < len(movements) else older[rank - len(movements)][1]
        judged[rank] = _judge_one(work, movement)
    again = {
        older[rank - len(movements)][0]: one
        for rank, one in judged.items()
        if rank >= len(movements) and one.fate is not Fate.UNKNOWN
    }
    return [judged[rank] for rank in range(len(movements))], again


def _when(rank: int, movements: Sequence[Movement], older: Sequence[tuple[UUID, Movement]]) -> tuple[date, bool, int]:
    movement = movements[rank] if rank < len(movements) else older[rank - len(movements)][1]
    return movement.booked_on, movement.cents > 0, rank


def _as_movement(line: BankLine) -> Movement:
    return Movement(line.key, line.booked_on, line.cents, line.reference, line.end_to_end, line.batch, line.code)


def _look_up(work: _Work, movements: Sequence[Movement]) -> None:
    """Everything that the judging needs, read once."""
    runs = {run for movement in movements if (run := batch_of(movement))}
    work.whole = lines_of_runs(work.programme_id, runs) if runs else {}
    named = {line for movement in movements if (line := line_of_reference(movement.end_to_end))}
    named |= {line for several in work.whole.values() for line in several}
    work.known = transfers_known(work.programme_id, named)
    back = {line_of_reference(movement.end_to_end) for movement in movements if movement.cents > 0}
    paid = [row for line, (known, row) in work.known.items() if line in back and known.state == LineState.PAID]
    for line_id in undue_lines(work.programme_id, paid) if paid else ():
        known, row = work.known[line_id]
        work.known[line_id] = (replace(known, whole=False), row)


class _States(Mapping[UUID, Known]):
    """What is known of the transfers, as the judging reads it."""

    def __init__(self, known: dict[UUID, tuple[Known, RunLine]]) -> None:
        self._known = known

    def __getitem__(self, line_id: UUID) -> Known:
        return self._known[line_id][0]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _judge_one(work: _Work, movement: Movement) -> Judged:
    run_id = batch_of(movement)
    if run_id in work.whole:
        return _judge_batch(work, movement, work.whole[run_id])
    judged = judge(movement, _States(work.known))
    if judged.line_id:
        known, row = work.known[judged.line_id]
        work.known[judged.line_id] = (after(known, judged), row)
    return judged


def _judge_batch(work: _Work, movement: Movement, line_ids: Sequence[UUID]) -> Judged:
    """One movement for a whole run: all its lines wait, and their sum is the movement."""
    waiting = [work.known[one][0] for one in line_ids]
    fits = sum(known.amount_cents for known in waiting) == -movement.cents
    if not fits or any(known.state != LineState.WAITING or known.run_state != RunState.SENT for known in waiting):
        return judge(movement, {})
    judged = Judged(movement, Fate.PAID)
    for one in line_ids:
        known, row = work.known[one]
        work.known[one] = (after(known, judged), row)
    return judged


def _line_id(work: _Work, key: str) -> UUID:
    return id_of(work.at, f"bank line {work.programme_id} {key}")


def _write(work: _Work, done: Imported, filename: str, content: bytes, digest: bytes, by: Actor) -> None:
    file = BankFile.objects.create(
        id=done.file_id,
        programme_id=work.programme_id,
        filename=filename[-200:],
        sha256=digest,
        sealed=enciphered(settings.CONTACT_KEYS, zlib.compress(content).hex(), work.at),
        at=work.at,
        by_user=by.user_id,
    )
    fresh = Counter(rank for rank, *_ in work.rows)
    rows = [_statement(work, file, rank, one, fresh[rank]) for rank, one in enumerate(done.statements, start=1)]
    BankStatement.objects.bulk_create(rows)
    if work.rows:
        _write_lines(work, done.judged, [row.id for row in rows])


def _statement(work: _Work, file: BankFile, rank: int, one: Statement, fresh: int) -> BankStatement:
    return BankStatement(
        id=id_of(work.at, f"statement {file.id} {rank}"),
        programme_id=work.programme_id,
        file=file,
        rank=rank,
        version=one.version,
        reference=one.reference,
        account_key=iban_key(one.iban),
        iban_end=one.iban[-4:],
        opening_cents=one.opening_cents or 0,
        closing_cents=one.closing_cents or 0,
        opened_on=one.opened_on,
        closed_on=one.closed_on,
        entries=len(one.movements),
        fresh=fresh,
        pending=one.pending,
    )


def _write_lines(work: _Work, judged: Sequence[Judged], statement_ids: Sequence[UUID]) -> None:
    each: dict[str, Sequence[object]] = {
        "id": [_line_id(work, key) for _, _, key, _ in work.rows],
        "statement_id": [statement_ids[rank - 1] for rank, *_ in work.rows],
        "rank": [place for _, place, *_ in work.rows],
        "key": [key for _, _, key, _ in work.rows],
        **{
            name: [getattr(movement, name) for *_, movement in work.rows]
            for name in ("booked_on", "cents", "reference", "end_to_end", "batch", "code", "counterpart", "words")
        },
        "fate": [one.fate.value for one in judged],
        "doubt": [one.doubt.value if one.doubt else "" for one in judged],
        "run_line_id": [one.line_id for one in judged],
        "run_id": [_run_of(one) for one in judged],
    }
    same: dict[str, object] = {
        "programme_id": work.programme_id,
        "at": work.at,
        "cleared": False,
        "purpose": "",
        "entry_id": None,
        "reason": "",
        "settled_at": None,
        "settled_by": None,
    }
    insert_columns(BankLine, each, same)


def _run_of(one: Judged) -> UUID | None:
    """The run that a movement pays as a whole."""
    return batch_of(one.movement) if one.fate is Fate.PAID and one.line_id is None else None


def _apply(work: _Work, judged: Sequence[Judged], again: Mapping[UUID, Judged], by: Actor) -> None:
    """Money and passes follow: payments first, then what came back, then what nobody knows."""
    every = [*judged, *again.values()]
    _pay(work, [one for one in every if one.fate is Fate.PAID], by)
    _give_back(work, [one for one in every if one.fate is Fate.RETURNED], by)
    moves: dict[UUID, list[Move]] = {
        _line_id(work, key): [move_of_clearing(one.movement.cents)]
        for (_, _, key, _), one in zip(work.rows, judged, strict=True)
        if one.fate is Fate.UNKNOWN
    }
    moves |= {line_id: moves_back([move_of_clearing(one.movement.cents)]) for line_id, one in again.items()}
    transfer_each(programme_id=work.programme_id, moves=moves, at=work.at)
    for line_id, one in again.items():
        BankLine.objects.filter(programme_id=work.programme_id, id=line_id, fate=Fate.UNKNOWN).update(
            fate=one.fate, doubt="", cleared=True, run_line_id=one.line_id, run_id=_run_of(one)
        )


def _pay(work: _Work, paid: Sequence[Judged], by: Actor) -> None:
    groups: dict[tuple[str, UUID | None], list[Paid]] = defaultdict(list)
    for one in paid:
        ids = [one.line_id] if one.line_id else work.whole[batch_of(one.movement) or work.programme_id]
        for line_id in ids:
            row = work.known[line_id][1]
            groups[row.run.payer, row.run.sent_by].append(_as_paid(row, one.movement))
    for (payer, sent_by), several in groups.items():
        pay_all(programme_id=work.programme_id, paid=several, payer=Payer(payer), paid_by=sent_by, by=by, at=work.at)


def _as_paid(row: RunLine, movement: Movement) -> Paid:
    reference = movement.reference or movement.end_to_end or movement.batch
    return Paid(row.claim_id, row.place_id, row.amount_cents, movement.booked_on, reference, row.id)


def _give_back(work: _Work, back: Sequence[Judged], by: Actor) -> None:
    payments = live_payments(work.programme_id, [one.line_id for one in back if one.line_id])
    returned = [
        Returned(payments[one.line_id], one.movement.booked_on, one.movement.reference or "camt.053", one.movement.code)
        for one in back
        if one.line_id
    ]
    return_all(programme_id=work.programme_id, returned=returned, by=by, at=work.at)
