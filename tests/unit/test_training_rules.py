"""Hours, rooms, seats and the plan, without a database."""

from datetime import date

import pytest

from passnumerique.ground.dates import at_time
from passnumerique.training.rules import (
    MARKED_BY_HAND,
    SEATED,
    AttendanceStatus,
    ModuleGiven,
    SessionState,
    Slot,
    ThemeGiven,
    check_begun,
    check_plan,
    check_seats,
    check_slot,
    distance_km,
)
from passnumerique.training.rules.refusals import (
    PlanInvalid,
    SeatsOutOfBounds,
    SessionAfterTraining,
    SessionEndsTooSoon,
    SessionNotBegun,
)

DAY = date(2022, 3, 8)


def slot(start: int, end: int, room: str = "", day: date = DAY) -> Slot:
    return Slot(at_time(day, start), at_time(day, end), room)


def test_a_room_holds_one_session_at_a_time() -> None:
    assert slot(9, 11).meets(slot(10, 12))
    assert slot(9, 11, "Salle 1 ").meets(slot(10, 12, "salle 1"))
    assert not slot(9, 11).meets(slot(11, 12)), "one may begin when the other ends"
    assert not slot(9, 11, "Salle 1").meets(slot(9, 11, "Salle 2"))


def test_a_session_ends_after_its_start_on_the_same_day() -> None:
    check_slot(slot(9, 11), DAY)
    for wrong in (slot(9, 9), slot(11, 9), Slot(at_time(DAY, 22), at_time(date(2022, 3, 9), 1))):
        with pytest.raises(SessionEndsTooSoon):
            check_slot(wrong, DAY)
    with pytest.raises(SessionAfterTraining):
        check_slot(slot(9, 11), date(2022, 3, 7))


def test_a_slot_knows_its_day_and_length() -> None:
    late = Slot(at_time(DAY, 0, 30), at_time(DAY, 2))
    assert (late.day, late.minutes) == (DAY, 90), "half past midnight in France is the day before in UTC"


@pytest.mark.parametrize("seats", [0, -1, 501])
def test_seats_have_bounds(seats: int) -> None:
    check_seats(1)
    check_seats(500)
    with pytest.raises(SeatsOutOfBounds):
        check_seats(seats)


def test_presence_is_not_known_before_the_day() -> None:
    check_begun(slot(9, 11), DAY)
    with pytest.raises(SessionNotBegun):
        check_begun(slot(9, 11), date(2022, 3, 7))


@pytest.mark.parametrize(
    "themes",
    [
        [ThemeGiven(" ")],
        [ThemeGiven("A", [ModuleGiven("")])],
        [ThemeGiven("A", [ModuleGiven("B", price_passes=0)])],
        [ThemeGiven("A", [ModuleGiven("B", minutes=5)])],
        [ThemeGiven("A", [ModuleGiven("B", sessions=["C", ""])])],
    ],
)
def test_a_plan_that_cannot_be_written_is_refused(themes: list[ThemeGiven]) -> None:
    with pytest.raises(PlanInvalid):
        check_plan(themes)


def test_distance_is_told_in_kilometres() -> None:
    verdun, bar_le_duc = (49.159, 5.385), (48.773, 5.160)
    assert 45 < distance_km(verdun, bar_le_duc) < 48
    assert distance_km(verdun, verdun) == 0


def test_every_state_has_its_words() -> None:
    assert all(state.words for state in [*SessionState, *AttendanceStatus])
    assert AttendanceStatus.EXCUSED not in SEATED
    assert AttendanceStatus.CANCELLED not in MARKED_BY_HAND
