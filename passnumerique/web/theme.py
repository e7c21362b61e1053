"""The look of one authority, from its own colour. Pure: hexadecimal colours in, hexadecimal colours out.

Every ratio is the contrast of WCAG 2: 4.5 is the least for text. An authority's colour that misses it
on white is refused when it is set; should one be met here all the same, it is darkened until it is
legible, because nobody at a counter should pay for a logo.
"""

import re
from typing import TypedDict

HOUSE_COLOUR = "#0e5a5e"
"""The colour of an installation that has no authority yet."""
LEGIBLE = 4.5
_DARK_GROUND = "#1c2324"
_INK, _PAPER = "#10181a", "#ffffff"
_LINEAR_BELOW = 0.04045
_HEX = re.compile(r"^#[0-9a-f]{6}$")


class Theme(TypedDict):
    """What `web/base.html` writes in its style: colours by day and by night, and the corners in pixels."""

    brand: str
    brand_ink: str
    brand_dark: str
    brand_dark_ink: str
    radius: int


def theme_of(colour: str = HOUSE_COLOUR, radius: int = 10) -> Theme:
    """The theme for a `colour` (`#rrggbb`; anything else gives the house's own) and a `radius` (0 to 24)."""
    chosen = colour.lower()
    brand = _until_legible(chosen if _HEX.match(chosen) else HOUSE_COLOUR, on=_PAPER, towards=_INK)
    dark = _until_legible(brand, on=_DARK_GROUND, towards=_PAPER, ratio=6.5)
    return Theme(
        brand=brand,
        brand_ink=ink_on(brand),
        brand_dark=dark,
        brand_dark_ink=ink_on(dark),
        radius=min(max(radius, 0), 24),
    )


def contrast(left: str, right: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, between 1 and 21."""
    light, dark = sorted((_luminance(left), _luminance(right)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """White or near-black, whichever is read best on `colour`."""
    return max((_PAPER, _INK), key=lambda ink: contrast(ink, colour))


def _until_legible(colour: str, on: str, towards: str, ratio: float = LEGIBLE) -> str:
    mixes = (_mixed(colour, towards, step / 20) for step in range(20))
    return next((mix for mix in mixes if contrast(mix, on) >= ratio), towards)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= _LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4)
