"""When people are written to about a session, and what a message says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.beneficiaries.rules import MessageKind
from passnumerique.beneficiaries.rules.messages import way_out_by_sms, with_way_out
from passnumerique.ground.dates import PARIS, at_time
from passnumerique.ground.sending import TWO_PARTS, as_sms, sms_length
from passnumerique.training.rules.hours import is_quiet
from passnumerique.training.rules.letters import (
    Asleep,
    House,
    Workshop,
    booked,
    cancelled,
    offered,
    reminded,
    sleeping_list,
    to_use,
)
from passnumerique.training.rules.reminding import reminders_due, window_of

TUESDAY = date(2023, 1, 3)
TWO_DAYS, TWO_HOURS = MessageKind.TWO_DAYS_BEFORE, MessageKind.TWO_HOURS_BEFORE
HOUSE = House("Pass (fictif)", "PETR (fictif)", "a@exemple.fr", "+33329840012", "https://pass.exemple.fr/p/")


def due(starts_at: datetime, at: datetime) -> list[MessageKind]:
    """What leaves at that instant."""
    return [] if is_quiet(at) else [kind for kind, _window in reminders_due(starts_at, at)]


def first_minute(starts_at: datetime, kind: MessageKind) -> datetime | None:
    """When a run each minute first sends that reminder."""
    minutes = (starts_at - timedelta(minutes=each) for each in range(3 * 24 * 60, 0, -1))
    return next((at for at in minutes if kind in due(starts_at, at)), None)


@pytest.mark.parametrize(
    ("starts", "two_days", "two_hours"),
    [
        ((14, 0), (-2, 14, 0), (0, 12, 0)),
        ((9, 0), (-2, 9, 0), (0, 8, 0)),
        ((8, 30), (-2, 8, 30), (0, 8, 0)),
        ((8, 15), (-2, 8, 15), None),
        ((7, 30), (-2, 8, 0), None),
        ((20, 30), (-1, 8, 0), (0, 18, 30)),
        ((22, 30), (-1, 8, 0), None),
    ],
    ids=["afternoon", "nine", "half past eight", "quarter past eight", "early", "evening", "night"],
)
def test_nobody_is_written_to_between_eight_in_the_evening_and_eight_in_the_morning(
    starts: tuple[int, int], two_days: tuple[int, int, int], two_hours: tuple[int, int, int] | None
) -> None:
    starts_at = at_time(TUESDAY, *starts)
    expected = {TWO_DAYS: two_days, TWO_HOURS: two_hours}
    for kind, told in expected.items():
        at = told and at_time(TUESDAY + timedelta(days=told[0]), told[1], told[2])
        assert first_minute(starts_at, kind) == at


@pytest.mark.parametrize("day", [date(2023, 3, 27), date(2022, 10, 31)], ids=["spring", "autumn"])
def test_two_days_before_is_the_same_hour_though_the_clocks_changed(day: date) -> None:
    first = first_minute(at_time(day, 9), TWO_DAYS)
    assert first is not None
    assert first.astimezone(PARIS).hour == 9
    assert first.astimezone(PARIS).date() == day - timedelta(days=2)


def test_who_booked_just_now_is_not_reminded_of_it() -> None:
    starts_at = at_time(TUESDAY, 14)
    tomorrow = starts_at - timedelta(days=1)
    assert due(starts_at, tomorrow + timedelta(minutes=1)) == []
    window = window_of(TWO_DAYS, starts_at)
    assert tomorrow - timedelta(hours=1) > window.booked_before


@given(st.integers(0, 2 * 366 * 24 * 60), st.integers(0, 72 * 60))
def test_what_leaves_is_never_late_and_never_at_night(after: int, minutes: int) -> None:
    starts_at = datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=after)
    at = starts_at - timedelta(minutes=minutes)
    for kind in due(starts_at, at):
        assert at < starts_at
        assert 8 <= at.astimezone(PARIS).hour < 20
        assert (kind is TWO_HOURS) == (starts_at - at <= timedelta(hours=2))


def workshop(title: str = "Créer une adresse", place: str = "Lieu (fictif)") -> Workshop:
    starts = at_time(TUESDAY, 14)
    return Workshop(
        title, starts, starts + timedelta(hours=2), place, "1 rue X, 55100 Verdun", "Salle 2", "+33329000000"
    )


def test_a_letter_says_what_when_where_and_how_not_to_come() -> None:
    words = reminded(workshop(), HOUSE, hours=False)
    assert words.subject == "Rappel, mardi 3 janvier 2023\u202f: Créer une adresse"
    for part in ("Mardi 3 janvier 2023, de 14\u202fh\u202f00", "Lieu (fictif), Salle 2", "1 rue X", "03 29 00 00 00"):
        assert part in words.text
    assert words.sender == "PETR (fictif)"
    assert "https://pass.exemple.fr/p/" in words.text


def test_a_cancelled_session_comes_with_the_other_date() -> None:
    until = at_time(date(2023, 1, 2), 14)
    words = cancelled(
        workshop(), HOUSE, cause="Formateur malade.", other=workshop(place="Ailleurs (fictif)"), until=until
    )
    assert "Motif\u202f: Formateur malade." in words.text
    assert "Répondez avant le lundi 2 janvier 2023 à 14\u202fh\u202f00" in words.text
    assert "Ailleurs (fictif)" in words.short
    alone = cancelled(workshop(), HOUSE, cause="Panne", other=None, until=None)
    assert "Choisissez une autre date" in alone.text


def test_every_letter_ends_with_the_way_out() -> None:
    told = with_way_out("Bonjour", "https://x/d/", to_a_person=True)
    assert told.endswith("https://x/d/\n")
    assert "vous avez demandé" in told
    assert "réseau" in with_way_out("Bonjour", "https://x/d/", to_a_person=False)


@given(st.text(max_size=200), st.text(max_size=200))
def test_every_short_form_holds_in_two_parts_with_its_link(title: str, place: str) -> None:
    one, until = workshop(title, place), at_time(TUESDAY, 9)
    asleep = Asleep(3, TUESDAY, TUESDAY, place, "+33329000003")
    tail = way_out_by_sms("https://pass.exemple.fr/D/" + "x" * 43 + "/")
    for words in (
        reminded(one, HOUSE, hours=True),
        booked(one, HOUSE, seats=3),
        cancelled(one, HOUSE, cause=title, other=one, until=until),
        offered(one, HOUSE, until=until),
        to_use(asleep, HOUSE),
    ):
        assert sms_length(as_sms(words.short, tail)) <= TWO_PARTS


def test_a_structure_is_told_how_many_and_where_to_look() -> None:
    words = sleeping_list("CCAS (fictif)", people=1, passes=1, days=30, page="https://x/y", house=HOUSE)
    assert words.subject == "1 personne n’a pas encore utilisé ses pass"
    assert "https://x/y" in words.text
