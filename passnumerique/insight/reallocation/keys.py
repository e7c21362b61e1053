"""Allocation keys: passes shared by a fixed part and by weights, in whole booklets. Pure.

The largest remainders have what rounding leaves (Hamilton), the first of the list where two are alike, so that the
booklets sum to what was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Name = TypeVar("Name")


@dataclass(frozen=True)
class Key:
    """How passes are shared: the same `fixed` passes to each, then the rest in proportion to `weights` (a weight that
    nobody has leaves it shared alike)."""

    fixed: int
    weights: Mapping[str, float]
    """By name of a measure, how much it counts: they are brought to a sum of one."""


def shared(key: Key, passes: int, measures: Mapping[str, Sequence[float]], many: int, unit: int) -> list[int]:
    """The passes of each of `many` structures, in whole booklets of `unit`: as many booklets as `passes` holds.
    `measures` gives, for each name, the measure of each structure. Where the fixed parts alone are more than there is,
    all is shared alike."""
    units = passes // unit
    if not many:
        return []
    fixed = min(key.fixed * many, units * unit)
    parts = [fixed / many + (units * unit - fixed) * share for share in _shares(key, measures, many)]
    return [count * unit for count in _rounded([part / unit for part in parts], units)]


def _shares(key: Key, measures: Mapping[str, Sequence[float]], many: int) -> list[float]:
    """What each has of the rest: the weighed mean of its part in each measure."""
    usable = {name: weight for name, weight in key.weights.items() if weight > 0 and sum(measures[name]) > 0}
    total = sum(usable.values())
    if not total:
        return [1 / many] * many
    return [
        sum(weight / total * measures[name][rank] / sum(measures[name]) for name, weight in usable.items())
        for rank in range(many)
    ]


def _rounded(parts: Sequence[float], whole: int) -> list[int]:
    found = [int(part + 1e-9) for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda rank: (found[rank] - parts[rank], rank))
    for rank in by_rest[: whole - sum(found)]:
        found[rank] += 1
    return found
