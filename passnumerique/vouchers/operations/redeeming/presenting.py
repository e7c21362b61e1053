"""What is presented at a training session, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass presented: the id made by the client, the code as typed or read, and who presented it
    (an attendance, None when nobody is named)."""

    id: UUID
    code: str
    participant_id: UUID | None = None


@dataclass(frozen=True)
class Workshop:
    """The training session at which passes are presented, as the training floor gives it."""

    id: UUID
    place_id: UUID
    module_id: UUID
    day: date
    passes_per_person: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One scan at its workshop: when the pass was taken, by the clock of the place, and by whom.

    `caller` numbers who presents together: what one presents never changes what another is told.
    `timed`: the instant is part of what was presented; not where a page puts it there for each sending.
    """

    scan: Scan
    workshop: Workshop
    redeemed_at: datetime
    by: Actor
    caller: int = 0
    timed: bool = True

    @property
    def code(self) -> str:
        """The code as it is kept and found."""
        return fold(self.scan.code)

    @property
    def person(self) -> tuple[int, UUID, UUID]:
        """Who presents it where; a pass presented without a name is of a person of its own."""
        return self.caller, self.workshop.id, self.scan.participant_id or self.scan.id

    def same_use(self, other: "Asked") -> bool:
        """Whether both say the same: the same pass, at the same workshop, of the same person, then."""
        then = not self.timed or self.redeemed_at == other.redeemed_at
        who = self.scan.participant_id == other.scan.participant_id
        return then and who and self.code == other.code and self.workshop.id == other.workshop.id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scan: redeemed (`refusal` None), or refused and why. `replayed`: it had been
    recorded before, under the same id, and nothing was written now."""

    scan: Scan
    refusal: Refusal | None = None
    number: int | None = None
    replayed: bool = False
