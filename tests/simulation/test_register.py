"""Random acts by random roles on random passes: the house does what a small model says, and the laws hold.

Wrong roles, wrong places, passes lost, spent or lapsed, days that go by and an extension: each act is
either done as the model does it or refused, and a refusal writes nothing. Both engines.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import day_of, month_of, next_month
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import Refusal
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.settlement.operations import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
    file_claim,
    freeze_claims,
    offset,
    order_payment,
    record_payment,
    recover,
)
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import MUST_LOOK, Verdict
from passnumerique.training.operations import redeem_at_session, undo_redemption
from passnumerique.vouchers.models import Event, Voucher
from passnumerique.vouchers.operations import (
    Scan,
    allocate,
    cancel,
    declare_lost,
    find,
    hand_over,
    issue_lot,
    replace,
    return_stock,
    transfer_stock,
)
from passnumerique.vouchers.queries.audit import law_broken
from passnumerique.vouchers.queries.stock import counts_by_state
from passnumerique.vouchers.rules import Act
from tests.rooms.lived import EXTENDED, extend_world
from tests.rooms.world import CALENDAR, PROFILE, SIGNED, START, World, build_world, on
from tests.simulation.failing import snapshot
from tests.simulation.model import FACE, Asked, Model, Pass

BOOKLET, CAP, ENVELOPE, TOLERANCE, UNDO_HOURS = 5, 6, 45_000, 10, 48
ranks = st.integers(0, 1)
own = st.sampled_from([True] * 5 + [False])


def mostly(*right: Role) -> st.SearchStrategy[Role]:
    """One of the roles that may, and now and then one that may not."""
    wrong = {Role.MANAGER, Role.PLACE, Role.AUDITOR} - set(right)
    return st.sampled_from([*right] * 6 + sorted(wrong))


class Register(RuleBasedStateMachine):
    """The house and the model, side by side."""

    world: World
    model: Model

    @initialize()
    def open_programme(self) -> None:
        self.open = transaction.atomic()
        self.open.__enter__()
        terms = {"passes_per_booklet": BOOKLET, "passes_per_person": CAP, "tolerance_days": TOLERANCE}
        self.world = build_world(quantity=0, booklets=0, envelope_cents=ENVELOPE, issuer_fee_rate=400, **terms)
        self.world.structures.append(self.world.organisation("Structure sans agrément"))
        self.model = Model(CALENDAR, ENVELOPE, TOLERANCE, UNDO_HOURS)
        self.now, self.codes, self.sessions, self.extended = on(START, 8), {}, {}, False  # type: ignore[var-annotated]
        self.undue: list[Pass] = []
        self.issue(Role.MANAGER, 30)
        self.allocate(Role.MANAGER, 0, (1, 3))

    def teardown(self) -> None:
        if hasattr(self, "open"):
            found = [sentence(one) for one in audit_programme(self.world.programme_id).differences]
            transaction.set_rollback(True)
            self.open.__exit__(None, None, None)
            assert found == []

    @property
    def day(self) -> date:
        return day_of(self.now)

    def by(self, role: Role, rank: int = 0) -> Actor:
        return self.world.actor(role, rank % 2)

    def common(self, by: Actor) -> dict[str, Any]:
        return {"programme_id": self.world.programme_id, "by": by, "at": self.now}

    def attempt(self, allowed: bool, act: Callable[[], Any]) -> Any:
        """Do the act: done when the model allows it, refused by name and without a trace when it does not."""
        self.now += timedelta(minutes=1)
        if allowed:
            return act()
        before = snapshot()
        with pytest.raises(Refusal):
            act()
        assert snapshot() == before, "a refusal wrote something"
        return None

    # Days

    @rule(days=st.sampled_from([1, 2, 7, 31, 75]))
    def days_go_by(self, days: int) -> None:
        self.now = on(self.day + timedelta(days=days), 8)

    @precondition(lambda self: not self.extended and self.day > date(2022, 3, 1))
    @rule(role=mostly(Role.MANAGER))
    def extend(self, role: Role) -> None:
        allowed = role is Role.MANAGER
        if allowed:
            extend_world(self.world, self.day, self.world.manager)
            self.extended, self.model.calendar = True, EXTENDED

    # Stock

    @rule(role=mostly(Role.MANAGER), quantity=st.integers(1, 20))
    def issue(self, role: Role, quantity: int) -> None:
        allowed = role is Role.MANAGER and quantity * FACE <= self.model.left
        reference = f"LOT-{self.now.isoformat()}"
        given = self.common(self.by(role))
        self.attempt(allowed, lambda: issue_lot(reference=reference, quantity=quantity, **given))
        if allowed:
            self.model.receive(quantity, BOOKLET)

    @rule(
        role=mostly(Role.MANAGER),
        structure=st.sampled_from([0, 0, 1, 1, 2]),
        booklets=st.tuples(st.integers(1, 9), st.integers(0, 1)).map(lambda given: (given[0], sum(given))),
    )
    def allocate(self, role: Role, structure: int, booklets: tuple[int, int]) -> None:
        first, last = sorted(booklets)
        passes = [one for one in self.model.passes.values() if first <= one.booklet <= last]
        allowed = self.model.may("allocate", role, self.day) and self.model.fits("allocate", passes) and structure < 2
        allowed = allowed and {first, last} <= {one.booklet for one in passes}
        receiver = self.world.structures[structure]
        given = self.common(self.by(role)) | {"signatures": SIGNED, "structure_id": receiver}
        self.attempt(allowed, lambda: allocate(booklets=[(first, last)], **given))
        if allowed:
            self._move(passes, "structure_stock", structure=receiver)

    @rule(role=mostly(Role.MANAGER, Role.PRESCRIBER), giver=ranks, own=own, away=st.booleans(), data=st.data())
    def pass_on(self, role: Role, giver: int, own: bool, away: bool, data: st.DataObject) -> None:
        rank, numbers = giver if own else 1 - giver, self._range(data, "structure_stock")
        act = "transfer" if away else "return"
        here, there = self.world.structures[giver], self.world.structures[1 - giver]
        passes = self._in(numbers)
        mine = role is not Role.PRESCRIBER or rank == giver
        allowed = self.model.may(act, role, self.day) and self.model.fits(act, passes, here) and mine
        allowed = allowed and self._known(numbers)
        given = self.common(self.by(role, rank)) | {"signatures": SIGNED, "numbers": [numbers]}
        if away:
            self.attempt(allowed, lambda: transfer_stock(giver_id=here, receiver_id=there, **given))
        else:
            self.attempt(allowed, lambda: return_stock(structure_id=here, **given))
        if allowed:
            target, structure = ("structure_stock", there) if away else ("authority_stock", None)
            self._move(passes, target, structure=structure)

    @rule(role=mostly(Role.PRESCRIBER), structure=ranks, own=own, data=st.data())
    def hand_over(self, role: Role, structure: int, own: bool, data: st.DataObject) -> None:
        numbers = self._range(data, "structure_stock")
        first = self.model.passes.get(numbers[0])
        if first and first.structure in self.world.structures[:2] and data.draw(st.sampled_from([True] * 4 + [False])):
            structure = self.world.structures.index(first.structure)
        rank = structure if own else 1 - structure
        here = self.world.structures[structure]
        passes = self._in(numbers)
        allowed = self.model.may("hand_over", role, self.day) and self.model.fits("hand_over", passes, here)
        allowed = allowed and rank == structure and len(passes) <= CAP and self._known(numbers)
        given = self.common(self.by(role, rank)) | {"numbers": [numbers], "profile": PROFILE}
        self.attempt(allowed, lambda: hand_over(structure_id=here, **given))
        if allowed:
            self._move(passes, "held")

    # Use

    @rule(place=ranks, structure=ranks, data=st.data())
    def a_good_day(self, place: int, structure: int, data: st.DataObject) -> None:
        """Passes handed over and used the same day: without it, the acts on money would rarely be met."""
        self.hand_over(Role.PRESCRIBER, structure, True, data)
        self.redeem(Role.PLACE, place, True, data)

    @rule(role=mostly(Role.PLACE, Role.MEDIATOR), place=ranks, own=own, data=st.data())
    def redeem(self, role: Role, place: int, own: bool, data: st.DataObject) -> None:
        rank = place if own else 1 - place
        session = self._session(place)
        if session is None or not self.model.passes:
            return
        held = sorted(number for number, one in self.model.passes.items() if one.state == "held")
        any_pass = st.sampled_from(sorted(self.model.passes))
        likely = st.one_of(st.sampled_from(held), st.sampled_from(held), any_pass) if held else any_pass
        numbers = data.draw(st.lists(likely, min_size=1, max_size=4, unique=True))
        allowed = self.model.may("redeem", role, self.day, TOLERANCE) and rank == place
        scans = [Scan(new_id(self.now), self._code(number)) for number in numbers]
        given = self.common(self.by(role, rank)) | {"session_id": session, "redeemed_at": self.now, "scans": scans}
        told = self.attempt(allowed, lambda: redeem_at_session(**given))
        if allowed:
            again = redeem_at_session(**given)
            assert [one.refusal is None for one in again] == [one.refusal is None for one in told]
            assert all(one.replayed for one in again if one.refusal is None)
            for scan, number, one in zip(scans, numbers, told, strict=True):
                self._used(scan, self.model.passes[number], one.refusal, place, given["at"])

    def _used(self, scan: Scan, one: Pass, refusal: Refusal | None, place: int, at: datetime) -> None:
        assert (refusal is None) == (one.state == "held"), (one, refusal)
        if refusal is None:
            self._move([one], "redeemed", place=self.world.places[place])
            one.used_at, one.redemption = at, scan.id

    def _session(self, place: int) -> UUID | None:
        if self.day <= self.model.calendar.end_of_training and (place, self.day) not in self.sessions:
            self.sessions[place, self.day] = self.world.session(self.day, place, seats=300)
        days = [day for where, day in self.sessions if where == place]
        return self.sessions[place, max(days)] if days else None

    @precondition(lambda self: any(one.redemption for one in self.model.passes.values()))
    @rule(role=mostly(Role.PLACE, Role.MEDIATOR), own=own, data=st.data())
    def undo(self, role: Role, own: bool, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from([one for one in self.model.passes.values() if one.redemption]))
        rank = self.world.places.index(one.place) if one.place in self.world.places else 0
        rank = rank if own else 1 - rank
        assert one.used_at
        in_time = self.now <= one.used_at + timedelta(hours=UNDO_HOURS)
        mine = one.place == self.world.places[rank] and role is not Role.MANAGER  # who only settles disputes
        allowed = self.model.may("undo", role, self.day) and one.state == "redeemed" and in_time and mine
        given = self.common(self.by(role, rank)) | {"redemption_id": one.redemption, "cause": "Erreur"}
        self.attempt(allowed, lambda: undo_redemption(**given))
        if allowed:
            self._move([one], "held")

    # Losses

    @rule(
        role=mostly(Role.MANAGER, Role.PRESCRIBER),
        rank=ranks,
        act=st.sampled_from(["declare_lost", "declare_lost", "find", "cancel"]),
        data=st.data(),
    )
    def lose(self, role: Role, rank: int, act: str, data: st.DataObject) -> None:
        likely = {"declare_lost": "held", "find": "blocked", "cancel": "structure_stock"}[act]
        numbers = self._range(data, likely)
        passes = self._in(numbers)
        mine = role is not Role.PRESCRIBER or all(one.structure == self.world.structures[rank] for one in passes)
        allowed = self.model.may(act, role, self.day) and self._known(numbers) and mine and self.model.fits(act, passes)
        given = self.common(self.by(role, rank)) | {"numbers": [numbers], "cause": "Perdu"}
        self.attempt(allowed, lambda: {"declare_lost": declare_lost, "find": find, "cancel": cancel}[act](**given))
        for one in passes if allowed else []:
            before = one.state
            self._move([one], {"declare_lost": "blocked", "find": one.lost_from, "cancel": "cancelled"}[act])
            one.lost_from = before if act == "declare_lost" else one.lost_from

    @precondition(lambda self: any(one.state == "blocked" for one in self.model.passes.values()))
    @rule(role=mostly(Role.MANAGER), by_number=st.integers(1, 45), data=st.data())
    def replace(self, role: Role, by_number: int, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from([one for one in self.model.passes.values() if one.state == "blocked"]))
        new = self.model.passes.get(by_number)
        allowed = bool(self.model.may("replace", role, self.day) and new and new is not old)
        if allowed and new:
            same = new.state == "authority_stock" or new.structure == old.structure
            targets = {
                "authority_stock": {"authority_stock", "structure_stock", "held"},
                "structure_stock": {"structure_stock", "held"},
            }
            allowed = same and old.lost_from in targets.get(new.state, set())
        given = self.common(self.by(role)) | {"number": old.number, "by_number": by_number, "cause": "Perdu"}
        self.attempt(allowed, lambda: replace(**given))
        if allowed and new:
            self._move([new], old.lost_from, structure=old.structure)
            self._move([old], "replaced")

    # Money

    @precondition(lambda self: any(one.state == "redeemed" for one in self.model.passes.values()))
    @rule(role=mostly(Role.PLACE), place=ranks, own=own, back=st.integers(0, 2))
    def file(self, role: Role, place: int, own: bool, back: int) -> None:
        rank = place if own else 1 - place
        month = month_of(self.day)
        for _ in range(back):
            month = month_of(month - timedelta(days=1))
        where = self.world.places[place]
        passes = self.model.to_claim(where, month)
        allowed = self.model.may("claim", role, self.day) and rank == place
        allowed = allowed and self.model.month_over(month, self.day) and bool(passes)
        given = self.common(self.by(role, rank)) | {"place_id": where, "month": month}
        claim_id = self.attempt(allowed, lambda: file_claim(**given))
        if allowed:
            self._move(passes, "claimed")
            self.model.claims.append(Asked(claim_id, where, "filed", {one.number: "pending" for one in passes}))

    @precondition(lambda self: any(one.state == "redeemed" for one in self.model.passes.values()))
    @rule(place=ranks, data=st.data())
    def a_month_is_settled(self, place: int, data: st.DataObject) -> None:
        """The place claims the month that ended, the authority decides and pays."""
        self.now = on(next_month(self.day) + timedelta(days=2), 8)
        self.file(Role.PLACE, place, True, 1)
        if self.model.claims:
            self.decide(Role.FINANCE, data)
            self.pay(Role.FINANCE, data)

    def _claim(self, data: st.DataObject) -> Asked:
        open_claims = [one for one in self.model.claims if one.state in {"filed", "approved", "ordered"}]
        return data.draw(st.sampled_from(open_claims * 3 + self.model.claims))

    @precondition(lambda self: self.model.claims)
    @rule(role=mostly(Role.FINANCE, Role.MANAGER), data=st.data())
    def decide(self, role: Role, data: st.DataObject) -> None:
        claim = self._claim(data)
        by = self.by(role)
        decides = role in {Role.FINANCE, Role.MANAGER}
        if claim.state == "filed" and decides:
            no = data.draw(st.sets(st.sampled_from(sorted(claim.verdicts))))
            lines = {line.id: line.voucher_number for line in lines_of(self.world.manager, claim.id)}
            told = {line: (Verdict.REJECTED, "Absent") for line, number in lines.items() if number in no}
            flagged = lines_of(self.world.manager, claim.id).filter(risk__gte=MUST_LOOK, verdict=Verdict.PENDING)
            told = {line.id: (Verdict.APPROVED, "") for line in flagged} | told
            if told:
                control_lines(claim_id=claim.id, verdicts=told, by=by, at=self.now)
            claim.verdicts.update(dict.fromkeys(no, "rejected"))
        still = all(self.model.passes[number].state == "claimed" for number in claim.verdicts)
        allowed = decides and claim.state == "filed" and still
        self.attempt(allowed, lambda: approve_claim(claim_id=claim.id, by=by, at=self.now, approve_rest=True))
        if allowed:
            for number, verdict in claim.verdicts.items():
                claim.verdicts[number] = "rejected" if verdict == "rejected" else "approved"
            self._move(self.model.some(claim.numbers("approved")), "approved")
            self._move(self.model.some(claim.numbers("rejected")), "disputed")
            claim.state = "approved" if claim.numbers("approved") else "rejected"
            # Undue sums of the place are taken from it, the oldest first, while something is left to pay.
            waiting = [one for one in self.undue if one.state == "to_recover" and one.place == claim.place]
            self._move(waiting[: max(0, len(claim.numbers("approved")) - 1)], "recovered")

    @precondition(lambda self: self.model.claims)
    @rule(role=mostly(Role.FINANCE), data=st.data())
    def pay(self, role: Role, data: st.DataObject) -> None:
        claim = self._claim(data)
        given = {"claim_id": claim.id, "by": self.by(role), "at": self.now}
        allowed = role is Role.FINANCE and claim.state == "approved"
        self.attempt(allowed, lambda: order_payment(reference="M", ordered_on=self.day, **given))
        claim.state = "ordered" if allowed else claim.state
        allowed = role is Role.FINANCE and claim.state == "ordered"
        if data.draw(st.booleans()):
            self.attempt(allowed, lambda: record_payment(reference="V", paid_on=self.day, **given))
            if allowed:
                claim.state = "paid"
                self._move(self.model.some(claim.numbers("approved")), "reimbursed")

    @precondition(lambda self: any(one.numbers("rejected") for one in self.model.claims))
    @rule(role=mostly(Role.FINANCE, Role.MANAGER), data=st.data())
    def accept_after_all(self, role: Role, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from([one for one in self.model.claims if one.numbers("rejected")]))
        number = data.draw(st.sampled_from(claim.numbers("rejected")))
        one = self.model.passes[number]
        line = lines_of(self.world.manager, claim.id).get(voucher_number=number)
        allowed = role in {Role.FINANCE, Role.MANAGER} and one.state == "disputed"
        given = {"claim_id": claim.id, "line_ids": [line.id], "by": self.by(role), "at": self.now}
        into = self.attempt(allowed, lambda: approve_disputed_lines(**given))
        if allowed:
            self._move([one], "approved")
            if into == claim.id:
                claim.verdicts[number], claim.state = "approved", "approved"
            else:
                assert claim.state in {"ordered", "paid"}
                del claim.verdicts[number]
                self.model.claims.append(Asked(into, claim.place, "approved", {number: "approved"}))

    @precondition(lambda self: any(one.state == "paid" for one in self.model.claims))
    @rule(role=mostly(Role.FINANCE), act=st.sampled_from(["recover", "offset"]), data=st.data())
    def take_back(self, role: Role, act: str, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from([one for one in self.model.claims if one.state == "paid"]))
        number = data.draw(st.sampled_from(sorted(claim.verdicts))) if claim.verdicts else None
        if number is None:
            return
        one = self.model.passes[number]
        line = lines_of(self.world.manager, claim.id).get(voucher_number=number)
        allowed = self.model.may(act, role, self.day) and self.model.fits(act, [one])
        # A claim takes undue sums by itself, whoever decides it; only finance notes what came back otherwise.
        allowed = allowed and claim.verdicts[number] == "approved" and role is Role.FINANCE
        given = {"claim_id": claim.id, "line_ids": [line.id], "cause": "Indu", "by": self.by(role), "at": self.now}
        self.attempt(allowed, lambda: {"recover": recover, "offset": offset}[act](**given))
        if allowed:
            self._move([one], {"recover": "to_recover", "offset": "recovered"}[act])
            self.undue += [one] if act == "recover" else []

    @precondition(lambda self: self.day > date(2022, 6, 1))
    @rule(role=mostly(Role.FINANCE, Role.MANAGER), place=ranks)
    def freeze(self, role: Role, place: int) -> None:
        where = self.world.places[place]
        passes = [one for one in self.model.passes.values() if one.place == where and self.model.fits("freeze", [one])]
        allowed = self.model.may("freeze", role, self.day) and bool(passes)
        given = self.common(self.by(role)) | {"cause": "Défaillance", "place_ids": [where]}
        self.attempt(allowed, lambda: freeze_claims(**given))
        if allowed:
            self._move(passes, "frozen")

    # What always holds

    @invariant()
    def the_house_is_as_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = Voucher.objects.filter(programme_id=self.world.programme_id).order_by("number")
        stored = list(rows.values_list("number", "state", "structure_id", "place_id"))
        assert stored == [
            (one.number, one.state, one.structure or NOBODY, one.place or NOBODY) for one in self.model.passes.values()
        ]
        counted = {state.value: many for state, many in counts_by_state(self.world.programme_id).items() if many}
        assert counted == Counter(one.state for one in self.model.passes.values())

    @invariant()
    def the_laws_hold(self) -> None:
        if not hasattr(self, "model"):
            return
        assert law_broken(self.world.programme_id) == []
        money = {account.value: cents for account, cents in self.world.money().items() if account != "authorised"}
        accounts = {name: self.model.cents(name) for name in ("committed", "due", "paid", "undue")}
        assert money == {name: cents for name, cents in (accounts | {"envelope": self.model.left}).items() if cents}
        events = Event.objects.filter(programme_id=self.world.programme_id)
        acts = (Act.PAY, Act.APPROVE, Act.REDEEM)
        reached = [events.filter(act=act).values("voucher").distinct().count() for act in acts]
        assert reached == sorted(reached), "paid ≤ approved ≤ redeemed"

    def _range(self, data: st.DataObject, likely: str) -> tuple[int, int]:
        """A range of numbers: often some neighbours in a state, now and then any."""
        there = [number for number, one in self.model.passes.items() if one.state == likely]
        start = data.draw(st.sampled_from(there * 3 + [1, 20, 44]))
        return start, start + data.draw(st.integers(0, 3))

    def _in(self, numbers: tuple[int, int]) -> list[Pass]:
        return self.model.some(range(numbers[0], numbers[1] + 1))

    def _known(self, numbers: tuple[int, int]) -> bool:
        """Whether every number of the range is a pass."""
        return len(self._in(numbers)) == numbers[1] - numbers[0] + 1

    def _move(self, passes: list[Pass], state: str, **changes: Any) -> None:
        for one in passes:
            one.state = state
            if state in {"held", "authority_stock", "structure_stock", "blocked"}:
                one.place = None
            for name, value in changes.items():
                setattr(one, name, value)

    def _code(self, number: int) -> str:
        if number not in self.codes:
            self.codes[number] = self.world.code(number)
        return self.codes[number]


LAWS = settings(
    max_examples=12,
    stateful_step_count=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # add Phase.shrink to make a failure small: minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.mark.slow
@pytest.mark.django_db
def test_random_acts_by_random_roles_never_break_a_law() -> None:
    run_state_machine_as_test(Register, settings=LAWS)
