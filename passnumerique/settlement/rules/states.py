"""The states of a claim and the verdicts on its lines, and their words."""

from enum import StrEnum

from passnumerique.ground.words import N_


class ClaimState(StrEnum):
    """How far a claim has come. A payment order and a payment are two acts, and two states."""

    FILED = "filed"
    APPROVED = "approved"
    REJECTED = "rejected"
    ORDERED = "ordered"
    PAID = "paid"

    @property
    def words(self) -> str:
        return CLAIM_WORDS[self]


CLAIM_WORDS = {
    ClaimState.FILED: N_("déposée, à contrôler"),
    ClaimState.APPROVED: N_("acceptée, à mandater"),
    ClaimState.REJECTED: N_("contestée en entier"),
    ClaimState.ORDERED: N_("mandatée, à payer"),
    ClaimState.PAID: N_("payée"),
}

OPEN = frozenset({ClaimState.FILED, ClaimState.APPROVED, ClaimState.ORDERED})
"""States in which a place still waits for money."""


class Verdict(StrEnum):
    """What the control says of one line."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def words(self) -> str:
        return VERDICT_WORDS[self]


VERDICT_WORDS = {
    Verdict.PENDING: N_("à contrôler"),
    Verdict.APPROVED: N_("accepté"),
    Verdict.REJECTED: N_("contesté"),
}
