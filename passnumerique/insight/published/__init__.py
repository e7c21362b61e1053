"""What is published of the use of passes, small figures hidden: the same lines on any later day."""

from passnumerique.insight.published.counting import Dimension, Figures
from passnumerique.insight.published.lines import (
    COLUMNS,
    Line,
    described,
    table_schema,
    usage_csv,
    usage_lines,
)
from passnumerique.insight.published.periods import PUBLISHED_ON, told_on

__all__ = [
    "COLUMNS",
    "PUBLISHED_ON",
    "Dimension",
    "Figures",
    "Line",
    "described",
    "table_schema",
    "told_on",
    "usage_csv",
    "usage_lines",
]
