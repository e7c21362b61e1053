"""A session cancelled by its place: seats freed, another date offered, those to call; and a series from a day."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings

from passnumerique.beneficiaries.rules import Channel, Wanted
from passnumerique.directory.rules import AccreditationKind, Role, bearer_of_a_pass
from passnumerique.ground.refusals import NotFound
from passnumerique.training.models import TrainingSession, Waiting
from passnumerique.training.operations import (
    SessionCancelled,
    accept_offer,
    add_participant,
    book_seats,
    cancel_series_from,
    cancel_session,
    expire_offers,
    join_waiting,
)
from passnumerique.training.queries import access_session, cancelling, people_of_cancelled, seats_of_passes
from passnumerique.training.rules import SessionState, WaitingState
from passnumerique.training.rules import refusals as no
from passnumerique.vouchers.operations import declare_lost
from tests.rooms.race import clean
from tests.rooms.test_series import TUESDAYS, series
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
BEFORE = on(DAY - timedelta(days=5))


@pytest.fixture
def world() -> World:
    return build_world()


def book(world: World, session_id: UUID, *numbers: int, **given: Any) -> list[UUID]:
    given = {"by": world.actor(Role.PRESCRIBER), "at": BEFORE} | given
    codes = [world.code(number) for number in numbers]
    return book_seats(programme_id=world.programme_id, session_id=session_id, codes=codes, **given)


def cancel(world: World, session_id: UUID, **given: Any) -> SessionCancelled:
    given = {"by": world.actor(Role.PLACE), "at": BEFORE, "cause": "Formatrice malade"} | given
    return cancel_session(programme_id=world.programme_id, session_id=session_id, **given)


def offers(done: SessionCancelled) -> list[tuple[int | None, UUID | None]]:
    return [(one.freed.voucher_number, one.session.id if one.session else None) for one in done.offered]


def taken(session_id: UUID) -> int:
    return TrainingSession.objects.get(id=session_id).seats_taken


def test_each_person_with_a_pass_is_offered_the_next_session_of_the_module(world: World) -> None:
    numbers = world.hand_over(3)
    session = world.session(DAY)
    book(world, session, *numbers)
    add_participant(
        programme_id=world.programme_id, session_id=session, by=world.actor(Role.PLACE), at=BEFORE, label="Jeanne"
    )
    elsewhere = world.session(DAY, place=1)
    later = world.session(DAY + timedelta(days=7), seats=1)
    latest = world.session(DAY + timedelta(days=14), seats=1)
    world.session(DAY + timedelta(days=1), module=1)
    told = cancelling(world.actor(Role.PLACE), world.programme_id, session, BEFORE)
    done = cancel(world, session)
    assert done.freed == 4
    assert offers(done) == [(numbers[0], later), (numbers[1], latest), (numbers[2], elsewhere)], "its own place first"
    assert [one.label for one in done.without_date] == ["Jeanne"]
    assert [one.session.id for one in told.offered if one.session] == [later, latest, elsewhere]
    assert (told.without_date, told.waiting) == (done.without_date, 0)
    assert [taken(one) for one in (session, later, latest, elsewhere)] == [0, 1, 1, 1]
    line = Waiting.objects.get(training_session=later)
    assert (line.instead_of, line.offer_until) == (session, BEFORE + timedelta(hours=24))
    assert line.by_organisation == world.structures[0], "who booked the seat may answer"
    assert clean(world)


def test_an_offered_date_is_taken_or_ends(world: World) -> None:
    one, other = world.hand_over(2)
    session, later = world.session(DAY), world.session(DAY + timedelta(days=7))
    book(world, session, one, other)
    cancel(world, session)
    line = Waiting.objects.get(voucher_number=one)
    bearer = bearer_of_a_pass(world.authority_id, world.programme_id)
    accept_offer(programme_id=world.programme_id, waiting_id=line.id, code=world.code(one), by=bearer, at=BEFORE)
    place = world.actor(Role.PLACE)
    row = access_session(place, world.programme_id, session)
    first, second = people_of_cancelled(place, row, BEFORE)
    assert first.line
    assert second.line
    assert (first.line.state, first.session and first.session.id) == (WaitingState.SEATED, later)
    assert (first.still_open(BEFORE), second.still_open(BEFORE)) == (False, True)
    assert [seat.training_session_id for seat in seats_of_passes(world.programme_id, [one], BEFORE)] == [later]
    assert people_of_cancelled(world.actor(Role.PRESCRIBER, 1), row, BEFORE) == []
    assert len(people_of_cancelled(world.actor(Role.PRESCRIBER), row, BEFORE)) == 2
    end = BEFORE + timedelta(hours=24)
    assert second.still_open(end) is False
    assert expire_offers(programme_id=world.programme_id, at=end) == 1
    assert taken(later) == 1
    assert clean(world)


def test_who_left_no_contact_is_called_about_the_other_date(world: World, settings: LazySettings) -> None:
    settings.MAIL = "console"
    world.set(date(2021, 10, 1), reminders="on")
    [told] = world.hand_over(wants=(Wanted(Channel.EMAIL, "personne@exemple.fr"),))
    silent, again = world.hand_over(2)
    session, later = world.session(DAY), world.session(DAY + timedelta(days=7))
    book(world, session, told, silent, again)
    before = cancelling(world.actor(Role.PLACE), world.programme_id, session, BEFORE)
    done = cancel(world, session)
    assert [one.voucher_number for one in before.to_call] == [silent, again]
    assert (len(done.offered), done.without_date, done.to_call) == (3, [], 2)

    def calls(at: datetime) -> list[int | None]:
        place = world.actor(Role.PLACE)
        row = access_session(place, world.programme_id, session)
        return [one.freed.voucher_number for one in people_of_cancelled(place, row, at) if one.to_call(at)]

    assert calls(BEFORE) == [silent, again]
    book(world, later, again, at=BEFORE + timedelta(minutes=1))
    assert calls(BEFORE) == [silent], "whoever has a seat again is called no more"
    end = BEFORE + timedelta(hours=24)
    expire_offers(programme_id=world.programme_id, at=end)
    assert calls(end) == [told, silent], "an offer that came to nothing"


def test_an_offer_made_at_night_lasts_from_the_morning_on(world: World) -> None:
    [number] = world.hand_over()
    session = world.session(DAY)
    world.session(DAY + timedelta(days=7))
    book(world, session, number)
    evening = on(DAY - timedelta(days=5), 21)
    cancel(world, session, at=evening)
    assert Waiting.objects.get().offer_until == on(DAY - timedelta(days=4), 8) + timedelta(hours=24)


def test_who_waits_for_a_cancelled_session_waits_no_more(world: World) -> None:
    seated, waiting = world.hand_over(2)
    session = world.session(DAY, seats=1)
    book(world, session, seated)
    line = join_waiting(
        programme_id=world.programme_id,
        session_id=session,
        code=world.code(waiting),
        by=world.actor(Role.PRESCRIBER),
        at=BEFORE,
    )
    assert cancelling(world.manager, world.programme_id, session, BEFORE).waiting == 1
    done = cancel(world, session)
    assert ([one.voucher_number for one in done.without_date], done.offered) == ([seated], [])
    assert Waiting.objects.get(id=line).state == WaitingState.LEFT


def test_nobody_is_offered_what_cannot_be_taken(world: World) -> None:
    held, lost = world.hand_over(2)
    session = world.session(DAY)
    book(world, session, held, lost)
    declare_lost(programme_id=world.programme_id, numbers=[(lost, lost)], cause="perdu", by=world.manager, at=BEFORE)
    soon = world.session(BEFORE.date(), hour=10)
    world.organisation("Lieu fermé")
    world.places.append(world.organisation("Lieu éphémère"))
    world.accredit(world.places[-1], AccreditationKind.PLACE, until_day=DAY)
    closing = world.session(DAY, place=2, hour=17)
    done = cancel(world, session, at=on(BEFORE.date(), 9, 30))
    assert offers(done) == [(held, closing)]
    assert [one.voucher_number for one in done.without_date] == [lost]
    assert taken(soon) == 0, "less than an hour is left to answer"


def test_a_pass_waiting_at_the_other_date_is_offered_it_once(world: World) -> None:
    [number] = world.hand_over(1)
    session, later = world.session(DAY), world.session(DAY + timedelta(days=7))
    book(world, session, number)
    common: dict[str, Any] = {"programme_id": world.programme_id, "training_session_id": later}
    line = Waiting.objects.create(
        id=session, voucher_number=number, state=WaitingState.WAITING, created_at=BEFORE, **common
    )
    cancel(world, session)
    line.refresh_from_db()
    assert (line.state, line.instead_of, taken(later)) == (WaitingState.OFFERED, session, 1)
    assert Waiting.objects.count() == 1
    assert clean(world)


def test_a_series_is_cancelled_from_a_day_on(world: World) -> None:
    made = series(world, TUESDAYS)
    numbers = world.hand_over(2)
    book(world, made.ids[0], numbers[0])
    book(world, made.ids[2], numbers[1])
    day = TrainingSession.objects.get(id=made.ids[1]).starts_at.date()
    common: dict[str, Any] = {"programme_id": world.programme_id, "series_id": made.series_id, "from_day": day}
    with pytest.raises(NotFound):
        cancel_series_from(cause="Travaux", by=world.actor(Role.PLACE, 1), at=BEFORE, **common)
    with pytest.raises(no.CauseMissing):
        cancel_series_from(cause=" ", by=world.actor(Role.PLACE), at=BEFORE, **common)
    done = cancel_series_from(cause="Travaux", by=world.actor(Role.PLACE), at=BEFORE, **common)
    assert [one.session_id for one in done] == made.ids[1:]
    kept = [[(numbers[1], made.ids[0])]]
    assert [offers(one) for one in done if one.freed] == kept, "none of those that are cancelled"
    states = [TrainingSession.objects.get(id=one).state for one in made.ids]
    assert states == [SessionState.PLANNED] + [SessionState.CANCELLED] * (len(made.ids) - 1)
    with pytest.raises(no.SeriesOver):
        cancel_series_from(cause="Travaux", by=world.actor(Role.PLACE), at=BEFORE, **common)
    assert clean(world)


def test_a_series_with_passes_used_is_not_cancelled_from_that_day(world: World) -> None:
    made = series(world, TUESDAYS)
    first = TrainingSession.objects.get(id=made.ids[0]).starts_at.date()
    world.redeem(made.ids[0], world.hand_over(1), first)
    common: dict[str, Any] = {"programme_id": world.programme_id, "series_id": made.series_id, "cause": "Travaux"}
    with pytest.raises(no.SessionHasPasses):
        cancel_series_from(from_day=first, by=world.manager, at=on(first, 15), **common)
    assert not TrainingSession.objects.filter(state=SessionState.CANCELLED).exists()
    cancel_series_from(from_day=first, by=world.manager, at=on(first, 16), **common)
    assert TrainingSession.objects.filter(state=SessionState.PLANNED).count() == 1
