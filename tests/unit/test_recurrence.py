"""The days and hours of a series: holidays of the zone, public holidays, the season, the leap day, the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from passnumerique.ground.dates import clock_time
from passnumerique.training.rules import Recurrence, Skipped, Why, check_series, preview_series, share_out, zone_of
from passnumerique.training.rules import refusals as no
from passnumerique.training.rules.holidays import (
    ZONE_OF_DEPARTMENT,
    department_of,
    public_holiday,
    school_holiday,
    schools_known_until,
)
from passnumerique.training.rules.recurrence import MOST_IN_SERIES

VERDUN, TROYES, LYON, PARIS, METZ, STRASBOURG, AJACCIO, SAINT_DENIS = (
    "55545",
    "10387",
    "69123",
    "75056",
    "57463",
    "67482",
    "2A004",
    "97411",
)
FAR = date(2030, 12, 31)
TUESDAYS = Recurrence(date(2022, 10, 11), date(2022, 11, 29), time(14), time(16))


def days(recurrence: Recurrence, insee_code: str = VERDUN, end: date = FAR) -> list[date]:
    return preview_series(recurrence, insee_code=insee_code, end_of_training=end).days


def skipped(recurrence: Recurrence, insee_code: str = VERDUN, end: date = FAR) -> list[Skipped]:
    return preview_series(recurrence, insee_code=insee_code, end_of_training=end).skipped


def october(*numbers: int) -> list[date]:
    return [date(2022, 10, number) for number in numbers]


def test_every_tuesday_but_the_holidays_each_skipped_day_with_its_name() -> None:
    november = [date(2022, 11, number) for number in (8, 15, 22, 29)]
    assert days(TUESDAYS) == [*october(11, 18), *november]
    assert skipped(TUESDAYS) == [
        Skipped(date(2022, 10, 25), Why.SCHOOL_HOLIDAY, "Vacances de la Toussaint"),
        Skipped(date(2022, 11, 1), Why.PUBLIC_HOLIDAY, "Toussaint"),
    ]


def test_school_holidays_may_be_kept_and_public_ones_never() -> None:
    kept = replace(TUESDAYS, skip_holidays=False)
    assert date(2022, 10, 25) in days(kept)
    assert skipped(kept) == [Skipped(date(2022, 11, 1), Why.PUBLIC_HOLIDAY, "Toussaint")]


def test_several_weekdays_every_other_week_counted_from_monday() -> None:
    wednesdays = replace(
        TUESDAYS,
        first_day=date(2022, 9, 7),
        until=date(2022, 10, 6),
        weekdays=frozenset({0, 2, 3}),
        every_weeks=2,
    )
    september = [date(2022, 9, number) for number in (7, 8, 19, 21, 22)]
    assert days(wednesdays) == [*september, *october(3, 5, 6)], "the Monday before the first day is left out"


def test_a_day_taken_out_by_hand() -> None:
    assert skipped(replace(TUESDAYS, without=frozenset({date(2022, 10, 18)})))[0] == Skipped(
        date(2022, 10, 18), Why.TAKEN_OUT
    )


@pytest.mark.parametrize(
    ("insee_code", "zone"),
    [
        (VERDUN, "B"),
        (TROYES, "B"),
        (LYON, "A"),
        (PARIS, "C"),
        (STRASBOURG, "B"),
        ("01004", "A"),
        (AJACCIO, None),
        (SAINT_DENIS, None),
        ("", None),
    ],
)
def test_the_zone_of_a_commune(insee_code: str, zone: str | None) -> None:
    assert zone_of(insee_code) == zone


def test_every_departement_of_the_mainland_has_one_zone() -> None:
    mainland = {f"{number:02d}" for number in range(1, 96)} - {"20"}
    assert set(ZONE_OF_DEPARTMENT) == mainland
    assert [department_of(code) for code in ("2b033", " 97411 ", "55545")] == ["2B", "974", "55"]


def test_zones_have_their_own_holidays() -> None:
    winter = date(2023, 2, 7)
    assert [bool(school_holiday(winter, zone)) for zone in ("A", "B", "C", None)] == [True, False, False, False]
    assert school_holiday(date(2023, 7, 18), "C") == "Vacances d’été"


def test_public_holidays_of_the_east_and_overseas() -> None:
    good_friday, boxing_day, slavery = date(2023, 4, 7), date(2022, 12, 26), date(2022, 12, 20)
    for day, where in ((good_friday, METZ), (boxing_day, STRASBOURG), (slavery, SAINT_DENIS)):
        assert public_holiday(day, where)
        assert not public_holiday(day, VERDUN)
    assert public_holiday(date(2023, 1, 1), VERDUN) == "Jour de l’an"
    assert public_holiday(date(2024, 5, 20), VERDUN) == "Lundi de Pentecôte"


def test_holidays_that_are_not_known_are_told() -> None:
    preview = preview_series(TUESDAYS, insee_code=AJACCIO, end_of_training=FAR)
    assert (preview.holidays_unknown, preview.holidays_known_until) == (True, None)
    assert preview_series(TUESDAYS, insee_code=VERDUN, end_of_training=FAR).holidays_unknown is False
    known = schools_known_until()
    later = replace(TUESDAYS, first_day=known, until=known.replace(year=known.year + 1))
    preview = preview_series(later, insee_code=VERDUN, end_of_training=known.replace(year=known.year + 2))
    assert preview.holidays_known_until == known


def test_two_in_the_afternoon_is_two_in_the_afternoon_all_year() -> None:
    sunday = Recurrence(date(2022, 10, 23), date(2022, 11, 6), time(14), time(16), skip_holidays=False)
    slots = [sunday.slot(day) for day in days(sunday)]
    assert [slot.starts_at for slot in slots] == [
        datetime(2022, 10, 23, 12, tzinfo=UTC),
        datetime(2022, 10, 30, 13, tzinfo=UTC),
        datetime(2022, 11, 6, 13, tzinfo=UTC),
    ]
    assert {clock_time(slot.starts_at) for slot in slots} == {"14\u202fh\u202f00"}
    assert {slot.minutes for slot in slots} == {120}


def test_a_night_of_twenty_five_hours_and_one_of_twenty_three() -> None:
    night = Recurrence(date(2022, 10, 30), date(2022, 10, 30), time(1), time(4))
    assert night.slot(date(2022, 10, 30)).minutes == 240
    assert night.slot(date(2023, 3, 26)).minutes == 120


def test_the_leap_day_is_a_day_like_another() -> None:
    thursdays = Recurrence(date(2024, 2, 1), date(2024, 3, 14), time(9), time(11), skip_holidays=False)
    assert date(2024, 2, 29) in days(thursdays)
    only = Recurrence(date(2024, 2, 29), date(2024, 2, 29), time(9), time(11), skip_holidays=False)
    assert days(only) == [date(2024, 2, 29)]


def test_nothing_after_the_end_of_training_and_one_line_says_so() -> None:
    end = date(2022, 11, 15)
    assert days(TUESDAYS, end=end)[-1] == end
    assert skipped(TUESDAYS, end=end)[-1] == Skipped(date(2022, 11, 22), Why.AFTER_TRAINING)
    endless = replace(TUESDAYS, until=date.max)
    assert len(skipped(endless, end=end)) == 3


def test_what_is_no_series_is_refused() -> None:
    with pytest.raises(no.SeriesEndsBeforeStart):
        days(replace(TUESDAYS, until=date(2022, 10, 10)))
    with pytest.raises(no.SessionEndsTooSoon):
        days(replace(TUESDAYS, ends=time(14)))
    daily = replace(TUESDAYS, weekdays=frozenset(range(7)), until=date(2023, 12, 31), skip_holidays=False)
    with pytest.raises(no.SeriesTooLong):
        days(daily)
    assert len(days(replace(daily, until=date(2023, 4, 20)))) <= MOST_IN_SERIES
    with pytest.raises(no.SeriesEmpty):
        check_series(
            preview_series(
                replace(TUESDAYS, first_day=date(2022, 10, 25), until=date(2022, 11, 1)),
                insee_code=VERDUN,
                end_of_training=FAR,
            )
        )


def test_seats_are_shared_out_in_order() -> None:
    assert share_out(4, [("a", 1), ("b", 2)]) == ["a", "b", "b", None]
    assert share_out(2, [("a", 500)]) == ["a", "a"]
    assert share_out(0, [("a", 1)]) == []
    assert share_out(1, []) == [None]
