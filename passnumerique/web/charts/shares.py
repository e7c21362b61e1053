"""Shares of a whole: the stacked bar and its legend."""

from collections.abc import Sequence
from math import ceil

from django.utils.html import format_html
from django.utils.safestring import SafeString

from passnumerique.web.charts.figures import Part
from passnumerique.web.charts.shapes import WIDE, block, joined, text
from passnumerique.web.templatetags.house import percent


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


def share_of(value: int, total: int) -> str:
    """A part of a whole in percents, never rounded down to nothing."""
    if value > 0 and value * 100 < total:
        return f"< {percent(0.01)}"
    return percent(value / total if total else 0)
