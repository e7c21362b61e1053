"""A plain series of counts foretold by the same levels and seasons as a programme: no passes, no stock."""

from collections.abc import Hashable, Sequence
from itertools import accumulate

from passnumerique.ground.chance import seeded
from passnumerique.insight.forecast.model.levels import fit_level
from passnumerique.insight.forecast.model.seasons import season_factors
from passnumerique.insight.forecast.model.simulating import DRAWS, count_at, drifting


def foretold_counts(
    counts: Sequence[float], kinds: Sequence[Hashable], ahead: Sequence[Hashable], seed: str, draws: int = DRAWS
) -> list[list[int]]:
    """The sums of the coming periods, period by period, in so many futures. `kinds` tells the season of each
    period, and `ahead` those to come."""
    factors = season_factors(counts, [1.0] * len(counts), kinds, {}, near=max(len(set(kinds)), 6), strength=1.0)
    exposures = [factors.get(kind, 1.0) for kind in kinds]
    level = fit_level(counts, exposures, guess=max(sum(counts[:6]) / max(len(counts[:6]), 1), 0.1))
    coming = [factors.get(kind, 1.0) for kind in ahead]
    return [_future(drifting(level, len(ahead), f"{seed}:{rank}"), coming, f"{seed}:{rank}") for rank in range(draws)]


def _future(rates: Sequence[float], coming: Sequence[float], seed: str) -> list[int]:
    with seeded(f"{seed}:counts") as source:
        return [*accumulate(count_at(source.random(), rate * one) for rate, one in zip(rates, coming, strict=True))]
