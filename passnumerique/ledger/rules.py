"""Accounts and transfers: where each euro of a programme stands. Pure.

Two books share the table of transfers, and no transfer goes from one to the other: the six accounts of
face value tell what passes are worth and to whom it is due, the six of cash where the money itself is.

A transfer takes from its debit account and gives to its credit account, in integer cents, always
more than zero. An account's balance is what it was given less what was taken, so the balances of a
programme always sum to zero in each book: `authorised` and `funds`, the sources, go below.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class Account(StrEnum):
    """The six accounts of face value, in the order in which it flows."""

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


class Cash(StrEnum):
    """The six accounts of cash, in the order in which it flows."""

    FUNDS = "funds"
    TREASURY = "treasury"
    MANDATARY = "mandatary"
    FEES = "fees"
    SETTLED = "settled"
    CLEARING = "clearing"


CASH_WORDS = {
    Cash.FUNDS: N_("Apports reçus"),
    Cash.TREASURY: N_("Trésorerie du dispositif"),
    Cash.MANDATARY: N_("Fonds chez l’émetteur"),
    Cash.FEES: N_("Frais de l’émetteur"),
    Cash.SETTLED: N_("Versé aux lieux"),
    Cash.CLEARING: N_("Mouvements à attribuer"),
}

OWNED = frozenset({Account.DUE, Account.PAID, Account.UNDUE})
"""Accounts of face value kept one per mediation place; the others have no owner."""

OWNED_CASH = frozenset({Cash.SETTLED})
"""Accounts of cash kept one per mediation place."""


def account_named(name: str) -> Account | Cash:
    """The account that a transfer's column names, of either book."""
    return Account(name) if name in set(Account) else Cash(name)


@dataclass(frozen=True, order=True)
class Pocket:
    """One account of one owner: the `due` of a place, or the programme's own `committed`."""

    account: Account | Cash
    owner_id: UUID = NOBODY


@dataclass(frozen=True)
class Move:
    """`amount_cents` from one pocket to another."""

    debit: Pocket
    credit: Pocket
    amount_cents: int


class ProgrammeClosed(Refusal):
    sentence = N_(
        "Le dispositif est clos depuis le {day}\u202f: plus rien ne s’y écrit. "
        "Pour corriger une erreur, la gestion ouvre une correction avec son motif, à la page «\u202fClôture\u202f»."
    )


class AlreadyClosed(Refusal):
    sentence = N_("Le dispositif est déjà clos. Relisez la page «\u202fClôture\u202f».")


class NotClosedYet(Refusal):
    sentence = N_("Le dispositif n’est pas clos\u202f: tout s’y écrit encore, une correction n’a pas d’objet.")


class CorrectionWithoutReason(Refusal):
    sentence = N_("Donnez le motif de la correction\u202f: l’audit le lira.")


class CorrectionOpen(Refusal):
    sentence = N_("Une correction est déjà ouverte. Terminez-la avant d’en ouvrir une autre.")


class NoCorrectionOpen(Refusal):
    sentence = N_("Aucune correction n’est ouverte. Rechargez la page.")
