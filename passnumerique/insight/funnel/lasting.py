"""How long a step takes, those that still wait counted as such (Kaplan and Meier). Pure.

A pass that has waited ninety days and waits still says that the step took more than ninety days. To leave it out
would make every step look quick: only the quick ones are over.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Wait = tuple[int, bool]
"""Days waited, and whether the step came then (otherwise it had not, on the last day on which it could)."""


@dataclass(frozen=True)
class Lasting:
    """Days until a quarter, half and three quarters have taken a step; None where so many have not, of those of
    whom it is known. `done` took it, `waiting` had not by the end."""

    quarter: int | None
    half: int | None
    three_quarters: int | None
    done: int
    waiting: int

    @property
    def known(self) -> bool:
        return self.done + self.waiting > 0


def lasting(waits: Iterable[Wait]) -> Lasting:
    """The quartiles of a step. On the same day, who takes it comes before who is no longer seen."""
    done, gone = Counter[int](), Counter[int]()
    for days, came in waits:
        (done if came else gone)[max(days, 0)] += 1
    many = done.total() + gone.total()
    at_risk, left, reached = many, 1.0, dict.fromkeys((0.75, 0.5, 0.25))
    found: dict[float, int | None] = {**reached}
    for days in sorted(done.keys() | gone.keys()):
        left *= 1 - done[days] / at_risk
        at_risk -= done[days] + gone[days]
        for share, before in found.items():
            if before is None and left <= share + 1e-12:
                found[share] = days
    return Lasting(found[0.75], found[0.5], found[0.25], done.total(), gone.total())
