"""How much less (or more) is done in one kind of week than in an ordinary one, learned from the counts.

A kind of week is compared with the ordinary weeks around it, never with the whole past, so that a programme
that grows is not taken for a season. What few weeks say is shrunk towards what is usual.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

NEAR = 6
"""How many weeks before and after are around a week."""


def season_factors(
    counts: Sequence[float],
    exposures: Sequence[float],
    kinds: Sequence[Hashable],
    usual: Mapping[Hashable, float],
    ordinary: Hashable = None,
    near: int = NEAR,
    strength: float = 4.0,
) -> dict[Hashable, float]:
    """The factor of each kind of week: 1 for the ordinary one. Where `ordinary` is None, every week around
    counts and the factors average 1. `strength` is how many weeks the usual factor is worth."""
    seen: defaultdict[Hashable, float] = defaultdict(float)
    due: defaultdict[Hashable, float] = defaultdict(float)
    weeks = 0
    for rank, (count, exposure, kind) in enumerate(zip(counts, exposures, kinds, strict=True)):
        rate = _around(rank, counts, exposures, kinds, ordinary, near)
        if rate is not None and exposure > 0 and (ordinary is None or kind != ordinary):
            seen[kind] += count
            due[kind] += rate * exposure
        weeks += exposure > 0
    typical = strength * max(sum(counts) / max(weeks, 1), 0.5)
    wanted = set(usual) | set(due)
    found = {kind: (seen[kind] + typical * usual.get(kind, 1.0)) / (due[kind] + typical) for kind in wanted}
    return found | ({ordinary: 1.0} if ordinary is not None else {})


def _around(
    rank: int,
    counts: Sequence[float],
    exposures: Sequence[float],
    kinds: Sequence[Hashable],
    ordinary: Hashable,
    near: int,
) -> float | None:
    """The rate of the ordinary weeks around one; None where there are none."""
    around = range(max(0, rank - near), min(len(counts), rank + near + 1))
    usable = [one for one in around if exposures[one] > 0 and (ordinary is None or kinds[one] == ordinary)]
    exposure = sum(exposures[one] for one in usable)
    return sum(counts[one] for one in usable) / exposure if exposure > 0 else None
