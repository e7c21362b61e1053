"""Cash: what is brought, handed to the issuer, kept as fees and paid to the places. Pure.

Each kind of entry is one movement between two accounts of the book of cash; the payments of the places
are movements too, whose pockets follow from who pays.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_
from passnumerique.ledger.rules import Cash, Move, Pocket
from passnumerique.programmes.rules import Payer


class CashKind(StrEnum):
    """What an entry of cash tells, other than a payment."""

    FUNDS = "funds"
    FUNDS_BACK = "funds_back"
    ADVANCE = "advance"
    ADVANCE_BACK = "advance_back"
    FEE_KEPT = "fee_kept"
    FEE_PAID = "fee_paid"
    RECOVERED = "recovered"

    @property
    def words(self) -> str:
        return CASH_KIND_WORDS[self]


CASH_KIND_WORDS = {
    CashKind.FUNDS: N_("apport reçu"),
    CashKind.FUNDS_BACK: N_("apport rendu"),
    CashKind.ADVANCE: N_("fonds remis à l’émetteur"),
    CashKind.ADVANCE_BACK: N_("fonds rendus par l’émetteur"),
    CashKind.FEE_KEPT: N_("frais gardés par l’émetteur"),
    CashKind.FEE_PAID: N_("frais facturés et payés à l’émetteur"),
    CashKind.RECOVERED: N_("indu rendu par un lieu"),
}

CASH_PATHS: Mapping[CashKind, tuple[Cash, Cash]] = {
    CashKind.FUNDS: (Cash.FUNDS, Cash.TREASURY),
    CashKind.FUNDS_BACK: (Cash.TREASURY, Cash.FUNDS),
    CashKind.ADVANCE: (Cash.TREASURY, Cash.MANDATARY),
    CashKind.ADVANCE_BACK: (Cash.MANDATARY, Cash.TREASURY),
    CashKind.FEE_KEPT: (Cash.MANDATARY, Cash.FEES),
    CashKind.FEE_PAID: (Cash.TREASURY, Cash.FEES),
    CashKind.RECOVERED: (Cash.SETTLED, Cash.TREASURY),
}
"""From which account to which the money of each kind goes."""


def move_of_entry(kind: CashKind, amount_cents: int, place_id: UUID) -> Move:
    """The movement of one entry; `place_id` is whose account of settled money it touches, if it does."""
    debit, credit = CASH_PATHS[kind]
    return Move(_pocket(debit, place_id), _pocket(credit, place_id), amount_cents)


def moves_of_payment(payer: Payer, place_id: UUID, net_cents: int, fee_cents: int) -> list[Move]:
    """What a payment moves: the net to the place, from whoever pays; an issuer that pays keeps its fee."""
    source = Pocket(Cash.MANDATARY if payer is Payer.ISSUER else Cash.TREASURY)
    moves = [Move(source, Pocket(Cash.SETTLED, place_id), net_cents)]
    if payer is Payer.ISSUER and fee_cents:
        moves.append(Move(source, Pocket(Cash.FEES), fee_cents))
    return [move for move in moves if move.amount_cents]


def moves_back(moves: list[Move]) -> list[Move]:
    """The same movements in reverse: a payment that the bank returned."""
    return [Move(move.credit, move.debit, move.amount_cents) for move in moves]


def move_of_clearing(cents: int) -> Move:
    """A movement of the bank that nobody knows yet: money that left (below zero), or that came in."""
    treasury, clearing = Pocket(Cash.TREASURY), Pocket(Cash.CLEARING)
    return Move(treasury, clearing, -cents) if cents < 0 else Move(clearing, treasury, cents)


def _pocket(account: Cash, place_id: UUID) -> Pocket:
    return Pocket(account, place_id) if account is Cash.SETTLED else Pocket(account)
