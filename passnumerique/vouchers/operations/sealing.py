"""Sealing the journal, in batches and off the hot path: from then on nobody can rewrite it unseen."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import new_id
from passnumerique.ground.journals import Journal, Written
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.vouchers.models import Seal
from passnumerique.vouchers.queries.seals import JOURNALS, NO_SEAL, last_seal, leaves_of, seal_hash, sealed_up_to

MOST_ROWS = 20_000
"""Rows in one seal, at most; more make several."""


def seal_journal(*, programme_id: UUID, by: Actor, at: datetime, journals: Sequence[Journal] = JOURNALS) -> int:
    """Seal the rows that each journal received before `at` and that no seal holds; returns how many.

    For who manages the programme, and the system. The journals of upper floors are given by whoever
    knows them. `at` must be far enough behind the clock that nothing dated before it is still being
    written. When nothing was written since the last seals, nothing is.
    """
    require(by, Permission.MANAGE_PROGRAMME)
    access_programme(by, programme_id)
    with transaction.atomic():
        take_turn(programme_id, even_closed=True)
        known = sealed_up_to(programme_id)
        batches = [batch for journal in journals for batch in _batches(programme_id, journal, known, at)]
        total = sum(len(rows) for _, rows in batches)
        if total:
            _write(programme_id, batches, by, at)
    return total


Batch = tuple[str, list[Written]]


def _batches(programme_id: UUID, journal: Journal, known: dict[str, datetime], at: datetime) -> Iterator[Batch]:
    """At least one batch, even empty: it says that nothing was written by then."""
    rows = journal.read(programme_id, since=known.get(journal.name), before=at)
    yield journal.name, list(islice(rows, MOST_ROWS))
    while batch := list(islice(rows, MOST_ROWS)):
        yield journal.name, batch


def _write(programme_id: UUID, batches: Sequence[Batch], by: Actor, at: datetime) -> None:
    last = last_seal(programme_id)
    number, before = (last.number, bytes(last.hash)) if last else (0, NO_SEAL)
    seals = []
    for rank, (table, rows) in enumerate(batches, start=number + 1):
        leaves = leaves_of(rows)
        before = seal_hash(before, rank, table, at, leaves)
        seals.append(
            Seal(
                id=new_id(at),
                programme_id=programme_id,
                number=rank,
                table=table,
                up_to=at,
                count=len(rows),
                leaves=leaves,
                hash=before,
                sealed_at=at,
                by_user=by.user_id,
            )
        )
    Seal.objects.bulk_create(seals)
