"""Tables of a report that are made of published figures alone: what a report adds to them, nobody can subtract."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from passnumerique.ground.words import N_, say
from passnumerique.insight.published import Dimension, Line, usage_lines
from passnumerique.insight.published.periods import Grain, Period
from passnumerique.insight.reports.model import Grid, Unit, Value

MOST_PERIODS = 6
"""How many periods a table of a page has room for: the latest ones."""
NOTHING = N_("Aucun mois n’est encore publié.")


class Published:
    """The figures published by a day, as tables by period."""

    def __init__(self, programme_id: UUID, day: date) -> None:
        self.lines, self.figures = usage_lines(programme_id, day)
        self.periods = _shown(self.figures.periods)

    @property
    def threshold(self) -> int:
        return self.figures.threshold

    def grid(
        self,
        title: str,
        heading: str,
        dimension: Dimension,
        wanted: Callable[[Line], bool] = lambda line: True,
        more: Iterable[Line] = (),
    ) -> Grid:
        """One row for each commune, EPCI, place… of the lines wanted, one column for each period."""
        kept = [one for one in self.lines if one.dimension is dimension and wanted(one)]
        rows = [*_rows(more, self.periods), *_rows(kept, self.periods)]
        headings = ((heading, Unit.TEXT), *((one.name, Unit.COUNT) for one in self.periods))
        return Grid(title, headings, tuple(rows), empty=say(NOTHING), key="usage")

    def whole(self) -> list[Line]:
        """The lines of all together."""
        return [one for one in self.lines if one.dimension is Dimension.WHOLE]

    def of_epci(self, code: str) -> list[Line]:
        """The lines of one EPCI, all its communes together."""
        return [one for one in self.lines if one.dimension is Dimension.EPCI and one.code == code]


def _rows(lines: Iterable[Line], periods: list[Period]) -> list[tuple[Value, ...]]:
    named: dict[tuple[str, str], dict[Period, int | None]] = {}
    for one in lines:
        named.setdefault((one.name, one.code), {})[one.period] = one.passes
    return [(name, *(of.get(period, 0) for period in periods)) for (name, _code), of in sorted(named.items())]


def _shown(periods: list[Period]) -> list[Period]:
    """The longest periods told that no other one holds, in order of time; the latest of them."""
    ranks = list(Grain)
    top = [
        one
        for one in periods
        if not any(
            ranks.index(other.grain) > ranks.index(one.grain) and other.first <= one.first and one.last <= other.last
            for other in periods
        )
    ]
    return sorted(top, key=lambda one: one.first)[-MOST_PERIODS:]
