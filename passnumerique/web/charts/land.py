"""The sheet of a map: how degrees become units of a drawing, north up, and the scale below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.web.charts.shapes import line_from, text

KM_PER_DEGREE = 111.2
MARGIN, FOOT = 36, 34
"""Room around the dots and below them, in the units of the drawing."""
FLATTEST, TALLEST = 0.45, 1.1
"""Height of the drawing for a width of one."""
LEAST_SPAN = 0.06
"""Degrees: a single place is not drawn as if from a metre above."""


@dataclass(frozen=True)
class Sheet:
    """How degrees become units of the drawing: west and north edges, units in a degree, how high it is."""

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int

    def put(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point stands."""
        return (longitude - self.west) * self.across, (self.north - latitude) * self.down

    @property
    def ground(self) -> SafeString:
        """The land under the dots."""
        return format_html('<rect class="land" width="{}" height="{}" rx="10"/>', self.width, self.height)


def sheet_for(points: Sequence[tuple[float, float]], width: int) -> Sheet:
    """A sheet on which every point (latitude, longitude) stands inside the margins, east and north to the same
    scale."""
    souths, wests = [lat for lat, _lon in points], [lon for _lat, lon in points]
    middle = (min(souths) + max(souths)) / 2, (min(wests) + max(wests)) / 2
    flat = cos(radians(middle[0]))
    high = max(max(souths) - min(souths), LEAST_SPAN)
    wide = max((max(wests) - min(wests)) * flat, LEAST_SPAN)
    height = round(min(max(high / wide, FLATTEST), TALLEST) * width) + FOOT
    down = min((width - 2 * MARGIN) / wide, (height - 2 * MARGIN - FOOT) / high)
    across = down * flat
    centre = width / 2, (height - FOOT) / 2
    return Sheet(middle[1] - centre[0] / across, middle[0] + centre[1] / down, across, down, width, height)


def foot(sheet: Sheet) -> list[SafeString]:
    """The scale, and where north is."""
    per_km = sheet.down / KM_PER_DEGREE
    km = max((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step * per_km <= sheet.width / 3), default=1)
    y = sheet.height - 14
    return [
        line_from(MARGIN / 2, y, MARGIN / 2 + km * per_km, y, "roof"),
        text(MARGIN / 2 + km * per_km + 8, y + 5, _("%(km)s km") % {"km": km}, "start", "quiet"),
        text(sheet.width - MARGIN / 2, y + 5, _("Nord en haut"), "end", "quiet"),
    ]
