"""The only writers of settlement. Each takes `by` and `at`, works on a set in one short transaction,
and returns what was made or raises a named refusal."""

from passnumerique.settlement.operations.controlling import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
)
from passnumerique.settlement.operations.filing import file_claim
from passnumerique.settlement.operations.paying import order_payment, record_payment
from passnumerique.settlement.operations.recovering import freeze_claims, offset, recover

__all__ = [
    "approve_claim",
    "approve_disputed_lines",
    "control_lines",
    "file_claim",
    "freeze_claims",
    "offset",
    "order_payment",
    "record_payment",
    "recover",
]
