"""The press: a template and its facts in, the bytes of a PDF out. The same facts give the same bytes.

Every paper is tagged for screen readers (PDF/UA-1) and fit for archives (PDF/A-2a). Facts travel as
JSON text and are shown as text: nothing that a person typed is ever read as a command of the page.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import typst

from passnumerique.ground.dates import WEEKDAYS, long_day
from passnumerique.ground.money import euros
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
# What the typefaces, and those built into typst, are known to hold; a test prints them all.
_UNSHOWN = re.compile(
    "[^\n -~\u00a0-\u024f\u0300-\u036f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u0484\u0487-\u04ff"
    "\u1e00-\u1eff\u2010-\u2027\u202f-\u2040\u20ac\u2116\u2122\u2190-\u2193\u2212\u2260\u2264\u2265]"
)
_LONG = 500_000  # letters of JSON: some hundred and fifty cards
STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]


class UnreadableLogo(Refusal):
    """The authority's logo is neither SVG, PNG nor JPEG, or is damaged: nothing was printed."""

    sentence = N_("Le logo de la collectivité est illisible. Remplacez-le par un fichier SVG, PNG ou JPEG.")


def press(template: str, made_on: date, facts: Mapping[str, object]) -> bytes:
    """The PDF of `template` (a file of `templates/`, without its ending) filled with `facts`.

    `made_on` is the date of the document: no clock is read. Raises UnreadableLogo for a logo that
    cannot be drawn.
    """
    paper = {**_fields(facts), "made_on": [made_on.year, made_on.month, made_on.day]}
    try:
        return _compile(template, made_on, json.dumps(paper))
    except typst.TypstError as error:
        if ("decode" in error.message and "image" in error.message) or "SVG" in error.message:
            raise UnreadableLogo from error
        raise


def _compile(template: str, made_on: date, paper: str) -> bytes:
    made = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs={"paper": paper},
        pdf_standards=[*STANDARDS],
        timestamp=datetime.combine(made_on, time(), UTC),
    )
    if len(paper) > _LONG:
        forget()
    return made


def forget() -> None:
    """Give back the memory of a long paper: typst keeps what it laid out until ten other papers have
    passed, and ten sheets of 1,800 cards would hold more than a gigabyte."""
    for _ in range(10):
        typst.compile(b"", font_paths=fonts(), format="svg")


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The house's typefaces, and those built into typst for letters they lack; never the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def written(fact: object) -> object:
    """A fact as the templates take it: days in words, texts cleaned, collections of these."""
    match fact:
        case str():
            return printable(fact)
        case date():
            return long_day(fact)
        case Mapping():
            return _fields(fact)
        case list() | tuple():
            return [written(item) for item in fact]
    return fact


def _fields(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: _field(key, value) for key, value in facts.items()}


def _field(name: str, value: object) -> object:
    if isinstance(value, int) and name.endswith("_cents"):
        return euros(value)
    return written(value)


def weekday(day: date) -> str:
    """`mardi 13 décembre 2022`."""
    return f"{WEEKDAYS[day.weekday()]} {long_day(day)}"


def printable(text: str) -> str:
    """Text that the fonts can show: letters composed, control characters dropped, a question mark for
    what is neither Latin, Greek nor Cyrillic, so that one odd name never stops a whole sheet."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\t", " "))
    return _UNSHOWN.sub("?", "".join(letter for letter in composed if not _is_control(letter)))


def _is_control(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf"}


def logo_facts(logo: bytes | None) -> dict[str, object] | None:
    """The logo as the templates take it; None where there is none. Raises UnreadableLogo."""
    if not logo:
        return None
    for start, kind in ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg")):
        if logo.startswith(start):
            return {"format": kind, "bytes": list(logo)}
    if b"<svg" in logo[:4096]:
        return {"format": "svg", "bytes": list(logo)}
    raise UnreadableLogo
