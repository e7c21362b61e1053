"""What every table and every transaction of the house shares. No word of the scheme."""

import time
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, models

T = TypeVar("T")


class Row(models.Model):
    """A row whose UUIDv7 is made by the operation that writes it, never by the database."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        abstract = True


class ProgrammeRow(Row):
    """A row of one programme. No foreign key stands on `programme_id` and it comes first in every
    unique key, so that the table can be sharded by programme (law 8 of the design)."""

    programme_id = models.UUIDField(editable=False)

    class Meta:
        abstract = True


def one_of(field: str, kinds: type[StrEnum], name: str) -> models.CheckConstraint:
    """The database refuses any value of `field` that is not a member of `kinds`."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [kind.value for kind in kinds]}), name=name)


def kind_field(kinds: type[StrEnum], **options: object) -> "models.CharField[str, str]":
    """A short text column that holds a member of `kinds`; pair it with `one_of`."""
    return models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in kinds], **options)  # type: ignore[arg-type]


def large(number: int) -> models.Value:
    """A number beside a column in an expression. Left bare, Django takes it for an integer of 32 bits and
    the driver cuts it to that without a word: from 21 million euros on, in cents, sums would be wrong."""
    return models.Value(number, output_field=models.BigIntegerField())


def in_chunks(rows: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The rows in slices small enough for one statement on SQLite (32,766 variables)."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def on_postgresql() -> bool:
    """Whether this process works on PostgreSQL; on SQLite otherwise."""
    return connection.vendor == "postgresql"


_PASSES = {"40001", "40P01", "57P01", "57P02", "57P03"}
"""Serialisation failure, deadlock, and a server that stops or starts: the same act may pass in a moment."""
_WAITS = (0.05, 0.2, 0.5)


def retried(act: Callable[[], T]) -> T:
    """Do an act whose ids were made before it, again if the database refused it for a reason that passes
    or the connection was lost: what was committed unseen is found under the same ids.

    Inside another transaction nothing is retried: that transaction is lost as a whole.
    """
    for wait in () if connection.in_atomic_block else _WAITS:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if not _may_pass(error):
                raise
        time.sleep(wait)
    return act()


def _may_pass(error: Exception) -> bool:
    """A server names every fault by its code: without one, the connection to PostgreSQL was lost or not made."""
    lost = lost_connection()
    code = getattr(error.__cause__, "sqlstate", "")
    return lost or code is None or code in _PASSES


def lost_connection() -> bool:
    """Whether this thread has no connection that works, seen without asking the server. What is left of it is
    let go, so that the next statement opens another: outside of requests nobody else does."""
    driver = connection.connection
    lost = driver is None or bool(getattr(driver, "closed", False))
    if lost:
        connection.close()
    return lost
