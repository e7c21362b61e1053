"""Roles, looks and the national standard: what the directory decides without a database."""

import json
import re
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.directory.rules import (
    FIELDS,
    NEEDS_ORGANISATION,
    NEEDS_SECOND_FACTOR,
    PERMISSIONS,
    ROLE_LABELS,
    Actor,
    Permission,
    Role,
    contrast_with_white,
    covers,
    derived_id,
    field_synonyms,
    in_force,
    logo_type,
    may,
    read_organisation,
    readable_colour,
    require,
    search_text,
    unpublishable,
)
from passnumerique.directory.rules.hours import well_formed_hours
from passnumerique.directory.rules.refusals import (
    LogoTooLarge,
    PaleColour,
    UnknownColour,
    UnknownLogo,
    UnsafeLogo,
)
from passnumerique.ground.refusals import NotAllowed
from passnumerique.ground.sheets import read_sheet, suggest_mapping

DATA = Path(__file__).parent / "data"
SCHEMA = json.loads((DATA / "lieux-mediation-numerique-1.0.2.json").read_text())
ONE, TWO = UUID(int=1), UUID(int=2)


def problems_of(**texts):
    return {problem.field: problem for problem in read_organisation({"name": "Foyer", **texts})[1]}


def value_of(field, text):
    values, problems = read_organisation({"name": "Foyer", field: text})
    assert not problems
    return values[field]


def test_every_permission_has_its_roles_and_every_role_its_label():
    assert set(PERMISSIONS) == set(Permission)
    assert set(ROLE_LABELS) == set(Role)
    assert all(PERMISSIONS.values())


def test_the_auditor_reads_everything_and_does_nothing():
    held = {permission for permission, roles in PERMISSIONS.items() if Role.AUDITOR in roles}
    assert held == {permission for permission in Permission if permission.value.startswith("read_")}


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.FUNDER, Role.ISSUER])
def test_outside_readers_only_read(role):
    held = {permission for permission, roles in PERMISSIONS.items() if role in roles}
    assert held
    assert all(permission.value.startswith("read_") for permission in held)


def test_nobody_but_the_installation_founds_authorities_or_registers_people():
    for permission in (Permission.FOUND_AUTHORITY, Permission.REGISTER_PERSON):
        assert PERMISSIONS[permission] == {Role.SYSTEM}


def test_whoever_moves_passes_or_money_needs_a_second_factor():
    moves = Permission.MOVE_STOCK, Permission.HAND_OVER, Permission.REDEEM, Permission.PAY_CLAIM
    movers = set().union(*(PERMISSIONS[permission] for permission in moves)) - {Role.SYSTEM}
    assert movers <= NEEDS_SECOND_FACTOR
    assert NEEDS_ORGANISATION <= NEEDS_SECOND_FACTOR


def test_a_permission_may_be_named_by_its_text_and_no_other_name_passes():
    actor = Actor(ONE, "Camille", Role.PLACE, ONE, TWO)
    assert may(actor, "redeem")
    assert not may(actor, "hand_over")
    with pytest.raises(NotAllowed):
        require(actor, "manage_network")
    with pytest.raises(ValueError, match="fly"):
        may(actor, "fly")


def test_a_hat_reaches_every_programme_or_those_it_names():
    assert covers(Actor(ONE, "", Role.MANAGER, ONE), TWO)
    assert not covers(Actor(ONE, "", Role.MANAGER, ONE, None, frozenset({ONE})), TWO)


def test_both_ends_of_a_period_are_in_it():
    first, last = date(2022, 1, 1), date(2022, 12, 31)
    assert in_force(first, last, first)
    assert in_force(first, last, last)
    assert not in_force(first, last, date(2023, 1, 1))
    assert not in_force(first, None, date(2021, 12, 31))


def test_a_pale_brand_colour_is_refused_with_its_ratio():
    assert readable_colour("#1F4E79") == "#1f4e79"
    assert readable_colour("#767676") == "#767676"
    with pytest.raises(PaleColour) as refused:
        readable_colour("#777777")
    assert refused.value.params == {"colour": "#777777", "ratio": "4,4"}
    for word in ("blue", "#fff", "1f4e79", "#1f4e7g"):
        with pytest.raises(UnknownColour):
            readable_colour(word)


def test_contrast_is_that_of_the_guidelines():
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h9v9z" fill="#123456"/>',
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect fill="url(#g)"/>',
        '<style>.a{fill:#fff;mask:url( #m )}</style><use xlink:href="#a"/>',
        "<rect fill='url(\"#g\")'/>",
        '<metadata><x:y xmlns:x="http://exemple.fr/ns">Inkscape</x:y></metadata>',
    ],
)
def test_a_drawing_is_a_logo(inside):
    assert logo_type(SVG.format(inside).encode()) == "image/svg+xml"
    assert logo_type(b'<?xml version="1.0" encoding="UTF-8"?>\n' + SVG.format(inside).encode()) == "image/svg+xml"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path onload="alert(1)"/>',
        '<path ONLOAD="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><path/></a>',
        '<use href="https://exemple.fr/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<image href="https://exemple.fr/x.png"/>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
        "<style>@import 'https://exemple.fr/a.css';</style>",
        "<style>.a{fill:url(https://exemple.fr/a)}</style>",
        "<style>@\\69mport 'https://exemple.fr/a.css';</style>",
        '<path style="fill:url( https://exemple.fr/a )"/>',
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<set attributeName='onmouseover' to='alert(1)'/>",
        '<script xmlns="">alert(1)</script>',
    ],
)
def test_an_svg_that_runs_or_fetches_anything_is_refused(inside):
    with pytest.raises(UnsafeLogo):
        logo_type(SVG.format(inside).encode())


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode(),
        b'<?xml-stylesheet href="https://exemple.fr/a.css"?>' + SVG.format("").encode(),
    ],
)
def test_an_svg_with_entities_or_instructions_is_refused(content):
    with pytest.raises(UnsafeLogo):
        logo_type(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b"<svg",
        SVG.format("").encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>' + SVG.format("").encode(),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(UnknownLogo):
        logo_type(content)


def test_pictures_are_known_by_their_bytes_and_may_not_be_heavy():
    assert logo_type(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert logo_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    with pytest.raises(LogoTooLarge):
        logo_type(b"\x89PNG\r\n\x1a\n" + b"x" * 200_000)


def test_our_columns_are_those_of_the_published_schema():
    assert [field.standard for field in FIELDS] == [field["name"] for field in SCHEMA["fields"]]
    for ours, theirs in zip(FIELDS, SCHEMA["fields"], strict=True):
        assert ours.required == bool(theirs["constraints"].get("required"))
        longest = theirs["constraints"].get("maxLength")
        assert longest is None or ours.limit == longest


@pytest.mark.parametrize("field", [field for field in FIELDS if field.choices], ids=lambda field: field.standard)
def test_our_closed_lists_are_those_of_the_published_schema(field):
    pattern = next(one["constraints"]["pattern"] for one in SCHEMA["fields"] if one["name"] == field.standard)
    listed = re.search(r"\|\)\((.*)\)\)\+\$$", pattern)[1]
    assert len(field.choices) == len(listed.split("|"))
    assert all(re.search(pattern, choice) for choice in field.choices)


def test_the_published_example_is_read_whole_by_the_suggested_mapping():
    sheet = read_sheet((DATA / "lieux-exemple-valide.csv").read_bytes(), "lieux.csv")
    mapping = suggest_mapping(sheet.columns, field_synonyms())
    assert mapping.columns == {field.name: field.standard for field in FIELDS}
    values, problems = read_organisation(mapping.read(sheet.rows[0]))
    assert not problems
    assert values["types"] == ["TIERS_LIEUX", "ASSO"]
    assert values["fees"] == ["Gratuit sous condition", "Payant"]
    assert values["updated_on"] == date(2024, 4, 2)
    assert not unpublishable(values)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("pivot", "200 049 187 00014", None),
        ("pivot", "73282932000074", "73282932000074"),
        ("pivot", "35600000049837", "35600000049837"),
        ("pivot", "w551000123", "W551000123"),
        ("postcode", "1000", "01000"),
        ("postcode", "55 100", "55100"),
        ("insee_code", "1004", "01004"),
        ("insee_code", "2A004", "2A004"),
        ("latitude", "49,1597", 49.1597),
        ("longitude", "", None),
        ("phone", "03 29 87 90 90", "+33329879090"),
        ("phone", "+33 3.29.87.90.90", "+33329879090"),
        ("phone", "0262 90 75 00", "+262262907500"),
        ("emails", "A@Exemple.fr; b@exemple.fr", ["a@exemple.fr", "b@exemple.fr"]),
        ("websites", "https://a.fr|https://b.fr", ["https://a.fr", "https://b.fr"]),
        ("services", "aide aux demarches administratives", ["Aide aux démarches administratives"]),
        ("audiences", "Jeunes;Femmes", ["Jeunes", "Femmes"]),
        ("national_programmes", "Point d’accès numérique CAF", ["Point d'accès numérique CAF"]),
        ("mobility", "Non", ["Fixe"]),
        ("types", "CCAS|TIERS_LIEUX|CCAS", ["CCAS", "TIERS_LIEUX"]),
        ("updated_on", "13/12/2022", date(2022, 12, 13)),
        ("updated_on", "2022-12-13 00:00:00", date(2022, 12, 13)),
        ("updated_on", "", None),
        ("other_labels", "Pass numérique|Label", ["Pass numérique", "Label"]),
        ("contact_email", "x@exemple.fr", "x@exemple.fr"),
        ("contact_email", "", ""),
        ("services", "", []),
    ],
)
def test_what_people_type_becomes_what_the_standard_writes(field, text, value):
    if value is None and text:
        assert field in problems_of(**{field: text})
    elif field in {"latitude", "longitude"} and text:
        assert read_organisation({field: text})[0][field] == value
    else:
        assert value_of(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "  "),
        ("name", "=cmd|' /C calc'!A0"),
        ("name", "x" * 201),
        ("name", "a\x07b"),
        ("pivot", "73282932000075"),
        ("pivot", "123"),
        ("postcode", "551"),
        ("postcode", "5510O"),
        ("insee_code", "20001"),
        ("latitude", "91"),
        ("latitude", "nan"),
        ("longitude", "est"),
        ("phone", "12"),
        ("phone", "+33 0"),
        ("emails", "a@b"),
        ("emails", "a b@exemple.fr"),
        ("websites", "javascript:alert(1)"),
        ("booking_url", "exemple.fr"),
        ("opening_hours", "lundi 9h-12h"),
        ("summary", "x" * 281),
        ("services", "Coiffure"),
        ("types", "ccas"),
        ("updated_on", "31/02/2022"),
        ("updated_on", "hier"),
    ],
)
def test_what_cannot_be_used_is_a_problem_with_a_reason(field, text):
    problem = problems_of(**{field: text})[field]
    assert problem.reason.format(**problem.params).endswith((".", "!"))


def test_a_position_has_two_numbers():
    assert "latitude" in problems_of(latitude="49.1", longitude="")
    assert not problems_of(latitude="49.1", longitude="5.4")


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        "24/7",
        "Mo,We 09:00-17:00; PH off",
        'Tu 14:00-17:00 "sur rendez-vous"',
        "Jan-Mar Mo-Fr 09:00-12:00",
        "week 1-53/2 We 14:00-17:00",
        "Mo[1] 09:00-12:00",
        "Mo-Fr 08:00-18:00;",
    ],
)
def test_usual_opening_hours_are_read(hours):
    assert well_formed_hours(hours)


@pytest.mark.parametrize("hours", ["Lu-Ve 09:00-12:00", "Mo 9h-12h", "Mo 09:00", "09:00-25:99", "Mo;;Sa", "-"])
def test_other_opening_hours_are_not(hours):
    assert not well_formed_hours(hours)


def test_an_organisation_without_identifier_always_gets_the_same():
    values = {"name": "Médiathèque d’Étain", "insee_code": "55181"}
    assert derived_id(values) == "55181-mediatheque-d-etain"
    assert derived_id({**values, "pivot": "73282932000074"}).startswith("73282932000074-")


def test_a_search_looks_past_accents_and_case():
    assert search_text({"name": "Médiathèque", "commune": "Étain"}) == "mediatheque etain"


@given(st.dictionaries(st.sampled_from([field.name for field in FIELDS]), st.text(max_size=60)))
def test_any_text_is_read_or_refused_with_a_reason(texts):
    values, problems = read_organisation(texts)
    named = {problem.field for problem in problems}
    assert set(values) | named >= set(texts)
    assert all(problem.reason.format(**problem.params) for problem in problems)
