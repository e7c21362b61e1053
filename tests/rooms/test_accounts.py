"""The accounts of a period: equal to the ledger, the same bytes each time, and accepted by an independent checker."""

import hashlib
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from beancount import loader
from beancount.core import amount, data
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.accounts import Period, accounts_of
from passnumerique.insight.accounts.natures import Side, nature_of, side_of
from passnumerique.insight.accounts.period import PeriodBackwards, place_code
from passnumerique.journeys.rendering import (
    JOURNAL,
    MANIFEST,
    PAPER,
    SHEETS,
    journal_of,
    render_accounts,
    rendering_paper,
)
from passnumerique.ledger import queries
from passnumerique.ledger.queries import cash_totals, totals
from passnumerique.ledger.rules import Cash
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations import offset, record_funds, recover
from passnumerique.settlement.queries import claims, lines_of
from tests.rooms.test_settlement_cash import funds, paid
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db

WHOLE = Period(date(2021, 9, 1), date(2021, 12, 31))


def world_of_money(payer: Payer = Payer.ISSUER) -> World:
    """Passes spent, claimed and paid by the issuer, one of them undue and come back, another undue still; funds."""
    world = build_world(payer=payer, issuer_fee_rate=400)
    paid(world)
    funds(world)
    finance = world.actor(Role.FINANCE)
    claim = lines_of(finance, _claim(world)).values_list("id", flat=True)
    lines = list(claim)
    recover(claim_id=_claim(world), line_ids=lines[:2], cause="Erreur", by=finance, at=on(date(2021, 11, 2)))
    offset(claim_id=_claim(world), line_ids=lines[:1], cause="Titre 12", by=finance, at=on(date(2021, 11, 20)))
    return world


def _claim(world: World) -> UUID:
    return claims(world.actor(Role.FINANCE), world.programme_id).values_list("id", flat=True).get()


def test_the_totals_are_those_of_the_ledger() -> None:
    world = world_of_money()
    found = accounts_of(world.programme_id, WHOLE)
    told = found.totals()
    for account, cents in totals(world.programme_id).items():
        sign = -1 if account == "authorised" else 1
        assert told[account.value]["closing_cents"] == sign * cents
    for cash, cents in cash_totals(world.programme_id).items():
        assert told[cash.value]["closing_cents"] == (-cents if cash is Cash.FUNDS else cents)
    for book in (found.face, found.cash):
        assert sum(line.closing_cents for line in book) == sum(line.opening_cents for line in book) == 0
        assert sum(line.debit_cents for line in book) == sum(line.credit_cents for line in book) > 0


def test_periods_that_follow_one_another_join() -> None:
    world = world_of_money()
    whole = accounts_of(world.programme_id, WHOLE)
    first = accounts_of(world.programme_id, Period(WHOLE.first, date(2021, 10, 31)))
    second = accounts_of(world.programme_id, Period(date(2021, 11, 1), WHOLE.last))
    assert {line.code + line.account: line.closing_cents for line in first.lines if line.closing_cents} == {
        line.code + line.account: line.opening_cents for line in second.lines if line.opening_cents
    }
    assert second.totals() == whole.totals() | {
        name: sums
        | {
            "opening_cents": first.totals()[name]["closing_cents"],
            "debit_cents": sums["debit_cents"] - first.totals()[name]["debit_cents"],
            "credit_cents": sums["credit_cents"] - first.totals()[name]["credit_cents"],
        }
        for name, sums in whole.totals().items()
    }


def test_receipts_and_expenses_are_told_apart_and_not_netted() -> None:
    world = world_of_money()
    found = accounts_of(world.programme_id, WHOLE)
    told = {(line.side, line.nature): (line.count, line.amount_cents) for line in found.natures}
    assert told == {
        (Side.RECEIPT, "Apports des financeurs et de la collectivité"): (1, 50_000),
        (Side.EXPENSE, "Paiements des lieux par l’émetteur"): (1, 2880),
        (Side.EXPENSE, "Frais gardés par l’émetteur"): (1, 120),
    }
    position = {line.label: (line.received_cents, line.spent_cents, line.closing_cents) for line in found.position}
    assert position["Fonds chez l’émetteur"] == (0, 3000, -3000)
    assert position["Trésorerie du dispositif"] == (50_000, 0, 50_000)


def test_every_pair_of_cash_has_a_side_and_a_name() -> None:
    for debit in Cash:
        for credit in Cash:
            assert nature_of(debit, credit)
            assert (side_of(debit, credit) is Side.RECEIPT) == (side_of(credit, debit) is Side.EXPENSE)


def test_unpaid_receivables_say_what_is_left_and_since_when() -> None:
    world = world_of_money()
    (one,) = accounts_of(world.programme_id, WHOLE).receivables
    assert (one.declared_cents, one.recovered_cents, one.left_cents) == (2000, 1000, 1000)
    assert one.since == date(2021, 11, 2)
    before = accounts_of(world.programme_id, Period(WHOLE.first, date(2021, 10, 31)))
    assert before.receivables == ()


def test_each_movement_has_its_supporting_document() -> None:
    world = world_of_money()
    kinds = {piece.kind: piece.amount_cents for piece in accounts_of(world.programme_id, WHOLE).pieces}
    assert kinds == {
        "convention ou acte": None,
        "bordereau de demande": 2880,
        "mandatement": 2880,
        "paiement": 2880,
        "apport reçu": 50_000,
    }


def test_the_rendering_is_the_same_bytes_twice_and_hashed(tmp_path: Path) -> None:
    world = world_of_money()
    actor = world.actor(Role.ACCOUNTANT)
    for name in ("one", "two"):
        files = render_accounts(actor=actor, programme_id=world.programme_id, period=WHOLE, out=tmp_path / name)
    assert [one.name for one in files] == [PAPER, SHEETS, JOURNAL, MANIFEST]
    for name in (PAPER, SHEETS, JOURNAL, MANIFEST):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    manifest = json.loads((tmp_path / "one" / MANIFEST).read_text("utf-8"))
    for name, told in manifest["files"].items():
        content = (tmp_path / "one" / name).read_bytes()
        assert told == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["totals"] == accounts_of(world.programme_id, WHOLE).totals()


def test_the_paper_is_tagged_and_fit_for_archives_and_the_workbook_has_a_sheet_for_each_statement(
    tmp_path: Path,
) -> None:
    world = world_of_money()
    render_accounts(actor=world.manager, programme_id=world.programme_id, period=WHOLE, out=tmp_path)
    with pikepdf.open(tmp_path / PAPER) as paper:
        assert paper.Root.MarkInfo.Marked
        with paper.open_metadata() as told:
            assert (told["pdfuaid:part"], told["pdfaid:part"], told["pdfaid:conformance"]) == ("1", "2", "A")
    book = CalamineWorkbook.from_filelike(BytesIO((tmp_path / SHEETS).read_bytes()))
    assert book.sheet_names == [
        "Opérations",
        "Balance argent",
        "Balance valeur faciale",
        "Soldes",
        "Trésorerie",
        "Restes à recouvrer",
        "Pièces",
    ]
    rows = book.get_sheet_by_name("Balance argent").to_python(skip_empty_area=False)
    assert round(sum(float(row[6] or 0) for row in rows[1:]), 2) == 0


@pytest.mark.parametrize("period", [WHOLE, Period(date(2021, 11, 1), date(2021, 11, 30))])
def test_an_independent_checker_accepts_the_journal_and_reads_the_same_sums(tmp_path: Path, period: Period) -> None:
    world = world_of_money()
    file = tmp_path / "journal.beancount"
    file.write_bytes(b"".join(journal_of(world.manager, world.programme_id, period)))
    entries, errors, _options = loader.load_file(str(file))
    assert errors == []
    sums: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            assert isinstance(posting.units, amount.Amount)
            sums[posting.account] = sums.get(posting.account, 0) + int(posting.units.number * 100)
    told = accounts_of(world.programme_id, period)
    place = place_code(world.programme_id, world.places[0])
    assert sums["Equity:Face:Authorised"] == told.totals()["authorised"]["closing_cents"]
    assert sums[f"Expenses:Cash:Settled:{place}"] == told.totals()["settled"]["closing_cents"] == 2880
    assert sums[f"Assets:Face:Undue:{place}"] == 1000
    assert sum(isinstance(entry, data.Balance) for entry in entries) >= 8
    assert world.slug not in file.read_text("utf-8").partition("\n")[2], "no name of a place"


def test_a_journal_altered_by_a_cent_is_refused_by_the_checker(tmp_path: Path) -> None:
    world = world_of_money()
    text = b"".join(journal_of(world.manager, world.programme_id, WHOLE)).decode()
    file = tmp_path / "journal.beancount"
    file.write_text(text.replace("Assets:Cash:Treasury  500.00 EUR", "Assets:Cash:Treasury  500.01 EUR", 1), "utf-8")
    assert loader.load_file(str(file))[1]


def test_the_journal_is_read_in_slabs(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of_money()
    at_once = b"".join(journal_of(world.manager, world.programme_id, WHOLE))
    monkeypatch.setattr(queries, "SLAB", 2)
    assert b"".join(journal_of(world.manager, world.programme_id, WHOLE)) == at_once


def test_the_accounts_are_for_who_reads_them_and_of_one_authority() -> None:
    world, other = build_world(), build_world("meuse")
    for role in Role:
        may_read = role in {Role.MANAGER, Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR, Role.SYSTEM}
        if not may_read:
            with pytest.raises(NotAllowed):
                journal_of(world.actor(role), world.programme_id, WHOLE)
    with pytest.raises(NotFound):
        rendering_paper(other.actor(Role.ACCOUNTANT), world.programme_id, WHOLE)


def test_a_period_backwards_is_refused() -> None:
    with pytest.raises(PeriodBackwards):
        Period(date(2022, 1, 1), date(2021, 12, 31))


def test_a_programme_without_money_renders_empty_accounts(tmp_path: Path) -> None:
    world = build_world()
    period = Period(date(2021, 8, 1), date(2021, 8, 31))
    render_accounts(actor=world.manager, programme_id=world.programme_id, period=period, out=tmp_path)
    file = str(tmp_path / JOURNAL)
    assert loader.load_file(file)[1] == []


def test_the_command_writes_the_files_and_says_their_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = world_of_money()
    span = ["--from", "2021-09-01", "--to", "2021-12-31", "--programme", world.slug]
    call_command("accounts", "render", *span, "--out", str(tmp_path / "r"))
    told = dict(line.split("  ")[::-1] for line in capsys.readouterr().out.splitlines())
    for path, digest in told.items():
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
    call_command("accounts", "journal", *span, "--out", str(tmp_path / "j.beancount"))
    assert (tmp_path / "j.beancount").read_bytes() == (tmp_path / "r" / JOURNAL).read_bytes()


def test_money_recorded_after_the_period_changes_nothing_of_it() -> None:
    world = world_of_money()
    before = rendering_paper(world.manager, world.programme_id, WHOLE)
    record_funds(
        programme_id=world.programme_id,
        contributor="État",
        amount_cents=1000,
        reference="TARDIF",
        received_on=date(2021, 12, 15),
        by=world.actor(Role.FINANCE),
        at=on(date(2022, 1, 5)),
    )
    assert rendering_paper(world.manager, world.programme_id, WHOLE) == before
