"""What an import did, or would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from passnumerique.ground.sheets.cells import BadCell


@dataclass(frozen=True)
class Report:
    """Lines made, changed and left as they were, and every cell that could not be used.

    `written` is false for a dry run, and when bad lines kept a whole file out.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: Sequence[BadCell] = ()
    written: bool = False

    @property
    def bad_lines(self) -> int:
        """How many lines hold at least one bad cell."""
        return len({cell.line for cell in self.bad})
