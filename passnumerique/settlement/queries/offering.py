"""What a place is about to ask for: the passes of its prepared claim, with what deserves a look."""

from dataclasses import dataclass
from datetime import date, datetime

from passnumerique.ground.dates import month_of, next_month
from passnumerique.programmes.queries import calendar_on
from passnumerique.settlement.models import PreparedClaim, PreparedLine
from passnumerique.settlement.queries.checking import signs_now
from passnumerique.settlement.queries.dues import with_fees
from passnumerique.settlement.queries.preparing import lines_prepared, standing
from passnumerique.settlement.rules import Found, PreparedLineState
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries import modules_named, sessions_with_ids

_SHOWN = (PreparedLineState.LEFT, PreparedLineState.PROPOSED)


@dataclass(frozen=True)
class Offered:
    """One pass of a prepared claim, as its place reads it, with the signs that it shows today."""

    line: PreparedLine
    number: int
    redeemed_at: datetime
    session: TrainingSession | None
    module: str
    net_cents: int
    signs: list[Found]


def offered_in(prepared: PreparedClaim, day: date) -> list[Offered]:
    """The passes of a prepared claim that still stand, asked for or left, by number: a few statements for any
    number. The signs are those that their claim would bear if it were confirmed that day."""
    shown = lines_prepared(prepared, *_SHOWN)
    # A pass left for a month before this one is proposed again by a line of its own, which tells.
    lines = {line.redemption_id: line for line in shown.order_by("month", "id")}
    rows = standing(prepared.programme_id).filter(id__in=shown.order_by().values("redemption_id"))
    found = with_fees(rows)
    signs = signs_now(prepared.programme_id, prepared.place_id, rows, day)
    sessions = sessions_with_ids(prepared.programme_id, {one.training_session_id for one in found})
    modules = modules_named({one.module_id for one in found})
    return [
        Offered(
            lines[one.redemption_id],
            one.number,
            one.redeemed_at,
            sessions.get(one.training_session_id),
            modules.get(one.module_id, ""),
            one.face_value_cents - one.fee_cents,
            signs.get(one.redemption_id, []),
        )
        for one in found
    ]


def later_month_open(prepared: PreparedClaim, day: date) -> bool:
    """Whether what is left out can still be asked for in a later month, by the calendar of that day."""
    last = month_of(calendar_on(prepared.programme_id, day).claims_until)
    return next_month(prepared.month) <= last
