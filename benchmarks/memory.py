"""What a worker of the lane has resident after 100,000 redemptions, against after 1,000."""

import argparse
import marshal
import os
import tempfile
from pathlib import Path

from django.core.management import call_command

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.driving import drive, resident_bytes, server
from benchmarks.telling import Line, say, tell
from benchmarks.world import Requests, build

FEW, MANY, CHUNK, TIMES = 1_000, 100_000, 16_500, 1.1
MIB = 1 << 20


def main() -> None:
    """Redemptions one in a request over 16 connections, the memory read at both points."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--many", type=int, default=MANY)
    given = asked.parse_args()
    call_command("migrate", verbosity=0)
    made = build(given.many + 20_000, house=given.many, lived=10_000, used=5_000)
    requests = Requests(made)
    with server(os.environ) as (port, process):
        _spend(requests, FEW, port)
        few, done = resident_bytes(process.pid), FEW
        while done < given.many:
            many = min(CHUNK, given.many - done)
            _spend(requests, many, port)
            done += many
            say(f"    {done:,} redemptions: {resident_bytes(process.pid) / MIB:.1f} MiB")
        last = resident_bytes(process.pid)
    line = Line("worker_memory", last / MIB, "MiB", few / MIB, last / few)
    tell(line, f"≤ {TIMES}", last <= few * TIMES, f"{given.many:,} redemptions")


def _spend(requests: Requests, many: int, port: int) -> None:
    with tempfile.NamedTemporaryFile() as plan:
        Path(plan.name).write_bytes(marshal.dumps(requests.singles(many)))
        seen = drive(port, Path(plan.name), limit=600)
    if seen["statuses"] != {"201": many}:
        raise SystemExit(f"not every pass was taken: {seen}")


if __name__ == "__main__":
    main()
