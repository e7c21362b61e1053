"""The only writers of the register. Each takes `by` and `at`, works on a set in one short
transaction, and returns what was made or raises a named refusal."""

from passnumerique.vouchers.operations.handing import hand_over, withdraw_contacts_of
from passnumerique.vouchers.operations.importing import LotReport, import_lot
from passnumerique.vouchers.operations.losing import cancel, declare_lost, find, replace, replace_range
from passnumerique.vouchers.operations.receiving import Printed, issue_lot, receive_lot
from passnumerique.vouchers.operations.redeeming import Outcome, Scan, undo
from passnumerique.vouchers.operations.sealing import seal_journal
from passnumerique.vouchers.operations.settling import settle, settle_each
from passnumerique.vouchers.operations.stock import Signatures, allocate, return_stock, transfer_stock

__all__ = [
    "LotReport",
    "Outcome",
    "Printed",
    "Scan",
    "Signatures",
    "allocate",
    "cancel",
    "declare_lost",
    "find",
    "hand_over",
    "import_lot",
    "issue_lot",
    "receive_lot",
    "replace",
    "replace_range",
    "return_stock",
    "seal_journal",
    "settle",
    "settle_each",
    "transfer_stock",
    "undo",
    "withdraw_contacts_of",
]
