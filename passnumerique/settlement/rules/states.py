"""The states of a claim and the verdicts on its lines, and their words."""

from enum import StrEnum

from passnumerique.ground.words import N_


class ClaimState(StrEnum):
    """How far a claim has come. A payment order and a payment are two acts, and two states."""

    FILED = "filed"
    COUNTERSIGN = "countersign"
    APPROVED = "approved"
    REJECTED = "rejected"
    ORDERED = "ordered"
    PAID = "paid"

    @property
    def words(self) -> str:
        return CLAIM_WORDS[self]


CLAIM_WORDS = {
    ClaimState.FILED: N_("déposée, à contrôler"),
    ClaimState.COUNTERSIGN: N_("acceptée, à confirmer par une seconde personne"),
    ClaimState.APPROVED: N_("acceptée, à mandater"),
    ClaimState.REJECTED: N_("contestée en entier"),
    ClaimState.ORDERED: N_("mandatée, à payer"),
    ClaimState.PAID: N_("payée"),
}

UNDECIDED = frozenset({ClaimState.FILED, ClaimState.COUNTERSIGN})
"""States in which nothing is decided for good, and no pass has moved since the claim was filed."""

OPEN = UNDECIDED | {ClaimState.APPROVED, ClaimState.ORDERED}
"""States in which a place still waits for money."""


class Verdict(StrEnum):
    """What the control says of one line; `refused` is the end of a contested one."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        return VERDICT_WORDS[self]


VERDICT_WORDS = {
    Verdict.PENDING: N_("à contrôler"),
    Verdict.APPROVED: N_("accepté"),
    Verdict.REJECTED: N_("contesté"),
    Verdict.REFUSED: N_("refusé définitivement"),
}


CONTESTED = frozenset({Verdict.REJECTED, Verdict.REFUSED})
"""Verdicts on a line that is not paid, and whose reason the place reads."""


class PreparedState(StrEnum):
    """What became of a claim that was prepared for a place."""

    OPEN = "open"
    CONFIRMED = "confirmed"


class PreparedLineState(StrEnum):
    """What became of one pass of a prepared claim: asked for, left for a later month by the place, or gone
    because its use was undone meanwhile."""

    PROPOSED = "proposed"
    CLAIMED = "claimed"
    LEFT = "left"
    GONE = "gone"


class Outcome(StrEnum):
    """What a second person said of a place's answer."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    UPHELD = "upheld"

    @property
    def words(self) -> str:
        return OUTCOME_WORDS[self]


OUTCOME_WORDS = {
    Outcome.WAITING: N_("à examiner par une autre personne"),
    Outcome.ACCEPTED: N_("entendue, pass accepté"),
    Outcome.UPHELD: N_("non retenue, pass toujours contesté"),
}
