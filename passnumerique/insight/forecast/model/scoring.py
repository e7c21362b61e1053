"""How good a forecast was: the continuous ranked probability score, whether the interval held, and the bias.

The score is in passes, and a forecast without uncertainty scores its plain error; less is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass


def crps_of_draws(draws: Sequence[float], happened: float) -> float:
    """The score of equally likely values: their mean distance to what happened, less half that between them."""
    ordered = sorted(draws)
    count = len(ordered)
    apart = sum((2 * rank + 1 - count) * value for rank, value in enumerate(ordered))
    return sum(abs(value - happened) for value in ordered) / count - apart / count**2


def crps_of_quantiles(levels: Sequence[float], values: Sequence[float], happened: float) -> float:
    """The same from quantiles alone: twice their mean pinball loss."""
    losses = [
        max(level * (happened - value), (level - 1) * (happened - value))
        for level, value in zip(levels, values, strict=True)
    ]
    return 2 * sum(losses) / len(losses)


@dataclass(frozen=True)
class Scored:
    """One forecast against what happened, in passes."""

    crps: float
    inside: bool
    """Whether it fell between the tenth and the ninetieth of a hundred, both included."""
    bias: float
    """What was foretold in the middle, less what happened."""
    happened: float


def scored(levels: Sequence[float], values: Sequence[float], happened: float) -> Scored:
    """The score of kept quantiles. `levels` hold 0.1, 0.5 and 0.9."""
    at = dict(zip(levels, values, strict=True))
    return Scored(
        crps_of_quantiles(levels, values, happened), at[0.1] <= happened <= at[0.9], at[0.5] - happened, happened
    )


@dataclass(frozen=True)
class Marks:
    """Scores together."""

    count: int
    crps: float
    coverage: float
    bias: float


def marks(scores: Sequence[Scored]) -> Marks:
    """The mean score, the share of intervals that held, the mean bias. Refuses none."""
    count = len(scores)
    return Marks(
        count,
        sum(one.crps for one in scores) / count,
        sum(one.inside for one in scores) / count,
        sum(one.bias for one in scores) / count,
    )
