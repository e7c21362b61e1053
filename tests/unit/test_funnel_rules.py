"""How long a step takes with what still waits counted, and how far a pass came."""

import warnings
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.insight.funnel.lasting import Lasting, lasting
from passnumerique.insight.funnel.lives import STEPS, Stage, funnel_of, life_of
from passnumerique.vouchers.queries.lives import Lived, Told
from passnumerique.vouchers.rules import Act, State

DAY = date(2022, 3, 1)
HANDING, USING = STEPS[1], STEPS[3]


def told(*steps: tuple[int, Act, State]) -> Told:
    """A pass of these steps: days after `DAY`, act, state after it."""
    structure = UUID(int=1)
    return Told(1, [Lived(act, state, DAY + timedelta(days=after), structure, None) for after, act, state in steps])


RECEIVED = (0, Act.RECEIVE, State.AUTHORITY_STOCK)
GIVEN = (3, Act.ALLOCATE, State.STRUCTURE_STOCK)
HANDED = (10, Act.HAND_OVER, State.HELD)
USED = (30, Act.REDEEM, State.REDEEMED)


def test_what_still_waits_lengthens_a_step() -> None:
    over = [(10, True)] * 4
    assert lasting(over).half == 10
    assert lasting([*over, *[(90, False)] * 4]).half == 10
    assert lasting([*over, *[(90, False)] * 5]) == Lasting(10, None, None, 4, 5)
    assert lasting([*over, *[(5, False)] * 5]).three_quarters == 10, "what was seen for five days says little"


def test_nothing_seen_says_nothing() -> None:
    assert lasting([]) == Lasting(None, None, None, 0, 0)
    assert not lasting([]).known


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60))
def test_the_quartiles_are_those_of_statsmodels(waits: list[tuple[int, bool]]) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    found = lasting(waits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        curve = SurvfuncRight([days for days, _ in waits], [int(came) for _, came in waits])
    steps = list(zip(curve.surv_times, curve.surv_prob, strict=True))
    for share, mine in ((0.75, found.quarter), (0.5, found.half), (0.25, found.three_quarters)):
        assert mine == next((int(day) for day, left in steps if left <= share + 1e-9), None)


@pytest.mark.parametrize(
    ("steps", "stage", "lost"),
    [
        ([RECEIVED], Stage.RECEIVED, False),
        ([RECEIVED, GIVEN], Stage.ALLOCATED, False),
        ([RECEIVED, GIVEN, (5, Act.RETURN, State.AUTHORITY_STOCK)], Stage.RECEIVED, False),
        ([RECEIVED, GIVEN, HANDED, (11, Act.RESERVE, State.HELD)], Stage.BOOKED, False),
        ([RECEIVED, GIVEN, HANDED, USED], Stage.USED, False),
        ([RECEIVED, GIVEN, HANDED, USED, (31, Act.UNDO, State.HELD)], Stage.HANDED, False),
        (
            [RECEIVED, GIVEN, HANDED, USED, (31, Act.CLAIM, State.CLAIMED), (60, Act.PAY, State.REIMBURSED)],
            Stage.PAID,
            False,
        ),
        ([RECEIVED, GIVEN, HANDED, (12, Act.DECLARE_LOST, State.BLOCKED)], Stage.HANDED, True),
        (
            [RECEIVED, GIVEN, HANDED, (12, Act.DECLARE_LOST, State.BLOCKED), (13, Act.FIND, State.HELD)],
            Stage.HANDED,
            False,
        ),
    ],
)
def test_a_pass_came_as_far_as_what_stands(steps: list[tuple[int, Act, State]], stage: Stage, lost: bool) -> None:
    life = life_of(told(*steps))
    assert (life.stage, bool(life.ended)) == (stage, lost)
    funnel = funnel_of([life])
    assert funnel.reached(stage) == 1
    assert sum(funnel.waiting.values()) + sum(funnel.lost.values()) == 1


def test_a_step_waits_until_it_comes_the_pass_is_lost_or_the_day_is_over() -> None:
    today = DAY + timedelta(days=100)
    assert life_of(told(RECEIVED, GIVEN, HANDED, USED)).wait(USING, today) == (20, True)
    assert life_of(told(RECEIVED, GIVEN, HANDED)).wait(USING, today) == (90, False)
    lost = life_of(told(RECEIVED, GIVEN, HANDED, (12, Act.DECLARE_LOST, State.BLOCKED)))
    assert lost.wait(USING, today) == (2, False)
    assert life_of(told(RECEIVED)).wait(HANDING, today) is None


def test_a_pass_used_without_a_seat_booked_waits_for_none() -> None:
    walked_in = life_of(told(RECEIVED, GIVEN, HANDED, USED))
    assert walked_in.wait(STEPS[2], DAY + timedelta(days=100)) == (20, True)
    assert funnel_of([walked_in]).reached(Stage.BOOKED) == 1
