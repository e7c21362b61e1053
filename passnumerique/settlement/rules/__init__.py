"""What decides on settlement: states of a claim, verdicts, sums, refusals. Pure."""

from passnumerique.settlement.rules.states import (
    CLAIM_WORDS,
    OPEN,
    VERDICT_WORDS,
    ClaimState,
    Verdict,
)
from passnumerique.settlement.rules.totals import Amounts, check_month, payment_due_on, sum_of

__all__ = [
    "CLAIM_WORDS",
    "OPEN",
    "VERDICT_WORDS",
    "Amounts",
    "ClaimState",
    "Verdict",
    "check_month",
    "payment_due_on",
    "sum_of",
]
