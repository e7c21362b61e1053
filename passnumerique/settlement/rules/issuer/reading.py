"""One row of an issuer's file, read cell by cell: numbers, amounts and days as issuers write them. Pure.

Nothing is guessed: what may mean two things (`1.234`, `03/25/2022`) is refused with what to write instead.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from passnumerique.ground.dates import MONTHS
from passnumerique.ground.sheets.mapping import normalised
from passnumerique.ground.words import N_
from passnumerique.settlement.rules.issuer.kinds import FIELDS, IssuerField, IssuerKind, Shape

EMPTY = N_("Cette case est vide.")
NOT_A_NUMBER = N_("Un numéro entier est attendu, de 1 à 15 chiffres.")
NOT_A_QUANTITY = N_("Un nombre entier plus grand que zéro est attendu.")
NOT_A_COUNT = N_("Un nombre entier est attendu, zéro compris.")
NOT_A_DAY = N_("Cette date ne se lit pas. Écrivez-la 13/12/2022 ou 2022-12-13.")
NOT_A_MONTH = N_("Ce mois ne se lit pas. Écrivez-le 11/2022, 2022-11 ou novembre 2022.")
NOT_AN_AMOUNT = N_("Ce montant ne se lit pas. Écrivez-le comme 1 234,50, avec les centimes.")
NOT_POSITIVE = N_("Un montant plus grand que zéro est attendu.")
UNKNOWN_NUMBER = N_("Aucun pass de ce dispositif ne porte ce numéro. Demandez à l’émetteur d’où il vient.")
ANOTHER_PROGRAMMES_PASS = N_("Ce numéro est celui d’un autre dispositif de votre collectivité. Importez-le là-bas.")
ANOTHER_PROGRAMME = N_("Cette ligne est d’un autre dispositif. Elle est gardée ici sans être prise en compte.")
UNKNOWN_PLACE = N_("Ce lieu n’est pas au réseau. Écrivez son nom, son SIRET ou son identifiant comme au réseau.")
TWICE_IN_FILE = N_("La même ligne est déjà à la ligne {line} du fichier. Elle n’est comptée qu’une fois.")
KNOWN_ELSEWHERE = N_("La même ligne est déjà connue d’un autre fichier. Elle n’est comptée qu’une fois.")
SAID_TWICE = N_("Ce pass est aussi déclaré utilisé ailleurs ou un autre jour. L’écart est au rapprochement.")

LONGEST = 240
_CENTS, _MANY_DECIMALS = 2, 6
"""Decimals of an amount; and of what a spreadsheet keeps of a sum of them, such as 30.299999999999997."""


@dataclass(frozen=True)
class Told:
    """What is said of one cell of a row: the name of its field, what it holds, and why, as a sentence with {fields}."""

    name: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadRow:
    """What a row says, field by field, and what cannot be read of it."""

    values: dict[str, Any]
    told: tuple[Told, ...]


def read_row(kind: IssuerKind, cells: Mapping[str, str]) -> ReadRow:
    """Read one row of a file of that kind from the text of each field."""
    return read_fields(FIELDS[kind], cells)


def read_fields(fields: Iterable[IssuerField], cells: Mapping[str, str]) -> ReadRow:
    """Read these fields of one row from the text of each. Those that are empty and not needed are left out."""
    values: dict[str, Any] = {}
    told: list[Told] = []
    for one in fields:
        text = cells.get(one.name, "").strip()
        if not text:
            told += [Told(one.name, "", EMPTY)] if one.required else []
            continue
        found = _READERS[one.shape](text)
        if isinstance(found, Told):
            told.append(Told(one.name, text[:LONGEST], found.reason))
        else:
            values[one.name] = found
    return ReadRow(values, tuple(told))


def content_print(kind: IssuerKind, values: Mapping[str, Any]) -> bytes:
    """The same bytes for rows that say the same, however each file writes it: what makes a row known."""
    said = {name: str(value) for name, value in values.items() if name != "programme"}
    return hashlib.sha256(json.dumps([kind.value, said], sort_keys=True).encode()).digest()


def plain(text: str) -> str:
    """A number or an amount without the blanks between its thousands."""
    return re.sub(r"[\s\u00a0\u202f']", "", text)


def _wrong(reason: str) -> Told:
    return Told("", "", reason)


def _number(text: str) -> int | Told:
    bare = plain(text)
    return int(bare) if re.fullmatch(r"\d{1,15}", bare) and int(bare) else _wrong(NOT_A_NUMBER)


def _quantity(text: str) -> int | Told:
    bare = plain(text)
    return int(bare) if re.fullmatch(r"\d{1,9}", bare) and int(bare) else _wrong(NOT_A_QUANTITY)


def _count(text: str) -> int | Told:
    bare = plain(text)
    return int(bare) if re.fullmatch(r"\d{1,9}", bare) else _wrong(NOT_A_COUNT)


def _amount(text: str) -> int | Told:
    cents = _signed(text)
    return cents if isinstance(cents, Told) or cents > 0 else _wrong(NOT_POSITIVE)


def _signed(text: str) -> int | Told:
    """Cents from `1 234,50 €`, `1.234,50`, `1,234.50`, `-12`, `12,00-`, `(12,00)`."""
    bare = re.sub(r"(€|EUR|euros?)$", "", plain(text), flags=re.IGNORECASE).replace("−", "-")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("+-()")
    whole, mark, rest = _split(bare)
    if not re.fullmatch(r"\d{1,12}", whole) or (mark and not rest.isdecimal()):
        return _wrong(NOT_AN_AMOUNT)
    if _CENTS < len(rest) < _MANY_DECIMALS:
        return _wrong(NOT_AN_AMOUNT)
    cents = int((Decimal(f"{whole}.{rest or 0}") * 100).to_integral_value())
    return -cents if negative else cents


def _split(bare: str) -> tuple[str, str, str]:
    """The whole part, the decimal mark and the decimals: the last of two different marks is the decimal one."""
    last = max(bare.rfind(","), bare.rfind("."))
    if last < 0:
        return bare, "", ""
    mark, other = bare[last], "." if bare[last] == "," else ","
    whole, rest = bare[:last], bare[last + 1 :]
    thousands = whole.split(other)
    if mark in whole or (len(thousands) > 1 and any(len(some) != 3 for some in thousands[1:])):  # noqa: PLR2004
        return "", mark, rest
    return "".join(thousands), mark, rest


_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ].*)?")
_FRENCH = re.compile(r"(\d\d?)[/.\-](\d\d?)[/.\-](\d{4}|\d\d)(?: .*)?")
_WORDS = re.compile(r"(\d\d?)(?:er)? (\w+)\.? (\d{4})")
_MONTHS = {normalised(name): rank for rank, name in enumerate(MONTHS, start=1)}
_CENTURY = 2000


def _day(text: str) -> date | Told:
    try:
        return _day_of(text.replace("\u00a0", " ").replace("\u202f", " "))
    except ValueError:
        return _wrong(NOT_A_DAY)


def _day_of(text: str) -> date:
    if iso := _ISO.fullmatch(text):
        return date(*map(int, iso.groups()))
    if french := _FRENCH.fullmatch(text):
        day, month, year = map(int, french.groups())
        return date(year if year >= 100 else _CENTURY + year, month, day)  # noqa: PLR2004 — two digits
    if words := _WORDS.fullmatch(text):
        return date(int(words[3]), _MONTHS.get(normalised(words[2]), 0), int(words[1]))
    raise ValueError(text)


_ISO_MONTH = re.compile(r"(\d{4})-(\d\d?)")
_FRENCH_MONTH = re.compile(r"(\d\d?)[/.\-](\d{4})")
_MONTH_WORDS = re.compile(r"(\w+)\.? (\d{4})")


def _month(text: str) -> date | Told:
    """The first day of a month; a whole date gives its month."""
    bare = text.replace("\u00a0", " ").replace("\u202f", " ")
    try:
        if iso := _ISO_MONTH.fullmatch(bare):
            return date(int(iso[1]), int(iso[2]), 1)
        if french := _FRENCH_MONTH.fullmatch(bare):
            return date(int(french[2]), int(french[1]), 1)
        if words := _MONTH_WORDS.fullmatch(bare):
            return date(int(words[2]), _MONTHS.get(normalised(words[1]), 0), 1)
        return _day_of(bare).replace(day=1)
    except ValueError:
        return _wrong(NOT_A_MONTH)


def _text(text: str) -> str:
    return " ".join(text.split())[:80]


_READERS: dict[Shape, Callable[[str], Any]] = {
    Shape.NUMBER: _number,
    Shape.QUANTITY: _quantity,
    Shape.COUNT: _count,
    Shape.DAY: _day,
    Shape.MONTH: _month,
    Shape.AMOUNT: _amount,
    Shape.SIGNED: _signed,
    Shape.PLACE: _text,
    Shape.PROGRAMME: _text,
    Shape.TEXT: _text,
    Shape.CODE: _text,
}
