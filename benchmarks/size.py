"""How much a pass and a redemption take on disk, with everything that follows from them.

    python -m benchmarks.size --vouchers 10000000 --redemptions 5000000

Makes a database of its own with that many, tells the steps as they go, then the bytes of each table that
grows with passes or with redemptions, indexes included, as PostgreSQL takes them. `--keep URL` fills a
database of yours instead, which must be empty, and leaves it.
"""

import argparse
import os
import subprocess
import sys
from time import perf_counter

from benchmarks.engines import KEYS, database
from benchmarks.telling import Line, machine, say, tell

EVENTS_OF_A_PASS = 3
"""Received, allocated, handed over; its use is the fourth."""


def main() -> None:
    """A database, filled by a process that knows it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--vouchers", type=int, default=10_000_000)
    asked.add_argument("--redemptions", type=int, default=5_000_000)
    asked.add_argument("--keep", metavar="URL", help="an empty PostgreSQL database to fill and leave")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        fill(given.vouchers, given.redemptions)
        return
    say(machine())
    command = [sys.executable, "-m", "benchmarks.size", *sys.argv[1:], "--inside"]
    if given.keep:
        subprocess.run(command, env=os.environ | KEYS | {"DATABASE_URL": given.keep}, check=True)
        return
    with database("postgresql") as environment:
        subprocess.run(command, env=environment, check=True)


def fill(vouchers: int, redemptions: int) -> None:
    """Build the world, weigh its tables. As many of each booklet of a lot are used: the redemptions are rounded so."""
    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models
    from benchmarks.dialects import taken_bytes
    from benchmarks.filling import FILLED
    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    start = perf_counter()
    for_each_ten = -(-redemptions * 10 // vouchers)
    lived = redemptions // for_each_ten // 10 * 100 if for_each_ten else 0
    build(
        vouchers,
        lived=lived,
        used=lived // 10 * for_each_ten,
        tell=lambda step: say(f"    {perf_counter() - start:7.1f} s  {step}"),
    )
    say(f"    {perf_counter() - start:7.1f} s  weighed")
    weigh({model.__name__: taken_bytes(model) for model in FILLED}, vouchers, lived // 10 * for_each_ten)


def weigh(tables: dict[str, int], vouchers: int, redemptions: int) -> None:
    """Tell what was found: the journal is shared between passes and redemptions by the number of events."""
    for name, taken in tables.items():
        say(f"    {name:<18} {taken / 1e6:12,.1f} MB")
    of_redemptions = redemptions / (EVENTS_OF_A_PASS * vouchers + redemptions)
    used = sum(tables[name] for name in ("Redemption", "Transfer", "Attendance", "TrainingSession"))
    used += int(tables["Event"] * of_redemptions)
    per_voucher = (sum(tables.values()) - used) / vouchers
    tell(Line("bytes_per_voucher", per_voucher, "bytes"), detail=f"{vouchers:,} passes, three events each")
    if redemptions:
        tell(Line("bytes_per_redemption", used / redemptions, "bytes"), detail=f"{redemptions:,} redemptions")


if __name__ == "__main__":
    main()
