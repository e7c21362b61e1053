"""People who asked for it are told of their session: once each, in time, and never at night."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail
from icalendar import Calendar as CalendarFile

from passnumerique.beneficiaries.models import Contact, Message
from passnumerique.beneficiaries.operations import messages as sending
from passnumerique.beneficiaries.operations import withdraw_contact
from passnumerique.beneficiaries.rules import Channel, MessageKind, MessageState, Wanted
from passnumerique.directory.rules import Role, system_actor
from passnumerique.ground.refusals import NotAllowed
from passnumerique.ground.sending import NotSent
from passnumerique.training.models import Attendance, SeatFreed, SessionMove, TrainingSession, Waiting
from passnumerique.training.operations import book_seats, cancel_seat, cancel_session, change_session, join_waiting
from passnumerique.training.operations.reminding import ENOUGH_REFUSED, send_due_reminders, send_news
from passnumerique.training.queries.reached import people_of_moved
from passnumerique.training.queries.reminding import due_reminders, fresh_news, sessions_of_subjects
from passnumerique.training.queries.stories import seat_story
from passnumerique.training.rules import WhyFreed
from tests.rooms.race import at_once, faults
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2021, 10, 12)
TWO_DAYS_BEFORE, TWO_HOURS_BEFORE = on(date(2021, 10, 10), 14), on(DAY, 12)
MAIL, TELEPHONE = "personne@exemple.fr", "+33600000000"
EARLY = on(date(2021, 10, 1))


@pytest.fixture(autouse=True)
def _open(settings: LazySettings) -> None:
    settings.MAIL = settings.SMS = "console"


@pytest.fixture
def world() -> World:
    return build_world(reminders="on")


def seated(
    world: World, session: UUID, *addresses: str, passes: int = 1, at: datetime = EARLY
) -> tuple[list[int], list[UUID]]:
    """Somebody with these contacts who booked a seat for each of these passes."""
    wants = tuple(Wanted(Channel.EMAIL if "@" in one else Channel.SMS, one) for one in addresses)
    numbers = world.hand_over(passes, wants=wants)
    codes = [world.code(number) for number in numbers]
    by = world.actor(Role.PLACE)
    return numbers, book_seats(programme_id=world.programme_id, session_id=session, codes=codes, by=by, at=at)


def remind(world: World, at: datetime) -> int:
    by = system_actor(world.authority_id)
    return send_due_reminders(programme_id=world.programme_id, by=by, at=at).of(MessageState.SENT)


def tell(world: World, at: datetime) -> int:
    by = system_actor(world.authority_id)
    return send_news(programme_id=world.programme_id, by=by, at=at).of(MessageState.SENT)


def kinds() -> list[str]:
    return list(Message.objects.order_by("at", "id").values_list("kind", flat=True))


def test_somebody_with_a_seat_is_reminded_twice_and_no_more(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL)
    sent = [remind(world, at) for at in (TWO_DAYS_BEFORE - timedelta(minutes=1), TWO_DAYS_BEFORE, TWO_DAYS_BEFORE)]
    sent += [remind(world, at) for at in (TWO_HOURS_BEFORE - timedelta(minutes=1), TWO_HOURS_BEFORE, on(DAY, 13))]
    assert sent == [0, 1, 0, 0, 1, 0]
    assert kinds() == ["two_days_before", "two_hours_before"]
    [first, second] = mail.outbox
    assert first.subject == "Rappel, mardi 12 octobre 2021\u202f: Premiers pas"
    [(name, content, _type)] = first.attachments
    event = CalendarFile.from_ical(content).walk("VEVENT")[0]
    assert name == "atelier.ics"
    assert event["DTSTART"].dt == on(DAY, 14)
    assert second.attachments == []


def test_a_telephone_is_reminded_too(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    seated(world, world.session(DAY), MAIL, TELEPHONE)
    assert remind(world, TWO_DAYS_BEFORE) == 2
    assert "mardi 12/10 14h" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("hour", "asked", "sent"),
    [(9, on(DAY, 7, 30), 0), (9, on(DAY, 8), 1), (21, on(DAY, 19, 59), 1), (21, on(DAY, 20), 0)],
    ids=["too early", "at eight", "before eight", "too late"],
)
def test_nobody_is_written_to_at_night(world: World, hour: int, asked: datetime, sent: int) -> None:
    session = world.session(DAY, hour=hour)
    seated(world, session, MAIL)
    assert remind(world, asked) == sent


def test_who_booked_an_hour_ago_for_tomorrow_is_not_reminded_of_it(world: World) -> None:
    session = world.session(DAY)
    booked = TWO_DAYS_BEFORE + timedelta(hours=22)
    seated(world, session, MAIL, at=booked)
    assert tell(world, booked + timedelta(minutes=1)) == 1
    assert remind(world, booked + timedelta(hours=1)) == 0
    assert remind(world, TWO_HOURS_BEFORE) == 1


def test_nothing_leaves_while_the_programme_does_not_want_it(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL)
    world.set(date(2021, 10, 9), reminders="off")
    assert (remind(world, TWO_DAYS_BEFORE), tell(world, TWO_DAYS_BEFORE)) == (0, 0)
    assert not Message.objects.exists()


def test_who_withdrew_or_left_nothing_is_not_written_to(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL)
    seated(world, session)
    withdraw_contact(programme_id=world.programme_id, contact_id=Contact.objects.get().id, at=EARLY)
    assert remind(world, TWO_DAYS_BEFORE) == 0


def test_a_seat_given_back_is_not_reminded_of(world: World) -> None:
    session = world.session(DAY)
    _numbers, [seat] = seated(world, session, MAIL)
    cancel_seat(programme_id=world.programme_id, attendance_id=seat, by=world.actor(Role.PLACE), at=EARLY)
    assert remind(world, TWO_DAYS_BEFORE) == 0


def test_a_family_that_shares_an_address_has_one_message(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL, passes=3)
    seated(world, session, MAIL)
    assert remind(world, TWO_DAYS_BEFORE) == 1
    assert remind(world, TWO_DAYS_BEFORE) == 0


def test_seats_booked_together_are_told_together(world: World) -> None:
    session = world.session(DAY)
    _numbers, seats = seated(world, session, MAIL, passes=3)
    soon = EARLY + timedelta(minutes=1)
    assert tell(world, soon) == 1
    assert "Vos 3 places sont réservées" in mail.outbox[0].body
    by = world.actor(Role.PLACE)
    cancel_seat(programme_id=world.programme_id, attendance_id=min(seats), by=by, at=soon)
    assert tell(world, soon) == 0
    assert Message.objects.get().subject_id in seats


def test_an_old_booking_is_no_news(world: World) -> None:
    seated(world, world.session(DAY), MAIL)
    assert tell(world, EARLY + timedelta(hours=25)) == 0


def test_a_cancelled_session_is_told_with_the_other_date(world: World) -> None:
    session, other = world.session(DAY), world.session(DAY + timedelta(days=7))
    [number], _seats = seated(world, session, MAIL)
    by, at = world.actor(Role.PLACE), TWO_DAYS_BEFORE - timedelta(days=1)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Salle fermée", by=by, at=at)
    assert tell(world, at) == 1
    assert tell(world, at + timedelta(hours=1)) == 0
    [sent] = mail.outbox
    assert "Salle fermée" in sent.body
    assert Waiting.objects.get(instead_of=session, voucher_number=number).training_session_id == other
    assert "Mardi 19 octobre 2021" in sent.body
    event = CalendarFile.from_ical(sent.attachments[0][1]).walk("VEVENT")[0]
    assert event["STATUS"] == "CANCELLED"
    assert kinds() == ["session_cancelled"]


def test_a_moved_session_is_told_once_and_lists_who_must_be_called(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL)
    [silent], _seats = seated(world, session)
    at, by = EARLY + timedelta(days=2), world.actor(Role.PLACE)
    given = {"programme_id": world.programme_id, "session_id": session, "by": by}
    row = TrainingSession.objects.get(id=session)
    assert people_of_moved(by, row, at) is None
    change_session(seats=9, at=at, **given)
    assert tell(world, at) == 0, "more seats are no move"
    change_session(starts_at=on(DAY, 16), ends_at=on(DAY, 18), room="Salle bleue", at=at, **given)
    seated(world, session, "autre@exemple.fr", at=at + timedelta(minutes=1))
    assert tell(world, at + timedelta(minutes=2)) == 2
    assert tell(world, at + timedelta(minutes=3)) == 0
    assert sorted(kinds()) == ["seat_booked", "session_moved"]
    moved = next(one for one in mail.outbox if one.subject.startswith("Changement"))
    assert "Il était prévu mardi 12 octobre 2021, de 14" in moved.body
    assert "Mardi 12 octobre 2021, de 16" in moved.body
    assert "Salle bleue" in moved.body
    assert CalendarFile.from_ical(moved.attachments[0][1]).walk("VEVENT")[0]["DTSTART"].dt == on(DAY, 16)
    row.refresh_from_db()
    found = people_of_moved(by, row, at + timedelta(minutes=3))
    assert found
    assert [seat.voucher_number for seat in found.to_call] == [silent]
    stranger = people_of_moved(world.actor(Role.PRESCRIBER), row, at + timedelta(minutes=3))
    assert stranger
    assert stranger.to_call == [], "a structure sees the people whom it booked"
    [move] = SessionMove.objects.all()
    assert sessions_of_subjects(world.programme_id, [move.id])[move.id].id == session


def test_a_seat_booked_again_is_confirmed_again(world: World) -> None:
    session = world.session(DAY)
    [number], [seat] = seated(world, session, MAIL)
    soon, by = EARLY + timedelta(minutes=1), world.actor(Role.PLACE)
    assert tell(world, soon) == 1
    cancel_seat(programme_id=world.programme_id, attendance_id=seat, by=by, at=soon)
    again = soon + timedelta(minutes=5)
    given = {"programme_id": world.programme_id, "session_id": session, "codes": [world.code(number)], "by": by}
    assert book_seats(at=again, **given) == [seat]
    assert [tell(world, again), tell(world, again + timedelta(minutes=1))] == [1, 0]
    assert [one.subject.partition("\u202f")[0] for one in mail.outbox] == ["Place réservée"] * 2
    [freed] = SeatFreed.objects.all()
    assert sessions_of_subjects(world.programme_id, [freed.id])[freed.id].id == session
    assert [(one.what, one.session_id) for one in seat_story(world.programme_id, number)] == [
        (WhyFreed.GIVEN_BACK, session)
    ]


def test_a_session_that_is_over_is_not_told_as_cancelled(world: World) -> None:
    session = world.session(DAY)
    seated(world, session, MAIL)
    by = world.actor(Role.PLACE)
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=by, at=on(DAY, 13, 55))
    assert tell(world, on(DAY, 14)) == 0


def test_who_waits_is_told_of_the_seat_that_came_free(world: World) -> None:
    session = world.session(DAY, seats=1)
    _numbers, [seat] = seated(world, session)
    [number] = world.hand_over(1, wants=(Wanted(Channel.EMAIL, MAIL),))
    by = world.actor(Role.PLACE)
    waiting = join_waiting(
        programme_id=world.programme_id, session_id=session, code=world.code(number), by=by, at=EARLY
    )
    assert tell(world, EARLY) == 0
    at = on(date(2021, 10, 5))
    cancel_seat(programme_id=world.programme_id, attendance_id=seat, by=by, at=at)
    assert (tell(world, at), tell(world, at)) == (1, 0)
    row = Message.objects.get()
    assert (row.kind, row.subject_id) == (MessageKind.SEAT_OFFERED, waiting)
    assert "Répondez avant le mercredi 6 octobre 2021" in mail.outbox[0].body
    assert sessions_of_subjects(world.programme_id, [waiting, seat, session])[waiting].id == session


def test_two_runs_at_once_write_once(world: World) -> None:
    session = world.session(DAY)
    for rank in range(4):
        seated(world, session, f"personne{rank}@exemple.fr")
    answers = at_once(*[lambda: remind(world, TWO_DAYS_BEFORE)] * 4)
    assert faults(answers) == []
    assert sum(answers) == len(mail.outbox) == 4


def test_a_carrier_that_is_not_there_is_not_asked_for_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.allocate(1)
    session = world.session(DAY, seats=30)
    for rank in range(8):
        seated(world, session, f"personne{rank}@exemple.fr")

    def absent(*_: object) -> str:
        raise NotSent("ConnectionRefusedError", again=True)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_mail", absent)
        assert remind(world, TWO_DAYS_BEFORE) == 0
    assert Message.objects.filter(state=MessageState.POSTPONED).count() == ENOUGH_REFUSED
    assert remind(world, TWO_DAYS_BEFORE + timedelta(minutes=5)) == 8
    assert Message.objects.count() == len(mail.outbox) == 8


def test_only_who_may_send_reminds(world: World) -> None:
    with pytest.raises(NotAllowed):
        send_due_reminders(programme_id=world.programme_id, by=world.actor(Role.PLACE), at=TWO_DAYS_BEFORE)


def test_reading_what_is_due_takes_as_many_statements_for_many(world: World, queries_do_not_grow: Any) -> None:
    world.allocate(1)
    session = world.session(DAY)
    seated(world, session, MAIL)
    at = EARLY + timedelta(minutes=1)
    queries_do_not_grow(lambda: fresh_news(world.programme_id, at), lambda: seated(world, session, "b@exemple.fr"))
    queries_do_not_grow(
        lambda: due_reminders(world.programme_id, TWO_DAYS_BEFORE), lambda: seated(world, session, "c@exemple.fr")
    )
    assert Attendance.objects.count() == TrainingSession.objects.get().seats_taken
