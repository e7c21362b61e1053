"""What should happen, said again as simply as possible: one state for each pass, and the dates. Pure.

Transitions come from the table written by hand in `tests/unit/test_rule_book.py`, never from the book.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from passnumerique.ground.dates import month_of, next_month, start_of
from passnumerique.programmes.rules import Calendar
from tests.unit.test_rule_book import MONEY, TARGETS, WHO

FACE = 1000


@dataclass
class Pass:
    """One pass of the model: where it is, and what an undo or a find needs to know."""

    number: int
    booklet: int
    state: str = "authority_stock"
    structure: UUID | None = None
    place: UUID | None = None
    lost_from: str = ""
    used_at: datetime | None = None
    redemption: UUID | None = None


@dataclass
class Asked:
    """One claim: its place, how far it is, and the verdict on each of its passes."""

    id: UUID
    place: UUID
    state: str = "filed"
    verdicts: dict[int, str] = field(default_factory=dict)

    def numbers(self, verdict: str) -> list[int]:
        """The passes told so."""
        return sorted(number for number, told in self.verdicts.items() if told == verdict)


@dataclass
class Model:
    """A programme: its passes, its claims, its dates and its envelope in cents."""

    calendar: Calendar
    envelope: int
    tolerance: int
    undo_hours: int
    passes: dict[int, Pass] = field(default_factory=dict)
    claims: list[Asked] = field(default_factory=list)

    def some(self, numbers: Iterable[int]) -> list[Pass]:
        """The passes of these numbers that exist."""
        return [self.passes[number] for number in sorted(set(numbers)) if number in self.passes]

    def may(self, act: str, role: str, day: date, extra: int = 0) -> bool:
        """Whether the role and the day allow the act."""
        roles, until = WHO[act]
        return role in roles.split() and (not until or day <= getattr(self.calendar, until) + timedelta(days=extra))

    def fits(self, act: str, passes: list[Pass], structure: UUID | bool | None = False) -> bool:
        """Whether every pass is in a state from which the act starts, and with that structure when one is given."""
        return bool(passes) and all(
            act in TARGETS[one.state] and (structure is False or one.structure == structure) for one in passes
        )

    def receive(self, quantity: int, booklet_size: int) -> None:
        """More passes in the authority's stock, numbered on."""
        first = max(self.passes, default=0) + 1
        booklet = max((one.booklet for one in self.passes.values()), default=0) + 1
        for rank in range(quantity):
            self.passes[first + rank] = Pass(first + rank, booklet + rank // booklet_size)

    def cents(self, account: str) -> int:
        """What an account holds."""
        inside = Counter(account for one in self.passes.values() for account in MONEY if one.state in MONEY[account])
        return FACE * inside[account]

    @property
    def left(self) -> int:
        """What of the envelope is not in passes."""
        return self.envelope - sum(self.cents(account) for account in ("committed", "due", "paid", "undue"))

    def to_claim(self, place: UUID, month: date) -> list[Pass]:
        """The passes of a place used by the end of a month and on no claim."""
        end = start_of(next_month(month))
        found = [one for one in self.passes.values() if (one.state, one.place) == ("redeemed", place)]
        return [one for one in found if one.used_at and one.used_at < end]

    def month_over(self, month: date, day: date) -> bool:
        """Whether a month can be claimed that day."""
        last = {month_of(self.calendar.claims_until), month_of(self.calendar.closing)}
        return day >= next_month(month) or (month == month_of(day) and month in last)
