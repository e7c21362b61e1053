"""The page `docs/rules.md` and its drawing, derived from the rule book: nothing in them is retyped."""

from passnumerique.console.rulebook.drawing import drawing
from passnumerique.console.rulebook.page import page

__all__ = ["drawing", "page"]
