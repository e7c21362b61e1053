"""Places that take the pass, as open data: lines that are valid against the national standard 1.0.2.

Version 1 of the standard dropped « accepte le Pass numérique »: only our own data can say which place
takes it. A training session paid by a pass is free on condition, and the programme is named among the
other labels, which is the standard's free slot.
"""

import re
from collections.abc import Iterable

from passnumerique.directory.rules.reading import UnusableText, read_field, unpublishable
from passnumerique.directory.rules.standard import FIELDS, SEPARATOR, Field, Shape
from passnumerique.directory.rules.writing import written

FREE_ON_CONDITION = "Gratuit sous condition"
_PHONE = re.compile(r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}")
"""The telephone numbers that the standard knows: those of France."""


def published_lines(organisations: Iterable[object], programme: str) -> list[list[str]]:
    """The lines of the places of a programme of that name, in the order given, under the 32 headings.

    A place without what the standard requires is left out whole; a text that it would refuse is left
    empty. Our own contacts are never among the columns.
    """
    label = taking_label(programme)
    lines = (_published(one, label) for one in organisations)
    return [list(line.values()) for line in lines if not _lacking(line)]


def taking_label(programme: str) -> str:
    """By which label a place says that it takes the passes of a programme."""
    return f"Pass numérique accepté ({' '.join(programme.replace(SEPARATOR, ' ').split())})"


def _published(organisation: object, label: str) -> dict[str, str]:
    line = {field.name: _text(field, _written(getattr(organisation, field.name))) for field in FIELDS}
    labels = [one for one in line["other_labels"].split(SEPARATOR) if one and one != label]
    return line | {"fees": FREE_ON_CONDITION, "other_labels": SEPARATOR.join([*labels, label])}


def _written(value: object) -> str:
    """As elsewhere, but degrees to a hand's breadth and never with an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else written(value)


def _text(field: Field, text: str) -> str:
    """The text, or nothing where the standard would refuse it."""
    if field.shape is Shape.PHONE and not _PHONE.fullmatch(text):
        return ""
    try:
        read_field(field, text)
    except UnusableText:
        return ""
    return text


def _lacking(line: dict[str, str]) -> bool:
    return bool(unpublishable(line))
