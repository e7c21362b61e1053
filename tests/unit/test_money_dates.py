"""Money is written and read as people do, to the cent; days are days in France."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.dates import (
    PARIS,
    at_time,
    clock_time,
    day_of,
    end_of,
    long_day,
    long_month,
    month_of,
    next_month,
    start_of,
)
from passnumerique.ground.ids import new_id
from passnumerique.ground.money import euros, grouped, parse_cents
from passnumerique.programmes.rules import Calendar, CalendarInForce, Terms, in_force

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
instants = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.integers(-(10**12), 10**12))
def test_what_is_written_is_read_back_to_the_cent(cents: int) -> None:
    assert parse_cents(euros(cents)) == cents


@pytest.mark.parametrize(
    ("cents", "written"),
    [(0, "0,00 €"), (5, "0,05 €"), (123450, "1 234,50 €"), (1_800_000, "18 000,00 €"), (-1000, "−10,00 €")],
)
def test_amounts_are_written_as_in_france(cents: int, written: str) -> None:
    assert euros(cents) == written.replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("10", 1000),
        ("10,5", 1050),
        ("1 234,50 €", 123450),
        ("1234.5", 123450),
        ("0,05", 5),
        ("1\u202f234\u00a0€", 123400),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, cents: int) -> None:
    assert parse_cents(typed) == cents


@pytest.mark.parametrize("typed", ["", "dix", "1,234", "1,2,3", "10 $", "--5", "1e3", "9" * 13])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — the text itself is the message
        parse_cents(typed)


def test_thousands_are_grouped() -> None:
    assert grouped(1800) == "1\u202f800"


@given(st.integers(1, 100_000), st.integers(0, 3000))
def test_the_fee_is_rounded_to_the_nearest_cent_and_never_more_than_the_value(face: int, rate: int) -> None:
    fee = Terms(issuer_fee_rate=rate).fee_cents(face)
    assert 0 <= fee <= face
    assert abs(fee * 10_000 - face * rate) <= 5000


def test_four_percent_of_ten_euros() -> None:
    assert Terms(issuer_fee_rate=400).fee_cents(1000) == 40


@given(days)
def test_a_day_in_france_holds_its_own_instants_and_no_other(day: date) -> None:
    assert day_of(start_of(day)) == day
    assert day_of(end_of(day) - timedelta(microseconds=1)) == day
    assert end_of(day) == start_of(day + timedelta(days=1))
    assert end_of(day) - start_of(day) in {timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)}


@given(instants)
def test_every_instant_is_in_its_day(at: datetime) -> None:
    day = day_of(at)
    assert start_of(day) <= at < end_of(day)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2022, 12, 31, 22, 59, tzinfo=UTC), date(2022, 12, 31)),
        (datetime(2022, 12, 31, 23, 0, tzinfo=UTC), date(2023, 1, 1)),
        (datetime(2022, 7, 31, 22, 0, tzinfo=UTC), date(2022, 8, 1)),
    ],
)
def test_midnight_is_midnight_in_france(at: datetime, day: date) -> None:
    assert day_of(at) == day


@given(days)
def test_months_follow_one_another(day: date) -> None:
    first, following = month_of(day), next_month(day)
    assert first.day == following.day == 1
    assert first <= day < following
    assert month_of(following - timedelta(days=1)) == first


def test_days_and_hours_are_written_as_in_france() -> None:
    assert (long_day(date(2022, 12, 13)), long_day(date(2023, 1, 1))) == ("13 décembre 2022", "1er janvier 2023")
    assert long_month(date(2022, 8, 5)) == "août 2022"
    assert clock_time(at_time(date(2022, 7, 1), 17, 30)) == "17\u202fh\u202f30"
    assert at_time(date(2022, 7, 1), 17, 30).astimezone(PARIS).hour == 17


@given(instants, instants)
def test_ids_are_ordered_by_their_instant(left: datetime, right: datetime) -> None:
    if int(left.timestamp() * 1000) < int(right.timestamp() * 1000):
        assert new_id(left) < new_id(right)
    made = new_id(left)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


@given(st.lists(st.tuples(days, days), min_size=1, max_size=6), days)
def test_the_calendar_of_a_day_is_the_latest_in_force_by_then(given: list[tuple[date, date]], day: date) -> None:
    revisions = [
        CalendarInForce(Calendar(until, until, until, until, until), since, rank)
        for rank, (since, until) in enumerate(given, start=1)
    ]
    found = in_force(revisions, day)
    standing = sorted((since, rank, until) for rank, (since, until) in enumerate(given, start=1) if since <= day)
    assert (found.closing if found else None) == (standing[-1][2] if standing else None)


@given(st.lists(st.tuples(days, days), min_size=1, max_size=5), days, st.tuples(days, days))
def test_a_revision_changes_no_day_before_it_is_in_force(
    given: list[tuple[date, date]], day: date, later: tuple[date, date]
) -> None:
    since, until = later
    revisions = [
        CalendarInForce(Calendar(last, last, last, last, last), first, rank) for rank, (first, last) in enumerate(given)
    ]
    more = [*revisions, CalendarInForce(Calendar(until, until, until, until, until), since, 99)]
    if day < since:
        assert in_force(more, day) == in_force(revisions, day)
