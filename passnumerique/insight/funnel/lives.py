"""The life of one pass as the stages that it reached, and many lives as a funnel. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.ground.words import N_
from passnumerique.insight.funnel.lasting import Lasting, Wait, lasting
from passnumerique.vouchers.queries.lives import Told
from passnumerique.vouchers.rules import Act, State


class Stage(StrEnum):
    """How far a pass came, in order."""

    RECEIVED = "received"
    ALLOCATED = "allocated"
    HANDED = "handed"
    BOOKED = "booked"
    USED = "used"
    PAID = "paid"


STAGE_WORDS = {
    Stage.RECEIVED: N_("Reçus"),
    Stage.ALLOCATED: N_("Confiés"),
    Stage.HANDED: N_("Remis"),
    Stage.BOOKED: N_("Réservés"),
    Stage.USED: N_("Utilisés"),
    Stage.PAID: N_("Payés"),
}
ORDER = tuple(Stage)
OUT = frozenset({State.BLOCKED, State.REPLACED, State.CANCELLED, State.REFUSED, State.RECOVERED})
"""What takes a pass off its way."""
STAGE_OF_STATE = {
    State.AUTHORITY_STOCK: Stage.RECEIVED,
    State.STRUCTURE_STOCK: Stage.ALLOCATED,
    State.HELD: Stage.HANDED,
    State.REDEEMED: Stage.USED,
    State.CLAIMED: Stage.USED,
    State.APPROVED: Stage.USED,
    State.DISPUTED: Stage.USED,
    State.FROZEN: Stage.USED,
    State.REIMBURSED: Stage.PAID,
    State.TO_RECOVER: Stage.PAID,
}
STEPS = (
    (Stage.RECEIVED, Stage.ALLOCATED),
    (Stage.ALLOCATED, Stage.HANDED),
    (Stage.HANDED, Stage.BOOKED),
    (Stage.HANDED, Stage.USED),
    (Stage.USED, Stage.PAID),
)
"""The steps whose length is told."""
STEP_WORDS = {
    STEPS[0]: N_("De la réception à la structure"),
    STEPS[1]: N_("De la structure à la personne"),
    STEPS[2]: N_("De la remise à la réservation"),
    STEPS[3]: N_("De la remise à l’utilisation"),
    STEPS[4]: N_("De l’utilisation au paiement"),
}


@dataclass
class Life:
    """One pass: the day on which it reached each stage, the day it left the way, and where it went along."""

    reached: dict[Stage, date] = field(default_factory=dict)
    ended: date | None = None
    structure_id: UUID = NOBODY
    booked_at: UUID | None = None
    """The training session of its last seat."""

    @property
    def stage(self) -> Stage:
        """The furthest stage reached."""
        return max(self.reached, key=ORDER.index)

    def wait(self, step: tuple[Stage, Stage], day: date) -> Wait | None:
        """How long it waited for a step by the evening of `day`; None where the step had not begun. What went
        further took the step then: a pass used without a seat booked before waits for none any more."""
        first, last = step
        begun = self.reached.get(first)
        if begun is None:
            return None
        further = [self.reached[one] for one in ORDER[ORDER.index(last) :] if one in self.reached]
        if further:
            return (min(further) - begun).days, True
        return (min(self.ended or day, day) - begun).days, False


def life_of(told: Told) -> Life:
    """The stages that the steps of a pass lead to: what was undone, returned or bounced was not reached."""
    life = Life()
    for step in told.steps:
        if step.target in OUT:
            life.ended = life.ended or step.day
            continue
        life.ended = None
        stage = STAGE_OF_STATE[step.target]
        for later in ORDER[ORDER.index(stage) + 1 :]:
            if later is not Stage.BOOKED or stage is not Stage.HANDED:
                life.reached.pop(later, None)
        if step.act is Act.RESERVE:
            life.reached.setdefault(Stage.BOOKED, step.day)
            life.booked_at = step.subject_id
        life.reached.setdefault(stage, step.day)
        life.structure_id = step.structure_id
    return life


@dataclass(frozen=True)
class Funnel:
    """How many passes reached each stage, wait at it, and left the way there: waiting and lost ones of a stage
    and those that went on sum to those that reached it."""

    waiting: Counter[Stage]
    lost: Counter[Stage]

    def reached(self, stage: Stage) -> int:
        """Passes that came that far, or further."""
        return sum(self.waiting[one] + self.lost[one] for one in ORDER[ORDER.index(stage) :])

    def went_on(self, stage: Stage) -> float:
        """The share of those that reached the stage that went further."""
        there = self.reached(stage)
        return (there - self.waiting[stage] - self.lost[stage]) / there if there else 0.0


def funnel_of(lives: Iterable[Life]) -> Funnel:
    """The funnel of these passes."""
    waiting, lost = Counter[Stage](), Counter[Stage]()
    for life in lives:
        (lost if life.ended else waiting)[life.stage] += 1
    return Funnel(waiting, lost)


def lengths_of(lives: Sequence[Life], day: date) -> dict[tuple[Stage, Stage], Lasting]:
    """How long each step takes for these passes, by the evening of a day."""
    return {step: lasting(_waits(lives, step, day)) for step in STEPS}


def _waits(lives: Iterable[Life], step: tuple[Stage, Stage], day: date) -> Iterator[Wait]:
    for life in lives:
        wait = life.wait(step, day)
        if wait is not None:
            yield wait
