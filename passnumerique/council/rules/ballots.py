"""What the law says of a council's vote. Pure.

Sources: CGCT L2121-17 (quorum: the majority of the members in office is present), L2121-20 (absolute
majority of the votes cast, the chair's vote decides a tie), L2131-1 (an act is enforceable once
published and transmitted to the prefect); they hold for a syndicat mixte through L5211-1 and L5711-1.
"""

from dataclasses import dataclass
from datetime import date

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_


class QuorumNotMet(Refusal):
    sentence = N_(
        "Le quorum n’est pas atteint\u202f: {present} membres présents pour un quorum de {quorum} "
        "(CGCT, L2121-17, par L5211-1). Convoquez à nouveau le conseil."
    )


class VotesDoNotAgree(Refusal):
    sentence = N_(
        "Les votes ne correspondent pas\u202f: {counted} voix comptées pour {voters} votants (CGCT, L2121-20). "
        "Vérifiez les pour, les contre et les abstentions."
    )


class NotAdopted(Refusal):
    sentence = N_(
        "La délibération {number} n’a pas été adoptée\u202f: elle ne peut fonder ni avenant ni dates "
        "(CGCT, L5211-9). Citez celle que le conseil a adoptée."
    )


class DeliberationNumberTaken(Refusal):
    sentence = N_("La délibération {number} existe déjà. Vérifiez le numéro.")


class SittingDatesOutOfOrder(Refusal):
    sentence = N_(
        "Les dates ne se suivent pas\u202f: convocation (CGCT, L2121-10), puis séance, puis transmission et "
        "publication (L2131-1). Corrigez-les."
    )


def quorum_of(members_in_office: int) -> int:
    """How many members in office must be present: more than half of them."""
    return members_in_office // 2 + 1


@dataclass(frozen=True)
class Ballot:
    """The count of one vote, in voices. `chair_votes_for` matters on a tie only; not told, a tie adopts nothing."""

    members_in_office: int
    voters: int
    votes_for: int
    votes_against: int
    abstentions: int
    chair_votes_for: bool = False

    @property
    def quorum(self) -> int:
        return quorum_of(self.members_in_office)

    @property
    def adopted(self) -> bool:
        """Absolute majority of the votes cast; abstentions are not cast; the chair decides a tie."""
        if self.votes_for == self.votes_against:
            return self.votes_for > 0 and self.chair_votes_for
        return self.votes_for > self.votes_against

    @property
    def unanimous(self) -> bool:
        return self.votes_for == self.voters

    def check(self) -> None:
        """Refuses a sitting without quorum and counts that do not sum to the voters."""
        if self.voters < self.quorum:
            raise QuorumNotMet(present=self.voters, quorum=self.quorum)
        self.check_counts()

    def check_counts(self) -> None:
        """Refuses counts that do not sum to the voters."""
        counted = self.votes_for + self.votes_against + self.abstentions
        if counted != self.voters or min(self.votes_for, self.votes_against, self.abstentions) < 0:
            raise VotesDoNotAgree(counted=counted, voters=self.voters)


def enforceable_on(transmitted_on: date | None, published_on: date | None) -> date | None:
    """The day on which the act binds: both transmitted and published. None while one is missing."""
    return max(transmitted_on, published_on) if transmitted_on and published_on else None
