"""Seats booked with passes, given back, waited for and offered."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.models import Accreditation
from passnumerique.directory.operations import end_accreditation
from passnumerique.directory.rules import Actor, Role, bearer_of_a_pass
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import audit_programme
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import (
    WalkIn,
    accept_offer,
    add_participant,
    add_walk_ins,
    book_seats,
    cancel_seat,
    change_session,
    decline_offer,
    expire_offers,
    join_waiting,
    leave_waiting,
    mark_attendance,
)
from passnumerique.training.queries import seats_of_passes, waiting_list, waiting_of_passes
from passnumerique.training.rules import AttendanceStatus, WaitingState
from passnumerique.training.rules import refusals as no
from passnumerique.vouchers.operations import declare_lost
from passnumerique.vouchers.rules import refusals as register
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
BEFORE = on(DAY - timedelta(days=5))
EXPECTED, EXCUSED = AttendanceStatus.EXPECTED, AttendanceStatus.EXCUSED


@pytest.fixture
def world() -> World:
    return build_world()


def bearer(world: World) -> Actor:
    return bearer_of_a_pass(world.authority_id, world.programme_id)


def book(world: World, session_id: UUID, *numbers: int, **given: Any) -> list[UUID]:
    given = {"by": bearer(world), "at": BEFORE, "codes": [world.code(number) for number in numbers]} | given
    return book_seats(programme_id=world.programme_id, session_id=session_id, **given)


def give_back(world: World, attendance_id: UUID, **given: Any) -> None:
    given = {"by": world.actor(Role.PLACE), "at": BEFORE} | given
    cancel_seat(programme_id=world.programme_id, attendance_id=attendance_id, **given)


def wait(world: World, session_id: UUID, number: int, **given: Any) -> UUID:
    given = {"by": bearer(world), "at": BEFORE, "code": world.code(number)} | given
    return join_waiting(programme_id=world.programme_id, session_id=session_id, **given)


def answer(act: Any, world: World, waiting_id: UUID, number: int, **given: Any) -> Any:
    given = {"by": bearer(world), "at": BEFORE, "code": world.code(number)} | given
    return act(programme_id=world.programme_id, waiting_id=waiting_id, **given)


def taken(session_id: UUID) -> int:
    return TrainingSession.objects.get(id=session_id).seats_taken


def state(waiting_id: UUID) -> str:
    return Waiting.objects.get(id=waiting_id).state


def seats(session_id: UUID) -> list[tuple[int, str, int | None, str]]:
    rows = Attendance.objects.filter(training_session_id=session_id).order_by("rank")
    return list(rows.values_list("rank", "label", "voucher_number", "status"))


def test_a_family_takes_a_seat_for_each_pass_or_none(world: World) -> None:
    numbers = world.hand_over(3)
    session = world.session(DAY, seats=2)
    with pytest.raises(no.SessionFull):
        book(world, session, *numbers)
    assert (taken(session), seats(session)) == (0, [])
    two = numbers[1], numbers[0]
    ids = book(world, session, *two, labels=["Ana", " Ben "])
    assert [Attendance.objects.get(id=one).voucher_number for one in ids] == list(two)
    assert seats(session) == [(1, "Ana", two[0], EXPECTED), (2, "Ben", two[1], EXPECTED)]
    assert [seat.id for seat in seats_of_passes(world.programme_id, numbers, BEFORE)] == ids
    assert clean(world)


def test_who_may_book_with_a_pass(world: World) -> None:
    numbers = world.hand_over(4)
    session = world.session(DAY)
    book(world, session, numbers[0], by=world.actor(Role.PLACE))
    book(world, session, numbers[1], by=world.actor(Role.PRESCRIBER))
    book(world, session, numbers[2])
    for role in (Role.MANAGER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            book(world, session, numbers[3], by=world.actor(role))
    with pytest.raises(NotFound):
        book(world, session, numbers[3], by=world.actor(Role.PLACE, 1))
    other = build_world("autre")
    with pytest.raises(NotFound):
        book(world, session, numbers[3], by=bearer(other))
    with pytest.raises(NotFound):
        book(world, other.session(DAY), numbers[3])


def test_what_a_booking_with_passes_refuses(world: World) -> None:
    one, other, lost = world.hand_over(3)
    session = world.session(DAY)
    declare_lost(
        programme_id=world.programme_id, numbers=[(lost, lost)], cause="perdu", by=world.manager, at=on(DAY, 8)
    )
    with pytest.raises(no.NoPassGiven):
        book(world, session)
    with pytest.raises(no.PassGivenTwice):
        book(world, session, codes=[world.code(one), world.code(one).lower()])
    with pytest.raises(register.IsBlocked):
        book(world, session, one, lost)
    with pytest.raises(register.UnknownCode):
        book(world, session, codes=["AAAA"])
    with pytest.raises(no.SessionBegun):
        book(world, session, one, at=on(DAY, 14))
    book(world, session, one)
    with pytest.raises(no.PassAlreadyBooked):
        book(world, world.session(DAY, hour=9), one, other)
    assert taken(session) == 1
    assert clean(world)


def test_a_seat_is_given_back_by_either_side_and_taken_again(world: World) -> None:
    [number] = world.hand_over(1)
    session = world.session(DAY)
    [seat] = book(world, session, number, by=world.actor(Role.PRESCRIBER))
    for who, code in ((bearer(world), ""), (world.actor(Role.PRESCRIBER, 1), ""), (world.actor(Role.PLACE, 1), "")):
        with pytest.raises(NotFound):
            give_back(world, seat, by=who, code=code)
    with pytest.raises(NotAllowed):
        give_back(world, seat, by=world.actor(Role.AUDITOR))
    give_back(world, seat, by=bearer(world), code=world.code(number))
    assert (taken(session), seats(session)) == (0, [(1, "", number, EXCUSED)])
    with pytest.raises(no.SeatGivenBack):
        give_back(world, seat, by=world.actor(Role.PRESCRIBER))
    assert book(world, session, number) == [seat], "the same line of the list is theirs again"
    with pytest.raises(no.SessionBegun):
        give_back(world, seat, by=bearer(world), code=world.code(number), at=on(DAY, 14))
    give_back(world, seat, at=on(DAY, 15))
    assert clean(world)


def test_somebody_whose_pass_was_used_gives_no_seat_back(world: World) -> None:
    [number] = world.hand_over(1)
    session = world.session(DAY)
    [seat] = book(world, session, number)
    world.redeem(session, [number], DAY)
    with pytest.raises(no.ParticipantUsedPass):
        give_back(world, seat, at=on(DAY, 15))


def full(world: World, waiting: int = 1, **details: Any) -> tuple[UUID, UUID, list[int], list[UUID]]:
    """A session whose one seat is taken: its id, the seat, the passes that wait and their lines."""
    first, *numbers = world.hand_over(1 + waiting)
    session = world.session(DAY, seats=1, **details)
    [seat] = book(world, session, first)
    lines = [wait(world, session, number, at=BEFORE + timedelta(minutes=n)) for n, number in enumerate(numbers)]
    return session, seat, numbers, lines


def test_a_full_session_has_a_waiting_list(world: World) -> None:
    [number, booked] = world.hand_over(2)
    session = world.session(DAY, seats=1)
    with pytest.raises(no.SeatsStillFree):
        wait(world, session, number)
    book(world, session, booked)
    line = wait(world, session, number)
    with pytest.raises(no.AlreadyWaiting):
        wait(world, session, number)
    with pytest.raises(no.PassAlreadyBooked):
        wait(world, session, booked)
    with pytest.raises(no.SessionBegun):
        wait(world, session, number, at=on(DAY, 14))
    [place] = waiting_of_passes(world.programme_id, [number], BEFORE)
    assert (place.id, place.rank, place.offered) == (line, 1, False)
    answer(leave_waiting, world, line, number)
    assert (state(line), waiting_of_passes(world.programme_id, [number], BEFORE)) == (WaitingState.LEFT, [])
    with pytest.raises(no.OfferAnswered):
        answer(leave_waiting, world, line, number)


def test_a_seat_given_back_is_offered_to_who_waits_first(world: World) -> None:
    session, seat, (first, second), (one, other) = full(world, 2)
    give_back(world, seat)
    assert (taken(session), state(one), state(other)) == (1, WaitingState.OFFERED, WaitingState.WAITING)
    assert Waiting.objects.get(id=one).offer_until == BEFORE + timedelta(hours=24)
    with pytest.raises(no.SessionFull):
        book(world, session, *world.hand_over(1))
    with pytest.raises(NotFound):
        answer(accept_offer, world, one, second)
    taken_by = answer(accept_offer, world, one, first)
    assert seats(session)[1] == (2, "", first, EXPECTED)
    assert seats_of_passes(world.programme_id, [first], BEFORE)[0].id == taken_by
    assert (taken(session), state(one)) == (1, WaitingState.SEATED)
    with pytest.raises(no.OfferAnswered):
        answer(accept_offer, world, one, first)
    assert clean(world)


def test_an_offer_declined_goes_to_the_next(world: World) -> None:
    session, seat, (first, second), (one, other) = full(world, 2)
    give_back(world, seat)
    answer(decline_offer, world, one, first)
    assert (taken(session), state(one), state(other)) == (1, WaitingState.DECLINED, WaitingState.OFFERED)
    answer(leave_waiting, world, other, second)
    assert (taken(session), state(other)) == (0, WaitingState.DECLINED)
    assert clean(world)


def test_an_offer_ends_and_goes_to_the_next_once(world: World) -> None:
    session, seat, (first, _second), (one, other) = full(world, 2)
    give_back(world, seat)
    end = BEFORE + timedelta(hours=24)
    assert expire_offers(programme_id=world.programme_id, at=end - timedelta(seconds=1)) == 0
    with pytest.raises(no.OfferOver):
        answer(accept_offer, world, one, first, at=end)
    assert waiting_of_passes(world.programme_id, [first], end) == []
    assert expire_offers(programme_id=world.programme_id, at=end) == 1
    assert expire_offers(programme_id=world.programme_id, at=end) == 0
    assert (state(one), state(other), taken(session)) == (WaitingState.EXPIRED, WaitingState.OFFERED, 1)
    later = on(DAY, 13)
    assert expire_offers(programme_id=world.programme_id, at=later) == 1
    assert (state(other), taken(session)) == (WaitingState.EXPIRED, 0)
    assert clean(world)


def test_whoever_books_finds_a_seat_whose_offer_is_over(world: World) -> None:
    session, seat, _numbers, [one] = full(world)
    give_back(world, seat)
    book(world, session, *world.hand_over(1), at=BEFORE + timedelta(hours=25))
    assert (state(one), taken(session)) == (WaitingState.EXPIRED, 1)
    assert clean(world)


def test_the_place_writes_somebody_down_as_anybody_books(world: World) -> None:
    session, seat, [number, _second], (one, other) = full(world, 2)
    given: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE)}
    give_back(world, seat)
    add_participant(code=world.code(number), at=BEFORE, **given)
    assert (state(one), taken(session)) == (WaitingState.SEATED, 1), "the seat that was offered to that pass"
    [first] = Attendance.objects.filter(id=seat).values_list("voucher_number", flat=True)
    give_back(world, Attendance.objects.get(voucher_number=number).id)
    answer(decline_offer, world, other, Waiting.objects.get(id=other).voucher_number)
    assert add_participant(code=world.code(first or 0), at=BEFORE, **given) == seat, "the same line"
    assert clean(world)


def test_whoever_comes_without_a_pass_finds_a_seat_whose_offer_is_over(world: World) -> None:
    session, seat, _numbers, [one] = full(world)
    give_back(world, seat)
    given: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE)}
    with pytest.raises(no.SessionFull):
        add_participant(at=BEFORE, **given)
    add_participant(at=BEFORE + timedelta(hours=25), **given)
    assert (state(one), taken(session)) == (WaitingState.EXPIRED, 1)
    assert clean(world)


def test_whoever_comes_to_the_door_finds_a_seat_whose_offer_is_over(world: World) -> None:
    session, seat, _numbers, [one] = full(world)
    give_back(world, seat, at=on(DAY, 9))
    given: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": world.actor(Role.PLACE)}
    came = WalkIn(new_id(on(DAY, 14)))
    early = add_walk_ins(walk_ins=[came], at=on(DAY, 14) - timedelta(hours=2), **given)
    assert [type(told.refusal) for told in early] == [no.SessionFull], "the offer still holds its seat"
    assert [told.refusal for told in add_walk_ins(walk_ins=[came], at=on(DAY, 14), **given)] == [None]
    assert (state(one), taken(session)) == (WaitingState.EXPIRED, 1)
    assert clean(world)


def test_a_pass_is_taken_though_no_tick_swept_the_offer_that_is_over(world: World) -> None:
    [number, other] = world.hand_over(2)
    session, seat, _numbers, [one] = full(world)
    give_back(world, seat)
    told = world.redeem(session, [number, other], DAY)
    assert sorted(str(outcome.refusal and outcome.refusal.name) for outcome in told) == ["None", "session_full"]
    assert (state(one), taken(session)) == (WaitingState.EXPIRED, 1)
    assert clean(world)


def test_no_seat_is_offered_or_taken_where_the_place_is_accredited_no_more(world: World) -> None:
    session, seat, [number, _second], [line, following] = full(world, 2)
    give_back(world, seat)
    row = Accreditation.objects.get(organisation_id=world.places[0])
    end_accreditation(by=world.manager, at=BEFORE, accreditation_id=row.id, last_day=BEFORE.date())
    for who in (bearer(world), world.actor(Role.PLACE)):
        with pytest.raises(no.PlaceMayNotHost):
            answer(accept_offer, world, line, number, by=who)
    answer(decline_offer, world, line, number)
    assert (state(following), taken(session)) == (WaitingState.WAITING, 0)
    with pytest.raises(no.PlaceMayNotHost):
        book(world, session, number, by=world.actor(Role.PRESCRIBER))
    assert clean(world)


def test_no_seat_is_offered_in_the_last_hour(world: World) -> None:
    session, seat, [number], [one] = full(world)
    late = on(DAY, 13)
    give_back(world, seat, at=late)
    assert (state(one), taken(session)) == (WaitingState.WAITING, 0)
    book(world, session, number, at=late)
    assert (state(one), taken(session)) == (WaitingState.SEATED, 1)
    _short, seat, _, [line] = full(world, hour=17)
    give_back(world, seat, at=on(DAY, 15))
    assert Waiting.objects.get(id=line).offer_until == on(DAY, 16)


def test_seats_that_become_free_otherwise_are_offered_too(world: World) -> None:
    session, seat, _, (one, other) = full(world, 2)
    place = world.actor(Role.PLACE)
    common = {"programme_id": world.programme_id, "session_id": session, "by": place, "at": BEFORE}
    mark_attendance(statuses={seat: EXCUSED}, **common)
    assert (state(one), state(other)) == (WaitingState.OFFERED, WaitingState.WAITING)
    change_session(seats=3, **common)
    assert (state(other), taken(session)) == (WaitingState.OFFERED, 2)
    assert clean(world)


def test_somebody_excused_who_booked_elsewhere_is_not_expected_again(world: World) -> None:
    [number] = world.hand_over(1)
    session, place = world.session(DAY), world.actor(Role.PLACE)
    [seat] = book(world, session, number)
    common: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": place, "at": BEFORE}
    mark_attendance(statuses={seat: EXCUSED}, **common)
    book(world, world.session(DAY, hour=9), number)
    with pytest.raises(no.PassAlreadyBooked):
        mark_attendance(statuses={seat: EXPECTED}, **common)
    assert taken(session) == 0


def test_an_offer_ends_with_the_new_hour_of_its_session(world: World) -> None:
    session, seat, _, (one, other) = full(world, 2)
    give_back(world, seat)
    place, soon = world.actor(Role.PLACE), BEFORE.date()
    common: dict[str, Any] = {"programme_id": world.programme_id, "session_id": session, "by": place}
    change_session(starts_at=on(soon, 14), ends_at=on(soon, 16), at=BEFORE, **common)
    assert Waiting.objects.get(id=one).offer_until == on(soon, 13)
    change_session(starts_at=on(soon, 11), ends_at=on(soon, 12), at=on(soon, 10, 30), **common)
    assert (state(one), state(other), taken(session)) == (WaitingState.EXPIRED, WaitingState.WAITING, 0)
    assert clean(world)


def test_a_pass_that_cannot_book_any_more_leaves_the_list(world: World) -> None:
    _session, seat, (lost, busy, ready), lines = full(world, 3)
    declare_lost(programme_id=world.programme_id, numbers=[(lost, lost)], cause="perdu", by=world.manager, at=BEFORE)
    Waiting.objects.filter(id=lines[1]).update(state=WaitingState.EXPIRED, answered_at=BEFORE)
    book(world, world.session(DAY, hour=9), busy)
    Waiting.objects.filter(id=lines[1]).update(state=WaitingState.WAITING, answered_at=None)
    give_back(world, seat)
    assert [state(line) for line in lines] == [WaitingState.LEFT, WaitingState.LEFT, WaitingState.OFFERED]
    assert ready in dict(Waiting.objects.filter(id=lines[2]).values_list("voucher_number", "id"))


def test_a_pass_that_takes_a_seat_waits_nowhere_else(world: World) -> None:
    offered, seat, [number, _next_one], [line, following] = full(world, 2)
    give_back(world, seat)
    waited = world.session(DAY, hour=9, seats=1)
    book(world, waited, *world.hand_over(1))
    queued = wait(world, waited, number)
    book(world, world.session(DAY, hour=18), number)
    assert (state(line), state(queued)) == (WaitingState.DECLINED, WaitingState.LEFT)
    assert (state(following), taken(offered)) == (WaitingState.OFFERED, 1), "the seat goes to the next"
    assert clean(world)


def test_a_place_answers_on_the_telephone_and_a_structure_for_its_own(world: World) -> None:
    first, number = world.hand_over(2)
    session = world.session(DAY, seats=1)
    prescriber, place = world.actor(Role.PRESCRIBER), world.actor(Role.PLACE)
    [seat] = book(world, session, first)
    line = wait(world, session, number, by=prescriber)
    give_back(world, seat)
    row = TrainingSession.objects.get(id=session)
    assert [one.id for one in waiting_list(place, row, BEFORE)] == [line]
    assert [one.id for one in waiting_list(prescriber, row, BEFORE)] == [line]
    assert waiting_list(world.actor(Role.PRESCRIBER, 1), row, BEFORE) == []
    with pytest.raises(NotFound):
        answer(accept_offer, world, line, number, by=world.actor(Role.PRESCRIBER, 1), code="")
    answer(accept_offer, world, line, number, by=place, code="")
    assert seats(session)[1][2:] == (number, EXPECTED)


def test_the_audit_counts_the_seats_that_offers_hold(world: World) -> None:
    _session, seat, _numbers, [line] = full(world)
    give_back(world, seat)
    assert clean(world)
    Waiting.objects.filter(id=line).update(state=WaitingState.DECLINED)
    told = [one.check.name for one in audit_programme(world.programme_id).differences]
    assert told == ["seats"]
