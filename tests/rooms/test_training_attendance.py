"""Attendance taken at the table: statuses and passes in one act, walk-ins, groups, and the ends of codes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.beneficiaries.rules import Autonomy
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations import (
    Marked,
    Noted,
    WalkIn,
    add_participant,
    add_walk_ins,
    sign,
    take_attendance,
    undo_redemption,
)
from passnumerique.training.queries.attending import sheet_of
from passnumerique.training.queries.audit import training_differences
from passnumerique.training.rules import MOST_WRONG_ENDINGS, AttendanceStatus
from passnumerique.training.rules import refusals as no
from passnumerique.vouchers.models import Lot
from passnumerique.vouchers.operations import Scan, cancel
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules import refusals as register
from tests.rooms.world import CALENDAR, World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 5)
HERE = on(DAY, 14, 10)
PRESENT, EXPECTED = AttendanceStatus.PRESENT, AttendanceStatus.EXPECTED
EXCUSED, NO_SHOW = AttendanceStatus.EXCUSED, AttendanceStatus.NO_SHOW
LINE = [[100, 500, 400, 200, 800, 700]]


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def session(world: World) -> UUID:
    return world.session(DAY)


def book(world: World, session: UUID, number: int | None = None, label: str = "") -> UUID:
    """A seat; with a number, that pass books it, two days before."""
    return add_participant(
        programme_id=world.programme_id,
        session_id=session,
        by=world.actor(Role.PLACE),
        at=on(DAY - timedelta(days=2)),
        code=world.code(number) if number else "",
        label=label,
    )


def shown(world: World, *numbers: int, letters: int = 12) -> tuple[Scan, ...]:
    """Passes shown: whole codes, or their last letters."""
    return tuple(Scan(new_id(HERE), world.code(number)[-letters:]) for number in numbers)


def take(world: World, session: UUID, *present: Marked, by: Actor | None = None, at: Any = HERE) -> list[Noted]:
    who = by or world.actor(Role.MEDIATOR)
    return take_attendance(programme_id=world.programme_id, session_id=session, present=present, by=who, at=at)


def walk_in(world: World, session: UUID, *walk_ins: WalkIn, **given: Any) -> list[Noted]:
    given = {"by": world.actor(Role.MEDIATOR), "at": HERE} | given
    return add_walk_ins(programme_id=world.programme_id, session_id=session, walk_ins=walk_ins, **given)


def refusals(told: Sequence[Noted]) -> list[type[Refusal] | None]:
    return [type(one.refusal) if one.refusal else None for one in told]


def listed(session: UUID) -> list[tuple[int, str, str, int | None]]:
    rows = Attendance.objects.filter(training_session_id=session).order_by("rank")
    return [(row.rank, row.label, row.status, row.voucher_number) for row in rows]


def taken(session: UUID) -> int:
    return TrainingSession.objects.get(id=session).seats_taken


def test_one_act_notes_people_and_takes_the_passes_of_their_seats(world: World, session: UUID) -> None:
    first, second = world.hand_over(2)
    anna, ben = book(world, session, first, "Anna"), book(world, session, second, "Ben")
    away, gone = book(world, session, label="Chloé"), book(world, session, label="Driss")
    told = take(
        world,
        session,
        Marked(anna, PRESENT, shown(world, first, letters=4), Autonomy.SUPPORTED, Autonomy.PARTLY, new_here=True),
        Marked(ben, passes=shown(world, second)),
        Marked(away, EXCUSED),
        Marked(gone, NO_SHOW),
    )
    assert [(one.attendance_id, one.refusal, one.numbers) for one in told] == [
        (anna, None, (first,)),
        (ben, None, (second,)),
        (away, None, ()),
        (gone, None, ()),
    ]
    assert [status for _, _, status, _ in listed(session)] == [PRESENT, PRESENT, EXCUSED, NO_SHOW]
    assert taken(session) == 3, "somebody excused gives the seat back"
    assert world.states()[State.REDEEMED] == 2
    row = Attendance.objects.get(id=anna)
    assert (row.autonomy_before, row.autonomy_after, row.new_here) == ("supported", "partly", True)
    take(world, session, Marked(anna, autonomy_after=Autonomy.AUTONOMOUS))
    row.refresh_from_db()
    assert (row.autonomy_before, row.autonomy_after, row.status) == ("supported", "autonomous", PRESENT)
    assert not list(training_differences(world.programme_id))


def test_the_same_act_sent_again_takes_nothing_again(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    seat = book(world, session, number)
    line = Marked(seat, PRESENT, shown(world, number, letters=4))
    assert not take(world, session, line)[0].replayed
    [again] = take(world, session, line, at=HERE + timedelta(minutes=1))
    assert (again.refusal, again.numbers, again.replayed) == (None, (number,), True)
    [other] = take(world, session, Marked(seat, PRESENT, shown(world, number, letters=4)))
    assert isinstance(other.refusal, register.AlreadyRedeemed)


def test_a_line_refused_does_not_spoil_its_neighbours(world: World, session: UUID) -> None:
    good, broken, away = world.hand_over(3)
    seats = [book(world, session, number, name) for number, name in ((good, "A"), (broken, "B"), (away, "C"))]
    cancel(programme_id=world.programme_id, numbers=[(broken, broken)], cause="abîmé", by=world.manager, at=HERE)
    told = take(
        world,
        session,
        Marked(seats[0], PRESENT, shown(world, good, letters=4)),
        Marked(seats[1], PRESENT, shown(world, broken), new_here=True),
        Marked(seats[2], NO_SHOW, shown(world, away)),
    )
    assert refusals(told) == [None, register.IsCancelled, no.AbsentKeepsPass]
    assert [status for _, _, status, _ in listed(session)] == [PRESENT, EXPECTED, EXPECTED]
    assert Attendance.objects.get(id=seats[1]).new_here is None, "a refused line is left as it was"


def test_a_number_alone_takes_nothing_and_wrong_letters_are_counted(world: World, session: UUID) -> None:
    mine, others = world.hand_over(2)
    seat, _other = book(world, session, mine), book(world, session, others)
    wrong = shown(world, others, letters=4)
    told = [take(world, session, Marked(seat, PRESENT, wrong))[0] for _ in range(MOST_WRONG_ENDINGS)]
    assert set(refusals(told)) == {no.EndingWrong}
    right = Marked(seat, PRESENT, shown(world, mine, letters=4))
    assert refusals(take(world, session, right)) == [no.EndingsTriedTooOften], "right ones are refused too"
    assert refusals(take(world, session, Marked(seat, PRESENT, shown(world, mine)))) == [None], "the card still opens"
    later = HERE + timedelta(minutes=11)
    assert refusals(walk_in(world, session, WalkIn(new_id(later), shown(world, others, letters=4)), at=later)) == [None]
    assert world.states()[State.REDEEMED] == 2


def test_many_wrong_letters_in_one_act_are_counted_as_many(world: World) -> None:
    session = world.session(DAY)
    numbers = world.hand_over(MOST_WRONG_ENDINGS + 2)
    seats = [book(world, session, number) for number in numbers]
    told = take(world, session, *(Marked(seat, PRESENT, (Scan(new_id(HERE), "ZZZZ"),)) for seat in seats))
    assert refusals(told) == [no.EndingWrong] * MOST_WRONG_ENDINGS + [no.EndingsTriedTooOften] * 2


def test_the_end_of_a_code_of_an_issuer_is_not_known(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    seat, code = book(world, session, number), shown(world, number)
    ending = shown(world, number, letters=4)
    Lot.objects.filter(programme_id=world.programme_id).update(nonce=b"")
    assert refusals(take(world, session, Marked(seat, PRESENT, ending))) == [no.EndingUnknown]
    assert refusals(take(world, session, Marked(seat, PRESENT, code))) == [None]


def test_four_letters_find_the_seat_and_whole_codes_seat_anybody(world: World, session: UUID) -> None:
    booked, by_code, stranger = world.hand_over(3)
    seats = [book(world, session, number) for number in (booked, by_code)]
    told = walk_in(
        world,
        session,
        WalkIn(new_id(HERE), shown(world, booked, letters=4)),
        WalkIn(new_id(HERE), shown(world, by_code)),
        WalkIn(new_id(HERE), shown(world, stranger), "Eva", new_here=True),
        WalkIn(new_id(HERE), shown(world, stranger, letters=4)),
    )
    assert refusals(told) == [None, None, None, no.EndingUnknown], "four letters never find somebody new"
    assert [one.attendance_id for one in told[:2]] == seats
    assert listed(session) == [
        (1, "", PRESENT, booked),
        (2, "", PRESENT, by_code),
        (3, "Eva", PRESENT, stranger),
    ]
    assert Attendance.objects.get(rank=3).new_here is True
    assert taken(session) == 3


def test_a_group_of_ten_is_seated_in_one_gesture(world: World, session: UUID) -> None:
    numbers = world.hand_over(8)
    group = [WalkIn(new_id(HERE), shown(world, number)) for number in numbers]
    group += [WalkIn(new_id(HERE), label="Sans pass"), WalkIn(new_id(HERE))]
    assert refusals(walk_in(world, session, *group, together=True)) == [None] * 10
    assert taken(session) == 10
    again = walk_in(world, session, *group, together=True)
    assert (refusals(again), {one.replayed for one in again}) == ([None] * 10, {True})
    assert (taken(session), len(listed(session))) == (10, 10)
    assert refusals(walk_in(world, session, WalkIn(new_id(HERE)))) == [no.SessionFull]
    assert not list(training_differences(world.programme_id))


def test_a_group_comes_together_or_each_alone(world: World, session: UUID) -> None:
    good, gone = world.hand_over(2)
    cancel(programme_id=world.programme_id, numbers=[(gone, gone)], cause="abîmé", by=world.manager, at=HERE)
    group = [WalkIn(new_id(HERE), shown(world, number)) for number in (good, gone, good)] + [WalkIn(new_id(HERE))]
    told = walk_in(world, session, *group, together=True)
    assert refusals(told) == [no.GroupNotWhole, register.IsCancelled, register.AlreadyRedeemed, no.GroupNotWhole]
    assert (listed(session), taken(session)) == ([], 0)
    assert world.states()[State.HELD] == 1
    told = walk_in(world, session, *group)
    assert refusals(told) == [None, register.IsCancelled, register.AlreadyRedeemed, None]
    assert (len(listed(session)), taken(session)) == (2, 2)


def test_a_workshop_of_two_passes_takes_both_or_none(world: World) -> None:
    world.set(purchase="module_price")
    session = world.session(DAY, module=1)
    numbers = world.hand_over(4)
    seat = book(world, session, numbers[0])
    one = shown(world, numbers[0], letters=4)
    assert refusals(take(world, session, Marked(seat, PRESENT, one))) == [register.WrongNumberOfPasses]
    told = take(world, session, Marked(seat, PRESENT, one + shown(world, numbers[1])))
    assert (refusals(told), told[0].numbers) == ([None], tuple(numbers[:2]))
    [told_new] = walk_in(world, session, WalkIn(new_id(HERE), shown(world, *numbers[2:])))
    assert (told_new.refusal, told_new.numbers) == (None, tuple(numbers[2:]))
    assert len(listed(session)) == 2


def test_a_full_session_takes_back_nobody_excused(world: World) -> None:
    session = world.session(DAY, seats=1)
    first = book(world, session, label="A")
    take(world, session, Marked(first, EXCUSED))
    second = book(world, session, label="B")
    told = take(world, session, Marked(first, PRESENT), Marked(second, PRESENT))
    assert refusals(told) == [no.SessionFull, None]
    assert [status for *_, status, _ in listed(session)] == [EXCUSED, PRESENT]


def test_who_signed_or_paid_is_not_marked_away(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    signed, paid = book(world, session, label="Anna"), book(world, session, number, "Ben")
    sign(programme_id=world.programme_id, attendance_id=signed, strokes=LINE, by=world.actor(Role.PLACE), at=HERE)
    take(world, session, Marked(paid, PRESENT, shown(world, number)))
    told = take(world, session, Marked(signed, NO_SHOW), Marked(paid, EXCUSED))
    assert refusals(told) == [no.SignedPresent, no.ParticipantUsedPass]
    assert told[0].refusal is not None
    assert told[0].refusal.params == {"who": "Anna"}


def test_a_use_undone_leaves_the_booking_of_its_pass(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    seat = book(world, session, number)
    line = Marked(seat, PRESENT, shown(world, number, letters=4))
    take(world, session, line)
    undo_redemption(
        programme_id=world.programme_id,
        redemption_id=line.passes[0].id,
        cause="erreur",
        by=world.actor(Role.PLACE),
        at=HERE + timedelta(hours=1),
    )
    assert listed(session) == [(1, "", EXPECTED, number)]
    again = Marked(seat, PRESENT, shown(world, number, letters=4))
    assert refusals(take(world, session, again, at=HERE + timedelta(hours=2))) == [None]
    assert len(listed(session)) == 1


def test_attendance_is_taken_at_ones_own_session_that_has_come(world: World, session: UUID) -> None:
    [number] = world.hand_over()
    seat = book(world, session, number)
    line = Marked(seat, PRESENT, shown(world, number))
    with pytest.raises(no.SessionNotBegun):
        take(world, session, line, at=on(DAY - timedelta(days=1)))
    with pytest.raises(no.SessionNotBegun):
        walk_in(world, session, WalkIn(new_id(HERE)), at=on(DAY - timedelta(days=1)))
    with pytest.raises(NotFound):
        take(world, session, line, by=world.actor(Role.PLACE, 1))
    for role in (Role.PRESCRIBER, Role.FUNDER, Role.FINANCE, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            take(world, session, line, by=world.actor(role))
        with pytest.raises(NotAllowed):
            walk_in(world, session, WalkIn(new_id(HERE)), by=world.actor(role))
    with pytest.raises(NotAllowed):
        take(world, session, line, by=world.manager)
    elsewhere = book(world, world.session(DAY, hour=9))
    with pytest.raises(NotFound):
        take(world, session, Marked(elsewhere, PRESENT))
    assert refusals(take(world, session, Marked(seat, PRESENT), by=world.manager)) == [None], "without a pass"
    assert world.states().get(State.REDEEMED, 0) == 0


def test_the_sheet_says_who_was_there_and_what_was_taken(world: World, session: UUID) -> None:
    first, second = world.hand_over(2)
    seats = [book(world, session, first, "Anna"), book(world, session, second), book(world, session, label="Zoé")]
    take(world, session, Marked(seats[0], PRESENT, shown(world, first)), Marked(seats[2], EXCUSED))
    sheet = sheet_of(world.actor(Role.PLACE), world.programme_id, session)
    assert (sheet.present, sheet.passes, sheet.expected, sheet.unsigned) == (1, 1, 1, 1)
    assert [line.awaits_pass for line in sheet.lines] == [False, True, False]
    assert [used.number for used in sheet.lines[0].used] == [first]
    assert CALENDAR.validity_until > DAY
