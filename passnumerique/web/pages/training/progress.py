"""What a session changed, asked of everybody present on one page: what they do alone before and after, and
whether the place had seen them before."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passnumerique.beneficiaries.rules import AUTONOMY_WORDS, Autonomy
from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.words import say
from passnumerique.training.operations import Marked, take_attendance
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import sheet_of
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.pages.training.sheet_parts import may_note, sheet_crumbs
from passnumerique.web.pages.training.words import name_of, when_of

_REFUSED = 409
_NEW = {"yes": True, "no": False}


@desk_page(Permission.SCHEDULE_TRAINING)
def progress(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The form for all who are present, every question free to be left out; for the session's place."""
    desk = request.desk
    sheet = sheet_of(desk.actor, desk.programme_id, session_id)
    if not may_note(desk, sheet.session):
        raise NotAllowed
    people = [line.seat for line in sheet.lines if line.present]
    refusal = ""
    if request.method == "POST":
        try:
            _note(request, session_id, people)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            messages.success(request, _("Le bilan est enregistré."))
            return redirect(desk.url("sheet", session_id))
    context = {
        "desk": desk,
        "breadcrumbs": sheet_crumbs(desk, sheet.session, _("Bilan")),
        "session": sheet.session,
        "title": title_of(sheet.session),
        "when": when_of(sheet.session),
        "closed": sheet.closing is not None,
        "people": [_person(seat) for seat in people],
        "refusal": refusal,
    }
    return render(request, "web/training/sheet_progress.html", context, status=_REFUSED if refusal else 200)


def _note(request: DeskRequest, session_id: UUID, people: list[Any]) -> None:
    desk = request.desk
    present = [_marked(request, seat) for seat in people]
    changed = [one for one in present if (one.autonomy_before, one.autonomy_after, one.new_here) != (None, None, None)]
    told = take_attendance(
        programme_id=desk.programme_id, session_id=session_id, present=changed, by=desk.actor, at=desk.at
    )
    for one in told:
        if one.refusal:
            raise one.refusal


def _marked(request: DeskRequest, seat: Any) -> Marked:
    return Marked(
        seat.id,
        autonomy_before=_level(request.POST.get(f"before-{seat.id}", "")),
        autonomy_after=_level(request.POST.get(f"after-{seat.id}", "")),
        new_here=_NEW.get(request.POST.get(f"new-{seat.id}", "")),
    )


def _level(name: str) -> Autonomy | None:
    return Autonomy(name) if name in set(Autonomy) else None


def _person(seat: Any) -> dict[str, Any]:
    new = {True: "yes", False: "no"}.get(seat.new_here, "")
    levels = [(level.value, say(AUTONOMY_WORDS[level])) for level in Autonomy]
    return {
        "name": name_of(seat),
        "id": seat.id,
        "questions": [
            _question(f"before-{seat.id}", _("En arrivant"), levels, seat.autonomy_before),
            _question(f"after-{seat.id}", _("En repartant"), levels, seat.autonomy_after),
            _question(f"new-{seat.id}", _("Nouveau dans ce lieu"), [("yes", _("oui")), ("no", _("non"))], new),
        ],
    }


def _question(name: str, label: str, choices: list[tuple[str, str]], chosen: str | None) -> dict[str, Any]:
    return {"name": name, "label": label, "choices": [(value, words, value == chosen) for value, words in choices]}
