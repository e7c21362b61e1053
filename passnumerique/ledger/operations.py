"""The only writer of money. Called by the floors whose acts move it, inside their transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from passnumerique.ground.ids import id_of, new_id
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.rules import Account, Move, Pocket


def transfer(*, programme_id: UUID, moves: Iterable[Move], cause: UUID, at: datetime) -> None:
    """Write the moves of one cause, those between the same two pockets summed into one row.

    Refuses (IntegrityError, a fault of the caller) a second writing of the same cause, and a move from
    one book to the other. A row of cash has the id that follows from its cause and its pockets.
    """
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
