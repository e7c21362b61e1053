"""Cells: values as text, and the guard against formulas that a spreadsheet would run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from passnumerique.ground.words import N_, say

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[\d\s\u00a0\u202f.,()]*\d[\d\s\u00a0\u202f.,()]*")
FORMULA = N_("Ce texte commence comme une formule de tableur. Retirez le premier signe.")


@dataclass(frozen=True)
class BadCell:
    """One cell that cannot be used: where it stands, what it holds, and why, as a French sentence
    that may hold {fields} filled from `params`."""

    line: int
    column: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)

    def say(self) -> str:
        """The reason in the reader's language."""
        return say(self.reason, self.params)


def starts_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run this text: it begins with `=`, `+`, `-`, `@`, a tab or a return,
    and is neither a number nor a telephone number."""
    return text.startswith(_STARTS_FORMULA) and not _PLAIN_NUMBER.fullmatch(text)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would otherwise run it."""
    return f"'{text}" if starts_like_formula(text) else text


def as_text(value: object) -> str:
    """The value of a spreadsheet's cell as a person would have typed it.

    Whole numbers lose their `.0`, days are written `2022-12-13`, true and false `oui` and `non`.
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value).strip()
