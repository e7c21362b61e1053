"""SQL that fills tables by the million: what differs between the engines, in one place.

Values are made from integers alone (a rank, a second since 1970), so that a row can be named from
another table without looking it up: its id is an expression over its rank. Ids are UUIDs of version 7
whose time is that of their row, as those of the house.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, models

POSTGRESQL = connection.vendor == "postgresql"
HOUR, DAY = 3600, 86400


def execute(statement: str) -> int:
    """Run a statement whose values stand in it; the number of rows that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def series(first: int, last: int) -> str:
    """A relation with the column n, from first to last."""
    if POSTGRESQL:
        return f"(SELECT n FROM generate_series({first}::bigint, {last}::bigint) AS s(n))"
    step = f"SELECT {first} AS n WHERE {first} <= {last} UNION ALL SELECT n + 1 FROM s WHERE n < {last}"
    return f"(WITH RECURSIVE s(n) AS ({step}) SELECT n FROM s)"


def ranked(values: Sequence[object]) -> str:
    """A relation with the columns rank (from 0) and value."""
    rows = ", ".join(f"({rank}, {literal(value)})" for rank, value in enumerate(values))
    return f"(SELECT column1 AS rank, column2 AS value FROM (VALUES {rows}) AS v)"


def uuid7(seconds: str, kind: int, rank: str) -> str:
    """The id of the row of that kind and rank whose instant is that second."""
    if POSTGRESQL:
        made = f"lpad(to_hex(({seconds})::bigint * 1000), 12, '0') || '7{kind % 4096:03x}8{kind >> 12:03x}'"
        return f"({made} || lpad(to_hex(({rank})::bigint), 12, '0'))::uuid"
    return f"printf('%012x7{kind % 4096:03x}8{kind >> 12:03x}%012x', ({seconds}) * 1000, {rank})"


def known_uuid7(seconds: int, kind: int, rank: int) -> UUID:
    """The same, made here."""
    return UUID(f"{seconds * 1000:012x}7{kind % 4096:03x}8{kind >> 12:03x}{rank:012x}")


def instant(seconds: str) -> str:
    """That second as the engine keeps an instant."""
    if POSTGRESQL:
        return f"to_timestamp({seconds})"
    return f"strftime('%Y-%m-%d %H:%M:%S', {seconds}, 'unixepoch')"


def month(seconds: str) -> str:
    """The first day of the month of a second in office hours, when it is the same month in France."""
    if POSTGRESQL:
        return f"date_trunc('month', to_timestamp({seconds}) AT TIME ZONE 'UTC')::date"
    return f"strftime('%Y-%m-01', {seconds}, 'unixepoch')"


def day(seconds: str) -> str:
    """The day of a second in office hours."""
    if POSTGRESQL:
        return f"(to_timestamp({seconds}) AT TIME ZONE 'UTC')::date"
    return f"strftime('%Y-%m-%d', {seconds}, 'unixepoch')"


def digest(number: str) -> str:
    """The hash under which a pass without a printed code is kept: MD5 of its number in letters, which
    any program can compute, pgbench too."""
    return f"decode(md5(({number})::text), 'hex')" if POSTGRESQL else f"md5_bytes({number})"


def known_digest(number: int) -> bytes:
    """The same, made here."""
    return hashlib.md5(str(number).encode()).digest()


def literal(value: object) -> str:
    """A value as it stands in a statement: an identifier, a number, a truth, bytes or text."""
    if isinstance(value, UUID):
        return f"'{value}'::uuid" if POSTGRESQL else f"'{value.hex}'"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea" if POSTGRESQL else f"x'{value.hex()}'"
    if isinstance(value, int):
        return str(value).upper() if POSTGRESQL else str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


def insert(model: type[models.Model], values: Mapping[str, str], source: str) -> int:
    """INSERT … SELECT into a table; columns that are not given have their default. Refuses (KeyError)
    one that has none, and one that the table has not."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    if unknown := set(values) - set(fields):
        raise KeyError(f"{model._meta.db_table} has no {', '.join(sorted(unknown))}")
    made = {column: values.get(column) or _default(field) for column, field in fields.items()}
    columns = ", ".join(f'"{column}"' for column in made)
    return execute(f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(made.values())} FROM {source}")


def _default(field: "models.Field[Any, Any]") -> str:
    if field.has_default():
        return literal(field.get_default())
    if field.null:
        return "NULL"
    if field.blank and field.empty_strings_allowed:
        return "''"
    raise KeyError(f"{field.model._meta.db_table}.{field.column} needs a value")


@contextmanager
def filling(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Tables without their indexes and unique keys while they are filled, and with them again after;
    then their statistics are taken. On SQLite the same, and its commits wait for no disk meanwhile."""
    names = [model._meta.db_table for model in tables]
    again = _postgresql_bare(names) if POSTGRESQL else _sqlite_bare(names)
    yield
    for statement in again:
        execute(statement)
    if POSTGRESQL:
        # A table analysed while empty is planned as empty by every plan that a connection keeps.
        for table in names:
            if _rows(f"SELECT 1 FROM {table} LIMIT 1"):
                execute(f"VACUUM ANALYZE {table}")


def _postgresql_bare(tables: Sequence[str]) -> list[str]:
    """Drop what slows the filling; the statements that bring it back. Primary keys to which another
    table refers stay, and foreign keys are not asked while filling (the checks are)."""
    listed = ", ".join(f"'{table}'::regclass" for table in tables)
    keys = f"""SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
        WHERE c.conrelid IN ({listed}) AND c.contype IN ('u', 'p')
        AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.conrelid)"""
    again = ["SET session_replication_role = origin"]
    for table, name, made in _rows(keys):
        execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {made}')
    indexes = f"""SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid IN ({listed})
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"""
    for name, made in _rows(indexes):
        execute(f"DROP INDEX {name}")
        again.append(made.replace(" ON ONLY ", " ON "))
    execute("SET session_replication_role = replica")
    return again


def _sqlite_bare(tables: Sequence[str]) -> list[str]:
    connection.ensure_connection()
    driver: Any = connection.connection
    driver.create_function("md5_bytes", 1, known_digest, deterministic=True)
    execute("PRAGMA synchronous = OFF")
    listed = ", ".join(f"'{table}'" for table in tables)
    found = _rows(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({listed}) AND sql <> ''")
    for name, _made in found:
        execute(f'DROP INDEX "{name}"')
    return [*(made for _name, made in found), "ANALYZE", "PRAGMA synchronous = FULL"]


def _rows(question: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [tuple(row) for row in cursor.fetchall()]


def taken_bytes(model: type[models.Model]) -> int:
    """What a table takes on disk with its indexes and partitions; on SQLite 0, where only the file is known."""
    if not POSTGRESQL:
        return 0
    tree = f"SELECT sum(pg_total_relation_size(relid))::text FROM pg_partition_tree('{model._meta.db_table}')"
    found = _rows(tree)[0][0] or _rows(f"SELECT pg_total_relation_size('{model._meta.db_table}')::text")[0][0]
    return int(found)
