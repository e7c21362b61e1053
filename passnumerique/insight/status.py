"""The state of a programme as of a day: dates, passes, money, network. Any past day answers what was
true by its evening: passes are counted from the events, money from the transfers (law 2)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from passnumerique.directory.queries import accredited_places, accredited_prescribers
from passnumerique.ground.dates import end_of
from passnumerique.ledger.queries import totals
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import calendar_on, every_programme
from passnumerique.programmes.rules import Calendar
from passnumerique.training.queries.plan import plan_counts
from passnumerique.vouchers.queries.stock import Counts, counts_before
from passnumerique.vouchers.rules import UNUSED


@dataclass(frozen=True)
class Network:
    """How many of each were there."""

    prescribers: int
    places: int
    themes: int
    modules: int
    planned_sessions: int


@dataclass(frozen=True)
class Status:
    """A programme on one day. Counts are passes, money is cents."""

    programme: str
    as_of: date
    dates: Calendar
    vouchers: Counts
    money_cents: dict[Account, int]
    network: Network

    @property
    def received(self) -> int:
        """Passes of the lots received: every state together."""
        return sum(self.vouchers.values())

    @property
    def unused(self) -> int:
        """Passes not used so far: in stock, held or blocked."""
        return sum(self.vouchers[state] for state in UNUSED)

    def as_json(self) -> dict[str, Any]:
        """The status with the keys of `passnum status --json`."""
        return {
            "programme": self.programme,
            "as_of": self.as_of.isoformat(),
            "dates": {name: day.isoformat() for name, day in asdict(self.dates).items()},
            "vouchers": {
                "received": self.received,
                "unused": self.unused,
                **{state.value: count for state, count in self.vouchers.items()},
            },
            "money_cents": {account.value: cents for account, cents in self.money_cents.items()},
            "network": asdict(self.network),
        }


def status_on(programme_id: UUID, day: date) -> Status:
    """The state of a programme by the evening of `day`. Refuses a day before it had a calendar."""
    return Status(
        programme=every_programme().get(id=programme_id).slug,
        as_of=day,
        dates=calendar_on(programme_id, day),
        vouchers=counts_before(programme_id, end_of(day)),
        money_cents=totals(programme_id, end_of(day)),
        network=network_on(programme_id, day),
    )


def network_on(programme_id: UUID, day: date) -> Network:
    """The structures and places accredited on that day, and the plan as it stands."""
    plan = plan_counts(programme_id)
    return Network(
        prescribers=len(accredited_prescribers(programme_id, day)),
        places=len(accredited_places(programme_id, day)),
        themes=plan.themes,
        modules=plan.modules,
        planned_sessions=plan.planned_sessions,
    )
