"""The operations of cash by nature: what comes in, what goes out, what only changes hands. Pure."""

from enum import StrEnum

from passnumerique.ground.words import N_
from passnumerique.ledger.rules import CASH_WORDS, Cash

HELD = frozenset({Cash.TREASURY, Cash.MANDATARY})
"""Where the scheme's own cash lies: at the authority, and with the issuer that acts in its name."""


class Side(StrEnum):
    """Receipts and expenses are told apart and never netted (CGCT D1611-25)."""

    RECEIPT = "receipt"
    EXPENSE = "expense"
    INTERNAL = "internal"


SIDE_WORDS = {
    Side.RECEIPT: N_("Recettes"),
    Side.EXPENSE: N_("Dépenses"),
    Side.INTERNAL: N_("Mouvements internes"),
}

_WORDS: dict[tuple[Cash, Cash], str] = {
    (Cash.FUNDS, Cash.TREASURY): N_("Apports des financeurs et de la collectivité"),
    (Cash.FUNDS, Cash.MANDATARY): N_("Apports versés directement à l’émetteur"),
    (Cash.SETTLED, Cash.TREASURY): N_("Paiements revenus et indus rendus par les lieux"),
    (Cash.SETTLED, Cash.MANDATARY): N_("Paiements revenus à l’émetteur"),
    (Cash.FEES, Cash.TREASURY): N_("Frais rendus par l’émetteur à la collectivité"),
    (Cash.FEES, Cash.MANDATARY): N_("Frais annulés chez l’émetteur"),
    (Cash.CLEARING, Cash.TREASURY): N_("Encaissements à attribuer"),
    (Cash.CLEARING, Cash.MANDATARY): N_("Encaissements de l’émetteur à attribuer"),
    (Cash.TREASURY, Cash.SETTLED): N_("Paiements des lieux par la collectivité"),
    (Cash.MANDATARY, Cash.SETTLED): N_("Paiements des lieux par l’émetteur"),
    (Cash.MANDATARY, Cash.FEES): N_("Frais gardés par l’émetteur"),
    (Cash.TREASURY, Cash.FEES): N_("Frais payés à l’émetteur"),
    (Cash.TREASURY, Cash.FUNDS): N_("Apports rendus"),
    (Cash.TREASURY, Cash.CLEARING): N_("Décaissements à attribuer"),
    (Cash.MANDATARY, Cash.CLEARING): N_("Décaissements de l’émetteur à attribuer"),
    (Cash.TREASURY, Cash.MANDATARY): N_("Fonds remis à l’émetteur"),
    (Cash.MANDATARY, Cash.TREASURY): N_("Fonds rendus par l’émetteur"),
}


def side_of(debit: Cash, credit: Cash) -> Side:
    """Whether a movement brings cash to the scheme, takes it away, or leaves its sum as it was."""
    if (debit in HELD) is (credit in HELD):
        return Side.INTERNAL
    return Side.RECEIPT if credit in HELD else Side.EXPENSE


def nature_of(debit: Cash, credit: Cash) -> str:
    """The name of an operation, a marked French sentence."""
    return _WORDS.get((debit, credit)) or f"{CASH_WORDS[debit]} → {CASH_WORDS[credit]}"
