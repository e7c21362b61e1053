"""What the backtest claims, on a few programmes: quick enough for every run of the suite."""

import pytest

from passnumerique.insight.forecast.model.counting import foretold_counts

pytest.importorskip("statsmodels")


UNREPORTED = ("3001", "3002", "3003")
"""Seeds on which nothing was tuned and of which nothing is reported."""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_forecast_beats_the_straight_line_on_programmes_it_has_not_seen() -> None:
    from benchmarks.backtest.__main__ import EVERY, LINE, lines
    from benchmarks.backtest.running import OURS, programme_scores

    families = ("networks", "holidays", "waves", "rules that change")
    told = {"origins": (39,), "ways": (LINE,), "draws": 60}
    scores = [one for family in families for seed in UNREPORTED for one in programme_scores(family, seed, **told)]  # type: ignore[arg-type]
    at = {(one["family"], one["way"]): one for one in lines(scores, (OURS, LINE))}
    assert at[EVERY, OURS]["crps"] < 0.85 * at[EVERY, LINE]["crps"]
    assert 0.65 < at[EVERY, OURS]["coverage"] < 0.95


def test_the_simulator_replays_and_its_evidence_knows_no_future() -> None:
    from benchmarks.backtest.programmes import FAMILIES, played

    for family in FAMILIES:
        one, same = played(family, "7"), played(family, "7")
        assert one.passes == same.passes
        known = one.evidence(40)
        assert sum(known.handed) == sum(week <= 40 for week, _, _ in one.passes)
        assert sum(known.lasted.values()) == sum(known.handed)
        assert known.used_so_far == sum(used <= 40 for _, _, used in one.passes)
        assert min(desk.stock for desk in known.desks) >= 0


def test_a_season_of_counts_is_learned() -> None:
    counts = [20 if rank % 12 < 6 else 5 for rank in range(96)]
    kinds = [rank % 12 for rank in range(96)]
    futures = foretold_counts(counts, kinds, [rank % 12 for rank in range(96, 108)], "season", 100)
    halves = sorted(one[5] for one in futures)[50], sorted(one[11] - one[5] for one in futures)[50]
    assert halves[0] > 2.5 * halves[1]
