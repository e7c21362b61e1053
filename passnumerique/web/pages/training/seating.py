"""Seats of a training session: taken for a person, and marked with what became of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import add_participant, mark_attendance
from passnumerique.training.queries import access_held_session, access_session, attendance_of, title_of
from passnumerique.training.rules import AttendanceStatus
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.forms import ParticipantForm
from passnumerique.web.pages.training.parts import codes_are_ours, crumbs, may_hold
from passnumerique.web.pages.training.session import field_name, session_page
from passnumerique.web.pages.training.words import when_of

ALL_PRESENT = "all_present"


@desk_page(Permission.READ_TRAINING)
def add(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """A seat for a person: by the place with or without a pass, by a structure with the code of a pass."""
    desk = request.desk
    if not may_hold(desk) and not desk.may(Permission.HAND_OVER):
        raise NotAllowed
    session = access_session(desk.actor, desk.programme_id, session_id)
    form = ParticipantForm(
        ours=codes_are_ours(desk.programme_id), needs_code=not may_hold(desk), data=sent(request)["data"]
    )

    def act(given: dict[str, Any]) -> None:
        add_participant(programme_id=desk.programme_id, session_id=session_id, by=desk.actor, at=desk.at, **given)

    if done(form, act, code_needed="code", unknown_code="code", wrong_check_letter="code"):
        messages.success(request, _("La place est réservée."))
        return redirect(desk.url("session", session_id))
    context = {
        "title": _("Inscrire une personne"),
        "submit": _("Réserver la place"),
        "cancel": desk.url("session", session_id),
        "lead": f"{title_of(session)} – {when_of(session)}",
        "breadcrumbs": crumbs(desk, session, _("Inscrire")),
    }
    return form_page(request, form, context)


@require_POST
@desk_page(Permission.READ_TRAINING)
def mark(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """What became of the seats, all or none; only what changes is written. « Tous présents » marks
    everybody who is still expected."""
    desk = request.desk
    session = access_held_session(desk.actor, desk.programme_id, session_id)
    seats = list(attendance_of(desk.actor, session))
    typed = {seat.id: request.POST.get(field_name(seat.id), seat.status) for seat in seats}
    if ALL_PRESENT in request.POST:
        expected = AttendanceStatus.EXPECTED
        typed = {one: AttendanceStatus.PRESENT if typed[one] == expected else typed[one] for one in typed}
    changed = {seat.id: _status(typed[seat.id]) for seat in seats if typed[seat.id] != seat.status}
    try:
        mark_attendance(
            programme_id=desk.programme_id, session_id=session_id, statuses=changed, by=desk.actor, at=desk.at
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return session_page(request, session_id, refusal.say(), typed)
    messages.success(request, _saved(len(changed), over=day_of(session.starts_at) <= desk.today))
    return redirect(desk.url("session", session_id))


def _status(name: str) -> AttendanceStatus:
    """Refuses (NotFound) a name that is no status: no page sends one."""
    if name not in set(AttendanceStatus):
        raise NotFound
    return AttendanceStatus(name)


def _saved(changed: int, *, over: bool) -> str:
    if not changed:
        return _("Rien n’a changé.")
    if over:
        return _("Les présences sont enregistrées. Imprimez la feuille d’émargement si elle n’est pas signée.")
    return _("Les inscriptions sont à jour.")
