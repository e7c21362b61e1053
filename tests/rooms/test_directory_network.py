"""Organisations, their accreditations, and their import from partners' files."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from passnumerique.directory import operations, queries
from passnumerique.directory.models import Accreditation, Authority, Organisation
from passnumerique.directory.rules import AccreditationKind, AuthorityKind, Role, field_synonyms, system_actor
from passnumerique.directory.rules.refusals import (
    AlreadyAccredited,
    AlreadyEnded,
    BadEmail,
    BadOrganisation,
    BadSiret,
    BadSlug,
    DaysOutOfOrder,
    ExternalIdTaken,
    NameMissing,
    PaleColour,
    SlugTaken,
    UnsafeLogo,
)
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.sheets import Line, Mapping, read_sheet, suggest_mapping
from tests.rooms.directory_cast import AT, DAY, person, side

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parent.parent / "unit" / "data" / "lieux-exemple-valide.csv"
PLACE, PRESCRIBER = AccreditationKind.PLACE, AccreditationKind.PRESCRIBER
NAME_AND_ID = Mapping({"name": "nom", "external_id": "id", "postcode": "cp"})


@pytest.fixture
def verdun():
    return side("verdun", "PETR du Pays de Verdun")


def found(**changes):
    given = {"by": system_actor(), "at": AT, "name": "X", "slug": "x", "kind": AuthorityKind.EPCI}
    return operations.found_authority(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"colour": "#ffd400"}, PaleColour),
        ({"siret": "20004918700010"}, BadSiret),
        ({"slug": "Pays de Verdun"}, BadSlug),
        ({"slug": "verdun"}, SlugTaken),
        ({"name": " "}, NameMissing),
        ({"email": "nulle part"}, BadEmail),
        ({"logo": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'}, UnsafeLogo),
    ],
)
def test_an_authority_that_cannot_be_is_refused_by_name(verdun, changes, refusal):
    with pytest.raises(refusal):
        found(**changes)
    assert Authority.objects.count() == 1


def test_a_manager_changes_the_look_and_the_contact(verdun):
    logo = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>'
    operations.change_authority_look(by=verdun.manager, at=AT, colour="#0B5D3B", radius=99, logo=logo)
    kept = operations.change_authority_look(by=verdun.manager, at=AT, colour="#0b5d3b", radius=4)
    assert (kept.colour, kept.radius, bytes(kept.logo), kept.logo_type) == (
        "#0b5d3b",
        4,
        logo,
        "image/svg+xml",
    )
    gone = operations.change_authority_look(by=verdun.manager, at=AT, colour="#0b5d3b", radius=4, logo=b"")
    assert (bytes(gone.logo), gone.logo_type) == (b"", "")
    contact = {"siret": "732 829 320 00074", "email": "contact@exemple.fr", "accessibility_contact": "M. X"}
    changed = operations.change_authority_contact(by=verdun.manager, at=AT, name=" PETR ", **contact)
    assert (changed.name, changed.siret) == ("PETR", "73282932000074")
    assert queries.authority_with_slug("verdun") == changed
    with pytest.raises(NotFound):
        queries.authority_with_slug("nulle-part")


def test_an_organisation_is_registered_and_changed_with_the_fields_of_the_standard(verdun):
    texts = {"name": "Foyer (fictif)", "services": ["Loisirs et créations numériques"], "insee_code": "55545"}
    one = operations.register_organisation(by=verdun.manager, at=AT, texts=texts, fictional=True)
    assert (one.external_id, one.updated_on, one.fictional) == ("55545-foyer-fictif", DAY, True)
    later = AT + timedelta(days=1)
    operations.change_organisation(
        by=verdun.manager, at=later, organisation_id=one.id, texts={"latitude": "49,1", "longitude": "5,4"}
    )
    one.refresh_from_db()
    assert (one.latitude, one.longitude, one.updated_on) == (49.1, 5.4, DAY + timedelta(days=1))
    assert one.services == ["Loisirs et créations numériques"]


def test_every_problem_of_an_organisation_is_told_at_once(verdun):
    with pytest.raises(BadOrganisation) as refused:
        operations.register_organisation(by=verdun.manager, at=AT, texts={"name": "", "postcode": "5", "phone": "12"})
    assert [one.field for one in refused.value.params["problems"]] == ["postcode", "phone", "name"]
    assert "Code postal" in refused.value.say()


def test_an_identifier_is_given_once_in_an_authority(verdun):
    with pytest.raises(ExternalIdTaken):
        operations.register_organisation(
            by=verdun.manager, at=AT, texts={"name": "Autre", "external_id": verdun.library.external_id}
        )
    with pytest.raises(ExternalIdTaken):
        operations.change_organisation(
            by=verdun.manager,
            at=AT,
            organisation_id=verdun.workshop.id,
            texts={"external_id": verdun.library.external_id},
        )


def test_a_search_looks_past_accents_in_names_and_communes(verdun):
    def names(search):
        return [one.name for one in queries.access_organisations(verdun.manager, search=search)]

    assert names("mediathèque ETAIN") == ["Médiathèque de verdun (fictif)"]
    assert names("étain") == ["Atelier de verdun (fictif)", "Médiathèque de verdun (fictif)"]
    assert names("bar-le-duc") == []


def accredit(one, **changes):
    given = {
        "by": one.manager,
        "at": AT,
        "programme_id": one.programme_id,
        "programme_authority_id": one.authority.id,
        "organisation_ids": [one.library.id],
        "kind": PLACE,
        "from_day": DAY,
    }
    return operations.accredit(**(given | changes))


def test_an_accreditation_holds_on_both_its_ends_and_nowhere_else(verdun):
    accredit(verdun, until_day=date(2022, 12, 31), document_reference="Convention 3")
    answers = {
        day: queries.accredited_on(verdun.programme_id, verdun.library.id, PLACE, day)
        for day in (DAY - timedelta(days=1), DAY, date(2022, 12, 31), date(2023, 1, 1))
    }
    assert list(answers.values()) == [False, True, True, False]
    for day, holds in answers.items():
        assert queries.accredited_places(verdun.programme_id, day) == ({verdun.library.id} if holds else set())
    assert not queries.accredited_on(verdun.programme_id, verdun.library.id, PRESCRIBER, DAY)
    assert not queries.accredited_on(new_id(AT), verdun.library.id, PLACE, DAY)
    assert queries.programmes_of_organisation(verdun.library.id, DAY) == {verdun.programme_id}
    assert queries.accredited_prescribers(verdun.programme_id, DAY) == set()


def test_accreditations_never_overlap_and_one_bad_leaves_none(verdun):
    accredit(verdun, until_day=date(2022, 12, 31))
    both = [verdun.workshop.id, verdun.library.id]
    for first, last in [(DAY, None), (date(2022, 12, 31), None), (date(2022, 1, 1), DAY)]:
        with pytest.raises(AlreadyAccredited):
            accredit(verdun, organisation_ids=both, from_day=first, until_day=last)
    with pytest.raises(DaysOutOfOrder):
        accredit(verdun, until_day=DAY - timedelta(days=1))
    with pytest.raises(NotFound):
        accredit(verdun, organisation_ids=[verdun.workshop.id, new_id(AT)])
    assert Accreditation.objects.count() == 1
    accredit(verdun, organisation_ids=both, from_day=date(2023, 1, 1))
    accredit(verdun, kind=PRESCRIBER)
    accredit(verdun, programme_id=new_id(AT))
    assert Accreditation.objects.count() == 5


def test_an_accreditation_ends_on_a_day_that_it_reaches(verdun):
    row = accredit(verdun)[0]
    end = {"by": verdun.manager, "at": AT, "accreditation_id": row.id}
    with pytest.raises(DaysOutOfOrder):
        operations.end_accreditation(last_day=DAY - timedelta(days=1), **end)
    operations.end_accreditation(last_day=date(2022, 12, 31), **end)
    with pytest.raises(AlreadyEnded):
        operations.end_accreditation(last_day=date(2023, 6, 30), **end)
    operations.end_accreditation(last_day=DAY, **end)
    assert Accreditation.objects.get().until_day == DAY


@pytest.mark.parametrize(
    "changes",
    [{"kind": "king"}, {"until_day": date(2022, 1, 1)}, {"from_day": DAY}, {"until_day": None}],
)
def test_the_database_refuses_an_impossible_accreditation(verdun, changes):
    accredit(verdun)
    given = {"kind": PLACE, "from_day": DAY + timedelta(days=5), "until_day": DAY + timedelta(days=9)}
    row = Accreditation(
        id=new_id(AT), programme_id=verdun.programme_id, organisation=verdun.library, **(given | changes)
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_counts_are_right_and_cost_one_statement_however_many_rows(verdun, django_assert_num_queries):
    accredit(verdun)
    accredit(verdun, kind=PRESCRIBER, organisation_ids=[verdun.workshop.id], programme_id=new_id(AT))
    user = person()
    for role in (Role.PLACE, Role.MEDIATOR):
        operations.add_membership(
            by=verdun.installation, at=AT, user_id=user.id, role=role, organisation_id=verdun.library.id
        )
    for n in range(20):
        operations.register_organisation(by=verdun.manager, at=AT, texts={"name": f"Structure {n} (fictif)"})
    with django_assert_num_queries(1):
        rows = list(queries.with_counts(queries.access_organisations(verdun.manager), day=DAY))
    assert len(rows) == 22
    counts = {one.id: (one.people, one.is_prescriber, one.is_place) for one in rows}
    assert counts[verdun.library.id] == (1, False, True)
    assert counts[verdun.workshop.id] == (0, True, False)
    here = queries.with_counts(queries.access_organisations(verdun.manager), day=DAY, programme_id=verdun.programme_id)
    assert not here.get(id=verdun.workshop.id).is_prescriber
    kept = queries.access_organisations(verdun.manager, kind=PLACE, programme_id=verdun.programme_id, day=DAY)
    assert list(kept) == [verdun.library]


def test_names_are_given_for_identifiers_in_one_statement(verdun, django_assert_num_queries):
    ids = [verdun.library.id, verdun.workshop.id, verdun.library.id, new_id(AT)]
    with django_assert_num_queries(1):
        names = queries.organisations_named(ids)
    assert names == {one.id: one.name for one in (verdun.library, verdun.workshop)}
    assert set(queries.organisations_by_id(ids)) == set(names)
    user = person()
    assert queries.people_named([user.id]) == {user.id: user.name}


def imported(one, rows, mapping=NAME_AND_ID, **given):
    return operations.import_organisations(by=one.manager, at=AT, rows=rows, mapping=mapping, **given)


def line(number, nom, id="", cp=""):
    return Line(number, {"nom": nom, "id": id, "cp": cp})


def test_the_published_example_is_imported_twice_and_written_once(verdun):
    sheet = read_sheet(EXAMPLE.read_bytes(), EXAMPLE.name)
    mapping = suggest_mapping(sheet.columns, field_synonyms())
    first = imported(verdun, sheet.rows, mapping)
    again = imported(verdun, sheet.rows, mapping)
    assert (first.created, first.written, again.created, again.unchanged) == (1, True, 0, 1)
    one = Organisation.objects.get(external_id="structure-1")
    assert (one.phone, one.updated_on) == ("+33180059880", date(2024, 4, 2))


def test_one_bad_line_keeps_the_whole_file_out(verdun):
    rows = [line(2, "Un", "1"), line(3, "", "2"), line(5, "Trois", "3", "551"), line(6, "Quatre", "1")]
    report = imported(verdun, rows)
    assert [(cell.line, cell.column, cell.value) for cell in report.bad] == [
        (3, "nom", ""),
        (5, "cp", "551"),
        (6, "id", "1"),
    ]
    assert report.bad[2].say() == (
        "Cette structure est déjà à la ligne 2 du fichier. Gardez une seule des deux lignes."
    )
    assert (report.created, report.written, report.bad_lines) == (1, False, 3)
    assert Organisation.objects.count() == 2


def test_the_good_lines_alone_are_written_when_asked(verdun):
    report = imported(verdun, [line(2, "Un", "1"), line(3, "=Deux", "2")], all_or_nothing=False)
    assert (report.created, report.written, len(report.bad)) == (1, True, 1)
    assert Organisation.objects.count() == 3


def test_a_dry_run_tells_everything_and_writes_nothing(verdun):
    imported(verdun, [line(2, "Un", "1"), line(3, "Deux", "2")])
    rows = [line(2, "Un", "1"), line(3, "Deux bis", "2"), line(4, "Trois", "3")]
    report = imported(verdun, rows, dry_run=True)
    assert (report.created, report.changed, report.unchanged, report.written) == (1, 1, 1, False)
    assert sorted(Organisation.objects.filter(external_id__in="123").values_list("name", flat=True)) == [
        "Deux",
        "Un",
    ]


def test_a_line_without_identifier_is_known_by_its_siret_and_name(verdun):
    operations.register_organisation(
        by=verdun.manager, at=AT, texts={"name": "Foyer", "pivot": "73282932000074", "external_id": "F1"}
    )
    mapping = Mapping({"name": "nom", "pivot": "siret", "commune": "ville"})
    rows = [Line(2, {"nom": "FOYER", "siret": "73282932000074", "ville": "Damvillers"})]
    assert imported(verdun, rows, mapping).changed == 1
    one = Organisation.objects.get(external_id="F1")
    assert (one.commune, one.updated_on) == ("Damvillers", DAY)
    assert imported(verdun, rows, mapping).unchanged == 1


def test_only_mapped_columns_are_touched(verdun):
    operations.change_organisation(
        by=verdun.manager, at=AT, organisation_id=verdun.library.id, texts={"phone": "03 29 87 90 90"}
    )
    imported(verdun, [line(2, "Nouveau nom", verdun.library.external_id)])
    one = Organisation.objects.get(id=verdun.library.id)
    assert (one.name, one.phone, one.commune) == ("Nouveau nom", "+33329879090", "Étain")
    assert list(queries.access_organisations(verdun.manager, search="nouveau")) == [one]


def test_ten_thousand_lines_are_imported(verdun):
    rows = [line(n, f"Structure {n}", str(n), "55100") for n in range(2, 10_002)]
    assert imported(verdun, rows).created == 10_000
    assert imported(verdun, rows).unchanged == 10_000


def test_a_mapping_is_kept_by_name_and_replaced_by_the_same(verdun):
    save = {"by": verdun.manager, "at": AT, "kind": "organisations"}
    operations.save_mapping(name="Export Hubik", mapping=NAME_AND_ID, **save)
    operations.save_mapping(name="Export Hubik", mapping=Mapping({"name": "lib"}), **save)
    assert queries.access_mappings(verdun.manager, "organisations") == {"Export Hubik": Mapping({"name": "lib"})}
    assert queries.access_mappings(verdun.manager, "lots") == {}
    with pytest.raises(NameMissing):
        operations.save_mapping(name=" ", mapping=NAME_AND_ID, **save)
