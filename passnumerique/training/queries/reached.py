"""Who is told by the installation itself, and who has to be called: never an address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.beneficiaries.queries.messages import contacts_left
from passnumerique.directory.rules import Actor, Role
from passnumerique.training.models import Attendance, SessionMove, TrainingSession
from passnumerique.training.queries.reminding import booked_at, last_moves, writes_to_people
from passnumerique.training.rules import AttendanceStatus, SessionState
from passnumerique.vouchers.queries.handing import recipients_of_numbers


def written_to(programme_id: UUID, numbers: Iterable[int], at: datetime) -> set[int]:
    """Which of these passes are of people who are written to: they left a contact, and messages are open here."""
    if not writes_to_people(programme_id, at):
        return set()
    recipients = recipients_of_numbers(programme_id, numbers)
    reached = contacts_left(programme_id, set(recipients.values()))
    return {number for number, recipient in recipients.items() if recipient in reached}


def seated_since(programme_id: UUID, numbers: Iterable[int], since: datetime) -> set[int]:
    """Which of these passes booked a seat at a planned session from that instant on, and still have it."""
    rows = Attendance.objects.filter(
        programme_id=programme_id,
        voucher_number__in=list(numbers),
        status__in=[AttendanceStatus.EXPECTED.value, AttendanceStatus.PRESENT.value],
        training_session__state=SessionState.PLANNED,
    )
    return {row.voucher_number or 0 for row in rows.order_by() if booked_at(row) >= since}


@dataclass(frozen=True)
class MovedPeople:
    """A session that was moved, how it was, and the people of its list who have to be called about it."""

    move: SessionMove
    to_call: list[Attendance]


def people_of_moved(actor: Actor, session: TrainingSession, at: datetime) -> MovedPeople | None:
    """The last move of a session to come, and who booked before it and is not written to: for its place, who
    manages training, and a structure the people whom it booked. None without a move, or once it has begun."""
    move = last_moves(session.programme_id, at).filter(training_session=session).last()
    if move is None or session.starts_at <= at:
        return None
    rows = Attendance.objects.filter(
        programme_id=session.programme_id, training_session=session, status=AttendanceStatus.EXPECTED
    )
    if actor.role is Role.PRESCRIBER:
        rows = rows.filter(by_organisation=actor.organisation_id)
    seats = [seat for seat in rows.order_by("rank", "id") if booked_at(seat) <= move.at]
    reached = written_to(session.programme_id, [seat.voucher_number for seat in seats if seat.voucher_number], at)
    return MovedPeople(move, [seat for seat in seats if seat.voucher_number not in reached])
