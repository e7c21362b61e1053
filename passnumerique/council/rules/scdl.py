"""The open-data list of deliberations, SCDL Délibérations 2.1.5: its columns and what a row must hold. Pure.

Generic validators of the schema check types and patterns and leave its eleven custom checks aside; they are
all here. Source: schema.json of OpenDataFrance, version 2.1.5, fields and `custom_checks`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from stdnum.fr import siret

from passnumerique.council.rules.matters import FAMILIES
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

Row = Mapping[str, str]
Faults = Iterator[tuple[str, str]]
"""The column and what is wrong with it, as a sentence."""


def faults_of_a_deliberation(row: Row) -> list[tuple[str, str]]:
    """What is wrong with one row of texts, by column: nothing when the row may be published."""
    shapes = list(_shapes(row))
    broken = {column for column, _why in shapes}
    return shapes + [fault for check in CHECKS for fault in check(row) if fault[0] not in broken]


def _shapes(row: Row) -> Faults:
    for column in REQUIRED:
        if not row.get(column, "").strip():
            yield column, N_("Cette colonne est obligatoire.")
    for column, shape, why in _PATTERNS:
        if row.get(column) and not re.fullmatch(shape, row[column]):
            yield column, why
    for column in ("DELIB_DATE", "PREF_DATE"):
        if row.get(column) and _day(row[column]) is None:
            yield column, N_("Écrivez la date ainsi\u202f: 2022-12-13.")
    address = row.get("DELIB_URL", "")
    if address and not (urlsplit(address).scheme and urlsplit(address).netloc):
        yield "DELIB_URL", N_("Écrivez l’adresse entière, avec https://.")


_PATTERNS = (
    ("COLL_SIRET", r"\d{14}", N_("Un SIRET a 14 chiffres.")),
    ("DELIB_MATIERE_CODE", r"\d\.\d{1,2}", N_("Écrivez le code ainsi\u202f: 7.5.")),
    ("BUDGET_ANNEE", r"[0-9]{4}(/[0-9]{4})?", N_("Écrivez l’année ainsi\u202f: 2023, ou 2023/2024.")),
    *((column, r"\d+", N_("Écrivez un nombre entier.")) for column in VOTES),
)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _siret_key(row: Row) -> Faults:
    if row.get("COLL_SIRET") and not siret.is_valid(row["COLL_SIRET"]):
        yield "COLL_SIRET", N_("La clé de ce SIRET est fausse.")


def _year_interval(row: Row) -> Faults:
    first, _slash, last = row.get("BUDGET_ANNEE", "").partition("/")
    if last and first >= last:
        yield "BUDGET_ANNEE", N_("La seconde année suit la première.")


def _together(*columns: str) -> Callable[[Row], Faults]:
    def check(row: Row) -> Faults:
        given = [column for column in columns if row.get(column)]
        if given and len(given) < len(columns):
            missing = next(column for column in columns if column not in given)
            yield missing, N_("Ces colonnes se remplissent ensemble, ou pas du tout.")

    return check


def _not_less(column: str, other: str) -> Callable[[Row], Faults]:
    def check(row: Row) -> Faults:
        left, right = row.get(column, ""), row.get(other, "")
        if left.isdigit() and right.isdigit() and int(left) < int(right):
            yield column, N_("Ce nombre est plus petit qu’un nombre qu’il contient.")

    return check


def _prefecture_after_vote(row: Row) -> Faults:
    voted, received = _day(row.get("DELIB_DATE", "")), _day(row.get("PREF_DATE", ""))
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


CHECKS: tuple[Callable[[Row], Faults], ...] = (
    _siret_key,
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
