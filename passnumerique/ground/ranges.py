"""Ranges of numbers as people write them: `1-10, 15, 20–25`. Pure."""

import re

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

MOST_NUMBERS = 1_000_000
"""How many numbers one text may name: more is a slip of the hand."""
_LONGEST = 15
_APART = re.compile(r"[,;\n]|\bet\b", re.IGNORECASE)
_SIGN = r"(?:n\s?[°o]s?\s?)?"
_ONE = re.compile(rf"{_SIGN}(?P<first>\d+)(?:\s*(?:[-‐‑‒–—]|à|au|to)\s*{_SIGN}(?P<last>\d+))?", re.IGNORECASE)
_INSIDE_NUMBERS = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d)")


class UnreadableRange(Refusal):
    """A part of the text is no number and no range."""

    sentence = N_(
        "«\u202f{text}\u202f» ne peut pas être lu. Écrivez des numéros et des plages séparés par des virgules, "
        "par exemple\u202f: 1-10, 15, 20-25."
    )


class RangeBackwards(Refusal):
    """A range whose last number comes before its first."""

    sentence = N_("La plage «\u202f{text}\u202f» est à l’envers. Écrivez le plus petit numéro en premier.")


class RangeTooLong(Refusal):
    """More numbers than one text may name, or a number that no pass has."""

    sentence = N_("La plage «\u202f{text}\u202f» est trop grande. Vérifiez les numéros.")


def read_ranges(text: str) -> list[tuple[int, int]]:
    """The ranges that a person wrote, both ends included, in order; those that touch or meet are joined.

    Commas, semicolons, new lines and « et » part them; any dash, « à » and « au » join two ends. An
    empty text gives none. Refuses by name what cannot be read, backwards, or too large.
    """
    parts = [" ".join(part.split()) for part in _APART.split(_INSIDE_NUMBERS.sub("", text))]
    return _joined(sorted(_read(part) for part in parts if part))


def _read(part: str) -> tuple[int, int]:
    found = _ONE.fullmatch(part)
    if found is None:
        raise UnreadableRange(text=part)
    if len(part) > 2 * _LONGEST:
        raise RangeTooLong(text=part)
    first = int(found["first"])
    last = int(found["last"] or first)
    if last < first:
        raise RangeBackwards(text=part)
    if first < 1:
        raise UnreadableRange(text=part)
    if last - first >= MOST_NUMBERS or len(str(last)) > _LONGEST:
        raise RangeTooLong(text=part)
    return first, last


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in ranges:
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    if sum(last - first + 1 for first, last in found) > MOST_NUMBERS:
        raise RangeTooLong(text=f"{found[0][0]}–{found[-1][1]}")
    return found
