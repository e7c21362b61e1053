"""Days, times and numbers on the pages are set as French typography wants, and readably in English."""

from datetime import date, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format, number_format

from passnumerique.ground.dates import PARIS, clock_time, long_day
from passnumerique.ground.money import grouped

SPACE = "\u202f"


@pytest.mark.parametrize(
    ("day", "written"), [(date(2022, 12, 13), "13 décembre 2022"), (date(2023, 1, 1), "1er janvier 2023")]
)
def test_days_are_written_as_people_say_them(day: date, written: str) -> None:
    with translation.override("fr"):
        assert date_format(day) == long_day(day) == written


def test_times_have_an_h_between_narrow_spaces() -> None:
    at = datetime(2022, 12, 13, 9, 5, tzinfo=PARIS)
    with translation.override("fr"):
        assert date_format(at, "TIME_FORMAT") == clock_time(at) == f"9{SPACE}h{SPACE}05"
        assert date_format(at, "DATETIME_FORMAT") == f"13 décembre 2022 à 9{SPACE}h{SPACE}05"


def test_thousands_are_parted_by_a_narrow_space() -> None:
    with translation.override("fr"):
        assert number_format(1800, force_grouping=True) == grouped(1800) == f"1{SPACE}800"


def test_english_readers_get_the_day_before_the_month_and_24_hours() -> None:
    with translation.override("en"):
        at = datetime(2023, 1, 1, 17, 30, tzinfo=PARIS)
        assert date_format(at, "DATETIME_FORMAT") == "1 January 2023, 17:30"
