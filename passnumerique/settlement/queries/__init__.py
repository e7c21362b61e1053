"""Reading settlement, with permission built in: claims, their lines, and what is due to the places."""

from passnumerique.settlement.queries.cash import cash_entries
from passnumerique.settlement.queries.claims import (
    ClaimLineRow,
    ClaimRow,
    access_claim,
    claim_line_rows,
    claim_rows,
    claims,
    late_claims,
    lines_carried_from,
    lines_of,
    order_of,
    payment_of,
)
from passnumerique.settlement.queries.dues import Claimable, Due, claimable, creditors, dues
from passnumerique.settlement.queries.exposure import (
    Creditor,
    Exposure,
    Owed,
    exposure_on,
    issuer_default,
    list_of_creditors,
)
from passnumerique.settlement.queries.preparing import access_prepared, open_prepared, prepared_claims, prepared_rows

__all__ = [
    "ClaimLineRow",
    "ClaimRow",
    "Claimable",
    "Creditor",
    "Due",
    "Exposure",
    "Owed",
    "access_claim",
    "access_prepared",
    "cash_entries",
    "claim_line_rows",
    "claim_rows",
    "claimable",
    "claims",
    "creditors",
    "dues",
    "exposure_on",
    "issuer_default",
    "late_claims",
    "lines_carried_from",
    "lines_of",
    "list_of_creditors",
    "open_prepared",
    "order_of",
    "payment_of",
    "prepared_claims",
    "prepared_rows",
]
