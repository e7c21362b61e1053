"""What an extension would change, in figures of the register, beside what holds today. Reads only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from passnumerique.ground.dates import day_of, end_of
from passnumerique.insight.pace import school_rest
from passnumerique.insight.queries import claims_by_state
from passnumerique.insight.status import status_on
from passnumerique.journeys.extending.foreseeing import Outlook, foresee
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import envelope, revisions
from passnumerique.programmes.rules import Calendar, weeks_between
from passnumerique.settlement.rules import ClaimState
from passnumerique.training.queries.overview import sessions_ahead
from passnumerique.vouchers.rules import State


@dataclass(frozen=True)
class Side:
    """What dates allow: passes still valid on the day after today's dates end their validity, sessions planned that
    can be held, weeks of training until their end; and how many passes the forecast sees used by then, where it can."""

    dates: Calendar
    passes: int
    sessions: int
    weeks: int
    outlook: Outlook | None = None


@dataclass(frozen=True)
class Effects:
    """Today beside what is proposed, on a day; then what does not change at all. Counts are passes, claims and
    sessions, money is cents."""

    on: date
    before: Side
    after: Side
    in_stock: int
    held: int
    open_claims: int
    due_cents: int
    paid_cents: int
    authorised_cents: int
    committed_cents: int

    def as_json(self) -> dict[str, Any]:
        """As the draft keeps it, days as ISO texts."""
        sides = {
            name: asdict(side) | {"dates": side.dates.as_json()}
            for name, side in (("before", self.before), ("after", self.after))
        }
        return asdict(self) | sides | {"on": self.on.isoformat()}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Effects":
        """The effects that `as_json` told."""
        sides = {name: _side_from(given[name]) for name in ("before", "after")}
        return cls(**{**given, **sides, "on": date.fromisoformat(given["on"])})


def _side_from(given: Mapping[str, Any]) -> Side:
    told = {"dates": Calendar.from_json(given["dates"]), "outlook": Outlook.from_json(given.get("outlook"))}
    return Side(**{**given, **told})


_SETTLED = frozenset({ClaimState.PAID, ClaimState.REJECTED})


def effects_of(programme_id: UUID, after: Calendar, at: datetime) -> Effects:
    """What extending to these dates changes, as of `at`, in counts alone. Whoever calls has checked that the reader
    may see the programme."""
    day = day_of(at)
    status, before = status_on(programme_id, day), revisions(programme_id)[-1].calendar
    money, counts = envelope(programme_id), status.vouchers
    claims = claims_by_state(programme_id)
    seen = foresee(programme_id, day, [after])
    stay = status.unused if after.validity_until > before.validity_until else 0
    return Effects(
        on=day,
        before=_side(programme_id, before, 0, seen.as_it_is if seen else None, at),
        after=_side(programme_id, after, stay, seen.each[0] if seen else None, at),
        in_stock=counts[State.AUTHORITY_STOCK] + counts[State.STRUCTURE_STOCK],
        held=counts[State.HELD],
        open_claims=sum(n for state, n in claims.items() if state not in _SETTLED),
        due_cents=status.money_cents[Account.DUE],
        paid_cents=status.money_cents[Account.PAID],
        authorised_cents=money.authorised_cents,
        committed_cents=money.committed_cents,
    )


def _side(programme_id: UUID, dates: Calendar, passes: int, outlook: Outlook | None, at: datetime) -> Side:
    return Side(
        dates,
        passes,
        sessions_ahead(programme_id, at, end_of(dates.end_of_training)),
        weeks_between(day_of(at), dates.end_of_training, school_rest(programme_id)),
        outlook,
    )
