"""Claims prepared, confirmed, controlled, contested, answered, refused, approved, paid, recovered, frozen, let go and
undone in any order: the one law holds after each step, no redemption is on two claims, and none is paid twice. Both
engines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import Count

from passnumerique.directory.rules import Actor, Role, system_actor
from passnumerique.ground.chance import seeded
from passnumerique.ground.refusals import Refusal
from passnumerique.insight.audit import audit_programme, sentence
from passnumerique.ledger.models import Transfer
from passnumerique.settlement import operations as do
from passnumerique.settlement.models import Answer, Claim, ClaimLine, Payment, PreparedClaim, RecoveryOrder, Undue
from passnumerique.settlement.queries.preparing import lines_prepared
from passnumerique.settlement.rules import PreparedState, Verdict
from passnumerique.training.operations import undo_redemption
from passnumerique.vouchers.models import Event, Redemption
from passnumerique.vouchers.queries.audit import law_broken
from passnumerique.vouchers.rules import Act, State
from tests.rooms.world import START, World, build_world, on

STEPS = 70


@dataclass
class Walk:
    """One run: the world, the people in it, the clock, and what was done how often."""

    world: World
    dice: Random
    now: datetime
    done: dict[str, int] = field(default_factory=dict)
    people: dict[tuple[Role, int], list[Actor]] = field(default_factory=dict)

    def who(self, role: Role, rank: int = 0) -> Actor:
        """One of two people of that desk."""
        known = self.people.setdefault((role, rank), [self.world.actor(role, rank) for _ in range(2)])
        return self.dice.choice(known)

    def office(self) -> Actor:
        """Somebody of the authority, now and then somebody who may not."""
        return self.who(self.dice.choice([Role.FINANCE, Role.FINANCE, Role.MANAGER, Role.MANAGER, Role.ACCOUNTANT]))

    def one(self, model: Any, **given: Any) -> Any:
        """A row of the programme, or None."""
        rows = list(model.objects.filter(programme_id=self.world.programme_id, **given).order_by("id"))
        return self.dice.choice(rows) if rows else None

    @property
    def common(self) -> dict[str, Any]:
        return {"programme_id": self.world.programme_id, "at": self.now}


def days_go_by(walk: Walk) -> None:
    walk.now += timedelta(days=walk.dice.choice([1, 5, 20]))


def spend(walk: Walk) -> None:
    day = walk.now.date() + timedelta(days=1)
    walk.now = on(day, 19)
    walk.world.spend(walk.dice.randint(1, 3), day, walk.dice.randint(0, 1))


def undo(walk: Walk) -> None:
    row = walk.one(Redemption, reversals__isnull=True)
    if row:
        by = walk.who(Role.PLACE, walk.world.places.index(row.place_id))
        undo_redemption(redemption_id=row.id, cause="Erreur", by=by, **walk.common)


def prepare(walk: Walk) -> None:
    month = (walk.now.replace(day=1) - timedelta(days=1)).date()
    do.prepare_claims(month=month, by=walk.office(), **walk.common)


def file(walk: Walk) -> None:
    month, place = (walk.now.replace(day=1) - timedelta(days=1)).date(), walk.dice.randint(0, 1)
    do.file_claim(place_id=walk.world.places[place], month=month, by=walk.who(Role.PLACE, place), **walk.common)


def leave(walk: Walk) -> None:
    row = walk.one(PreparedClaim)
    if row:
        line = walk.dice.choice(list(lines_prepared(row).order_by("id")))
        by = walk.who(Role.PLACE, walk.dice.randint(0, 1))
        if walk.dice.random() < 0.3:
            do.take_lines_back(prepared_id=row.id, redemption_ids=[line.redemption_id], by=by)
        else:
            do.leave_lines(prepared_id=row.id, reasons={line.redemption_id: "Plus tard"}, by=by, at=walk.now)


def confirm(walk: Walk) -> None:
    row = walk.one(PreparedClaim, state=PreparedState.OPEN) or walk.one(PreparedClaim)
    if row:
        rank = walk.world.places.index(row.place_id)
        do.confirm_claim(prepared_id=row.id, by=walk.who(Role.PLACE, rank), at=walk.now)


def control(walk: Walk) -> None:
    claim = walk.one(Claim)
    if claim:
        verdicts = {
            line.id: walk.dice.choice([(Verdict.APPROVED, ""), (Verdict.APPROVED, ""), (Verdict.REJECTED, "Absent")])
            for line in claim.lines.order_by("id")
        }
        do.control_lines(claim_id=claim.id, verdicts=verdicts, by=walk.office(), at=walk.now)


def draw(walk: Walk) -> None:
    claim = walk.one(Claim)
    if claim:
        do.draw_sample(claim_id=claim.id, seed=f"{walk.dice.random()}", by=walk.office(), at=walk.now)


def approve(walk: Walk) -> None:
    claim = walk.one(Claim)
    if claim:
        do.approve_claim(claim_id=claim.id, by=walk.office(), at=walk.now, approve_rest=walk.dice.random() < 0.8)


def countersign(walk: Walk) -> None:
    claim = walk.one(Claim, state="countersign")
    if claim and walk.dice.random() < 0.2:
        do.send_back(claim_id=claim.id, reason="À revoir", by=walk.office(), at=walk.now)
    elif claim:
        do.countersign_claim(claim_id=claim.id, by=walk.office(), at=walk.now)


def accept_after_all(walk: Walk) -> None:
    line = walk.one(ClaimLine, verdict=Verdict.REJECTED)
    if line:
        do.approve_disputed_lines(claim_id=line.claim_id, line_ids=[line.id], by=walk.office(), at=walk.now)


def answer(walk: Walk) -> None:
    line = walk.one(ClaimLine, verdict=Verdict.REJECTED)
    if line:
        by = walk.who(Role.PLACE, walk.world.places.index(line.claim.place_id))
        do.answer_rejection(
            line_id=line.id, text="Voici la feuille.", by=by, at=walk.now, content=b"%PDF", file_name="f"
        )


def judge(walk: Walk) -> None:
    row = walk.one(Answer)
    if row:
        do.decide_answer(answer_id=row.id, accept=walk.dice.random() < 0.6, reason="Vu", by=walk.office(), at=walk.now)


def pay(walk: Walk) -> None:
    claim = walk.one(Claim, state__in=["approved", "ordered"])
    if claim and claim.state == "approved":
        given = {"reference": "M", "ordered_on": walk.now.date()}
        do.order_payment(claim_id=claim.id, by=walk.office(), at=walk.now, **given)
    elif claim:
        given = {"reference": f"V-{claim.number}", "paid_on": walk.now.date()}
        do.record_payment(claim_id=claim.id, by=walk.office(), at=walk.now, **given)


def recover(walk: Walk) -> None:
    line = walk.one(ClaimLine, claim__state="paid")
    if line:
        act = walk.dice.choice([do.recover, do.recover, do.offset])
        act(claim_id=line.claim_id, line_ids=[line.id], cause="Indu", by=walk.office(), at=walk.now)


def recover_by_order(walk: Walk) -> None:
    order = walk.one(RecoveryOrder, received_at__isnull=True)
    if order:
        given = {"reference": f"TR-{order.number}", "received_on": walk.now.date()}
        do.record_recovery(order_id=order.id, by=walk.office(), at=walk.now, **given)
    else:
        do.order_recovery(place_id=walk.dice.choice(walk.world.places), by=walk.office(), **walk.common)


def refuse(walk: Walk) -> None:
    line = walk.one(ClaimLine, verdict=Verdict.REJECTED)
    if line:
        if walk.dice.random() < 0.8:
            walk.now += timedelta(days=31)
        do.refuse_lines(
            claim_id=line.claim_id, line_ids=[line.id], reason="Sans feuille", by=walk.office(), at=walk.now
        )


def freeze_and_thaw(walk: Walk) -> None:
    """What is frozen is let go first; otherwise one place is frozen."""
    places = [walk.dice.choice(walk.world.places)]
    if walk.world.states().get(State.FROZEN) or walk.dice.random() < 0.2:
        do.thaw_claims(place_ids=places, cause="Repris", by=walk.office(), **walk.common)
    else:
        do.freeze_claims(place_ids=places, cause="Défaut", by=walk.office(), **walk.common)


def tick(walk: Walk) -> None:
    do.advance_preparation(by=system_actor(walk.world.authority_id), **walk.common)


ACTS: list[Callable[[Walk], None]] = [
    days_go_by, spend, spend, undo, prepare, prepare, file, leave, confirm, confirm, control, control, draw, approve,
    approve, countersign, countersign, accept_after_all, answer, judge, pay, pay, pay, recover, recover,
    recover_by_order, tick, refuse, refuse, freeze_and_thaw,
]  # fmt: skip


def the_laws_hold(walk: Walk) -> None:
    """The one law; one claim and one payment for each redemption; what is paid is what was decided."""
    programme_id = walk.world.programme_id
    assert law_broken(programme_id) == []
    lines = ClaimLine.objects.filter(programme_id=programme_id)
    twice = lines.values("redemption_id").annotate(n=Count("id")).filter(n__gt=1).order_by()
    assert not list(twice), "a redemption on two claims"
    paid = Event.objects.filter(programme_id=programme_id, act=Act.PAY)
    assert not list(paid.values("voucher").annotate(n=Count("id")).filter(n__gt=1).order_by()), "paid twice"
    for payment in Payment.objects.filter(programme_id=programme_id).select_related("claim").order_by("id"):
        accepted = payment.claim.lines.filter(verdict=Verdict.APPROVED).order_by()
        net = sum(line.face_value_cents - line.fee_cents for line in accepted)
        back = sum(Undue.objects.filter(offset_in=payment.claim).order_by().values_list("amount_cents", flat=True))
        assert payment.amount_cents == net - back > 0


def run(seed: int, steps: int = STEPS) -> Walk:
    dice = Random(seed)
    with seeded(f"claims {seed}"):
        terms = {"issuer_fee_rate": 400, "second_approval_cents": 2500, "passes_per_person": 1000}
        world = build_world(f"graine-{seed}", quantity=90, booklets=9, envelope_cents=200_000, **terms)
        walk = Walk(world, dice, on(START + timedelta(days=20), 19))
        for _ in range(4):
            spend(walk)
        before = what_is_written(walk)
        for _ in range(steps):
            walk.now += timedelta(minutes=10)
            act = dice.choice(ACTS)
            refused = False
            try:
                act(walk)
                walk.done[act.__name__] = walk.done.get(act.__name__, 0) + 1
            except Refusal:
                refused = True
            after = what_is_written(walk)
            assert not refused or after == before, f"{act.__name__} was refused and wrote something"
            if after != before:
                the_laws_hold(walk)
            before = after
    return walk


def what_is_written(walk: Walk) -> tuple[object, ...]:
    """All that the laws speak of, cheaply: a refusal leaves it as it was, and without a change no law can break."""
    programme_id = walk.world.programme_id
    counted = tuple(
        model.objects.filter(programme_id=programme_id).count() for model in (Event, Transfer, Payment, Undue)
    )
    claims = Claim.objects.filter(programme_id=programme_id).order_by("id").values_list("id", "state", "payable_cents")
    lines = ClaimLine.objects.filter(programme_id=programme_id).order_by("id").values_list("id", "verdict", "claim")
    return counted, list(claims), list(lines), walk.world.states()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_acts_keeps_the_laws(seed: int) -> None:
    walk = run(seed)
    assert [sentence(one) for one in audit_programme(walk.world.programme_id).differences] == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3, 11))
def test_many_more_orders_keep_the_laws(seed: int) -> None:
    walk = run(seed, 2 * STEPS)
    assert [sentence(one) for one in audit_programme(walk.world.programme_id).differences] == []
    assert len(walk.done) > len(set(ACTS)) / 2, "the walk went nowhere"
