"""Small cells of published tables: which must be hidden, and which others with them, so that no sum of what is
shown gives them back, this month or later. Pure."""

from passnumerique.insight.suppression.hiding import (
    Cell,
    Counted,
    Table,
    Told,
    Untellable,
    hidden_cells,
    small_cells,
)
from passnumerique.insight.suppression.trees import Tree

__all__ = ["Cell", "Counted", "Table", "Told", "Tree", "Untellable", "hidden_cells", "small_cells"]
