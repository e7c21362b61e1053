"""How long a pass is held before it is used: a survival curve by weeks, the passes still held counted as such.

A pass handed over five weeks ago and not used says only that it lasted five weeks (Kaplan and Meier). Nothing is
supposed of those that will never be used: the hazard of the oldest ages is what they showed, near zero
when they sleep, and it stays uncertain as far as few were seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

AGES = 26
"""Weeks told apart; older passes are one group."""
STRENGTH = 6.0
"""How many passes the overall hazard is worth against what one age showed."""
NOTHING_SEEN = (0.5, 8.0)
"""Uses and weeks held supposed before any was seen."""

Lasted = Mapping[tuple[int, int | None], int]
"""How many passes: by weeks since they were handed over, and weeks until they were used (None: still held)."""


@dataclass(frozen=True)
class Delays:
    """The chance of being used in each week held, given that it was not before; the last stands for all older
    ages. `told_by` is how many passes that last one rests on, in weeks held."""

    hazards: tuple[float, ...]
    told_by: float
    uses: int
    held: int

    @property
    def lasting(self) -> list[float]:
        """The share of passes still held after each week, the first being that of the hand-over."""
        return list(accumulate((1 - hazard for hazard in self.hazards), mul))

    @property
    def used_in(self) -> list[float]:
        """The share of passes used in each week."""
        lasting = self.lasting
        return [before - after for before, after in zip((1.0, *lasting), lasting, strict=False)]

    def used_within(self, weeks: int) -> float:
        """The share of passes used within so many weeks of being handed over."""
        last = self.hazards[-1]
        inside = self.lasting[: max(weeks, 1)][-1]
        return 1 - inside * (1 - last) ** max(0, weeks - len(self.hazards))

    def median_weeks(self) -> int | None:
        """After how many weeks half the passes are used; None when half never are within a year."""
        return next((weeks for weeks in range(1, 53) if self.used_within(weeks) >= 0.5), None)  # noqa: PLR2004


def delays_of(lasted: Lasted) -> Delays:
    """The curve of what passes lasted: by age, shrunk towards the overall hazard."""
    uses, risk = [0.0] * AGES, [0.0] * AGES
    for (age, delay), count in lasted.items():
        last = age if delay is None else delay
        for week in range(min(last, AGES - 1) + 1):
            risk[week] += count
        risk[-1] += count * max(0, last - AGES + 1)
        if delay is not None:
            uses[min(delay, AGES - 1)] += count
    overall = (sum(uses) + NOTHING_SEEN[0]) / (sum(risk) + NOTHING_SEEN[1])
    hazards = tuple((one + STRENGTH * overall) / (at + STRENGTH) for one, at in zip(uses, risk, strict=True))
    held = sum(count for (_, delay), count in lasted.items() if delay is None)
    return Delays(hazards, risk[-1] + STRENGTH, int(sum(uses)), held)


def expected_uses(handed: Sequence[float], delays: Delays) -> list[float]:
    """The uses that the passes handed over week by week lead to, week by week."""
    shares = _tailed(delays, len(handed))
    return [
        sum(handed[week - age] * shares[age] for age in range(week + 1) if handed[week - age])
        for week in range(len(handed))
    ]


def held_by_age(handed: Sequence[float], delays: Delays, held: float) -> list[float]:
    """The passes held now by weeks since they were handed over, the last being all older ones; `held` in all."""
    lasting = delays.lasting
    found = [0.0] * AGES
    for age, count in enumerate(reversed(handed)):
        tail = (1 - delays.hazards[-1]) ** max(0, age - AGES + 1)
        found[min(age, AGES - 1)] += count * lasting[min(age, AGES - 1)] * tail
    total = sum(found)
    if not total:
        return [*found[:-1], held]
    return [one * held / total for one in found]


def _tailed(delays: Delays, weeks: int) -> list[float]:
    """The share used in each of so many weeks, the last hazard going on."""
    shares, left, last = delays.used_in[:weeks], delays.lasting[-1], delays.hazards[-1]
    more: Iterable[int] = range(weeks - len(shares))
    return shares + [left * (1 - last) ** one * last for one in more]
