"""A place answers about a contested pass; a second person reads the answer and decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import people_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.settlement.operations import answer_rejection, decide_answer
from passnumerique.settlement.queries.answers import access_answer, access_line, answer_until
from passnumerique.settlement.rules import Outcome
from passnumerique.training.rules import evidence_ending
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.settlement.parts import crumbs
from passnumerique.web.templatetags.house import day


class AnswerForm(forms.Form):
    """What the place says, and what shows it."""

    text = forms.CharField(
        label=gettext_lazy("Votre réponse"),
        help_text=gettext_lazy("Dites ce qui s’est passé. N’écrivez pas le nom des participants."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    paper = forms.FileField(
        label=gettext_lazy("Un justificatif, si vous en avez un"),
        help_text=gettext_lazy("Une photo, un scan ou un PDF, 10 Mo au plus\u202f: par exemple la feuille signée."),
        required=False,
        allow_empty_file=True,
    )


class DecisionForm(forms.Form):
    """Whether the answer is heard, and why."""

    accept = forms.ChoiceField(
        label=gettext_lazy("Votre décision"),
        choices=[
            ("yes", gettext_lazy("Accepter ce pass\u202f: il sera payé")),
            ("no", gettext_lazy("Le laisser contesté")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        help_text=gettext_lazy("Le lieu le lira. À écrire si le pass reste contesté."),
        max_length=240,
        required=False,
    )


def _line_of(desk: Desk, line_id: UUID) -> Any:
    line = access_line(desk.actor, line_id)
    if line.programme_id != desk.programme_id:
        raise NotFound
    return line


@desk_page(Permission.FILE_CLAIM)
def answer(request: DeskRequest, line_id: UUID) -> HttpResponse:
    """Answer about one contested pass, with a paper. For its place, within the delay."""
    desk = request.desk
    line = _line_of(desk, line_id)
    form = AnswerForm(**sent(request))

    def act(given: dict[str, Any]) -> None:
        paper = given["paper"]
        papers = {"file_name": paper.name, "content": paper.read()} if paper else {}
        answer_rejection(line_id=line.id, text=given["text"], by=desk.actor, at=desk.at, **papers)

    if done(form, act, evidence_too_large="paper", evidence_unreadable="paper", answer_empty="text"):
        messages.success(request, _("Votre réponse est envoyée. Une autre personne de la collectivité l’examine."))
        return redirect(desk.url("claim", line.claim_id))
    until = answer_until(line.claim)
    told = {"number": line.voucher_number, "reason": line.reason, "until": day(until) if until else ""}
    context = {
        "title": _("Répondre au sujet du pass n°\u202f%(number)s") % told,
        "lead": _("Motif de la contestation\u202f: %(reason)s. Vous pouvez répondre jusqu’au %(until)s.") % told,
        "submit": _("Envoyer la réponse"),
        "cancel": desk.url("claim", line.claim_id),
        "breadcrumbs": crumbs(desk, line.claim, _("Répondre")),
    }
    return form_page(request, form, context)


@desk_page(Permission.READ_CLAIMS)
def read_answer(request: DeskRequest, answer_id: UUID) -> HttpResponse:
    """A place's answer, its paper and what was decided; the decision for a second person."""
    desk = request.desk
    row = access_answer(desk.actor, answer_id)
    if row.programme_id != desk.programme_id:
        raise NotFound
    decides = desk.may(Permission.APPROVE_CLAIM) and row.outcome == Outcome.WAITING
    form = DecisionForm(**sent(request)) if decides else None
    made: list[UUID] = []

    def act(given: dict[str, Any]) -> None:
        yes = given["accept"] == "yes"
        made.append(decide_answer(answer_id=row.id, accept=yes, reason=given["reason"], by=desk.actor, at=desk.at))

    if form and done(form, act, rejection_without_reason="reason"):
        messages.success(request, _("C’est décidé. Le lieu le lit sur sa page."))
        return redirect(desk.url("claim", made[0]))
    names = people_named(one for one in (row.answered_by, row.decided_by) if one)
    context = {
        "desk": desk,
        "answer": row,
        "line": row.line,
        "answered": _by_whom(names.get(row.answered_by, ""), row.answered_at),
        "decided": _by_whom(names.get(row.decided_by or NOBODY, ""), row.decided_at) if row.decided_at else "",
        "outcome": say(Outcome(row.outcome).words),
        "own": row.contested_by == desk.actor.user_id,
        "form": form if row.contested_by != desk.actor.user_id else None,
        "title": _("Réponse du lieu – pass n°\u202f%(number)s") % {"number": row.line.voucher_number},
        "breadcrumbs": crumbs(desk, row.line.claim, _("Réponse du lieu")),
    }
    return render(request, "web/settlement/answer.html", context, status=422 if form and form.errors else 200)


def _by_whom(who: str, at: datetime) -> str:
    """Who, if the name is still known, and on which day."""
    told = {"who": who, "day": day(at)}
    return _("%(who)s, le %(day)s.") % told if who else _("Le %(day)s.") % told


@desk_page(Permission.READ_CLAIMS)
def answer_paper(request: DeskRequest, answer_id: UUID) -> HttpResponse:
    """The paper of an answer, as it came: downloaded, never run in the page."""
    row = access_answer(request.desk.actor, answer_id)
    if row.programme_id != request.desk.programme_id or row.content is None:
        raise NotFound
    name = f"reponse-{row.line.voucher_number}{evidence_ending(row.media_type)}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(row.content), content_type=row.media_type, headers=headers)
