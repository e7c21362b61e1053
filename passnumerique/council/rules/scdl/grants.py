"""The open-data list of grants, SCDL Subventions 2.1.1: its columns and what a row must hold. Pure.

Generic validators of the schema check types and patterns and leave its three custom checks aside; they are
all here, with what its descriptions say besides: days that exist, a period in order. Source: schema.json of
OpenDataFrance, version 2.1.1, fields and `custom_checks`.
"""

import re
from enum import StrEnum

from passnumerique.council.rules.scdl.shapes import (
    Check,
    Faults,
    Row,
    day_in,
    faults_of,
    misdated,
    misshapen,
    missing,
    siret_key,
)
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

GRANT_COLUMNS = (
    "nomAttribuant",
    "idAttribuant",
    "dateConvention",
    "referenceDecision",
    "nomBeneficiaire",
    "idBeneficiaire",
    "rnaBeneficiaire",
    "objet",
    "montant",
    "nature",
    "conditionsVersement",
    "datesPeriodeVersement",
    "idRAE",
    "notificationUE",
    "pourcentageSubvention",
    "dispositifAide",
)
_REQUIRED = (
    "nomAttribuant",
    "idAttribuant",
    "dateConvention",
    "nomBeneficiaire",
    "objet",
    "montant",
    "nature",
    "conditionsVersement",
    "datesPeriodeVersement",
    "notificationUE",
    "pourcentageSubvention",
)
LONGEST = {"objet": 256, "conditionsVersement": 256, "idRAE": 5}


class GrantNotGood(Refusal):
    sentence = N_("La subvention ne peut pas être publiée ainsi. Colonne {column}\u202f: {why}")


class Nature(StrEnum):
    """What a grant is given in."""

    MONEY = "aide en numéraire"
    KIND = "aide en nature"
    BOTH = "aide en numéraire;aide en nature"


NATURES = frozenset({*Nature, "aide en nature;aide en numéraire"})


def faults_of_a_grant(row: Row) -> list[tuple[str, str]]:
    """What is wrong with one row of texts, by column: nothing when the row may be published."""
    return faults_of(row, _shapes, GRANT_CHECKS)


def _shapes(row: Row) -> Faults:
    yield from missing(row, _REQUIRED)
    yield from misshapen(row, _PATTERNS)
    yield from misdated(row, ("dateConvention",))
    yield from _paid(row)
    for column, most in LONGEST.items():
        if len(row.get(column, "")) > most:
            yield column, N_("Ce texte est trop long. Abrégez-le.")
    if row.get("nature") and row["nature"] not in NATURES:
        yield "nature", N_("Écrivez aide en numéraire, aide en nature, ou les deux séparées par un point-virgule.")
    if _number(row, "montant") is not None and not (_number(row, "montant") or 0) > 0:
        yield "montant", N_("Le montant est plus grand que zéro.")
    share = _number(row, "pourcentageSubvention")
    if share is not None and not 0.01 <= share <= 1:  # noqa: PLR2004 — the schema's own limits
        yield "pourcentageSubvention", N_("La part est entre 0.01 et 1.00.")


def _number(row: Row, column: str) -> float | None:
    text = row.get(column, "")
    return float(text) if re.fullmatch(_NUMBER, text) else None


def _paid(row: Row) -> Faults:
    """A day, or two in order with a slash between."""
    text = row.get("datesPeriodeVersement", "")
    if not re.fullmatch(_PERIOD, text):
        return
    days = [day_in(part) for part in text.split("/")]
    if None in days:
        yield "datesPeriodeVersement", N_("Cette date n’existe pas. Vérifiez le jour et le mois.")
    elif sorted(days, key=str) != days:
        yield "datesPeriodeVersement", N_("La période se termine avant de commencer. Inversez les deux dates.")


_NUMBER = r"\d+(\.\d+)?"
_PERIOD = r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?"
_PATTERNS = (
    ("idAttribuant", r"\d{14}", N_("Un SIRET a 14 chiffres.")),
    ("idBeneficiaire", r"\d{14}", N_("Un SIRET a 14 chiffres.")),
    ("rnaBeneficiaire", r"W\d{9}", N_("Un numéro RNA est un W suivi de 9 chiffres.")),
    ("montant", _NUMBER, N_("Écrivez le montant en euros ainsi\u202f: 47800.20.")),
    ("datesPeriodeVersement", _PERIOD, N_("Écrivez 2017-03-14, ou 2017-03-14/2018-03-14 pour une période.")),
    ("notificationUE", r"oui|non", N_("Écrivez oui ou non.")),
    ("pourcentageSubvention", _NUMBER, N_("Écrivez la part ainsi\u202f: 0.45.")),
)


def _identified(row: Row) -> Faults:
    """The custom check `one-of-required`: a SIRET or, for an association, its RNA number."""
    if not (row.get("idBeneficiaire") or row.get("rnaBeneficiaire")):
        yield "idBeneficiaire", N_("Indiquez le SIRET du bénéficiaire ou, pour une association, son numéro RNA.")


GRANT_CHECKS: tuple[Check, ...] = (siret_key("idAttribuant"), siret_key("idBeneficiaire"), _identified)
"""The three custom checks of the schema, in its order."""
