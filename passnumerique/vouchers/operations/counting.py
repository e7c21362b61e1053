"""The counters, moved in the same transaction as what they count.

Each set of deltas takes its rows in one order, so that two acts at once neither lose a count nor wait
for each other in a circle: those that are there are locked in the order of their ids, and the others
inserted in the order of their keys. SQLite holds its one write lock already.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from passnumerique.ground.db import in_chunks, on_postgresql
from passnumerique.ground.ids import new_id
from passnumerique.vouchers.models import Activity
from passnumerique.vouchers.rules import WRITERS, Act, State

StockKey = tuple[UUID, UUID, UUID, State, int]
"""Lot, structure, place, state, and the shard of the number."""
WhereKey = tuple[UUID, UUID, str]
"""Structure, place, commune."""
StepKey = tuple[str, State, int]
"""From which state (empty: received) to which, and the face value."""

_STOCK_KEY = "lot_id, structure_id, place_id, state, shard"
_SAME_STOCK = " AND ".join(
    f"vouchers_stock.{name} = asked.column{rank}" for rank, name in enumerate(_STOCK_KEY.split(", "), start=1)
)
_LOCK_STOCK = f"""
SELECT vouchers_stock.id FROM vouchers_stock JOIN (VALUES {{rows}}) AS asked ON {_SAME_STOCK}
WHERE vouchers_stock.programme_id = %s ORDER BY vouchers_stock.id FOR UPDATE OF vouchers_stock
"""  # noqa: S608 — the names of columns
_TAKE_FROM_STOCK = f"""
UPDATE vouchers_stock SET count = vouchers_stock.count - asked.column6
FROM (VALUES {{rows}}) AS asked WHERE vouchers_stock.programme_id = %s AND {_SAME_STOCK}
"""  # noqa: S608 — the names of columns
_ADD_TO_STOCK = f"""
INSERT INTO vouchers_stock (id, programme_id, {_STOCK_KEY}, count) VALUES {{rows}}
ON CONFLICT (programme_id, {_STOCK_KEY}) DO UPDATE SET count = vouchers_stock.count + excluded.count
"""  # noqa: S608 — the names of columns
_ACTIVITY_KEY = "month, act, structure_id, place_id, module_id, commune"
_ADD_TO_ACTIVITY = f"""
INSERT INTO vouchers_activity (id, programme_id, {_ACTIVITY_KEY}, count) VALUES {{rows}}
ON CONFLICT (programme_id, {_ACTIVITY_KEY}) DO UPDATE SET count = vouchers_activity.count + excluded.count
"""  # noqa: S608 — the names of columns

_FLOW_KEY = "day, act, from_state, to_state, face_value_cents, writer"
_ADD_TO_FLOW = f"""
INSERT INTO vouchers_flow (id, programme_id, {_FLOW_KEY}, count) VALUES {{rows}}
ON CONFLICT (programme_id, {_FLOW_KEY}) DO UPDATE SET count = vouchers_flow.count + excluded.count
"""  # noqa: S608 — the names of columns


def move_stock(programme_id: UUID, deltas: Mapping[StockKey, int], at: datetime) -> None:
    """Add each delta to its counter. The database refuses a counter that would fall below zero."""
    keys = [key for key, delta in sorted(deltas.items()) if delta]
    for chunk in in_chunks(keys):
        if len(chunk) > 1 and connection.features.has_select_for_update:
            _run(_LOCK_STOCK, chunk, programme_id)
        taken = [(*key, -deltas[key]) for key in chunk if deltas[key] < 0]
        if taken and _run(_TAKE_FROM_STOCK, taken, programme_id) < len(taken):
            raise IntegrityError("A stock counter is missing: run passnum audit.")
        added = [(new_id(at), programme_id, *key, deltas[key]) for key in chunk if deltas[key] > 0]
        if added:
            _run(_ADD_TO_STOCK, added)


def count_activity(
    programme_id: UUID, month: date, act: Act, module_id: UUID, counts: Mapping[WhereKey, int], at: datetime
) -> None:
    """Add to what was done in a month, by structure, place and commune."""
    rows = []
    for (structure_id, place_id, commune), many in sorted(counts.items()):
        where = structure_id, place_id, module_id, commune
        rows.append((new_id(at), programme_id, month, act, *where, many))
    for chunk in in_chunks(rows):
        _run(_ADD_TO_ACTIVITY, chunk)


def count_flow(programme_id: UUID, day: date, act: Act, counts: Mapping[StepKey, int], at: datetime) -> None:
    """Add to the steps taken on a day."""
    own = writer()
    rows = [(new_id(at), programme_id, day, act, *step, own, many) for step, many in sorted(counts.items())]
    if rows:
        _run(_ADD_TO_FLOW, rows)


def writer() -> int:
    """Which row of the day this connection counts in: its own on PostgreSQL; SQLite has one writer."""
    if not on_postgresql():
        return 0
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid) % WRITERS


def _run(statement: str, rows: Sequence[Sequence[object]], *after: object) -> int:
    """How many rows the statement touched."""
    marks = ", ".join(["(" + ", ".join(["%s"] * len(rows[0])) + ")"] * len(rows))
    values = [_column(value) for row in rows for value in row] + [_column(value) for value in after]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=marks), values)
        return int(cursor.rowcount)


_UUID_FIELD = Activity._meta.get_field("structure_id")
_DATE_FIELD = Activity._meta.get_field("month")


def _column(value: object) -> Any:
    """The value as this engine keeps it: SQLite holds a UUID as 32 letters and a day as text."""
    if isinstance(value, UUID):
        return _UUID_FIELD.get_db_prep_value(value, connection)
    if isinstance(value, Act | State):
        return value.value
    return _DATE_FIELD.get_db_prep_value(value, connection) if isinstance(value, date) else value
