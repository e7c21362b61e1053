"""What became of the seats of one pass: freed, offered, answered. What is booked stands in the pass's events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Role
from passnumerique.training.models import SeatFreed, Waiting
from passnumerique.training.rules import STILL_WAITING, WaitingState, WhyFreed


@dataclass(frozen=True)
class SeatTold:
    """One thing that happened to a seat of a pass: `what` says which, at a session. `by_role` None: nobody in
    particular, an offer is made and ends by itself."""

    at: datetime
    what: WhyFreed | WaitingState
    session_id: UUID
    by_role: Role | None = None
    by_organisation: UUID | None = None


def seat_story(programme_id: UUID, number: int) -> list[SeatTold]:
    """The seats of one pass that were freed, and the lists it waited on with what it was offered and answered,
    in no order. For a pass that the reader may already see."""
    freed = SeatFreed.objects.filter(programme_id=programme_id, voucher_number=number).order_by("at")
    lines = Waiting.objects.filter(programme_id=programme_id, voucher_number=number).order_by("created_at")
    told = [
        SeatTold(row.at, WhyFreed(row.why), row.training_session_id, Role(row.by_role), row.by_organisation)
        for row in freed
    ]
    return [*told, *(one for line in lines for one in _line(line))]


def _line(line: Waiting) -> Iterable[SeatTold]:
    session_id = line.training_session_id
    if line.offered_at is None or line.offered_at > line.created_at:
        yield SeatTold(line.created_at, WaitingState.WAITING, session_id, None, line.by_organisation)
    if line.offered_at is not None:
        yield SeatTold(line.offered_at, WaitingState.OFFERED, session_id)
    if line.answered_at is not None and line.state not in {*STILL_WAITING, WaitingState.SEATED}:
        yield SeatTold(line.answered_at, WaitingState(line.state), session_id)
