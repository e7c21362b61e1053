"""The attendance sheet on paper: to sign by hand before the session, or as it was signed on screen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from passnumerique.documents import papers, printing
from passnumerique.ground.dates import clock_time, day_of
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import ON_SHEET, Sheet, SheetLine, sheet_of
from passnumerique.training.rules import SignatureWay
from passnumerique.web.desk import Desk
from passnumerique.web.pages.register.papers import brand_of, party

BLANK_LINES = 4
"""Room on the sheet for people who come without a booking, when seats are left."""
_LETTERS = 6


def sheet_pdf(desk: Desk, session_id: UUID) -> bytes:
    """The sheet of one session as a PDF. Refuses what `sheet_of` refuses."""
    sheet = sheet_of(desk.actor, desk.programme_id, session_id)
    session, module = sheet.session, sheet.session.module
    lines = [line for line in sheet.lines if line.seat.status in ON_SHEET]
    return printing.attendance_sheet(
        papers.AttendanceSheet(
            brand=brand_of(desk),
            made_on=desk.today,
            title=title_of(session),
            theme=module.theme.name,
            module=module.name,
            day=day_of(session.starts_at),
            hours=f"{clock_time(session.starts_at)} – {clock_time(session.ends_at)}",
            place=party(session.place_id, desk),
            trainer=session.trainer,
            participants=tuple(_participant(line) for line in lines),
            blank_lines=0 if sheet.closing else _blank_lines(session, lines),
            reference=reference_of(session),
            plan=_plan_of(session),
            room=session.room,
            closed=_closed(sheet),
        )
    )


def reference_of(session: Any) -> str:
    """The number of a session on papers: its day, and six letters of its own."""
    return f"{day_of(session.starts_at):%y%m%d}-{session.id.hex[-_LETTERS:].upper()}"


def _plan_of(session: Any) -> str:
    """« 1.2, séance 3 »: where the session stands in the training plan."""
    place = f"{session.module.theme.number}.{session.module.number}"
    return f"{place}, séance {session.planned_session.number}" if session.planned_session else place


def _blank_lines(session: Any, lines: Sequence[SheetLine]) -> int:
    return max(0, min(BLANK_LINES + len(lines), session.seats) - len(lines)) or int(not lines)


def _participant(line: SheetLine) -> papers.Participant:
    return papers.Participant(
        name=line.seat.label,
        number=line.seat.voucher_number,
        taken=tuple(one.number for one in line.used),
        presence=papers.Presence(line.seat.status),
        signed=_on_screen(line.signature) if line.signature else None,
    )


def _on_screen(given: Any) -> papers.OnScreen:
    words = f"Présence attestée par {given.words}" if given.way == SignatureWay.ATTESTED else given.words
    return papers.OnScreen(clock_time(given.signed_at), _strokes(given), words)


def _strokes(given: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(line) for line in given.strokes)


def _closed(sheet: Sheet) -> papers.SheetClosed | None:
    closing = sheet.closing
    if closing is None:
        return None
    when = f"{day_of(closing.closed_at):%d/%m/%Y}, {clock_time(closing.closed_at)}"
    signed = papers.OnScreen(when, _strokes(closing), closing.trainer)
    return papers.SheetClosed(closing.trainer, closing.present, closing.passes, signed, closing.remark)
