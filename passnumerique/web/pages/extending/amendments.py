"""Amendments: the list, one with its life, its paper, its signature and the day from which it binds."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.queries import people_named
from passnumerique.directory.rules import Permission
from passnumerique.ground.words import say
from passnumerique.journeys.amending import amendment_on_paper
from passnumerique.programmes.operations import bring_into_force, sign_amendment
from passnumerique.programmes.queries import access_amendment, state_of_amendment, title_of_amendment
from passnumerique.programmes.queries import amendments as every_amendment
from passnumerique.programmes.rules import MILESTONE_WORDS, AmendmentState, Calendar, DocumentKind
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.pages.register.parts import pdf
from passnumerique.web.tables import Column, Table

_BADGES = {
    AmendmentState.DRAFTED: "draft",
    AmendmentState.SIGNED: "signed",
    AmendmentState.IN_FORCE: "in_force",
    AmendmentState.DROPPED: "ended",
}


class SigningForm(forms.Form):
    """When both parties signed, who, and from when it binds if that is known."""

    signed_on = DayField(
        label=gettext_lazy("Signé le"), help_text=gettext_lazy("Le jour de la dernière des deux signatures.")
    )
    signatories = forms.CharField(
        label=gettext_lazy("Signé par"),
        max_length=240,
        help_text=gettext_lazy("Les deux signataires, avec leur qualité."),
    )
    in_force_on = DayField(
        label=gettext_lazy("Produit ses effets à partir du"),
        required=False,
        help_text=gettext_lazy("Vide\u202f: vous le noterez plus tard."),
    )


class ForceForm(forms.Form):
    """From when a signed amendment binds."""

    in_force_on = DayField(label=gettext_lazy("Produit ses effets à partir du"))


@desk_page(Permission.READ_COUNCIL)
def amendments(request: DeskRequest) -> HttpResponse:
    """Every amendment, drafts too, latest first."""
    desk = request.desk
    rows = list(every_amendment(desk.actor, desk.programme_id))
    columns = _columns(desk)
    if file := exported(request, f"avenants-{desk.slug}", columns, rows):
        return file
    table = Table(
        _("Avenants"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucun avenant. Une prolongation rédige les siens."),
        empty_url=desk.url("extension") if desk.may(Permission.MANAGE_CALENDAR) else "",
        empty_action=_("Préparer une prolongation"),
    )
    context = {
        "title": _("Avenants"),
        "lead": _("Numérotés sans trou pour chaque convention, du projet à l’entrée en vigueur."),
        "desk": desk,
        "tabs": tabs(desk, "amendments"),
        "table": table,
        "actions": [],
    }
    return render(request, "web/council/list.html", context)


def _columns(desk: Desk) -> list[Column]:
    return [
        Column("reference", _("Référence"), url=lambda row: desk.url("amendment", row.id)),
        Column(title_of_amendment, _("Avenant")),
        Column("base.counterpart", _("Avec")),
        Column("document.signed_on", _("Signé le"), "day"),
        Column("document.in_force_on", _("Effet à partir du"), "day"),
        Column(lambda row: _BADGES[state_of_amendment(row)], _("État"), "document"),
    ]


@desk_page(Permission.READ_COUNCIL)
def amendment(request: DeskRequest, amendment_id: UUID) -> HttpResponse:
    """One amendment: what it changes, what it cites, its steps, and what comes next."""
    desk = request.desk
    row = access_amendment(desk.actor, desk.programme_id, amendment_id)
    state = state_of_amendment(row)
    context = {
        "desk": desk,
        "row": row,
        "title": title_of_amendment(row),
        "badge": _BADGES[state],
        "kind": capfirst(say(DocumentKind(row.kind).words)),
        "table": _dates(row) if row.after else None,
        "history": _history(list(row.steps.all())),
        "waits": state is AmendmentState.DRAFTED,
        "breadcrumbs": [Crumb(_("Avenants"), desk.url("amendments")), Crumb(row.reference)],
        "actions": _actions(desk, row, state),
    }
    return render(request, "web/extending/amendment.html", context)


def _actions(desk: Desk, row: Any, state: AmendmentState) -> list[Action]:
    acts = []
    if state is AmendmentState.DRAFTED and row.document is None:
        acts.append(Action(_("Noter la signature"), desk.url("sign_amendment", row.id), icon="pen"))
    if state is AmendmentState.SIGNED:
        acts.append(Action(_("Noter la date d’effet"), desk.url("bring_amendment", row.id), icon="stamp"))
    paper = Action(_("L’avenant en PDF"), desk.url("amendment_pdf", row.id), "secondary", "file")
    printed = [paper] if row.after and state is not AmendmentState.DROPPED else []
    return [*offered(desk, Permission.MANAGE_COUNCIL, *acts), *printed]


def _dates(row: Any) -> Table:
    before, after = Calendar.from_json(row.before), Calendar.from_json(row.after)
    lines = [
        (capfirst(say(MILESTONE_WORDS[one])), when, later)
        for (one, when), (_one, later) in zip(before.items(), after.items(), strict=True)
    ]
    columns = [
        Column(lambda line: line[0], _("Échéance")),
        Column(lambda line: line[1], _("Jusqu’ici"), "day"),
        Column(lambda line: line[2], _("Désormais"), "day"),
    ]
    return Table(_("Les dates de cet avenant"), columns, lines)


def _history(steps: Iterable[Any]) -> list[dict[str, object]]:
    """Each step as a sentence, with who noted it."""
    told = list(steps)
    names = people_named(step.by_user for step in told if step.by_user)
    words = {
        AmendmentState.DRAFTED: (_("L’avenant est rédigé."), "edit"),
        AmendmentState.SIGNED: (_("Les deux parties ont signé."), "pen"),
        AmendmentState.IN_FORCE: (_("L’avenant produit ses effets."), "check"),
        AmendmentState.DROPPED: (_("L’avenant est abandonné."), "cross"),
    }
    return [
        {
            "sentence": words[AmendmentState(step.state)][0],
            "icon": words[AmendmentState(step.state)][1],
            "day": step.day,
            "by": names.get(step.by_user, "") if step.by_user else "",
            "detail": step.signatories,
        }
        for step in told
    ]


@desk_page(Permission.READ_COUNCIL)
def amendment_pdf(request: DeskRequest, amendment_id: UUID) -> HttpResponse:
    """An amendment as it is signed, in French; a draft says that it is one."""
    desk = request.desk
    row = access_amendment(desk.actor, desk.programme_id, amendment_id)
    return pdf(amendment_on_paper(desk.actor, desk.programme_id, row.id, desk.at), f"avenant-{row.reference}")


@desk_page(Permission.MANAGE_COUNCIL)
def sign(request: DeskRequest, amendment_id: UUID) -> HttpResponse:
    """Note the signatures. Refuses before the deliberation binds, by the name of what is missing."""
    desk = request.desk
    row = access_amendment(desk.actor, desk.programme_id, amendment_id)
    initial = {"signed_on": desk.today, "in_force_on": desk.today}
    form = SigningForm(initial=initial, **sent(request))
    given: dict[str, Any] = {"programme_id": desk.programme_id, "amendment_id": row.id, "by": desk.actor, "at": desk.at}
    if done(
        form,
        lambda typed: sign_amendment(**typed, **given),
        signed_too_early="signed_on",
        in_force_too_early="in_force_on",
    ):
        messages.success(request, _("La signature est notée."))
        return redirect(desk.url("amendment", row.id))
    return form_page(request, form, _page(desk, row, _("Noter la signature")))


@desk_page(Permission.MANAGE_COUNCIL)
def bring(request: DeskRequest, amendment_id: UUID) -> HttpResponse:
    """Note the day from which a signed amendment binds."""
    desk = request.desk
    row = access_amendment(desk.actor, desk.programme_id, amendment_id)
    form = ForceForm(initial={"in_force_on": desk.today}, **sent(request))
    given: dict[str, Any] = {"programme_id": desk.programme_id, "amendment_id": row.id, "by": desk.actor, "at": desk.at}
    if done(form, lambda typed: bring_into_force(**typed, **given), in_force_too_early="in_force_on"):
        messages.success(request, _("La date d’effet est notée."))
        return redirect(desk.url("amendment", row.id))
    return form_page(request, form, _page(desk, row, _("Noter la date d’effet")))


def _page(desk: Desk, row: Any, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "lead": title_of_amendment(row),
        "submit": title,
        "cancel": desk.url("amendment", row.id),
        "breadcrumbs": [
            Crumb(_("Avenants"), desk.url("amendments")),
            Crumb(row.reference, desk.url("amendment", row.id)),
            Crumb(title),
        ],
    }
