"""Scales that end on round numbers, and labels that do not touch."""

from datetime import date
from math import ceil, floor, log10
from typing import NamedTuple

from django.utils.safestring import SafeString

from passnumerique.web.charts.shapes import LETTER, joined, line_from, text
from passnumerique.web.templatetags.house import month, number, whole_euros

TICKS = 4
"""How many steps a scale has."""
_SHORT = {
    "janvier": "janv.",
    "février": "févr.",
    "mars": "mars",
    "avril": "avr.",
    "mai": "mai",
    "juin": "juin",
    "juillet": "juil.",
    "août": "août",
    "septembre": "sept.",
    "octobre": "oct.",
    "novembre": "nov.",
    "décembre": "déc.",
}
"""How months are shortened in French; English takes the first three letters."""


class Frame(NamedTuple):
    """Where the picture stands inside its box, and the greatest value of its scale."""

    left: float
    top: float
    right: float
    bottom: float
    most: int

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.most


def round_up(value: int) -> int:
    """The next round number a scale may end on: 1, 2, 2.5, 4, 5 or 8 times a power of ten, and at least 4."""
    if value <= TICKS:
        return TICKS
    power = 10 ** floor(log10(value))
    return next(
        int(step * power) for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= value and step * power % 1 == 0
    )


def scale(most: int, money: bool, width: int, height: int, top: int = 26) -> tuple[Frame, SafeString]:
    """The frame and its horizontal lines, with their figures on the left."""
    highest = round_up(ceil(most / 100)) * 100 if money else round_up(most)
    labels = [_axis_figure(highest * step // TICKS, money) for step in range(TICKS + 1)]
    left = max(len(label) for label in labels) * LETTER + 10
    frame = Frame(left, top, width - 6, height - 30, highest)
    drawn = (
        joined((line_from(left, y, frame.right, y, "grid"), text(left - 8, y + 4, label, "end", "quiet")))
        for label, y in ((label, frame.y(highest * step / TICKS)) for step, label in enumerate(labels))
    )
    return frame, joined(drawn)


def _axis_figure(value: int, money: bool) -> str:
    return whole_euros(value) if money else number(value)


def short_month(first: date) -> str:
    """`janv. 23`: the words of the axis, at most five letters and the year."""
    words = month(first).split(" ")[0]
    return f"{_SHORT.get(words, words[:3])} {first.year % 100:02d}"


def every_nth(count: int, width: float) -> int:
    """How many months from one label to the next, so that labels do not touch."""
    return max(1, ceil(count * 8.5 * LETTER / max(width, 1)))
