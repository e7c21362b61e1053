"""How the statements of the reconciliation are asked: one text for both engines, sums done by the database."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from passnumerique.ground.db import on_postgresql
from passnumerique.vouchers.models import Redemption

MOST = 5000
"""Differences of one kind that are told; whoever has more looks for one cause."""

_SQL = Path(__file__).parent / "sql"


def ask(name: str, programme_id: UUID, months: Sequence[date] = (), until: datetime | None = None) -> list[Any]:
    """The rows that a statement of `sql/` finds in a programme, `MOST` + 1 of them at most."""
    statement = (
        (_SQL / f"{name}.sql")
        .read_text("utf-8")
        .format(
            month_used=_month("use.redeemed_at"),
            day_used=_day("use.redeemed_at"),
            months=", ".join(f"'{month.isoformat()}'" for month in months) or "NULL",
            most=MOST + 1,
        )
    )
    values = {"programme": _value("programme_id", programme_id)}
    if until is not None:
        values["until"] = _value("redeemed_at", until)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _value(name: str, value: object) -> Any:
    field: Any = Redemption._meta.get_field(name)
    return field.get_db_prep_value(value, connection)


def _day(instant: str) -> str:
    """The day in France of an instant."""
    if on_postgresql():
        return f"({instant} AT TIME ZONE 'Europe/Paris')::date"
    return f"django_datetime_cast_date({instant}, 'Europe/Paris', 'UTC')"


def _month(instant: str) -> str:
    """The first day of its month."""
    if on_postgresql():
        return f"date_trunc('month', {instant} AT TIME ZONE 'Europe/Paris')::date"
    return f"substr({_day(instant)}, 1, 7) || '-01'"


def as_day(value: object) -> date:
    """A day as either engine gives it."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def as_id(value: object) -> UUID:
    """An id as either engine gives it."""
    return value if isinstance(value, UUID) else UUID(str(value))
