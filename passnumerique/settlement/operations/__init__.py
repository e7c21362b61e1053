"""The only writers of settlement. Each takes `by` and `at`, works on a set in one short transaction,
and returns what was made or raises a named refusal."""

from passnumerique.settlement.operations.cash import (
    cash_of_payment,
    cash_of_return,
    fund_mandatary,
    record_cash,
    record_fee,
    record_funds,
)
from passnumerique.settlement.operations.controlling import (
    approve_claim,
    approve_disputed_lines,
    control_lines,
)
from passnumerique.settlement.operations.defaulting import declare_default
from passnumerique.settlement.operations.filing import file_claim
from passnumerique.settlement.operations.paying import order_payment, record_payment
from passnumerique.settlement.operations.recovering import freeze_claims, offset, recover

__all__ = [
    "approve_claim",
    "approve_disputed_lines",
    "cash_of_payment",
    "cash_of_return",
    "control_lines",
    "declare_default",
    "file_claim",
    "freeze_claims",
    "fund_mandatary",
    "offset",
    "order_payment",
    "record_cash",
    "record_fee",
    "record_funds",
    "record_payment",
    "recover",
]
