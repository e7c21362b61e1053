"""What an act is expected to bring, and the order in which acts are worth doing."""

from datetime import date

import pytest

from passnumerique.insight.acting.advice import Advice, Kind, filled, missing, ranked, woken
from passnumerique.insight.forecast.model.delays import AGES, Delays

DELAYS = Delays((0.02,) * AGES, 100.0, 50, 50)


def test_most_passes_first_then_what_is_due_soonest() -> None:
    late = Advice(Kind.PAYMENT, due=date(2022, 12, 20))
    soon = Advice(Kind.DEADLINE, due=date(2022, 12, 15))
    small, large = Advice(Kind.REMIND, (0, 1, 2), name="a"), Advice(Kind.MOVE, (5, 5, 5), name="b")
    assert ranked([late, small, soon, large]) == [large, small, soon, late]


def test_a_reminder_brings_more_with_more_passes_and_more_time_and_nothing_once_it_is_over() -> None:
    few, many, long = woken([5] * 10, DELAYS, 10), woken([5] * 30, DELAYS, 10), woken([5] * 10, DELAYS, 20)
    assert 0 == few[0] < few[1] < few[2]
    assert many[1] == pytest.approx(3 * few[1])
    assert long[1] > few[1]
    assert woken([5] * 10, DELAYS, 0) == (0, 0, 0)
    assert woken([5] * 10, DELAYS, 10, 2.0)[1] == pytest.approx(2 * few[1])
    assert woken([500], DELAYS, 10)[2] < 1, "never more than the passes that are held"


def test_workshops_bring_less_than_they_hold_and_never_more_than_there_are_passes() -> None:
    low, likely, high = filled(4, (1.0, 4.0, 8.0), 1000)
    assert low < likely < high < 32
    assert filled(400, (1.0, 4.0, 8.0), 7) == (7, 7, 7)


def test_the_target_public_lacks_what_its_share_asks_for() -> None:
    assert missing(30, 100, 5000) == 20
    assert missing(60, 100, 5000) == 0
    assert missing(0, 1, 5000) == 1
    assert missing(0, 0, 5000) == 0
