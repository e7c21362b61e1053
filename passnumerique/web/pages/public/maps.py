"""Where the places are: a drawing made here, and a background from elsewhere only if the installation has one.

The list of places is the truth; a map only helps those who see it. Nothing of it is kept by the server.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.web.charts.land import FOOT, Sheet, foot, sheet_for
from passnumerique.web.charts.shapes import LETTER, joined, rounded, text, twice

DOT, HIGH, EDGE = 7, 17, 2


@dataclass(frozen=True)
class Spot:
    """One place on the map: its name, its commune, where it is (degrees), how many sessions are to come."""

    name: str
    commune: str
    latitude: float
    longitude: float
    sessions: int = 0


@dataclass(frozen=True)
class Tiles:
    """The background of the map: the address of its pictures, their host, and whom to thank."""

    address: str
    host: str
    credit: str


def tiles() -> Tiles | None:
    """The background that this installation chose; None: it chose none."""
    if settings.MAP_TILES == "off":
        return None
    parts = urlsplit(settings.MAP_TILES)
    of_the_state = (parts.hostname or "").endswith("geopf.fr")
    credit = "IGN-F/Géoplateforme" if of_the_state else str(parts.hostname)
    return Tiles(settings.MAP_TILES, f"{parts.scheme}://{parts.netloc}", credit)


def drawing(spots: Sequence[Spot]) -> SafeString:
    """The places as dots with the names of their communes, north up, for a page and for a phone."""
    dots = list(_dots(spots))
    sentence = _("Chaque point est une commune où un lieu prend le pass. Un point plein a des ateliers à venir.")
    return twice(_("Carte des lieux"), sentence, lambda width: _picture(dots, width))


@dataclass(frozen=True)
class _Dot:
    """What stands at one point: a commune, how many places, whether they have sessions to come."""

    label: str
    latitude: float
    longitude: float
    open: bool


def _dots(spots: Iterable[Spot]) -> Iterator[_Dot]:
    def point(spot: Spot) -> tuple[float, float, str]:
        return round(spot.latitude, 3), round(spot.longitude, 3), spot.commune

    for (latitude, longitude, commune), some in groupby(sorted(spots, key=point), point):
        here = list(some)
        words = {"commune": commune, "count": len(here)}
        label = _("%(commune)s (%(count)s lieux)") % words if len(here) > 1 else commune or here[0].name
        yield _Dot(label, latitude, longitude, any(spot.sessions for spot in here))


def _picture(dots: Sequence[_Dot], width: int) -> tuple[SafeString, int]:
    sheet = sheet_for([(dot.latitude, dot.longitude) for dot in dots], width)
    points = [sheet.put(dot.latitude, dot.longitude) for dot in dots]
    shown = [_circle(dot, point) for dot, point in zip(dots, points, strict=True)]
    return joined((sheet.ground, *shown, *_names(dots, points, sheet), *foot(sheet))), sheet.height


def _circle(dot: _Dot, point: "_Point") -> SafeString:
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        "stop past" if dot.open else "stop",
        *map(rounded, point),
        DOT,
        dot.label,
    )


_Point = tuple[float, float]
_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Name:
    """Where the name of a dot is written."""

    dot: _Dot
    x: float
    y: float
    anchor: str


def _names(dots: Sequence[_Dot], points: Sequence[_Point], sheet: Sheet) -> list[SafeString]:
    """Each name beside its dot where there is room; one that would cover another is left to the list. Of a
    few orders in which they may be placed, the one that leaves most of them."""
    pairs = list(zip(dots, points, strict=True))
    by_x, by_y = sorted(pairs, key=lambda pair: pair[1][0]), sorted(pairs, key=lambda pair: pair[1][1])
    tries = [_placed(order, points, sheet) for order in (by_x, by_x[::-1], by_y, by_y[::-1])]
    return [text(name.x, name.y, name.dot.label, name.anchor, "strong") for name in max(tries, key=len)]


def _placed(pairs: Iterable[tuple[_Dot, _Point]], points: Iterable[_Point], sheet: Sheet) -> list[_Name]:
    taken: list[_Box] = [(x - DOT - 2, y - DOT - 2, x + DOT + 2, y + DOT + 2) for x, y in points]
    found = []
    for dot, point in pairs:
        for name in (_Name(dot, *where) for where in _beside(point)):
            box = _box(name)
            if _free(box, taken, sheet):
                taken.append(box)
                found.append(name)
                break
    return found


def _beside(point: _Point) -> list[tuple[float, float, str]]:
    x, y = point
    gap, low = DOT + 5, DOT + 16
    aside = [(x + gap, y + 5, "start"), (x - gap, y + 5, "end")]
    anchors = ("middle", "start", "end")
    return aside + [(x, y - gap, anchor) for anchor in anchors] + [(x, y + low, anchor) for anchor in anchors]


def _box(name: _Name) -> _Box:
    wide = len(name.dot.label) * LETTER + 4
    left = name.x - {"start": 0.0, "end": wide, "middle": wide / 2}[name.anchor]
    return left, name.y - HIGH + 4, left + wide, name.y + 4


def _free(box: _Box, taken: Iterable[_Box], sheet: Sheet) -> bool:
    left, top, right, bottom = box
    inside = min(left, top) >= EDGE and right <= sheet.width - EDGE and bottom <= sheet.height - FOOT
    return inside and all(
        right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top for other in taken
    )
