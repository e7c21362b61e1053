"""The extension of a programme: three documents, five dates, what changes and what does not, then yes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.programmes.operations import extend
from passnumerique.programmes.queries import Extension, envelope, planned_extension, revisions
from passnumerique.programmes.rules import MILESTONE_WORDS, Calendar, DocumentKind, DocumentMissing, Paper
from passnumerique.vouchers.queries.stock import counts_by_state
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.pages.programme.calendar import DatesForm, a_year_later
from passnumerique.web.pages.programme.parts import paper_choices, paper_state, papers
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day

_NEEDED = {
    "deliberation": DocumentKind.DELIBERATION,
    "convention_amendment": DocumentKind.CONVENTION_AMENDMENT,
    "mandate_amendment": DocumentKind.MANDATE_AMENDMENT,
}
"""The fields of the form, and the kind of paper that each needs."""


class ExtensionForm(DatesForm):
    """Three documents of the programme and five dates. One not chosen is told as the rules tell it."""

    def __init__(self, *args: Any, known: list[Paper], **options: Any) -> None:
        super().__init__(*args, **options)
        dates = dict(self.fields)
        self.fields.clear()
        for name, kind in _NEEDED.items():
            self.fields[name] = forms.ChoiceField(
                label=capfirst(say(kind.words)),
                choices=[("", _("Choisir un document")), *paper_choices(known, kind)],
                error_messages={"required": DocumentMissing(kind=kind.words).say()},
            )
        self.fields.update(dates)

    def papers(self) -> dict[str, UUID]:
        """The ids of the documents chosen, by the names that the operation gives them."""
        return {f"{name}_id": UUID(self.cleaned_data[name]) for name in _NEEDED}


@desk_page(Permission.MANAGE_CALENDAR)
def extend_programme(request: DeskRequest) -> HttpResponse:
    """Choose, look, confirm. Looking writes nothing; confirming writes one row of dates and nothing else."""
    desk = request.desk
    known, standing = papers(desk.programme_id), revisions(desk.programme_id)
    if not standing:
        return redirect(desk.url("open_calendar"))
    form = ExtensionForm(known=known, initial=_suggested(known, standing[-1].calendar), **sent(request))
    if "confirm" in request.POST and done(form, lambda _given: _extend(desk, form)):
        messages.success(request, _("Le dispositif est prolongé. Prévenez les structures et les lieux."))
        return redirect(desk.url("calendar"))
    found: list[Extension] = []
    if "change" not in request.POST and done(form, lambda _given: found.append(_planned(desk, form))):
        return _preview(request, form, found[0])
    context = {
        "desk": desk,
        "form": form,
        "breadcrumbs": _crumbs(desk),
        "steps": _steps(),
        "needed": [_need(desk, known, kind) for kind in _NEEDED.values()],
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "web/programme/extend.html", context, status=status)


def _crumbs(desk: Desk) -> list[Crumb]:
    return [Crumb(_("Calendrier"), desk.url("calendar")), Crumb(_("Prolonger le dispositif"))]


def _steps() -> list[str]:
    return [_("Documents et dates"), _("Vérification")]


def _suggested(known: list[Paper], before: Calendar) -> dict[str, object]:
    """A year later, by the latest paper of each kind."""
    latest = {
        name: next((str(paper.id) for paper in known if paper.kind == kind), "") for name, kind in _NEEDED.items()
    }
    return {**latest, **{one.value: a_year_later(when) for one, when in before.items()}}


def _need(desk: Desk, known: list[Paper], kind: DocumentKind) -> dict[str, object]:
    """One of the three documents as a task: there or not, binding or not."""
    own = next((paper for paper in known if paper.kind == kind), None)
    label = capfirst(say(kind.words))
    if own is None:
        address = f"{desk.url('add_document')}?kind={kind.value}"
        return {"label": label, "done": False, "url": address, "hint": _("À ajouter"), "status": ""}
    binds = own.in_force_on is not None
    hint = own.reference if binds else _("%(reference)s ne produit pas encore d’effet") % {"reference": own.reference}
    return {
        "label": label,
        "done": binds,
        "url": "" if binds else desk.url("documents"),
        "hint": hint,
        "status": _("à signer") if paper_state(own, desk.today) == "to_sign" else "",
    }


def _planned(desk: Desk, form: ExtensionForm) -> Extension:
    return planned_extension(desk.programme_id, form.calendar(), **form.papers())


def _extend(desk: Desk, form: ExtensionForm) -> None:
    extend(programme_id=desk.programme_id, calendar=form.calendar(), by=desk.actor, at=desk.at, **form.papers())


def _preview(request: DeskRequest, form: ExtensionForm, planned: Extension) -> HttpResponse:
    desk = request.desk
    states = counts_by_state(desk.programme_id)
    context = {
        "desk": desk,
        "form": form,
        "breadcrumbs": _crumbs(desk),
        "steps": _steps(),
        "in_force_on": planned.in_force_on,
        "table": _changes(planned),
        "passes": sum(states.values()),
        "envelope": envelope(desk.programme_id),
    }
    return render(request, "web/programme/extend_check.html", context)


def _changes(planned: Extension) -> Table:
    lines = [
        {
            "name": capfirst(say(MILESTONE_WORDS[one])),
            "before": before,
            "after": after,
            "moved": _("+ %(days)s jours") % {"days": (after - before).days} if after > before else _("inchangée"),
        }
        for (one, before), (_one, after) in zip(planned.before.items(), planned.after.items(), strict=True)
    ]
    columns = [
        Column("name", _("Échéance")),
        Column(lambda line: day(line["before"]), _("Avant")),
        Column(lambda line: day(line["after"]), _("Après")),
        Column("moved", _("Écart")),
    ]
    return Table(_("Ce qui change\u202f: cinq dates"), columns, lines)
