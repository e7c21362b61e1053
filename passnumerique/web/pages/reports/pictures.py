"""The pictures of a report, drawn as every picture of the house is."""

from passnumerique.insight.reports import Picture
from passnumerique.insight.reports.model import Ahead, Columns
from passnumerique.web import charts

MOST_ROWS = 30
"""How many weeks the table beside a fan shows at most."""


def drawn(one: Picture) -> charts.Chart:
    """The chart of a picture."""
    if isinstance(one, Columns):
        series = [charts.Series(name, values) for name, values in one.series]
        return charts.columns(one.title, one.sentence, one.months, series)
    if isinstance(one, Ahead):
        spans = [charts.Span(*values) for values in one.ahead]
        every = max(-(-len(spans) // MOST_ROWS), 1)
        return charts.fan(one.title, one.sentence, one.past, spans, ceiling=charts.Part(*one.ceiling), every=every)
    return charts.stacked_bar(one.title, one.sentence, [charts.Part(*part) for part in one.parts])
