"""The tables of settlement."""

from passnumerique.settlement.models.answers import Answer
from passnumerique.settlement.models.bank import BankFile, BankLine, BankStatement
from passnumerique.settlement.models.cash import CashEntry
from passnumerique.settlement.models.claims import Claim, ClaimLine, Payment, PaymentOrder
from passnumerique.settlement.models.closing import ClosingStep
from passnumerique.settlement.models.control import Sample, SentBack, SignFound
from passnumerique.settlement.models.defaulting import IssuerDefault
from passnumerique.settlement.models.issuer import DifferenceNote, IssuerFile, IssuerRow
from passnumerique.settlement.models.preparing import Preparation, PreparedClaim, PreparedLine
from passnumerique.settlement.models.refusing import FinalRefusal
from passnumerique.settlement.models.runs import PaymentReturn, PaymentRun, RunLine
from passnumerique.settlement.models.undue import RecoveryOrder, Undue

__all__ = [
    "Answer",
    "BankFile",
    "BankLine",
    "BankStatement",
    "CashEntry",
    "Claim",
    "ClaimLine",
    "ClosingStep",
    "DifferenceNote",
    "FinalRefusal",
    "IssuerDefault",
    "IssuerFile",
    "IssuerRow",
    "Payment",
    "PaymentOrder",
    "PaymentReturn",
    "PaymentRun",
    "Preparation",
    "PreparedClaim",
    "PreparedLine",
    "RecoveryOrder",
    "RunLine",
    "Sample",
    "SentBack",
    "SignFound",
    "Undue",
]
