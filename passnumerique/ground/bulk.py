"""Rows by the thousand into one table: COPY in binary on PostgreSQL, one prepared insert on SQLite.

Rows are given by columns, those that differ from row to row and those that are the same for all, so that
nothing is built for a single row: a million rows cost what their values cost. A UUID that differs is
given as its 16 bytes. What Django checks in Python for a model is not checked; the database checks.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from itertools import chain, repeat
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from passnumerique.ground.db import on_postgresql

SLAB = 20_000
"""Rows worked on together where a set may be large: what bounds the memory."""
FEW = 500
"""Up to so many rows, one plain INSERT."""
AHEAD = 2

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_LENGTH = struct.Struct("!i").pack
_INTEGERS = {2: struct.Struct("!ih").pack, 4: struct.Struct("!ii").pack, 8: struct.Struct("!iq").pack}
_WIDTHS = {
    "PositiveSmallIntegerField": 2,
    "SmallIntegerField": 2,
    "PositiveIntegerField": 4,
    "IntegerField": 4,
    "PositiveBigIntegerField": 8,
    "BigIntegerField": 8,
}

Column = Sequence[Any]
Field = Any
"""A column of a model: `django.db.models.Field`, of which the stubs know no foreign key's target."""


def slabs_of(first: int, last: int, size: int = SLAB) -> Iterator[tuple[int, int]]:
    """A range of numbers, both ends included, in ranges of at most `size`."""
    return ((start, min(start + size - 1, last)) for start in range(first, last + 1, size))


def insert_columns(model: type[models.Model], each: Mapping[str, Column], same: Mapping[str, object]) -> int:
    """Insert as many rows as the columns of `each` are long; every other column of the table is in `same`,
    or has the model's default. In the caller's transaction. Returns how many rows.

    Refuses (KeyError) a column that the table has not or that got no value, and whatever the database refuses.
    """
    return write_packed(model, pack(model, each, same))


Packed = tuple[int, bytes | Iterable[tuple[Any, ...]]]
"""How many rows, and the rows as this engine takes them."""


def pack(model: type[models.Model], each: Mapping[str, Column], same: Mapping[str, object]) -> Packed:
    """Rows made ready for `write_packed`. Touches no connection, so that a thread may do it meanwhile."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    if unknown := {*each, *same} - set(fields):
        raise KeyError(f"{model._meta.db_table} has no {', '.join(sorted(unknown))}")
    many = len(next(iter(each.values())))
    left = (name for name in fields if name not in each)
    settled = {name: same[name] if name in same else _default(fields[name]) for name in left}
    if on_postgresql() and many > FEW:
        return many, b"".join(chain.from_iterable(zip(*_binary(fields, each, settled), strict=False)))
    return many, zip(*_adapted(fields, each, settled), strict=False)


def write_packed(model: type[models.Model], packed: Packed) -> int:
    """Insert rows made ready by `pack`; returns how many."""
    many, rows = packed
    columns = [field.column for field in model._meta.concrete_fields]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if isinstance(rows, bytes):
            statement = f"COPY {model._meta.db_table} ({named}) FROM STDIN (FORMAT binary)"
            with cursor.copy(statement) as copy:
                copy.write(_SIGNATURE + rows + _END)
        elif many:
            marks = "(" + ", ".join(["%s"] * len(columns)) + ")"
            statement = f"INSERT INTO {model._meta.db_table} ({named}) VALUES "  # noqa: S608 — names of columns
            if many > FEW:
                cursor.executemany(statement + marks, rows)  # type: ignore[arg-type]
            else:
                values = [value for row in rows for value in row]
                cursor.execute(statement + ", ".join([marks] * many), values)
    return many


T = TypeVar("T")
R = TypeVar("R")


def made_ahead(make: Callable[[T], R], of: Iterable[T]) -> Iterator[R]:
    """`make` each of these, in order. On PostgreSQL a thread is up to two ahead of whoever takes them, so
    that the server works on one while the next is made; chance is drawn in the same order all the same."""
    if not on_postgresql():
        yield from map(make, of)
        return
    context, waiting = copy_context(), deque[Future[R]]()
    with ThreadPoolExecutor(1) as worker:
        for one in of:
            waiting.append(worker.submit(context.run, make, one))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _default(field: Field) -> object:
    if not field.has_default() and not field.null:
        raise KeyError(f"{field.model._meta.db_table}.{field.column} needs a value")
    return field.get_default() if field.has_default() else None


# PostgreSQL: each value is four bytes of length and the value; a row, two bytes of how many.


def _binary(
    fields: Mapping[str, Field], each: Mapping[str, Column], same: Mapping[str, object]
) -> Iterator[Iterable[bytes]]:
    """The pieces of every row, in order: what is the same between two columns that differ, joined."""
    piece = struct.pack("!h", len(fields))
    for name, field in fields.items():
        if name in each:
            yield repeat(piece)
            yield _packed(field, each[name])
            piece = b""
        else:
            piece += _one(_packer(field), same[name])
    if piece:
        yield repeat(piece)


def _packed(field: Field, column: Column) -> Iterable[bytes]:
    pack = _packer(field)
    if any(value is None for value in column):
        return (_one(pack, value) for value in column)
    return map(pack, column)


def _one(pack: Callable[[Any], bytes], value: object) -> bytes:
    return _NULL if value is None else pack(value)


def _packer(field: Field) -> Callable[[Any], bytes]:
    kind = field.target_field.get_internal_type() if isinstance(field, models.ForeignKey) else field.get_internal_type()
    if kind in _WIDTHS:
        width = _WIDTHS[kind]
        return partial(_INTEGERS[width], width)
    return _PACKERS[kind]


def _of_uuid(value: UUID | bytes) -> bytes:
    return b"\x00\x00\x00\x10" + (value if isinstance(value, bytes) else value.bytes)


@lru_cache(maxsize=4096)
def _of_text(value: str) -> bytes:
    return _of_bytes(value.encode())


def _of_bytes(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def _of_instant(value: datetime) -> bytes:
    return _INTEGERS[8](8, (value - _EPOCH) // timedelta(microseconds=1))


def _of_day(value: date) -> bytes:
    return _INTEGERS[4](4, (value - _EPOCH.date()).days)


_PACKERS: dict[str, Callable[[Any], bytes]] = {
    "UUIDField": _of_uuid,
    "CharField": _of_text,
    "TextField": _of_text,
    "BinaryField": _of_bytes,
    "DateTimeField": _of_instant,
    "DateField": _of_day,
}


# SQLite, and a few rows anywhere: a tuple for each row.


def _adapted(
    fields: Mapping[str, Field], each: Mapping[str, Column], same: Mapping[str, object]
) -> Iterator[Iterable[object]]:
    for name, field in fields.items():
        if name not in each:
            yield repeat(field.get_db_prep_save(same[name], connection))
        elif isinstance(field, models.UUIDField | models.ForeignKey):
            yield [_uuid(value) for value in each[name]]
        elif isinstance(field, models.DateTimeField | models.DateField):
            yield [field.get_db_prep_save(value, connection) for value in each[name]]
        else:
            yield each[name]


def _uuid(value: UUID | bytes | None) -> object:
    if on_postgresql():
        return UUID(bytes=value) if isinstance(value, bytes) else value
    return value.hex() if isinstance(value, bytes) else value and value.hex
