"""The act of the council is made from the register alone, and says what the original says.

`data/deliberation-2022-12-13.txt` is the public act itself. Where ours differs, the reason stands here.
"""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from passnumerique.council.rules import DELIBERATION_COLUMNS, faults_of_a_deliberation
from passnumerique.council.rules.formulas import ADDED, DROPPED, added_to, dropped_from
from passnumerique.documents.acts import day_in_words, number_in_words, year_in_words
from tests.demonstration import Installation

ORIGINAL = Path(__file__).parent / "data" / "deliberation-2022-12-13.txt"

FACTS = {
    "the authority": "Pays de Verdun",
    "its number": "DE_2022_12_003",
    "the day, in words": "L’an deux mille vingt-deux et le treize décembre, à 17 heures 30",
    "the convocation": "légalement convoqué le 7 décembre 2022",
    "the mode": "s’est réuni en visioconférence",
    "the chair": "sous la présidence de Monsieur Julien DIDRY",
    "the secretary": "Madame Jocelyne ANTOINE MALICK",
    "matter and object": "7.5 – Prolongation du dispositif « Pass Numérique »",
    "since when": "Depuis septembre 2021",
    "the plan": "5 axes sont définis sur la base d’un plan de formation national (13 modules, 19 sessions)",
    "the structures": "25 structures de diffusion",
    "the places": "9 lieux de médiation (hors Pays d’Étain)",
    "the passes": "il reste moins de 1 200 pass sur les 1 800 à utiliser jusqu’au 31 décembre 2022",
    "the third period": "de janvier à juin 2023, 3e période de formation",
    "the fourth period": "de juillet à décembre 2023, 4e période de formation",
    "the end of training": "le 31 décembre 2023, fin des formations",
    "the closing": "le 31 mars 2024, clôture du programme",
    "the mandate": "avenant à la convention de mandat",
    "the visa": "Vu la délibération DE2020017 du 16 décembre 2020",
    "unanimous": "Après en avoir délibéré à l’unanimité, le Conseil syndical",
    "first decision": "VALIDE la prolongation du dispositif Pass Numérique sur le territoire du Pays de Verdun "
    "pour une durée d’un an",
    "second decision": "MAINTIENT l’enveloppe dédiée aux Pass Numérique à hauteur de sa définition initiale",
    "third decision": "INSCRIT au budget les crédits nécessaires au paiement de la prestation",
    "fourth decision": "AUTORISE le Président à signer l’ensemble des documents relatifs à la poursuite du dispositif",
}
COUNTS = {
    "Délégués en exercice": 24,
    "Quorum": 13,
    "Votants": 14,
    "dont suppléants": 1,
    "Pour": 14,
    "Contre": 0,
    "Abstentions": 0,
}
NOT_REPEATED = {
    "Ont signé au registre tous les membres présents": "CGCT L2121-23, since 1 July 2022: chair and secretary sign",
    "Pour copie certifiée conforme": "the file is the act itself, not a copy of the register",
}

pytestmark = pytest.mark.slow


def plain(text: str) -> str:
    """Words with one blank between them, whatever the kind of blank and the line."""
    return re.sub(r"\s+", " ", text).strip()


@pytest.fixture(scope="module")
def act(verdun: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The words of the paper that the command makes."""
    path = tmp_path_factory.mktemp("act") / "act.pdf"
    verdun.passnum("council", "act", "DE_2022_12_003", "--out", str(path))
    pages = list(pypdfium2.PdfDocument(path))
    return plain(" ".join(page.get_textpage().get_text_range() for page in pages))


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_of_the_act_stands_in_it(act: str, name: str) -> None:
    assert plain(FACTS[name]) in act


@pytest.mark.parametrize("name", COUNTS)
def test_the_counts_are_those_of_the_sitting(act: str, name: str) -> None:
    assert f"{name} {COUNTS[name]}" in act


def test_everybody_who_voted_is_named(act: str) -> None:
    names = re.search(r"Ont pris part au vote :(.*?)\n\n", ORIGINAL.read_text("utf-8"), re.DOTALL)
    assert names
    voters = [plain(name) for name in names[1].split(",")]
    assert len(voters) == 14
    named = act[act.index("Ont pris part au vote") : act.index("Secrétaire de séance")]
    assert all(name in named for name in voters)


def test_the_command_lists_the_differences_with_their_reason(verdun: Installation, tmp_path: Path) -> None:
    """Everything that the original says and the act does not, and the other way round, with its source."""
    out = str(tmp_path / "act.pdf")
    told = plain(verdun.passnum("council", "act", "DE_2022_12_003", "--out", out, "--original", str(ORIGINAL)))
    for words in NOT_REPEATED:
        assert words in told
    dropped, added = told.split("Ce que l’acte dit en plus :")
    assert dropped.count("CGCT, L2121-23") == len(DROPPED) == 3
    assert "Depuis le 1er juillet 2022, un acte est signé par la présidence et le secrétariat" in dropped
    assert added.count("CGCT,") == len(ADDED)
    assert "Ce que l’acte ne reprend pas :" in plain(verdun.passnum("council", "act", "DE_2022_12_003", "--out", out))


def test_an_act_made_here_differs_in_nothing(act: str) -> None:
    assert dropped_from(act) == []
    assert added_to(act) == []
    assert dropped_from(ORIGINAL.read_text("utf-8")) == list(DROPPED)
    assert added_to(ORIGINAL.read_text("utf-8")) == list(ADDED)


def test_what_the_law_has_dropped_is_not_said(act: str) -> None:
    original = plain(ORIGINAL.read_text("utf-8"))
    for words in NOT_REPEATED:
        assert words in original
        assert words not in act
    assert "La présidence de séance Monsieur Julien DIDRY" in act
    assert "Le secrétariat de séance Madame Jocelyne ANTOINE MALICK" in act


def test_the_same_act_gives_the_same_bytes(verdun: Installation, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    for path in (first, second):
        verdun.passnum("council", "act", "DE_2022_12_003", "--out", str(path))
    assert first.read_bytes() == second.read_bytes()
    assert b"pdfuaid" in first.read_bytes()


def test_an_act_that_does_not_exist_is_named(verdun: Installation, tmp_path: Path) -> None:
    told = verdun.passnum("council", "act", "DE_1999_01_001", "--out", str(tmp_path / "no.pdf"), exits=1)
    assert "DE_1999_01_001" in told
    assert not (tmp_path / "no.pdf").exists()


def test_the_acts_are_open_data(verdun: Installation, tmp_path: Path) -> None:
    path = tmp_path / "deliberations.csv"
    verdun.passnum("council", "export-scdl", "--out", str(path))
    text = path.read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(DELIBERATION_COLUMNS)
    assert [row["DELIB_ID"] for row in rows][-1] == "DE_2022_12_003"
    assert all(faults_of_a_deliberation(row) == [] for row in rows)
    assert rows[-1]["DELIB_MATIERE_NOM"] == "Finances locales/Subventions"


IN_WORDS = {
    1: "un",
    17: "dix-sept",
    21: "vingt et un",
    31: "trente et un",
    71: "soixante et onze",
    72: "soixante-douze",
    80: "quatre-vingts",
    81: "quatre-vingt-un",
    91: "quatre-vingt-onze",
    99: "quatre-vingt-dix-neuf",
}


@pytest.mark.parametrize("number", IN_WORDS)
def test_numbers_are_written_as_french_writes_them(number: int) -> None:
    assert number_in_words(number) == IN_WORDS[number]


def test_days_and_years_are_written_out() -> None:
    assert day_in_words(date(2023, 1, 1)) == "premier janvier"
    assert (year_in_words(2000), year_in_words(2022)) == ("deux mille", "deux mille vingt-deux")
