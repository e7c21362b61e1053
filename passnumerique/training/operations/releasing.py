"""Seats whose pass left for good: they follow the pass that took its place, or are free again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from passnumerique.ground.db import retried
from passnumerique.ledger.queries import books_closed_on
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations.freeing import note_freed
from passnumerique.training.operations.holding import take_seats
from passnumerique.training.operations.waiting import offer_free_seats
from passnumerique.training.queries.waiting import seats_of_gone_passes
from passnumerique.training.rules import AttendanceStatus, WhyFreed


def release_seats(*, programme_id: UUID, at: datetime) -> int:
    """A seat to come booked with a pass that was replaced goes to the pass in its place; with one that was
    cancelled it is given back, and offered to whoever waits next. Returns how many changed.

    For the installation itself; done again it changes nothing. A lost pass keeps its seat: it may be found.
    """
    if books_closed_on(programme_id):
        return 0
    gone, instead = seats_of_gone_passes(programme_id, at)
    return sum(retried(partial(_release, session, rows, instead, at)) for session, rows in gone)


def _release(session: TrainingSession, rows: Sequence[Attendance], instead: Mapping[int, int], at: datetime) -> int:
    changed = freed = 0
    with transaction.atomic():
        if not take_seats(session, 0):
            return 0
        for row in rows:
            seats = Attendance.objects.filter(
                programme_id=session.programme_id,
                id=row.id,
                status=AttendanceStatus.EXPECTED,
                voucher_number=row.voucher_number,
            )
            number = instead.get(row.voucher_number or 0)
            if number and not _has_line(session, number):
                changed += seats.update(voucher_number=number)
            else:
                gone = seats.update(status=AttendanceStatus.EXCUSED)
                note_freed([row][:gone], WhyFreed.REPLACED, None, at)
                freed += gone
        if freed:
            take_seats(session, -freed)
            offer_free_seats(session, at)
    return changed + freed


def _has_line(session: TrainingSession, number: int) -> bool:
    rows = Attendance.objects.filter(programme_id=session.programme_id, training_session=session)
    return rows.filter(voucher_number=number).exists()
