"""Charts as SVG: pure functions from figures to pictures, each with its title, its sentence and its table.

Colours are classes of `house.css` (light, dark and print follow), shapes and patterns say the same thing
without colour. Each picture is drawn twice, for a wide page and for a phone, and the style sheet shows
one of them. Figures are counts unless `money` says they are cents.
"""

from collections.abc import Sequence
from datetime import date
from math import pi

from django.utils.html import format_html
from django.utils.translation import gettext as _

from passnumerique.web.charts.courses import (
    columns_picture,
    curve_picture,
    distance,
    events_of,
    timeline_picture,
)
from passnumerique.web.charts.fans import Span, fan_picture
from passnumerique.web.charts.figures import Chart, Event, Part, Series
from passnumerique.web.charts.funnels import Range, Split, days_words, ranges_picture, splits_picture
from passnumerique.web.charts.shapes import framed, twice
from passnumerique.web.charts.shares import bar_picture, lengths_picture, share_of
from passnumerique.web.templatetags.house import day, euros, month, number, percent

__all__ = [
    "Chart",
    "Event",
    "Part",
    "Range",
    "Series",
    "Span",
    "Split",
    "bars",
    "columns",
    "curve",
    "fan",
    "gains",
    "ranges",
    "ring",
    "splits",
    "stacked_bar",
    "timeline",
]


def stacked_bar(title: str, sentence: str, parts: Sequence[Part], heading: str = "", money: bool = False) -> Chart:
    """How a whole is shared: one bar, one segment per part, and a legend that gives every figure."""
    total, written = sum(part.value for part in parts), euros if money else number
    rows = tuple((part.label, written(part.value), share_of(part.value, total)) for part in parts)
    svg = twice(title, sentence, lambda width: bar_picture(parts, rows, total, width))
    amount = _("Montant") if money else _("Nombre")
    return Chart(title, sentence, svg, (heading or _("État"), amount, _("Part")), rows)


def bars(title: str, sentence: str, parts: Sequence[Part], heading: str, rest: Part | None = None) -> Chart:
    """Parts compared: one bar each, from the left, with its figure and its share of the total; `rest` sums
    the parts too many to be drawn, in words below them."""
    shown = [*parts, rest] if rest else [*parts]
    total = sum(part.value for part in shown)
    rows = tuple((part.label, number(part.value), share_of(part.value, total)) for part in shown)
    svg = twice(title, sentence, lambda width: lengths_picture(parts, rows, width))
    return Chart(title, sentence, svg, (heading, _("Nombre"), _("Part")), rows)


def columns(title: str, sentence: str, months: Sequence[date], series: Sequence[Series], money: bool = False) -> Chart:
    """One column per month (two side by side for two series), over at most 36 months."""
    if any(len(one.values) != len(months) for one in series):
        raise ValueError("a series needs one value per month")
    written = euros if money else number
    rows = tuple((month(first), *(written(one.values[place]) for one in series)) for place, first in enumerate(months))
    svg = twice(title, sentence, lambda width: columns_picture(months, series, width, money))
    return Chart(title, sentence, svg, (_("Mois"), *(one.label for one in series)), rows)


def curve(
    title: str,
    sentence: str,
    points: Sequence[tuple[date, int]],
    *,
    label: str,
    events: Sequence[Event] = (),
    ceiling: Part | None = None,
    money: bool = False,
) -> Chart:
    """A total that grows with time, the days that mattered marked on it, and perhaps a ceiling to reach."""
    written = euros if money else number
    rows = tuple((day(when), written(value), events_of(when, points, events)) for when, value in points)
    svg = twice(title, sentence, lambda width: curve_picture(points, events, ceiling, width, money))
    return Chart(title, sentence, svg, (_("Jour"), label, _("À noter")), rows)


def fan(
    title: str,
    sentence: str,
    past: Sequence[tuple[date, int]],
    ahead: Sequence[Span],
    *,
    events: Sequence[Event] = (),
    ceiling: Part | None = None,
    every: int = 1,
) -> Chart:
    """A total up to a day, then between which values it may be; the table gives every `every`-th day to come, and
    always the last."""
    kept = [one for rank, one in enumerate(ahead, start=1) if rank % every == 0 or rank == len(ahead)]
    known = [(day(when), number(value), "–", "–") for when, value in past[-1:]]
    rows = (*known, *((day(one.day), number(one.middle), number(one.low), number(one.high)) for one in kept))
    svg = twice(title, sentence, lambda width: fan_picture(past, ahead, events, ceiling, width))
    headers = (
        _("Jour"),
        _("Au milieu"),
        _("Une chance sur dix en dessous de"),
        _("Une sur dix au-dessus de"),
    )
    return Chart(title, sentence, svg, headers, rows)


def gains(title: str, sentence: str, parts: Sequence[Part], heading: str) -> Chart:
    """Amounts that do not sum: one bar each, with its figure."""
    rows = tuple((part.label, number(part.value)) for part in parts)
    svg = twice(title, sentence, lambda width: lengths_picture(parts, [(*row, "") for row in rows], width))
    return Chart(title, sentence, svg, (heading, _("Nombre")), rows)


def splits(title: str, sentence: str, rows: Sequence[Split], heading: str, key: Sequence[str]) -> Chart:
    """Bars of several parts each, to one scale: how many went on, wait, are lost."""
    svg = twice(title, sentence, lambda width: splits_picture(rows, key, width))
    told = tuple((row.label, row.figure, *(number(value) for value in row.values)) for row in rows)
    return Chart(title, sentence, svg, (heading, _("Pass"), *key), told)


def ranges(title: str, sentence: str, rows: Sequence[Range], heading: str) -> Chart:
    """How long each thing takes, in days: a quarter, half and three quarters of them."""
    svg = twice(title, sentence, lambda width: ranges_picture(rows, width))
    told = tuple((row.label, *(_days(value) for value in (row.low, row.middle, row.high))) for row in rows)
    return Chart(title, sentence, svg, (heading, _("Un quart"), _("La moitié"), _("Trois quarts")), told)


def _days(value: int | None) -> str:
    return _("pas encore") if value is None else days_words(value)


def ring(title: str, sentence: str, done: int, total: int, label: str = "") -> Chart:
    """A share of a whole as a small ring with its percentage inside."""
    share = done / total if total else 0.0
    reached = round(2 * pi * 42 * min(share, 1), 1)
    inside = format_html(
        '<circle class="track" cx="50" cy="50" r="42"/><circle class="reached" cx="50" cy="50" r="42" '
        'stroke-dasharray="{} 264" transform="rotate(-90 50 50)"/>'
        '<text class="inside" x="50" y="57" text-anchor="middle">{}</text>',
        reached,
        percent(share),
    )
    svg = framed(title, sentence, inside, (100, 100), "ring")
    return Chart(
        title,
        sentence,
        svg,
        (label or title, _("Sur"), _("Part")),
        ((number(done), number(total), percent(share)),),
    )


def timeline(title: str, sentence: str, today: date, dates: Sequence[Event], now: str = "") -> Chart:
    """The dates of a calendar on one line, in order, with today among them; `now` names another day."""
    ordered = sorted(dates, key=lambda one: one.day)
    rows = tuple((one.label, day(one.day), distance(one.day, today)) for one in ordered)
    svg = twice(title, sentence, lambda width: timeline_picture(ordered, Event(today, now or _("Aujourd’hui")), width))
    return Chart(title, sentence, svg, (_("Échéance"), _("Date"), _("Dans combien de temps")), rows)
