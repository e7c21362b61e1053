"""The attendance sheet of a training session, for those who hold it and those who control it: who is
expected, who was present, which passes were used, who signed, and what was scanned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.directory.rules import Actor, Permission, may
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import access_programme
from passnumerique.training.models import Attendance, SheetClosing, SheetEvidence, Signature, TrainingSession
from passnumerique.training.queries.sessions import AT_ONE_PLACE
from passnumerique.training.rules import AttendanceStatus
from passnumerique.vouchers.models import Redemption

ON_SHEET = frozenset({AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW})
"""Who stands on the sheet that is printed: whoever said they would not come is left out."""


@dataclass(frozen=True)
class PassUsed:
    """A pass that stands used by one person at the session."""

    redemption_id: UUID
    number: int
    redeemed_at: datetime
    recorded_at: datetime
    state: str


@dataclass(frozen=True)
class SheetLine:
    """One person of the sheet."""

    seat: Attendance
    used: Sequence[PassUsed] = ()
    signature: Signature | None = None

    @property
    def present(self) -> bool:
        return self.seat.status == AttendanceStatus.PRESENT

    @property
    def awaits_pass(self) -> bool:
        """Whether a pass booked this seat and was not taken."""
        return bool(self.seat.voucher_number) and not self.used


@dataclass(frozen=True)
class Sheet:
    """A session with everybody on its list, in order of arrival."""

    session: TrainingSession
    lines: Sequence[SheetLine]
    closing: SheetClosing | None = None
    evidence: Sequence[SheetEvidence] = field(default=())

    @property
    def present(self) -> int:
        return sum(line.present for line in self.lines)

    @property
    def passes(self) -> int:
        return sum(len(line.used) for line in self.lines)

    @property
    def expected(self) -> int:
        return sum(line.seat.status == AttendanceStatus.EXPECTED for line in self.lines)

    @property
    def unsigned(self) -> int:
        """How many people are present without having signed on screen."""
        return sum(line.present and line.signature is None for line in self.lines)

    @property
    def changed_since(self) -> bool:
        """Whether the list is no longer what was signed: a pass came late, or a use was undone."""
        closed = self.closing
        return closed is not None and (closed.present, closed.passes) != (self.present, self.passes)


def sees_sheets(actor: Actor) -> bool:
    """Whether this role reads sheets at all: who holds sessions, who manages them, who controls claims."""
    return may(actor, Permission.SCHEDULE_TRAINING) or may(actor, Permission.READ_CLAIMS)


def access_sheet(actor: Actor, programme_id: UUID, session_id: UUID) -> TrainingSession:
    """A session whose sheet the actor may read: its own place's, or any for who controls claims.

    Refuses (NotAllowed) prescribers, funders and all who read no claims; (NotFound) another place's.
    """
    if not sees_sheets(actor):
        raise NotAllowed
    access_programme(actor, programme_id)
    rows = TrainingSession.objects.filter(programme_id=programme_id, id=session_id)
    if actor.role in AT_ONE_PLACE:
        rows = rows.filter(place_id=actor.organisation_id or NOBODY)
    session = rows.select_related("module__theme", "planned_session").first()
    if session is None:
        raise NotFound
    return session


def sheet_of(actor: Actor, programme_id: UUID, session_id: UUID) -> Sheet:
    """The whole sheet of a session that the actor may read: six statements for any number of people."""
    session = access_sheet(actor, programme_id, session_id)
    seats = list(Attendance.objects.filter(programme_id=programme_id, training_session=session).order_by("rank", "id"))
    used = passes_used_by(programme_id, session.id)
    signed = signatures_of(programme_id, [seat.id for seat in seats])
    lines = [SheetLine(seat, used.get(seat.id, ()), signed.get(seat.id)) for seat in seats]
    return Sheet(session, lines, closing_of(programme_id, session.id), list(evidence_of(programme_id, session.id)))


def passes_used_by(programme_id: UUID, session_id: UUID) -> dict[UUID, list[PassUsed]]:
    """The passes that stand used at a session, by participant."""
    rows = Redemption.objects.filter(programme_id=programme_id, training_session_id=session_id, reversals__isnull=True)
    found: dict[UUID, list[PassUsed]] = {}
    for row in rows.select_related("voucher").order_by("redeemed_at", "id"):
        one = PassUsed(row.id, row.voucher.number, row.redeemed_at, row.recorded_at, row.voucher.state)
        if row.participant_id:
            found.setdefault(row.participant_id, []).append(one)
    return found


def signatures_of(programme_id: UUID, attendance_ids: Iterable[UUID]) -> dict[UUID, Signature]:
    """Who of these signed, and how."""
    rows = Signature.objects.filter(programme_id=programme_id, attendance_id__in=list(attendance_ids))
    return {row.attendance_id: row for row in rows.order_by()}


def closing_of(programme_id: UUID, session_id: UUID) -> SheetClosing | None:
    """How the sheet was closed, unless it is open."""
    rows = SheetClosing.objects.filter(programme_id=programme_id, training_session_id=session_id)
    return rows.filter(reopened_at__isnull=True).first()


def closings_of(actor: Actor, programme_id: UUID, session_id: UUID) -> list[SheetClosing]:
    """Every time the sheet was closed, latest first, with why it was reopened."""
    session = access_sheet(actor, programme_id, session_id)
    return list(SheetClosing.objects.filter(programme_id=programme_id, training_session=session).order_by("-closed_at"))


def evidence_of(programme_id: UUID, session_id: UUID) -> QuerySet[SheetEvidence]:
    """The scanned sheets of a session, first come first, without their content."""
    rows = SheetEvidence.objects.filter(programme_id=programme_id, training_session_id=session_id)
    return rows.defer("content").order_by("at", "id")


def access_evidence(actor: Actor, programme_id: UUID, session_id: UUID, evidence_id: UUID) -> SheetEvidence:
    """One scanned sheet with its content. Refuses what `access_sheet` refuses of its session."""
    session = access_sheet(actor, programme_id, session_id)
    row = SheetEvidence.objects.filter(programme_id=programme_id, training_session=session, id=evidence_id).first()
    if row is None:
        raise NotFound
    return row


def seats_of(programme_id: UUID, session_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Attendance]:
    """These seats of a session, as they are now."""
    rows = Attendance.objects.filter(programme_id=programme_id, training_session_id=session_id, id__in=list(ids))
    return {row.id: row for row in rows.order_by()}


def seats_with_passes(programme_id: UUID, session_id: UUID) -> list[Attendance]:
    """The seats of a session that a pass booked or paid, in order of arrival."""
    rows = Attendance.objects.filter(programme_id=programme_id, training_session_id=session_id)
    return list(rows.filter(voucher_number__isnull=False).order_by("rank", "id"))
