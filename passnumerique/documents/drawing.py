"""A signature drawn on a screen, as lines that any size keeps sharp: on paper and on the page alike."""

from collections.abc import Sequence

WIDE, HIGH = 3000, 1000
_LINE = 26


def path(strokes: Sequence[Sequence[int]]) -> str:
    """The lines as the `d` of an SVG path in a frame of 3000 by 1000. A single point becomes a dot."""
    return " ".join(_line(stroke) for stroke in strokes if stroke)


def drawing(strokes: Sequence[Sequence[int]], colour: str = "#111111") -> str:
    """The signature as an SVG picture of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}"><path d="{path(strokes)}" fill="none" '
        f'stroke="{colour}" stroke-width="{_LINE}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _line(stroke: Sequence[int]) -> str:
    points = [f"{int(x) * 3} {int(y)}" for x, y in zip(stroke[::2], stroke[1::2], strict=True)]
    return f"M{points[0]}L" + " ".join(points[1:] or points)
