"""What the public pages write by themselves: opening hours in words, and the drawing of the places."""

import re

import pytest
from django.utils import translation

from passnumerique.web.pages.public.hours import hours_in_words
from passnumerique.web.pages.public.maps import Spot, drawing, tiles

ARGONNE = Spot("Espace de l’Argonne (fictif)", "Clermont-en-Argonne", 49.11, 5.07, 2)
QUAYS = Spot("Tiers-lieu des Quais (fictif)", "Verdun", 49.16, 5.38, 1)
GATE = Spot("Atelier de la Porte (fictif)", "Verdun", 49.16, 5.38)
STENAY = Spot("Cyberbase (fictive)", "Stenay", 49.49, 5.19)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:30", ["Du lundi au vendredi : de 9 h 00 à 12 h 00 et de 14 h 00 à 18 h 30"]),
        ("Sa 08:30-12:00; PH off", ["Samedi : de 8 h 30 à 12 h 00", "Jours fériés : fermé"]),
        ("Mo,We-Th 10:00-12:00", ["Lundi, du mercredi au jeudi : de 10 h 00 à 12 h 00"]),
        ("Mo-Su 09:00-19:00", ["Tous les jours : de 9 h 00 à 19 h 00"]),
        ("09:00-19:00", ["Tous les jours : de 9 h 00 à 19 h 00"]),
        ("SH 10:00-12:00", ["Vacances scolaires : de 10 h 00 à 12 h 00"]),
        ("24/7", ["Tous les jours, jour et nuit"]),
        ("Mar-Oct Mo 09:00-12:00", ["Mar-Oct Mo 09:00-12:00"]),
        ('Tu 09:00-12:00 "sur rendez-vous"', ['Tu 09:00-12:00 "sur rendez-vous"']),
        ("", []),
    ],
    ids=[
        "week",
        "two-rules",
        "several-days",
        "every-day",
        "hours-only",
        "holidays",
        "always",
        "months",
        "words",
        "none",
    ],
)
def test_opening_hours_are_read_in_words_and_what_is_rare_stays_as_it_is(written: str, told: list[str]) -> None:
    assert [line.replace("\u202f", " ") for line in hours_in_words(written)] == told


def names_in(picture: str) -> list[str]:
    """The names written on the wide drawing."""
    wide = picture.partition('class="plot narrow"')[0]
    return re.findall(r'<text [^>]*class="strong"[^>]*>([^<]+)<', wide)


def test_each_commune_is_a_dot_with_its_name_and_a_full_one_has_sessions() -> None:
    picture = drawing([ARGONNE, QUAYS, GATE, STENAY])
    assert set(names_in(picture)) == {"Clermont-en-Argonne", "Verdun (2 lieux)", "Stenay"}
    wide = picture.partition('class="plot narrow"')[0]
    assert (wide.count('class="stop past"'), wide.count('class="stop"')) == (2, 1)


def test_north_is_up_and_east_is_right() -> None:
    wide = drawing([ARGONNE, STENAY]).partition('class="plot narrow"')[0]
    points = {
        name: (float(x), float(y))
        for x, y, name in re.findall(r'<circle class="[^"]+" cx="([^"]+)" cy="([^"]+)" r="7"><title>([^<]+)<', wide)
    }
    assert points["Stenay"][1] < points["Clermont-en-Argonne"][1]
    assert points["Stenay"][0] > points["Clermont-en-Argonne"][0]


@pytest.mark.parametrize(
    "spots", [[QUAYS], [QUAYS, GATE], [Spot("Ici", "", 0, 0)]], ids=["one", "one-point", "nameless"]
)
def test_a_single_point_is_drawn_too(spots: list[Spot]) -> None:
    picture = drawing(spots)
    assert "nan" not in picture
    assert "inf" not in picture
    assert len(names_in(picture)) == 1


def test_names_that_would_cover_each_other_are_left_to_the_list_and_none_leaves_the_sheet() -> None:
    crowd = [Spot(f"Lieu {n}", f"Commune au long nom {n}", 49 + n % 7 / 100, 5 + n // 7 / 100) for n in range(60)]
    picture = drawing(crowd)
    assert 0 < len(names_in(picture)) < 60
    assert picture.count('<circle class="stop"') == 120


def test_what_a_place_is_called_cannot_leave_its_text() -> None:
    assert "<script" not in drawing([Spot("x", "</text><script>", 49, 5)])


def test_the_words_of_the_drawing_follow_the_language() -> None:
    with translation.override("fr"):
        assert "Nord en haut" in drawing([QUAYS])


@pytest.mark.parametrize(
    ("address", "credit"),
    [
        ("https://data.geopf.fr/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}", "IGN-F/Géoplateforme"),
        ("https://tuiles.example/{z}/{x}/{y}.png", "tuiles.example"),
    ],
    ids=["ign", "other"],
)
def test_the_background_names_its_host_and_whom_to_thank(settings: object, address: str, credit: str) -> None:
    settings.MAP_TILES = address  # type: ignore[attr-defined]
    found = tiles()
    assert found
    assert (found.address, found.credit) == (address, credit)
    assert address.startswith(f"{found.host}/")


def test_no_background_unless_one_is_named(settings: object) -> None:
    settings.MAP_TILES = "off"  # type: ignore[attr-defined]
    assert tiles() is None
