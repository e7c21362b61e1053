"""The counters, moved in the same transaction as what they count.

Increments are upserts and decrements conditional updates, in one order of keys, so that two acts at
once neither lose a count nor wait for each other in a circle.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F

from passnumerique.ground.ids import new_id
from passnumerique.vouchers.models import Activity, Stock
from passnumerique.vouchers.rules import Act, State

StockKey = tuple[UUID, UUID, UUID, State]

_ADD_TO_STOCK = """
INSERT INTO vouchers_stock (id, programme_id, lot_id, structure_id, place_id, state, count)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (programme_id, lot_id, structure_id, place_id, state)
DO UPDATE SET count = vouchers_stock.count + excluded.count
"""
_ADD_TO_ACTIVITY = """
INSERT INTO vouchers_activity (id, programme_id, month, act, structure_id, place_id, module_id, count)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (programme_id, month, act, structure_id, place_id, module_id)
DO UPDATE SET count = vouchers_activity.count + excluded.count
"""


def move_stock(programme_id: UUID, deltas: Mapping[StockKey, int], at: datetime) -> None:
    """Add each delta to its counter. The database refuses a counter that would fall below zero."""
    for key, delta in sorted(deltas.items()):
        lot_id, structure_id, place_id, state = key
        if delta > 0:
            _upsert(_ADD_TO_STOCK, new_id(at), programme_id, lot_id, structure_id, place_id, state.value, delta)
        elif delta < 0:
            _take_from_stock(programme_id, key, -delta)


def _take_from_stock(programme_id: UUID, key: StockKey, many: int) -> None:
    lot_id, structure_id, place_id, state = key
    rows = Stock.objects.filter(
        programme_id=programme_id, lot_id=lot_id, structure_id=structure_id, place_id=place_id, state=state
    )
    if not rows.update(count=F("count") - many):
        raise IntegrityError(f"No stock counter for {state.value}: run passnum audit.")


def count_activity(
    programme_id: UUID,
    month: date,
    act: Act,
    module_id: UUID,
    counts: Mapping[tuple[UUID, UUID], int],
    at: datetime,
) -> None:
    """Add to what was done in a month, by structure and place."""
    for (structure_id, place_id), many in sorted(counts.items()):
        _upsert(
            _ADD_TO_ACTIVITY,
            new_id(at),
            programme_id,
            month,
            act.value,
            structure_id,
            place_id,
            module_id,
            many,
        )


def _upsert(statement: str, *values: object) -> None:
    adapted: list[Any] = [_column(value) for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, adapted)


_UUID_FIELD = Activity._meta.get_field("structure_id")
_DATE_FIELD = Activity._meta.get_field("month")


def _column(value: object) -> object:
    """The value as this engine keeps it: SQLite holds a UUID as 32 letters and a day as text."""
    if isinstance(value, UUID):
        return _UUID_FIELD.get_db_prep_value(value, connection)
    return _DATE_FIELD.get_db_prep_value(value, connection) if isinstance(value, date) else value
