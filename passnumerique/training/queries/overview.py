"""The sessions to come at a glance: how full they are, where people wait, where nobody comes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from passnumerique.directory.rules import Actor
from passnumerique.training.models import TrainingSession, Waiting
from passnumerique.training.queries.sessions import sessions
from passnumerique.training.rules import STILL_WAITING, Filling, SessionState

_OPEN = sorted(state.value for state in STILL_WAITING)


@dataclass(frozen=True)
class SeatsAhead:
    """Planned sessions that have not begun, their seats, those taken, how many passes wait or are offered a
    seat, and how many sessions nobody booked."""

    sessions: int
    seats: int
    taken: int
    waiting: int
    empty: int

    @property
    def free(self) -> int:
        """Seats that nobody has and nobody is offered."""
        return self.seats - self.taken


def seats_ahead(actor: Actor, programme_id: UUID, at: datetime) -> SeatsAhead:
    """The figures above a list of sessions, within what the actor may see: two statements."""
    rows = sessions(actor, programme_id, state=SessionState.PLANNED).filter(starts_at__gt=at).order_by()
    told = rows.aggregate(
        many=Count("id"),
        seats=Sum("seats", default=0),
        taken=Sum("seats_taken", default=0),
        empty=Count("id", filter=Q(seats_taken=0)),
    )
    lines = Waiting.objects.filter(programme_id=programme_id, state__in=_OPEN, training_session__in=rows)
    return SeatsAhead(told["many"], told["seats"], told["taken"], lines.count(), told["empty"])


def sessions_ahead(programme_id: UUID, at: datetime, end: datetime) -> int:
    """How many planned sessions begin after an instant and before another, at every place. A count alone: whoever
    calls has checked that the reader may see the programme."""
    rows = TrainingSession.objects.filter(programme_id=programme_id, state=SessionState.PLANNED)
    return rows.filter(starts_at__gt=at, starts_at__lt=end).count()


def filled(rows: QuerySet[TrainingSession], filling: Filling | None) -> QuerySet[TrainingSession]:
    """Those of the sessions that are as full as that; all without one."""
    if filling is None:
        return rows
    if filling is Filling.CANCELLED:
        return rows.filter(state=SessionState.CANCELLED)
    rows = rows.filter(state=SessionState.PLANNED)
    if filling is Filling.WAITED:
        return rows.filter(Exists(Waiting.objects.filter(training_session=OuterRef("pk"), state__in=_OPEN)))
    return rows.filter(seats_taken=0) if filling is Filling.EMPTY else rows.filter(seats_taken__gte=F("seats"))
