"""Accounts and transfers: where each euro of a programme stands. Pure.

A transfer takes from its debit account and gives to its credit account, in integer cents, always
more than zero. An account's balance is what it was given less what was taken, so the balances of a
programme always sum to zero: `authorised`, the source, is the only one that goes below.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import N_


class Account(StrEnum):
    """The six accounts of a programme, in the order in which its money flows."""

    AUTHORISED = "authorised"
    ENVELOPE = "envelope"
    COMMITTED = "committed"
    DUE = "due"
    PAID = "paid"
    UNDUE = "undue"


ACCOUNT_WORDS = {
    Account.AUTHORISED: N_("Autorisé"),
    Account.ENVELOPE: N_("Disponible dans l’enveloppe"),
    Account.COMMITTED: N_("Engagé dans des pass"),
    Account.DUE: N_("Dû aux lieux"),
    Account.PAID: N_("Payé"),
    Account.UNDUE: N_("Indu à récupérer"),
}

OWNED = frozenset({Account.DUE, Account.PAID, Account.UNDUE})
"""Accounts kept one per mediation place; the others have no owner."""


@dataclass(frozen=True, order=True)
class Pocket:
    """One account of one owner: the `due` of a place, or the programme's own `committed`."""

    account: Account
    owner_id: UUID = NOBODY


@dataclass(frozen=True)
class Move:
    """`amount_cents` from one pocket to another."""

    debit: Pocket
    credit: Pocket
    amount_cents: int
