"""The only writer of money. Called by the floors whose acts move it, inside their transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from passnumerique.ground.ids import id_of, new_id
from passnumerique.ledger.models import Closure, Correction, Transfer
from passnumerique.ledger.queries import closure_of, require_open_books
from passnumerique.ledger.rules import (
    Account,
    AlreadyClosed,
    CorrectionOpen,
    CorrectionWithoutReason,
    Move,
    NoCorrectionOpen,
    NotClosedYet,
    Pocket,
)


def transfer(*, programme_id: UUID, moves: Iterable[Move], cause: UUID, at: datetime) -> None:
    """Write the moves of one cause, those between the same two pockets summed into one row.

    Refuses closed books, and (IntegrityError, a fault of the caller) a second writing of the same cause and
    a move from one book to the other. A row of cash has the id that follows from its cause and its pockets.
    """
    require_open_books(programme_id)
    Transfer.objects.bulk_create(_rows(programme_id, moves, cause, at))


def _rows(programme_id: UUID, moves: Iterable[Move], cause: UUID, at: datetime) -> list[Transfer]:
    sums: Counter[tuple[Pocket, Pocket]] = Counter()
    for move in moves:
        sums[move.debit, move.credit] += move.amount_cents
    return [
        Transfer(
            id=_id_of(cause, debit, credit, at),
            programme_id=programme_id,
            debit_account=debit.account,
            debit_owner=debit.owner_id,
            credit_account=credit.account,
            credit_owner=credit.owner_id,
            amount_cents=cents,
            cause=cause,
            at=at,
        )
        for (debit, credit), cents in sorted(sums.items())
    ]


def transfer_each(*, programme_id: UUID, moves: Mapping[UUID, Iterable[Move]], at: datetime) -> None:
    """The same for many causes at once: the moves of each, by the cause."""
    require_open_books(programme_id)
    rows = [row for cause, several in moves.items() for row in _rows(programme_id, several, cause, at)]
    Transfer.objects.bulk_create(rows, batch_size=1000)


def _id_of(cause: UUID, debit: Pocket, credit: Pocket, at: datetime) -> UUID:
    if isinstance(debit.account, Account):
        return new_id(at)
    return id_of(at, f"{cause} {debit.account} {debit.owner_id} {credit.account} {credit.owner_id}")


def transfers_from(moves: str) -> str:
    """The statement that writes what the SELECT `moves` tells, for an act that is one statement: columns
    id, programme_id, debit_account, debit_owner, credit_account, credit_owner, amount_cents, cause, at."""
    return (
        "INSERT INTO ledger_transfer (id, programme_id, debit_account, debit_owner, credit_account, credit_owner, "
        f"amount_cents, cause, at)\n{moves}"
    )


def close_books(*, programme_id: UUID, by_user: UUID | None, at: datetime) -> None:
    """Close the books, inside the transaction of who checked that they balance. Refuses a second time."""
    rows = [Closure(id=new_id(at), programme_id=programme_id, at=at, by_user=by_user)]
    Closure.objects.bulk_create(rows, ignore_conflicts=True)
    if not Closure.objects.filter(programme_id=programme_id, id=rows[0].id).exists():
        raise AlreadyClosed


def begin_correction(*, programme_id: UUID, reason: str, by_user: UUID | None, at: datetime) -> UUID:
    """Open closed books for a correction; its id. Refuses books that are open, no reason, and a second one."""
    if closure_of(programme_id) is None:
        raise NotClosedYet
    if not reason.strip():
        raise CorrectionWithoutReason
    row = Correction(id=new_id(at), programme_id=programme_id, reason=reason.strip()[:400], at=at, by_user=by_user)
    Correction.objects.bulk_create([row], ignore_conflicts=True)
    if not Correction.objects.filter(programme_id=programme_id, id=row.id).exists():
        raise CorrectionOpen
    return row.id


def end_correction(*, programme_id: UUID, by_user: UUID | None, at: datetime) -> None:
    """Close the books again after a correction. Refuses when none is open."""
    rows = Correction.objects.filter(programme_id=programme_id, ended_at__isnull=True)
    if not rows.update(ended_at=at, ended_by=by_user):
        raise NoCorrectionOpen
