"""The consultations, and one of them: for the authority the count and every answer, for an organisation its own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import organisations_by_id, people_named
from passnumerique.directory.rules import ACCREDITATION_LABELS, Permission
from passnumerique.ground.words import say
from passnumerique.programmes.operations import answer_consultation
from passnumerique.programmes.queries import (
    access_consultation,
    answers_of,
    counted,
    counted_each,
    last_reminders,
    own_answers,
    recipients_of,
    reminders_of,
)
from passnumerique.programmes.queries import consultations as every_consultation
from passnumerique.programmes.rules import OPINION_WORDS, Opinion
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day


class AnswerForm(forms.Form):
    """What an organisation answers."""

    opinion = forms.ChoiceField(label=gettext_lazy("Votre organisation est"), widget=forms.RadioSelect)
    remark = forms.CharField(
        label=gettext_lazy("Une remarque"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("La collectivité la lit. Ne nommez aucune personne accompagnée."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["opinion"].choices = [(one.value, capfirst(say(words))) for one, words in OPINION_WORDS.items()]  # type: ignore[attr-defined]


@desk_page(Permission.READ_PROGRAMME)
def consultations(request: DeskRequest) -> HttpResponse:
    """All of them for the authority; for an organisation those that ask it, with what it has not answered first."""
    desk = request.desk
    rows = list(every_consultation(desk.actor, desk.programme_id))
    ask = Action(_("Consulter le réseau"), desk.url("ask_consultation"), icon="plus")
    actions = offered(desk, Permission.MANAGE_PROGRAMME, ask)
    answers = desk.may(Permission.ANSWER_CONSULTATION)
    own = own_answers(desk.actor, rows) if answers else {}
    table = Table(
        _("Consultations"),
        _own_columns(desk, own) if answers else _columns(desk, rows),
        rows,
        count=len(rows),
        empty=_("La collectivité ne vous a rien demandé.")
        if answers
        else _("Aucune question n’a été posée au réseau."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Consulter le réseau"),
    )
    context = {
        "desk": desk,
        "lead": _("Ce que la collectivité demande à son réseau."),
        "table": table,
        "actions": actions,
        "waiting": _waiting(desk, rows, own) if answers else [],
    }
    return render(request, "web/consulting/list.html", context)


def _columns(desk: Desk, rows: list[Any]) -> list[Column]:
    told = counted_each(rows)
    return [
        Column("question", _("Question"), url=lambda row: desk.url("consultation", row.id)),
        Column("asked_at", _("Posée le"), "day"),
        Column("deadline", _("Jusqu’au"), "day"),
        Column(lambda row: told[row.id].answered, _("Réponses"), "number"),
        Column(lambda row: told[row.id].asked, _("Sur"), "number"),
    ]


def _own_columns(desk: Desk, own: Mapping[UUID, Opinion]) -> list[Column]:
    def answer(row: Any) -> str:
        return capfirst(say(own[row.id].words)) if row.id in own else _("pas encore de réponse")

    return [
        Column("question", _("Question"), url=lambda row: desk.url("consultation", row.id)),
        Column("deadline", _("Jusqu’au"), "day"),
        Column(answer, _("Votre réponse")),
    ]


def _waiting(desk: Desk, rows: list[Any], own: Mapping[UUID, Opinion]) -> list[dict[str, str]]:
    """What is still open and has no answer of this organisation, with the last reminder."""
    reminded, told = last_reminders(rows), []
    for row in rows:
        if row.deadline < desk.today or row.id in own:
            continue
        said = _("La collectivité attend votre avis jusqu’au %(last)s.") % {"last": day(row.deadline)}
        if row.id in reminded:
            said += " " + _("Elle vous a relancé le %(when)s.") % {"when": day(reminded[row.id])}
        told.append({"sentence": said, "url": desk.url("consultation", row.id)})
    return told


@desk_page(Permission.READ_PROGRAMME)
def consultation(request: DeskRequest, consultation_id: UUID) -> HttpResponse:
    """One consultation: to be answered by an organisation, to be read by the authority."""
    desk = request.desk
    row = access_consultation(desk.actor, desk.programme_id, consultation_id)
    if desk.may(Permission.ANSWER_CONSULTATION):
        return _answering(request, row)
    return _summary(request, row)


def _crumbs(desk: Desk, label: str) -> list[Crumb]:
    return [Crumb(_("Consultations"), desk.url("consultations")), Crumb(label)]


def _answering(request: DeskRequest, row: Any) -> HttpResponse:
    desk = request.desk
    given = list(answers_of(desk.actor, row))
    last = given[-1] if given else None
    form = AnswerForm(initial={"opinion": last.opinion, "remark": last.remark} if last else {}, **sent(request))
    if done(
        form,
        lambda typed: answer_consultation(
            programme_id=desk.programme_id,
            consultation_id=row.id,
            opinion=Opinion(typed["opinion"]),
            remark=typed["remark"],
            by=desk.actor,
            at=desk.at,
        ),
    ):
        messages.success(request, _("Votre avis est enregistré. Vous pouvez le changer jusqu’à la date limite."))
        return redirect(desk.url("consultation", row.id))
    names = people_named(one.by_user for one in given if one.by_user)
    reminder = None if given else reminders_of(row).last()
    context = {
        "desk": desk,
        "row": row,
        "form": form,
        "open": row.deadline >= desk.today,
        "reminded": reminder.at if reminder else None,
        "history": [_told(one, names) for one in reversed(given)],
        "submit": _("Changer notre réponse") if given else _("Envoyer notre réponse"),
        "cancel": desk.url("consultations"),
        "breadcrumbs": _crumbs(desk, _("Votre avis")),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/consulting/answer.html", context, status=status)


def _told(one: Any, names: Mapping[UUID, str], who: str = "") -> dict[str, Any]:
    said = capfirst(say(Opinion(one.opinion).words))
    return {
        "at": one.at,
        "sentence": f"{who}\u202f: {said}" if who else said,
        "by": names.get(one.by_user, "") if one.by_user else "",
        "remark": one.remark,
    }


def _summary(request: DeskRequest, row: Any) -> HttpResponse:
    desk = request.desk
    kinds, answers = recipients_of(row), list(answers_of(desk.actor, row))
    last = {one.organisation_id: one for one in answers}
    known = organisations_by_id(kinds)
    lines = [
        {"name": known[one].name, "kind": say(ACCREDITATION_LABELS[kind]), "answer": last.get(one), "id": one}
        for one, kind in kinds.items()
    ]
    lines.sort(key=lambda line: (line["answer"] is not None, str(line["name"]).casefold()))
    columns = _answer_columns(desk)
    if file := exported(request, f"consultation-{row.number}-{desk.slug}", columns, lines):
        return file
    silent = [_address(known[one]) for one in kinds if one not in last]
    open_still = row.deadline >= desk.today
    reminding = Action(_("Relancer"), desk.url("remind_consultation", row.id), "secondary", "mail")
    context = {
        "desk": desk,
        "row": row,
        "title": _("Consultation n°\u202f%(n)s") % {"n": row.number},
        "eyebrow": _("Ouverte") if open_still else _("Terminée"),
        "reminders": list(reminders_of(row)),
        "counts": _counts(row),
        "addresses": ", ".join(sorted({one for one in silent if one})) if open_still else "",
        "table": Table(_("Les réponses"), columns, lines, count=len(lines)),
        "earlier": _earlier(answers, last, known),
        "actions": offered(desk, Permission.MANAGE_PROGRAMME, reminding)
        if open_still and len(last) < len(kinds)
        else [],
        "breadcrumbs": _crumbs(desk, _("Consultation n°\u202f%(n)s") % {"n": row.number}),
    }
    return render(request, "web/consulting/summary.html", context)


def _address(organisation: Any) -> str:
    return str(organisation.contact_email or next(iter(organisation.emails), ""))


def _answer_columns(desk: Desk) -> list[Column]:
    def opinion(line: Any) -> str:
        return capfirst(say(Opinion(line["answer"].opinion).words)) if line["answer"] else _("pas encore de réponse")

    return [
        Column("name", _("Organisation")),
        Column(lambda line: capfirst(line["kind"]), _("Consultée comme")),
        Column(opinion, _("Avis")),
        Column(lambda line: line["answer"].remark if line["answer"] else "", _("Remarque")),
        Column(lambda line: line["answer"].at if line["answer"] else None, _("Répondu le"), "day"),
    ]


def _counts(row: Any) -> Table:
    """The count by kind, as the draft of the act gives it."""
    told = counted(row)
    lines = [(capfirst(say(ACCREDITATION_LABELS[kind])), one) for kind, one in told.by_kind.items() if one.asked]
    return Table(
        _("Le compte"),
        [
            Column(lambda line: line[0], _("Consultés comme")),
            Column(lambda line: line[1].asked, _("Consultés"), "number"),
            Column(lambda line: line[1].favourable, _("Favorables"), "number"),
            Column(lambda line: line[1].unfavourable, _("Défavorables"), "number"),
            Column(lambda line: line[1].no_opinion, _("Sans avis"), "number"),
            Column(lambda line: line[1].silent, _("Sans réponse"), "number"),
        ],
        lines,
    )


def _earlier(answers: list[Any], last: Mapping[UUID, Any], known: Mapping[UUID, Any]) -> list[dict[str, Any]]:
    changed = [one for one in answers if last[one.organisation_id].id != one.id]
    names = people_named(one.by_user for one in changed if one.by_user)
    return [_told(one, names, known[one.organisation_id].name) for one in changed]
