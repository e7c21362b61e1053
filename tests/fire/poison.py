"""A use that the database itself will not take, and nobody knows why beforehand."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

POSTGRESQL = """
CREATE FUNCTION fire_poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.{column}::text = '{value}' THEN RAISE EXCEPTION 'poison' USING ERRCODE = '{code}'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fire_poison BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fire_poison();
"""
SQLITE = """
CREATE TRIGGER fire_poison BEFORE INSERT ON {table} WHEN CAST(NEW.{column} AS text) = '{value}'
BEGIN SELECT RAISE(ABORT, 'poison'); END
"""
ON_POSTGRESQL = connection.vendor == "postgresql"
CODES = ("23514", "22012", "53100", "XX000", "40001") if ON_POSTGRESQL else ("abort",)
"""A constraint, a bad value, a full disk, a fault inside, a serialisation failure that never passes."""


@contextmanager
def poisoned(what: object, code: str, table: str = "vouchers_redemption", column: str = "id") -> Iterator[None]:
    """The database refuses the row in which that column holds this, for that reason."""
    value = what.hex if isinstance(what, UUID) and not ON_POSTGRESQL else what
    text = (POSTGRESQL if ON_POSTGRESQL else SQLITE).format(table=table, column=column, value=value, code=code)
    _run(text)
    try:
        yield
    finally:
        _run(f"DROP TRIGGER fire_poison{f' ON {table}; DROP FUNCTION fire_poison()' if ON_POSTGRESQL else ''}")


def _run(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)
