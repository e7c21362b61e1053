"""What every table and every transaction of the house shares. No word of the scheme."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeVar

from django.db import models

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


def in_chunks(rows: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The rows in slices small enough for one statement on SQLite (32,766 variables)."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
