"""What a claim is worth: pure sums, in integer cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from passnumerique.ground.dates import month_of, next_month
from passnumerique.programmes.rules import Calendar
from passnumerique.settlement.rules.refusals import MonthNotOver


@dataclass(frozen=True)
class Amounts:
    """Face value, what the issuer keeps of it, and how many passes make it."""

    passes: int = 0
    face_cents: int = 0
    fee_cents: int = 0

    @property
    def net_cents(self) -> int:
        """What is paid to the place: face value less the fee."""
        return self.face_cents - self.fee_cents


def sum_of(lines: Iterable[tuple[int, int]]) -> Amounts:
    """The amounts of lines given as (face value, fee), in cents."""
    amounts = list(lines)
    return Amounts(len(amounts), sum(face for face, _ in amounts), sum(fee for _, fee in amounts))


def check_month(month: date, day: date, calendar: Calendar) -> None:
    """Refuses a month that still runs on `day`, unless claims or the programme close within it."""
    last_months = {month_of(calendar.claims_until), month_of(calendar.closing)}
    closing_now = month == month_of(day) and month in last_months
    if day < next_month(month) and not closing_now:
        raise MonthNotOver(day=next_month(month))


def payment_due_on(filed_on: date, payment_term_days: int) -> date:
    """The last day on which a claim filed that day is paid in time."""
    return filed_on + timedelta(days=payment_term_days)
