"""Where the finance software pays: the run leaves as one archive, and what was paid comes back whole or not at all."""

import hashlib
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
import time_machine
from django.core.management import CommandError, call_command

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sheets import MissingColumns, Report, read_sheet, suggest_mapping, write_csv
from passnumerique.insight.audit import audit_programme
from passnumerique.journeys.accounting_export import accounting_archive
from passnumerique.ledger.queries import cash_totals
from passnumerique.ledger.rules import Cash
from passnumerique.settlement.models import Payment
from passnumerique.settlement.operations.accounting import record_accounting_file
from passnumerique.settlement.operations.runs import record_return
from passnumerique.settlement.queries import access_claim
from passnumerique.settlement.queries.runs import run_file
from passnumerique.settlement.rules import refusals as no
from passnumerique.settlement.rules.accounting import HEADINGS, SYNONYMS
from passnumerique.vouchers.rules import State
from tests.rooms.payees import RUN_DAY, Office, office, somebody
from tests.rooms.world import build_world, on

pytestmark = pytest.mark.django_db
PAID_ON, TODAY = date(2021, 11, 12), date(2021, 11, 15)


@pytest.fixture
def desk() -> Office:
    return Office(build_world(payer="accounting", issuer_fee_rate=400))


def sent(desk: Office) -> UUID:
    """A run of two claims, of two passes and of one, that went to the software."""
    return desk.sent([desk.claim(0, 2), desk.claim(1, 1)])


def back(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """Lines: claim, amount, number of the order, day."""
    return write_csv(headings, [[claim, "10/2021", "Lieu", "", amount, ref, day] for claim, amount, ref, day in rows])


GOOD = ((1, "19,20", "M-2021-118", "12/11/2021"), (2, "9,60", "M-2021-119", "2021-11-12"))


def take(desk: Office, run: UUID, content: bytes, name: str = "lignes.csv", **given: Any) -> Report:
    sheet = read_sheet(content, name)
    given = {"by": desk.preparer, "at": on(TODAY), "mapping": suggest_mapping(sheet.columns, SYNONYMS)} | given
    return record_accounting_file(run_id=run, sheet=sheet, **given)


def wrong(report: Report) -> list[tuple[int, str, str]]:
    return [(cell.line, cell.column, cell.say()) for cell in report.bad]


def test_the_archive_proves_each_line_and_is_the_same_each_time(desk: Office) -> None:
    run = desk.prepare([desk.claim(0, 2), desk.claim(1, 1)])
    with pytest.raises(no.RunNotReady):
        accounting_archive(desk.sender, run)
    desk.approve(run)
    name, content = accounting_archive(desk.sender, run)
    assert accounting_archive(desk.preparer, run) == (name, content)
    archive = ZipFile(BytesIO(content))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["run"], manifest["lines"], manifest["total_cents"]) == (1, 2, 2880)
    told = {one: hashlib.sha256(archive.read(one)).hexdigest() for one in manifest["files"]}
    assert told == {one: facts["sha256"] for one, facts in manifest["files"].items()}
    assert set(archive.namelist()) == {*told, "manifest.json"}
    papers = ["bordereaux/demande-00001.pdf", "bordereaux/demande-00002.pdf"]
    assert sorted(told) == [*papers, "lignes.csv", "lignes.xlsx"]
    assert archive.read(papers[0]).startswith(b"%PDF-")
    for sheet in (read_sheet(archive.read(one), one) for one in ("lignes.csv", "lignes.xlsx")):
        assert tuple(sheet.columns) == HEADINGS
        assert [row.cells["Montant"] for row in sheet.rows] in (["19,20", "9,60"], ["19.2", "9.6"], ["19,2", "9,6"])
    desk.send(run)
    with pytest.raises(no.RunSent):
        accounting_archive(desk.sender, run)


def test_each_way_has_its_own_file(desk: Office) -> None:
    run = desk.prepare([desk.claim()])
    desk.approve(run)
    with pytest.raises(no.RunNotForBank):
        run_file(desk.sender, run)
    bank = office(slug="banque")
    other = bank.prepare([bank.claim()])
    bank.approve(other)
    with pytest.raises(no.RunNotForSoftware):
        accounting_archive(bank.sender, other)
    bank.send(other)
    with pytest.raises(no.RunNotForSoftware):
        take(bank, other, back(*GOOD[:1]))


def test_what_was_paid_comes_back_with_its_order_and_its_day(desk: Office) -> None:
    run = sent(desk)
    trial = take(desk, run, back(*GOOD), dry_run=True)
    assert (trial.created, trial.written, Payment.objects.count()) == (2, False, 0)
    done = take(desk, run, back(*GOOD))
    assert (done.created, done.unchanged, done.written) == (2, 0, True)
    payments = Payment.objects.order_by("reference")
    assert [(one.reference, one.paid_on) for one in payments] == [("M-2021-118", PAID_ON), ("M-2021-119", PAID_ON)]
    assert access_claim(desk.preparer, payments[0].claim_id).paid_by == desk.sender.user_id
    assert desk.world.states()[State.REIMBURSED] == 3
    assert cash_totals(desk.world.programme_id)[Cash.SETTLED] == 2880
    again = take(desk, run, back(*GOOD))
    assert (again.created, again.unchanged, again.written) == (0, 2, True)
    assert Payment.objects.count() == 2
    assert audit_programme(desk.world.programme_id).differences == ()


def test_lines_not_paid_yet_wait_for_the_next_file(desk: Office) -> None:
    run = sent(desk)
    done = take(desk, run, back(GOOD[0], (2, "9,60", "", "")))
    assert (done.created, done.unchanged) == (1, 1)
    assert take(desk, run, back(*GOOD)).created == 1


WRONG: list[tuple[tuple[Any, ...], str, str]] = [
    ((9, "9,60", "M-1", "2021-11-12"), "Demande", "n’est pas dans ce lot"),
    (("deux", "9,60", "M-1", "2021-11-12"), "Demande", "nombre entier"),
    ((1, "19,20", "M-1", "2021-11-12"), "Demande", "déjà à la ligne 2"),
    ((2, "9,61", "M-1", "2021-11-12"), "Montant", "Le lot porte 9,60\u202f€"),
    ((2, "9,60", "", "2021-11-12"), "Numéro de mandat", "vide"),
    ((2, "9,60", "M-1", ""), "Date de paiement", "vide"),
    ((2, "9,60", "M-1", "31/02/2021"), "Date de paiement", "ne se lit pas"),
    ((2, "9,60", "M-1", "2021-11-07"), "Date de paiement", "8 novembre 2021"),
    ((2, "9,60", "M-1", "2021-11-16"), "Date de paiement", "à venir"),
]


@pytest.mark.parametrize(("row", "column", "reason"), WRONG)
def test_one_wrong_cell_is_named_and_keeps_the_whole_file_out(
    desk: Office, row: tuple[Any, ...], column: str, reason: str
) -> None:
    run = sent(desk)
    report = take(desk, run, back(GOOD[0], row))
    assert (report.written, Payment.objects.count()) == (False, 0)
    ((line, named, said),) = wrong(report)
    assert (line, named) == (3, column)
    assert reason in said


def test_a_payment_is_not_changed_and_one_that_came_back_is_not_paid_here(desk: Office) -> None:
    run = sent(desk)
    take(desk, run, back(*GOOD))
    other = take(desk, run, back((1, "19,20", "M-AUTRE", "2021-11-12"), GOOD[1]))
    assert [column for _, column, _ in wrong(other)] == ["Demande"]
    assert "M-2021-118" in wrong(other)[0][2]
    payment = Payment.objects.get(reference="M-2021-118")
    given: dict[str, Any] = {"reference": "RET", "returned_on": TODAY, "by": desk.sender, "at": on(TODAY, 8)}
    record_return(payment_id=payment.id, code="", **given)
    assert "est revenu" in wrong(take(desk, run, back(*GOOD)))[0][2]


def test_it_is_for_the_finance_desk_and_for_a_run_that_was_sent(desk: Office) -> None:
    run = desk.prepare([desk.claim(0, 2)])
    desk.approve(run)
    with pytest.raises(no.RunNotReady):
        take(desk, run, back(GOOD[0]))
    desk.send(run)
    with pytest.raises(MissingColumns):
        take(desk, run, back(GOOD[0], headings=("Demande", "Mois", "Lieu", "SIRET", "Montant", "x", "y")))
    for role in (Role.MANAGER, Role.ACCOUNTANT, Role.PLACE):
        with pytest.raises(NotAllowed):
            take(desk, run, back(GOOD[0]), by=desk.world.actor(role))
        with pytest.raises(NotAllowed):
            accounting_archive(desk.world.actor(role), run)
    with pytest.raises(NotFound):
        take(desk, run, back(GOOD[0]), by=Office(build_world("ailleurs")).preparer)


def test_the_command_writes_the_archive_and_records_what_comes_back(desk: Office, tmp_path: Path) -> None:
    run = desk.prepare([desk.claim(0, 2)])
    desk.approve(run)
    out, file, said = tmp_path / "lot.zip", tmp_path / "lignes.csv", StringIO()
    call_command("payments", "export", run="1", out=out, stdout=said)
    assert out.read_bytes() == accounting_archive(desk.sender, run)[1]
    desk.send(run)
    email, _person = somebody(desk.world, Role.FINANCE)
    with time_machine.travel(on(TODAY), tick=False):
        file.write_bytes(back((1, "1,00", "M-1", "2021-11-12")))
        with pytest.raises(CommandError, match="Rien n’est enregistré"):
            call_command("payments", "record", run="1", file=file, person=email, stdout=said)
        file.write_bytes(back(GOOD[0]))
        call_command("payments", "record", run="1", file=file, person=email, dry_run=True, stdout=said)
        assert not Payment.objects.exists()
        call_command("payments", "record", run="1", file=file, person=email, stdout=said)
    assert "ligne 2, colonne « Montant »" in said.getvalue()
    assert RUN_DAY < PAID_ON
    assert "(enregistré) : 1 paiement(s)" in said.getvalue()
