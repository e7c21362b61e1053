"""The open-data list of grants: one good row, a row broken for each custom check and for each shape."""

import pytest

from passnumerique.council.rules import GRANT_COLUMNS, faults_of_a_grant
from passnumerique.council.rules.scdl.grants import GRANT_CHECKS

GOOD = dict(
    zip(
        GRANT_COLUMNS,
        [
            "Agence d’essai (fictif)",
            "21860194600013",
            "2020-12-16",
            "CONV-2020 (fictif)",
            "Syndicat mixte d’essai (fictif)",
            "21550545400011",
            "",
            "Pass numérique",
            "18000.00",
            "aide en numéraire",
            "échelonné",
            "2021-09-01/2022-12-31",
            "",
            "non",
            "1.00",
            "",
        ],
        strict=True,
    )
)
BROKEN = {
    "siret key of the giver": ({"idAttribuant": "21860194600014"}, "idAttribuant"),
    "siret key of the beneficiary": ({"idBeneficiaire": "21860194600014"}, "idBeneficiaire"),
    "siret or rna": ({"idBeneficiaire": ""}, "idBeneficiaire"),
}


def columns(row: dict[str, str]) -> set[str]:
    return {where for where, _why in faults_of_a_grant(row)}


def test_a_good_row_has_no_fault() -> None:
    assert faults_of_a_grant(GOOD) == []
    assert faults_of_a_grant(GOOD | {"idBeneficiaire": "", "rnaBeneficiaire": "W380475558"}) == []
    assert faults_of_a_grant(GOOD | {"datesPeriodeVersement": "2021-09-01", "conditionsVersement": "unique"}) == []


def test_every_custom_check_is_broken_by_its_own_row() -> None:
    assert len(GRANT_CHECKS) == len(BROKEN) == 3
    for check, (change, column) in zip(GRANT_CHECKS, BROKEN.values(), strict=True):
        assert [where for where, _why in check(GOOD | change)] == [column]
        assert not list(check(GOOD))
        assert columns(GOOD | change) == {column}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *((name, " ") for name in ("nomAttribuant", "nomBeneficiaire", "objet", "conditionsVersement")),
        ("idAttribuant", ""),
        ("idAttribuant", "218601946"),
        ("dateConvention", "16/12/2020"),
        ("dateConvention", "2020-02-30"),
        ("rnaBeneficiaire", "380475558"),
        ("objet", "x" * 257),
        ("montant", "18 000"),
        ("montant", "18000,00"),
        ("montant", "-5"),
        ("montant", "0"),
        ("nature", "aide"),
        ("nature", "aide en numéraire; aide en nature"),
        ("conditionsVersement", "x" * 257),
        ("datesPeriodeVersement", "septembre 2021"),
        ("datesPeriodeVersement", "2021-02-30"),
        ("datesPeriodeVersement", "2022-12-31/2021-09-01"),
        ("idRAE", "123456"),
        ("notificationUE", "Non"),
        ("pourcentageSubvention", "0"),
        ("pourcentageSubvention", "1.5"),
        ("pourcentageSubvention", "100%"),
    ],
)
def test_texts_have_their_shape(column: str, text: str) -> None:
    assert column in columns(GOOD | {column: text})
