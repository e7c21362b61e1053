"""The attendance sheet on screen, on a tablet at the table: one touch for each person, the pass of the seat
taken in the same act, people who come added on top; and the sheet on paper."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import (
    Marked,
    Noted,
    WalkIn,
    add_walk_ins,
    take_attendance,
    undo_redemption,
    workshop_of,
)
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import access_sheet, sheet_of
from passnumerique.training.rules import MARKED_BY_HAND, AttendanceStatus, SessionState
from passnumerique.vouchers.operations import Scan
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.pages.training.parts import bare_code, codes_are_ours
from passnumerique.web.pages.training.sheet_paper import sheet_pdf
from passnumerique.web.pages.training.sheet_parts import FRAME, Told, evidence_shown, may_note, rows_of, sheet_crumbs
from passnumerique.web.pages.training.words import name_of, when_of

ASKED_BY_SCRIPT = "X-Sheet"
"""The header by which the page's own script asks for what changed alone."""
_REFUSED = 409
_ID = 7


@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
@desk_page()
def sheet(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The sheet of one session; what is sent to it notes one person, or somebody who comes.

    For the session's place and who manages training; the same page, without any button, for who controls
    claims. Refuses structures and funders.
    """
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    told = _done(_act_of(request, session)) if request.method == "POST" else None
    page = sheet_page(request, session_id, told)
    page["Permissions-Policy"] = "camera=(self)"
    page["Cache-Control"] = "no-store"
    return page


def sheet_page(request: DeskRequest, session_id: UUID, told: Told | None = None) -> HttpResponse:
    """The page, with what was just done, or refused, on top."""
    desk = request.desk
    found = sheet_of(desk.actor, desk.programme_id, session_id)
    session = found.session
    notes = may_note(desk, session) and found.closing is None
    takes = notes and desk.may(Permission.REDEEM)
    price = workshop_of(session).passes_per_person
    ours = codes_are_ours(desk.programme_id)
    context = {
        "desk": desk,
        "breadcrumbs": sheet_crumbs(desk, session),
        "session": session,
        "title": title_of(session),
        "when": when_of(session),
        "place": organisations_named([session.place_id]).get(session.place_id, ""),
        "sheet": found,
        "rows": rows_of(desk, found, notes=notes, takes=takes),
        "told": told,
        "notes": notes,
        "takes": takes,
        "signs": notes and desk.may(Permission.SCHEDULE_TRAINING),
        "attaches": may_note(desk, session),
        "evidence": [evidence_shown(one) for one in found.evidence],
        "codes": [_code(rank, price) for rank in range(1, price + 1)] if takes else [],
        "ours": ours,
        "newcomer": new_id(desk.at),
        "alone": new_id(desk.at),
        "waits": _waits(desk, session),
        "frame": FRAME,
    }
    name = "sheet_answer" if ASKED_BY_SCRIPT in request.headers else "sheet"
    return render(request, f"web/training/{name}.html", context, status=_REFUSED if told and not told.good else 200)


def _code(rank: int, price: int) -> dict[str, Any]:
    label = _("Carte scannée, quatre dernières lettres ou code entier")
    counted = _("Pass %(rank)s sur %(price)s") % {"rank": rank, "price": price}
    return {"name": f"code_{rank}", "label": label if price == 1 else f"{counted} – {label}"}


def _waits(desk: Desk, session: Any) -> str:
    """Why nothing can be noted here now, or nothing."""
    if session.state == SessionState.CANCELLED:
        return _("Cet atelier est annulé\u202f: sa feuille reste vide.")
    if day_of(session.starts_at) > desk.today:
        return _("Les présences se notent le jour de l’atelier. Imprimez la feuille si vous la ferez signer à la main.")
    return ""


def _done(act: Callable[[], Told]) -> Told:
    """What an act tells; a refusal of the whole session is told too."""
    try:
        return act()
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return Told(False, _("Rien n’a été noté"), [refusal.say()])


def _act_of(request: DeskRequest, session: Any) -> Callable[[], Told]:
    if "seat" in request.POST:
        return lambda: _note_one(request, session)
    if "alone" in request.POST:
        return lambda: _seat_alone(request, session)
    return lambda: _seat_with_pass(request, session)


def posted_id(request: DeskRequest, name: str) -> UUID:
    """An id that a page made before sending. Refuses (NotFound) what no page sends."""
    try:
        found = UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotFound from None
    if found.version != _ID:
        raise NotFound
    return found


def _note_one(request: DeskRequest, session: Any) -> Told:
    """One person of the list: a status, and the pass of the seat when its letters or code were given."""
    desk, seat_id = request.desk, posted_id(request, "seat")
    proof = bare_code(request.POST.get("proof", ""))
    passes = (Scan(posted_id(request, "scan"), proof),) if proof else ()
    line = Marked(seat_id, _status(request.POST.get("status", "")), passes)
    [noted] = take_attendance(
        programme_id=desk.programme_id, session_id=session.id, present=[line], by=desk.actor, at=desk.at
    )
    return _told(desk, session, noted)


def _status(name: str) -> AttendanceStatus:
    """Refuses (NotFound) a name that no button bears."""
    if name not in MARKED_BY_HAND:
        raise NotFound
    return AttendanceStatus(name)


def _seat_alone(request: DeskRequest, session: Any) -> Told:
    walk_in = WalkIn(posted_id(request, "alone"), label=request.POST.get("label", ""))
    return _seat(request, session, walk_in)


def _seat_with_pass(request: DeskRequest, session: Any) -> Told:
    """Somebody who shows a card: of the list, or new here."""
    price = workshop_of(session).passes_per_person
    codes = [bare_code(request.POST.get(f"code_{rank}", "")) for rank in range(1, price + 1)]
    if not all(codes):
        return Told(False, _("Rien n’a été noté"), [_("Scannez la carte, ou tapez son code.")])
    newcomer = posted_id(request, "newcomer")
    scans = tuple(Scan(UUID(int=newcomer.int + rank), code) for rank, code in enumerate(codes, start=1))
    return _seat(request, session, WalkIn(newcomer, scans))


def _seat(request: DeskRequest, session: Any, walk_in: WalkIn) -> Told:
    desk = request.desk
    [noted] = add_walk_ins(
        programme_id=desk.programme_id, session_id=session.id, walk_ins=[walk_in], by=desk.actor, at=desk.at
    )
    return _told(desk, session, noted)


def _told(desk: Desk, session: Any, noted: Noted) -> Told:
    lines = sheet_of(desk.actor, desk.programme_id, session.id).lines
    seat = next((line.seat for line in lines if line.seat.id == noted.attendance_id), None)
    who = name_of(seat) if seat else _("Cette personne")
    if noted.refusal:
        return Told(False, _("%(who)s\u202f: rien n’a été noté") % {"who": who}, [noted.refusal.say()])
    title = f"{who}\u202f: {_SAID[AttendanceStatus(seat.status)]()}" if seat else who
    return Told(True, title, _said_of_passes(noted), noted.attendance_id)


_SAID: dict[AttendanceStatus, Callable[[], str]] = {
    AttendanceStatus.PRESENT: lambda: _("présence notée"),
    AttendanceStatus.EXCUSED: lambda: _("excuse notée, la place est rendue"),
    AttendanceStatus.NO_SHOW: lambda: _("absence notée, aucun pass n’est pris"),
    AttendanceStatus.EXPECTED: lambda: _("de nouveau attendu"),
}


def _said_of_passes(noted: Noted) -> list[str]:
    if not noted.numbers:
        return []
    numbers = ", ".join(str(number) for number in noted.numbers)
    said = ngettext("Le pass n° %(numbers)s est pris.", "Les pass n° %(numbers)s sont pris.", len(noted.numbers))
    again = [_("Il était déjà enregistré\u202f: rien n’a été compté deux fois.")] if noted.replayed else []
    return [said % {"numbers": numbers}, *again]


@require_POST
@desk_page(Permission.REDEEM)
def give_back(request: DeskRequest, session_id: UUID, seat_id: UUID) -> HttpResponse:
    """The passes of one person given back within the delay, the person expected again."""
    desk = request.desk
    found = sheet_of(desk.actor, desk.programme_id, session_id)
    line = next((line for line in found.lines if line.seat.id == seat_id), None)
    if line is None:
        raise NotFound

    def act() -> Told:
        for used in line.used:
            undo_redemption(
                programme_id=desk.programme_id,
                redemption_id=used.redemption_id,
                cause=_("Erreur corrigée sur la feuille"),
                by=desk.actor,
                at=desk.at,
            )
        said = _("Rendez la carte\u202f: le pass peut resservir. La personne est de nouveau attendue.")
        return Told(True, _("%(who)s\u202f: pass rendu") % {"who": name_of(line.seat)}, [said], seat_id)

    return sheet_page(request, session_id, _done(act))


@desk_page()
def attendance_sheet(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The attendance sheet as PDF, for the place, who manages and who controls claims. Refuses structures and
    funders."""
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    return pdf(sheet_pdf(desk, session_id), f"emargement-{day_of(session.starts_at).isoformat()}")
