"""Calendar files: what is written is read back alike, and the same facts give the same bytes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from passnumerique.ground.calendars import Event, session_calendar

MADE = Event(
    uid="0184ae3a@verdun",
    starts_at=datetime(2022, 12, 15, 13, 0, tzinfo=UTC),
    ends_at=datetime(2022, 12, 15, 15, 0, tzinfo=UTC),
    title="Envoyer un courriel ; joindre une photo, à l’aise",
    place="Médiathèque (fictive)",
    address="1 rue de l’Écluse, 55100 Verdun",
    url="https://passnum.example/verdun/ateliers-ouverts/",
    sequence=3,
    alarm_minutes=120,
    description="Apportez votre pass.\nAccès de plain-pied.",
    point=(49.159, 5.384),
    changed_at=datetime(2022, 12, 1, 8, 30, 15, 999, tzinfo=UTC),
)


def _only_event(content: bytes) -> object:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_what_is_written_is_read_back() -> None:
    event = _only_event(session_calendar([MADE]))
    assert (event["uid"], event["sequence"], event["status"]) == (MADE.uid, 3, "CONFIRMED")
    assert (event["dtstart"].dt, event["dtend"].dt) == (MADE.starts_at, MADE.ends_at)
    assert event["dtstamp"].dt == event["last-modified"].dt == datetime(2022, 12, 1, 8, 30, 15, tzinfo=UTC)
    assert (event["summary"], event["description"]) == (MADE.title, MADE.description)
    assert event["location"] == f"{MADE.place}, {MADE.address}"
    assert (event["geo"].latitude, event["geo"].longitude) == MADE.point
    (alarm,) = event.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(minutes=-120)


def test_a_cancelled_session_is_told_and_rings_no_more() -> None:
    event = _only_event(session_calendar([replace(MADE, cancelled=True, sequence=4)]))
    assert (event["status"], event["sequence"], event.walk("VALARM")) == ("CANCELLED", 4, [])


def test_the_same_facts_give_the_same_bytes_whatever_the_zone_they_came_in() -> None:
    paris = timezone(timedelta(hours=1))
    moved = replace(MADE, starts_at=MADE.starts_at.astimezone(paris), ends_at=MADE.ends_at.astimezone(paris))
    assert session_calendar([MADE]) == session_calendar([moved])


def test_lines_are_folded_and_end_as_the_standard_asks() -> None:
    content = session_calendar([replace(MADE, title="é" * 200)])
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_text_cannot_add_a_property() -> None:
    event = _only_event(session_calendar([replace(MADE, title="a\r\nSTATUS:CANCELLED", place="b\nURL:x")]))
    assert event["status"] == "CONFIRMED"
    assert event["url"] == MADE.url


def test_an_address_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        session_calendar([replace(MADE, url="https://x.example/\r\nSTATUS:CANCELLED")])


def test_a_calendar_to_follow_has_a_name_and_may_be_empty() -> None:
    calendar = Calendar.from_ical(session_calendar([], name="Ateliers de Verdun"))
    assert calendar["x-wr-calname"] == "Ateliers de Verdun"
    assert calendar.walk("VEVENT") == []
