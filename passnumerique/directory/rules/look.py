"""The look of an authority: a colour that can be read, a logo that can do nothing.

An SVG is a small web page. Only drawing elements pass, nothing that runs, nothing fetched from elsewhere.
"""

import re
from xml.etree import ElementTree

from passnumerique.directory.rules.refusals import (
    LogoTooLarge,
    PaleColour,
    UnknownColour,
    UnknownLogo,
    UnsafeLogo,
)

LEAST_CONTRAST = 4.5
MAX_LOGO_BYTES = 200 * 1000
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SVG = "{http://www.w3.org/2000/svg}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_DRAWING = frozenset(
    """svg g path rect circle ellipse line polyline polygon text tspan defs linearGradient radialGradient
    stop clipPath mask title desc use symbol pattern style metadata switch filter feGaussianBlur feOffset
    feBlend feFlood feComposite feColorMatrix feMerge feMergeNode""".split()  # noqa: SIM905 — one list of words
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED_ENCODING = re.compile(r"encoding\s*=\s*[\"']([^\"']+)", re.I)
_FETCHES = re.compile(r"@import|javascript:|expression\s*\(|url\(\s*+[\"']?+\s*+(?!#)|\\", re.I)


def contrast_with_white(colour: str) -> float:
    """The WCAG contrast of `#rrggbb` against white, from 1 (white) to 21 (black)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004


def readable_colour(colour: str) -> str:
    """The colour in lower case. Refuses what is not `#rrggbb`, and a contrast with white under 4.5:1."""
    colour = colour.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise UnknownColour(colour=colour)
    ratio = contrast_with_white(colour)
    if ratio < LEAST_CONTRAST:
        # Truncated, never rounded: 4.49 must not read as 4,5.
        raise PaleColour(colour=colour, ratio=f"{int(ratio * 10) / 10:.1f}".replace(".", ","))
    return colour


def logo_type(content: bytes) -> str:
    """The media type of a logo that may be shown. Refuses other formats, more than 200 kB, and an SVG
    that holds a script, an event, a style that fetches, or a link to anything outside itself."""
    if len(content) > MAX_LOGO_BYTES:
        raise LogoTooLarge(kilobytes=MAX_LOGO_BYTES // 1000)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    _refuse_unsafe(_svg_text(content))
    return "image/svg+xml"


def _svg_text(content: bytes) -> str:
    """The document as text. Another encoding than UTF-8 could hide from our reading what a browser sees."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnknownLogo() from error
    declared = _DECLARED_ENCODING.search(text[:200].partition("?>")[0]) if text.lstrip()[:5] == "<?xml" else None
    if "<svg" not in text or "\x00" in text or (declared and declared[1].lower() != "utf-8"):
        raise UnknownLogo()
    return text


def _refuse_unsafe(text: str) -> None:
    body = _DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text
    for sign in ("<!DOCTYPE", "<!ENTITY", "<?"):
        if sign.lower() in body.lower():
            raise UnsafeLogo(found=sign)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 — entities were refused just above
    except ElementTree.ParseError as error:
        raise UnknownLogo() from error
    if root.tag != f"{_SVG}svg":
        raise UnknownLogo()
    for element in root.iter():
        _check_element(element)


def _check_element(element: ElementTree.Element) -> None:
    tag = str(element.tag)
    bare = tag.rpartition("}")[2]
    if tag.startswith((_SVG, _XHTML)) or not tag.startswith("{"):
        if bare not in _DRAWING or not tag.startswith(_SVG):
            raise UnsafeLogo(found=bare)
        if bare == "style" and (len(element) or _FETCHES.search(element.text or "")):
            raise UnsafeLogo(found="style")
    for name, value in element.attrib.items():
        _check_attribute(name.rpartition("}")[2].lower(), value)


def _check_attribute(name: str, value: str) -> None:
    points_out = name in {"href", "src", "base"} and not value.strip().startswith("#")
    if name.startswith("on") or points_out or _FETCHES.search(value):
        raise UnsafeLogo(found=name)
