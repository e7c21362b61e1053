"""`python -m benchmarks.actions [--quick] [--tuning] [--json] [--workers N]`: following what the product proposes,
against doing nothing and against simple rules, over 200 programmes of the simulator.

The way is tuned on seeds from 1000 on (`--tuning`); what is reported is drawn from others. What is counted are the
passes used after the first day on which something could be done, by the last day. Every way lives under the same luck.
To reach: 15 % more than doing nothing, and at least as many as each simple rule. Where it is not reached, it says
so, family by family, with the most that moving stock could bring there, and the exit status is 1.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from statistics import fmean
from time import perf_counter

from benchmarks.actions.playing import FIRST, GIVEN_OUT, most_possible, network, played, used_after, used_by_the_end
from benchmarks.actions.ways import FOLLOWED, NOTHING, WAYS
from benchmarks.backtest.programmes import FAMILIES

REPORTED, TUNING = 1, 1000
EACH, QUICK = 29, 3
"""Programmes in each of the seven families: 203 in all."""
REMINDED, POSSIBLE = "and reminders (assumed)", "nobody ever lacks a pass"
EVERY, MORE = "every family", 1.15
SIMPLE = tuple(way for way in WAYS if way not in {NOTHING, FOLLOWED})


@dataclass(frozen=True)
class Result:
    """One programme: the passes used after the first week in which something is done, under each way."""

    family: str
    seed: str
    used: dict[str, int]

    def times(self, way: str) -> float:
        """Relative to doing nothing."""
        return self.used[way] / max(self.used[NOTHING], 1)


def result(family: str, seed: str, given_out: tuple[float, float] = GIVEN_OUT) -> Result:
    """Every way in one programme."""
    net = network(family, seed, given_out)
    shops = {name: played(net, way) for name, way in WAYS.items()}
    shops[REMINDED] = played(net, WAYS[FOLLOWED], reminders=True)
    used = {name: used_after(shop, FIRST) for name, shop in shops.items()}
    before = used_by_the_end(shops[NOTHING]) - used[NOTHING]
    return Result(family, seed, used | {POSSIBLE: max(most_possible(net) - before, 0)})


def every_result(seeds: Sequence[int], workers: int = 2) -> list[Result]:
    """All families, each with programmes of these seeds."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = [pool.submit(result, family, str(seed)) for family in FAMILIES for seed in seeds]
        return [one.result() for one in waiting]


def times(results: Sequence[Result], family: str, way: str) -> float:
    """How many times as many passes as doing nothing, programmes counting alike."""
    return fmean(one.times(way) for one in results if family in {one.family, EVERY})


def failures(results: Sequence[Result]) -> list[str]:
    """What was to be reached and is not, in words: family by family, and overall."""
    families = (*dict.fromkeys(one.family for one in results), EVERY)
    return [words for family in families for words in (*_too_little(results, family), *_simpler(results, family))]


def _too_little(results: Sequence[Result], family: str) -> list[str]:
    ours, most = (times(results, family, way) - 1 for way in (FOLLOWED, POSSIBLE))
    if 1 + ours >= MORE:
        return []
    return [f"{family}: {ours:+.1%} against doing nothing; no way to move stock brings more than {most:+.1%}"]


def _simpler(results: Sequence[Result], family: str) -> list[str]:
    ours = times(results, family, FOLLOWED)
    better = {way: times(results, family, way) - ours for way in SIMPLE}
    return [f"{family}: {way} uses {more:.2%} more" for way, more in better.items() if more > 1e-9]


def table(results: Sequence[Result]) -> str:
    """Each family and way, relative to doing nothing."""
    ways = (*SIMPLE, FOLLOWED, REMINDED, POSSIBLE)
    rows = [["family", "programmes", *ways], ["---"] * (len(ways) + 2)]
    for family in (*dict.fromkeys(one.family for one in results), EVERY):
        many = sum(family in {one.family, EVERY} for one in results)
        rows.append([family, str(many), *(f"{times(results, family, way) - 1:+.1%}" for way in ways)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> int:
    """Run, print, say what is not reached."""
    parser = argparse.ArgumentParser(prog="benchmarks.actions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three programmes in each family")
    parser.add_argument("--tuning", action="store_true", help="the seeds that the way was tuned on")
    parser.add_argument("--json", action="store_true", help="each programme as a line of JSON instead of the table")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    begun, first = perf_counter(), TUNING if asked.tuning else REPORTED
    results = every_result(range(first, first + (QUICK if asked.quick else EACH)), asked.workers)
    print("\n".join(json.dumps(asdict(one)) for one in results) if asked.json else table(results))
    wrong = failures(results)
    told = wrong or ["All is reached."]
    print(f"\n{len(results)} programmes in {perf_counter() - begun:.0f} s.", *told, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
