"""Seats booked with passes, given back, waited for, and the answers that people give on the telephone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.codes import fold
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import (
    accept_offer,
    book_seats,
    cancel_seat,
    decline_offer,
    join_waiting,
    leave_waiting,
)
from passnumerique.training.queries import access_session
from passnumerique.training.queries.reach import access_seat, access_waiting
from passnumerique.training.rules import WaitingState
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.training.parts import bare_code, code_widget, codes_are_ours, crumbs
from passnumerique.web.pages.training.words import moment_of, name_of
from passnumerique.web.templatetags.house import instant

CONFLICT = 409
_CODES = ("unknown_code", "wrong_check_letter", "pass_given_twice", "no_pass_given", "pass_already_booked")
_BESIDE = dict.fromkeys(_CODES, "codes")


class BookForm(forms.Form):
    """The passes that book, one seat each."""

    codes = forms.CharField(
        label=gettext_lazy("Codes des pass"),
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=gettext_lazy(
            "Un code par ligne\u202f: une place pour chaque pass, pour une personne ou une famille."
        ),
    )
    label = forms.CharField(
        label=gettext_lazy("Prénom ou initiales"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Ce que la personne veut bien donner. Laissé vide, elle aura un numéro."),
    )

    def clean_codes(self) -> list[str]:
        """The codes alone. Refuses more than a session may ever seat."""
        codes = [bare_code(line) for line in self.cleaned_data["codes"].splitlines() if line.strip()]
        if not all(fold(code) for code in codes):
            raise ValidationError(_("Une ligne n’est pas un code. Relisez-la."))
        return codes


class WaitForm(forms.Form):
    """The pass that waits."""

    code = forms.CharField(
        label=gettext_lazy("Code du pass"),
        max_length=200,
        help_text=gettext_lazy("Quand une place se libère, elle est proposée à ce pass pendant un temps."),
    )

    def __init__(self, *args: Any, ours: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].widget = code_widget(ours)

    def clean_code(self) -> str:
        """The code alone."""
        return bare_code(self.cleaned_data["code"])


@desk_page(Permission.BOOK_SEAT)
def book(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Seats for a person or a family, by a structure or the place, with the codes of their passes: all or none."""
    desk = request.desk
    session = access_session(desk.actor, desk.programme_id, session_id)
    form = BookForm(data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        book_seats(
            programme_id=desk.programme_id,
            session_id=session_id,
            codes=given["codes"],
            labels=[given["label"]] * len(given["codes"]),
            by=desk.actor,
            at=desk.at,
        )

    if done(form, act, **_BESIDE):
        many = len(form.cleaned_data["codes"])
        said = ngettext("%(count)s place est réservée.", "Les %(count)s places sont réservées.", many)
        messages.success(request, said % {"count": many})
        return redirect(desk.url("session", session_id))
    context = {
        "title": _("Réserver des places"),
        "submit": _("Réserver"),
        "cancel": desk.url("session", session_id),
        "lead": moment_of(session),
        "breadcrumbs": crumbs(desk, session, _("Réserver")),
    }
    return form_page(request, form, context)


@desk_page(Permission.BOOK_SEAT)
def wait(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """A pass on the waiting list of a full session, put there by a structure or the place."""
    desk = request.desk
    session = access_session(desk.actor, desk.programme_id, session_id)
    form = WaitForm(ours=codes_are_ours(desk.programme_id), data=sent(request)["data"])

    def act(given: dict[str, Any]) -> None:
        join_waiting(
            programme_id=desk.programme_id, session_id=session_id, code=given["code"], by=desk.actor, at=desk.at
        )

    beside = ("unknown_code", "wrong_check_letter", "already_waiting", "pass_already_booked")
    if done(form, act, **dict.fromkeys(beside, "code")):
        messages.success(request, _("Le pass est en attente. Dès qu’une place se libère, elle lui est proposée."))
        return redirect(desk.url("session", session_id))
    context = {
        "title": _("Attendre une place"),
        "submit": _("Mettre en attente"),
        "cancel": desk.url("session", session_id),
        "lead": moment_of(session),
        "breadcrumbs": crumbs(desk, session, _("Attendre")),
    }
    return form_page(request, form, context)


@desk_page(Permission.READ_TRAINING)
def give_back(request: DeskRequest, attendance_id: UUID) -> HttpResponse:
    """Give a seat back after a confirmation, for who booked it and for the place."""
    desk = request.desk
    seat, session = access_seat(desk.actor, desk.programme_id, attendance_id)
    refusal = ""
    if request.method == "POST":
        try:
            cancel_seat(programme_id=desk.programme_id, attendance_id=attendance_id, by=desk.actor, at=desk.at)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            messages.success(request, _("La place est rendue. Si quelqu’un attend, elle lui est proposée."))
            return redirect(desk.url("session", session.id))
    context = {
        "desk": desk,
        "who": name_of(seat),
        "when": moment_of(session),
        "back": desk.url("session", session.id),
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, session, _("Rendre une place")),
    }
    return render(request, "web/training/give_back.html", context, status=CONFLICT if refusal else 200)


ANSWERS: dict[str, Callable[..., object]] = {
    "accept": accept_offer,
    "decline": decline_offer,
    "leave": leave_waiting,
}


@desk_page(Permission.READ_TRAINING)
def answer(request: DeskRequest, waiting_id: UUID) -> HttpResponse:
    """What a person of the waiting list answers, noted by the place or by the structure that put it there."""
    desk = request.desk
    line, session = access_waiting(desk.actor, desk.programme_id, waiting_id)
    refusal = ""
    if request.method == "POST":
        said = request.POST.get("answer", "")
        act = ANSWERS.get(said)
        if act is None:
            raise NotFound
        try:
            act(programme_id=desk.programme_id, waiting_id=waiting_id, code="", by=desk.actor, at=desk.at)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            refusal = refused.say()
        else:
            messages.success(request, _said(said))
            return redirect(desk.url("session", session.id))
    offered = line.state == WaitingState.OFFERED and line.offer_until is not None and line.offer_until > desk.at
    context = {
        "desk": desk,
        "number": line.voucher_number,
        "offered": offered,
        "waits": line.state == WaitingState.WAITING,
        "until": instant(line.offer_until) if line.offer_until else "",
        "may_accept": offered and desk.may(Permission.BOOK_SEAT),
        "when": moment_of(session),
        "back": desk.url("session", session.id),
        "refusal": refusal,
        "breadcrumbs": crumbs(desk, session, _("Répondre")),
    }
    return render(request, "web/training/waiting_answer.html", context, status=CONFLICT if refusal else 200)


def _said(said: str) -> str:
    return {
        "accept": _("La place est réservée."),
        "decline": _("La place est refusée. Si quelqu’un attend, elle lui est proposée."),
        "leave": _("Le pass n’attend plus."),
    }[said]
