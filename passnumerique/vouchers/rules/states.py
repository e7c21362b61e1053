"""The states of a voucher, and the account that each one feeds. Pure.

Lapsed (*échu*) is not a state: it is read from the calendar in force (law 2 of the design).
"""

from enum import StrEnum

from passnumerique.ground.words import N_
from passnumerique.ledger.rules import Account


class State(StrEnum):
    """Where one voucher is in its life."""

    AUTHORITY_STOCK = "authority_stock"
    STRUCTURE_STOCK = "structure_stock"
    HELD = "held"
    REDEEMED = "redeemed"
    CLAIMED = "claimed"
    APPROVED = "approved"
    DISPUTED = "disputed"
    REFUSED = "refused"
    REIMBURSED = "reimbursed"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    FROZEN = "frozen"
    TO_RECOVER = "to_recover"
    RECOVERED = "recovered"

    @property
    def words(self) -> str:
        return STATE_WORDS[self]


STATE_WORDS = {
    State.AUTHORITY_STOCK: N_("en stock à la collectivité"),
    State.STRUCTURE_STOCK: N_("en stock dans une structure"),
    State.HELD: N_("remis à une personne"),
    State.REDEEMED: N_("utilisé"),
    State.CLAIMED: N_("demandé en remboursement"),
    State.APPROVED: N_("accepté au remboursement"),
    State.DISPUTED: N_("contesté"),
    State.REFUSED: N_("refusé"),
    State.REIMBURSED: N_("remboursé"),
    State.BLOCKED: N_("bloqué"),
    State.REPLACED: N_("remplacé"),
    State.CANCELLED: N_("annulé"),
    State.FROZEN: N_("gelé"),
    State.TO_RECOVER: N_("à récupérer"),
    State.RECOVERED: N_("récupéré"),
}

UNSPENT = frozenset({State.AUTHORITY_STOCK, State.STRUCTURE_STOCK, State.HELD})
"""Could still be spent as they are."""

UNUSED = UNSPENT | {State.BLOCKED}
"""Not used so far: what « il reste » counts."""

SPENT = frozenset(
    {
        State.REDEEMED,
        State.CLAIMED,
        State.APPROVED,
        State.DISPUTED,
        State.REIMBURSED,
        State.FROZEN,
        State.TO_RECOVER,
    }
)
"""Bought a training session. Neither a recovered nor a refused one is among them."""

AT_PLACE = SPENT | {State.RECOVERED, State.REFUSED}
"""States in which a voucher belongs to the mediation place that took it."""

SHARDS = 8
"""Over how many rows each counter of stock is spread, so that a busy programme has no hot row."""


WRITERS = 32
"""Over how many rows what happens on a day is counted at once, one for each connection that writes."""


def shard_of(number: int) -> int:
    """The row in which a voucher is counted: always the same one, so that each row stays exact."""
    return number % SHARDS


MONEY_OF_STATE = {
    **dict.fromkeys(UNUSED, Account.COMMITTED),
    **dict.fromkeys((State.REDEEMED, State.CLAIMED, State.APPROVED, State.DISPUTED, State.FROZEN), Account.DUE),
    State.REIMBURSED: Account.PAID,
    State.TO_RECOVER: Account.UNDUE,
    **dict.fromkeys((State.REPLACED, State.CANCELLED, State.RECOVERED, State.REFUSED), Account.ENVELOPE),
}
"""Which account holds the face value of a voucher in each state. Before it is received: the envelope."""
