"""The council's open data: acts taken from a list, grants told from a convention, both given back as they came."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.council.models import Deliberation, Grant
from passnumerique.council.operations import import_acts
from passnumerique.council.queries import adopted_decision, is_adopted, votes_known
from passnumerique.council.rules import DELIBERATION_COLUMNS, MATTERS, faults_of_a_deliberation, faults_of_a_grant
from passnumerique.directory.models import Authority
from passnumerique.directory.rules import Role
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.sheets import Report, read_sheet
from passnumerique.insight.open_data import (
    deliberations_csv,
    grants_csv,
    public_grants_csv,
    published_deliberations_csv,
)
from passnumerique.journeys.granting import Typed, is_grant, share_of, tell_grant
from passnumerique.programmes.models import Document, FundingShare
from passnumerique.programmes.queries import funding_shares
from tests.rooms.world import World, build_world, deliberate, on
from tests.table_schema import faults

pytestmark = pytest.mark.django_db
SIRET, TODAY = "21860194600013", date(2022, 12, 20)
SCHEMAS = Path(__file__).parents[1] / "unit/data"
FIRST = {
    "COLL_NOM": "Collectivité verdun (fictif)",
    "COLL_SIRET": SIRET,
    "DELIB_ID": "DE2020017",
    "DELIB_DATE": "2020-12-16",
    "DELIB_MATIERE_CODE": "7.5",
    "DELIB_MATIERE_NOM": MATTERS["7.5"],
    "DELIB_OBJET": "Mise en place du dispositif, dite « Pass »",
    "BUDGET_ANNEE": "2021",
    "BUDGET_NOM": "Budget principal",
    "PREF_ID": "055-ESSAI-17",
    "PREF_DATE": "2020-12-18",
    "DELIB_URL": "https://exemple.fr/DE2020017.pdf",
}
VOTED = {"VOTE_EFFECTIF": "24", "VOTE_REEL": "15", "VOTE_POUR": "14", "VOTE_CONTRE": "0", "VOTE_ABSTENTION": "1"}
SECOND = {**FIRST, "DELIB_ID": "DE2021003", "DELIB_DATE": "2021-03-02", "PREF_ID": "", "PREF_DATE": "", **VOTED}


@pytest.fixture
def world() -> World:
    made = build_world(quantity=0, structures=0, places=0)
    Authority.objects.filter(id=made.authority_id).update(siret=SIRET)
    return made


def file_of(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, DELIBERATION_COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def taken(world: World, *rows: dict[str, str], dry_run: bool = False) -> Report:
    sheet = read_sheet(file_of(*rows), "actes.csv")
    return import_acts(rows=sheet.rows, columns=sheet.columns, by=world.manager, at=on(TODAY), dry_run=dry_run)


def test_acts_come_from_a_list_and_go_back_as_they_came(world: World) -> None:
    report = taken(world, FIRST, SECOND)
    assert (report.created, report.unchanged, report.written) == (2, 0, True)
    first, second = Deliberation.objects.filter(imported=True).order_by("number")
    assert (votes_known(first), first.voters, first.convened_on, first.chaired_by) == (False, None, None, "")
    assert (votes_known(second), second.votes_for, second.abstentions) == (True, 14, 1)
    assert is_adopted(first)
    assert adopted_decision(world.authority_id, first.id).binds_from is None
    given_back = {
        row["DELIB_ID"]: row for row in csv.DictReader(io.StringIO(deliberations_csv(world.manager).decode()))
    }
    for row in (dict.fromkeys(DELIBERATION_COLUMNS, "") | FIRST, SECOND):
        assert given_back[row["DELIB_ID"]] == row


def test_the_same_list_twice_changes_nothing(world: World) -> None:
    taken(world, FIRST, SECOND)
    before = list(Deliberation.objects.order_by("id").values())
    report = taken(world, SECOND, FIRST)
    assert (report.created, report.unchanged, report.bad) == (0, 2, ())
    assert list(Deliberation.objects.order_by("id").values()) == before


def test_a_dry_run_writes_nothing(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report = taken(world, FIRST, dry_run=True)
    assert (report.created, report.written) == (1, False)
    assert not [one for one in queries if 'INSERT INTO "council_deliberation"' in one["sql"]]
    assert not Deliberation.objects.filter(imported=True).exists()


BAD = {
    "a day that is none": ({"DELIB_DATE": "16/12/2020"}, "DELIB_DATE"),
    "votes that do not sum": (VOTED | {"VOTE_POUR": "13"}, "VOTE_REEL"),
    "a rejected act": (VOTED | {"VOTE_POUR": "4", "VOTE_CONTRE": "10"}, "VOTE_POUR"),
    "another authority": ({"COLL_SIRET": "13002603200016"}, "COLL_SIRET"),
    "a day to come": ({"DELIB_DATE": "2022-12-21", "PREF_DATE": "", "PREF_ID": ""}, "DELIB_DATE"),
    "sent before its vote": ({"PREF_DATE": "2020-12-15"}, "PREF_DATE"),
    "an unknown matter": ({"DELIB_MATIERE_NOM": "Argent/Divers"}, "DELIB_MATIERE_NOM"),
    "too long": ({"DELIB_OBJET": "x" * 301}, "DELIB_OBJET"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_told_by_line_and_column_and_keeps_all_out(world: World, name: str) -> None:
    change, column = BAD[name]
    report = taken(world, SECOND, FIRST | change)
    assert [(cell.line, cell.column) for cell in report.bad] == [(3, column)]
    assert report.bad[0].say()
    assert not report.written
    assert not Deliberation.objects.filter(imported=True).exists()


def test_a_number_stands_once_and_a_known_act_is_not_changed(world: World) -> None:
    report = taken(world, FIRST, FIRST)
    assert [(cell.line, cell.column) for cell in report.bad] == [(3, "DELIB_ID")]
    taken(world, FIRST)
    report = taken(world, FIRST | {"DELIB_OBJET": "Autre chose"})
    assert [(cell.line, cell.column) for cell in report.bad] == [(2, "DELIB_OBJET")]
    assert Deliberation.objects.get(number="DE2020017").subject == FIRST["DELIB_OBJET"]


def test_an_act_voted_here_is_known_in_a_list(world: World) -> None:
    deliberate(world, "2022-04", date(2022, 3, 8))
    rows = list(csv.DictReader(io.StringIO(deliberations_csv(world.manager).decode())))
    report = taken(world, *rows)
    assert (report.created, report.unchanged) == (0, len(rows))


def test_a_list_without_a_required_column_is_refused(world: World) -> None:
    sheet = read_sheet(b"DELIB_ID,DELIB_DATE\nDE1,2020-12-16\n", "actes.csv")
    with pytest.raises(Refusal, match="COLL_SIRET"):
        import_acts(rows=sheet.rows, columns=sheet.columns, by=world.manager, at=on(TODAY))


def test_only_the_council_s_desk_takes_acts(world: World) -> None:
    sheet = read_sheet(file_of(FIRST), "actes.csv")
    for role in (Role.FINANCE, Role.FUNDER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            import_acts(rows=sheet.rows, columns=sheet.columns, by=world.actor(role), at=on(TODAY))


def test_anybody_reads_published_acts_only(world: World) -> None:
    authority = Authority.objects.get(id=world.authority_id)
    taken(world, FIRST)
    act = deliberate(world, "2022-04", date(2022, 12, 13))

    def numbers(day: date) -> list[str]:
        content = published_deliberations_csv(authority, day, addresses=lambda number: f"https://exemple.fr/{number}")
        assert faults(json.loads((SCHEMAS / "scdl-deliberations-2.1.5.json").read_text()), content) == []
        return [row["DELIB_ID"] for row in csv.DictReader(io.StringIO(content.decode()))]

    assert "2022-04" not in numbers(date(2022, 12, 13))
    assert "2022-04" in numbers(date(2022, 12, 14))
    assert "DE2020017" not in numbers(TODAY)
    assert all(
        faults_of_a_deliberation(row) == []
        for row in csv.DictReader(io.StringIO(deliberations_csv(world.manager).decode()))
    )
    assert Deliberation.objects.get(id=act).url == ""


TYPED = Typed(
    giver_siret="130 026 032 00016",
    purpose="Pass numérique, phase 2 (fictif)",
    terms="échelonné",
    paid="2021-09-01/2022-12-31",
)


def share(world: World) -> FundingShare:
    """The part that the State brings, by a convention that is signed."""
    return funding_shares(world.programme_id).get()


def tell(world: World, typed: Typed = TYPED, **given: object) -> Grant:
    told = {"programme_id": world.programme_id, "share_id": share(world).id, "by": world.manager, "at": on(TODAY)}
    return Grant.objects.get(id=tell_grant(typed=typed, **told | given))  # type: ignore[arg-type]


def test_a_share_is_told_as_a_grant(world: World) -> None:
    row = tell(world)
    part = share(world)
    assert (row.giver, row.amount_cents, row.agreed_on) == ("État", part.amount_cents, part.document.signed_on)
    content = grants_csv(world.manager)
    assert faults(json.loads((SCHEMAS / "scdl-subventions-2.1.1.json").read_text()), content) == []
    [line] = csv.DictReader(io.StringIO(content.decode()))
    assert faults_of_a_grant(line) == []
    told = ("idAttribuant", "idBeneficiaire", "montant", "pourcentageSubvention", "notificationUE", "rnaBeneficiaire")
    amount = f"{part.amount_cents // 100}.00"
    assert [line[name] for name in told] == ["13002603200016", SIRET, amount, "1.00", "non", ""]
    assert public_grants_csv(Authority.objects.get(id=world.authority_id)) == content


def test_told_again_it_replaces_what_was_told(world: World) -> None:
    first = tell(world)
    again = tell(world, replace(TYPED, purpose="Autre objet (fictif)"))
    assert (again.id, again.purpose, Grant.objects.count()) == (first.id, "Autre objet (fictif)", 1)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"giver_siret": "13002603200017"}, "idAttribuant"),
        ({"purpose": " "}, "objet"),
        ({"paid": "2022-12-31/2021-09-01"}, "datesPeriodeVersement"),
    ],
    ids=["siret", "purpose", "period"],
)
def test_what_the_list_could_not_hold_is_refused_by_column(world: World, change: dict[str, str], column: str) -> None:
    with pytest.raises(Refusal, match=column) as refused:
        tell(world, replace(TYPED, **change))  # type: ignore[arg-type]
    assert refused.value.name == "grant_not_good"
    assert not Grant.objects.exists()


def test_without_siret_the_authority_has_no_grant(world: World) -> None:
    Authority.objects.filter(id=world.authority_id).update(siret="")
    with pytest.raises(Refusal, match="idBeneficiaire"):
        tell(world)


def test_the_authority_s_own_part_is_no_grant(world: World) -> None:
    name = Authority.objects.get(id=world.authority_id).name
    FundingShare.objects.filter(id=share(world).id).update(contributor=name)
    own = share(world)
    assert not is_grant(world.manager, own)
    with pytest.raises(Refusal) as refused:
        tell(world, share_id=own.id)
    assert refused.value.name == "own_contribution"


def test_a_convention_not_signed_gives_no_grant(world: World) -> None:
    Document.objects.filter(id=share(world).document_id).update(signed_on=None, in_force_on=None)
    with pytest.raises(Refusal) as refused:
        tell(world)
    assert refused.value.name == "convention_unsigned"


def test_no_border_is_crossed(world: World) -> None:
    stranger = replace(world.manager, authority_id=new_id(on(TODAY)))
    for act in (lambda: tell(world, by=stranger), lambda: share_of(stranger, world.programme_id, share(world).id)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        tell(world, share_id=new_id(on(TODAY)))
    for role in (Role.FINANCE, Role.FUNDER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            tell(world, by=world.actor(role))
