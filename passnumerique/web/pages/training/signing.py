"""Signing on screen: the tablet goes round and each person touches their name and signs; then whoever held the
session signs the sheet as a whole."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import attest, close_sheet, reopen_sheet, sign
from passnumerique.training.queries import title_of
from passnumerique.training.queries.attending import Sheet, SheetLine, access_sheet, sheet_of
from passnumerique.training.rules import AttendanceStatus
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, form_page, sent
from passnumerique.web.pages.training.sheet_parts import may_note, sheet_crumbs
from passnumerique.web.pages.training.words import name_of, when_of

_REFUSED = 409
_MOST_LETTERS = 120_000
"""Letters of a drawn signature as it is sent."""


def strokes_of(sent_text: str) -> Any:
    """The lines of a signature as a page sends them; nothing for nothing, and for what cannot be read the text
    itself, which the rules refuse."""
    if not sent_text.strip():
        return []
    try:
        return json.loads(sent_text) if len(sent_text) <= _MOST_LETTERS else sent_text
    except ValueError:
        return sent_text


def _open_sheet(desk: Desk, session_id: UUID) -> Sheet:
    """The sheet of a session that may be signed now. Refuses (NotAllowed) other desks and other days."""
    sheet = sheet_of(desk.actor, desk.programme_id, session_id)
    if not may_note(desk, sheet.session) or not desk.may(Permission.SCHEDULE_TRAINING):
        raise NotAllowed
    return sheet


def _to_sign(sheet: Sheet) -> list[SheetLine]:
    there = {AttendanceStatus.PRESENT, AttendanceStatus.EXPECTED}
    return [line for line in sheet.lines if line.signature is None and line.seat.status in there]


@desk_page(Permission.SCHEDULE_TRAINING)
def sign_list(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """The names of those who have not signed, to touch one's own; nothing else of anybody."""
    desk = request.desk
    sheet = _open_sheet(desk, session_id)
    left = [] if sheet.closing else _to_sign(sheet)
    context = {
        "desk": desk,
        "session": sheet.session,
        "title": title_of(sheet.session),
        "when": when_of(sheet.session),
        "people": [{"name": name_of(line.seat), "id": line.seat.id} for line in left],
        "signed": sum(line.signature is not None for line in sheet.lines),
    }
    return render(request, "web/training/sign_list.html", context)


@desk_page(Permission.SCHEDULE_TRAINING)
def sign_one(request: DeskRequest, session_id: UUID, seat_id: UUID) -> HttpResponse:
    """One person signs, with a finger, a stylus, the mouse or the keyboard, or the trainer attests."""
    desk = request.desk
    sheet = _open_sheet(desk, session_id)
    line = next((line for line in sheet.lines if line.seat.id == seat_id), None)
    if line is None:
        raise NotFound
    refusal = ""
    if request.method == "POST":
        try:
            _sign(request, seat_id)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            return _signed(request, session_id, name_of(line.seat))
    context = {
        "desk": desk,
        "session": sheet.session,
        "title": title_of(sheet.session),
        "when": when_of(sheet.session),
        "place": organisations_named([sheet.session.place_id]).get(sheet.session.place_id, ""),
        "name": name_of(line.seat),
        "trainer": sheet.session.trainer or desk.actor.name,
        "me": desk.actor.name,
        "refusal": refusal,
        "typed": request.POST.get("typed", ""),
    }
    return render(request, "web/training/sign.html", context, status=_REFUSED if refusal else 200)


def _sign(request: DeskRequest, seat_id: UUID) -> None:
    desk = request.desk
    given = {"programme_id": desk.programme_id, "attendance_id": seat_id, "by": desk.actor, "at": desk.at}
    if "attest" in request.POST:
        attest(**given)  # type: ignore[arg-type]
        return
    sign(strokes=strokes_of(request.POST.get("strokes", "")), typed=_typed(request), **given)  # type: ignore[arg-type]


def _typed(request: DeskRequest) -> str:
    """What was typed, where nothing was drawn: a drawing says more."""
    return "" if request.POST.get("strokes", "").strip("[] ") else request.POST.get("typed", "")


def _signed(request: DeskRequest, session_id: UUID, name: str) -> HttpResponse:
    desk = request.desk
    left = _to_sign(sheet_of(desk.actor, desk.programme_id, session_id))
    if left:
        messages.success(request, _("Merci, %(name)s. Passez la tablette à la personne suivante.") % {"name": name})
        return redirect(desk.url("sheet_sign_list", session_id))
    messages.success(request, _("Merci, %(name)s. Tout le monde a signé.") % {"name": name})
    return redirect(desk.url("sheet", session_id))


class ClosingForm(forms.Form):
    """Who signs the whole sheet, and what there is to say of the session."""

    trainer = forms.CharField(label=gettext_lazy("Votre nom"), max_length=120)
    remark = forms.CharField(
        label=gettext_lazy("Remarque"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Par exemple\u202f: une signature sur la mauvaise ligne, un incident."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@desk_page(Permission.SCHEDULE_TRAINING)
def close(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Whoever held the session signs the sheet as a whole; what is still missing is told first."""
    desk = request.desk
    sheet = _open_sheet(desk, session_id)
    if sheet.closing:
        return redirect(desk.url("sheet", session_id))
    given = sent(request)["data"]
    form = ClosingForm(given, initial={"trainer": sheet.session.trainer or desk.actor.name})
    if done(form, lambda cleaned: _close(request, session_id, cleaned)):
        messages.success(request, _("La feuille est signée et close. Joignez-la à votre demande de remboursement."))
        return redirect(desk.url("sheet", session_id))
    context = {
        "desk": desk,
        "breadcrumbs": sheet_crumbs(desk, sheet.session, _("Clore la feuille")),
        "session": sheet.session,
        "title": title_of(sheet.session),
        "when": when_of(sheet.session),
        "sheet": sheet,
        "missing": _missing(sheet),
        "form": form,
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/training/sheet_close.html", context, status=status)


def _missing(sheet: Sheet) -> list[str]:
    """What keeps the sheet from being closed, each with its count."""
    unsigned = 0 if sheet.evidence else sheet.unsigned
    told = (
        (
            sheet.expected,
            ngettext(
                "%(count)s personne est encore attendue\u202f: notez-la présente, excusée ou absente.",
                "%(count)s personnes sont encore attendues\u202f: notez-les présentes, excusées ou absentes.",
                sheet.expected,
            ),
        ),
        (
            unsigned,
            ngettext(
                "%(count)s personne présente n’a pas signé\u202f: faites-la signer, attestez sa présence, "
                "ou joignez la feuille signée sur papier.",
                "%(count)s personnes présentes n’ont pas signé\u202f: faites-les signer, attestez leur présence, "
                "ou joignez la feuille signée sur papier.",
                unsigned,
            ),
        ),
    )
    return [said % {"count": count} for count, said in told if count]


def _close(request: DeskRequest, session_id: UUID, given: dict[str, Any]) -> None:
    desk = request.desk
    close_sheet(
        programme_id=desk.programme_id,
        session_id=session_id,
        trainer=given["trainer"],
        remark=given["remark"],
        strokes=strokes_of(request.POST.get("strokes", "")),
        typed=_typed(request),
        by=desk.actor,
        at=desk.at,
    )


class ReopeningForm(forms.Form):
    """Why a closed sheet is opened again."""

    cause = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Par exemple\u202f: une personne oubliée. Il est gardé avec la feuille."),
    )


@desk_page()
def reopen(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """A closed sheet opened again with a reason, for the place of the session and who manages training."""
    desk = request.desk
    session = access_sheet(desk.actor, desk.programme_id, session_id)
    if not may_note(desk, session):
        raise NotAllowed
    form = ReopeningForm(sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        reopen_sheet(
            programme_id=desk.programme_id, session_id=session_id, cause=given["cause"], by=desk.actor, at=desk.at
        )

    if done(form, act, reason_missing="cause"):
        messages.success(request, _("La feuille est rouverte. Corrigez-la, puis signez-la de nouveau."))
        return redirect(desk.url("sheet", session_id))
    context = {
        "title": _("Rouvrir la feuille"),
        "submit": _("Rouvrir la feuille"),
        "cancel": desk.url("sheet", session_id),
        "lead": _("Elle devra être signée de nouveau. Les signatures des personnes restent."),
        "breadcrumbs": sheet_crumbs(desk, session, _("Rouvrir")),
    }
    return form_page(request, form, context)
