"""Two places with one pass: one use stands, the other is a dispute that both see and the authority settles."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.settlement.operations import file_claim
from passnumerique.training.models import Attendance, Dispute
from passnumerique.training.operations import add_participant, cancel_session, undo_redemption
from passnumerique.training.operations.disputing import keep_recorded_use, transfer_use
from passnumerique.training.queries.disputes import access_dispute, access_disputes, dispute_told, open_disputes
from passnumerique.training.rules import AttendanceStatus, DisputeState
from passnumerique.training.rules.disputes import (
    DisputeAlreadySettled,
    DisputeOvertaken,
    DisputeReasonMissing,
)
from passnumerique.training.rules.refusals import SessionFull, SessionIsCancelled
from passnumerique.vouchers.models import Redemption, Reversal
from passnumerique.vouchers.queries.history import access_voucher, history
from passnumerique.vouchers.queries.reading import uses_standing
from passnumerique.vouchers.rules import Act, State
from passnumerique.vouchers.rules.refusals import AlreadyClaimed
from tests.rooms.race import at_once, clean, faults, refusals
from tests.rooms.scanning import Device, added, pair
from tests.rooms.world import build_world, on
from tests.simulation.failing import snapshot

pytestmark = pytest.mark.django_db

DAY = date(2022, 3, 15)
MORNING, NOON, EVENING = on(DAY, 8), on(DAY, 14, 30), on(DAY, 19)
NEXT = EVENING + timedelta(days=1)
REASON = "La feuille signée est au lieu 1."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


class Quarrel:
    """A pass taken by the second place at noon and known to the register, and by the first place, sent later."""

    def __init__(self, minutes: int = 20, **terms: Any) -> None:
        self.world = world = build_world(places=3, **terms)
        self.here, self.there = self._device(0), self._device(1)
        self.mine, self.theirs = world.session(DAY), world.session(DAY, 1)
        (self.number,) = world.hand_over(day=DAY)
        self.code = world.code(self.number)
        self.first = self.there.line(self.code, self.theirs, NOON)
        self.second = self.here.line(self.code, self.mine, NOON + timedelta(minutes=minutes))
        assert self.there.sync([self.first], EVENING)[0]["status"] == "redeemed"

    def _device(self, place: int) -> Device:
        with time_machine.travel(MORNING, tick=False):
            return pair(added(self.world, place, f"Tablette {place + 1} (fictif)", at=MORNING).pairing, MORNING)

    def come(self) -> dict[str, Any]:
        """The first place sends its use; what became of it."""
        return self.here.sync([self.second], EVENING)[0]

    def settle(self, act: Any, number: int = 1, **changes: Any) -> None:
        """The authority decides."""
        given = {"number": number, "reason": REASON, "by": self.world.manager, "at": NEXT}
        act(programme_id=self.world.programme_id, **(given | changes))

    def stands(self) -> tuple[UUID, UUID] | None:
        """The use that stands: its id and its place."""
        use = uses_standing(self.world.programme_id, [self.number]).get(self.number)
        return (use.id, use.place_id) if use else None

    @property
    def ours(self) -> tuple[UUID, UUID]:
        return UUID(self.second["id"]), self.world.places[0]

    @property
    def recorded(self) -> tuple[UUID, UUID]:
        return UUID(self.first["id"]), self.world.places[1]

    def row(self) -> Dispute:
        return access_dispute(self.world.manager, self.world.programme_id, 1)


@pytest.fixture
def quarrel() -> Quarrel:
    return Quarrel()


def test_the_use_that_came_second_is_a_dispute_once_for_its_id(quarrel: Quarrel) -> None:
    told = quarrel.come()
    assert told["status"] == "disputed"
    assert (told["dispute"], told["number"], told["refusal"]) == (1, quarrel.number, "already_redeemed")
    assert (told["place"], told["day"]) == ("Lieu 2 verdun (fictif)", "2022-03-15")
    assert quarrel.come() == told
    assert quarrel.stands() == quarrel.recorded
    assert Dispute.objects.count() == 1
    other = quarrel.here.line(quarrel.code, quarrel.mine, NOON)
    assert quarrel.here.sync([other], EVENING)[0]["dispute"] == 2
    assert clean(quarrel.world)


def test_a_contested_id_that_says_something_else_is_a_conflict(quarrel: Quarrel) -> None:
    quarrel.come()
    (other,) = quarrel.world.hand_over(day=DAY)
    line = quarrel.here.line(quarrel.world.code(other), quarrel.mine, NOON, id=quarrel.second["id"])
    assert quarrel.here.sync([line], EVENING)[0]["refusal"] == "id_already_used"
    assert quarrel.world.states()[State.HELD] == 1


def test_both_places_and_the_authority_see_both_uses(quarrel: Quarrel) -> None:
    quarrel.come()
    world = quarrel.world
    for role, rank in ((Role.PLACE, 0), (Role.MEDIATOR, 1), (Role.MANAGER, 0), (Role.AUDITOR, 0)):
        actor = world.actor(role, rank)
        assert open_disputes(actor, world.programme_id) == 1
        told = dispute_told(access_dispute(actor, world.programme_id, 1))
        assert (told.recorded.place, told.contested.place) == ("Lieu 2 verdun (fictif)", "Lieu 1 verdun (fictif)")
        assert (told.recorded.device, told.contested.device) == ("Tablette 2 (fictif)", "Tablette 1 (fictif)")
        assert (told.recorded.taken_at, told.contested.taken_at) == (NOON, NOON + timedelta(minutes=20))
        assert (told.recorded.stands, told.contested.stands, told.claimed) == (True, False, False)
    stranger = world.actor(Role.PLACE, 2)
    assert not access_disputes(stranger, world.programme_id).exists()
    with pytest.raises(NotFound):
        access_dispute(stranger, world.programme_id, 1)
    with pytest.raises(NotFound):
        access_disputes(build_world("ailleurs").manager, world.programme_id)


def test_the_authority_keeps_the_recorded_use(quarrel: Quarrel) -> None:
    quarrel.come()
    quarrel.settle(keep_recorded_use)
    row = quarrel.row()
    assert (row.state, row.reason, row.decided_at) == (DisputeState.KEPT, REASON, NEXT)
    assert row.by_user == quarrel.world.manager.user_id
    assert quarrel.stands() == quarrel.recorded
    assert quarrel.come()["status"] == "disputed"
    assert clean(quarrel.world)


def test_the_authority_lets_the_contested_use_take_its_place_in_one_act(quarrel: Quarrel) -> None:
    quarrel.come()
    quarrel.settle(transfer_use)
    assert quarrel.row().state == DisputeState.TRANSFERRED
    assert quarrel.stands() == quarrel.ours
    reversal = Reversal.objects.get()
    assert (reversal.redemption_id, reversal.cause) == (quarrel.recorded[0], REASON)
    use = Redemption.objects.get(id=quarrel.ours[0])
    assert (use.redeemed_at, use.recorded_at) == (NOON + timedelta(minutes=20), NEXT)
    assert str(use.by_user) == quarrel.here.told["device_id"]
    seats = {row.training_session_id: row for row in Attendance.objects.all()}
    assert seats[quarrel.mine].status == seats[quarrel.theirs].status == AttendanceStatus.PRESENT
    assert seats[quarrel.mine].voucher_number == quarrel.number
    assert seats[quarrel.theirs].voucher_number is None
    voucher = access_voucher(quarrel.world.manager, quarrel.world.programme_id, quarrel.number)
    *_before, first, undone, second = history(quarrel.world.programme_id, voucher.id)
    assert [line.act for line in (first, undone, second)] == [Act.REDEEM, Act.UNDO, Act.REDEEM]
    assert (undone.by_role, undone.cause) == (Role.MANAGER, REASON)
    assert (second.by_role, second.place) == (Role.PLACE, "Lieu 1 verdun (fictif)")
    assert clean(quarrel.world)


def test_after_a_transfer_each_device_is_told_what_holds(quarrel: Quarrel) -> None:
    quarrel.come()
    quarrel.settle(transfer_use)
    assert quarrel.come()["status"] == "replayed"
    told = quarrel.there.sync([quarrel.first], EVENING)[0]
    assert (told["status"], told["dispute"], told["place"]) == ("disputed", 1, "Lieu 1 verdun (fictif)")
    other = quarrel.here.line(quarrel.code, quarrel.mine, NOON)
    assert quarrel.here.sync([other], EVENING)[0]["refusal"] == "already_redeemed"


def test_who_was_named_is_seated_and_nobody_twice(quarrel: Quarrel) -> None:
    world = quarrel.world
    seat = add_participant(
        programme_id=world.programme_id, session_id=quarrel.mine, by=world.actor(Role.PLACE), at=MORNING, label="Anne"
    )
    quarrel.second["participant"] = str(seat)
    quarrel.come()
    quarrel.settle(transfer_use)
    (row,) = Attendance.objects.filter(training_session_id=quarrel.mine)
    assert (row.id, row.status, row.voucher_number) == (seat, AttendanceStatus.PRESENT, quarrel.number)
    assert clean(world)


def test_whoever_was_named_and_sits_elsewhere_takes_nothing_over(quarrel: Quarrel) -> None:
    elsewhere = Attendance.objects.get(training_session_id=quarrel.theirs)
    quarrel.second["participant"] = str(elsewhere.id)
    quarrel.come()
    before = snapshot()
    with pytest.raises(NotFound):
        quarrel.settle(transfer_use)
    assert snapshot() == before


@pytest.mark.parametrize("act", [keep_recorded_use, transfer_use], ids=["keep", "transfer"])
def test_who_may_not_settle_and_what_is_refused(quarrel: Quarrel, act: Any) -> None:
    quarrel.come()
    before = snapshot()
    for role in set(Role) - {Role.MANAGER, Role.SYSTEM, Role.BEARER}:
        with pytest.raises(NotAllowed):
            quarrel.settle(act, by=quarrel.world.actor(role))
    with pytest.raises(NotFound):
        quarrel.settle(act, by=build_world("ailleurs", quantity=0).manager)
    for refused, changes in ((DisputeReasonMissing, {"reason": "  "}), (NotFound, {"number": 2})):
        with pytest.raises(refused):
            quarrel.settle(act, **changes)
    assert quarrel.row().state == DisputeState.OPEN
    quarrel.settle(act)
    after = snapshot()
    for again in (keep_recorded_use, transfer_use):
        with pytest.raises(DisputeAlreadySettled):
            quarrel.settle(again)
    assert snapshot() == after != before


def test_a_use_in_a_claim_stays(quarrel: Quarrel) -> None:
    quarrel.come()
    _claim(quarrel)
    before = snapshot()
    with pytest.raises(AlreadyClaimed):
        quarrel.settle(transfer_use, at=on(date(2022, 4, 2)))
    assert snapshot() == before
    assert dispute_told(quarrel.row()).claimed
    quarrel.settle(keep_recorded_use, at=on(date(2022, 4, 2)))
    assert clean(quarrel.world)


def _claim(quarrel: Quarrel) -> None:
    file_claim(
        programme_id=quarrel.world.programme_id,
        place_id=quarrel.world.places[1],
        month=date(2022, 3, 1),
        by=quarrel.world.actor(Role.PLACE, 1),
        at=on(date(2022, 4, 1)),
    )


def test_a_use_given_back_leaves_room_for_the_contested_one(quarrel: Quarrel) -> None:
    quarrel.come()
    _undo(quarrel)
    assert quarrel.come()["status"] == "disputed"
    quarrel.settle(transfer_use)
    assert quarrel.stands() == quarrel.ours
    assert clean(quarrel.world)


def _undo(quarrel: Quarrel) -> None:
    undo_redemption(
        programme_id=quarrel.world.programme_id,
        redemption_id=quarrel.recorded[0],
        cause="Erreur",
        by=quarrel.world.actor(Role.PLACE, 1),
        at=EVENING,
    )


def test_a_pass_used_at_a_third_place_since_is_not_taken_back(quarrel: Quarrel) -> None:
    quarrel.come()
    _undo(quarrel)
    world = quarrel.world
    day = DAY + timedelta(days=1)
    assert [one.refusal for one in world.redeem(world.session(day, 2), [quarrel.number], day, 2)] == [None]
    before = snapshot()
    with pytest.raises(DisputeOvertaken):
        quarrel.settle(transfer_use)
    assert snapshot() == before


@pytest.mark.parametrize("why", [SessionFull, SessionIsCancelled])
def test_what_would_refuse_the_use_itself_refuses_the_transfer(quarrel: Quarrel, why: type[Refusal]) -> None:
    quarrel.come()
    world, common = quarrel.world, {"programme_id": quarrel.world.programme_id, "session_id": quarrel.mine}
    if why is SessionIsCancelled:
        cancel_session(**common, cause="Fuite d’eau", by=world.actor(Role.PLACE), at=EVENING)
    else:
        numbers = world.hand_over(10, day=DAY)
        assert not any(one.refusal for one in world.redeem(quarrel.mine, numbers, DAY))
    before = snapshot()
    with pytest.raises(why):
        quarrel.settle(transfer_use)
    assert snapshot() == before


# The first scanned


def test_where_the_first_scanned_stands_an_earlier_use_takes_over() -> None:
    quarrel = Quarrel(minutes=-20, offline_conflict="first_scanned")
    told = quarrel.come()
    assert (told["status"], told["number"]) == ("redeemed", quarrel.number)
    assert quarrel.stands() == quarrel.ours
    row = quarrel.row()
    assert (row.state, row.by_user, row.decided_at) == (DisputeState.TRANSFERRED, None, EVENING)
    assert quarrel.come()["status"] == "replayed"
    assert quarrel.there.sync([quarrel.first], EVENING)[0]["status"] == "disputed"
    assert Dispute.objects.count() == 1
    assert clean(quarrel.world)


def test_where_the_first_scanned_stands_a_later_use_is_a_dispute() -> None:
    quarrel = Quarrel(minutes=20, offline_conflict="first_scanned")
    assert quarrel.come()["status"] == "disputed"
    assert quarrel.stands() == quarrel.recorded


def test_where_the_first_scanned_stands_a_claimed_use_stays(clock: Any) -> None:
    quarrel = Quarrel(minutes=-20, offline_conflict="first_scanned")
    _claim(quarrel)
    clock.move_to(on(date(2022, 4, 2)))
    told = quarrel.here.sync([quarrel.second], on(date(2022, 4, 2)))[0]
    assert told["status"] == "disputed"
    assert quarrel.stands() == quarrel.recorded
    assert quarrel.row().state == DisputeState.OPEN
    assert clean(quarrel.world)


def test_without_that_rule_the_first_received_stands() -> None:
    quarrel = Quarrel(minutes=-20)
    assert quarrel.come()["status"] == "disputed"
    assert quarrel.stands() == quarrel.recorded


# At once


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_settle_once(quarrel: Quarrel) -> None:
    quarrel.come()
    answers = at_once(*[lambda act=act: quarrel.settle(act) for act in (keep_recorded_use, transfer_use) * 2])
    assert faults(answers) == []
    assert refusals(answers) == ["dispute_already_settled"] * 3
    kept = quarrel.row().state == DisputeState.KEPT
    assert quarrel.stands() == (quarrel.recorded if kept else quarrel.ours)
    assert clean(quarrel.world)


@pytest.mark.django_db(transaction=True)
def test_a_use_sent_by_many_at_once_is_one_dispute() -> None:
    quarrel = Quarrel()
    answers = at_once(*[quarrel.come] * 4)
    assert faults(answers) == []
    assert [one["dispute"] for one in answers] == [1] * 4
    assert Dispute.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_places_that_send_one_pass_at_once_spend_it_once(clock: Any) -> None:
    world = build_world(places=4)
    quarrels = []
    (number,) = world.hand_over(day=DAY)
    for place in range(4):
        with time_machine.travel(MORNING, tick=False):
            device = pair(added(world, place, at=MORNING).pairing, MORNING)
        quarrels.append((device, device.line(world.code(number), world.session(DAY, place), NOON)))
    answers = at_once(*[lambda d=device, one=line: d.sync([one], EVENING)[0] for device, line in quarrels])
    assert faults(answers) == []
    assert sorted(one["status"] for one in answers) == ["disputed"] * 3 + ["redeemed"]
    assert sorted(one["dispute"] for one in answers if "dispute" in one) == [1, 2, 3]
    assert clean(world)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule", ["first_received", "first_scanned"])
def test_places_that_send_many_passes_at_once_never_wait_in_a_circle(rule: str) -> None:
    world = build_world(places=4, offline_conflict=rule)
    numbers = world.hand_over(6, day=DAY)
    acts = []
    for place in range(4):
        with time_machine.travel(MORNING, tick=False):
            device = pair(added(world, place, at=MORNING).pairing, MORNING)
        session = world.session(DAY, place)
        order = numbers[place:] + numbers[:place]
        lines = [
            device.line(world.code(number), session, NOON + timedelta(minutes=(place * 7 + number * 5) % 11))
            for number in (order if place % 2 else reversed(order))
        ]
        acts += [lambda d=device, some=lines: d.sync(some, EVENING)] * 2
    answers = at_once(*acts)
    assert faults(answers) == []
    told = [one for answer in answers for one in answer]
    assert {one["status"] for one in told} <= {"redeemed", "replayed", "disputed"}
    assert set(uses_standing(world.programme_id, numbers)) == set(numbers)
    for told_again in (act() for act in acts):
        assert {one["status"] for one in told_again} <= {"replayed", "disputed"}
    assert clean(world)
