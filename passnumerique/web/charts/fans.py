"""What was, and what may be: a curve up to a day, then a fan that opens from it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from passnumerique.web.charts.axes import Frame, scale
from passnumerique.web.charts.courses import across_days, day_labels, marks
from passnumerique.web.charts.figures import Event, Part
from passnumerique.web.charts.shapes import joined, line_from, text


class Span(NamedTuple):
    """Between which values a total may be on a day, and the middle one."""

    day: date
    low: int
    middle: int
    high: int


def fan_picture(
    past: Sequence[tuple[date, int]], ahead: Sequence[Span], events: Sequence[Event], ceiling: Part | None, width: int
) -> tuple[SafeString, int]:
    """The curve of the past, the fan, its middle dashed, the ceiling and the days that matter; and the height."""
    height = 270 + 24 * len(events)
    values = [value for _day, value in past] + [one.high for one in ahead] + ([ceiling.value] if ceiling else [])
    frame, grid = scale(max(values, default=0), False, width, height - 24 * len(events))
    days = [when for when, _value in past] + [one.day for one in ahead]
    if not days:
        return grid, height
    first, last = min(days), max([*days, *(event.day for event in events)])
    place = across_days(frame, first, last)
    begun = [Span(past[-1][0], *[past[-1][1]] * 3)] if past else []
    fan = [*begun, *ahead]
    return joined(
        (
            grid,
            _band(frame, [(place(one.day), one.low, one.high) for one in fan]),
            _line(frame, [(place(when), value) for when, value in past], "curve"),
            _line(frame, [(place(one.day), one.middle) for one in fan], "roof"),
            _ceiling(frame, ceiling),
            *day_labels(frame, first, last),
            *marks(frame, place, events),
        )
    ), height


def _band(frame: Frame, spans: Sequence[tuple[float, int, int]]) -> SafeString:
    """The area between the low and the high values."""
    if len(spans) < 2:  # noqa: PLR2004
        return SafeString("")
    there = [f"{x:.1f} {frame.y(high):.1f}" for x, _low, high in spans]
    back = [f"{x:.1f} {frame.y(low):.1f}" for x, low, _high in reversed(spans)]
    return format_html('<path class="area" d="M{}Z"/>', "L".join([*there, *back]))


def _line(frame: Frame, points: Sequence[tuple[float, int]], name: str) -> SafeString:
    if len(points) < 2:  # noqa: PLR2004
        return SafeString("")
    drawn = "L".join(f"{x:.1f} {frame.y(value):.1f}" for x, value in points)
    return format_html('<path class="{}" fill="none" d="M{}"/>', name, drawn)


def _ceiling(frame: Frame, ceiling: Part | None) -> SafeString:
    if ceiling is None:
        return SafeString("")
    y = frame.y(ceiling.value)
    return joined(
        (
            line_from(frame.left, y, frame.right, y, "mark"),
            text(frame.left + 6, y - 7, ceiling.label, name="strong"),
        )
    )
