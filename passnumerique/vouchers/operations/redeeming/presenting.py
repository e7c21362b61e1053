"""What is presented at a training session, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
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
    """One scan at its workshop: when the pass was taken, by the clock of the place, and by whom."""

    scan: Scan
    workshop: Workshop
    redeemed_at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scan: redeemed (`refusal` None), or refused and why. `replayed`: it had been
    recorded before, under the same id, and nothing was written now; `redeemed_at` is then the instant recorded."""

    scan: Scan
    refusal: Refusal | None = None
    number: int | None = None
    replayed: bool = False
    redeemed_at: datetime | None = None
