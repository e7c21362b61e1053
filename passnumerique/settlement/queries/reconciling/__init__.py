"""The reconciliation of the four sources: register, issuer, places' claims and sheets, accounting."""

from passnumerique.settlement.queries.reconciling.asking import MOST
from passnumerique.settlement.queries.reconciling.cell import PassSaid, passes_of
from passnumerique.settlement.queries.reconciling.sources import Cell, Said
from passnumerique.settlement.queries.reconciling.standing import (
    Reconciliation,
    Standing,
    difference,
    is_explained,
    notes_by_key,
    notes_of,
    reconcile,
)

__all__ = [
    "MOST",
    "Cell",
    "PassSaid",
    "Reconciliation",
    "Said",
    "Standing",
    "difference",
    "is_explained",
    "notes_by_key",
    "notes_of",
    "passes_of",
    "reconcile",
]
