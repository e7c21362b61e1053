"""What is looked at before a human looks, and which lines are drawn: pure rules, by the line."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.settlement.rules import (
    MUST_LOOK,
    WEIGHTS,
    Limits,
    Sign,
    Use,
    Verdict,
    draw,
    progress_of,
    risk_of,
    signs_of,
    size_of_sample,
)

START = datetime(2021, 10, 12, 14, tzinfo=UTC)
LIMITS = Limits(hours_margin_minutes=60, series_passes=5, series_minutes=10)


def use(number: int, minutes: float = 30, **given: object) -> Use:
    """A use that shows no sign, so many minutes after the session began; each by another person."""
    plain = Use(
        redemption_id=UUID(int=number),
        number=number,
        booklet=number // 10,
        redeemed_at=START + timedelta(minutes=minutes),
        session_id=UUID(int=1),
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        sheet=True,
        accredited=True,
        same_organisation=False,
        person_id=UUID(int=1000 + number),
        booklet_size=10,
        passes_a_person=1,
    )
    return replace(plain, **given)


def told(*uses: Use, limits: Limits = LIMITS) -> dict[int, set[Sign]]:
    """The signs of each pass, by number."""
    return {key.int: {one.sign for one in found} for key, found in signs_of(uses, limits).items()}


def test_an_ordinary_use_shows_nothing() -> None:
    assert told(use(1), use(12), use(23)) == {}


@pytest.mark.parametrize(
    ("given", "sign"),
    [
        ({"sheet": False}, Sign.NO_SHEET),
        ({"accredited": False}, Sign.NOT_ACCREDITED),
        ({"same_organisation": True}, Sign.SAME_ORGANISATION),
        ({"minutes": -61}, Sign.OUTSIDE_HOURS),
        ({"minutes": 181}, Sign.OUTSIDE_HOURS),
    ],
)
def test_each_sign_by_itself(given: dict[str, object], sign: Sign) -> None:
    assert told(use(1, **given)) == {1: {sign}}  # type: ignore[arg-type]


@pytest.mark.parametrize("minutes", [-60, 0, 120, 180])
def test_an_hour_around_the_session_is_within_its_hours(minutes: int) -> None:
    assert told(use(1, minutes)) == {}


def test_a_session_that_is_not_known_has_no_hours() -> None:
    assert told(use(1, 9999, starts_at=None, ends_at=None)) == {}


def test_five_passes_in_a_row_within_ten_minutes_are_a_series() -> None:
    run = [use(number, minutes=number) for number in range(21, 26)]
    assert told(*run) == {number: {Sign.SERIES} for number in range(21, 26)}
    [one, *_] = signs_of(run, LIMITS)[UUID(int=23)]
    assert one.details == {"first": 21, "last": 25, "minutes": 4}


def test_four_are_none_nor_five_with_a_gap_nor_five_slowly() -> None:
    assert told(*[use(number) for number in range(21, 25)]) == {}
    assert told(*[use(number) for number in (21, 22, 23, 25, 26)]) == {}
    assert told(*[use(number, minutes=3 * number) for number in range(21, 26)]) == {}


def test_only_the_quick_stretch_of_a_long_run_is_a_series() -> None:
    slow = [use(number, minutes=20 * (number - 20)) for number in (21, 22)]
    quick = [use(number, minutes=60) for number in range(23, 28)]
    assert set(told(*slow, *quick)) == set(range(23, 28))


def test_the_price_of_a_session_is_no_series() -> None:
    """Two people who give five passes each for a session that costs five."""
    assert told(*[use(number, passes_a_person=5) for number in range(21, 31)]) == {}


def test_a_whole_booklet_of_one_person_at_one_session() -> None:
    limits = replace(LIMITS, series_passes=100)
    booklet = [use(number, booklet=2, person_id=UUID(int=7)) for number in range(21, 31)]
    assert told(*booklet, limits=limits) == {number: {Sign.WHOLE_BOOKLET} for number in range(21, 31)}
    assert told(*booklet[:9], limits=limits) == {}
    assert told(*[replace(one, session_id=UUID(int=one.number)) for one in booklet], limits=limits) == {}
    assert told(*[replace(one, passes_a_person=10) for one in booklet], limits=limits) == {}


def test_weights_add_up_and_order_the_signs() -> None:
    found = signs_of([use(1, minutes=999, sheet=False, accredited=False)], LIMITS)[UUID(int=1)]
    assert [one.sign for one in found] == [Sign.NOT_ACCREDITED, Sign.NO_SHEET, Sign.OUTSIDE_HOURS]
    assert risk_of(found) == 130
    assert (
        WEIGHTS[Sign.NOT_ACCREDITED]
        >= MUST_LOOK
        > max(weight for sign, weight in WEIGHTS.items() if sign is not Sign.NOT_ACCREDITED)
    )


def test_the_draw_is_the_one_that_anybody_can_make() -> None:
    numbers = range(1, 101)
    by_hand = sorted(numbers, key=lambda number: hashlib.sha256(f"4f1c:{number}".encode()).hexdigest())
    assert draw(numbers, "4f1c", 10) == by_hand[:10]
    assert draw(reversed(numbers), "4f1c", 10) == by_hand[:10]
    assert draw(numbers, "4f1d", 10) != by_hand[:10]


@given(st.sets(st.integers(1, 10_000), min_size=1), st.integers(1, 10_000))
def test_a_sample_is_never_empty_nor_larger_than_the_claim(numbers: set[int], rate: int) -> None:
    size = size_of_sample(len(numbers), rate)
    assert 1 <= size <= len(numbers)
    assert set(draw(numbers, "graine", size)) <= numbers
    assert len(draw(numbers, "graine", size)) == size


def test_every_pass_is_drawn_as_often_as_another() -> None:
    """Over many seeds: a rule that preferred some numbers would not be a draw."""
    counts = dict.fromkeys(range(1, 41), 0)
    for seed in range(1000):
        for number in draw(counts, f"{seed}", 10):
            counts[number] += 1
    assert 180 < min(counts.values()) <= max(counts.values()) < 320


def test_drawn_and_flagged_lines_are_looked_at_and_errors_ask_for_the_rest() -> None:
    verdicts = dict.fromkeys(range(1, 21), Verdict.PENDING)
    before = progress_of(verdicts, {20}, [1, 2, 3, 4], 500)
    assert (before.to_look, before.errors, before.too_many) == (5, 0, False)
    good = verdicts | dict.fromkeys([1, 2, 3, 4, 20], Verdict.APPROVED)
    assert progress_of(good, {20}, [1, 2, 3, 4], 500).to_look == 0
    bad = good | {1: Verdict.REJECTED}
    after = progress_of(bad, {20}, [1, 2, 3, 4], 500)
    assert (after.to_look, after.errors, after.too_many) == (15, 1, True)
    flagged = good | {20: Verdict.REJECTED}
    assert progress_of(flagged, {20}, [1, 2, 3, 4], 500).too_many is False
    assert progress_of(bad, {20}, [1, 2, 3, 4], 2500).too_many is False
