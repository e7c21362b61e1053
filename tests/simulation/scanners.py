"""What should become of passes taken without network, said again as simply as possible. Pure.

One pass has one use at most that stands; every other use is refused at the place that made it, or is a dispute
with the place that did not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Use:
    """One use: the id that a device made, the pass, the place, and when it was taken by clocks set right."""

    id: str
    number: int
    place: int
    at: datetime


@dataclass
class Ledger:
    """Who stands for each pass, and what each id was told for ever."""

    first_scanned: bool
    standing: dict[int, Use] = field(default_factory=dict)
    recorded: dict[str, Use] = field(default_factory=dict)
    disputed: dict[str, str] = field(default_factory=dict)
    """Ids that were contested, with the id of the use that was recorded then."""
    undone: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    """Ids of recorded uses that gave way to another."""

    def come(self, use: Use) -> str:
        """What a use is told when the register hears it."""
        if use.id in self.passed or (use.id in self.disputed and use.id not in self.recorded):
            return "disputed"
        if use.id in self.recorded:
            return "replayed"
        before = self.standing.get(use.number)
        if before is None:
            return self._stand(use)
        if before.place == use.place:
            return "refused"
        self.disputed[use.id] = before.id
        if self.first_scanned and use.at < before.at:
            self._pass(use, before)
        return "redeemed" if use.id in self.recorded else "disputed"

    def undo(self, number: int) -> None:
        """The place takes its use back."""
        self.undone.add(self.standing.pop(number).id)

    def transfer(self, use: Use) -> bool:
        """The authority lets a contested use stand; whether it may."""
        before = self.standing.get(use.number)
        if before and before.id != self.disputed[use.id]:
            return False
        self._pass(use, before)
        return True

    def _pass(self, use: Use, before: Use | None) -> None:
        if before:
            self.passed.add(before.id)
        else:  # it was taken back already: whoever sends it again is told of the dispute all the same
            self.passed.add(self.disputed[use.id])
        self._stand(use)

    def _stand(self, use: Use) -> str:
        self.standing[use.number] = self.recorded[use.id] = use
        return "redeemed"


@dataclass
class Queue:
    """The queue of one device: lines by id, and the last status that each was told."""

    place: int
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> list[str]:
        """The ids of lines whose answer was not heard."""
        return [one for one in self.lines if one not in self.told]
