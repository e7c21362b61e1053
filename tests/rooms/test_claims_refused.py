"""A contested line ends: accepted, or refused for good; what is frozen goes on where it stood."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.sealing import seal_programme
from passnumerique.ledger.rules import Account
from passnumerique.settlement.models import ClaimLine, FinalRefusal
from passnumerique.settlement.operations import (
    answer_rejection,
    approve_claim,
    approve_disputed_lines,
    control_lines,
    decide_answer,
    file_claim,
    freeze_claims,
    order_payment,
    record_payment,
    refuse_lines,
    thaw_claims,
)
from passnumerique.settlement.queries import access_claim, lines_of, list_of_creditors
from passnumerique.settlement.queries.closing import what_does_not_balance
from passnumerique.settlement.rules import ClaimState, Verdict
from passnumerique.settlement.rules import refusals as no
from passnumerique.settlement.rules.closing import Imbalance
from passnumerique.vouchers.models import Event
from passnumerique.vouchers.rules import Act, State
from tests.rooms.test_claims_answers import DECIDED, LATER, decided
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY, FROZEN_ON = date(2021, 10, 12), date(2021, 12, 20)
HEARD = DECIDED + timedelta(days=31)
"""The first day after the delay to answer."""
FACE = 1000


@pytest.fixture
def world() -> World:
    """Fees of 4 %; four passes used in October at the first place."""
    made = build_world(issuer_fee_rate=400)
    made.spend(4, DAY)
    return made


def refuse(world: World, claim: UUID, lines: list[UUID], **given: Any) -> int:
    details = {"reason": "Aucune feuille signée", "by": world.manager, "at": on(HEARD)}
    return refuse_lines(claim_id=claim, line_ids=lines, **(details | given))


def sound(world: World) -> bool:
    return audit_programme(world.programme_id).differences == ()


def test_a_refused_line_is_never_paid_and_its_value_goes_back(world: World) -> None:
    claim, line = decided(world)
    envelope = world.money().get(Account.ENVELOPE, 0)
    assert refuse(world, claim, [line]) == 1
    assert (world.states()[State.REFUSED], State.DISPUTED in world.states()) == (1, False)
    assert world.money().get(Account.ENVELOPE, 0) - envelope == FACE
    told = ClaimLine.objects.get(id=line)
    assert (told.verdict, told.reason) == (Verdict.REFUSED, "Feuille absente")
    kept = FinalRefusal.objects.get()
    assert (kept.reason, kept.contested_for, kept.by_user) == (
        "Aucune feuille signée",
        "Feuille absente",
        world.manager.user_id,
    )
    with pytest.raises(no.LineNotDisputed):
        approve_disputed_lines(claim_id=claim, line_ids=[line], by=world.manager, at=on(HEARD, 12))
    with pytest.raises(no.LineNotDisputed):
        refuse(world, claim, [line])
    finance = world.actor(Role.FINANCE)
    order_payment(claim_id=claim, reference="M-1", ordered_on=HEARD, by=finance, at=on(HEARD, 13))
    record_payment(claim_id=claim, reference="V-1", paid_on=HEARD, by=finance, at=on(HEARD, 14))
    assert world.states()[State.REIMBURSED] == 3
    assert access_claim(world.manager, claim).state == ClaimState.PAID
    assert sound(world)


def test_a_place_is_heard_before(world: World) -> None:
    claim, line = decided(world)
    with pytest.raises(no.RefusedTooSoon):
        refuse(world, claim, [line], at=on(HEARD - timedelta(days=1)))
    answer = answer_rejection(line_id=line, text="La feuille arrive.", by=world.actor(Role.PLACE), at=on(LATER))
    with pytest.raises(no.AnswerWaits):
        refuse(world, claim, [line])
    judge = world.actor(Role.FINANCE)
    decide_answer(answer_id=answer, accept=False, reason="Non signée", by=judge, at=on(LATER, 11))
    assert refuse(world, claim, [line], at=on(LATER, 12)) == 1, "once heard, nothing is waited for"
    assert sound(world)


def test_somebody_else_than_who_contested_refuses(world: World) -> None:
    contester = world.actor(Role.FINANCE)
    claim, line = decided(world, contester)
    with pytest.raises(no.RefuserIsContester):
        refuse(world, claim, [line], by=contester)
    with pytest.raises(no.RejectionWithoutReason):
        refuse(world, claim, [line], reason=" ")
    assert not FinalRefusal.objects.exists()
    refuse(world, claim, [line])
    with pytest.raises(IntegrityError), transaction.atomic():
        FinalRefusal.objects.update(by_user=contester.user_id)


@pytest.mark.parametrize("role", [Role.PLACE, Role.PRESCRIBER, Role.AUDITOR, Role.ACCOUNTANT, Role.MEDIATOR])
def test_others_may_neither_refuse_nor_thaw(world: World, role: Role) -> None:
    claim, line = decided(world)
    with pytest.raises(NotAllowed):
        refuse(world, claim, [line], by=world.actor(role))
    with pytest.raises(NotAllowed):
        thaw(world, by=world.actor(role))


def test_nobody_of_another_authority_refuses_or_thaws(world: World) -> None:
    claim, line = decided(world)
    stranger = build_world("meuse").manager
    with pytest.raises(NotFound):
        refuse(world, claim, [line], by=stranger)
    with pytest.raises(NotFound):
        thaw(world, by=stranger)


def test_what_was_not_contested_is_not_refused(world: World) -> None:
    claim, line = decided(world)
    accepted = lines_of(world.manager, claim).filter(verdict=Verdict.APPROVED)[0].id
    for lines in ([accepted], [line, accepted], []):
        with pytest.raises(no.LineNotDisputed):
            refuse(world, claim, lines)
    assert ClaimLine.objects.get(id=line).verdict == Verdict.REJECTED


def test_before_the_decision_nothing_is_refused(world: World) -> None:
    claim = file_claim(
        programme_id=world.programme_id, place_id=world.places[0], month=DAY, by=world.actor(Role.PLACE), at=on(HEARD)
    )
    line = lines_of(world.manager, claim)[0].id
    contest = {line: (Verdict.REJECTED, "Feuille absente")}
    control_lines(claim_id=claim, verdicts=contest, by=world.actor(Role.FINANCE), at=on(HEARD))
    with pytest.raises(no.LineNotDisputed):
        refuse(world, claim, [line], at=on(HEARD + timedelta(days=60)))


def test_a_refusal_is_sealed_and_the_audit_sees_it_altered(world: World) -> None:
    claim, line = decided(world)
    refuse(world, claim, [line])
    seal_programme(programme_id=world.programme_id, by=world.manager, at=on(HEARD, 20))
    assert sound(world)
    FinalRefusal.objects.update(reason="Autre chose")
    found = {one.check.name for one in audit_programme(world.programme_id).differences}
    assert "final_refusal" in found


def test_a_contested_line_keeps_the_books_open_until_it_ends(world: World) -> None:
    claim, line = decided(world)
    reasons = {one.why: one for one in what_does_not_balance(world.programme_id, HEARD)}
    assert (reasons[Imbalance.CONTESTED].passes, reasons[Imbalance.CONTESTED].cents) == (1, FACE)
    assert reasons[Imbalance.DUE].cents == 3 * FACE
    refuse(world, claim, [line])
    assert Imbalance.CONTESTED not in {one.why for one in what_does_not_balance(world.programme_id, HEARD)}


# --- frozen, and let go ---


def freeze(world: World, **given: Any) -> int:
    details = {"cause": "Émetteur défaillant", "by": world.manager, "at": on(FROZEN_ON)}
    return freeze_claims(programme_id=world.programme_id, **(details | given))


def thaw(world: World, **given: Any) -> int:
    details = {"cause": "Repris par la collectivité", "by": world.actor(Role.FINANCE), "at": on(FROZEN_ON, 15)}
    return thaw_claims(programme_id=world.programme_id, **(details | given))


def test_each_frozen_pass_goes_back_to_where_it_stood(world: World) -> None:
    decided(world)
    world.spend(2, DAY + timedelta(days=40), place=1)
    before = world.states()
    assert freeze(world) == 6
    assert world.states()[State.FROZEN] == 6
    assert thaw(world) == 6
    assert world.states() == before
    assert {event.cause for event in Event.objects.filter(act=Act.THAW)} == {"Repris par la collectivité"}
    assert sum(one.frozen_cents for one in list_of_creditors(world.manager, world.programme_id)) == 0
    assert sound(world)


def test_a_frozen_claim_goes_on_to_its_payment(world: World) -> None:
    claim = file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=DAY,
        by=world.actor(Role.PLACE),
        at=on(date(2021, 11, 2)),
    )
    freeze(world)
    with pytest.raises(Refusal):
        approve_claim(claim_id=claim, by=world.manager, at=on(FROZEN_ON, 16), approve_rest=True)
    thaw(world)
    approve_claim(claim_id=claim, by=world.manager, at=on(FROZEN_ON, 16), approve_rest=True)
    finance = world.actor(Role.FINANCE)
    order_payment(claim_id=claim, reference="M-1", ordered_on=FROZEN_ON, by=finance, at=on(FROZEN_ON, 17))
    record_payment(claim_id=claim, reference="V-1", paid_on=FROZEN_ON, by=finance, at=on(FROZEN_ON, 18))
    assert world.states()[State.REIMBURSED] == 4
    assert sound(world)


def test_one_place_is_let_go_and_not_the_other(world: World) -> None:
    world.spend(2, DAY + timedelta(days=1), place=1)
    freeze(world)
    assert thaw(world, place_ids=[world.places[1]]) == 2
    assert world.states()[State.FROZEN] == 4
    with pytest.raises(no.NothingToThaw):
        thaw(world, place_ids=[world.places[1]])


def test_a_reason_is_needed(world: World) -> None:
    freeze(world)
    with pytest.raises(no.ThawWithoutReason):
        thaw(world, cause="  ")
    assert world.states()[State.FROZEN] == 4


def test_frozen_twice_goes_back_to_the_latest_state(world: World) -> None:
    freeze(world)
    thaw(world)
    decided_by: Actor = world.actor(Role.FINANCE)
    claim = file_claim(
        programme_id=world.programme_id,
        place_id=world.places[0],
        month=DAY,
        by=world.actor(Role.PLACE),
        at=on(FROZEN_ON, 16),
    )
    freeze(world, at=on(FROZEN_ON, 17))
    thaw(world, by=decided_by, at=on(FROZEN_ON, 18))
    assert world.states()[State.CLAIMED] == 4
    assert access_claim(world.manager, claim).state == ClaimState.FILED
    assert sound(world)
