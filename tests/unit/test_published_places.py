"""Places that take the pass, as open data: every line valid against the schema of the national standard."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.directory.rules import (
    FIELDS,
    field_synonyms,
    published_lines,
    read_organisation,
    standard_headings,
    taking_label,
)
from passnumerique.ground.sheets import read_sheet, suggest_mapping, write_csv
from tests.table_schema import faults

SCHEMA = json.loads((Path(__file__).parent / "data/lieux-mediation-numerique-1.0.2.json").read_text())
"""Published by La MedNum, https://github.com/LaMednum/standard-mediation-num, Licence Ouverte 2.0."""
PLACE: dict[str, Any] = {
    "external_id": "lieu-1",
    "pivot": "WFICTIF001",
    "name": "Médiathèque, annexe (fictive)",
    "commune": "Verdun",
    "postcode": "55100",
    "insee_code": "55545",
    "address": "20 rue d’Exemple",
    "latitude": 49.16,
    "longitude": 5.38,
    "types": ["TIERS_LIEUX", "BIB"],
    "phone": "+33329879090",
    "emails": ["a@exemple.fr", "b@exemple.fr"],
    "websites": ["https://exemple.fr/a"],
    "opening_hours": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
    "mobility": ["Fixe"],
    "updated_on": date(2022, 12, 13),
    "services": ["Utilisation sécurisée du numérique", "Maîtrise des outils numériques du quotidien"],
    "audiences": ["Familles et/ou enfants"],
    "special_care": ["Langues étrangères (anglais)"],
    "fees": ["Payant"],
    "national_programmes": ["Point d'accès numérique CAF"],
    "labels": ["Formé à « DUPLEX » (illettrisme)"],
    "other_labels": ["Label maison"],
    "access_modes": ["Ce lieu n'accueille pas de public"],
    "support_modes": ["À distance"],
}
COLUMNS = [field.name for field in FIELDS]


def place(**changes: Any) -> SimpleNamespace:
    blanks = {field.name: "" for field in FIELDS}
    return SimpleNamespace(**(blanks | PLACE | changes))


def as_csv(*places: SimpleNamespace, programme: str = "Pass du Pays") -> bytes:
    return write_csv(standard_headings(), published_lines(places, programme), delimiter=",", bom=False)


def told(**changes: Any) -> dict[str, str]:
    (line,) = published_lines([place(**changes)], "Pass du Pays")
    return dict(zip(COLUMNS, line, strict=True))


def test_a_place_known_whole_is_valid_and_says_that_it_takes_the_pass() -> None:
    assert faults(SCHEMA, as_csv(place(), place(external_id="lieu-2"))) == []
    line = told()
    assert line["fees"] == "Gratuit sous condition"
    assert line["other_labels"] == "Label maison|Pass numérique accepté (Pass du Pays)"
    assert line["services"] == "Utilisation sécurisée du numérique|Maîtrise des outils numériques du quotidien"
    assert line["phone"] == "+33329879090"


def test_the_file_is_read_back_by_our_own_reading() -> None:
    sheet = read_sheet(as_csv(place()), "lieux.csv")
    mapping = suggest_mapping(sheet.columns, field_synonyms())
    values, problems = read_organisation(mapping.read(sheet.rows[0]))
    assert not problems
    blanks = {field.name: values[field.name] for field in FIELDS if field.name not in PLACE}
    taken = {"fees": ["Gratuit sous condition"], "other_labels": ["Label maison", taking_label("Pass du Pays")]}
    assert values == blanks | PLACE | taken
    assert set(map(str, blanks.values())) <= {"", "[]", "None"}


def test_what_is_published_again_does_not_grow() -> None:
    label = taking_label("Pass du Pays")
    assert told(other_labels=[label, "Label maison"])["other_labels"] == f"Label maison|{label}"


@pytest.mark.parametrize("missing", [field.name for field in FIELDS if field.required])
def test_a_place_without_what_the_standard_requires_is_left_out(missing: str) -> None:
    assert published_lines([place(**{missing: None if missing == "updated_on" else ""})], "Pass") == []


@pytest.mark.parametrize(
    ("field", "text"),
    [("phone", "+352621123456"), ("opening_hours", "tous les jours"), ("accessibility_url", "acceslibre")],
)
def test_a_text_that_the_standard_refuses_is_left_empty(field: str, text: str) -> None:
    assert told(**{field: text})[field] == ""


def test_the_name_of_a_programme_cannot_part_the_list() -> None:
    assert taking_label(" Pass  A|B\n") == "Pass numérique accepté (Pass A B)"


def test_a_file_without_places_has_its_headings() -> None:
    assert faults(SCHEMA, as_csv()) == []


@given(
    name=st.text(min_size=1, max_size=40),
    phone=st.sampled_from(["", "+33329879090", "+262262907500", "+352621123456", "0329"]),
    summary=st.text(max_size=300),
    label=st.text(max_size=30),
    latitude=st.one_of(st.none(), st.floats(-90, 90)),
)
def test_whatever_stands_in_the_register_what_is_published_is_valid(
    name: str, phone: str, summary: str, label: str, latitude: float | None
) -> None:
    changes = {"name": name, "phone": phone, "summary": summary, "other_labels": [label], "latitude": latitude}
    lines = published_lines([place(**changes)], "Pass du Pays")
    if name.isprintable() and name.strip() and not name.startswith(tuple("=+-@")):
        assert len(lines) == 1
    assert faults(SCHEMA, write_csv(standard_headings(), lines, delimiter=",", bom=False)) == []


def test_the_check_itself_sees_what_is_wrong() -> None:
    lines = published_lines([place(), place()], "Pass")
    assert faults(SCHEMA, write_csv(standard_headings(), lines, delimiter=",", bom=False)) == ["id: twice the same"]
    lines[1][0], lines[1][4], lines[1][20] = "", "5510", "hier"
    content = write_csv(standard_headings(), lines, delimiter=",", bom=False)
    assert faults(SCHEMA, content) == ["line 3, id: ''", "line 3, code_postal: '5510'", "line 3, date_maj: 'hier'"]
