"""The pictures of coverage: residents by distance, and the territory with its holes."""

from collections.abc import Iterable, Sequence
from math import sqrt

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.insight.coverage import Coverage, Reached
from passnumerique.training.queries.nearby import Point
from passnumerique.web import charts
from passnumerique.web.charts.land import Sheet, foot, sheet_for
from passnumerique.web.charts.shapes import joined, rounded, text, twice
from passnumerique.web.charts.shares import share_of
from passnumerique.web.templatetags.house import number

BANDS = (5, 10, 20)
"""Kilometres between which residents are told apart."""
LARGEST, SMALLEST, PLACE = 26, 2.5, 6
"""Radius of the largest commune, of the smallest, and half the side of a place, in the units of the drawing."""
NAMED = 6
"""How many holes are named on the map."""


def shares(found: Coverage) -> charts.Chart:
    """Residents by how far the nearest place with a coming session is."""
    rows = found.communes
    parts, low = [], 0.0
    for high in BANDS:
        words = _("à moins de %(km)s km") if not low else _("jusqu’à %(km)s km")
        parts.append(charts.Part(words % {"km": high}, sum(one.residents for one in rows if _between(one, low, high))))
        low = high
    far = sum(one.residents for one in rows if one.point and not one.within(low))
    unknown = sum(one.residents for one in rows if one.point is None)
    parts += [charts.Part(_("au-delà de %(km)s km") % {"km": BANDS[-1]}, far)]
    parts += [charts.Part(_("distance inconnue"), unknown)] if unknown else []
    return charts.stacked_bar(_("Habitants selon la distance"), sentence(found), parts, _("Distance"))


def _between(one: Reached, low: float, high: float) -> bool:
    return bool(one.within(high)) and not (low and one.within(low))


def sentence(found: Coverage) -> str:
    """The share of residents within the distance, and what is not known."""
    said = {
        "count": number(found.covered),
        "total": number(found.residents),
        "share": share_of(found.covered, found.residents),
        "km": number(found.km),
    }
    told = _("%(count)s habitants sur %(total)s, soit %(share)s, vivent à moins de %(km)s km d’un atelier à venir.")
    if not found.unknown:
        return told % said
    return f"{told % said} " + _("La distance de %(count)s autres n’est pas connue.") % {"count": number(found.unknown)}


def territory(found: Coverage) -> SafeString:
    """The communes as circles as large as their residents are many: full within the distance, empty beyond; the
    places as squares."""
    title = _("Carte du territoire")
    told = _(
        "Chaque rond est une commune, d’autant plus grand qu’elle a d’habitants\u202f: plein, un atelier à venir est "
        "à moins de %(km)s km\u202f; vide, il est plus loin\u202f; en pointillé, sa position est estimée. "
        "Les carrés sont les lieux qui ont des ateliers."
    ) % {"km": number(found.km)}
    return twice(title, told, lambda width: _picture(found, width))


def _picture(found: Coverage, width: int) -> tuple[SafeString, int]:
    here = [one for one in found.communes if one.point and not one.estimated]
    around = _put_together(one for one in found.holes if one.estimated)
    points = [*(one.point for one in here if one.point), *around, *(site.point for site in found.sites)]
    if not points:
        return SafeString(""), 0
    sheet = sheet_for(points, width)
    most = max((one.residents for one in here), default=0) or 1
    dots = [_dot(one, found, sheet, most) for one in sorted(here, key=lambda one: -one.residents)]
    guessed = [_guessed(point, rows, sheet, most) for point, rows in around.items()]
    squares = [_square(sheet.put(*site.point), site.name) for site in found.sites]
    names = [_name(one, sheet) for one in [one for one in found.holes if not one.estimated][:NAMED]]
    return joined((sheet.ground, *dots, *guessed, *squares, *names, *foot(sheet))), sheet.height


def _put_together(rows: Iterable[Reached]) -> dict[Point, list[Reached]]:
    """Communes of one postcode were all put at one point: they are drawn once."""
    found: dict[Point, list[Reached]] = {}
    for one in rows:
        if one.point:
            found.setdefault(one.point, []).append(one)
    return found


def _dot(one: Reached, found: Coverage, sheet: Sheet, most: int) -> SafeString:
    said = {"name": one.name, "count": number(one.residents)}
    kind = "town" if one.within(found.km) else "town far"
    return _circle(kind, one.point, one.residents, _("%(name)s, %(count)s habitants") % said, sheet, most)


def _guessed(point: Point, rows: Sequence[Reached], sheet: Sheet, most: int) -> SafeString:
    residents = sum(one.residents for one in rows)
    said = {"communes": number(len(rows)), "count": number(residents)}
    words = _("%(communes)s communes du même code postal, %(count)s habitants, position estimée") % said
    return _circle("town far guessed", point, residents, words, sheet, most)


def _circle(kind: str, point: Point | None, residents: int, words: str, sheet: Sheet, most: int) -> SafeString:
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        kind,
        *map(rounded, sheet.put(*(point or (0, 0)))),
        rounded(max(sqrt(residents / most) * LARGEST, SMALLEST)),
        words,
    )


def _square(point: tuple[float, float], name: str) -> SafeString:
    x, y = point
    return format_html(
        '<rect class="stop" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        rounded(x - PLACE),
        rounded(y - PLACE),
        2 * PLACE,
        2 * PLACE,
        name,
    )


def _name(one: Reached, sheet: Sheet) -> SafeString:
    x, y = sheet.put(*(one.point or (0, 0)))
    left = x < sheet.width / 2
    return text(x + (8 if left else -8), y - 6, one.name, "start" if left else "end", "strong")
