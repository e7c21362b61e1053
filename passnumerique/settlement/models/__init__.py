"""The tables of settlement."""

from passnumerique.settlement.models.cash import CashEntry
from passnumerique.settlement.models.claims import Claim, ClaimLine, Payment, PaymentOrder

__all__ = ["CashEntry", "Claim", "ClaimLine", "Payment", "PaymentOrder"]
