"""Random acts upon seats, by the hour: no session is ever overbooked, an offer holds its seat and ends, a pass
sits at one place at a time, and nobody waits beside a seat that is free."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from passnumerique.directory.rules import Actor, Role, bearer_of_a_pass
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.operations import (
    accept_offer,
    book_seats,
    cancel_seat,
    cancel_session,
    change_session,
    decline_offer,
    expire_offers,
    join_waiting,
    leave_waiting,
    mark_attendance,
    redeem_at_session,
)
from passnumerique.training.queries.waiting import passes_ready
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState, WaitingState, offer_ends
from passnumerique.vouchers.operations import Scan
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
STEPS = 120
HOURS = 24
"""How long an offer holds where nothing else is agreed."""


@dataclass
class Days:
    """A world of small sessions on three days, some passes, and a clock that goes on."""

    world: World
    dice: random.Random
    at: datetime = field(default_factory=lambda: on(DAY - timedelta(days=3)))
    done: dict[str, int] = field(default_factory=dict)
    sessions: list[UUID] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = self.world.hand_over(8) + self.world.hand_over(8)
        days = [DAY + timedelta(days=rank) for rank in range(3)]
        self.sessions = [
            self.world.session(day, place, hour=hour, seats=1) for day in days for place, hour in self.slots
        ]

    slots = ((0, 9), (0, 14), (1, 14))

    @property
    def bearer(self) -> Actor:
        return bearer_of_a_pass(self.world.authority_id, self.world.programme_id)

    def place_of(self, session: UUID) -> Actor:
        rank = self.world.places.index(TrainingSession.objects.get(id=session).place_id)
        return self.world.actor(Role.PLACE, rank)

    def acts(self) -> dict[str, Callable[[], object]]:
        programme_id, dice, at = self.world.programme_id, self.dice, self.at
        session, number = dice.choice(self.sessions), dice.choice(self.numbers)
        codes = [self.world.code(one) for one in dice.sample(self.numbers, dice.choice((1, 1, 2)))]
        here = {"programme_id": programme_id, "session_id": session, "at": at}
        return {
            "book": lambda: book_seats(codes=codes, by=self.bearer, **here),
            "join": lambda: join_waiting(code=self.world.code(number), by=self.bearer, **here),
            "accept": lambda: self._answer(accept_offer, WaitingState.OFFERED),
            "decline": lambda: self._answer(decline_offer, WaitingState.OFFERED),
            "leave": lambda: self._answer(leave_waiting, WaitingState.WAITING),
            "give_back": self._give_back,
            "excuse": lambda: self._excuse(session),
            "resize": lambda: change_session(seats=dice.choice((1, 1, 2)), by=self.place_of(session), **here),
            "expire": lambda: expire_offers(programme_id=programme_id, at=at),
            "use": lambda: self._use(session, number),
            "cancel": lambda: cancel_session(cause="Panne", by=self.place_of(session), **here),
        }

    def _answer(self, act: Callable[..., object], state: WaitingState) -> object:
        lines = list(Waiting.objects.filter(state=state).order_by("id"))
        if not lines:
            return None
        line = self.dice.choice(lines)
        code = self.world.code(line.voucher_number)
        given = {"programme_id": self.world.programme_id, "waiting_id": line.id, "code": code}
        return act(by=self.bearer, at=self.at, **given)

    def _give_back(self) -> None:
        seats = list(Attendance.objects.filter(status=AttendanceStatus.EXPECTED).order_by("id"))
        if seats:
            seat = self.dice.choice(seats)
            code = self.world.code(seat.voucher_number or 0)
            given = {"programme_id": self.world.programme_id, "attendance_id": seat.id, "code": code}
            cancel_seat(by=self.bearer, at=self.at, **given)

    def _excuse(self, session: UUID) -> None:
        seats = Attendance.objects.filter(training_session=session).order_by("id")
        change = self.dice.choice((AttendanceStatus.EXCUSED, AttendanceStatus.EXPECTED))
        statuses = {seat.id: change for seat in seats[:1]}
        given = {"programme_id": self.world.programme_id, "session_id": session, "statuses": statuses}
        mark_attendance(by=self.place_of(session), at=self.at, **given)

    def _use(self, session: UUID, number: int) -> None:
        scans = [Scan(new_id(self.at), self.world.code(number))]
        given = {"programme_id": self.world.programme_id, "session_id": session, "scans": scans}
        redeem_at_session(redeemed_at=self.at, by=self.place_of(session), at=self.at, **given)

    def step(self) -> None:
        """One act; what is refused is refused."""
        name, act = self.dice.choices(list(self.acts().items()), weights=(8, 9, 6, 2, 1, 6, 2, 1, 3, 3, 0.2))[0]
        try:
            act()
            self.done[name] = self.done.get(name, 0) + 1
        except Refusal:
            pass
        self.at += timedelta(minutes=self.dice.choice((1, 5, 30, 60, 150)))

    def judge(self) -> None:
        """The laws of seats, after each act."""
        for row in TrainingSession.objects.order_by("id"):
            seated = Attendance.objects.filter(training_session=row, status__in=list(SEATED)).count()
            offered = Waiting.objects.filter(training_session=row, state=WaitingState.OFFERED)
            assert seated + offered.count() == row.seats_taken <= row.seats
            assert all(line.offer_until and line.offer_until < row.starts_at for line in offered.order_by())
            self._nobody_waits_beside_a_free_seat(row)
        expected = Attendance.objects.filter(status=AttendanceStatus.EXPECTED, training_session__ends_at__gt=self.at)
        numbers = list(expected.values_list("voucher_number", flat=True).order_by())
        assert len(numbers) == len(set(numbers)), "a pass sits at one place at a time"

    def _nobody_waits_beside_a_free_seat(self, row: TrainingSession) -> None:
        waits = list(Waiting.objects.filter(training_session=row, state=WaitingState.WAITING).order_by())
        if row.state == SessionState.CANCELLED:
            assert not waits
        elif row.seats_taken < row.seats and offer_ends(row.starts_at, self.at, HOURS):
            assert not passes_ready(row.programme_id, [line.voucher_number for line in waits], self.at)


@pytest.mark.parametrize("seed", range(4), ids=lambda seed: f"seed-{seed}")
def test_random_acts_never_break_a_law_of_seats(seed: int) -> None:
    days = Days(build_world(), random.Random(seed))
    for _ in range(STEPS):
        days.step()
        days.judge()
    assert clean(days.world)
    assert len(days.done) > 6, "acts that were refused prove nothing"
