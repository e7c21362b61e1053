"""The tables of settlement."""

from passnumerique.settlement.models.claims import Claim, ClaimLine, Payment, PaymentOrder

__all__ = ["Claim", "ClaimLine", "Payment", "PaymentOrder"]
