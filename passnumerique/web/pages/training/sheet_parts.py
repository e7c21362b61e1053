"""What the pages of one attendance sheet share: its lines as they are shown, the way back, what was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from passnumerique.documents.drawing import HIGH, WIDE, path
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.programmes.queries import terms_on
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import Sheet, SheetLine
from passnumerique.training.rules import AttendanceStatus, SessionState
from passnumerique.vouchers.rules import State
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk
from passnumerique.web.pages.training.parts import may_hold
from passnumerique.web.pages.training.words import name_of
from passnumerique.web.templatetags.house import badge_of, clock, state_words

FRAME = f"0 0 {WIDE} {HIGH}"
"""The frame of a drawn signature, as an SVG reads it."""


@dataclass(frozen=True)
class Told:
    """What the person at the table reads on top: done or not, of whom, and what follows."""

    good: bool
    title: str
    sentences: Sequence[str] = field(default=())
    seat_id: UUID | None = None


@dataclass(frozen=True)
class Choice:
    """One button of a person's line."""

    value: str
    label: str
    icon: str
    pressed: bool


@dataclass(frozen=True)
class Row:
    """One person as the page shows them. `drawing` is the signature as the path of an SVG."""

    seat: Any
    name: str
    badge: SafeString
    choices: Sequence[Choice]
    awaited: int | None
    asks: bool
    used: str
    can_undo: bool
    signed: str
    drawing: str
    may_sign: bool
    scan: UUID


_CHOICES = (
    (AttendanceStatus.PRESENT, "check"),
    (AttendanceStatus.EXCUSED, "mail"),
    (AttendanceStatus.NO_SHOW, "cross"),
)


def may_note(desk: Desk, session: Any) -> bool:
    """Whether this reader notes who was there, now: from the day on, unless it was cancelled."""
    return may_hold(desk) and session.state == SessionState.PLANNED and day_of(session.starts_at) <= desk.today


def sheet_crumbs(desk: Desk, session: Any, *labels: str) -> list[Crumb]:
    """The path to a page of the sheet."""
    here = Crumb(_("Feuille d’émargement"), desk.url("sheet", session.id) if labels else "")
    first = [Crumb(_("Ateliers"), desk.url("sessions")), Crumb(title_of(session), desk.url("session", session.id))]
    return [*first, here, *(Crumb(label) for label in labels)]


def undo_delay(desk: Desk) -> timedelta:
    """How long a use can be undone, by the terms of the day."""
    return timedelta(hours=terms_on(desk.programme_id, desk.today).undo_delay_hours)


def rows_of(desk: Desk, sheet: Sheet, *, notes: bool, takes: bool) -> list[Row]:
    """The lines of a sheet; with buttons when the reader `notes`, with a field for the pass when they take it."""
    delay = undo_delay(desk)
    return [_row(desk, line, delay, notes=notes, takes=takes) for line in sheet.lines]


def _row(desk: Desk, line: SheetLine, delay: timedelta, *, notes: bool, takes: bool) -> Row:
    seat, status = line.seat, AttendanceStatus(line.seat.status)
    fixed = status is AttendanceStatus.CANCELLED
    undoable = [one.state == State.REDEEMED and desk.at <= one.recorded_at + delay for one in line.used]
    return Row(
        seat=seat,
        name=name_of(seat),
        badge=badge_of("attendance", status),
        choices=[_choice(one, icon, status) for one, icon in _CHOICES] if notes and not fixed else (),
        awaited=seat.voucher_number if line.awaits_pass else None,
        asks=takes and line.awaits_pass and not fixed,
        used=_used(line),
        can_undo=takes and bool(undoable) and all(undoable),
        signed=signed_words(line.signature) if line.signature else "",
        drawing=path(line.signature.strokes) if line.signature else "",
        may_sign=notes and line.signature is None and status in {AttendanceStatus.PRESENT, AttendanceStatus.EXPECTED},
        scan=new_id(desk.at),
    )


def _choice(status: AttendanceStatus, icon: str, now: AttendanceStatus) -> Choice:
    return Choice(status, state_words(status, "attendance"), icon, status is now)


def _used(line: SheetLine) -> str:
    if not line.used:
        return ""
    numbers = ", ".join(str(one.number) for one in line.used)
    return _("n° %(numbers)s pris à %(hour)s") % {"numbers": numbers, "hour": clock(line.used[0].redeemed_at)}


def signed_words(signature: Any) -> str:
    """« signé à l’écran à 14 h 05 », « signé au clavier\u202f: Ben A. »…"""
    told = {
        "drawn": _("signé à l’écran à %(hour)s"),
        "typed": _("signé au clavier à %(hour)s\u202f: %(words)s"),
        "attested": _("présence attestée par %(words)s à %(hour)s"),
    }[signature.way]
    return told % {"hour": clock(signature.signed_at), "words": signature.words}


def evidence_shown(one: Any) -> dict[str, Any]:
    """A scanned sheet as a page names it, with its SHA-256 in letters."""
    digest = bytes(one.content_hash).hex()
    return {"id": one.id, "name": one.name, "size": one.size, "at": one.at, "digest": digest}
