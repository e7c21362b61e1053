"""Journals: the columns of a table that never change once written, so that they can be sealed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models

from passnumerique.ground.differences import as_text

DIGEST_BYTES = 16
SLAB = 5000
"""Rows read by one statement: no cursor is held open on the server (law 8)."""


def every_column(model: type[models.Model], *left_out: str) -> tuple[str, ...]:
    """The columns of a table but its keys and those left out because they move."""
    names = (field.attname for field in model._meta.concrete_fields)
    return tuple(name for name in names if name not in {"id", "programme_id", *left_out})


@dataclass(frozen=True)
class Written:
    """One row of a journal: when it was written, the voucher's number if it tells one, its digest."""

    id: UUID
    at: datetime
    number: int | None
    digest: bytes


@dataclass(frozen=True)
class Journal:
    """A table of one programme, what of it never changes, and when each row was written.

    `written` and `number` may be paths to a row that is written with it. `columns` may only grow, and by
    columns that are null in the rows already sealed: the digest leaves out what is null.
    """

    model: type[models.Model]
    written: str
    columns: tuple[str, ...]
    number: str | None = None
    part: str = ""
    """Names a second journal of the same table, whose columns are written later."""
    where: models.Q | None = None
    """Leaves out the rows that may still change."""

    @property
    def table(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        """What the seals call it: the table, and the part of it."""
        return f"{self.table}:{self.part}" if self.part else self.table

    def read(
        self, programme_id: UUID, *, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[Written]:
        """The rows of a programme written in a span of time, all by default, in the order of their ids."""
        rows = self.model._default_manager.filter(self.where or models.Q(), programme_id=programme_id).order_by("id")
        rows = rows.exclude(**{f"{self.written}__isnull": True})
        if since is not None:
            rows = rows.filter(**{f"{self.written}__gte": since})
        if before is not None:
            rows = rows.filter(**{f"{self.written}__lt": before})
        last: UUID | None = None
        while slab := list(self._slab(rows if last is None else rows.filter(id__gt=last))):
            yield from slab
            last = slab[-1].id

    def _slab(self, rows: models.QuerySet[models.Model]) -> Iterator[Written]:
        heads = ("id", self.written, self.number or "id")
        for row_id, at, number, *values in rows.values_list(*heads, *self.columns)[:SLAB]:
            yield Written(row_id, at, number if self.number else None, self._digest(row_id, values))

    def _digest(self, row_id: UUID, values: list[object]) -> bytes:
        held = {name: canonical(value) for name, value in zip(self.columns, values, strict=True) if value is not None}
        text = json.dumps({"id": row_id.hex, **held}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


def canonical(value: object) -> object:
    """A value as the seal hashes it, the same on every engine: instants in UTC with microseconds, UUIDs
    and bytes in hexadecimal, JSON as it is."""
    if isinstance(value, UUID):
        return value.hex
    return value if isinstance(value, dict | list | int | float) else as_text(value)
