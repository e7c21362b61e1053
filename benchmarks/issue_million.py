"""A million passes issued, codes included, against COPY of the very rows that issuing wrote.

Both write into the same tables, empty, with their indexes and checks, in one durable transaction. For the
floor the rows are in memory before the clock starts, as PostgreSQL itself wrote them (binary COPY): no
code to derive, no row to make, nothing counted.
"""

import argparse
import gc
from io import BytesIO
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import connection

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.telling import say, speed, tell
from tests.rooms.world import World, build_world

TABLES = ("vouchers_voucher", "vouchers_event")
TO_REACH = 0.65
CHUNK = 1 << 20


def main() -> None:
    """The rounds in turn, and the line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--passes", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    call_command("migrate", verbosity=0)
    world = build_world("emission", quantity=0, envelope_cents=given.passes * 1000 * (given.rounds + 2))
    world.issue(10)
    done, floor = [], []
    for _ in range(given.rounds):
        done.append(given.passes / _issued(world, given.passes))
        floor.append(given.passes / _copied(given.passes))
        say(f"    issue {done[-1]:,.0f}/s  COPY {floor[-1]:,.0f}/s")
    line = speed("issue_million", done, floor, "passes/s")
    tell(line, f"≥ {TO_REACH:.0%}", (line.ratio or 0) >= TO_REACH, f"{given.passes:,} passes")


def _emptied() -> None:
    gc.collect()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        cursor.execute("CHECKPOINT")


def _issued(world: World, quantity: int) -> float:
    """Seconds that issuing takes."""
    _emptied()
    start = perf_counter()
    world.issue(quantity)
    return perf_counter() - start


def _copied(quantity: int) -> float:
    """Seconds that COPY of what was just issued takes."""
    rows = {table: _taken_out(table) for table in TABLES}
    _emptied()
    raw: Any = connection.connection
    start = perf_counter()
    with raw.transaction(), raw.cursor() as cursor:
        for table, content in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                for begin in range(0, len(content), CHUNK):
                    copy.write(content[begin : begin + CHUNK])
    seconds = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLES[0]}")
        assert cursor.fetchone()[0] == quantity
    return seconds


def _taken_out(table: str) -> memoryview:
    """A table in memory, as binary COPY tells it."""
    connection.ensure_connection()
    raw: Any = connection.connection
    found = BytesIO()
    with raw.cursor() as cursor, cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as copy:
        for data in copy:
            found.write(data)
    return found.getbuffer()


if __name__ == "__main__":
    main()
