"""Where each movement of a statement ends: it pays, it brings a payment back, it confirms, or nobody knows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_
from passnumerique.settlement.rules.runs import LineState, RunState, line_of_reference, run_of_reference
from passnumerique.settlement.rules.statements import Movement


class Fate(StrEnum):
    """Where a movement ended."""

    PAID = "paid"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    SETTLED = "settled"

    @property
    def words(self) -> str:
        return FATE_WORDS[self]


FATE_WORDS = {
    Fate.PAID: N_("paiement d’une demande"),
    Fate.RETURNED: N_("paiement rejeté"),
    Fate.CONFIRMED: N_("déjà enregistré, confirmé par la banque"),
    Fate.UNKNOWN: N_("à attribuer"),
    Fate.SETTLED: N_("attribué par une personne"),
}


class Doubt(StrEnum):
    """Why a movement is not known."""

    NOT_OURS = "not_ours"
    OTHER_AMOUNT = "other_amount"
    NOT_SENT = "not_sent"
    DROPPED = "dropped"
    PAID_TWICE = "paid_twice"
    BACK_TWICE = "back_twice"
    NOT_PAID_YET = "not_paid_yet"
    UNDUE = "undue"

    @property
    def words(self) -> str:
        return DOUBT_WORDS[self]


DOUBT_WORDS = {
    Doubt.NOT_OURS: N_("aucune référence connue"),
    Doubt.OTHER_AMOUNT: N_("le montant n’est pas celui du virement"),
    Doubt.NOT_SENT: N_("le lot n’est pas noté comme envoyé"),
    Doubt.DROPPED: N_("le lot a été abandonné"),
    Doubt.PAID_TWICE: N_("ce virement est déjà payé\u202f: la banque a pu payer deux fois"),
    Doubt.BACK_TWICE: N_("ce paiement est déjà revenu une fois"),
    Doubt.NOT_PAID_YET: N_("rejet d’un virement qui n’est pas noté comme payé"),
    Doubt.UNDUE: N_("une partie a été déclarée indue depuis"),
}


class Purpose(StrEnum):
    """What a person says that an unknown movement is."""

    FOREIGN = "foreign"
    KNOWN = "known"
    TRANSFER = "transfer"
    RETURN = "return"
    FUNDS = "funds"
    FUNDS_BACK = "funds_back"
    ADVANCE = "advance"
    ADVANCE_BACK = "advance_back"
    FEE = "fee"
    RECOVERED = "recovered"

    @property
    def words(self) -> str:
        return PURPOSE_WORDS[self]


PURPOSE_WORDS = {
    Purpose.FOREIGN: N_("étranger au dispositif"),
    Purpose.KNOWN: N_("déjà enregistré à la main"),
    Purpose.TRANSFER: N_("paiement d’un virement d’un lot"),
    Purpose.RETURN: N_("retour d’un paiement"),
    Purpose.FUNDS: N_("apport reçu"),
    Purpose.FUNDS_BACK: N_("apport rendu"),
    Purpose.ADVANCE: N_("fonds remis à l’émetteur"),
    Purpose.ADVANCE_BACK: N_("fonds rendus par l’émetteur"),
    Purpose.FEE: N_("frais payés à l’émetteur"),
    Purpose.RECOVERED: N_("indu rendu par un lieu"),
}

MAY_CLEAR = frozenset({Doubt.NOT_SENT, Doubt.NOT_PAID_YET})
"""Doubts that another statement, or the run once it is noted as sent, may clear: asked again each time."""

COMES_IN = frozenset({Purpose.RETURN, Purpose.FUNDS, Purpose.ADVANCE_BACK, Purpose.RECOVERED})
"""What only money that comes in can be."""
GOES_OUT = frozenset({Purpose.TRANSFER, Purpose.FUNDS_BACK, Purpose.ADVANCE, Purpose.FEE})
"""What only money that leaves can be."""


def fits(purpose: Purpose, cents: int) -> bool:
    """Whether a movement of that sign can be this."""
    return purpose not in (GOES_OUT if cents > 0 else COMES_IN)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one transfer of a run. `told_out` and `told_back`: a statement told its payment, its
    return, already; `whole`: none of its passes was declared undue since."""

    line_id: UUID
    run_id: UUID
    amount_cents: int
    state: str
    run_state: str
    told_out: bool = False
    told_back: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """A movement, where it ends, why if nobody knows, and the transfer that it is about."""

    movement: Movement
    fate: Fate
    doubt: Doubt | None = None
    line_id: UUID | None = None


def judge(movement: Movement, transfers: Mapping[UUID, Known]) -> Judged:
    """One movement that bears the reference of one transfer, or of none."""
    line_id = line_of_reference(movement.end_to_end)
    known = transfers.get(line_id) if line_id else None
    if known is None:
        return Judged(movement, Fate.UNKNOWN, Doubt.NOT_OURS)
    if abs(movement.cents) != known.amount_cents:
        return Judged(movement, Fate.UNKNOWN, Doubt.OTHER_AMOUNT, known.line_id)
    fate = _debit(known) if movement.cents < 0 else _credit(known)
    if isinstance(fate, Fate):
        return Judged(movement, fate, None, known.line_id)
    return Judged(movement, Fate.UNKNOWN, fate, known.line_id)


def _debit(known: Known) -> Fate | Doubt:
    if known.run_state == RunState.ABANDONED or known.state == LineState.DROPPED:
        return Doubt.DROPPED
    if known.run_state != RunState.SENT:
        return Doubt.NOT_SENT
    if known.state == LineState.WAITING:
        return Fate.PAID
    return Doubt.PAID_TWICE if known.told_out else Fate.CONFIRMED


def _credit(known: Known) -> Fate | Doubt:
    if known.state == LineState.RETURNED:
        return Doubt.BACK_TWICE if known.told_back else Fate.CONFIRMED
    if known.state != LineState.PAID:
        return Doubt.NOT_PAID_YET
    return Fate.RETURNED if known.whole else Doubt.UNDUE


def after(known: Known, judged: Judged) -> Known:
    """The transfer as it is once a movement ended so."""
    if judged.fate is Fate.UNKNOWN:
        return known
    if judged.movement.cents < 0:
        return replace(known, state=LineState.PAID if judged.fate is Fate.PAID else known.state, told_out=True)
    return replace(known, state=LineState.RETURNED, told_back=True)


def batch_of(movement: Movement) -> UUID | None:
    """The run that a movement without a transfer's reference pays as a whole, if it names one."""
    named = movement.cents < 0 and not line_of_reference(movement.end_to_end)
    return run_of_reference(movement.batch) if named and movement.batch else None
