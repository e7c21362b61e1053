"""How many passes will be asked of a structure before a date, and what each pass of its stock is worth. Pure.

What is asked is a count whose rate is not known for sure (Gamma–Poisson: a negative binomial). The worth of the n-th
pass of a stock is the chance that at least n are asked for: it falls with n, so that a stock's worth is concave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import erf, exp, log1p, sqrt

from passnumerique.insight.forecast.model.sharing import Desk, Name

HALF_LIFE = 10.0
"""After how many weeks what a structure handed over counts half."""
SUREST = 10.0
"""The greatest shape of a structure's rate: the coming months never repeat the last ones."""
AS_NORMAL = 300.0
"""From that mean on, the count is taken for a normal one."""
NOTHING = 1e-6


@dataclass(frozen=True)
class Span:
    """Some weeks of a structure: how long ago (their middle), how many weeks with stock, passes handed over."""

    ago: float
    weeks: float
    handed: float


def desk_of(name: Name, spans: Sequence[Span], stock: int) -> Desk[Name]:
    """A structure as of late: recent weeks count more, and weeks without stock say nothing of what was asked."""
    weights = [0.5 ** (span.ago / HALF_LIFE) for span in spans]
    handed = sum(weight * span.handed for weight, span in zip(weights, spans, strict=True))
    weeks = sum(weight * span.weeks for weight, span in zip(weights, spans, strict=True))
    return Desk(name, handed, weeks, stock)


def worths(mean: float, shape: float, many: int) -> list[float]:
    """The chance that at least n passes are asked for, for each n from 1 to `many`."""
    if mean <= 0 or many <= 0:
        return [0.0] * max(many, 0)
    if mean > AS_NORMAL:
        deviation = sqrt(mean + mean * mean / shape)
        return [0.5 * (1 - erf((rank - 0.5 - mean) / deviation / sqrt(2))) for rank in range(1, many + 1)]
    chance, left = exp(-shape * log1p(mean / shape)), 1.0
    found: list[float] = []
    for rank in range(1, many + 1):
        left -= chance
        if left < NOTHING:
            return found + [0.0] * (many - len(found))
        found.append(left)
        chance *= (shape + rank - 1) / rank * (mean / (mean + shape))
    return found


def sums(values: Sequence[float]) -> list[float]:
    """Running sums, from nothing."""
    return [0.0, *accumulate(values)]
