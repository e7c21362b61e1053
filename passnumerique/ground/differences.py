"""Differences: a row of the database that says something else than what it can be recomputed from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Check:
    """One thing that is verified: its name for machines and a marked French sentence for people."""

    name: str
    words: str


@dataclass(frozen=True)
class Difference:
    """One row that disagrees: `stored` is what it holds, `recomputed` what the rest of the journal says.

    An empty `stored` is a row that should be there and is not; an empty `recomputed`, a row that
    should not be there. `number` is the voucher's, where there is one.
    """

    check: Check
    table: str
    id: UUID | None
    stored: str
    recomputed: str
    number: int | None = None


def told(values: Mapping[str, object]) -> str:
    """Columns as one line: `state=held, turn=1`."""
    return ", ".join(f"{name}={as_text(value)}" for name, value in values.items())


def as_text(value: object) -> str:
    """One value as the audit writes it: the same text whatever the engine that kept it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(as_text, value)) + "]"
    return "" if value is None else str(value)


def unlike(
    check: Check,
    table: str,
    row_id: UUID | None,
    stored: Mapping[str, object] | None,
    recomputed: Mapping[str, object] | None,
    number: int | None = None,
) -> Iterator[Difference]:
    """The difference between two readings of one row, told by the columns that disagree; none when they
    agree. None for either side: there is no such row there."""
    if stored is None or recomputed is None:
        if stored is not recomputed:
            yield Difference(check, table, row_id, told(stored or {}), told(recomputed or {}), number)
        return
    apart = [name for name in recomputed if as_text(stored[name]) != as_text(recomputed[name])]
    if apart:
        yield Difference(
            check,
            table,
            row_id,
            told({name: stored[name] for name in apart}),
            told({name: recomputed[name] for name in apart}),
            number,
        )
