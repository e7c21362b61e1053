"""Sums, months and terms of claims, without a database."""

from datetime import date

import pytest

from passnumerique.programmes.rules import Calendar
from passnumerique.settlement.rules import (
    OPEN,
    Amounts,
    ClaimState,
    Verdict,
    check_month,
    payment_due_on,
    sum_of,
)
from passnumerique.settlement.rules.refusals import MonthNotOver

CALENDAR = Calendar(*(date(2022, 12, 31),) * 3, date(2023, 2, 15), date(2023, 3, 20))


def test_what_is_paid_is_the_face_value_less_the_fee() -> None:
    assert sum_of([(1000, 40), (1000, 40)]) == Amounts(2, 2000, 80)
    assert sum_of([(1000, 40), (1000, 40)]).net_cents == 1920
    assert sum_of([]) == Amounts()


def test_a_month_is_claimed_once_it_is_over() -> None:
    check_month(date(2022, 5, 1), date(2022, 6, 1), CALENDAR)
    with pytest.raises(MonthNotOver) as refused:
        check_month(date(2022, 5, 1), date(2022, 5, 31), CALENDAR)
    assert refused.value.params == {"day": date(2022, 6, 1)}
    with pytest.raises(MonthNotOver):
        check_month(date(2022, 7, 1), date(2022, 5, 31), CALENDAR)


def test_the_month_in_which_claims_or_the_programme_close_is_not_waited_for() -> None:
    check_month(date(2023, 2, 1), date(2023, 2, 10), CALENDAR)
    check_month(date(2023, 3, 1), date(2023, 3, 20), CALENDAR)
    with pytest.raises(MonthNotOver):
        check_month(date(2023, 3, 1), date(2023, 2, 10), CALENDAR)


def test_the_payment_term_is_counted_in_days() -> None:
    assert payment_due_on(date(2022, 6, 3), 30) == date(2022, 7, 3)


def test_every_state_has_its_words() -> None:
    assert all(state.words for state in [*ClaimState, *Verdict])
    assert not OPEN & {ClaimState.PAID, ClaimState.REJECTED}
