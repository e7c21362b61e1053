"""The issuer's files: any layout, each line kept, each thing said counted once, and nothing moved."""

import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from passnumerique.directory.models import Organisation
from passnumerique.directory.operations import save_mapping
from passnumerique.directory.queries import access_mappings
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sheets import MissingColumns, read_sheet, suggest_mapping, write_xlsx
from passnumerique.settlement.models import IssuerFile, IssuerRow
from passnumerique.settlement.operations.issuer import (
    IssuerReport,
    import_issuer_file,
    receive_issuer_lot,
    withdraw_issuer_file,
)
from passnumerique.settlement.queries.issuer import issuer_files, rows_about, rows_of_file, told_of
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict, mapping_kind, synonyms_of
from passnumerique.settlement.rules.issuer import refusals as no
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
DAY, TODAY = date(2021, 10, 12), date(2021, 11, 8)
USES = ["N° de pass", "Utilisé le", "Lieu", "Valeur"]


@pytest.fixture
def world() -> World:
    made = build_world()
    made.spend(4, DAY)
    return made


def place_name(world: World, rank: int = 0) -> str:
    return Organisation.objects.get(id=world.places[rank]).name


def csv(headings: Sequence[str], rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(";".join(line) for line in [headings, *rows]).encode(encoding)


def uses(world: World, numbers: Sequence[int], day: str = "12/10/2021") -> list[list[str]]:
    return [[str(number), day, place_name(world), "10,00"] for number in numbers]


def send(
    world: World, content: bytes, kind: IssuerKind = IssuerKind.REDEMPTIONS, name: str = "export.csv", **given: Any
) -> IssuerReport:
    sheet = read_sheet(content, name)
    given = {"mapping": suggest_mapping(sheet.columns, synonyms_of(kind)), "by": world.actor(Role.FINANCE)} | given
    return import_issuer_file(
        programme_id=world.programme_id,
        kind=kind,
        issuer="Émetteur (fictif)",
        sheet=sheet,
        file=content,
        at=on(TODAY),
        **given,
    )


def taken(world: World, kind: IssuerKind = IssuerKind.REDEMPTIONS) -> set[tuple[Any, ...]]:
    """What counts: the evidence."""
    rows = IssuerRow.objects.filter(programme_id=world.programme_id, kind=kind, verdict=RowVerdict.TAKEN)
    columns = ("number", "voucher_id", "place_id", "day", "amount_cents", "fee_cents", "balance_cents", "quantity")
    return set(rows.values_list(*columns, "reference").order_by())


def told(report: IssuerReport) -> list[tuple[int, str, str]]:
    return [(cell.line, cell.column, cell.say()) for cell in report.bad]


def test_each_line_is_kept_and_nothing_moves(world: World) -> None:
    before = world.states(), world.money()
    report = send(world, csv(USES, uses(world, [1, 2, 3])))
    assert (report.lines, report.taken, report.already, report.refused) == (3, 3, 0, 0)
    assert (report.amount_cents, report.first_day, report.last_day) == (3000, DAY, DAY)
    assert {row[0] for row in taken(world)} == {1, 2, 3}
    (file,) = issuer_files(world.manager, world.programme_id)
    assert (file.kind, file.filename, file.taken) == (IssuerKind.REDEMPTIONS, "export.csv", 3)  # type: ignore[attr-defined]
    row = rows_of_file(file).first()
    assert row
    assert (row.line, row.place_id, row.month) == (2, world.places[0], date(2021, 10, 1))
    assert '"Utilisé le": "12/10/2021"' in row.raw
    assert (world.states(), world.money()) == before


def test_the_same_file_again_and_a_file_that_overlaps_add_nothing(world: World) -> None:
    first = csv(USES, uses(world, [1, 2]))
    send(world, first)
    again = send(world, first)
    assert (again.known, again.taken, again.already) == (True, 0, 2)
    other = csv(
        ["Lieu", "Montant", "Date", "Numéro"], [[place_name(world), "10", "2021-10-12", str(n)] for n in (2, 3)]
    )
    overlap = send(world, other)
    assert (overlap.known, overlap.taken, overlap.already) == (False, 1, 1)
    assert told(overlap)[0][0] == 2
    assert "déjà connue d’un autre fichier" in told(overlap)[0][2]
    assert len(taken(world)) == 3
    assert IssuerRow.objects.count() == 4, "the line that overlaps is kept too"


def test_every_bad_line_is_named_by_line_column_and_reason_and_kept(world: World) -> None:
    lines = uses(world, [1, 1, 2, 3, 4, 999, 4])
    lines[2][1] = "31/02/2021"
    lines[3][3] = "1.234"
    lines[4][2] = "Nulle part"
    lines[6][0] = ""
    report = send(world, csv(USES, lines))
    assert told(report) == [
        (3, "N° de pass", "La même ligne est déjà à la ligne 2 du fichier. Elle n’est comptée qu’une fois."),
        (4, "Utilisé le", "Cette date ne se lit pas. Écrivez-la 13/12/2022 ou 2022-12-13."),
        (5, "Valeur", "Ce montant ne se lit pas. Écrivez-le comme 1 234,50, avec les centimes."),
        (
            6,
            "Lieu",
            "Ce lieu n’est pas au réseau. Écrivez son nom, son SIRET ou son identifiant comme au réseau.",
        ),
        (
            7,
            "N° de pass",
            "Aucun pass de ce dispositif ne porte ce numéro. Demandez à l’émetteur d’où il vient.",
        ),
        (8, "N° de pass", "Cette case est vide."),
    ]
    assert (report.taken, report.already, report.refused) == (1, 1, 5)
    assert IssuerRow.objects.count() == 7
    refused = IssuerRow.objects.get(line=5)
    assert [(cell.column, cell.value) for cell in told_of(refused)] == [("Valeur", "1.234")]


def test_a_pass_of_another_programme_and_lines_of_another_programme_are_named(world: World) -> None:
    build_beside(world, "voisin", 60)
    report = send(world, csv(USES, uses(world, [1, 55])))
    assert "celui d’un autre dispositif de votre collectivité" in told(report)[0][2]
    other = csv([*USES, "Dispositif"], [[*one, "Pass voisin"] for one in uses(world, [2])])
    report = send(world, other)
    assert told(report)[0][:2] == (2, "Dispositif")
    assert send(world, csv([*USES, "Client"], [[*one, "CLI-7"] for one in uses(world, [2])]), own_name="cli 7").taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_differ_and_say_the_same(world: World, encoding: str) -> None:
    other = ["Numéro", "Date", "Établissement", "Montant"]
    send(world, csv(other, [["1", "12 octobre 2021", place_name(world), "1 0,00 €"]]))
    again = send(world, csv(["N°", "Le", "Structure", "Montant été"], uses(world, [1]), encoding))
    assert (again.taken, again.already) == (0, 1)


def test_a_workbook_is_read_and_its_numbers_are_numbers(world: World) -> None:
    content = write_xlsx(USES, [[1, DAY, place_name(world), 10.0], [2, DAY, place_name(world), 10]])
    assert send(world, content, name="export.xlsx").taken == 2


def test_a_dry_run_says_the_same_and_writes_nothing(world: World) -> None:
    content = csv(USES, [*uses(world, [1, 1, 999])])
    dry = send(world, content, dry_run=True)
    assert not IssuerFile.objects.exists()
    wet = send(world, content)
    assert (dry.taken, dry.already, dry.refused, dry.bad) == (wet.taken, wet.already, wet.refused, wet.bad)
    assert dry.file_id is None
    assert wet.file_id


def test_what_did_not_count_is_read_anew_when_the_file_comes_again(world: World) -> None:
    content = csv(USES, uses(world, [1, 45]))
    assert send(world, content).refused == 1
    world.issue(10)
    again = send(world, content)
    assert (again.known, again.taken, again.refused) == (True, 1, 0)
    assert {row[0] for row in taken(world)} == {1, 45}
    assert IssuerRow.objects.count() == 2


def test_a_pass_said_used_twice_counts_twice_and_is_told(world: World) -> None:
    send(world, csv(USES, uses(world, [1])))
    report = send(world, csv(USES, uses(world, [1], day="13/10/2021")))
    assert report.taken == 1
    assert "aussi déclaré utilisé ailleurs" in told(report)[0][2]
    assert rows_about(world.manager, world.programme_id, 1).count() == 2


def test_a_withdrawn_file_counts_no_more_and_what_another_says_counts_from_there(world: World) -> None:
    first = send(world, csv(USES, uses(world, [1, 2])))
    send(world, csv(USES, [*uses(world, [2, 3])]))
    by, at, programme_id = world.actor(Role.FINANCE), on(TODAY), world.programme_id
    assert first.file_id
    with pytest.raises(no.WithdrawalWithoutReason):
        withdraw_issuer_file(programme_id=programme_id, file_id=first.file_id, reason=" ", by=by, at=at)
    given = {"programme_id": programme_id, "file_id": first.file_id, "reason": "Mauvais mois", "by": by, "at": at}
    assert withdraw_issuer_file(**given) == 2
    assert {row[0] for row in taken(world)} == {2, 3}
    with pytest.raises(no.FileAlreadyWithdrawn):
        withdraw_issuer_file(**given)
    assert send(world, csv(USES, uses(world, [1, 2]))).taken == 1, "it may come back"


def test_the_other_kinds_are_read(world: World) -> None:
    place = place_name(world)
    orders = csv(["Commande", "Date", "Quantité", "Montant"], [["C-1", "01/09/2021", "1 800", "18.000,00"]])
    assert send(world, orders, IssuerKind.ORDERS).amount_cents == 1_800_000
    payments = csv(["Référence", "Date", "SIRET", "Net", "Frais"], [["V-1", "2021-11-05", place, "38,40", "1,60"]])
    assert send(world, payments, IssuerKind.PAYMENTS).taken == 1
    assert [row[4:6] for row in taken(world, IssuerKind.PAYMENTS)] == [(3840, 160)]
    statement = csv(["Date", "Libellé", "Mouvement", "Solde"], [["30/11/21", "Virements", "(38,40)", "1 000,00"]])
    assert send(world, statement, IssuerKind.STATEMENTS).taken == 1
    assert [row[4:7] for row in taken(world, IssuerKind.STATEMENTS)] == [(-3840, None, 100_000)]
    credit = csv(["N° avoir", "Date", "Montant"], [["A-1", "1er janvier 2023", "100"]])
    assert send(world, credit, IssuerKind.CREDIT_NOTES).taken == 1


def test_a_missing_column_and_a_nameless_issuer_are_refused(world: World) -> None:
    with pytest.raises(MissingColumns):
        send(world, csv(["N° de pass", "Lieu"], [["1", "x"]]))
    sheet = read_sheet(csv(USES, uses(world, [1])), "x.csv")
    with pytest.raises(no.IssuerNameMissing):
        import_issuer_file(
            programme_id=world.programme_id,
            kind=IssuerKind.REDEMPTIONS,
            issuer=" ",
            sheet=sheet,
            mapping=suggest_mapping(sheet.columns, synonyms_of(IssuerKind.REDEMPTIONS)),
            file=b"x",
            by=world.manager,
            at=on(TODAY),
        )


def test_a_lot_is_received_and_its_lines_are_kept_without_the_codes(world: World) -> None:
    content = csv(["Numéro", "Carnet", "Code"], [[str(n), "9", f"SECRET{n}"] for n in (41, 42)])
    sheet = read_sheet(content, "lot.csv")
    given = {
        "programme_id": world.programme_id,
        "issuer": "Émetteur (fictif)",
        "reference": "BL-9",
        "sheet": sheet,
        "mapping": suggest_mapping(sheet.columns, synonyms_of(IssuerKind.LOTS)),
        "file": content,
        "at": on(TODAY),
    }
    with pytest.raises(NotAllowed):
        receive_issuer_lot(by=world.actor(Role.FINANCE), **given)
    assert receive_issuer_lot(by=world.manager, dry_run=True, **given).lot_id is None
    assert not IssuerFile.objects.exists()
    assert receive_issuer_lot(by=world.manager, **given).lot_id
    assert receive_issuer_lot(by=world.manager, **given).known
    assert "SECRET" not in "".join(IssuerRow.objects.values_list("raw", flat=True))
    assert {row[0] for row in taken(world, IssuerKind.LOTS)} == {41, 42}


def test_the_borders_of_the_files(world: World) -> None:
    content = csv(USES, uses(world, [1]))
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.PLACE, Role.PRESCRIBER, Role.MEDIATOR, Role.ISSUER, Role.FUNDER):
        with pytest.raises(NotAllowed):
            send(world, content, by=world.actor(role))
    stranger = build_world("ailleurs", quantity=0, booklets=0)
    with pytest.raises(NotFound):
        send(world, content, by=stranger.manager)
    report = send(world, content)
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.FINANCE, Role.MANAGER):
        assert issuer_files(world.actor(role), world.programme_id).count() == 1
    for role in (Role.PLACE, Role.PRESCRIBER, Role.MEDIATOR, Role.ISSUER, Role.FUNDER, Role.SECRETARY):
        with pytest.raises(NotAllowed):
            issuer_files(world.actor(role), world.programme_id)
    with pytest.raises(NotFound):
        issuer_files(stranger.manager, world.programme_id)
    with pytest.raises(NotAllowed):
        withdraw_issuer_file(
            programme_id=world.programme_id,
            file_id=report.file_id or NOBODY,
            reason="x",
            by=world.actor(Role.ACCOUNTANT),
            at=on(TODAY),
        )


def test_finance_keeps_the_mapping_of_an_issuer(world: World) -> None:
    finance, kind = world.actor(Role.FINANCE), mapping_kind(IssuerKind.REDEMPTIONS)
    mapping = suggest_mapping(tuple(USES), synonyms_of(IssuerKind.REDEMPTIONS))
    save_mapping(by=finance, at=on(TODAY), kind=kind, name="Émetteur (fictif)", mapping=mapping)
    assert access_mappings(finance, kind)["Émetteur (fictif)"] == mapping
    with pytest.raises(NotAllowed):
        save_mapping(by=finance, at=on(TODAY), kind="network", name="x", mapping=mapping)
    with pytest.raises(NotAllowed):
        save_mapping(by=world.actor(Role.ACCOUNTANT), at=on(TODAY), kind=kind, name="x", mapping=mapping)


def test_the_database_counts_a_thing_said_once(world: World) -> None:
    send(world, csv(USES, uses(world, [1])))
    row = IssuerRow.objects.get()
    row.id, row.line = new_id(on(TODAY)), 99
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_command_imports_and_compares(world: World, tmp_path: Path) -> None:
    path, out = tmp_path / "octobre.csv", StringIO()
    path.write_bytes(csv(USES, uses(world, [1, 2, 999])))
    given = ["issuer", "import", "--kind", "redemptions", "--file", str(path), "--issuer", "Émetteur (fictif)"]
    call_command(*given, "--dry-run", stdout=out)
    assert not IssuerFile.objects.exists()
    call_command(*given, stdout=out)
    assert "ligne 4, colonne « N° de pass », « 999 » : Aucun pass" in out.getvalue()
    assert (
        "octobre.csv (gardé) : 3 lignes, 2 prises en compte, 0 déjà connues, 1 non prises en compte" in out.getvalue()
    )
    out = StringIO()
    call_command("issuer", "reconcile", stdout=out)
    assert "2  utilisé au registre, absent chez l’émetteur, à expliquer" in out.getvalue()
    out = StringIO()
    call_command("issuer", "reconcile", "--json", stdout=out)
    assert {one["key"] for one in json.loads(out.getvalue())["differences"]} >= {"not_at_issuer:3", "not_at_issuer:4"}
    with pytest.raises(CommandError, match="introuvable"):
        call_command("issuer", "import", "--kind", "orders", "--file", str(tmp_path / "absent.csv"))
