"""Many possible futures of a programme, week by week, drawn from one seed.

Chance is drawn first, once for each future, and every scenario then lives under it: two scenarios differ by what
they change, not by their luck (common random numbers), so that their difference is known far better than either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, floor, log1p, sqrt
from statistics import NormalDist

from passnumerique.ground.chance import seeded
from passnumerique.insight.forecast.model.courses import Course, Effect, Target
from passnumerique.insight.forecast.model.evidence import Kind
from passnumerique.insight.forecast.model.fitting import Fit
from passnumerique.insight.forecast.model.levels import LEAST, Level
from passnumerique.insight.forecast.model.sharing import Allowed, allowed

DRAWS = 400
"""How many futures are drawn: enough for the tenth and the ninetieth of a hundred."""
SEEN_AS_NORMAL = 30.0
WIDER, LONG_KNOWN = 1.15, 0.25
"""How much more a rate drifts than the best setting says, since none is the truth; and how much of what the past
tells of the long run is believed, its weeks being alike."""
LEAPS, LEAP = 0.015, 0.6
"""How often a rate leaps in a week, and how far on a log scale: closings, campaigns, people who leave."""
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Luck:
    """The chance of one future: each week the rate of hand-overs and that of uses, as they drift and scatter,
    and an even number for each count; and one for each effect that nobody knows exactly."""

    handing: Sequence[float]
    using: Sequence[float]
    handing_count: Sequence[float]
    using_count: Sequence[float]
    tail: float
    effects: Sequence[float]


@dataclass(frozen=True)
class Path:
    """One future: passes handed over and used in each week."""

    handed: Sequence[int]
    used: Sequence[int]


EFFECTS = 12
"""How many uncertain effects a scenario may hold."""


def lucks(fit: Fit, kinds: Sequence[Kind], seed: str, draws: int = DRAWS) -> list[Luck]:
    """The chance of so many futures, in weeks of these kinds. The first weeks are the same however many follow."""
    return [_luck(fit, kinds, f"{seed}:{rank}") for rank in range(draws)]


def _luck(fit: Fit, kinds: Sequence[Kind], seed: str) -> Luck:
    weeks = len(kinds)
    with seeded(seed) as source:
        effects = [source.random() for _ in range(EFFECTS)]
        tail = source.gammavariate(1 + fit.delays.hazards[-1] * fit.delays.told_by, 1)
    return Luck(
        handing=_in_season(drifting(fit.handing, weeks, f"{seed}:handing"), kinds, fit, f"{seed}:handing seasons"),
        using=_in_season(drifting(fit.using, weeks, f"{seed}:using"), kinds, fit, f"{seed}:using seasons"),
        handing_count=_evens(weeks, f"{seed}:handed"),
        using_count=_evens(weeks, f"{seed}:used"),
        tail=tail / (1 + fit.delays.hazards[-1] * fit.delays.told_by),
        effects=effects,
    )


def _in_season(rates: Sequence[float], kinds: Sequence[Kind], fit: Fit, seed: str) -> list[float]:
    """The same, times how far the season of each week may be from what was learned of it."""
    with seeded(seed) as source:
        times = {kind: exp(fit.doubts[kind] * source.gauss(0, 1) - fit.doubts[kind] ** 2 / 2) for kind in Kind}
    return [rate * times[kind] for rate, kind in zip(rates, kinds, strict=True)]


def _evens(weeks: int, seed: str) -> list[float]:
    with seeded(seed) as source:
        return [source.random() for _ in range(weeks)]


def drifting(level: Level, weeks: int, seed: str) -> list[float]:
    """One possible course of a rate: where it is, where it tends, how it moves, and how counts scatter around."""
    with seeded(seed) as source:
        belief = level.chosen(source.random())
        keep, back, spread = belief.setting
        rate = source.gammavariate(belief.shape, belief.mean / belief.shape)
        shape = max(belief.long_shape * LONG_KNOWN, LEAST)
        long = source.gammavariate(shape, belief.long_mean / shape)
        drift = WIDER * log1p((1 / keep - 1) / max(belief.shape, 1.0))
        found = []
        for _ in range(weeks):
            step = sqrt(drift) * source.gauss(0, 1) - drift / 2
            if source.random() < LEAPS:
                step += LEAP * source.gauss(0, 1) - LEAP * LEAP / 2
            rate = (long + back * (rate - long)) * exp(step)
            found.append(rate * source.gammavariate(1 / spread, spread))
    return found


def count_at(share: float, mean: float) -> int:
    """The count that a share (0 to 1) of Poisson counts of that mean do not exceed: grows with the mean, so that
    two scenarios stay comparable."""
    if mean <= 0:
        return 0
    if mean > SEEN_AS_NORMAL:
        return max(0, floor(mean + sqrt(mean) * _NORMAL.inv_cdf(min(max(share, 1e-9), 1 - 1e-9)) + 0.5))
    count, chance = 0, exp(-mean)
    left = share - chance
    while left > 0 and (count < mean or chance > 1e-12):  # noqa: PLR2004
        count += 1
        chance *= mean / count
        left -= chance
    return count


def simulate(fit: Fit, course: Course, chances: Sequence[Luck]) -> list[Path]:
    """The futures of one course, one for each chance."""
    most = 2.5 * fit.handing.mean * course.handing_times * sum(course.handing) + 40
    most += sum(one.amount * one.high * (one.last - one.first) for one in course.effects if one.target is Target.ADDED)
    shelves = allowed(course.rates, course.stock, course.reserve, most)
    return [_followed(fit, course, shelves, luck) for luck in chances]


def _followed(fit: Fit, course: Course, shelves: Allowed, luck: Luck) -> Path:
    hazards = [*fit.delays.hazards[:-1], min(fit.delays.hazards[-1] * luck.tail, 0.9)]
    held, asked, given = list(fit.held), 0.0, 0.0
    handed, used = [], []
    handing_times, using_times, added = _changed(course, luck)
    for week in range(course.weeks):
        more = added[week] * (course.using[week] > 0)
        mean = luck.handing[week] * course.handing[week] * handing_times[week]
        asked += count_at(luck.handing_count[week], mean + more * (course.handing[week] > 0))
        whole = floor(shelves.at(asked) + 0.5)
        handed.append(max(int(whole - given), 0))
        given = max(whole, given)
        held = [handed[-1], *held[:-2], held[-2] + held[-1]]
        chances = [count * hazard for count, hazard in zip(held, hazards, strict=True)]
        due = sum(chances)
        mean = due * luck.using[week] * course.using[week] * using_times[week] + more
        most = min(course.ceiling[week] + more, sum(held))
        used.append(int(min(count_at(luck.using_count[week], mean), most)))
        held = _left(held, chances, hazards, due, used[-1])
    return Path(handed, used)


def _left(held: list[float], chances: list[float], hazards: Sequence[float], due: float, used: int) -> list[float]:
    """The passes still held by age, once so many were used: from each age by its chance, then from all alike."""
    if not used:
        return held
    ratio = used / due if due else 0.0
    if due and ratio * max(hazards) <= 1:
        return [count - chance * ratio for count, chance in zip(held, chances, strict=True)]
    left = [max(count - chance * ratio, 0.0) for count, chance in zip(held, chances, strict=True)]
    over = sum(left) - (sum(held) - used)
    if over <= 1e-9:  # noqa: PLR2004
        return left
    keep = max(1 - over / sum(left), 0.0)
    return [count * keep for count in left]


def _changed(course: Course, luck: Luck) -> tuple[list[float], list[float], list[float]]:
    """Times the hand-overs, times the uses, and uses added, week by week, in this future."""
    handing, using, added = [course.handing_times] * course.weeks, [1.0] * course.weeks, [0.0] * course.weeks
    for rank, effect in enumerate(course.effects):
        value = _triangular(effect, luck.effects[rank % EFFECTS])
        for week in range(max(effect.first, 0), min(effect.last, course.weeks)):
            if effect.target is Target.HANDING:
                handing[week] *= value
            elif effect.target is Target.USING:
                using[week] *= value
            else:
                added[week] += value * effect.amount
    return handing, using, added


def _triangular(effect: Effect, share: float) -> float:
    """The value at that share of a triangle from `low` by `likely` to `high`."""
    low, likely, high = effect.low, effect.likely, effect.high
    if high <= low:
        return likely
    middle = (likely - low) / (high - low)
    if share < middle:
        return low + sqrt(share * (high - low) * (likely - low))
    return high - sqrt((1 - share) * (high - low) * (high - likely))
