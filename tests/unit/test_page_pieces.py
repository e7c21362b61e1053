"""Values are written as people do, and pieces carry what keyboards and screen readers need."""

from datetime import UTC, date, datetime
from enum import StrEnum
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from passnumerique.settlement.rules import ClaimState
from passnumerique.training.rules import AttendanceStatus, WaitingState
from passnumerique.vouchers.rules import State
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags import house
from passnumerique.web.theme import HOUSE_COLOUR, LEGIBLE, contrast, theme_of

EVENING = datetime(2022, 12, 13, 16, 30, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    """What a template makes of the pieces."""
    return Template("{% load house parts %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("write", "value", "french", "english"),
    [
        (house.euros, 123450, "1\u202f234,50\u202f€", "€1,234.50"),
        (house.euros, -5, "−0,05\u202f€", "−€0.05"),
        (house.number, 1800, "1\u202f800", "1,800"),
        (house.percent, 0.336, "34\u202f%", "34%"),
        (house.day, date(2023, 1, 1), "1er janvier 2023", "1 January 2023"),
        (house.month, date(2022, 12, 1), "décembre 2022", "December 2022"),
        (house.clock, EVENING, "17\u202fh\u202f30", "17:30"),
        (house.instant, EVENING, "13 décembre 2022 à 17\u202fh\u202f30", "13 December 2022 at 17:30"),
        (house.code, "abcdefghjkmn", "ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN"),
        (
            house.phone,
            "+33329840012",
            "03\u00a029\u00a084\u00a000\u00a012",
            "03\u00a029\u00a084\u00a000\u00a012",
        ),
        (house.phone, "poste 12", "poste 12", "poste 12"),
    ],
)
def test_values_are_written_in_the_readers_way(write: object, value: object, french: str, english: str) -> None:
    assert write(value) == french  # type: ignore[operator]
    with translation.override("en"):
        assert write(value) == english  # type: ignore[operator]


@pytest.mark.parametrize("write", [house.euros, house.number, house.percent, house.day, house.month, house.clock])
def test_nothing_is_written_as_nothing(write: object) -> None:
    assert write(None) == ""  # type: ignore[operator]


@pytest.mark.parametrize("state", [*State, "lapsed"])
def test_every_state_is_told_by_words_and_a_shape(state: str) -> None:
    told = house.badge_of("voucher", state)
    assert "<use href=" in told
    assert house.state_words(state) != state


def test_a_state_nobody_named_is_shown_by_its_bare_name() -> None:
    assert "in between" in house.badge_of("claim", "in_between")


def test_what_people_wrote_is_escaped() -> None:
    page = drawn('{% figure 3 name %}{% fact name name %}{% notice "info" %}{{ name }}{% endnotice %}', name="<i>")
    assert "<i>" not in page
    assert "&lt;i&gt;" in page


def test_an_error_is_tied_to_its_field_and_linked_from_the_summary() -> None:
    class Entry(forms.Form):
        code = forms.CharField(label="Code", help_text="Douze signes.")
        age = forms.ChoiceField(label="Âge", widget=forms.RadioSelect, choices=[("a", "18 à 24 ans")])

    page = drawn('{% form form submit="Envoyer" %}', form=Entry({}))
    assert 'href="#id_code"' in page
    assert 'href="#id_age_0"' in page
    assert 'id="id_age_0"' in page
    assert 'aria-describedby="id_code_helptext id_code_error"' in page
    assert 'id="id_code_error"' in page
    assert 'aria-invalid="true"' in page
    assert "data-focus" in page


def lots(**options: object) -> str:
    """A table of two lots, drawn at `?state=open&sort=-count&page=3`."""
    columns = [
        Column("name", "Lot", sort=True, url=lambda row: f"/{row.name}"),
        Column("count", "Pass", "number", sort=True),
    ]
    rows = [SimpleNamespace(name="A", count=1800), SimpleNamespace(name="B", count=None)]
    table = Table("Lots", columns, options.pop("rows", rows), sort="-count", **options)  # type: ignore[arg-type]
    request = RequestFactory().get("/", {"state": "open", "sort": "-count", "page": "3"})
    return drawn("{% table table %}", table=table, request=request)


def test_sorting_a_table_keeps_its_filters_and_returns_to_the_first_page() -> None:
    page = lots()
    assert 'aria-sort="descending"' in page
    assert 'href="?state=open&amp;sort=name"' in page
    assert 'href="?state=open&amp;sort=count"' in page


def test_each_cell_repeats_its_heading_for_the_cards_of_a_phone() -> None:
    page = lots(totals={"Pass": 1800})
    assert page.count('data-label="Pass"') == 3
    assert "1\u202f800" in page
    assert "—" in page
    assert '<a href="/A">A</a>' in page


def test_an_empty_table_says_what_to_do() -> None:
    page = lots(rows=[], empty="Aucun lot reçu.", empty_url="/recevoir", empty_action="Recevoir un lot")
    assert "Aucun lot reçu." in page
    assert 'href="/recevoir"' in page
    assert "<table" not in page


@pytest.mark.parametrize("colour", [HOUSE_COLOUR, "#ffd500", "#c0392b", "#000000", "#ffffff", "red; } body {"])
def test_any_colour_gives_a_legible_theme(colour: str) -> None:
    theme = theme_of(colour)
    assert contrast(theme["brand"], "#ffffff") >= LEGIBLE
    assert contrast(theme["brand"], theme["brand_ink"]) >= LEGIBLE
    assert contrast(theme["brand_dark"], "#1c2324") >= LEGIBLE
    assert contrast(theme["brand_dark"], theme["brand_dark_ink"]) >= LEGIBLE
    assert all(len(str(theme[key])) == 7 for key in ("brand", "brand_ink", "brand_dark", "brand_dark_ink"))  # type: ignore[literal-required]


@pytest.mark.parametrize(
    ("family", "states"), [("claim", ClaimState), ("attendance", AttendanceStatus), ("waiting", WaitingState)]
)
def test_each_state_of_a_floor_has_its_badge_and_no_other_has(family: str, states: type[StrEnum]) -> None:
    assert set(house.BADGES[family]) == {state.value for state in states}
