"""The event log in partitions by month, on PostgreSQL, for whoever has tens of millions of events.

Nothing in the house knows of it: the same statements read and write the same table. What it changes is
where rows lie, and that a unique key of the table holds the instant too (`docs/decisions/0009-partitions.md`).
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import day_of, month_of, next_month, start_of
from passnumerique.ground.db import on_postgresql
from passnumerique.ground.refusals import NotAllowed
from passnumerique.vouchers.models import Event
from passnumerique.vouchers.rules.refusals import PartitionsNeedPostgresql

MONTHS_AHEAD = 12
_TABLE = Event._meta.db_table
_BEFORE, _OTHER = f"{_TABLE}_before", f"{_TABLE}_other"
_KEYS = f"""SELECT i.relname, pg_get_indexdef(i.oid), k.conname, k.contype
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = x.indrelid
    WHERE x.indrelid = '{_TABLE}'::regclass ORDER BY i.relname"""  # noqa: S608 — a constant

_IS_PARTED = f"SELECT 1 FROM pg_partitioned_table WHERE partrelid = '{_TABLE}'::regclass"  # noqa: S608
_PARTITIONS = f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{_TABLE}'::regclass"  # noqa: S608
_END_OF_BEFORE = f"""SELECT substring(pg_get_expr(relpartbound, oid) FROM 'TO \\(''([^'']+)')::timestamptz
    FROM pg_class WHERE oid = '{_BEFORE}'::regclass"""  # noqa: S608 — a constant


def partition_events(*, by: Actor, at: datetime, months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Turn the event log into a table in partitions by month, and make those of the coming months that are
    not there yet; returns the names of the months made. Done again, it only adds months.

    For the installation itself. The events written so far stay where they are, as one partition; what is
    dated beyond the months made goes to another. One transaction, in which nobody else writes: seconds
    for what is new, minutes for the unique keys of tens of millions of events. Refuses SQLite.
    """
    if by.role is not Role.SYSTEM:
        raise NotAllowed
    if not on_postgresql():
        raise PartitionsNeedPostgresql
    with transaction.atomic():
        if not _asked(_IS_PARTED):
            _part(at)
        begun = {name for (name,) in _asked(_PARTITIONS)}
        missing = [month for month in _coming(at, months_ahead) if _name(month) not in begun]
        if missing:
            # Apart meanwhile, so that nothing is dated in a month between what is brought over and its partition.
            _run(f"ALTER TABLE {_TABLE} DETACH PARTITION {_OTHER}")
            for month in missing:
                _make(month)
            _run(f"ALTER TABLE {_TABLE} ATTACH PARTITION {_OTHER} DEFAULT")
        return [_name(month) for month in missing]


def _part(at: datetime) -> None:
    """The table becomes the partition of all months up to now of a new one of its name."""
    keys = _asked(_KEYS)
    for name, _made, constraint, _kind in keys:
        if constraint:
            _run(f'ALTER TABLE {_TABLE} DROP CONSTRAINT "{constraint}"')
        else:
            _run(f'ALTER INDEX "{name}" RENAME TO "{name}_before"')
    latest = Event.objects.aggregate(last=Max("at"))["last"] or at  # nobody writes any more: a key is gone
    _run(f"ALTER TABLE {_TABLE} RENAME TO {_BEFORE}")
    _run(f"CREATE TABLE {_TABLE} (LIKE {_BEFORE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at)")
    for _name_of, made, constraint, kind in keys:
        _run(_key_of_all(made, constraint, kind))
    _run(f"CREATE TABLE {_OTHER} PARTITION OF {_TABLE} DEFAULT")
    _attach(_BEFORE, "MINVALUE", f"'{_start(_next(max(latest, at)))}'")


def _key_of_all(made: str, constraint: str | None, kind: str | None) -> str:
    """The statement that gives the new table a key of the old one; a unique one holds the instant too."""
    if constraint is None:
        return made
    columns = made[made.rindex("(") + 1 : made.rindex(")")]
    word = "PRIMARY KEY" if kind == "p" else "UNIQUE"
    return f'ALTER TABLE {_TABLE} ADD CONSTRAINT "{constraint}" {word} ({columns}, at)'


def _make(month: date) -> None:
    """The partition of a month. What was dated in it before it was there is brought over from the other."""
    name, first, last = _name(month), _start(month), _start(next_month(month))
    _run(f"CREATE TABLE {name} (LIKE {_TABLE} INCLUDING ALL)")
    within = f"at >= '{first}' AND at < '{last}'"
    _run(f"WITH gone AS (DELETE FROM {_OTHER} WHERE {within} RETURNING *) INSERT INTO {name} SELECT * FROM gone")  # noqa: S608
    _attach(name, f"'{first}'", f"'{last}'")


def _attach(name: str, first: str, last: str) -> None:
    _run(f"ALTER TABLE {_TABLE} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({last})")


def _coming(at: datetime, months: int) -> Iterator[date]:
    """The months to be made: from the end of the first partition, or the current month, on."""
    ((bound,),) = _asked(_END_OF_BEFORE)
    month, last = max(month_of(day_of(bound)), month_of(day_of(at))), month_of(day_of(at))
    for _ in range(months):
        last = next_month(last)
    while month <= last:
        yield month
        month = next_month(month)


def _next(instant: datetime) -> date:
    return next_month(month_of(day_of(instant)))


def _start(month: date) -> str:
    return start_of(month).isoformat()


def _name(month: date) -> str:
    return f"{_TABLE}_{month:%Y_%m}"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _asked(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())
