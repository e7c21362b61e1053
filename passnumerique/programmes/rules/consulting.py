"""What places and structures are asked, and how their answers are counted. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.words import N_


class Opinion(StrEnum):
    """What an organisation answers."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    NO_OPINION = "no_opinion"

    @property
    def words(self) -> str:
        return OPINION_WORDS[self]


OPINION_WORDS = {
    Opinion.FAVOURABLE: N_("favorable"),
    Opinion.UNFAVOURABLE: N_("défavorable"),
    Opinion.NO_OPINION: N_("sans avis"),
}


@dataclass(frozen=True)
class Tally:
    """How many organisations of one kind were asked, and how many answered what."""

    asked: int = 0
    favourable: int = 0
    unfavourable: int = 0
    no_opinion: int = 0

    @property
    def answered(self) -> int:
        return self.favourable + self.unfavourable + self.no_opinion

    @property
    def silent(self) -> int:
        return self.asked - self.answered


def tally(asked: Iterable[UUID], answers: Mapping[UUID, Opinion]) -> Tally:
    """The count of the organisations asked, by the last answer of each."""
    ids = list(asked)
    said = Counter(answers[one] for one in ids if one in answers)
    return Tally(len(ids), *(said[opinion] for opinion in Opinion))
