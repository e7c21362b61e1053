"""One thing to do, what it is expected to bring, and the order in which things are worth doing. Pure.

A gain is in passes used before the last day of use: low, likely, high. What a reminder or a workshop brings is supposed
(`model/levers.py` says where each figure comes from); what a move of stock brings is computed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from passnumerique.insight.forecast.model.delays import AGES, Delays
from passnumerique.insight.forecast.model.levers import DISPLACED, REMINDED, Range
from passnumerique.insight.reallocation.reading import Reason

Gain = Range
NOTHING: Gain = (0.0, 0.0, 0.0)


class Kind(StrEnum):
    """What kind of thing it is: the button that does it follows from it."""

    MOVE = "move"
    REMIND = "remind"
    EMPTY_PLACE = "empty_place"
    FAR = "far"
    EXTEND = "extend"
    PUBLIC = "public"
    PAYMENT = "payment"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Advice:
    """One thing to do: about whom, how many passes (or residents, claims…) it is about, what it brings, and by when.
    `reason` is the move of stock, for that kind; `names` are others that it is about."""

    kind: Kind
    gain: Gain = NOTHING
    about: UUID | None = None
    name: str = ""
    count: int = 0
    of: int = 0
    share: int = 0
    """What is reached, in basis points, where `of` is what is due."""
    due: date | None = None
    reason: Reason | None = None
    names: Sequence[str] = field(default=())

    @property
    def likely(self) -> float:
        """Passes more, in the likely case."""
        return self.gain[1]


def ranked(advices: Iterable[Advice]) -> list[Advice]:
    """Most passes gained first; what brings none by itself follows, the soonest due first."""
    order = list(Kind)
    return sorted(
        advices, key=lambda one: (-round(one.likely, 6), one.due or date.max, order.index(one.kind), one.name)
    )


def woken(ages: Iterable[int], delays: Delays, weeks: float, times: float = 1.0) -> Gain:
    """What reminders bring for passes held for so many weeks, each standing for `times`: the chance of each week is
    raised by the share supposed, until the last of `weeks`."""
    found = [0.0, 0.0, 0.0]
    for age in ages:
        hazard = delays.hazards[min(age, AGES - 1)]
        plain = _within(hazard, weeks)
        for rank, more in enumerate(REMINDED):
            found[rank] += times * (_within(min(hazard * (1 + more), 0.95), weeks) - plain)
    return found[0], found[1], found[2]


def _within(hazard: float, weeks: float) -> float:
    return 1.0 - float((1 - hazard) ** max(weeks, 0.0))


def filled(sessions: float, each: Range, held: int) -> Gain:
    """What so many workshops more bring: the passes used at each, less the people who would have come to another; never
    more than the passes held."""
    low, likely, high = (
        min(sessions * one * (1 - gone), held) for one, gone in zip(each, reversed(DISPLACED), strict=True)
    )
    return low, likely, high


def missing(target: int, handed: int, rate: int) -> int:
    """How many passes more the target public should have had, of `handed`, for its share in basis points."""
    return max(-(-handed * rate // 10_000) - target, 0)
