"""How the file of a lot is read: one line is one pass, with its number, its booklet and its code. Pure.

Nothing is guessed: a cell that cannot be used is reported by line and column, and a hole in the
numbers or a code given twice is said where it stands.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from passnumerique.ground.codes import LENGTH, fold, well_formed
from passnumerique.ground.words import N_

NUMBER, BOOKLET, CODE = "number", "booklet", "code"
LOT_FIELDS: Mapping[str, tuple[str, ...]] = {
    NUMBER: (
        "numéro",
        "numero",
        "n°",
        "no",
        "num",
        "numéro de pass",
        "numéro du pass",
        "pass",
        "voucher",
        "number",
    ),
    BOOKLET: ("carnet", "numéro de carnet", "n° carnet", "chéquier", "booklet"),
    CODE: ("code", "code du pass", "code barre", "identifiant", "token"),
}
"""The three fields of a lot's file, each with the headings that suggest it."""
LOT_LABELS = {NUMBER: N_("Numéro du pass"), BOOKLET: N_("Numéro du carnet"), CODE: N_("Code du pass")}

_NUMBER = re.compile(r"\d{1,15}")
_CODE = re.compile(r"[0-9A-Z]{6,40}")
_NOT_A_NUMBER = N_("Un numéro entier est attendu, de 1 à 15 chiffres.")
_NOT_A_CODE = N_("Un code de 6 à 40 lettres et chiffres est attendu.")
_EMPTY = N_("Cette case est vide.")
_NUMBER_TWICE = N_("Ce numéro est déjà à la ligne {line} du fichier. Gardez une seule des deux lignes.")
_CODE_TWICE = N_("Ce code est déjà à la ligne {line} du fichier. Chaque pass a son code.")
_HOLE = N_("Il manque des numéros avant celui-ci\u202f: de {first} à {last}. Un lot est une suite sans trou.")
_MISTYPED = N_("La lettre de contrôle de ce code est fausse, alors que les autres sont justes. Relisez-le.")
NUMBER_KNOWN = N_("Ce numéro est déjà enregistré dans ce dispositif.")
CODE_KNOWN = N_("Ce code est déjà enregistré dans ce dispositif.")


@dataclass(frozen=True)
class LotLine:
    """One pass of the file that can be used, with the line it stands on."""

    line: int
    number: int
    booklet: int
    code: str


@dataclass(frozen=True)
class BadField:
    """One cell of the file that cannot be used, and why."""

    line: int
    field: str
    value: str
    reason: str
    params: Mapping[str, object]


def read_lot(lines: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[LotLine], list[BadField]]:
    """The passes of a file, in order of number, and what cannot be used, in order of line.

    `lines` are numbers of lines with the text of each field.
    """
    good: list[LotLine] = []
    bad: list[BadField] = []
    for line, cells in lines:
        wrong = list(_wrong(line, cells))
        bad += wrong
        if not wrong:
            number, booklet = (_plain(cells[name]) for name in (NUMBER, BOOKLET))
            good.append(LotLine(line, int(number), int(booklet), fold(cells[CODE])))
    good.sort(key=lambda one: (one.number, one.line))
    bad += [*_twice(good), *_holes(good, bad), *_mistyped(good)]
    return good, sorted(bad, key=lambda one: (one.line, one.field))


def _wrong(line: int, cells: Mapping[str, str]) -> Iterable[BadField]:
    for name in (NUMBER, BOOKLET):
        if not cells[name]:
            yield BadField(line, name, "", _EMPTY, {})
        elif not _NUMBER.fullmatch(_plain(cells[name])) or not int(_plain(cells[name])):
            yield BadField(line, name, cells[name], _NOT_A_NUMBER, {})
    if not cells[CODE]:
        yield BadField(line, CODE, "", _EMPTY, {})
    elif not _CODE.fullmatch(fold(cells[CODE])):
        yield BadField(line, CODE, cells[CODE], _NOT_A_CODE, {})


def _plain(text: str) -> str:
    """A number without the blanks between its thousands."""
    return re.sub(r"[\s\u00a0\u202f]", "", text)


def _twice(good: Iterable[LotLine]) -> Iterable[BadField]:
    numbers: dict[int, int] = {}
    codes: dict[str, int] = {}
    for one in sorted(good, key=lambda one: one.line):
        if (first := numbers.setdefault(one.number, one.line)) != one.line:
            yield BadField(one.line, NUMBER, str(one.number), _NUMBER_TWICE, {"line": first})
        if (first := codes.setdefault(one.code, one.line)) != one.line:
            yield BadField(one.line, CODE, one.code, _CODE_TWICE, {"line": first})


def _holes(good: list[LotLine], bad: list[BadField]) -> Iterable[BadField]:
    """Numbers that no line has; not told while lines cannot be read, since those may be the ones."""
    if any(one.reason in {_EMPTY, _NOT_A_NUMBER, _NOT_A_CODE} for one in bad):
        return
    for before, one in pairwise(good):
        if one.number > before.number + 1:
            gap = {"first": before.number + 1, "last": one.number - 1}
            yield BadField(one.line, NUMBER, str(one.number), _HOLE, gap)


def _mistyped(good: list[LotLine]) -> Iterable[BadField]:
    """Codes of our own kind with a wrong check letter, in a file where all others have a right one:
    an issuer whose codes are of another kind fails everywhere, and is believed."""
    wrong = [one for one in good if not well_formed(one.code)]
    ours = len(good) - len(wrong)
    if ours > len(wrong):
        for one in wrong:
            if len(one.code) == LENGTH:
                yield BadField(one.line, CODE, one.code, _MISTYPED, {})
