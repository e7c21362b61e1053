"""Simpler ways of forecasting a sum of coming counts, each as draws, for the same series and the same horizons.

Each knows the counts so far and the kind of every period, past and coming; for programmes, how many passes are
left, which no draw exceeds. All draw from a generator of their own seed.
"""

import warnings
from collections.abc import Callable, Hashable, Sequence

import numpy as np
import statsmodels.api as sm
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from statsmodels.discrete.discrete_model import NegativeBinomial

DRAWS = 400
MOST_PERIODS = 60
"""How much of the past the regressions read: a year of weeks, five years of months."""
Draws = NDArray[np.float64]
"""A future in each row: the sums of the coming periods, period by period."""
Way = Callable[[Sequence[int], Sequence[Hashable], Sequence[Hashable], Generator], Draws]


def straight_line(
    counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], chance: Generator
) -> Draws:
    """The mean since the beginning goes on; counts scatter around it as Poisson's do."""
    return np.cumsum(chance.poisson(max(float(np.mean(counts)), 0.01), (DRAWS, len(ahead))), axis=1).astype(float)


def seasonal_naive(
    counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], chance: Generator
) -> Draws:
    """The same periods of a year before; where there is no such year, the last ones again."""
    season = 52 if len(set(kinds)) <= 4 else len(set(kinds))
    back = season if len(counts) >= season else min(len(ahead), len(counts))
    means = [max(counts[len(counts) - back + rank % back], 0.3) for rank in range(len(ahead))]
    return np.cumsum(chance.poisson(means, (DRAWS, len(ahead))), axis=1).astype(float)


def poisson_regression(
    counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], chance: Generator
) -> Draws:
    """A level, a season and perhaps a trend (by AIC), fitted by statsmodels, Poisson; the uncertainty of the fit is
    drawn too."""
    tried = [(_design(counts, kinds, ahead, trend)) for trend in (True, False)]
    fits = [(sm.GLM(told, past, family=sm.families.Poisson()).fit(), coming, told) for past, coming, told in tried]
    fitted, coming, told = min(fits, key=lambda one: float(one[0].aic))
    means = _means(fitted.params, fitted.cov_params(), coming, told, chance)
    return np.cumsum(chance.poisson(means), axis=1).astype(float)


def negative_binomial(
    counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], chance: Generator
) -> Draws:
    """The same with over-dispersion: the negative binomial regression of statsmodels, with or without the trend,
    whichever has the better AIC."""
    tried = [_fitted(*_design(counts, kinds, ahead, trend)) for trend in (True, False)]
    fits = [one for one in tried if one is not None]
    if not fits:
        return poisson_regression(counts, kinds, ahead, chance)
    _, params, covariance, coming, told = min(fits, key=lambda one: one[0])
    means = _means(params[:-1], covariance[:-1, :-1], coming, told, chance)
    spread = float(np.clip(params[-1], 1e-4, 5))
    return np.cumsum(chance.poisson(means * chance.gamma(1 / spread, spread, means.shape)), axis=1).astype(float)


def _fitted(past: Draws, coming: Draws, told: Draws) -> tuple[float, Draws, Draws, Draws, Draws] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = NegativeBinomial(told, past).fit(disp=0, maxiter=200, method="bfgs")
            covariance = np.asarray(found.cov_params())
        except (np.linalg.LinAlgError, ValueError):
            return None
    params = np.asarray(found.params)
    good = np.isfinite(params).all() and np.isfinite(covariance).all() and params[-1] > 0
    return (float(found.aic), params, covariance, coming, told) if good else None


def _design(
    counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], trend: bool = True
) -> tuple[Draws, Draws, Draws]:
    """The columns of a regression, past and coming, and the counts: a constant, a trend, the kinds but one. The
    trend stops where the past does: carried on for months, it goes astray, and the comparison would be too easy."""
    told, seen = list(counts[-MOST_PERIODS:]), list(kinds[-MOST_PERIODS:])
    named = sorted({kind for kind in seen if seen.count(kind) >= 2}, key=str)[1:]

    def rows(which: Sequence[Hashable], start: int) -> Draws:
        times = [[min(start + rank, len(seen)) / 52] if trend else [] for rank in range(len(which))]
        return np.array(
            [[1.0, *times[rank], *(float(kind == one) for one in named)] for rank, kind in enumerate(which)]
        )

    return rows(seen, 0), rows(ahead, len(seen)), np.array(told, dtype=float)


def _means(params: Draws, covariance: Draws, coming: Draws, told: Draws, chance: Generator) -> Draws:
    """Means of the coming periods under drawn parameters, kept within twice what was ever seen."""
    drawn = chance.multivariate_normal(np.asarray(params), np.asarray(covariance), DRAWS, check_valid="ignore")
    highest = np.log(2 * max(float(told.max()), 1.0))
    return np.asarray(np.exp(np.clip(drawn @ coming.T, -12, highest)))


WAYS: dict[str, Way] = {
    "straight line": straight_line,
    "seasonal naive": seasonal_naive,
    "Poisson regression": poisson_regression,
    "negative binomial": negative_binomial,
}


def draws_of(
    name: str, counts: Sequence[int], kinds: Sequence[Hashable], ahead: Sequence[Hashable], seed: int, left: float
) -> Draws:
    """The draws of one way, none of which exceeds what is left."""
    return np.minimum(WAYS[name](counts, kinds, ahead, default_rng(seed)), left)
