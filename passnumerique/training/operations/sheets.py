"""The attendance sheet: signed by each person, closed as a whole, reopened with a reason, scanned from paper."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.training.models import Attendance, SheetClosing, SheetEvidence, Signature, TrainingSession
from passnumerique.training.operations.holding import refuse_closed, take_seats
from passnumerique.training.queries.attending import sheet_of, signatures_of
from passnumerique.training.queries.sessions import access_held_session, seats_with_ids, slot_of
from passnumerique.training.rules import (
    AttendanceStatus,
    SignatureWay,
    check_begun,
    check_strokes,
    evidence_type,
)
from passnumerique.training.rules.refusals import (
    AlreadySigned,
    ReasonMissing,
    SessionIsCancelled,
    SheetNotAnswered,
    SheetNotClosed,
    SheetNotSigned,
    SignatureEmpty,
    SignerNotPresent,
)

LONGEST_NAME = 120
LONGEST_REMARK = 240


def who_is(seat: Attendance) -> str:
    """What somebody of the list is called in a sentence."""
    return seat.label or f"Participant {seat.rank}"


def hold_open(session: TrainingSession) -> None:
    """Hold a session until the caller's transaction ends, so that nobody closes its sheet meanwhile.

    Refuses a cancelled session, and a sheet already closed.
    """
    if not take_seats(session, 0):
        raise SessionIsCancelled
    refuse_closed(session)


def sign(
    *,
    programme_id: UUID,
    attendance_id: UUID,
    by: Actor,
    at: datetime,
    strokes: Sequence[Sequence[int]] = (),
    typed: str = "",
) -> UUID:
    """Keep the signature that a person drew, or typed on the keyboard instead; returns its id. Whoever signs
    while expected is present.

    On a device of the session's place. Refuses somebody excused or absent, a signature that says nothing or
    cannot be read, one that would replace another, and a closed sheet. The same one again changes nothing.
    """
    if typed.strip():
        return _sign(programme_id, attendance_id, SignatureWay.TYPED, [], typed.strip()[:LONGEST_NAME], by, at)
    return _sign(programme_id, attendance_id, SignatureWay.DRAWN, check_strokes(strokes), "", by, at)


def attest(*, programme_id: UUID, attendance_id: UUID, by: Actor, at: datetime) -> UUID:
    """Attest that somebody who cannot sign is present, in the name of who does it; refuses what `sign` does."""
    return _sign(programme_id, attendance_id, SignatureWay.ATTESTED, [], by.name[:LONGEST_NAME], by, at)


def _sign(
    programme_id: UUID,
    attendance_id: UUID,
    way: SignatureWay,
    strokes: list[list[int]],
    words: str,
    by: Actor,
    at: datetime,
) -> UUID:
    session = _session_of_seat(programme_id, attendance_id, by)
    check_begun(slot_of(session), day_of(at))
    with transaction.atomic():
        hold_open(session)
        seat = Attendance.objects.get(programme_id=programme_id, id=attendance_id)
        known = signatures_of(programme_id, [seat.id]).get(seat.id)
        if known:
            return _same(known, seat, way, strokes, words)
        _note_present(seat)
        return Signature.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            attendance=seat,
            way=way,
            strokes=strokes,
            words=words,
            signed_at=at,
            by_user=by.user_id,
        ).id


def _session_of_seat(programme_id: UUID, attendance_id: UUID, by: Actor) -> TrainingSession:
    require(by, Permission.SCHEDULE_TRAINING)
    seat = seats_with_ids([attendance_id]).get(attendance_id)
    if seat is None or seat.programme_id != programme_id:
        raise NotFound
    return access_held_session(by, programme_id, seat.training_session_id)


def _same(known: Signature, seat: Attendance, way: SignatureWay, strokes: list[list[int]], words: str) -> UUID:
    if (known.way, known.strokes, known.words) != (way, strokes, words):
        raise AlreadySigned(who=who_is(seat))
    return known.id


def _note_present(seat: Attendance) -> None:
    if seat.status not in {AttendanceStatus.EXPECTED, AttendanceStatus.PRESENT}:
        raise SignerNotPresent(who=who_is(seat))
    rows = Attendance.objects.filter(programme_id=seat.programme_id, id=seat.id, status=AttendanceStatus.EXPECTED)
    rows.update(status=AttendanceStatus.PRESENT)


def close_sheet(
    *,
    programme_id: UUID,
    session_id: UUID,
    trainer: str,
    by: Actor,
    at: datetime,
    strokes: Sequence[Sequence[int]] = (),
    typed: str = "",
    remark: str = "",
) -> UUID:
    """Sign the sheet as a whole, in the name of who held the session; nothing is noted on it afterwards until
    it is reopened. A use synced late or undone is recorded all the same, and the sheet says that it changed.

    For the session's place and its mediators. Refuses while somebody is still expected, while somebody
    present neither signed nor was attested and no paper sheet was attached, and a sheet already closed.
    """
    require(by, Permission.SCHEDULE_TRAINING)
    session = access_held_session(by, programme_id, session_id)
    check_begun(slot_of(session), day_of(at))
    lines = [] if typed.strip() else check_strokes(strokes)
    if not trainer.strip():
        raise SignatureEmpty
    with transaction.atomic():
        hold_open(session)
        sheet = sheet_of(by, programme_id, session_id)
        if sheet.expected:
            raise SheetNotAnswered(count=sheet.expected)
        if sheet.unsigned and not sheet.evidence:
            raise SheetNotSigned(count=sheet.unsigned)
        return SheetClosing.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            training_session=session,
            closed_at=at,
            trainer=trainer.strip()[:LONGEST_NAME],
            way=SignatureWay.DRAWN if lines else SignatureWay.TYPED,
            strokes=lines,
            present=sheet.present,
            passes=sheet.passes,
            remark=remark.strip()[:LONGEST_REMARK],
            by_user=by.user_id,
        ).id


def reopen_sheet(*, programme_id: UUID, session_id: UUID, cause: str, by: Actor, at: datetime) -> None:
    """Open a closed sheet again, with the reason; how it had been closed stays written.

    For the session's place, and who manages training. Refuses a sheet that is open, and no reason.
    """
    session = access_held_session(by, programme_id, session_id)
    if not cause.strip():
        raise ReasonMissing
    rows = SheetClosing.objects.filter(programme_id=programme_id, training_session=session, reopened_at__isnull=True)
    with transaction.atomic():
        take_seats(session, 0)
        if not rows.update(reopened_at=at, reopen_cause=cause.strip()[:LONGEST_REMARK], reopened_by=by.user_id):
            raise SheetNotClosed


def attach_sheet(*, programme_id: UUID, session_id: UUID, name: str, content: bytes, by: Actor, at: datetime) -> UUID:
    """Keep a scanned paper sheet as evidence, as it came, under its SHA-256; returns its id.

    For the session's place, and who manages training; also once the sheet is closed. Refuses what is not a
    PDF, a PNG or a JPEG by its first bytes, more than 10 MB, and a cancelled session. The same file again
    changes nothing.
    """
    session = access_held_session(by, programme_id, session_id)
    check_begun(slot_of(session), day_of(at))
    media_type, digest = evidence_type(content), hashlib.sha256(content).digest()
    with transaction.atomic():
        if not take_seats(session, 0):
            raise SessionIsCancelled
        rows = SheetEvidence.objects.filter(programme_id=programme_id, training_session=session)
        known = rows.filter(content_hash=digest).values_list("id", flat=True).first()
        if known:
            return known
        return SheetEvidence.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            training_session=session,
            name=_plain_name(name),
            media_type=media_type,
            size=len(content),
            content=content,
            content_hash=digest,
            at=at,
            by_user=by.user_id,
        ).id


def _plain_name(name: str) -> str:
    """The file's own name, without folders or signs that nobody sees."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in bare if sign.isprintable()).strip()[-LONGEST_NAME:] or "feuille"
