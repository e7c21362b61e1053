"""What the issuer sends, kept as evidence: files of any layout, read through a mapping of their columns.

Importing it moves neither a pass nor a euro: it is what the register, the claims and the accounts are compared
with. Where the issuer pays the places, its payments are recorded by an act of their own.
"""

from passnumerique.settlement.operations.issuer.importing import IssuerReport, import_issuer_file
from passnumerique.settlement.operations.issuer.lots import receive_issuer_lot
from passnumerique.settlement.operations.issuer.paying import IssuerPayments, record_payments_of_issuer
from passnumerique.settlement.operations.issuer.withdrawing import withdraw_issuer_file

__all__ = [
    "IssuerPayments",
    "IssuerReport",
    "import_issuer_file",
    "receive_issuer_lot",
    "record_payments_of_issuer",
    "withdraw_issuer_file",
]
