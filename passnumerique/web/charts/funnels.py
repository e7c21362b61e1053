"""What becomes of many, stage by stage, and how long each step takes."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from passnumerique.web.charts.shapes import LETTER, block, joined, line_from, text
from passnumerique.web.charts.shares import shortened
from passnumerique.web.templatetags.house import number

ROW, KEY = 52, 30
"""How high a bar with its words is, and a line of the key above, in the units of the pictures."""


class Split(NamedTuple):
    """One bar, as long as the sum of its parts, with its label, its figure and what stands beside it in quiet."""

    label: str
    figure: str
    beside: str
    values: Sequence[int]


class Range(NamedTuple):
    """How long something takes: until a quarter, half and three quarters are done; None where that is not known
    yet."""

    label: str
    low: int | None
    middle: int | None
    high: int | None


def splits_picture(rows: Sequence[Split], key: Sequence[str], width: int) -> tuple[SafeString, int]:
    """The bars under one another, from the left, to one scale, and the height of it all."""
    most = max((sum(row.values) for row in rows), default=0) or 1
    legend, top = _key(key, width)
    drawn = [_split(row, top + place * ROW, most, width) for place, row in enumerate(rows)]
    return joined((*legend, *drawn)), top + len(rows) * ROW


def _key(words: Sequence[str], width: int) -> tuple[list[SafeString], int]:
    """What each part of a bar is, and how much room that takes."""
    found, x, y = [], 0.0, 0
    for rank, one in enumerate(words):
        wide = 38 + len(one) * 6.6
        if x and x + wide > width:
            x, y = 0.0, y + KEY
        found.append(joined((block(x, y, 16, 16, rank), text(x + 24, y + 13, one))))
        x += wide
    return found, y + KEY + 4


def _split(row: Split, top: float, most: int, width: int) -> SafeString:
    right = width - len(row.beside) * LETTER - 22 if row.beside else width
    room = int((right - len(row.figure) * LETTER) / LETTER) - 2
    pieces, x = [], 0.0
    for rank, value in enumerate(row.values):
        wide = value / most * width
        if value > 0:
            pieces.append(block(x, top + 20, max(wide - 1, 1.5), 16, rank))
        x += wide
    return joined(
        (
            text(0, top + 14, shortened(row.label, room)),
            text(right, top + 14, row.figure, "end", "strong"),
            text(width, top + 14, row.beside, "end", "quiet"),
            *pieces,
        )
    )


def ranges_picture(rows: Sequence[Range], width: int) -> tuple[SafeString, int]:
    """A bar from the quarter to the three quarters, a mark at the half; dashes where the end is not known yet."""
    most = max([value for row in rows for value in (row.low, row.middle, row.high) if value], default=0)
    scale = (width - 40) / max(most, 1)
    return joined(_range(row, place * ROW, scale, width) for place, row in enumerate(rows)), max(len(rows), 1) * ROW


def _range(row: Range, top: float, scale: float, width: int) -> SafeString:
    words = _("plus de la moitié attend") if row.middle is None else days_words(row.middle)
    room = int((width - len(words) * LETTER) / LETTER) - 2
    label = joined((text(0, top + 14, shortened(row.label, room)), text(width, top + 14, words, "end", "strong")))
    if row.low is None:
        return joined((label, line_from(0, top + 28, width, top + 28, "roof")))
    first = row.low * scale
    last = width if row.high is None else max(row.high * scale, first + 3)
    bar = block(first, top + 20, (row.middle or row.low) * scale - first, 16, 0) if row.high is None else SafeString("")
    rest = line_from((row.middle or row.low) * scale, top + 28, last, top + 28, "roof")
    whole = joined((bar, rest)) if row.high is None else block(first, top + 20, last - first, 16, 0)
    middle = SafeString("") if row.middle is None else _half(row.middle * scale, top)
    track = format_html('<rect class="track-fill" y="{}" width="{}" height="2"/>', top + 35, width)
    return joined((label, track, whole, middle))


def _half(x: float, top: float) -> SafeString:
    return format_html('<rect class="half" x="{}" y="{}" width="4" height="24" rx="1"/>', round(x - 2, 1), top + 16)


def days_words(days: int) -> str:
    """`le jour même`, `1 jour`, `95 jours`."""
    if days == 0:
        return _("le jour même")
    return ngettext("%(count)s jour", "%(count)s jours", days) % {"count": number(days)}
