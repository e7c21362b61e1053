"""Redemptions over HTTP through the lane: one pass in a request, and 500 in a request.

    python -m benchmarks.redemption_http --engine postgresql|sqlite [--passes N] [--rounds N] [--plain]

Makes a database of its own with that many passes, then measures floor, single and batch in turn, round
after round, and tells the medians. Server, database and client share the machine, as floor and pgbench do.
"""

import argparse
import marshal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engines import ENGINES, database
from benchmarks.telling import Line, machine, say, speed, tell

CONNECTIONS = {"postgresql": 16, "sqlite": 8}
SINGLES = {"postgresql": 16_000, "sqlite": 4_000}
BATCHES = {"postgresql": 64, "sqlite": 16}
"""Requests of a round."""
PASSES = {"postgresql": 1_000_000, "sqlite": 200_000}
ROUNDS = 5
TO_REACH = {
    "postgresql": {"single": 0.60, "batch": 4.50},
    "sqlite": {"single": 0.45, "batch": 2.80},
}
P99_MS = 15.0
LANE, PLAIN = ("passnumerique.api.lane",), ("passnumerique.console", "serve")


def main() -> None:
    """Start the database, and measure on it in a process that knows it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=ENGINES, default="postgresql")
    asked.add_argument("--passes", type=int)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--scale", type=float, default=1.0, help="how long each round is, against the usual")
    asked.add_argument("--plain", action="store_true", help="the plain Django view instead of the lane")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        measure(given)
        return
    with database(given.engine) as environment:
        subprocess.run([sys.executable, "-m", __spec__.name, *sys.argv[1:], "--inside"], env=environment, check=True)


def measure(given: argparse.Namespace) -> None:
    """Build the world, start the server, go through the rounds, tell."""
    import os

    import benchmarks.awake  # noqa: F401 — before the models
    from benchmarks.driving import server

    engine: str = given.engine
    singles = round(SINGLES[engine] * given.scale / 16) * 16
    batches = max(round(BATCHES[engine] * given.scale), 2)
    passes = given.passes or PASSES[engine]
    made = _world(passes, _house(passes, given.rounds, singles, batches))
    floor = _floors(engine, made, singles, os.environ)
    seen: dict[str, list[Any]] = {}
    with server(os.environ, PLAIN if given.plain else LANE) as (port, _process):
        run = _Run(made, port, CONNECTIONS[engine])
        run.single(singles // 10)
        run.batch(2)
        for _ in range(given.rounds):
            for name, measured in floor.items():
                seen.setdefault(name, []).append(measured())
            seen.setdefault("single", []).append(run.single(singles))
            seen.setdefault("batch", []).append(run.batch(batches))
            _say_round(seen)
    _tell(engine, seen)


def _house(passes: int, rounds: int, singles: int, batches: int) -> int:
    """How many passes need codes: all that go over HTTP, the first ones included."""
    needed = rounds * (singles + batches * 500) + singles // 10 + 2 * 500
    house = -(-needed // 100) * 100
    if house >= passes:
        raise SystemExit(f"{rounds} rounds spend {house} passes over HTTP alone: give more with --passes")
    return house


def _world(passes: int, house: int) -> Any:
    from django.core.management import call_command

    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    lived = passes // 1000 * 100
    return build(passes, house=house, lived=lived, used=lived // 2, tell=lambda step: say(f"    … {step}"))


def _floors(engine: str, made: Any, many: int, environment: Mapping[str, str]) -> dict[str, Callable[[], float]]:
    if engine == "sqlite":
        from benchmarks import sqlite_loop

        return {"floor": lambda: sqlite_loop.run(made, many)}
    from benchmarks import pgbench

    return {
        "minimal": lambda: pgbench.run(pgbench.minimal_script(made), made, many, environment),
        "floor": lambda: pgbench.run(pgbench.same_script(made), made, many, environment),
    }


class _Run:
    """Runs of the load client against one server; every pass presented must be taken."""

    def __init__(self, made: Any, port: int, connections: int) -> None:
        from benchmarks.world import Requests

        self.requests, self.port, self.connections = Requests(made), port, connections

    def single(self, many: int) -> dict[str, Any]:
        """So many requests of one pass."""
        seen = self._drive(self.requests.singles(many), outcomes=False)
        return self._checked(seen, seen["statuses"], many)

    def batch(self, many: int) -> dict[str, Any]:
        """So many requests of 500 passes; its speed is of passes."""
        seen = self._drive(self.requests.batches(many), outcomes=True)
        seen["per_second"] *= 500
        return self._checked(seen, seen["outcomes"], many * 500)

    def _drive(self, plan: list[bytes], *, outcomes: bool) -> dict[str, Any]:
        from benchmarks.driving import drive

        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(marshal.dumps(plan))
            return drive(self.port, Path(file.name), connections=self.connections, outcomes=outcomes)

    def _checked(self, seen: dict[str, Any], taken: Mapping[str, int], many: int) -> dict[str, Any]:
        if taken != {"201": many} or seen["lost"] or seen["unanswered"]:
            raise SystemExit(f"not every pass was taken: {taken}, lost {seen['lost']}, {seen['refused']}")
        return seen


def _say_round(seen: Mapping[str, list[Any]]) -> None:
    floors = "  ".join(f"{name} {seen[name][-1]:,.0f}/s" for name in ("minimal", "floor") if name in seen)
    single, batch = seen["single"][-1], seen["batch"][-1]
    say(
        f"    {floors}  single {single['per_second']:,.0f}/s (p50 {single['p50_ms']:.1f} ms, "
        f"p99 {single['p99_ms']:.1f} ms, client {single['client_us']:.0f} µs)  batch {batch['per_second']:,.0f}/s"
    )


def _tell(engine: str, seen: Mapping[str, list[Any]]) -> None:
    name = "postgres" if engine == "postgresql" else engine
    single = speed(f"redemption_http_{name}", _speeds(seen["single"]), seen["floor"], "redemptions/s")
    batch = speed(f"redemption_batch_http_{name}", _speeds(seen["batch"]), seen["floor"], "redemptions/s")
    if engine == "postgresql":
        least = speed(f"{single.name}_minimal_floor", _speeds(seen["single"]), seen["minimal"], "redemptions/s")
        tell(least, detail="against the least statement, for information")
    goal = TO_REACH[engine]
    tell(single, f"≥ {goal['single']:.0%}", (single.ratio or 0) >= goal["single"])
    p99 = median(one["p99_ms"] for one in seen["single"])
    if engine == "postgresql":
        tell(Line(f"{single.name}_p99", p99, "ms"), f"≤ {P99_MS:.0f} ms", p99 <= P99_MS)
    else:
        tell(Line(f"{single.name}_p99", p99, "ms"))
    tell(batch, f"≥ {goal['batch']:.0%}", (batch.ratio or 0) >= goal["batch"])


def _speeds(runs: list[dict[str, Any]]) -> list[float]:
    return [one["per_second"] for one in runs]


if __name__ == "__main__":
    say(machine()) if "--inside" not in sys.argv else None
    main()
