"""Charts tell the same thing in a picture, a sentence and a table."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import translation

from passnumerique.web import charts
from passnumerique.web.charts.axes import round_up, short_month
from passnumerique.web.charts.courses import levels

PARTS = [charts.Part("En stock", 420), charts.Part("Remis", 1371), charts.Part("Annulé", 9)]
MONTHS = [date(2022, month, 1) for month in range(1, 13)]
TODAY = date(2022, 12, 13)


def pictures(chart: charts.Chart) -> list[ElementTree.Element]:
    """The drawings of a chart, read as XML: they must be well formed."""
    return list(ElementTree.fromstring(f"<all>{chart.svg}</all>"))


def every_kind() -> list[charts.Chart]:
    """One chart of each kind, with words that must be escaped."""
    series = [charts.Series("Remis", range(12)), charts.Series("Payé <b>", range(12))]
    events = [charts.Event(TODAY, "délibération & avenant")]
    total = [(day, 50 * place) for place, day in enumerate(MONTHS)]
    return [
        charts.stacked_bar("Où sont les <pass>", "Un tiers a servi.", PARTS),
        charts.columns("Par mois", "Cela monte.", MONTHS, series),
        charts.curve("En tout", "Un tiers.", total, label="Pass", events=events, ceiling=PARTS[1]),
        charts.ring("Utilisés", "Un tiers.", 647, 1800),
        charts.timeline("Dates", "Bientôt.", TODAY, [charts.Event(date(2022, 12, 31), "Clôture")]),
        charts.bars("Par <lieu>", "L’un mène.", PARTS, "Lieu", charts.Part("Les 7 autres & moi", 12)),
    ]


@pytest.mark.parametrize("chart", every_kind(), ids=lambda chart: chart.title)
def test_each_picture_is_named_described_and_has_its_table(chart: charts.Chart) -> None:
    for picture in pictures(chart):
        assert picture.get("role") == "img"
        assert picture.findtext("title") == chart.title
        assert picture.findtext("desc") == chart.sentence
    assert chart.rows
    assert all(len(row) == len(chart.headers) for row in chart.rows)


def test_each_part_of_a_bar_has_its_own_pattern_its_figure_and_its_share() -> None:
    chart = charts.stacked_bar("Pass", "Tout.", PARTS)
    assert chart.rows == (
        ("En stock", "420", "23\u202f%"),
        ("Remis", "1\u202f371", "76\u202f%"),
        ("Annulé", "9", "< 1\u202f%"),
    )
    assert 'fill="url(#p-hatch)"' in chart.svg
    assert 'fill="url(#p-dots)"' in chart.svg


def test_bars_are_as_long_as_their_parts_are_great_and_long_names_are_cut_in_the_picture_only() -> None:
    parts = [charts.Part("Maison du numérique " * 6, 200), charts.Part("Relais", 50)]
    chart = charts.bars("Par lieu", "L’un mène.", parts, "Lieu", charts.Part("Les 3 autres", 100))
    assert chart.rows[0] == (parts[0].label, "200", "57\u202f%")
    assert chart.rows[2] == ("Les 3 autres", "100", "29\u202f%")
    assert parts[0].label not in chart.svg
    assert "Les 3 autres" in chart.svg
    for picture in pictures(chart):
        width, height = (float(side) for side in (picture.get("viewBox") or "").split()[2:])
        plain = [bar for bar in picture.iter("rect") if bar.get("class")]
        assert [round(float(bar.get("width", 0)) / width, 2) for bar in plain] == [1, 0.25]
        assert all(float(bar.get("y", 0)) + float(bar.get("height", 0)) <= height for bar in plain)


def test_nothing_at_all_is_drawn_too() -> None:
    for chart in (
        charts.stacked_bar("Pass", "Rien.", []),
        charts.bars("Par lieu", "Rien.", [], "Lieu"),
        charts.columns("Mois", "Rien.", [], [charts.Series("Pass", [])]),
        charts.curve("En tout", "Rien.", [], label="Pass"),
        charts.ring("Part", "Rien.", 0, 0),
    ):
        assert pictures(chart)


def test_columns_stand_on_a_round_scale_within_the_frame() -> None:
    chart = charts.columns("Payé", "Cela monte.", MONTHS, [charts.Series("Payé", [99_000] * 12)], money=True)
    assert "1\u202f000\u202f€" in chart.svg
    assert chart.rows[0] == ("janvier 2022", "990,00\u202f€")
    for picture in pictures(chart):
        width, height = (float(side) for side in (picture.get("viewBox") or "").split()[2:])
        for bar in picture.iter("rect"):
            assert 0 <= float(bar.get("x", 0)) <= width
            assert 0 <= float(bar.get("y", 0)) + float(bar.get("height", 0)) <= height


def test_a_series_without_its_months_is_refused() -> None:
    with pytest.raises(ValueError, match="one value per month"):
        charts.columns("Mois", "Non.", MONTHS, [charts.Series("Pass", [1])])


def test_events_are_marked_on_the_curve_and_told_in_the_table() -> None:
    chart = every_kind()[2]
    assert "13 décembre 2022\u202f: délibération" in chart.svg
    assert chart.rows[-1] == ("1er décembre 2022", "550", "délibération & avenant")
    assert chart.rows[3][2] == ""


def test_today_stands_among_the_dates() -> None:
    dates = [charts.Event(date(2022, 12, day), label) for day, label in ((14, "Demain"), (1, "Passé"), (13, "Jour"))]
    chart = charts.timeline("Dates", "Bientôt.", TODAY, dates)
    assert [row[2] for row in chart.rows] == ["passé depuis 12 jours", "aujourd’hui", "dans un jour"]
    assert chart.svg.index("Passé") < chart.svg.index("Aujourd’hui") < chart.svg.index("Demain")


@pytest.mark.parametrize(
    ("value", "most"),
    [(0, 4), (4, 4), (5, 5), (7, 8), (11, 20), (23, 25), (647, 800), (1800, 2000), (9000, 10000)],
)
def test_scales_end_on_round_numbers(value: int, most: int) -> None:
    assert round_up(value) == most


def test_months_are_shortened_as_each_language_does() -> None:
    assert [short_month(date(2022, month, 1)) for month in (6, 7, 9)] == ["juin 22", "juil. 22", "sept. 22"]
    with translation.override("en"):
        assert short_month(date(2022, 9, 1)) == "Sep 22"


def test_events_of_the_same_days_do_not_cover_each_other() -> None:
    assert levels([10.0, 15.0, 20.0, 200.0, 210.0]) == [0, 1, 2, 0, 1]
    assert levels([]) == []
