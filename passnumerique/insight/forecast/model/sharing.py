"""Each structure's own rate, shrunk towards the network's, and what its stock allows it to hand over.

`expected_handed` is the function that reallocation is computed with: how many passes of a stock a structure
hands over when so many are asked of it on average. It grows with the stock, each pass less than the one before
(it is concave), so that the best place for the next pass is where it adds most.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import erf, exp, pi, sqrt
from statistics import fmean, pvariance
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
SEEN_AS_NORMAL = 40.0
"""From that mean on, a Poisson count is taken for a normal one."""
WEAKEST, STRONGEST = 0.25, 20.0
"""Between which shapes the network may pull its structures together."""


@dataclass(frozen=True)
class Desk(Generic[Name]):
    """What a structure handed over in so many weeks, and its stock now."""

    name: Name
    handed: float
    weeks: float
    stock: int


@dataclass(frozen=True)
class Rates(Generic[Name]):
    """Passes a week for each structure, and the Gamma of the network: its shape, and its mean."""

    of: Mapping[Name, float]
    shape: float
    mean: float

    @property
    def total(self) -> float:
        return sum(self.of.values())


def shrunk_rates(desks: Sequence[Desk[Name]]) -> Rates[Name]:
    """Empirical Bayes: how much structures differ beyond chance decides how far each is believed."""
    seen = [desk for desk in desks if desk.weeks > 0]
    weeks = sum(desk.weeks for desk in seen)
    mean = max(sum(desk.handed for desk in seen) / weeks, 1e-6) if weeks else 1e-6
    shape = _shape(seen, mean)
    return Rates({desk.name: (desk.handed + shape) / (desk.weeks + shape / mean) for desk in desks}, shape, mean)


def _shape(desks: Sequence[Desk[Name]], mean: float) -> float:
    """The shape of the network's Gamma: the variance between structures less what chance alone makes."""
    if len(desks) < 2:  # noqa: PLR2004
        return 1.0
    between = pvariance([desk.handed / desk.weeks for desk in desks]) - fmean(mean / desk.weeks for desk in desks)
    return min(max(mean * mean / between, WEAKEST), STRONGEST) if between > 0 else STRONGEST


def expected_handed(stock: int, asked: float) -> float:
    """How many of `stock` passes are handed over when `asked` are asked for on average: the mean of the smaller
    of the stock and a Poisson count. Concave in the stock, and in what is asked."""
    if stock <= 0 or asked <= 0:
        return 0.0
    if asked > SEEN_AS_NORMAL:
        return _normal_part(stock, asked)
    chance, total, left = exp(-asked), 0.0, 1.0
    for count in range(stock):
        left -= chance
        total += max(left, 0.0)
        chance *= asked / (count + 1)
        if left < 1e-9:  # noqa: PLR2004
            break
    return total


def _normal_part(stock: int, asked: float) -> float:
    """The same for many: a normal count cut at the stock."""
    deviation = sqrt(asked)
    z = (stock - asked) / deviation
    below = 0.5 * (1 + erf(z / sqrt(2)))
    return max(0.0, asked * below - deviation * exp(-z * z / 2) / sqrt(2 * pi) + stock * (1 - below))


def expected_used(stock: int, rate: float, weeks: float, used_share: float) -> float:
    """How many passes of a structure's stock are used before a date `weeks` away: handed over at `rate` a week,
    then used for a share of them (`Delays.used_within` of half the time left is a fair one)."""
    return used_share * expected_handed(stock, rate * weeks)


@dataclass(frozen=True)
class Allowed:
    """How many passes are handed over in all, once so many were asked for in all: a concave curve, whose points
    are `step` apart. Stock stands where it is; a reserve fills the gaps, as far as it goes."""

    step: float
    points: tuple[float, ...]

    def at(self, asked: float) -> float:
        """Handed over once `asked` were asked for, between two points in proportion."""
        place = asked / self.step
        low = int(place)
        if low + 1 >= len(self.points):
            return self.points[-1]
        return self.points[low] + (place - low) * (self.points[low + 1] - self.points[low])


POINTS = 80


def allowed(rates: Mapping[Name, float], stock: Mapping[Name, int], reserve: int, most: float) -> Allowed:
    """The curve for a network: each structure is asked in proportion to its rate, up to `most` asked in all."""
    total = sum(rates.values()) or 1.0
    step = max(most, 1.0) / POINTS
    groups = _alike([(rate / total, stock.get(name, 0)) for name, rate in rates.items()])
    points = [0.0]
    for rank in range(1, POINTS + 1):
        asked = rank * step
        served = sum(many * expected_handed(held, share * asked) for (share, held), many in groups.items())
        points.append(served + min(reserve, max(asked - served, 0.0)))
    return Allowed(step, tuple(points))


def _alike(desks: Sequence[tuple[float, int]]) -> dict[tuple[float, int], int]:
    """Structures with nearly the same share and stock are counted once: a thousand cost what some dozens do."""
    found: dict[tuple[float, int], int] = {}
    for share, stock in desks:
        key = (float(f"{share:.2g}"), int(float(f"{stock:.3g}")))
        found[key] = found.get(key, 0) + 1
    return found
