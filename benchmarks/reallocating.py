"""The reallocation of a rural programme, and of a hundred thousand passes over a thousand structures.

    python -m benchmarks.reallocating [--seed 1]

Only the computation: what each structure hands over is read from counters (`reading`). The floor is each structure's
worth computed once, without any exchange.
"""

import argparse
import random
from time import perf_counter
from uuid import UUID

from benchmarks.telling import Line, machine, say, tell
from passnumerique.insight.reallocation.demand import worths
from passnumerique.insight.reallocation.model import Moving, Plan, Shelf, best_plan

SMALL, LARGE = (1_800, 25, 2.0), (100_000, 1_000, 60.0)
"""Passes in stock, structures, and how many seconds they may take."""
ROUNDS = 5


def main() -> None:
    """Both sizes, each several times, of which the middle counts."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", default="1")
    given = asked.parse_args()
    say(machine())
    for passes, structures, most in (SMALL, LARGE):
        shelves = _shelves(passes, structures, given.seed)
        took, floor = (sorted(_timed(shelves, every) for _ in range(ROUNDS))[ROUNDS // 2] for every in (True, False))
        plan, told = _told(shelves)
        detail = f"{len(plan.moves)} moves, {plan.gain:.0f} passes more; told how far it was {told} times"
        line = Line(f"reallocation_{structures}", took, "s", floor, took / floor)
        tell(line, f"< {most:.0f} s", took < most and told > 0, detail)


def _told(shelves: list[Shelf]) -> tuple[Plan, int]:
    """The plan, and how often it told how far it was."""
    steps: list[int] = []
    return best_plan(shelves, Moving(), lambda done, _of: steps.append(done)), len(steps)


def _timed(shelves: list[Shelf], whole: bool) -> float:
    begun = perf_counter()
    if whole:
        best_plan(shelves, Moving())
    else:
        for one in shelves:
            worths(one.asked, one.shape, one.stock)
    return perf_counter() - begun


def _shelves(passes: int, structures: int, seed: str) -> list[Shelf]:
    """Stock that lies where it was put, alike, and paces that differ as in the simulator."""
    source = random.Random(seed)
    weight = [source.gammavariate(1.3, 1) for _ in range(structures)]
    stock = [0] * structures
    for _ in range(passes // 10):
        stock[source.randrange(structures)] += 10
    return [
        Shelf(UUID(int=one + 1), stock[one], 0.8 * passes * weight[one] / sum(weight), 4.0, 0.6)
        for one in range(structures)
    ]


if __name__ == "__main__":
    main()
