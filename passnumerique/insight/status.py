"""The state of a programme as of a day: dates, passes, money, network. Any past day answers what was
true by its evening (law 2): passes and money are summed from the counters of each day, which cost the
same with 1,800 passes and with 10 million."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import end_of
from passnumerique.ledger.queries import authorised_before
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import calendar_on, slug_of
from passnumerique.programmes.rules import Calendar
from passnumerique.training.queries.plan import plan_counts
from passnumerique.vouchers.queries.stock import Counts, Went, course_of, states_after, value_after
from passnumerique.vouchers.rules import UNUSED

Accredited = Mapping[AccreditationKind, Mapping[UUID, str]]
"""The names of the organisations accredited on a day, for each kind."""


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
    return status_after(programme_id, day, course_of(programme_id, day), accredited_names(programme_id, day))


def status_after(programme_id: UUID, day: date, course: Sequence[Went], accredited: Accredited) -> Status:
    """The same, from the course of the programme up to that day, and who was accredited then."""
    return Status(
        programme=slug_of(programme_id),
        as_of=day,
        dates=calendar_on(programme_id, day),
        vouchers=states_after(course),
        money_cents=_money(authorised_before(programme_id, end_of(day)), value_after(course)),
        network=_network(programme_id, accredited),
    )


def _money(authorised: int, moved: dict[Account, int]) -> dict[Account, int]:
    """What the papers authorised, and what of it the passes moved out of the envelope."""
    return moved | {Account.AUTHORISED: authorised, Account.ENVELOPE: authorised + moved[Account.ENVELOPE]}


def _network(programme_id: UUID, accredited: Accredited) -> Network:
    """The structures and places accredited, and the plan as it stands."""
    plan = plan_counts(programme_id)
    return Network(
        prescribers=len(accredited[AccreditationKind.PRESCRIBER]),
        places=len(accredited[AccreditationKind.PLACE]),
        themes=plan.themes,
        modules=plan.modules,
        planned_sessions=plan.planned_sessions,
    )
