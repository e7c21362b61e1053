"""One case: an origin of one series or programme. What each way foretold there, scored against what happened."""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from benchmarks.backtest import baselines
from benchmarks.backtest.programmes import WEEKS, Programme, played
from benchmarks.backtest.series import Series, every_series
from passnumerique.insight.forecast.model.counting import foretold_counts
from passnumerique.insight.forecast.model.courses import course_of
from passnumerique.insight.forecast.model.fitting import fit
from passnumerique.insight.forecast.model.scoring import crps_of_draws
from passnumerique.insight.forecast.model.simulating import lucks, simulate

OURS = "forecast"
ORIGINS, HORIZONS = (13, 26, 39, 52, 65, 74), (4, 13, 26)
DRAWS = 400
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Score:
    """One way at one origin and horizon, relative to what is usual for the series over that time."""

    family: str
    name: str
    origin: int
    horizon: int
    way: str
    crps: float
    inside: bool
    """Whether it fell between the tenth and the ninetieth of a hundred draws, both included."""
    covered: float
    """The same for counts, which meet the ends themselves: how much of it lies between one and nine tenths of
    the chance (the probability integral transform of counts)."""
    bias: float


def programme_scores(
    family: str,
    seed: str,
    origins: Sequence[int] = ORIGINS,
    ways: Sequence[str] = tuple(baselines.WAYS),
    draws: int = DRAWS,
) -> list[Score]:
    """Every origin of one simulated programme, beside these simpler ways."""
    programme = played(family, seed)
    return [score for origin in origins for score in _at(programme, origin, ways, draws)]


def _at(programme: Programme, origin: int, ways: Sequence[str], many: int) -> Iterator[Score]:
    known, most = programme.evidence(origin), max(HORIZONS)
    happened = [*accumulate(programme.used[origin + 1 : origin + 1 + most])]
    fitted = fit(known)
    course = course_of(known, fitted, known.coming[most - 1].last)
    paths = simulate(fitted, course, lucks(fitted, course.kinds, f"{programme.name}:{origin}", many))
    draws = {OURS: [[*accumulate(path.used)] for path in paths]}
    kinds, ahead = [week.kind for week in known.weeks], [week.kind for week in known.coming[:most]]
    seed = zlib.crc32(f"{programme.name}:{origin}".encode())
    for way in ways:
        draws[way] = baselines.draws_of(way, known.used, kinds, ahead, seed, known.unused).tolist()
    usual = max(sum(programme.used) / WEEKS, 0.2)
    yield from _scores(programme.family, programme.name, origin, HORIZONS, draws, happened, usual)


def series_scores(series: Series) -> list[Score]:
    """Every origin of one public series."""
    found: list[Score] = []
    for origin in series.origins:
        counts, kinds, most = series.counts[:origin], series.kinds[:origin], max(series.horizons)
        ahead, seed = series.kinds[origin : origin + most], f"{series.name}:{origin}"
        draws = {OURS: foretold_counts(counts, kinds, ahead, seed, DRAWS)}
        for way in baselines.WAYS:
            told = baselines.draws_of(way, counts, kinds, ahead, zlib.crc32(seed.encode()), float("inf"))
            draws[way] = told.tolist()
        happened = [*accumulate(series.counts[origin : origin + most])]
        usual = max(sum(series.counts) / len(series.counts), 0.2)
        found += _scores(series.family, series.name, origin, series.horizons, draws, happened, usual)
    return found


def _scores(
    family: str,
    name: str,
    origin: int,
    horizons: Sequence[int],
    draws: dict[str, list[list[float]]] | dict[str, list[list[int]]],
    happened: Sequence[int],
    usual: float,
) -> Iterator[Score]:
    for horizon in horizons:
        actual, scale = happened[horizon - 1], usual * horizon
        for way, futures in draws.items():
            reached = sorted(float(one[horizon - 1]) for one in futures)
            low, middle, high = (reached[int(share * len(reached))] for share in (0.1, 0.5, 0.9))
            yield Score(
                family,
                name,
                origin,
                horizon,
                way,
                crps_of_draws(reached, actual) / scale,
                low <= actual <= high,
                _covered(reached, actual),
                (middle - actual) / scale,
            )


def _covered(reached: Sequence[float], actual: float) -> float:
    """The share of the chance of this very value that is neither in the lowest nor in the highest tenth."""
    below, upto = bisect_left(reached, actual) / len(reached), bisect_right(reached, actual) / len(reached)
    if upto - below < 1 / len(reached):
        return float(LOW <= below <= HIGH)
    return max(min(upto, HIGH) - max(below, LOW), 0.0) / (upto - below)


def public_series() -> list[Series]:
    """The public series, in order."""
    return every_series()
