"""The open-data list of deliberations, SCDL Délibérations 2.1.5: its columns and what a row must hold. Pure.

Generic validators of the schema check types and patterns and leave its eleven custom checks aside; they are
all here. Source: schema.json of OpenDataFrance, version 2.1.5, fields and `custom_checks`.
"""

import unicodedata

from passnumerique.council.rules.matters import FAMILIES
from passnumerique.council.rules.scdl.shapes import (
    Check,
    Faults,
    Row,
    day_in,
    faults_of,
    misaddressed,
    misdated,
    misshapen,
    missing,
    siret_key,
)
from passnumerique.ground.words import N_

DELIBERATION_COLUMNS = (
    "COLL_NOM",
    "COLL_SIRET",
    "DELIB_ID",
    "DELIB_DATE",
    "DELIB_MATIERE_CODE",
    "DELIB_MATIERE_NOM",
    "DELIB_OBJET",
    "BUDGET_ANNEE",
    "BUDGET_NOM",
    "PREF_ID",
    "PREF_DATE",
    "VOTE_EFFECTIF",
    "VOTE_REEL",
    "VOTE_POUR",
    "VOTE_CONTRE",
    "VOTE_ABSTENTION",
    "DELIB_URL",
)
REQUIRED = DELIBERATION_COLUMNS[:7]
VOTES = ("VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION")


def faults_of_a_deliberation(row: Row) -> list[tuple[str, str]]:
    """What is wrong with one row of texts, by column: nothing when the row may be published."""
    return faults_of(row, _shapes, CHECKS)


def _shapes(row: Row) -> Faults:
    yield from missing(row, REQUIRED)
    yield from misshapen(row, _PATTERNS)
    yield from misdated(row, ("DELIB_DATE", "PREF_DATE"))
    yield from misaddressed(row, "DELIB_URL")


_PATTERNS = (
    ("COLL_SIRET", r"\d{14}", N_("Un SIRET a 14 chiffres.")),
    ("DELIB_MATIERE_CODE", r"\d\.\d{1,2}", N_("Écrivez le code ainsi\u202f: 7.5.")),
    ("BUDGET_ANNEE", r"[0-9]{4}(/[0-9]{4})?", N_("Écrivez l’année ainsi\u202f: 2023, ou 2023/2024.")),
    *((column, r"\d+", N_("Écrivez un nombre entier.")) for column in VOTES),
)


def _year_interval(row: Row) -> Faults:
    first, _slash, last = row.get("BUDGET_ANNEE", "").partition("/")
    if last and first >= last:
        yield "BUDGET_ANNEE", N_("La seconde année suit la première.")


def _together(*columns: str) -> Check:
    def check(row: Row) -> Faults:
        given = [column for column in columns if row.get(column)]
        if given and len(given) < len(columns):
            missing = next(column for column in columns if column not in given)
            yield missing, N_("Ces colonnes se remplissent ensemble, ou pas du tout.")

    return check


def _not_less(column: str, other: str) -> Check:
    def check(row: Row) -> Faults:
        left, right = row.get(column, ""), row.get(other, "")
        if left.isdigit() and right.isdigit() and int(left) < int(right):
            yield column, N_("Ce nombre est plus petit qu’un nombre qu’il contient.")

    return check


def _prefecture_after_vote(row: Row) -> Faults:
    voted, received = day_in(row.get("DELIB_DATE", "")), day_in(row.get("PREF_DATE", ""))
    if voted and received and received < voted:
        yield "PREF_DATE", N_("La préfecture ne reçoit pas un acte avant qu’il soit voté.")


def _votes_sum(row: Row) -> Faults:
    real, *parts = (row.get(column, "") for column in VOTES[1:])
    if real.isdigit() and all(part.isdigit() for part in parts) and int(real) != sum(map(int, parts)):
        yield "VOTE_REEL", N_("Les voix ne font pas le nombre de votants.")


def _matter_in_nomenclature(row: Row) -> Faults:
    """The family before the `/` is one of the nine, whatever its accents and capitals; no space beside it."""
    name = row.get("DELIB_MATIERE_NOM", "")
    family, slash, matter = name.partition("/")
    known = {_plain(one) for one in FAMILIES}
    if name and (not slash or _plain(family) not in known or family != family.strip() or matter != matter.strip()):
        yield "DELIB_MATIERE_NOM", N_("Écrivez la matière ainsi\u202f: Finances locales/Subventions.")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


CHECKS: tuple[Check, ...] = (
    siret_key("COLL_SIRET"),
    _year_interval,
    _together("BUDGET_ANNEE", "BUDGET_NOM"),
    _together(*VOTES),
    _prefecture_after_vote,
    _not_less("VOTE_EFFECTIF", "VOTE_REEL"),
    _not_less("VOTE_REEL", "VOTE_POUR"),
    _not_less("VOTE_REEL", "VOTE_CONTRE"),
    _not_less("VOTE_REEL", "VOTE_ABSTENTION"),
    _votes_sum,
    _matter_in_nomenclature,
)
"""The eleven custom checks of the schema, in its order."""
