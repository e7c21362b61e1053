"""A run pays each claim once: three people, payees frozen, the same bytes each time, and sent once."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import sepaxml
import xmlschema
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from passnumerique.directory.operations import end_accreditation
from passnumerique.directory.queries import access_accreditations
from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.ciphers import enciphered
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Account, Cash
from passnumerique.settlement.models import Claim, Payment, PaymentReturn, PaymentRun, RunLine
from passnumerique.settlement.operations import order_payment, record_payment, recover
from passnumerique.settlement.operations.runs import (
    abandon_run,
    approve_run,
    mark_run_sent,
    prepare_run,
    record_return,
    record_run_payments,
)
from passnumerique.settlement.queries import access_claim, lines_of, order_of
from passnumerique.settlement.queries.runs import (
    access_run,
    candidates,
    frozen_payee,
    frozen_text,
    place_payments,
    run_file,
    run_lines,
    runs,
)
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules import refusals as no
from passnumerique.settlement.rules.runs import Hindrance, LineState, RunState, end_to_end_id, message_id
from passnumerique.vouchers.rules import State
from tests.rooms.payees import IBANS, RUN_DAY, Office, bank, office
from tests.rooms.world import build_world, on

pytestmark = pytest.mark.django_db
SPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
SCHEMA = Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd"


@pytest.fixture
def desk() -> Office:
    return office()


def lines(desk: Office, run: UUID) -> list[RunLine]:
    return list(run_lines(access_run(desk.preparer, run)))


def pay(desk: Office, run: UUID, **given: Any) -> int:
    day = RUN_DAY + timedelta(days=2)
    given = {"paid_on": day, "reference": "V-1", "by": desk.sender, "at": on(day)} | given
    return record_run_payments(run_id=run, **given)


def test_a_run_freezes_payees_and_amounts_and_orders_its_claims(desk: Office) -> None:
    first, second = desk.claim(0, 2), desk.claim(1, 1)
    run = desk.prepare([first, second])
    assert access_claim(desk.preparer, first).state == ClaimState.APPROVED
    desk.approve(run)
    row = access_run(desk.preparer, run)
    assert (row.state, row.total_cents, row.reference, row.count) == (RunState.APPROVED, 2880, "M-7", 2)
    frozen = [frozen_payee(bytes(line.sealed)) for line in lines(desk, run)]
    assert [(payee.iban, payee.town) for payee in frozen] == [(IBANS[0], "Verdun"), (IBANS[1], "Verdun")]
    order = order_of(access_claim(desk.preparer, first))
    assert order is not None
    assert (order.amount_cents, order.reference, order.by_user) == (1920, "M-7", desk.preparer.user_id)


def test_the_file_is_valid_structured_and_the_same_each_time(desk: Office) -> None:
    run = desk.prepare([desk.claim(0, 2), desk.claim(1, 1)])
    with pytest.raises(no.RunNotReady):
        run_file(desk.sender, run)
    desk.approve(run)
    name, content = run_file(desk.sender, run)
    assert run_file(desk.sender, run) == (name, content)
    xmlschema.XMLSchema(str(SCHEMA)).validate(content.decode())
    root = ET.fromstring(content)
    assert not list(root.iter(f"{SPACE}AdrLine"))
    assert [node.text for node in root.iter(f"{SPACE}MsgId")] == [message_id(run)]
    expected = [end_to_end_id(line.id) for line in lines(desk, run)]
    assert [node.text for node in root.iter(f"{SPACE}EndToEndId")] == expected
    assert [node.text for node in root.iter(f"{SPACE}InstdAmt")] == ["19.20", "9.60"]
    assert {node.text for node in root.iter(f"{SPACE}CtrlSum")} == {"28.80"}
    assert [node.text for node in root.iter(f"{SPACE}CreDtTm")] == ["2021-11-08T10:00:00"]
    assert {
        len(node.text or "") <= 35 for tag in ("MsgId", "PmtInfId", "EndToEndId") for node in root.iter(SPACE + tag)
    } == {True}


def test_an_account_that_changes_afterwards_changes_no_approved_run(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    desk.approve(run)
    before = run_file(desk.sender, run)
    bank(desk.world, 0, IBANS[5], RUN_DAY)
    assert run_file(desk.sender, run) == before


def test_a_run_is_sent_once_and_its_file_leaves_no_more(desk: Office) -> None:
    run = desk.sent([desk.claim()])
    with pytest.raises(no.RunSent):
        run_file(desk.sender, run)
    with pytest.raises(no.RunNotReady):
        desk.send(run)
    row = access_run(desk.preparer, run)
    assert (row.state, len(row.file_hash)) == (RunState.SENT, 64)


def test_preparer_approver_and_payer_are_not_the_same(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    with pytest.raises(no.RunApproverIsPreparer):
        desk.approve(run, by=desk.preparer)
    desk.approve(run)
    for by in (desk.approver,):
        with pytest.raises(no.RunPayerIsApprover):
            desk.send(run, by=by)
    desk.send(run, by=desk.preparer)
    for columns in ({"approved_by": desk.preparer.user_id}, {"sent_by": desk.approver.user_id}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentRun.objects.filter(id=run).update(**columns)


def test_who_approved_a_claim_does_not_send_its_run(desk: Office) -> None:
    claim = desk.claim()
    run = desk.prepare([claim])
    desk.approve(run)
    with pytest.raises(no.RunPayerIsApprover):
        desk.send(run, by=acting_as(access_claim(desk.preparer, claim).approved_by, desk))


def acting_as(person: UUID | None, desk: Office) -> Actor:
    """A colleague's session at the finance desk, by the id of the person."""
    return Actor(person, "Même personne (fictif)", Role.FINANCE, desk.world.authority_id)


def test_a_run_says_who_ordered_and_who_paid_each_claim(desk: Office) -> None:
    claim = desk.claim()
    run = desk.prepare([claim])
    desk.approve(run)
    row = access_claim(desk.preparer, claim)
    assert (row.ordered_by, row.paid_by) == (desk.preparer.user_id, None)
    desk.send(run)
    pay(desk, run, by=desk.preparer)
    assert access_claim(desk.preparer, claim).paid_by == desk.sender.user_id
    assert not audit_programme(desk.world.programme_id).differences
    give_back(desk, Payment.objects.get().id)
    row = access_claim(desk.preparer, claim)
    assert (row.ordered_by, row.paid_by) == (desk.preparer.user_id, None)
    assert not audit_programme(desk.world.programme_id).differences
    Claim.objects.update(paid_by=desk.sender.user_id)
    assert "distinct_persons" in {one.check.name for one in audit_programme(desk.world.programme_id).differences}


PARTIES = ("prepared_by", "approved_by", "second_approved_by")


def decided_by(desk: Office, column: str, person: UUID | None) -> UUID:
    """A claim of which somebody was one of those who asked, accepted or confirmed it."""
    claim = desk.claim()
    second = {"second_approved_role": "finance"} if column == "second_approved_by" else {}
    Claim.objects.filter(id=claim).update(**{column: person}, **second)
    return claim


@pytest.mark.parametrize("column", PARTIES)
def test_who_asked_accepted_or_confirmed_a_claim_does_not_order_it_by_a_run(desk: Office, column: str) -> None:
    claim = decided_by(desk, column, desk.preparer.user_id)
    (seen,) = candidates(desk.preparer, desk.world.programme_id, RUN_DAY)
    assert seen.hindrances == (Hindrance.YOURS,)
    with pytest.raises(no.RunOrdersOwnClaim):
        desk.prepare([claim])
    run = desk.prepare([claim], by=desk.sender)
    Claim.objects.filter(id=claim).update(**{column: desk.sender.user_id})
    with pytest.raises(no.RunOrdersOwnClaim):
        desk.approve(run)
    assert access_claim(desk.preparer, claim).state == ClaimState.APPROVED


@pytest.mark.parametrize("column", PARTIES)
def test_who_asked_accepted_or_confirmed_a_claim_does_not_pay_it_by_a_run(desk: Office, column: str) -> None:
    claim = decided_by(desk, column, desk.sender.user_id)
    run = desk.prepare([claim])
    desk.approve(run)
    with pytest.raises(no.RunPayerIsApprover):
        desk.send(run)
    desk.send(run, by=desk.preparer)
    pay(desk, run, by=desk.sender)
    assert access_claim(desk.preparer, claim).paid_by == desk.preparer.user_id
    for wrong in ("ordered_by", "paid_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(id=claim).update(**{wrong: desk.sender.user_id})


def test_a_claim_is_in_one_live_run_at_most(desk: Office) -> None:
    claim = desk.claim()
    run = desk.prepare([claim])
    with pytest.raises(no.ClaimInRun):
        desk.prepare([claim])
    with pytest.raises(IntegrityError), transaction.atomic():
        RunLine.objects.create(
            id=UUID(int=5),
            programme_id=desk.world.programme_id,
            run_id=run,
            claim_id=claim,
            place_id=desk.world.places[0],
            rank=9,
            amount_cents=1,
            state=LineState.WAITING,
        )
    abandon_run(run_id=run, reason="Erreur", by=desk.preparer, at=on(RUN_DAY, 12))
    desk.prepare([claim])


def test_what_a_run_pays_is_not_paid_by_hand_besides(desk: Office) -> None:
    claim, day = desk.claim(), RUN_DAY
    order_payment(claim_id=claim, reference="M-1", ordered_on=day, by=desk.preparer, at=on(day, 8))
    run = desk.prepare([claim])
    with pytest.raises(no.ClaimInRun):
        record_payment(claim_id=claim, reference="V", paid_on=day, by=desk.sender, at=on(day, 9))
    desk.approve(run)
    desk.send(run)
    assert pay(desk, run) == 1
    with pytest.raises(no.ClaimNotPayable):
        desk.prepare([claim])


def test_lines_paid_move_passes_due_and_cash_once(desk: Office) -> None:
    claim = desk.claim(0, 2)
    run = desk.sent([claim])
    assert pay(desk, run) == 1
    world = desk.world
    assert world.states()[State.REIMBURSED] == 2
    assert (world.money()[Account.PAID], cash_totals(world.programme_id)[Cash.SETTLED]) == (2000, 1920)
    assert access_claim(desk.preparer, claim).state == ClaimState.PAID
    with pytest.raises(no.RunNotReady):
        pay(desk, run)
    assert Payment.objects.filter(programme_id=world.programme_id).count() == 1
    with pytest.raises(no.RunPartlyPaid):
        abandon_run(run_id=run, reason="Refus", by=desk.preparer, at=on(RUN_DAY, 12))
    seen = place_payments(world.actor(Role.PLACE), world.programme_id)
    assert [(row.payment.amount_cents, row.run_number) for row in seen] == [(1920, 1)]
    assert place_payments(world.actor(Role.PLACE, 1), world.programme_id) == []


def test_a_file_that_the_bank_refused_is_given_up_by_another_than_its_sender(desk: Office) -> None:
    claim = desk.claim()
    run = desk.sent([claim])
    with pytest.raises(no.RunPayerIsApprover):
        abandon_run(run_id=run, reason="Refus de la banque", by=desk.sender, at=on(RUN_DAY, 12))
    with pytest.raises(no.RunReasonMissing):
        abandon_run(run_id=run, reason=" ", by=desk.preparer, at=on(RUN_DAY, 12))
    abandon_run(run_id=run, reason="Refus de la banque", by=desk.preparer, at=on(RUN_DAY, 12))
    again = desk.sent([claim], RUN_DAY + timedelta(days=1))
    assert access_run(desk.preparer, again).number == 2


def test_an_amount_that_changed_since_it_was_read_is_not_approved(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    with pytest.raises(no.RunChanged) as refused:
        desk.approve(run, expected_cents=1900)
    assert "19,20" in refused.value.say()
    assert access_run(desk.preparer, run).state == RunState.PREPARED


def test_a_place_without_account_stops_the_approval_and_nothing_is_frozen() -> None:
    world = build_world(issuer_fee_rate=400)
    bank(world, None)
    desk = Office(world)
    claim = desk.claim()
    run = desk.prepare([claim])
    with pytest.raises(no.PlaceWithoutAccount):
        desk.approve(run)
    assert access_claim(desk.preparer, claim).state == ClaimState.APPROVED
    bank(world, 0)
    desk.approve(run)


def test_an_authority_without_account_approves_no_run() -> None:
    world = build_world()
    bank(world, 0)
    desk = Office(world)
    run = desk.prepare([desk.claim()])
    with pytest.raises(no.AuthorityWithoutAccount):
        desk.approve(run)


def test_a_place_that_closed_is_named_and_paid_only_on_a_word(desk: Office) -> None:
    claim, world = desk.claim(), desk.world
    (row,) = access_accreditations(world.manager, programme_id=world.programme_id, organisation_id=world.places[0])
    end_accreditation(by=world.manager, at=on(RUN_DAY), accreditation_id=row.id, last_day=date(2021, 10, 31))
    (seen,) = candidates(desk.preparer, world.programme_id, RUN_DAY)
    assert seen.hindrances == (Hindrance.CLOSED,)
    with pytest.raises(no.PlaceClosed):
        desk.prepare([claim])
    assert not PaymentRun.objects.exists()
    run = desk.prepare([claim], closed_notes={claim: "compte vérifié par téléphone"})
    assert [line.closed_note for line in lines(desk, run)] == ["compte vérifié par téléphone"]


def test_what_cannot_be_prepared_is_named(desk: Office) -> None:
    claim = desk.claim()
    cases: list[tuple[type[Refusal], list[UUID], dict[str, Any]]] = [
        (no.RunEmpty, [], {}),
        (NotFound, [UUID(int=7)], {}),
        (no.PayDayPast, [claim], {"pay_on": RUN_DAY - timedelta(days=1)}),
        (NotAllowed, [claim], {"by": desk.world.manager}),
        (NotAllowed, [claim], {"by": desk.world.actor(Role.ACCOUNTANT)}),
        (NotAllowed, [claim], {"by": desk.world.actor(Role.PLACE)}),
    ]
    for refusal, claims, given in cases:
        with pytest.raises(refusal):
            desk.prepare(claims, **given)
    desk.world.set(payer="issuer")
    with pytest.raises(no.PayerIsIssuer):
        desk.prepare([claim])


def test_an_office_that_pays_by_its_own_software_needs_no_account() -> None:
    world = build_world(payer="accounting")
    desk = Office(world)
    run = desk.sent([desk.claim()])
    assert pay(desk, run) == 1
    assert access_run(desk.preparer, run).file_hash == ""


def test_runs_are_seen_by_the_desks_of_the_authority_alone(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    world, stranger = desk.world, office(places=1, slug="ailleurs")
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.FINANCE):
        assert access_run(world.actor(role), run).id == run
        assert runs(world.actor(role), world.programme_id).count() == 1
    for role in (Role.PLACE, Role.PRESCRIBER, Role.MEDIATOR, Role.FUNDER, Role.ISSUER):
        with pytest.raises(NotAllowed):
            access_run(world.actor(role), run)
    for act in (approve_run, mark_run_sent, abandon_run):
        given: dict[str, Any] = {"run_id": run, "by": stranger.approver, "at": on(RUN_DAY)}
        if act is approve_run:
            given |= {"expected_cents": 0, "reference": "x"}
        if act is abandon_run:
            given |= {"reason": "x"}
        with pytest.raises(NotFound):
            act(**given)
    with pytest.raises(NotFound):
        prepare_run(
            programme_id=world.programme_id,
            claim_ids=[UUID(int=1)],
            pay_on=RUN_DAY,
            by=stranger.preparer,
            at=on(RUN_DAY),
        )


def paid(desk: Office) -> tuple[UUID, UUID, UUID]:
    """A claim of two passes, its run and its payment."""
    claim = desk.claim(0, 2)
    run = desk.sent([claim])
    pay(desk, run)
    return claim, run, Payment.objects.get(claim_id=claim, live=True).id


def give_back(desk: Office, payment: UUID, **given: Any) -> UUID:
    day = RUN_DAY + timedelta(days=4)
    given = {"code": "AC04", "reference": "RET-1", "returned_on": day, "by": desk.sender, "at": on(day)} | given
    return record_return(payment_id=payment, **given)


def test_a_payment_that_came_back_frees_its_claim_for_another_run(desk: Office) -> None:
    claim, run, payment = paid(desk)
    give_back(desk, payment)
    world = desk.world
    assert world.states()[State.APPROVED] == 2
    assert Account.PAID not in world.money()
    assert cash_totals(world.programme_id)[Cash.SETTLED] == 0
    assert [line.state for line in lines(desk, run)] == [LineState.RETURNED]
    assert access_claim(desk.preparer, claim).state == ClaimState.ORDERED
    with pytest.raises(no.PaymentNotLive):
        give_back(desk, payment)
    bank(world, 0, IBANS[6], date(2021, 11, 13))
    later = date(2021, 11, 15)
    again = desk.sent([claim], later)
    assert frozen_payee(bytes(lines(desk, again)[0].sealed)).iban == IBANS[6]
    pay(desk, again, paid_on=later, at=on(later, 15), reference="V-2")
    assert world.states()[State.REIMBURSED] == 2
    seen = place_payments(world.actor(Role.PLACE), world.programme_id)
    assert [(row.payment.reference, row.returned.code if row.returned else "") for row in seen] == [
        ("V-2", ""),
        ("V-1", "AC04"),
    ]
    assert not audit_programme(world.programme_id).differences


def test_a_sum_declared_undue_meanwhile_stops_the_return(desk: Office) -> None:
    claim, _run, payment = paid(desk)
    line = lines_of(desk.sender, claim)[0].id
    recover(claim_id=claim, line_ids=[line], cause="Double", by=desk.sender, at=on(RUN_DAY + timedelta(days=3)))
    with pytest.raises(Refusal):
        give_back(desk, payment)
    assert Payment.objects.get(id=payment).live
    assert not audit_programme(desk.world.programme_id).differences


def test_a_return_is_for_who_pays_and_not_before_the_payment(desk: Office) -> None:
    _claim, _run, payment = paid(desk)
    cases: list[tuple[type[Refusal], dict[str, Any]]] = [
        (NotAllowed, {"by": desk.world.actor(Role.PLACE)}),
        (NotAllowed, {"by": desk.world.actor(Role.ACCOUNTANT)}),
        (NotFound, {"by": office(places=1, slug="ailleurs").sender}),
        (no.PaymentReferenceMissing, {"reference": " "}),
        (no.PaidBeforeDecided, {"returned_on": RUN_DAY}),
    ]
    for refusal, given in cases:
        with pytest.raises(refusal):
            give_back(desk, payment, **given)


TAMPERED: list[tuple[type[Any], dict[str, Any], str]] = [
    (PaymentRun, {"total_cents": 1}, "payment_run"),
    (PaymentRun, {"file_hash": "0" * 64}, "payment_run"),
    (RunLine, {"amount_cents": 1}, "run_line"),
    (RunLine, {"holder": "Quelqu’un d’autre"}, "run_line"),
    (RunLine, {"iban_end": "0000"}, "run_line"),
    (RunLine, {"state": LineState.WAITING}, "run_line"),
    (RunLine, {"place_id": UUID(int=3)}, "run_line"),
    (Payment, {"live": False}, "run_payment"),
    (Payment, {"amount_cents": 1}, "payment"),
]


@pytest.mark.parametrize(("model", "columns", "check"), TAMPERED)
def test_the_audit_names_what_was_tampered_with(
    desk: Office, model: type[Any], columns: dict[str, Any], check: str
) -> None:
    paid(desk)
    assert not audit_programme(desk.world.programme_id).differences
    model.objects.update(**columns)
    assert check in {one.check.name for one in audit_programme(desk.world.programme_id).differences}


def test_the_audit_names_an_iban_slipped_into_a_run(desk: Office) -> None:
    _claim, run, _payment = paid(desk)
    line = lines(desk, run)[0]
    other = frozen_payee(bytes(line.sealed))
    sealed = enciphered(settings.CONTACT_KEYS, frozen_text(replace(other, iban=IBANS[9])), on(RUN_DAY))
    RunLine.objects.filter(id=line.id).update(sealed=sealed)
    assert {"run_line", "payment_run"} <= {
        one.check.name for one in audit_programme(desk.world.programme_id).differences
    }


def test_the_audit_names_a_return_that_nobody_made(desk: Office) -> None:
    _claim, _run, payment = paid(desk)
    give_back(desk, payment)
    PaymentReturn.objects.update(amount_cents=1)
    assert "payment_return" in {one.check.name for one in audit_programme(desk.world.programme_id).differences}
    PaymentReturn.objects.all().delete()
    named = {one.check.name for one in audit_programme(desk.world.programme_id).differences}
    assert {"payment_return", "run_payment", "cash"} <= named


def test_the_command_writes_the_file_of_an_approved_run_and_refuses_a_sent_one(desk: Office, tmp_path: Path) -> None:
    run = desk.prepare([desk.claim()])
    desk.approve(run)
    first, second = tmp_path / "a.xml", tmp_path / "b.xml"
    call_command("payments", "export", run=str(run), out=first, stdout=StringIO())
    call_command("payments", "export", run="1", programme="verdun", out=second, stdout=StringIO())
    assert first.read_bytes() == second.read_bytes() == run_file(desk.sender, run)[1]
    desk.send(run)
    for name in (str(run), "7", "autre chose"):
        with pytest.raises(CommandError):
            call_command("payments", "export", run=name, out=tmp_path / "c.xml", stdout=StringIO())
    assert not (tmp_path / "c.xml").exists()
