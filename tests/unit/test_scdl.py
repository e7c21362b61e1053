"""The open-data list of deliberations: one good row, and a row broken for each of the eleven checks."""

import pytest

from passnumerique.council.rules import DELIBERATION_COLUMNS, MATTERS, faults_of_a_deliberation, matter_name
from passnumerique.council.rules.scdl.deliberations import CHECKS
from passnumerique.ground.refusals import Refusal

GOOD = dict(
    zip(
        DELIBERATION_COLUMNS,
        [
            "Syndicat mixte d’essai (fictif)",
            "21860194600013",
            "DE_2022_12_003",
            "2022-12-13",
            "7.5",
            MATTERS["7.5"],
            "Prolongation du dispositif « Pass Numérique »",
            "2022/2023",
            "Budget principal",
            "SPREF0551",
            "2022-12-16",
            "24",
            "14",
            "14",
            "0",
            "0",
            "https://exemple.fr/deliberations/DE_2022_12_003.pdf",
        ],
        strict=True,
    )
)
BROKEN = {
    "siret key": ({"COLL_SIRET": "21860194600014"}, "COLL_SIRET"),
    "years in order": ({"BUDGET_ANNEE": "2023/2022"}, "BUDGET_ANNEE"),
    "budget whole": ({"BUDGET_NOM": ""}, "BUDGET_NOM"),
    "votes whole": ({"VOTE_CONTRE": ""}, "VOTE_CONTRE"),
    "prefecture after the vote": ({"PREF_DATE": "2022-12-12"}, "PREF_DATE"),
    "members at least voters": ({"VOTE_EFFECTIF": "13"}, "VOTE_EFFECTIF"),
    "voters at least for": ({"VOTE_POUR": "15"}, "VOTE_REEL"),
    "voters at least against": ({"VOTE_CONTRE": "15"}, "VOTE_REEL"),
    "voters at least abstentions": ({"VOTE_ABSTENTION": "15"}, "VOTE_REEL"),
    "voices sum": ({"VOTE_POUR": "13"}, "VOTE_REEL"),
    "nomenclature": ({"DELIB_MATIERE_NOM": "Argent/Subventions"}, "DELIB_MATIERE_NOM"),
}


def test_a_good_row_has_no_fault() -> None:
    assert faults_of_a_deliberation(GOOD) == []
    without_votes = GOOD | dict.fromkeys([name for name in GOOD if name.startswith("VOTE_")], "")
    assert faults_of_a_deliberation(without_votes) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_check_fails_on_a_row_made_to_break_it(name: str) -> None:
    change, column = BROKEN[name]
    assert column in {where for where, _why in faults_of_a_deliberation(GOOD | change)}


def test_every_check_is_broken_by_its_own_row() -> None:
    """Each of the eleven finds something in the row made for it: none is idle."""
    assert len(CHECKS) == len(BROKEN) == 11
    for check, (change, _column) in zip(CHECKS, BROKEN.values(), strict=True):
        assert list(check(GOOD | change)), check
        assert not list(check(GOOD))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("DELIB_DATE", "13/12/2022"),
        ("DELIB_DATE", "2022-02-30"),
        ("DELIB_MATIERE_CODE", "7,5"),
        ("VOTE_POUR", "quatorze"),
        ("DELIB_URL", "DE_2022_12_003.pdf"),
        ("COLL_NOM", " "),
        ("DELIB_MATIERE_NOM", "Finances locales / Subventions"),
        ("DELIB_MATIERE_NOM", "Finances locales"),
    ],
)
def test_texts_have_their_shape(column: str, text: str) -> None:
    assert column in {where for where, _why in faults_of_a_deliberation(GOOD | {column: text})}


def test_matters_are_known_by_code() -> None:
    assert matter_name("7.5") == "Finances locales/Subventions"
    assert (len(MATTERS), list(MATTERS)[-1]) == (57, "9.4")
    with pytest.raises(Refusal):
        matter_name("7.11")
