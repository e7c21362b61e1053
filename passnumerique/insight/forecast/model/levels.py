"""A rate that drifts, seen through counts: the Gamma–Poisson filter of the forecast.

The rate of a period is Gamma; the count given the rate is over-dispersed Poisson (negative binomial). From one
period to the next the rate forgets (a share `keep` of what was known is kept) and comes back towards its own
long run (a share `back` of its distance is kept). How fast it forgets, how much it comes back and how
dispersed counts are is not chosen: a grid of settings is weighed by how well each foretold the counts one by one.
An exposure is what a count is proportional to: days open, seasons, passes held. Zero means that nothing can
be learned from the period.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, lgamma, log
from typing import NamedTuple


class Setting(NamedTuple):
    """How a rate moves: what is kept of it, how far it stays from its long run, and the extra dispersion."""

    keep: float
    back: float
    spread: float


KEEPS = {0.55: 0.5, 0.75: 1.0, 0.88: 2.0, 0.95: 2.0, 0.985: 1.0}
BACKS = {0.75: 0.7, 0.9: 1.0, 0.97: 2.0, 1.0: 1.0}
SPREADS = {0.01: 1.0, 0.05: 1.5, 0.15: 1.5, 0.5: 0.7}
"""The grid, and the weight of each value before anything was seen."""
SETTINGS = {
    Setting(keep, back, spread): log(one * two * three)
    for keep, one in KEEPS.items()
    for back, two in BACKS.items()
    for spread, three in SPREADS.items()
}
LONG = 0.995
"""What the long run keeps of the past from one period to the next."""
FORGOTTEN = 0.12
"""What is kept of the past where the rules changed."""
LEAST = 0.35
"""The least shape of a rate: something is always unknown, never everything."""


class Belief(NamedTuple):
    """What is believed of a rate under one setting: a Gamma of this shape and mean now, and in the long run."""

    setting: Setting
    shape: float
    mean: float
    long_shape: float
    long_mean: float


@dataclass(frozen=True)
class Level:
    """The beliefs about a rate, and how much each weighs (the weights are summed up: the last is 1)."""

    beliefs: tuple[Belief, ...]
    up_to: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The rate expected now."""
        return sum(weight * one.mean for weight, one in zip(self.weights, self.beliefs, strict=True))

    @property
    def spread(self) -> float:
        """The dispersion expected of counts beyond Poisson's."""
        return sum(weight * one.setting.spread for weight, one in zip(self.weights, self.beliefs, strict=True))

    @property
    def weights(self) -> list[float]:
        """The weight of each belief."""
        return [here - before for before, here in zip((0.0, *self.up_to), self.up_to, strict=False)]

    def chosen(self, share: float) -> Belief:
        """The belief at that share (0 to 1) of the summed weights: an even draw gives each by its weight."""
        return next(
            (one for one, most in zip(self.beliefs, self.up_to, strict=True) if share <= most), self.beliefs[-1]
        )


def fit_level(
    counts: Sequence[float],
    exposures: Sequence[float],
    guess: float,
    strength: float = 1.0,
    breaks: Collection[int] = (),
) -> Level:
    """What counts under these exposures say of their rate. `guess` is the rate believed before the first of
    them, worth as much as `strength` counts. At each of the periods of `breaks` something changed, and most of
    what was known before is forgotten."""
    told = list(zip(counts, exposures, (rank in breaks for rank in range(len(counts))), strict=True))
    found = [_filtered(setting, told, max(guess, 1e-9), strength) for setting in SETTINGS]
    marks = [mark + prior for (mark, _), prior in zip(found, SETTINGS.values(), strict=True)]
    best = max(marks)
    shares = [exp(mark - best) for mark in marks]
    total = sum(shares)
    return _light(Level(tuple(one for _, one in found), tuple(accumulate(share / total for share in shares))))


def _light(level: Level) -> Level:
    """The same without the beliefs that weigh next to nothing."""
    kept = [(weight, one) for weight, one in zip(level.weights, level.beliefs, strict=True) if weight > 0.002]  # noqa: PLR2004
    total = sum(weight for weight, _ in kept)
    return Level(tuple(one for _, one in kept), tuple(accumulate(weight / total for weight, _ in kept)))


def _filtered(
    setting: Setting, told: Sequence[tuple[float, float, bool]], guess: float, strength: float
) -> tuple[float, Belief]:
    """How well the setting foretold each count from those before, and what is believed after the last."""
    keep, back, spread = setting
    shape, mean = strength, guess
    long_sum, long_exposure, mark = strength, strength / guess, 0.0
    for count, exposure, broken in told:
        long_mean = long_sum / long_exposure
        mean = long_mean + back * (mean - long_mean)
        shape = max(keep * shape * (FORGOTTEN if broken else 1), LEAST)
        if broken:
            long_sum, long_exposure = long_sum * FORGOTTEN, long_exposure * FORGOTTEN
        if exposure <= 0:
            continue
        expected = mean * exposure
        mark += _log_chance(count, expected, 1 / (1 / shape + spread))
        weight = 1 / (1 + spread * expected)
        rate = shape / mean + weight * exposure
        shape += weight * count
        mean = shape / rate
        long_sum, long_exposure = LONG * long_sum + weight * count, LONG * long_exposure + weight * exposure
    return mark, Belief(setting, shape, mean, max(long_sum, LEAST), long_sum / long_exposure)


def _log_chance(count: float, expected: float, size: float) -> float:
    """The logarithm of the negative binomial chance of a count, less what no setting changes."""
    whole = size + expected
    return lgamma(count + size) - lgamma(size) + size * log(size / whole) + count * log(expected / whole)
