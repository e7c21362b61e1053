"""Reading settlement, with permission built in: claims, their lines, and what is due to the places."""

from passnumerique.settlement.queries.claims import (
    ClaimLineRow,
    ClaimRow,
    access_claim,
    access_claim_numbered,
    claim_line_rows,
    claim_rows,
    claims,
    claims_of_vouchers,
    late_claims,
    lines_carried_from,
    lines_of,
    order_of,
    payment_of,
)
from passnumerique.settlement.queries.dues import Claimable, Due, claimable, creditors, dues

__all__ = [
    "ClaimLineRow",
    "ClaimRow",
    "Claimable",
    "Due",
    "access_claim",
    "access_claim_numbered",
    "claim_line_rows",
    "claim_rows",
    "claimable",
    "claims",
    "claims_of_vouchers",
    "creditors",
    "dues",
    "late_claims",
    "lines_carried_from",
    "lines_of",
    "order_of",
    "payment_of",
]
