"""The pieces of a picture: escaped where they are made, coloured by the classes of `house.css`."""

from collections.abc import Callable, Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDE, NARROW = 680, 320
LETTER = 7.4
"""How wide a letter is on average at the size of the charts, in their units; used to keep labels apart."""
PATTERNS = ("", "p-hatch", "p-dots", "p-cross", "p-lines", "p-back")


def twice(title: str, sentence: str, draw: Callable[[int], tuple[SafeString, int]]) -> SafeString:
    """The same picture for a page and for a phone; `draw` gives the inside and its height for a width."""
    drawn = ((name, width, *draw(width)) for name, width in (("wide", WIDE), ("narrow", NARROW)))
    return joined(framed(title, sentence, inside, (width, height), name) for name, width, inside, height in drawn)


def framed(title: str, sentence: str, inside: SafeString, size: tuple[int, int], name: str) -> SafeString:
    """A whole `svg`, named and described for those who do not see it."""
    return format_html(
        '<svg class="plot {}" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>',
        name,
        *size,
        title,
        sentence,
        inside,
    )


def joined(pieces: Iterable[SafeString]) -> SafeString:
    """Pieces one after the other."""
    return mark_safe("".join(pieces))  # noqa: S308 — every piece was escaped where it was made


def text(x: float, y: float, words: str, anchor: str = "start", name: str = "") -> SafeString:
    """A word or a figure, in the ink of the page; `name` makes it quiet or strong."""
    styled = format_html(' class="{}"', name) if name else ""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}"{}>{}</text>', rounded(x), rounded(y), anchor, styled, words
    )


def line_from(x1: float, y1: float, x2: float, y2: float, name: str) -> SafeString:
    """A straight line of that class."""
    return format_html(
        '<path class="{}" d="M{} {}L{} {}"/>',
        name,
        rounded(x1),
        rounded(y1),
        rounded(x2),
        rounded(y2),
    )


def block(x: float, y: float, width: float, height: float, place: int) -> SafeString:
    """A rectangle in the colour of its place among the parts, and its pattern over it."""
    plain = format_html(
        '<rect class="s{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        place % len(PATTERNS) + 1,
        rounded(x),
        rounded(y),
        rounded(max(width, 0)),
        rounded(max(height, 0)),
    )
    pattern = PATTERNS[place % len(PATTERNS)]
    if not pattern:
        return plain
    over = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="url(#{})"/>',
        rounded(x),
        rounded(y),
        rounded(max(width, 0)),
        rounded(max(height, 0)),
        pattern,
    )
    return joined((plain, over))


def rounded(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{round(value, 1):g}"


def numbered_diamond(x: float, y: float, rank: int) -> SafeString:
    """A diamond of that rank, centred there."""
    return format_html(
        '<path class="diamond" d="M{0} {1}l10 10l-10 10l-10 -10z"/>'
        '<text class="rank" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        rounded(x),
        rounded(y - 10),
        rounded(y + 4.5),
        rank,
    )


def plain_diamond(x: float, y: float) -> SafeString:
    """The sign of today, centred there."""
    return format_html('<path class="diamond" d="M{} {}l11 11l-11 11l-11 -11z"/>', rounded(x), rounded(y - 11))
