"""What decides on settlement: states of a claim, verdicts, sums, refusals. Pure."""

from passnumerique.settlement.rules.cash import (
    CASH_KIND_WORDS,
    CASH_PATHS,
    CashKind,
    move_of_entry,
    moves_back,
    moves_of_payment,
)
from passnumerique.settlement.rules.states import (
    CLAIM_WORDS,
    OPEN,
    VERDICT_WORDS,
    ClaimState,
    Verdict,
)
from passnumerique.settlement.rules.totals import Amounts, check_month, payment_due_on, sum_of

__all__ = [
    "CASH_KIND_WORDS",
    "CASH_PATHS",
    "CLAIM_WORDS",
    "OPEN",
    "VERDICT_WORDS",
    "Amounts",
    "CashKind",
    "ClaimState",
    "Verdict",
    "check_month",
    "move_of_entry",
    "moves_back",
    "moves_of_payment",
    "payment_due_on",
    "sum_of",
]
