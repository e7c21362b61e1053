"""Where the issuer pays, its payment file pays the claims that fit, each line once, and moves nothing else."""

from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from passnumerique.directory.models import Organisation
from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sheets import read_sheet, suggest_mapping
from passnumerique.insight.audit import audit_programme
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Account, Cash
from passnumerique.settlement.models import Claim, IssuerFile, IssuerRow, Payment, PaymentOrder
from passnumerique.settlement.operations import declare_default, order_payment
from passnumerique.settlement.operations.issuer import (
    IssuerPayments,
    import_issuer_file,
    record_payments_of_issuer,
    withdraw_issuer_file,
)
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries import access_claim
from passnumerique.settlement.queries.issuer_payments import payments_told
from passnumerique.settlement.queries.reconciling import reconcile
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.issuer import IssuerKind, synonyms_of
from passnumerique.settlement.rules.issuer import refusals as no
from passnumerique.settlement.rules.issuer.paying import PayDoubt
from passnumerique.settlement.rules.reconciling import Gap
from passnumerique.settlement.rules.refusals import IssuerInDefault
from passnumerique.vouchers.rules import State
from tests.rooms.payees import Office, somebody
from tests.rooms.world import build_world, on

pytestmark = pytest.mark.django_db
TODAY = date(2021, 11, 22)
HEADINGS = ["Référence", "Payé le", "Lieu", "Net", "Frais", "N° demande", "Mois"]


@pytest.fixture
def desk() -> Office:
    return Office(build_world(payer="issuer", issuer_fee_rate=400))


def csv(desk: Office, *rows: tuple[str, int, str, str, str, str]) -> bytes:
    """Payments: reference, rank of the place, net, fee, number, month."""
    names = {rank: Organisation.objects.get(id=place).name for rank, place in enumerate(desk.world.places)}
    lines = [[ref, "15/11/2021", names[place], net, fee, claim, month] for ref, place, net, fee, claim, month in rows]
    return "\r\n".join(";".join(line) for line in [HEADINGS, *lines]).encode("utf-8-sig")


def told(desk: Office, *rows: tuple[str, int, str, str, str, str], name: str = "paiements.csv") -> UUID:
    """A payment file of the issuer is imported; its id."""
    content = csv(desk, *rows)
    sheet = read_sheet(content, name)
    report = import_issuer_file(
        programme_id=desk.world.programme_id,
        kind=IssuerKind.PAYMENTS,
        issuer="Émetteur (fictif)",
        sheet=sheet,
        mapping=suggest_mapping(sheet.columns, synonyms_of(IssuerKind.PAYMENTS)),
        file=content,
        by=desk.preparer,
        at=on(TODAY),
    )
    assert (report.bad, report.file_id is not None) == ((), True)
    assert report.file_id
    return report.file_id


def record(desk: Office, **given: Any) -> IssuerPayments:
    given = {"programme_id": desk.world.programme_id, "by": desk.sender, "at": on(TODAY)} | given
    return record_payments_of_issuer(**given)


def cash(desk: Office) -> dict[Cash, int]:
    return {account: cents for account, cents in cash_totals(desk.world.programme_id).items() if cents}


def sound(desk: Office) -> None:
    assert audit_programme(desk.world.programme_id).differences == ()


def gaps(desk: Office) -> list[tuple[Gap, str]]:
    found = reconcile(desk.sender, desk.world.programme_id, TODAY).differences
    asked = {Gap.PAYMENT_NOT_HERE, Gap.PAYMENT_NOT_AT_ISSUER}
    return [(one.apart.gap, one.apart.here) for one in found if one.apart.gap in asked]


def test_importing_moves_nothing_and_recording_pays_what_fits(desk: Office) -> None:
    first, second = desk.claim(0, 2), desk.claim(1, 1)
    told(desk, ("VIR-1", 0, "19,20", "0,80", "", ""), ("VIR-2", 1, "9,60", "", "2", "10/2021"))
    assert (cash(desk), Payment.objects.count()) == ({}, 0)
    trial = record(desk, dry_run=True)
    assert (len(trial.payments), trial.cents, Payment.objects.count()) == (2, 2880, 0)
    done = record(desk, expected_cents=2880)
    assert (len(done.payments), done.doubts) == (2, {})
    assert cash(desk) == {Cash.MANDATARY: -3000, Cash.SETTLED: 2880, Cash.FEES: 120}
    assert (desk.world.states()[State.REIMBURSED], desk.world.money()[Account.PAID]) == (3, 3000)
    row = access_claim(desk.preparer, first)
    assert (row.state, row.ordered_by, row.paid_by) == (ClaimState.PAID, desk.sender.user_id, desk.sender.user_id)
    payment = Payment.objects.get(claim_id=second)
    assert (payment.reference, payment.paid_on, payment.payer) == ("VIR-2", date(2021, 11, 15), "issuer")
    assert gaps(desk) == []
    sound(desk)


def test_recorded_twice_imported_twice_and_overlapping_files_pay_once(desk: Office) -> None:
    desk.claim(0, 2)
    told(desk, ("VIR-1", 0, "19,20", "0,80", "", ""))
    record(desk)
    assert (record(desk).payments, record(desk).matched) == ([], ())
    told(desk, ("VIR-1", 0, "19,20", "0,80", "", ""), name="encore.csv")
    told(desk, ("VIR-1", 0, "19,20", "", "1", ""), name="autrement.csv")
    desk.claim(0, 2, date(2021, 9, 1))
    again = record(desk)
    assert (again.payments, again.doubts) == ([], {PayDoubt.RECORDED: 1})
    assert payments_told(desk.sender, desk.world.programme_id) == []
    assert Payment.objects.count() == 1
    payment = Payment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            id=UUID(int=3),
            programme_id=payment.programme_id,
            claim_id=payment.claim_id,
            reference="x",
            paid_on=TODAY,
            amount_cents=1,
            issuer_row_id=payment.issuer_row_id,
            live=False,
            at=on(TODAY),
        )
    sound(desk)


def test_what_does_not_fit_moves_nothing_and_stays_to_be_seen(desk: Office) -> None:
    claim = desk.claim(0, 2)
    told(
        desk,
        ("VIR-1", 0, "19,00", "", "", ""),
        ("VIR-2", 0, "20,00", "", "", ""),
        ("VIR-3", 1, "19,20", "", "", ""),
        ("VIR-4", 0, "19,20", "1,00", "", ""),
    )
    before = desk.world.states(), desk.world.money()
    done = record(desk)
    doubts = [PayDoubt.UNDERPAID, PayDoubt.OVERPAID, PayDoubt.NO_CLAIM, PayDoubt.OTHER_FEE]
    assert (done.payments, sorted(done.doubts)) == ([], sorted(doubts))
    assert (desk.world.states(), desk.world.money(), cash(desk)) == (*before, {})
    assert access_claim(desk.preparer, claim).state == ClaimState.APPROVED
    assert sorted(gaps(desk)) == sorted((Gap.PAYMENT_NOT_HERE, one.words) for one in doubts)
    assert len(payments_told(desk.world.actor(Role.ACCOUNTANT), desk.world.programme_id)) == 4


def test_one_line_for_several_claims_pays_them_all(desk: Office) -> None:
    desk.claim(0, 2)
    desk.claim(0, 1, date(2021, 9, 1))
    told(desk, ("VIR-1", 0, "28,80", "1,20", "", ""))
    assert len(record(desk).payments) == 2
    assert gaps(desk) == []
    assert cash(desk) == {Cash.MANDATARY: -3000, Cash.SETTLED: 2880, Cash.FEES: 120}
    sound(desk)


def test_a_claim_ordered_before_keeps_its_order(desk: Office) -> None:
    claim = desk.claim()
    order_payment(claim_id=claim, reference="M-1", ordered_on=TODAY, by=desk.preparer, at=on(TODAY, 8))
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    record(desk)
    row = access_claim(desk.preparer, claim)
    assert (row.ordered_by, row.paid_by, PaymentOrder.objects.get().reference) == (
        desk.preparer.user_id,
        desk.sender.user_id,
        "M-1",
    )
    sound(desk)


def test_a_payment_that_came_back_is_paid_by_the_next_line(desk: Office) -> None:
    desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    record(desk)
    given: dict[str, Any] = {
        "code": "AC04",
        "reference": "RET",
        "returned_on": TODAY,
        "by": desk.sender,
        "at": on(TODAY),
    }
    record_return(payment_id=Payment.objects.get().id, **given)
    assert cash(desk) == {}
    assert record(desk).payments == []
    told(desk, ("VIR-9", 0, "19,20", "", "", ""), name="suite.csv")
    assert len(record(desk).payments) == 1
    assert cash(desk) == {Cash.MANDATARY: -2000, Cash.SETTLED: 1920, Cash.FEES: 80}
    assert gaps(desk) == [], "each payment has its line"
    sound(desk)


def test_who_asked_or_accepted_the_claim_does_not_record_its_payment(desk: Office) -> None:
    claim = desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    for column in ("prepared_by", "approved_by"):
        before = getattr(Claim.objects.get(id=claim), column)
        Claim.objects.filter(id=claim).update(**{column: desk.sender.user_id})
        assert record(desk).doubts == {PayDoubt.YOURS: 1}
        Claim.objects.filter(id=claim).update(**{column: before})
    assert len(record(desk).payments) == 1


def test_where_the_authority_pays_the_issuers_payments_stay_evidence(desk: Office) -> None:
    desk.world.set(payer="authority", day=date(2021, 11, 1))
    desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    assert record(desk).doubts == {PayDoubt.NOT_PAYER: 1}


def test_it_is_for_the_finance_desk_and_for_the_sum_that_was_read(desk: Office) -> None:
    desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    for role in (Role.MANAGER, Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE, Role.ISSUER):
        with pytest.raises(NotAllowed):
            record(desk, by=desk.world.actor(role))
    with pytest.raises(NotAllowed):
        payments_told(desk.world.actor(Role.PLACE), desk.world.programme_id)
    stranger = Office(build_world("ailleurs"))
    with pytest.raises(NotFound):
        record(desk, by=stranger.sender)
    with pytest.raises(no.PaymentsChanged):
        record(desk, expected_cents=1)
    assert not Payment.objects.exists()


def test_a_file_that_paid_stays(desk: Office) -> None:
    desk.claim()
    file = told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    record(desk)
    given: dict[str, Any] = {
        "programme_id": desk.world.programme_id,
        "reason": "Erreur",
        "by": desk.preparer,
        "at": on(TODAY),
    }
    with pytest.raises(no.FileHasPaid):
        withdraw_issuer_file(file_id=file, **given)
    assert IssuerFile.objects.get().withdrawn_at is None


def test_the_audit_names_a_payment_that_its_line_does_not_tell(desk: Office) -> None:
    desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    record(desk)
    IssuerRow.objects.update(day=TODAY)
    assert "run_payment" in {one.check.name for one in audit_programme(desk.world.programme_id).differences}


def test_an_issuer_in_default_pays_no_more(desk: Office) -> None:
    desk.claim()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""))
    world = desk.world
    given: dict[str, Any] = {
        "cause": "Liquidation",
        "document_id": world.convention_id,
        "by": world.manager,
        "at": on(TODAY),
    }
    declare_default(programme_id=world.programme_id, **given)
    with pytest.raises(IssuerInDefault):
        record(desk)
    sound(desk)


def test_the_command_acts_in_the_name_of_somebody_of_the_finance_desk(desk: Office) -> None:
    claim, said = desk.claim(), StringIO()
    told(desk, ("VIR-1", 0, "19,20", "", "", ""), ("VIR-2", 0, "5,00", "", "", ""))
    email, person = somebody(desk.world, Role.FINANCE)
    with time_machine.travel(on(TODAY), tick=False):
        with pytest.raises(CommandError, match="n’a l’adresse"):
            call_command("issuer", "pay", person="personne@exemple.fr", stdout=said)
        call_command("issuer", "pay", person=email, dry_run=True, stdout=said)
        assert not Payment.objects.exists()
        call_command("issuer", "pay", person=email, stdout=said)
    assert "VIR-1, 19,20\u202f€ : demande(s) 1" in said.getvalue()
    assert access_claim(desk.preparer, claim).paid_by == person
