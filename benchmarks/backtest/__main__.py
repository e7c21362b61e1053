"""`python -m benchmarks.backtest [--quick] [--json] [--seeds FIRST COUNT]`: the forecast against simpler ways.

The model was tuned on the seeds from 1000 on (`--tuning`); what is reported is drawn from others. Prints a table, and
leaves each family and each way as JSON lines in `benchmarks/backtest/last.jsonl`. The exit status is 1 when
something that is to be reached is not.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from benchmarks.backtest.baselines import WAYS
from benchmarks.backtest.programmes import FAMILIES
from benchmarks.backtest.running import OURS, Score, programme_scores, public_series, series_scores

LAST = Path(__file__).with_name("last.jsonl")
REPORTED, TUNING = 1, 1000
PROGRAMMES, QUICK = 8, 2
EVERY, LINE = "every family", "straight line"
Line = dict[str, Any]
LEAST_COVERED, MOST_COVERED = 0.75, 0.88
BETTER_OVERALL, WORSE_AT_MOST = 0.80, 1.05


def every_score(seeds: Sequence[int], workers: int = 2, public: bool = True) -> list[Score]:
    """All scores: simulated programmes of these seeds in each family, and the public series."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = [pool.submit(programme_scores, family, str(seed)) for family in FAMILIES for seed in seeds]
        waiting += [pool.submit(series_scores, one) for one in (public_series() if public else [])]
        return [score for one in waiting for score in one.result()]


def lines(scores: Sequence[Score], ways: Sequence[str] = (OURS, *WAYS)) -> list[Line]:
    """One line for each family and way, and for all families together (each family counting alike)."""
    families = list(dict.fromkeys(score.family for score in scores))
    found = []
    for way in ways:
        each = [_marks(family, way, scores) for family in families]
        whole = {key: fmean(one[key] for one in each) for key in ("crps", "coverage", "ends_included", "bias")}
        found += [*each, {"family": EVERY, "way": way, "cases": sum(one["cases"] for one in each), **whole}]
    return found


def _marks(family: str, way: str, scores: Sequence[Score]) -> Line:
    rows = [one for one in scores if one.way == way and one.family == family]
    return {
        "family": family,
        "way": way,
        "cases": len(rows),
        "crps": fmean(one.crps for one in rows),
        "coverage": fmean(one.covered for one in rows),
        "ends_included": fmean(one.inside for one in rows),
        "bias": fmean(one.bias for one in rows),
    }


def failures(told: Sequence[Line]) -> list[str]:
    """What was to be reached and is not, in words."""
    at = {(one["family"], one["way"]): one for one in told}
    wrong = []
    for family in dict.fromkeys(one["family"] for one in told):
        covered = at[family, OURS]["coverage"]
        if not LEAST_COVERED <= covered <= MOST_COVERED:
            wrong.append(f"{family}: the 80 % interval held in {covered:.1%}")
        ratio = _ratio(at, family, LINE)
        if ratio > (BETTER_OVERALL if family == EVERY else WORSE_AT_MOST):
            wrong.append(f"{family}: the score is {ratio:.0%} of the straight line's")
    return wrong + [f"{EVERY}: {way} scores better" for way in WAYS if _ratio(at, EVERY, way) > 1]


def _ratio(at: dict[tuple[str, str], Line], family: str, to: str, way: str = OURS) -> float:
    return float(at[family, way]["crps"] / at[family, to]["crps"])


def table(told: Sequence[Line]) -> str:
    """The lines as a table: the score of each way relative to the straight line, coverage and bias of ours."""
    at = {(one["family"], one["way"]): one for one in told}
    others = [way for way in (OURS, *WAYS) if way != LINE]
    rows = [["family", "cases", "80 % interval", "ends included", "bias", "score", *others]]
    rows.append(["---"] * len(rows[0]))
    for family in dict.fromkeys(one["family"] for one in told):
        ours = at[family, OURS]
        ways = [f"{_ratio(at, family, LINE, way):.2f}" for way in others]
        shares = [f"{ours[key]:.0%}" for key in ("coverage", "ends_included")]
        rows.append([family, str(ours["cases"]), *shares, f"{ours['bias']:+.0%}", f"{ours['crps']:.3f}", *ways])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> int:
    """Run, print, leave the lines."""
    parser = argparse.ArgumentParser(prog="benchmarks.backtest")
    parser.add_argument("--quick", action="store_true", help="a quarter of the programmes")
    parser.add_argument("--tuning", action="store_true", help="the seeds that the model was tuned on")
    parser.add_argument("--json", action="store_true", help="the lines as JSON instead of the table")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    began, first = perf_counter(), TUNING if asked.tuning else REPORTED
    scores = every_score(range(first, first + (QUICK if asked.quick else PROGRAMMES)), asked.workers)
    told = lines(scores)
    written = "\n".join(json.dumps(one) for one in told)
    LAST.write_text(written + "\n", encoding="utf-8")
    print(written if asked.json else table(told))
    wrong = failures(told)
    print(
        f"\n{len(scores)} scores in {perf_counter() - began:.0f} s.",
        *wrong or ["All is reached."],
        sep="\n",
        file=sys.stderr,
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
