"""`python -m benchmarks [--full] [--json] [--only NAME…]`: the lines of speed, each against its floor.

Without `--full`, the redemption and the issue. Each benchmark runs in processes and databases of its own,
so nothing of this installation is touched. Seconds depend on the machine and on what else it does; read
the ratios. The lines are also left as JSON in `benchmarks/last.jsonl`; `--json` prints them so instead.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.engines import database
from benchmarks.telling import machine, say

LAST = Path(__file__).with_name("last.jsonl")


@dataclass(frozen=True)
class Benchmark:
    """A module to run; `engine` names the empty database that it is given, None where it makes its own."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    engine: str | None = None
    full_only: bool = True


EVERY = (
    Benchmark("redemption", "redemption_http", ("--engine", "postgresql"), full_only=False),
    Benchmark("redemption-sqlite", "redemption_http", ("--engine", "sqlite"), full_only=False),
    Benchmark("issue", "issue_million", engine="postgresql", full_only=False),
    Benchmark("memory", "memory", engine="postgresql"),
    Benchmark("reading", "reading"),
    Benchmark("near", "near", engine="postgresql"),
    Benchmark("near-sqlite", "near", engine="sqlite"),
    Benchmark("size", "size"),
    Benchmark("reconciling", "reconciling"),
    Benchmark("desk", "redemption", engine="postgresql"),
    Benchmark("desk-sqlite", "redemption", engine="sqlite"),
    Benchmark("lot", "issue", engine="postgresql"),
    Benchmark("lot-sqlite", "issue", engine="sqlite"),
    Benchmark("claims", "claims", engine="postgresql"),
    Benchmark("claims-sqlite", "claims", engine="sqlite"),
    Benchmark("statement", "statement", engine="postgresql"),
    Benchmark("statement-sqlite", "statement", engine="sqlite"),
    Benchmark("reallocation", "reallocating"),
    Benchmark("cards", "card_sheet"),
    Benchmark("pages", "pages", engine="sqlite"),
    Benchmark("scanner", "scanner", engine="sqlite"),
)


def run(one: Benchmark, environment: Mapping[str, str]) -> bool:
    """One benchmark in its own process, on its database; whether it came to its end."""
    say(f"{one.name}: {one.module} {' '.join(one.arguments)}".rstrip())
    command = [sys.executable, "-m", f"benchmarks.{one.module}", *one.arguments]
    if one.engine is None:
        return subprocess.run(command, env=environment, check=False).returncode == 0
    told = {name: value for name, value in environment.items() if name.startswith("BENCHMARK_")}
    with database(one.engine) as known:
        return subprocess.run(command, env=known | told, check=False).returncode == 0


def main() -> None:
    """Run what is asked, in order; a benchmark that fails does not stop the others."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--full", action="store_true", help="every benchmark")
    asked.add_argument("--json", action="store_true", help="lines of JSON alone on standard output")
    asked.add_argument("--only", nargs="+", choices=[one.name for one in EVERY], help="these alone")
    given = asked.parse_args()
    if given.json:
        os.environ["BENCHMARK_JSON"] = "1"
    os.environ["BENCHMARK_LINES"] = str(LAST)
    LAST.write_text("")
    say(machine())
    chosen = [one for one in EVERY if (one.name in given.only if given.only else given.full or not one.full_only)]
    start, failed = perf_counter(), []
    for one in chosen:
        if not run(one, os.environ):
            failed.append(one.name)
    say(f"{(perf_counter() - start) / 60:.1f} minutes; the lines are in {LAST.relative_to(Path.cwd())}")
    if failed:
        raise SystemExit(f"did not come to an end: {', '.join(failed)}")


if __name__ == "__main__":
    main()
