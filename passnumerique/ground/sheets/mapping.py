"""Mapping: which column of a partner's file holds which field of ours."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from passnumerique.ground.sheets.refusals import MissingColumns
from passnumerique.ground.sheets.tables import Line, Sheet

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


@dataclass(frozen=True)
class Mapping:
    """For each field that is taken from the file, the heading of its column."""

    columns: dict[str, str]

    def read(self, line: Line) -> dict[str, str]:
        """The fields of one line; a column that the line does not have gives an empty text."""
        return {field: line.cells.get(column, "") for field, column in self.columns.items()}

    def check(self, sheet: Sheet, required: Iterable[str] = ()) -> None:
        """Refuse `missing_columns` when a mapped column is not in the file, or a required field has none."""
        gone = [column for column in self.columns.values() if column not in sheet.columns]
        unmapped = [field for field in required if field not in self.columns]
        if gone or unmapped:
            raise MissingColumns(columns=", ".join([*gone, *unmapped]))


def normalised(name: str) -> str:
    """A heading without accents, case or punctuation: `Code INSEE` and `code_insee` are the same."""
    return " ".join(_words(name))


def suggest_mapping(columns: Sequence[str], fields: AnyMapping[str, Collection[str]]) -> Mapping:
    """The mapping that the headings suggest; `fields` gives each field's synonyms.

    Headings equal to a name or synonym come first, then those that hold all its words. A column is
    never given to two fields; what suggests nothing is left out.
    """
    found: dict[str, str] = {}
    free = {column: _words(column) for column in columns}
    for fits in (_same, _holds):
        for field, synonyms in fields.items():
            names = [_words(name) for name in (field, *synonyms)]
            column = next((c for name in names for c, words in free.items() if fits(name, words)), None)
            if field not in found and column is not None:
                found[field] = column
                del free[column]
    return Mapping({field: found[field] for field in fields if field in found})


def _words(name: str) -> tuple[str, ...]:
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_LIGATURES))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return tuple(re.findall(r"[a-z0-9]+", bare))


def _same(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return "".join(name) == "".join(words)


def _holds(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return bool(name) and set(name) <= set(words)
