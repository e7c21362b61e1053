"""The audit of training: seats against attendances and offers, redemptions against the sessions they name."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.words import N_
from passnumerique.training.models import Attendance, TrainingSession, Waiting
from passnumerique.training.rules import SEATED, AttendanceStatus, WaitingState
from passnumerique.vouchers.models import Redemption

SEATS = Check("seats", N_("Les places prises d’un atelier ne sont pas celles de sa liste."))
WORKSHOP = Check("workshop", N_("Une utilisation ne correspond pas à l’atelier qu’elle nomme."))
PRESENCE = Check("presence", N_("Une personne dont un pass a été utilisé n’est pas notée présente."))


def training_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every session and attendance that disagrees with the seats and the redemptions."""
    sessions = _sessions(programme_id)
    for session in sessions.values():
        seats = {"seats_taken": session.seats_taken}
        seated = {"seats_taken": session.seated}  # type: ignore[attr-defined]
        yield from unlike(SEATS, TrainingSession._meta.db_table, session.id, seats, seated)
    rows = Redemption.objects.filter(programme_id=programme_id).select_related("voucher").order_by("id")
    for row in rows:
        at = sessions.get(row.training_session_id)
        stored = {"place_id": row.place_id, "module_id": row.module_id}
        held = {"place_id": at.place_id, "module_id": at.module_id} if at else None
        yield from unlike(WORKSHOP, Redemption._meta.db_table, row.id, stored, held, row.voucher.number)
    yield from _presences(programme_id)


def _sessions(programme_id: UUID) -> dict[UUID, TrainingSession]:
    """Every session with the seats that are taken there: by people, and by offers that hold one."""
    rows = {row.id: row for row in TrainingSession.objects.filter(programme_id=programme_id).order_by("id")}
    seats = Attendance.objects.filter(programme_id=programme_id, status__in=[status.value for status in SEATED])
    offers = Waiting.objects.filter(programme_id=programme_id, state=WaitingState.OFFERED)
    taken: Counter[UUID] = Counter()
    for held in (seats, offers):
        counted = held.order_by().values("training_session_id").annotate(many=Count("id"))
        taken.update(dict(counted.values_list("training_session_id", "many")))
    for row in rows.values():
        row.seated = taken[row.id]  # type: ignore[attr-defined]
    return rows


def _presences(programme_id: UUID) -> Iterator[Difference]:
    """Seats whose bearer used a pass at the session: present, at that very session."""
    live = Redemption.objects.filter(programme_id=programme_id, reversals__isnull=True).order_by()
    held = {
        participant: (session, number)
        for participant, session, number in live.values_list("participant_id", "training_session_id", "voucher__number")
        if participant
    }
    for seat in Attendance.objects.filter(programme_id=programme_id).order_by("id"):
        if seat.id in held:
            session_id, number = held[seat.id]
            stored = {"training_session_id": seat.training_session_id, "status": seat.status}
            made = {"training_session_id": session_id, "status": AttendanceStatus.PRESENT}
            yield from unlike(PRESENCE, Attendance._meta.db_table, seat.id, stored, made, number)
