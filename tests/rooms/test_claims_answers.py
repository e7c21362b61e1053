"""A place answers when a pass is contested; a second person decides; undue sums come back once, one way."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.rules import Account
from passnumerique.settlement.models import Answer, Undue
from passnumerique.settlement.operations import (
    answer_rejection,
    approve_claim,
    approve_disputed_lines,
    control_lines,
    decide_answer,
    file_claim,
    offset,
    order_payment,
    order_recovery,
    record_payment,
    record_recovery,
    recover,
)
from passnumerique.settlement.queries import access_claim, lines_of
from passnumerique.settlement.queries.answers import access_answer
from passnumerique.settlement.queries.recoveries import access_order, undue_sums
from passnumerique.settlement.rules import ClaimState, Outcome, Verdict
from passnumerique.settlement.rules import refusals as no
from passnumerique.training.rules.refusals import EvidenceUnreadable
from passnumerique.vouchers.rules import State
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY, FILED, DECIDED, LATER = date(2021, 10, 12), date(2021, 11, 2), date(2021, 11, 10), date(2021, 11, 20)


@pytest.fixture
def world() -> World:
    """Fees of 4 %; four passes used in October at the first place."""
    made = build_world(issuer_fee_rate=400)
    made.spend(4, DAY)
    return made


def decided(world: World, contester: Actor | None = None) -> tuple[UUID, UUID]:
    """A claim whose first line is contested, decided by the manager; the claim and the line."""
    claim = file_claim(
        programme_id=world.programme_id, place_id=world.places[0], month=DAY, by=world.actor(Role.PLACE), at=on(FILED)
    )
    line = lines_of(world.manager, claim)[0].id
    by = contester or world.actor(Role.FINANCE)
    control_lines(claim_id=claim, verdicts={line: (Verdict.REJECTED, "Feuille absente")}, by=by, at=on(DECIDED))
    approve_claim(claim_id=claim, by=world.manager, at=on(DECIDED, 10), approve_rest=True)
    return claim, line


def answer(world: World, line: UUID, **given: Any) -> UUID:
    given = {"by": world.actor(Role.PLACE), "at": on(LATER), "text": "La feuille est jointe."} | given
    return answer_rejection(line_id=line, **given)


def judge(world: World, answer_id: UUID, accept: bool = True, **given: Any) -> UUID:
    given = {"by": world.actor(Role.FINANCE), "at": on(LATER, 11), "reason": "" if accept else "Non signée"} | given
    return decide_answer(answer_id=answer_id, accept=accept, **given)


def sound(world: World) -> bool:
    return not audit_programme(world.programme_id).differences


def test_an_answer_that_is_heard_is_paid_with_its_claim(world: World) -> None:
    claim, line = decided(world)
    kept = answer(world, line, file_name="C:\\scan\\feuille.pdf", content=b"%PDF-1.7")
    row = access_answer(world.manager, kept)
    assert (row.file_name, row.media_type, row.contested_for) == ("feuille.pdf", "application/pdf", "Feuille absente")
    assert judge(world, kept) == claim
    assert access_claim(world.manager, claim).payable_cents == 3840
    assert Answer.objects.get().outcome == Outcome.ACCEPTED
    assert sound(world)
    Answer.objects.update(content=b"%PDF-1.7 autre")
    assert {one.check.name for one in audit_programme(world.programme_id).differences} == {"claim_answer"}


def test_an_answer_that_is_not_upheld_says_why(world: World) -> None:
    claim, line = decided(world)
    kept = answer(world, line)
    with pytest.raises(no.RejectionWithoutReason):
        judge(world, kept, accept=False, reason=" ")
    assert judge(world, kept, accept=False) == claim
    assert (Answer.objects.get().outcome_reason, world.states()[State.DISPUTED]) == ("Non signée", 1)
    with pytest.raises(no.AnswerIsDecided):
        judge(world, kept)
    with pytest.raises(no.AnsweredAlready):
        answer(world, line)
    assert sound(world)


def test_a_second_person_decides(world: World) -> None:
    contester = world.actor(Role.FINANCE)
    claim, line = decided(world, contester)
    kept = answer(world, line)
    with pytest.raises(no.JudgeIsContester):
        judge(world, kept, by=contester)
    with pytest.raises(no.AnswerWaits):
        approve_disputed_lines(claim_id=claim, line_ids=[line], by=contester, at=on(LATER, 12))
    for role in (Role.PLACE, Role.ACCOUNTANT, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            judge(world, kept, by=world.actor(role))
    with pytest.raises(NotFound):
        judge(world, kept, by=build_world("autre").actor(Role.FINANCE))


def test_what_an_answer_refuses(world: World) -> None:
    claim, line = decided(world)
    with pytest.raises(no.AnswerEmpty):
        answer(world, line, text="  ")
    with pytest.raises(no.AnswerTooLate) as late:
        answer(world, line, at=on(date(2021, 12, 11)))
    assert late.value.params == {"until": date(2021, 12, 10)}
    with pytest.raises(EvidenceUnreadable):
        answer(world, line, file_name="a.exe", content=b"MZ")
    with pytest.raises(no.LineNotDisputed):
        answer(world, lines_of(world.manager, claim)[1].id)
    with pytest.raises(NotFound):
        answer(world, line, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        answer(world, line, by=world.actor(Role.MEDIATOR))
    with pytest.raises(NotAllowed):
        answer(world, line, by=world.manager)
    assert not Answer.objects.exists()


def test_before_the_decision_there_is_nothing_to_answer(world: World) -> None:
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "month": DAY}
    claim = file_claim(by=world.actor(Role.PLACE), at=on(FILED), **given)
    line = lines_of(world.manager, claim)[0].id
    verdicts = {line: (Verdict.REJECTED, "Feuille absente")}
    control_lines(claim_id=claim, verdicts=verdicts, by=world.actor(Role.FINANCE), at=on(DECIDED))
    with pytest.raises(no.LineNotDisputed):
        answer(world, line)


# Undue sums


def paid(world: World) -> tuple[UUID, list[UUID]]:
    """A claim of four passes, paid; its lines."""
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "month": DAY}
    claim, finance = file_claim(by=world.actor(Role.PLACE), at=on(FILED), **given), world.actor(Role.FINANCE)
    approve_claim(claim_id=claim, by=world.manager, at=on(DECIDED), approve_rest=True)
    order_payment(claim_id=claim, reference="M-1", ordered_on=DECIDED, by=finance, at=on(DECIDED, 11))
    record_payment(claim_id=claim, reference="V-1", paid_on=DECIDED, by=finance, at=on(DECIDED, 12))
    return claim, [line.id for line in lines_of(world.manager, claim)]


def declare(world: World, claim: UUID, lines: list[UUID]) -> None:
    recover(claim_id=claim, line_ids=lines, cause="Pass compté deux fois", by=world.actor(Role.FINANCE), at=on(LATER))


def next_claim(world: World, passes: int, day: date = LATER) -> UUID:
    """What the place claims for November, approved in December."""
    world.spend(passes, day)
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "month": day}
    claim = file_claim(by=world.actor(Role.PLACE), at=on(date(2021, 12, 2)), **given)
    approve_claim(claim_id=claim, by=world.manager, at=on(date(2021, 12, 3)), approve_rest=True)
    return claim


def test_an_undue_sum_is_taken_from_the_next_claim(world: World) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines[:1])
    assert world.money()[Account.UNDUE] == 1000
    following = access_claim(world.manager, next_claim(world, 3))
    assert (following.payable_cents, following.offset_cents) == (3 * 960 - 960, 960)
    assert (world.states()[State.RECOVERED], Account.UNDUE in world.money()) == (1, False)
    row = undue_sums(world.actor(Role.PLACE), world.programme_id).get()
    assert (row.offset_in_id, row.settled_at is not None) == (following.id, True)
    assert sound(world)


def test_what_does_not_fit_waits_pass_by_pass(world: World) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines)
    first = access_claim(world.manager, next_claim(world, 3))
    assert (first.payable_cents, first.offset_cents) == (960, 1920)
    assert Undue.objects.filter(settled_at__isnull=True).count() == 2
    assert sound(world)


def test_a_claim_of_one_pass_is_paid_and_the_sum_waits(world: World) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines[:1])
    following = access_claim(world.manager, next_claim(world, 1))
    assert (following.payable_cents, following.offset_cents, following.state) == (960, 0, ClaimState.APPROVED)


def test_a_recovery_order_asks_for_the_sum_and_no_claim_takes_it_then(world: World) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines[:2])
    finance = world.actor(Role.FINANCE)
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "by": finance}
    order = order_recovery(at=on(LATER, 14), **given)
    row = access_order(world.actor(Role.PLACE), order)
    assert (row.number, row.passes, row.amount_cents, row.due_on) == (1, 2, 1920, date(2021, 12, 20))
    with pytest.raises(no.NothingToRecover):
        order_recovery(at=on(LATER, 15), **given)
    assert access_claim(world.manager, next_claim(world, 3)).offset_cents == 0
    with pytest.raises(no.UndueOnOrder):
        offset(claim_id=claim, line_ids=lines[:1], cause="Chèque", by=finance, at=on(LATER, 16))
    received = {"order_id": order, "received_on": LATER, "by": finance, "at": on(LATER, 17)}
    with pytest.raises(no.PaymentReferenceMissing):
        record_recovery(reference=" ", **received)
    with pytest.raises(no.PaidBeforeDecided):
        record_recovery(reference="TR-9", **(received | {"received_on": DECIDED}))
    before = world.money()[Account.UNDUE]
    assert (record_recovery(reference="TR-9", **received), before) == (2, 2000)
    assert (world.states()[State.RECOVERED], Account.UNDUE in world.money()) == (2, False)
    with pytest.raises(no.RecoveredAlready):
        record_recovery(reference="TR-9", **received)
    assert sound(world)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE])
def test_only_finance_takes_back(world: World, role: Role) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines[:1])
    by = world.actor(role)
    with pytest.raises(NotAllowed):
        recover(claim_id=claim, line_ids=lines[1:2], cause="?", by=by, at=on(LATER))
    with pytest.raises(NotAllowed):
        order_recovery(programme_id=world.programme_id, place_id=world.places[0], by=by, at=on(LATER))


def test_a_place_sees_its_own_orders_only(world: World) -> None:
    claim, lines = paid(world)
    declare(world, claim, lines[:1])
    given = {"programme_id": world.programme_id, "place_id": world.places[0], "by": world.actor(Role.FINANCE)}
    order = order_recovery(at=on(LATER, 14), **given)
    with pytest.raises(NotFound):
        access_order(world.actor(Role.PLACE, 1), order)
    assert not undue_sums(world.actor(Role.PLACE, 1), world.programme_id).exists()
