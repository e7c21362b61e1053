"""Seats that are free again, written down with why: what the history of a pass tells."""

from collections.abc import Iterable
from datetime import datetime

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.ids import new_id
from passnumerique.training.models import Attendance, SeatFreed
from passnumerique.training.rules import WhyFreed


def note_freed(seats: Iterable[Attendance], why: WhyFreed, by: Actor | None, at: datetime) -> None:
    """Write down that these seats are free again, those that no pass had booked left out. `by` None is the
    installation itself. Inside the caller's transaction."""
    SeatFreed.objects.bulk_create(
        SeatFreed(
            id=new_id(at),
            programme_id=seat.programme_id,
            training_session_id=seat.training_session_id,
            attendance_id=seat.id,
            voucher_number=seat.voucher_number,
            why=why,
            at=at,
            by_role=by.role if by else Role.SYSTEM,
            by_organisation=by.organisation_id if by else None,
        )
        for seat in seats
        if seat.voucher_number
    )
