"""The pure model of the forecast: levels, seasons, delays, structures, futures, scores."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.chance import seeded
from passnumerique.insight.forecast.model.courses import course_of
from passnumerique.insight.forecast.model.delays import AGES, delays_of, expected_uses, held_by_age
from passnumerique.insight.forecast.model.evidence import Evidence, Kind, Week
from passnumerique.insight.forecast.model.fitting import fit, holes_of
from passnumerique.insight.forecast.model.futures import Futures, difference, futures_of
from passnumerique.insight.forecast.model.levels import fit_level
from passnumerique.insight.forecast.model.levers import Extend, Move, Recruit, Remind, Scenario, Sessions, lay
from passnumerique.insight.forecast.model.scoring import crps_of_draws, crps_of_quantiles, scored
from passnumerique.insight.forecast.model.seasons import season_factors
from passnumerique.insight.forecast.model.sharing import Desk, allowed, expected_handed, shrunk_rates
from passnumerique.insight.forecast.model.simulating import count_at, lucks, simulate

AS_OF = date(2022, 12, 13)
END = date(2023, 12, 31)
ONE, TWO = UUID(int=1), UUID(int=2)


def evidence(weeks: int = 60, handed: int = 12, used: int = 8, **changes: object) -> Evidence:
    """A steady programme of two structures."""
    past = [Week(AS_OF - timedelta(weeks=weeks - 1 - rank), Kind.ORDINARY, 1.0) for rank in range(weeks)]
    coming = [Week(AS_OF + timedelta(weeks=rank), Kind.ORDINARY, 1.0) for rank in range(1, 150)]
    lasted = Counter({(rank, 6): used for rank in range(6, weeks)})
    lasted += Counter({(rank, None): handed - (used if rank >= 6 else 0) for rank in range(weeks)})
    uses = [used if rank >= 6 else 0 for rank in range(weeks)]
    received = weeks * handed + 600
    plain = Evidence(
        as_of=AS_OF,
        weeks=past,
        coming=coming,
        handed=[handed] * weeks,
        used=uses,
        stocked=[True] * weeks,
        breaks=[],
        lasted=lasted,
        desks=[Desk(ONE, handed * 26, 52, 300), Desk(TWO, handed * 26, 52, 200)],
        reserve=100,
        held=weeks * handed - sum(uses),
        used_so_far=sum(uses),
        received=received,
        value_cents=(received - sum(uses)) * 1000,
        distribution_until=END,
        use_until=END,
        seats=[100] * weeks,
        seats_coming=[],
        passes_per_seat=1.0,
        passes_per_session=(104, 26),
        funding_rate=5000,
        pays_on_use=True,
        names={ONE: "Une", TWO: "Deux"},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def told(known: Evidence, until: date = END, seed: str = "test", draws: int = 200) -> Futures:
    """The forecast of that evidence."""
    fitted = fit(known)
    course = course_of(known, fitted, until)
    return futures_of(known, until, simulate(fitted, course, lucks(fitted, course.kinds, seed, draws)))


def width(futures: Futures) -> int:
    return futures.used(0.9) - futures.used(0.1)


def test_a_steady_rate_is_found_and_believed_the_more_the_longer_it_lasts() -> None:
    short, long = (fit_level([10] * weeks, [1.0] * weeks, guess=3.0) for weeks in (3, 80))
    assert long.mean == pytest.approx(10, rel=0.03)
    shapes = [
        sum(w * one.shape for w, one in zip(level.weights, level.beliefs, strict=True)) for level in (short, long)
    ]
    assert shapes[0] < shapes[1]


def test_a_rate_that_doubled_is_followed_and_a_break_makes_it_quicker() -> None:
    counts = [5] * 40 + [15] * 3
    slow, quick = (fit_level(counts, [1.0] * 43, guess=5.0, breaks=breaks) for breaks in ((), (40,)))
    assert 7 < slow.mean < quick.mean < 16


def test_weeks_without_exposure_teach_nothing_but_make_less_sure() -> None:
    told_, silent = ([6] * 30, [1.0] * 30), ([6] * 30 + [0] * 20, [1.0] * 30 + [0.0] * 20)
    before, after = (fit_level(*one, guess=6.0) for one in (told_, silent))
    assert after.mean == pytest.approx(before.mean, rel=0.05)
    assert max(one.shape for one in after.beliefs) < max(one.shape for one in before.beliefs)


def test_holidays_are_compared_with_the_weeks_around_them() -> None:
    kinds = ["o"] * 20 + ["h"] * 2 + ["o"] * 20
    counts = [10 + rank for rank in range(20)] + [10, 10] + [32 + rank for rank in range(20)]
    factors = season_factors(counts, [1.0] * 42, kinds, {"h": 0.8}, ordinary="o", strength=0.1)
    assert factors["h"] == pytest.approx(10 / 30, abs=0.08)
    assert factors["o"] == 1.0


def test_passes_still_held_are_not_taken_for_passes_never_used() -> None:
    young = delays_of({(3, None): 500, (30, 8): 60, (30, None): 40})
    assert young.used_within(9) == pytest.approx(0.6, abs=0.08)
    assert delays_of({(40, 5): 50, (40, None): 50}).used_within(40) < 0.7


def test_what_is_handed_over_is_used_or_held() -> None:
    delays = delays_of({(40, week): 10 for week in range(12)} | {(40, None): 100})
    handed = [20.0] * 50
    left = held_by_age(handed, delays, 400)
    assert sum(left) == pytest.approx(400)
    assert len(left) == AGES
    uses = expected_uses(handed, delays)
    assert uses[-1] == pytest.approx(20 * delays.used_within(50), rel=0.01)


@given(st.integers(0, 60), st.floats(0, 120))
def test_the_next_pass_of_a_stock_never_adds_more_than_the_one_before(stock: int, asked: float) -> None:
    values = [expected_handed(stock + more, asked) for more in range(4)]
    steps = [after - before for before, after in pairwise(values)]
    assert all(-1e-6 <= step <= 1 + 1e-6 for step in steps)
    assert all(later <= earlier + 2e-3 for earlier, later in pairwise(steps))
    assert values[0] <= min(stock, asked) + 1e-6


def test_a_structure_seen_once_is_believed_like_the_network() -> None:
    busy = [Desk(UUID(int=10 + rank), 50 + 10 * rank, 52, 0) for rank in range(6)]
    rates = shrunk_rates([*busy, Desk(ONE, 1, 1, 0), Desk(TWO, 0, 52, 0)])
    assert rates.of[TWO] < rates.of[ONE]
    assert rates.of[ONE] == pytest.approx(rates.mean, rel=0.3)


def test_stock_is_a_limit_and_the_reserve_fills_the_gaps() -> None:
    rates, stock = {ONE: 1.0, TWO: 3.0}, {ONE: 50, TWO: 10}
    without, with_ = (allowed(rates, stock, reserve, 400) for reserve in (0, 30))
    assert without.at(400) == pytest.approx(60, abs=0.5)
    assert with_.at(400) == pytest.approx(90, abs=0.5)
    assert without.at(4) == pytest.approx(4, abs=0.5)


@given(st.floats(0.001, 0.999), st.floats(0, 200))
def test_a_count_grows_with_its_mean_under_the_same_chance(share: float, mean: float) -> None:
    assert count_at(share, mean) <= count_at(share, mean + 5) + 1


def test_the_same_seed_tells_the_same_and_another_nearly() -> None:
    known = evidence()
    one, same, other = told(known), told(known), told(known, seed="other")
    assert one == same
    assert one.totals != other.totals
    assert one.used(0.5) == pytest.approx(other.used(0.5), rel=0.05)


def test_no_more_is_used_than_there_is_and_nothing_after_the_end() -> None:
    known = evidence(use_until=AS_OF + timedelta(days=21))
    later = told(known, END)
    assert len({fan.p50 for fan in later.fans[3:]}) == 1
    assert max(told(evidence(handed=40, used=30)).totals) <= evidence(handed=40, used=30).received


def test_seats_are_a_ceiling() -> None:
    free, tight = (told(evidence(seats=[seats] * 60)) for seats in (100, 2))
    assert tight.used(0.9) <= evidence().used_so_far + 2 * 55 + 60
    assert tight.used(0.5) < free.used(0.5)


def test_money_and_grant_follow_the_unused_passes() -> None:
    futures = told(evidence())
    assert futures.unused(0.5) + futures.used(0.5) == evidence().received
    assert futures.unused_cents(0.5) == futures.unused(0.5) * 1000
    assert futures.grant_at_risk_cents == futures.unused(0.5) * 500
    assert told(evidence(pays_on_use=False)).grant_at_risk_cents == 0


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("a week old", evidence(1)),
        ("never used", evidence(60, used=0)),
        ("changed in the middle", evidence(breaks=[AS_OF - timedelta(weeks=4)])),
        ("months missing", evidence(handed=12, used=8)),
    ],
)
def test_what_is_little_known_is_told_wider(name: str, known: Evidence) -> None:
    if name == "months missing":
        gap = [*range(40, 56)]
        known = replace(
            known,
            handed=[0 if rank in gap else 12 for rank in range(60)],
            used=[0 if rank in gap else 8 for rank in range(60)],
        )
        assert holes_of(known) == [(40, 55)]
    futures = told(known)
    relative = width(futures) / max(futures.used(0.5) - known.used_so_far, 1)
    plain = told(evidence())
    assert relative > width(plain) / (plain.used(0.5) - plain.evidence.used_so_far)


def test_a_programme_that_is_over_is_known_exactly() -> None:
    known = evidence(use_until=AS_OF - timedelta(days=1), distribution_until=AS_OF - timedelta(days=30))
    futures = told(known, AS_OF)
    assert (futures.used(0.1), futures.used(0.9)) == (known.used_so_far, known.used_so_far)
    assert width(told(known, END)) == 0


LEVERS = {
    "sessions": Scenario("s", sessions=[Sessions("Vague", AS_OF, END, 60)]),
    "recruit": Scenario("r", recruits=[Recruit(2, AS_OF)]),
    "remind": Scenario("m", reminders=[Remind(AS_OF, END)]),
    "move": Scenario("v", moves=[Move(100, ONE, TWO)]),
}


@pytest.mark.parametrize("name", sorted(LEVERS))
def test_a_lever_is_compared_under_the_same_chance(name: str) -> None:
    known = evidence(desks=[Desk(ONE, 20, 52, 480), Desk(TWO, 600, 52, 20)], reserve=40)
    fitted = fit(known)
    plain = course_of(known, fitted, END)
    chances = lucks(fitted, plain.kinds, "levers", 150)
    laid = lay(LEVERS[name], plain, known, fitted)
    base, changed = (futures_of(known, END, simulate(fitted, one, chances)) for one in (plain, laid.course))
    gap = difference(changed, base)
    assert gap.mean > 0
    assert gap.better > 0.85
    assert laid.assumptions or name == "move"


def test_an_extension_says_that_use_may_be_put_off() -> None:
    known = evidence()
    fitted = fit(known)
    laid = lay(Scenario("p", extend=Extend(END)), course_of(known, fitted, END), known, fitted)
    assert [one.name for one in laid.assumptions] == ["postponed"]
    assert laid.course.effects[0].high == 1.0


def test_scores_reward_the_truth() -> None:
    with seeded("scores") as source:
        draws = [source.gauss(100, 10) for _ in range(400)]
    assert crps_of_draws(draws, 100) < crps_of_draws([one + 30 for one in draws], 100)
    assert crps_of_draws([100.0], 90) == pytest.approx(10)
    levels = [rank / 20 for rank in range(1, 20)]
    ordered = sorted(draws)
    values = [ordered[int(level * 400)] for level in levels]
    assert crps_of_quantiles(levels, values, 103) == pytest.approx(crps_of_draws(draws, 103), rel=0.12)
    one = scored(levels, values, 100)
    assert one.inside
    assert abs(one.bias) < 3
