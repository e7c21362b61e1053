"""The only writers of settlement. Each takes `by` and `at`, works on a set in one short transaction,
and returns what was made or raises a named refusal."""

from passnumerique.settlement.operations.answering import answer_rejection, decide_answer
from passnumerique.settlement.operations.cash import (
    cash_of_payment,
    cash_of_return,
    fund_mandatary,
    record_cash,
    record_fee,
    record_funds,
)
from passnumerique.settlement.operations.controlling import control_lines, draw_sample
from passnumerique.settlement.operations.deciding import (
    approve_claim,
    approve_disputed_lines,
    countersign_claim,
    send_back,
)
from passnumerique.settlement.operations.defaulting import declare_default, freeze_claims, thaw_claims
from passnumerique.settlement.operations.filing import confirm_claim, file_claim
from passnumerique.settlement.operations.paying import order_payment, record_payment
from passnumerique.settlement.operations.proposing import (
    advance_preparation,
    begin_preparation,
    leave_lines,
    prepare_claims,
    take_lines_back,
)
from passnumerique.settlement.operations.recovering import (
    offset,
    order_recovery,
    record_recovery,
    recover,
)
from passnumerique.settlement.operations.refusing import refuse_lines

__all__ = [
    "advance_preparation",
    "answer_rejection",
    "approve_claim",
    "approve_disputed_lines",
    "begin_preparation",
    "cash_of_payment",
    "cash_of_return",
    "confirm_claim",
    "control_lines",
    "countersign_claim",
    "decide_answer",
    "declare_default",
    "draw_sample",
    "file_claim",
    "freeze_claims",
    "fund_mandatary",
    "leave_lines",
    "offset",
    "order_payment",
    "order_recovery",
    "prepare_claims",
    "record_cash",
    "record_fee",
    "record_funds",
    "record_payment",
    "record_recovery",
    "recover",
    "refuse_lines",
    "send_back",
    "take_lines_back",
    "thaw_claims",
]
