"""The seats of a session, taken and given back: one conditional UPDATE decides, and holds the row."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import F

from passnumerique.ground.dates import day_of
from passnumerique.ledger.queries import require_open_books
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.attending import closing_of
from passnumerique.training.rules import SessionState
from passnumerique.training.rules.refusals import SessionHasPasses, SheetIsClosed
from passnumerique.vouchers.queries.stock import redeemed_by_session


def take_seats(session: TrainingSession, many: int, arriving: int = 0) -> bool:
    """Take seats of a session (give back when `many` is negative), inside the caller's transaction;
    `arriving` is how many people come on its list with it.

    One conditional UPDATE decides; it also holds the row, so that a cancellation waits. False: the
    session is cancelled or has not that many seats left. Refuses closed books.
    """
    require_open_books(session.programme_id)
    rows = TrainingSession.objects.filter(
        programme_id=session.programme_id,
        id=session.id,
        state=SessionState.PLANNED,
        seats_taken__lte=F("seats") - many,
    )
    return bool(rows.update(seats_taken=F("seats_taken") + many, arrivals=F("arrivals") + arriving))


def hold_sessions(programme_id: UUID, session_ids: Iterable[UUID]) -> None:
    """Hold the rows of these sessions until the caller's transaction ends, taken in the order of their ids
    like everywhere: two acts that need the same sessions wait for each other, never in a circle. SQLite
    holds its write lock already. Refuses closed books."""
    require_open_books(programme_id)
    ids = set(session_ids)
    if ids and connection.features.has_select_for_update:
        rows = TrainingSession.objects.filter(programme_id=programme_id, id__in=ids).order_by("id")
        list(rows.select_for_update().values_list("id"))


def refuse_used(session: TrainingSession) -> None:
    """Called once the session's row is held, so that no redemption can slip in behind it."""
    used = redeemed_by_session(session.programme_id, [session.id]).get(session.id, 0)
    if used:
        raise SessionHasPasses(count=used)


def refuse_closed(session: TrainingSession) -> None:
    """Called once the session's row is held: what its sheet says was signed, and stays until it is reopened."""
    closing = closing_of(session.programme_id, session.id)
    if closing:
        raise SheetIsClosed(day=day_of(closing.closed_at))
