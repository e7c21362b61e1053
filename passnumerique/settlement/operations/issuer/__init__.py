"""What the issuer sends, kept as evidence: files of any layout, read through a mapping of their columns.

Nothing of it moves a pass or a euro: it is what the register, the claims and the accounts are compared with.
"""

from passnumerique.settlement.operations.issuer.importing import IssuerReport, import_issuer_file
from passnumerique.settlement.operations.issuer.lots import receive_issuer_lot
from passnumerique.settlement.operations.issuer.withdrawing import withdraw_issuer_file

__all__ = ["IssuerReport", "import_issuer_file", "receive_issuer_lot", "withdraw_issuer_file"]
