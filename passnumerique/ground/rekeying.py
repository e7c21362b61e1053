"""Columns that are enciphered, put under the first key of the installation, so that an old key can be taken out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.ground.ciphers import enciphered_again

SLAB = 500


def rekey(keys: Sequence[str], rows: QuerySet[Any], columns: Sequence[str], *, slab: int = SLAB) -> int:
    """Encipher these columns of these rows again under the first key; returns how many rows.

    What is empty, and what none of the keys reads, is left as it is. `slab`: how many rows are held at once.
    Can be stopped and run again.
    """
    done, after = 0, UUID(int=0)
    while part := list(rows.filter(id__gt=after).order_by("id").values_list("id", *columns)[:slab]):
        for row_id, *sealed in part:
            done += _rekey_row(keys, rows, row_id, dict(zip(columns, sealed, strict=True)))
        after = part[-1][0]
    return done


def _rekey_row(keys: Sequence[str], rows: QuerySet[Any], row_id: UUID, sealed: dict[str, Any]) -> int:
    again = {name: enciphered_again(keys, bytes(text)) for name, text in sealed.items() if text}
    changes = {name: text for name, text in again.items() if text}
    # Only what is still as it was read: what was emptied meanwhile stays empty.
    as_read = {name: sealed[name] for name in changes}
    return rows.filter(id=row_id, **as_read).update(**changes) if changes else 0
