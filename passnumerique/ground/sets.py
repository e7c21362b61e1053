"""Acts written as sets of statements that are the same on every engine.

An act asks (`asked`, a relation made of what the caller presents), decides (a chain of SELECTs, the last
of which is what may be done), does (the one UPDATE that decides) and writes what follows, each statement
reading the relation of what was `moved`. PostgreSQL runs all of it as one statement; SQLite, where
writes cannot be chained so, as one short transaction whose relations are temporary tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from passnumerique.ground.db import on_postgresql


@dataclass(frozen=True, eq=False)
class SetAct:
    """One act upon a set.

    `types`: the columns of what is presented, with their PostgreSQL types; `same`: those that are the
    same for every row. `choose`: the relations by name, in order, each reading those before it, from
    `asked` on; the last is what may be done. `columns`: what `moved` holds of that last relation.
    `decide`: the UPDATE, which reads the last relation as `a`. `write`: what follows, by name, each
    statement reading `moved`. `locks`: for relations whose rows are held until the end, the alias
    of the table. `tell`: the columns
    of `moved` that are returned.
    """

    name: str
    types: Mapping[str, str]
    same: Mapping[str, str]
    choose: Mapping[str, str]
    columns: Sequence[str]
    decide: str
    write: Mapping[str, str]
    tell: Sequence[str]
    locks: Mapping[str, str] = field(default_factory=dict)

    def run(self, rows: Sequence[Sequence[Any]], same: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Do the act upon these rows (values in the order of `types`), `same` being the values in the
        order of `same`; returns what `tell` names of each row that moved.

        On SQLite the caller has begun the transaction, which holds the write lock.
        """
        with driver_cursor() as cursor:
            if on_postgresql():
                cursor.execute(self.one_statement, [*self.arrays(rows), *same])
                return list(cursor.fetchall())
            return self._one_by_one(cursor, rows, same)

    @cached_property
    def one_statement(self) -> str:
        """The whole act as one statement of PostgreSQL; its parameters are the columns as arrays, in the order
        of `types`, then the values of `same`."""
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(self.types.values(), 1))
        same = "".join(
            f", ${n}::{kind} AS {name}" for n, (name, kind) in enumerate(self.same.items(), len(self.types) + 1)
        )
        return self.statement_from(f"SELECT a.*{same} FROM unnest({arrays}) AS a ({', '.join(self.types)})")

    def statement_from(self, asked: str) -> str:
        """The statement with another SELECT for what is asked: a benchmark measures the floor with it."""
        chosen = {name: text + self._lock(name) for name, text in self.choose.items()}
        told = ", ".join(f"a.{name}" for name in self.columns)
        moved = {"moved": f"{self._decided}\nRETURNING {told}", **self.write}
        texts = [_relation(name, text) for name, text in chosen.items()]
        texts += [f"{name} AS (\n{text}\n)" for name, text in moved.items()]
        rest = ",\n".join(texts)
        return f"WITH asked AS (\n{asked}\n),\n{rest}\nSELECT {', '.join(self.tell)} FROM moved"

    def _lock(self, relation: str) -> str:
        return f"\nFOR UPDATE OF {self.locks[relation]}" if relation in self.locks else ""

    @cached_property
    def _decided(self) -> str:
        return self.decide.replace("{chosen}", [*self.choose][-1])

    def arrays(self, rows: Sequence[Sequence[Any]]) -> list[str]:
        """Each column as the text of an array: far cheaper for the driver than a list of objects."""
        columns = zip(self.types.values(), zip(*rows, strict=True), strict=True)
        return ["{" + ",".join(map(ELEMENTS[kind], column)) + "}" for kind, column in columns]

    # SQLite: the same statements in turn

    def _one_by_one(
        self, cursor: CursorWrapper, rows: Sequence[Sequence[Any]], same: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        turn, constant = self.in_turn(len(rows)), tuple(map(stored, same))
        for make in turn.tables:
            cursor.execute(make)
        cursor.executemany(turn.present, [(*map(stored, row), *constant) for row in rows])
        cursor.execute(turn.choose)
        if cursor.rowcount:
            for statement in turn.write:
                cursor.execute(statement)
        told = list(cursor.execute(turn.tell))
        for forget in turn.forget:
            cursor.execute(forget)
        return told

    def in_turn(self, many: int) -> "InTurn":
        """The statements of SQLite for a set of so many rows.

        A temporary table has no statistics: believed to be long, SQLite would read a whole table of passes
        to filter it beforehand. The LIMIT, the next power of ten, says how short it is.
        """
        limit = 10 ** len(str(many))
        if limit not in self._turns:
            self._turns[limit] = self._turn(limit)
        return self._turns[limit]

    @cached_property
    def _turns(self) -> dict[int, "InTurn"]:
        return {}

    def _turn(self, limit: int) -> "InTurn":
        asked, moved, last = f"temp.{self.name}_asked", f"temp.{self.name}_moved", [*self.choose][-1]
        shapes = {asked: [*self.types, *self.same], moved: self.columns}
        relations = {"asked": f"SELECT * FROM {asked} LIMIT {limit}", **self.choose}
        chain = ",\n".join(_relation(name, text) for name, text in relations.items())
        those = f"AS MATERIALIZED (SELECT * FROM {moved} LIMIT {limit})"
        return InTurn(
            tables=[f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(names)})" for table, names in shapes.items()],
            present=f"INSERT INTO {asked} VALUES ({', '.join('?' * len(shapes[asked]))})",
            choose=f"INSERT INTO {moved} WITH {chain}\nSELECT {', '.join(self.columns)} FROM {last}",
            write=[
                f"WITH {last} {those}\n{self._decided}",
                *(f"WITH moved {those}\n{text}" for text in self.write.values()),
            ],
            tell=f"SELECT {', '.join(self.tell)} FROM {moved}",
            forget=[f"DELETE FROM {table}" for table in shapes],
        )


@dataclass(frozen=True)
class InTurn:
    """The statements of one set on SQLite, in the order in which they run."""

    tables: Sequence[str]
    present: str
    choose: str
    write: Sequence[str]
    tell: str
    forget: Sequence[str]


def _relation(name: str, text: str) -> str:
    """Looked up once, in this order: a planner that knows better would ask the same again and again."""
    return f"{name} AS MATERIALIZED (\n{text}\n)"


@contextmanager
def driver_cursor() -> Iterator[CursorWrapper]:
    """A cursor of the driver itself under Django's wrapper (its errors, its log): what it runs again and
    again is prepared once, and its placeholders are those of the engine: the driver need not read a long
    statement each time to find them."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if on_postgresql():
        import psycopg

        cursor: Any = psycopg.RawCursor(raw)
    else:
        cursor = raw.cursor()
    with (_Logged if connection.queries_logged else CursorWrapper)(cursor, connection) as wrapped:
        yield wrapped


class _Logged(CursorDebugWrapper):
    """Logs the text as it stands: Django would seek its own placeholders in it to fill them."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(sql, params):
            return CursorWrapper.execute(self, sql, params)


def stored(value: Any) -> Any:
    """A value as SQLite keeps it: a UUID as 32 letters, an instant in UTC as text, a day as text."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value


def _or_null(text: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "NULL" if value is None else text(value)


ELEMENTS: Mapping[str, Callable[[Any], str]] = {
    "uuid": _or_null(lambda value: value.hex),
    "bytea": lambda value: f'"\\\\x{value.hex()}"',
    "timestamptz": lambda value: value.astimezone(UTC).isoformat(),  # it refuses offsets over 15:59
    "int": str,
    "text": str,
}
"""How an element of an array is written, by its type. Texts are names of the house, which need no quotes."""
