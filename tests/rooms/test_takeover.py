"""A programme kept elsewhere is taken over from files, proven equal to its last statement, and works on."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from passnumerique.directory.models import Organisation
from passnumerique.directory.rules import Role
from passnumerique.ground.codes import derive_code
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.insight.audit import audit_programme
from passnumerique.insight.status import status_on
from passnumerique.journeys.takeover import Folder, TakeoverReport, take_over_programme
from passnumerique.journeys.takeover import refusals as no
from passnumerique.settlement.queries.reconciling import reconcile
from passnumerique.training.operations import redeem_at_session
from passnumerique.vouchers.models import Event
from passnumerique.vouchers.operations import Scan, hand_over
from passnumerique.vouchers.rules import State
from tests.rooms.world import PROFILE, World, build_world, on

pytestmark = pytest.mark.django_db
STATEMENT, TODAY = date(2022, 1, 31), date(2022, 2, 7)
FORMER = "Ancien émetteur (fictif)"


@pytest.fixture
def world() -> World:
    """A programme set up, with its network and plan, and not one pass. The issuer keeps 4 %."""
    made = build_world(quantity=0, booklets=0, issuer_fee_rate=400)
    made.plan()
    return made


def named(world: World, ids: list[Any], rank: int = 0) -> str:
    return Organisation.objects.get(id=ids[rank]).name


def code(number: int) -> str:
    return derive_code(b"former", b"lot", number)


def table(headings: str, rows: list[list[object]]) -> bytes:
    lines = [headings, *(";".join(map(str, row)) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def files(world: World, **changed: list[list[object]]) -> dict[str, list[list[object]]]:
    """The life of thirty passes: two booklets delivered, eight passes handed over, five used, three paid."""
    structure, place, other = named(world, world.structures), named(world, world.places), named(world, world.places, 1)
    given: dict[str, list[list[object]]] = {
        "lots": [["BL-1", "01/09/2021", n, (n - 1) // 10 + 1, code(n)] for n in range(1, 31)],
        "allocations": [["05/09/2021", structure, 1, 2]],
        "remises": [
            ["10/09/2021", structure, 1, 5, "55545", "25-39"],
            ["2021-10-02", structure, 6, 8, "55545", "70 et plus"],
        ],
        "utilisations": [
            ["12/10/2021", place, 1, ""],
            ["12/10/2021", place, 2, "Premiers pas"],
            ["13/10/2021", place, 3, ""],
            ["05/11/2021", place, 6, ""],
            ["06/11/2021", other, 7, ""],
        ],
        "paiements": [["20/11/2021", place, "31/10/2021", "VIR-1", "28,80"]],
        "releve": [
            ["pass reçus", "", 30, "300,00"],
            ["en stock à la collectivité", "", 10, "100,00"],
            ["en stock dans les structures", "", 12, "120,00"],
            ["remis, non utilisés", "", 3, "30,00"],
            ["utilisés, à payer", "", 2, "20,00"],
            ["utilisés et payés", "", 3, "30,00"],
            ["utilisés, à payer", other, 1, "10,00"],
        ],
    }
    return given | changed


HEADINGS = {
    "lots": "Lot;Date;Numéro;Carnet;Code",
    "allocations": "Date;Structure;Premier carnet;Dernier carnet",
    "remises": "Date;Structure;Premier numéro;Dernier numéro;Commune;Tranche d’âge",
    "utilisations": "Date;Lieu;Numéro;Module",
    "paiements": "Date;Lieu;Jusqu’au;Référence;Montant",
    "releve": "Rubrique;Lieu;Pass;Montant",
}


def folder(rows: dict[str, list[list[object]]]) -> Folder:
    return Folder({name: (f"{name}.csv", table(HEADINGS[name], some)) for name, some in rows.items() if some})


def take(world: World, rows: dict[str, list[list[object]]] | None = None, **given: Any) -> TakeoverReport:
    given = {"by": world.manager, "at": on(TODAY), "former": FORMER, "statement_on": STATEMENT} | given
    return take_over_programme(programme_id=world.programme_id, folder=folder(rows or files(world)), **given)


def told(report: TakeoverReport) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.say()) for one in report.bad]


def test_a_programme_is_taken_over_act_by_act_and_its_past_days_answer(world: World) -> None:
    report = take(world)
    assert told(report) == []
    assert report.written
    assert all(proof.holds for proof in report.proofs)
    assert world.states() == {
        State.AUTHORITY_STOCK: 10,
        State.STRUCTURE_STOCK: 12,
        State.HELD: 3,
        State.REDEEMED: 2,
        State.REIMBURSED: 3,
    }
    assert status_on(world.programme_id, date(2021, 9, 8)).vouchers[State.STRUCTURE_STOCK] == 20
    assert status_on(world.programme_id, date(2021, 10, 12)).vouchers[State.REDEEMED] == 2
    assert status_on(world.programme_id, date(2021, 11, 20)).vouchers[State.REIMBURSED] == 3
    assert audit_programme(world.programme_id).differences == ()
    causes = set(Event.objects.filter(programme_id=world.programme_id, act="receive").values_list("cause", flat=True))
    assert causes == {"Reprise de l’ancien émetteur"}
    gaps = {one.apart.gap for one in reconcile(world.manager, world.programme_id, TODAY).differences}
    assert gaps == {"not_claimed"}, "the two uses that the former issuer has not paid"


def test_after_it_the_daily_work_goes_on(world: World) -> None:
    take(world)
    prescriber = world.actor(Role.PRESCRIBER)
    hand_over(
        programme_id=world.programme_id,
        structure_id=world.structures[0],
        numbers=[(9, 9)],
        profile=PROFILE,
        by=prescriber,
        at=on(TODAY, 13),
    )
    session_id, at = world.session(TODAY), on(TODAY, 14, 30)
    (outcome,) = redeem_at_session(
        programme_id=world.programme_id,
        session_id=session_id,
        scans=[Scan(new_id(at), code(9))],
        redeemed_at=at,
        by=world.actor(Role.PLACE),
        at=at,
    )
    assert outcome.refusal is None, "the card of the former issuer is taken"
    assert audit_programme(world.programme_id).differences == ()


def test_the_same_folder_again_changes_nothing_and_another_is_refused(world: World) -> None:
    take(world)
    again = take(world)
    assert (again.known, again.written) == (True, False)
    with pytest.raises(no.AlreadyTakenOver):
        take(world, files(world, paiements=[]))
    assert Event.objects.filter(programme_id=world.programme_id).count() == 30 + 20 + 8 + 5 + 9


def test_a_dry_run_does_all_proves_all_and_leaves_nothing(world: World) -> None:
    report = take(world, dry_run=True)
    assert (report.bad, report.written) == ((), False)
    assert len(report.proofs) == 7
    assert world.states() == {}
    assert not Event.objects.exists()
    assert take(world).written


def test_a_statement_that_says_something_else_refuses_all_and_lists_the_differences(world: World) -> None:
    rows = files(world)
    rows["releve"][4] = ["utilisés, à payer", "", 3, "30,00"]
    rows["releve"][6] = ["utilisés, à payer", named(world, world.places), 1, "9,00"]
    del rows["releve"][3]
    report = take(world, rows)
    assert told(report) == [
        ("releve", 1, "Le relevé ne dit rien de cette rubrique, que la reprise trouve non vide\u202f: 3 pass."),
        ("releve", 5, "Le relevé dit 3 pass, la reprise en trouve 2."),
        ("releve", 5, "Le relevé dit 30,00\u202f€, la reprise trouve 20,00\u202f€."),
        ("releve", 7, "Le relevé dit 9,00\u202f€, la reprise trouve 10,00\u202f€."),
    ]
    assert not report.written
    assert world.states() == {}


def test_every_line_that_cannot_be_is_named_at_once(world: World) -> None:
    rows = files(world)
    structure, place = named(world, world.structures), named(world, world.places)
    rows["lots"][3][2] = "quatre"
    report = take(world, rows)
    assert ("lots", 5, "Un numéro entier est attendu, de 1 à 15 chiffres.") in told(report)
    rows = files(world)
    rows["allocations"] += [["06/09/2021", structure, 2, 2], ["06/09/2021", "Nulle part", 9, 9]]
    rows["remises"] += [
        ["11/09/2021", structure, 5, 5, "55545", "vieux"],
        ["11/09/2021", structure, 25, 24, "1", "25-39"],
    ]
    rows["utilisations"] += [
        ["13/10/2021", place, 1, ""],
        ["01/09/2021", place, 8, "Poterie"],
        ["12/02/2022", "Ailleurs", 4, ""],
    ]
    lines = {(file, line) for file, line, _ in told(take(world, rows))}
    assert lines == {
        ("allocations", 3),
        ("allocations", 4),
        ("remises", 4),
        ("remises", 5),
        ("utilisations", 7),
        ("utilisations", 8),
        ("utilisations", 9),
    }
    assert world.states() == {}


def test_what_an_operation_refuses_is_named_too(world: World) -> None:
    rows = files(world)
    rows["remises"][0][4] = "75056"
    rows["paiements"][0][4] = "30,00"
    found = told(take(world, rows))
    assert ("remises", 2) in {(file, line) for file, line, _ in found}
    rows = files(world)
    rows["paiements"][0][4] = "30,00"
    assert told(take(world, rows)) == [
        ("paiements", 2, "Ce paiement devrait être de 28,80\u202f€, d’après les pass utilisés à ce lieu et les frais.")
    ]


def test_only_an_empty_programme_is_taken_over_and_only_by_its_manager(world: World) -> None:
    for role in (Role.FINANCE, Role.ACCOUNTANT, Role.AUDITOR, Role.PRESCRIBER, Role.PLACE, Role.ISSUER):
        with pytest.raises(NotAllowed):
            take(world, by=world.actor(role))
    with pytest.raises(NotFound):
        take(world, by=build_world("ailleurs", quantity=0, booklets=0).manager)
    with pytest.raises(no.StatementDayToCome):
        take(world, statement_on=date(2022, 3, 1))
    with pytest.raises(no.FileOfTheFolderMissing):
        take(world, files(world, releve=[]))
    world.issue(10)
    with pytest.raises(no.ProgrammeNotEmpty):
        take(world)


def test_the_command_tells_its_progress_its_proof_and_its_end(world: World, tmp_path: Path) -> None:
    for name, some in files(world).items():
        (tmp_path / f"{name}.csv").write_bytes(table(HEADINGS[name], some))
    given = ["takeover", "--folder", str(tmp_path), "--former", FORMER, "--statement-on", "2022-01-31"]
    out = StringIO()
    call_command(*given, "--dry-run", stdout=out)
    assert "verdun : essai réussi, rien n’est écrit" in out.getvalue()
    out = StringIO()
    call_command(*given, stdout=out)
    assert "10 / 10 actes" in out.getvalue()
    assert "utilisés et payés : relevé 3 pass, 30,00\u202f€ = reprise 3 pass, 30,00\u202f€" in out.getvalue()
    out = StringIO()
    call_command(*given, stdout=out)
    assert out.getvalue() == "verdun : ce dossier est déjà repris, rien n’a changé\n"
    (tmp_path / "paiements.csv").unlink()
    with pytest.raises(Exception, match="autre dossier"):
        call_command(*given)
