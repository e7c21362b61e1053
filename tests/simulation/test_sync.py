"""Devices without network, lost answers, retries, reordering, clocks that jump: each pass is spent at most once,
no acknowledged use is lost, every refusal is explained. Both engines.

The machine shows what it is worth: without the guard of the ids, and without that of the pass, it fails.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from passnumerique.directory.operations import revoke_device
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.training.models import Dispute
from passnumerique.training.operations import redeem_at_session, redeeming, syncing, undo_redemption
from passnumerique.training.operations.disputing import keep_recorded_use, transfer_use
from passnumerique.training.rules import DisputeState
from passnumerique.vouchers.models import Redemption, Reversal
from passnumerique.vouchers.operations import Scan
from tests.fire.guards import unguarded_act
from tests.rooms.scanning import Device, added, pair
from tests.rooms.world import World, build_world, on
from tests.simulation.scanners import Ledger, Queue, Use

DAY = date(2022, 3, 15)
PASSES, PLACES = 6, (0, 0, 1, 2)
"""Devices, by their place: two of one place, one of each other."""
JUMPS = [timedelta(0), timedelta(minutes=25), timedelta(minutes=-25), timedelta(days=365), timedelta(days=-400)]
FATES = ["heard", "heard", "heard", "lost", "lost", "never", "cut"]
devices = st.integers(0, len(PLACES) - 1)
passes = st.integers(0, PASSES - 1)


class Workshops(RuleBasedStateMachine):
    """Devices and a register on one side, a ledger of a few lines on the other."""

    world: World

    @initialize(first_scanned=st.booleans())
    def open_the_day(self, first_scanned: bool) -> None:
        self.open = transaction.atomic()
        self.open.__enter__()
        rule_ = "first_scanned" if first_scanned else "first_received"
        self.world = build_world(places=3, offline_conflict=rule_)
        self.ledger, self.now = Ledger(first_scanned), on(DAY, 8)
        self.numbers = self.world.hand_over(PASSES, day=DAY)
        self.codes = {number: self.world.code(number) for number in self.numbers}
        self.sessions = [self.world.session(DAY, place, seats=300) for place in range(3)]
        self.held: list[Device] = []
        for place in PLACES:
            with self._clock():
                self.held.append(pair(added(self.world, place, at=self.now).pairing, self.now))
        self.queues = [Queue(place) for place in PLACES]
        self.revoked: set[int] = set()
        self.since = self.now
        self.now = on(DAY, 14, 5)

    def teardown(self) -> None:
        if not hasattr(self, "open"):
            return
        try:
            self._the_network_returns()
            found = [sentence(one) for one in audit_programme(self.world.programme_id).differences]
            assert found == []
        finally:
            transaction.set_rollback(True)
            self.open.__exit__(None, None, None)

    def _clock(self) -> Any:
        return time_machine.travel(self.now, tick=False)

    def _pass_time(self) -> None:
        self.now += timedelta(seconds=61)

    # At the workshops

    @rule(device=devices, ranks=st.lists(passes, min_size=1, max_size=3))
    def scan(self, device: int, ranks: list[int]) -> None:
        """Passes are taken without network, whatever was taken before."""
        here, queue = self.held[device], self.queues[device]
        for rank in ranks:
            self._pass_time()
            number = self.numbers[rank]
            line = here.line(self.codes[number], self.sessions[queue.place], self.now)
            queue.lines[line["id"]], queue.numbers[line["id"]] = line, number

    @rule(device=devices, jump=st.sampled_from(JUMPS))
    def the_clock_jumps(self, device: int, jump: timedelta) -> None:
        self.held[device].ahead = jump

    @rule(place=st.integers(0, 2), rank=passes)
    def type_it_at_the_desk(self, place: int, rank: int) -> None:
        """The place takes a pass online, in its page."""
        self._pass_time()
        number, made = self.numbers[rank], str(new_id(self.now))
        (outcome,) = redeem_at_session(
            programme_id=self.world.programme_id,
            session_id=self.sessions[place],
            scans=[Scan(UUID(made), self.codes[number])],
            redeemed_at=self.now,
            by=self.world.actor(Role.PLACE, place),
            at=self.now,
        )
        assert (outcome.refusal is None) is (number not in self.ledger.standing)
        if outcome.refusal is None:
            assert self.ledger.come(Use(made, number, place, self.now)) == "redeemed"

    @precondition(lambda self: hasattr(self, "ledger") and self.ledger.standing)
    @rule(data=st.data())
    def undo_at_the_desk(self, data: st.DataObject) -> None:
        self._pass_time()
        use = data.draw(st.sampled_from(sorted(self.ledger.standing.values(), key=lambda one: one.number)))
        undo_redemption(
            programme_id=self.world.programme_id,
            redemption_id=UUID(use.id),
            cause="Erreur",
            by=self.world.actor(Role.PLACE, use.place),
            at=self.now,
        )
        self.ledger.undo(use.number)

    @rule(device=st.sampled_from([1, 3]))
    def revoke(self, device: int) -> None:
        self._pass_time()
        if device not in self.revoked:
            id_ = UUID(self.held[device].told["device_id"])
            revoke_device(programme_id=self.world.programme_id, device_id=id_, by=self.world.manager, at=self.now)
            self.revoked.add(device)

    @precondition(lambda self: hasattr(self, "ledger") and Dispute.objects.filter(state=DisputeState.OPEN).exists())
    @rule(keep=st.booleans(), data=st.data())
    def settle(self, keep: bool, data: st.DataObject) -> None:
        self._pass_time()
        rows = list(Dispute.objects.filter(state=DisputeState.OPEN).order_by("number"))
        row = data.draw(st.sampled_from(rows))
        act = keep_recorded_use if keep else transfer_use
        given = {"number": row.number, "reason": "Feuille lue", "by": self.world.manager, "at": self.now}
        place = self.world.places.index(row.contested_place_id)
        use = Use(str(row.contested_id), row.voucher_number, place, row.contested_at)
        if keep or self.ledger.transfer(use):
            act(programme_id=self.world.programme_id, **given)
        else:
            with transaction.atomic(), pytest.raises(Refusal):
                act(programme_id=self.world.programme_id, **given)

    # The network

    @precondition(lambda self: any(queue.lines for queue in getattr(self, "queues", [])))
    @rule(fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=3), data=st.data())
    def send(self, fates: list[str], data: st.DataObject) -> None:
        """A device sends what waits, in some order, or any of its lines, some of them twice; then the answer is
        heard or lost, the request never comes, or half of it does; and so on, until it rests."""
        device = data.draw(st.sampled_from([rank for rank, queue in enumerate(self.queues) if queue.lines]))
        for fate in fates:
            waiting = self.queues[device].waiting
            some = st.lists(st.sampled_from(sorted(self.queues[device].lines)), min_size=1, max_size=6)
            ids = data.draw(st.one_of(st.permutations(waiting), some) if waiting else some)
            self._pass_time()
            self._sent(device, list(ids), fate)

    def _sent(self, device: int, ids: list[str], fate: str) -> None:
        here, queue = self.held[device], self.queues[device]
        body: Any = {"device_now": here.clock(self.now), "items": [queue.lines[one] for one in ids]}
        if fate == "never":
            return
        if fate == "cut":
            text = json.dumps(body)
            body = text[: len(text) // 2]
        with self._clock():
            answer = here.post("sync", body)
        if device in self.revoked:
            assert (answer.status_code, answer.json()["name"]) == (401, "device_revoked")
        elif fate == "cut":
            assert answer.status_code == 400
        else:
            assert answer.status_code == 200, answer.content
            self._compared(device, ids, answer.json()["outcomes"], heard=fate == "heard")

    def _compared(self, device: int, ids: list[str], outcomes: list[dict[str, Any]], *, heard: bool) -> None:
        """Each answer is the ledger's, whoever heard it; every no is explained."""
        assert [one["id"] for one in outcomes] == ids
        expected = self._expected(device, ids)
        assert [one["status"] for one in outcomes] == expected
        for one in outcomes:
            self._explained(one, device)
            if heard:
                self.queues[device].told[one["id"]] = one["status"]

    def _expected(self, device: int, ids: list[str]) -> list[str]:
        """The register decides what can be spent for the whole sending, then what stood in the way, in order."""
        uses = [self._use(device, one) for one in ids]
        said: dict[int, str] = {}
        for place, use in enumerate(uses):
            known = use.id in self.ledger.recorded or use.id in self.ledger.disputed or use.id in self.ledger.passed
            if known or use.number not in self.ledger.standing:
                said[place] = self.ledger.come(use)
        for place, use in enumerate(uses):
            if place not in said:
                first = ids.index(use.id)
                said[place] = said[first] if first in said and first != place else self.ledger.come(use)
                if first != place and said[place] == "redeemed":
                    said[place] = "replayed"
        return [said[place] for place in range(len(ids))]

    def _use(self, device: int, id_: str) -> Use:
        """A line as the register hears it now: its instant set right by the clock of this sending."""
        queue = self.queues[device]
        then = datetime.fromisoformat(queue.lines[id_]["scanned_at"]) - self.held[device].ahead
        at = then if self.since <= then <= self.now else self.now
        return Use(id_, queue.numbers[id_], queue.place, at)

    def _explained(self, told: dict[str, Any], device: int) -> None:
        if told["status"] in {"refused", "disputed"}:
            assert told["refusal"] == "already_redeemed"
            assert told["sentence"]
            assert told["place"]
            assert told["day"] == "2022-03-15"
        if told["status"] == "disputed":
            row = Dispute.objects.get(programme_id=self.world.programme_id, number=told["dispute"])
            assert told["id"] in {str(row.contested_id), str(row.standing_redemption_id)}
            assert self.world.places[self.queues[device].place] in {row.contested_place_id, row.standing_place_id}

    def _the_network_returns(self) -> None:
        """Every device that is let in sends all it has, until nothing waits; then everything once more."""
        for device, queue in enumerate(self.queues):
            for _ in range(2):
                if queue.lines and device not in self.revoked:
                    self._pass_time()
                    self._sent(device, list(queue.lines), "heard")
            assert device in self.revoked or not queue.waiting
        self.each_pass_is_spent_at_most_once()
        self.no_acknowledged_use_is_lost()

    # What always holds

    @invariant()
    def each_pass_is_spent_at_most_once(self) -> None:
        if not hasattr(self, "ledger"):
            return
        rows = Redemption.objects.filter(programme_id=self.world.programme_id, reversals__isnull=True)
        live = list(rows.order_by("voucher__number").values_list("voucher__number", "id", "place_id"))
        assert [number for number, *_ in live] == sorted({number for number, *_ in live}), "a pass is spent twice"
        standing = sorted(
            (one.number, UUID(one.id), self.world.places[one.place]) for one in self.ledger.standing.values()
        )
        assert live == standing

    @invariant()
    def no_acknowledged_use_is_lost(self) -> None:
        if not hasattr(self, "ledger"):
            return
        every = Redemption.objects.filter(programme_id=self.world.programme_id)
        recorded = {str(one) for one in every.values_list("id", flat=True).order_by()}
        reversed_ = {str(one) for one in Reversal.objects.values_list("redemption_id", flat=True).order_by()}
        for queue in self.queues:
            taken = {one for one, status in queue.told.items() if status in {"redeemed", "replayed"}}
            assert taken <= recorded
        assert reversed_ <= self.ledger.undone | self.ledger.passed, "a use went that nobody took back"


LAWS = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # add Phase.shrink to make a failure small: minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    report_multiple_bugs=False,
)
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_each_pass_is_spent_once_whatever_becomes_of_the_network() -> None:
    run(Workshops, settings=LAWS)


def _ids_forgotten(redeem: Callable[..., Any]) -> Callable[..., Any]:
    """Spending that takes each line for a new one, as a server does that makes the ids itself."""

    def new(*, presented: Any, **more: Any) -> Any:
        return redeem(presented=[replace(one, id=new_id(on(DAY))) for one in presented], **more)

    return new


def test_a_register_that_forgets_the_ids_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "redeem_presented", _ids_forgotten(syncing.redeem_presented))
    with pytest.raises(AssertionError):
        run(Workshops, settings=settings(LAWS, derandomize=True))


def test_a_register_that_forgets_disputes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "disputes_with_ids", lambda *_: {})
    with pytest.raises(AssertionError):
        run(Workshops, settings=settings(LAWS, derandomize=True, max_examples=60))


def test_a_register_that_spends_a_pass_twice_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    act = unguarded_act(redeeming.REDEEMING.act, connection.vendor == "postgresql")
    monkeypatch.setattr(redeeming, "REDEEMING", replace(redeeming.REDEEMING, act=act))
    with pytest.raises(AssertionError):
        run(Workshops, settings=settings(LAWS, derandomize=True))
