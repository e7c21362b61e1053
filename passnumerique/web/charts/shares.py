"""Shares of a whole: the stacked bar and its legend, and parts compared by their length."""

from collections.abc import Sequence
from math import ceil

from django.utils.html import format_html
from django.utils.safestring import SafeString

from passnumerique.web.charts.figures import Part
from passnumerique.web.charts.shapes import LETTER, WIDE, block, joined, text
from passnumerique.web.templatetags.house import percent

LENGTH = 46
"""How high one bar and its label are together, in the units of the pictures."""


def bar_picture(
    parts: Sequence[Part], rows: Sequence[tuple[str, ...]], total: int, width: int
) -> tuple[SafeString, int]:
    """The bar and its legend, and the height of both."""
    per_line = 2 if width == WIDE else 1
    lines = ceil(len(parts) / per_line)
    legend = (_legend_line(rows[place], place, width, per_line, lines) for place in range(len(parts)))
    return joined((*_segments(parts, total, width), *legend)), 60 + lines * 28


def _segments(parts: Sequence[Part], total: int, width: int) -> list[SafeString]:
    found, x = [], 0.0
    for place, part in enumerate(parts):
        wide = part.value / total * width if total else 0.0
        if wide:
            found.append(block(x, 0, max(wide - 2, 1.5), 40, place))
        x += wide
    return found or [format_html('<rect class="track-fill" width="{}" height="40" rx="3"/>', width)]


def _legend_line(row: tuple[str, ...], place: int, width: int, per_line: int, lines: int) -> SafeString:
    column, line = divmod(place, lines)
    left, y = column * (width / per_line + 12), 60 + line * 28
    right = left + width / per_line - (12 if per_line > 1 else 0)
    return joined(
        (
            block(left, y, 16, 16, place),
            text(left + 26, y + 13, row[0]),
            text(right - 58, y + 13, row[1], "end", "strong"),
            text(right, y + 13, row[2], "end", "quiet"),
        )
    )


def lengths_picture(parts: Sequence[Part], rows: Sequence[tuple[str, ...]], width: int) -> tuple[SafeString, int]:
    """One bar under each label, the longest as wide as the picture, and the height of it all. Rows beyond the
    parts are words and figures alone: a sum of many would dwarf every bar."""
    most = max((part.value for part in parts), default=0) or 1
    labels = [_length_label(row, place * LENGTH, width) for place, row in enumerate(rows)]
    drawn = [
        block(0, place * LENGTH + 21, max(part.value / most * width, 1.5), 14, 0) for place, part in enumerate(parts)
    ]
    return joined((*labels, *drawn)), max(len(rows) * LENGTH, LENGTH) - 8


def _length_label(row: tuple[str, ...], top: float, width: int) -> SafeString:
    label, figure, share = row
    right = width - 58
    room = int((right - len(figure) * LETTER) / LETTER) - 2
    return joined(
        (
            text(0, top + 14, shortened(label, room)),
            text(right, top + 14, figure, "end", "strong"),
            text(width, top + 14, share, "end", "quiet"),
        )
    )


def shortened(label: str, room: int) -> str:
    """A label that fits; the table gives it whole."""
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"


def share_of(value: int, total: int) -> str:
    """A part of a whole in percents, never rounded down to nothing."""
    if value > 0 and value * 100 < total:
        return f"< {percent(0.01)}"
    return percent(value / total if total else 0)
