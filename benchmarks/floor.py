"""The floor: the same rows written by bare statements on the same connection, one commit for each set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

ON_POSTGRESQL = connection.vendor == "postgresql"


def values_of(row: models.Model) -> list[Any]:
    """A row as this engine keeps it, column by column."""
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in row._meta.concrete_fields]


def insert_into(model: type[models.Model]) -> str:
    """The statement that inserts one row."""
    columns = [field.column for field in model._meta.concrete_fields]
    return in_dialect(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    )


def in_dialect(statement: str) -> str:
    """The statement with the placeholders of this engine."""
    return statement if ON_POSTGRESQL else statement.replace("%s", "?")


@contextmanager
def bare_transaction() -> Iterator[Any]:
    """A cursor of the driver itself, without Django between, in one durable transaction. On PostgreSQL
    its statements are prepared once."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if ON_POSTGRESQL:
        import psycopg

        with raw.transaction(), psycopg.Cursor(raw) as cursor:
            yield cursor
        return
    cursor = raw.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    yield cursor
    cursor.execute("COMMIT")
    cursor.close()


def insert_all(rows: Sequence[Sequence[Any]], model: type[models.Model], cursor: Any) -> None:
    """Many rows as fast as the driver writes them: COPY on PostgreSQL, one prepared insert on SQLite."""
    if not ON_POSTGRESQL:
        cursor.executemany(insert_into(model), rows)
        return
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
