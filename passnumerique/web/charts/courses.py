"""What happens in time: columns by month, a total that grows, a calendar."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.web.charts.axes import Frame, every_nth, scale, short_month
from passnumerique.web.charts.figures import Event, Part, Series
from passnumerique.web.charts.shapes import (
    LETTER,
    NARROW,
    block,
    joined,
    line_from,
    numbered_diamond,
    plain_diamond,
    rounded,
    text,
)
from passnumerique.web.templatetags.house import day, number

DIAMOND = 22
"""How much room a numbered diamond needs, in the units of the pictures."""


def columns_picture(
    months: Sequence[date], series: Sequence[Series], width: int, money: bool
) -> tuple[SafeString, int]:
    """One column per month and series over its grid, and the height of it all."""
    height = 260 + (26 if len(series) > 1 else 0)
    most = max((value for one in series for value in one.values), default=0)
    frame, grid = scale(most, money, width, height, 52 if len(series) > 1 else 26)
    step = (frame.right - frame.left) / max(len(months), 1)
    thick = min(step * 0.72, 64) / max(len(series), 1)
    drawn = [
        _column(frame, frame.left + step * (place + 0.5) + thick * (rank - len(series) / 2), thick, value, rank)
        for rank, one in enumerate(series)
        for place, value in enumerate(one.values)
        if value
    ]
    labels = _month_labels(months, frame, step)
    return joined((grid, *drawn, *labels, *_key(series, frame.left))), height


def _column(frame: Frame, x: float, thick: float, value: int, rank: int) -> SafeString:
    return block(x, frame.y(value), thick - 1, frame.bottom - frame.y(value), rank)


def _month_labels(months: Sequence[date], frame: Frame, step: float) -> list[SafeString]:
    every = every_nth(len(months), frame.right - frame.left)
    return [
        text(frame.left + step * (place + 0.5), frame.bottom + 20, short_month(first), "middle", "quiet")
        for place, first in enumerate(months)
        if place % every == 0
    ]


def _key(series: Sequence[Series], left: float) -> list[SafeString]:
    """The legend above two series; one series needs none, its title says it."""
    if len(series) < 2:  # noqa: PLR2004
        return []
    found, x = [], left
    for rank, one in enumerate(series):
        found.append(joined((block(x, 6, 16, 16, rank), text(x + 24, 19, one.label))))
        x += 48 + len(one.label) * LETTER
    return found


def curve_picture(
    points: Sequence[tuple[date, int]], events: Sequence[Event], ceiling: Part | None, width: int, money: bool
) -> tuple[SafeString, int]:
    """The curve, its ceiling and its events, and the height of it all."""
    height = 270 + 24 * len(events)
    most = max([value for _when, value in points] + [ceiling.value if ceiling else 0], default=0)
    frame, grid = scale(most, money, width, height - 24 * len(events))
    if not points:
        return grid, height
    first, last = points[0][0], max([points[-1][0], *(event.day for event in events)])
    across = across_days(frame, first, last)
    line = "L".join(f"{across(when):.1f} {frame.y(value):.1f}" for when, value in points)
    area = f"M{line}L{across(points[-1][0]):.1f} {frame.bottom:.1f}L{across(first):.1f} {frame.bottom:.1f}Z"
    drawn = format_html('<path class="area" d="{}"/><path class="curve" d="M{}"/>', area, line)
    return joined(
        (grid, drawn, _roof(frame, ceiling), *day_labels(frame, first, last), *marks(frame, across, events))
    ), height


def across_days(frame: Frame, first: date, last: date) -> Callable[[date], float]:
    """Where each day stands from left to right."""
    span = max((last - first).days, 1)
    return lambda when: frame.left + (frame.right - frame.left) * min(max((when - first).days / span, 0), 1)


def _roof(frame: Frame, ceiling: Part | None) -> SafeString:
    if ceiling is None:
        return SafeString("")
    y = frame.y(ceiling.value)
    return joined(
        (
            line_from(frame.left, y, frame.right, y, "roof"),
            text(frame.left + 6, y - 7, ceiling.label, name="strong"),
        )
    )


def day_labels(frame: Frame, first: date, last: date) -> list[SafeString]:
    """The months under a curve, as many as have room."""
    starts = [first]
    while (following := (starts[-1].replace(day=28) + timedelta(days=4)).replace(day=1)) <= last:
        starts.append(following)
    across = across_days(frame, first, last)
    every = every_nth(len(starts), frame.right - frame.left)
    return [
        text(min(across(when), frame.right - 20), frame.bottom + 20, short_month(when), "middle", "quiet")
        for when in starts[::every]
    ]


def marks(frame: Frame, across: Callable[[date], float], events: Sequence[Event]) -> list[SafeString]:
    """A numbered diamond on the day of each event, and its words under the picture."""
    found = []
    places = [across(event.day) for event in events]
    for rank, (event, x, level) in enumerate(zip(events, places, levels(places), strict=True), start=1):
        y = frame.bottom + 24 + 24 * rank
        found += [
            line_from(x, frame.top, x, frame.bottom, "mark"),
            numbered_diamond(x, frame.top - 8 + DIAMOND * level, rank),
        ]
        found += [
            numbered_diamond(10, y - 5, rank),
            text(26, y, _("%(day)s : %(label)s") % {"day": day(event.day), "label": event.label}),
        ]
    return found


def levels(places: Sequence[float]) -> list[int]:
    """How far down each diamond stands, so that none covers the one before it: 0 at the top."""
    found: list[int] = []
    for rank, x in enumerate(places):
        touches = rank > 0 and abs(x - places[rank - 1]) < DIAMOND
        found.append(found[-1] + 1 if touches else 0)
    return found


def events_of(when: date, points: Sequence[tuple[date, int]], events: Sequence[Event]) -> str:
    """The events between the point before and this one, for the table."""
    before = max((other for other, _value in points if other < when), default=date.min)
    last = max(other for other, _value in points)
    return " · ".join(
        event.label for event in events if before < event.day <= when or (when == last and event.day > last)
    )


def timeline_picture(dates: Sequence[Event], now: Event, width: int) -> tuple[SafeString, int]:
    """Downwards on both widths: dates may stand on one day, and words need room."""
    stops = sorted([*dates, now], key=lambda one: (one.day, one is not now))
    step = 44 if width == NARROW else 34
    found: list[SafeString] = [line_from(12, 16, 12, 16 + step * (len(stops) - 1), "rail")]
    for place, stop in enumerate(stops):
        found += _stop(stop, 16 + place * step, now.day, width, stop is now)
    return joined(found), 32 + step * (len(stops) - 1)


def _stop(stop: Event, y: float, today: date, width: int, now: bool) -> list[SafeString]:
    name = "now" if now else "past" if stop.day < today else "next"
    sign = (
        plain_diamond(12, y)
        if now
        else format_html('<circle class="stop {}" cx="12" cy="{}" r="7"/>', name, rounded(y))
    )
    if width == NARROW:
        words = [text(34, y - 1, stop.label, name="strong"), text(34, y + 16, day(stop.day), name="quiet")]
    else:
        words = [text(34, y + 5, day(stop.day), name="quiet"), text(190, y + 5, stop.label, name="strong")]
        words.append(text(width - 4, y + 5, "" if now else distance(stop.day, today), "end", "quiet"))
    return [sign, *words]


def distance(when: date, today: date) -> str:
    """How far a day is from today, in words."""
    days = (when - today).days
    if days == 0:
        return _("aujourd’hui")
    if days > 0:
        return _("dans un jour") if days == 1 else _("dans %(days)s jours") % {"days": number(days)}
    return _("passé depuis un jour") if days == -1 else _("passé depuis %(days)s jours") % {"days": number(-days)}
