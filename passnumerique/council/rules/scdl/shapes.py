"""What the tables of the SCDL share: rows of texts, faults by column, days, numbers and identifiers. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from stdnum.fr import siret

from passnumerique.ground.words import N_

Row = Mapping[str, str]
Faults = Iterator[tuple[str, str]]
"""The column and what is wrong with it, as a sentence."""
Check = Callable[[Row], Faults]

REQUIRED = N_("Cette colonne est obligatoire.")


def faults_of(row: Row, shapes: Check, checks: tuple[Check, ...]) -> list[tuple[str, str]]:
    """What is wrong with a row, by column: its shapes first, then its checks, each column once by kind."""
    shaped = list(shapes(row))
    broken = {column for column, _why in shaped}
    return shaped + [fault for check in checks for fault in check(row) if fault[0] not in broken]


def missing(row: Row, columns: tuple[str, ...]) -> Faults:
    """The required columns that hold nothing."""
    for column in columns:
        if not row.get(column, "").strip():
            yield column, REQUIRED


def misshapen(row: Row, patterns: tuple[tuple[str, str, str], ...]) -> Faults:
    """The columns whose text has not the shape asked for."""
    for column, shape, why in patterns:
        if row.get(column) and not re.fullmatch(shape, row[column]):
            yield column, why


def misdated(row: Row, columns: tuple[str, ...]) -> Faults:
    """The columns that hold no day of the calendar."""
    for column in columns:
        if row.get(column) and day_in(row[column]) is None:
            yield column, N_("Écrivez la date ainsi\u202f: 2022-12-13.")


def misaddressed(row: Row, column: str) -> Faults:
    """An address on the web that is not whole."""
    address = row.get(column, "")
    if address and not (urlsplit(address).scheme and urlsplit(address).netloc):
        yield column, N_("Écrivez l’adresse entière, avec https://.")


def day_in(text: str) -> date | None:
    """The day that a text says as 2022-12-13; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def siret_key(column: str) -> Check:
    """The custom check `french-siret-value`: the key of the number holds; that of La Poste has its own rule."""

    def check(row: Row) -> Faults:
        if row.get(column) and not siret.is_valid(row[column]):
            yield column, N_("La clé de ce SIRET est fausse.")

    return check
