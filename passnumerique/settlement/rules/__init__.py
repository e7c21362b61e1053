"""What decides on settlement: states of a claim, verdicts, signs, samples, sums, refusals. Pure."""

from passnumerique.settlement.rules.cash import (
    CASH_KIND_WORDS,
    CASH_PATHS,
    CashKind,
    move_of_entry,
    moves_back,
    moves_of_payment,
)
from passnumerique.settlement.rules.sampling import Progress, draw, progress_of, rank_of, size_of_sample
from passnumerique.settlement.rules.signs import MUST_LOOK, WEIGHTS, Found, Limits, Sign, Use, risk_of, signs_of
from passnumerique.settlement.rules.states import (
    CLAIM_WORDS,
    CONTESTED,
    OPEN,
    UNDECIDED,
    VERDICT_WORDS,
    ClaimState,
    Outcome,
    PreparedLineState,
    PreparedState,
    Verdict,
)
from passnumerique.settlement.rules.totals import Amounts, check_month, payment_due_on, sum_of

__all__ = [
    "CASH_KIND_WORDS",
    "CASH_PATHS",
    "CLAIM_WORDS",
    "CONTESTED",
    "MUST_LOOK",
    "OPEN",
    "UNDECIDED",
    "VERDICT_WORDS",
    "WEIGHTS",
    "Amounts",
    "CashKind",
    "ClaimState",
    "Found",
    "Limits",
    "Outcome",
    "PreparedLineState",
    "PreparedState",
    "Progress",
    "Sign",
    "Use",
    "Verdict",
    "check_month",
    "draw",
    "move_of_entry",
    "moves_back",
    "moves_of_payment",
    "payment_due_on",
    "progress_of",
    "rank_of",
    "risk_of",
    "signs_of",
    "size_of_sample",
    "sum_of",
]
