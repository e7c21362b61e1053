"""The members of the council and their substitutes."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.council.operations import end_delegate, record_delegate
from passnumerique.council.queries import delegates
from passnumerique.directory.rules import Permission
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.tables import Column, Table


class MemberForm(forms.Form):
    """One member, or the substitute of one."""

    civility = forms.ChoiceField(
        label=gettext_lazy("Civilité"),
        choices=[("", "–"), ("Madame", gettext_lazy("Madame")), ("Monsieur", gettext_lazy("Monsieur"))],
        required=False,
    )
    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    office = forms.CharField(
        label=gettext_lazy("Fonction"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Comme «\u202fPrésidente\u202f» ou «\u202fVice-président\u202f»."),
    )
    college = forms.CharField(
        label=gettext_lazy("Représente"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("La commune, l’intercommunalité ou le collège, si cela compte."),
    )
    substitute_for = forms.ChoiceField(
        label=gettext_lazy("Suppléant de"),
        required=False,
        help_text=gettext_lazy("Laissez vide pour un membre titulaire."),
    )
    from_day = DayField(label=gettext_lazy("En fonction depuis le"))

    def __init__(self, *args: Any, titulars: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["substitute_for"].choices = [("", _("Personne\u202f: titulaire")), *titulars]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of an office."""

    until_day = DayField(label=gettext_lazy("Dernier jour en fonction"))


@desk_page(Permission.READ_COUNCIL)
def members(request: DeskRequest) -> HttpResponse:
    """Everybody who sits or replaces, by name. For the offices of the authority."""
    desk = request.desk
    rows = list(delegates(desk.actor))
    columns = _columns(desk)
    if file := exported(request, f"conseil-{desk.slug}", columns, rows):
        return file
    actions = offered(
        desk, Permission.MANAGE_COUNCIL, Action(_("Ajouter un membre"), desk.url("add_member"), icon="plus")
    )
    table = Table(
        _("Membres du conseil"),
        columns,
        rows,
        count=len(rows),
        empty=_("Aucun membre n’est enregistré. Le quorum se calcule sur les membres en exercice."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Ajouter un membre"),
    )
    context = {
        "title": _("Membres du conseil"),
        "lead": _("Les titulaires en exercice font le quorum\u202f; un suppléant compte quand il siège."),
        "desk": desk,
        "tabs": tabs(desk, "members"),
        "table": table,
        "actions": actions,
        "owed": None,
    }
    return render(request, "web/council/list.html", context)


def _columns(desk: Desk) -> list[Column]:
    may = desk.may(Permission.MANAGE_COUNCIL)
    return [
        Column("name", _("Nom")),
        Column("office", _("Fonction")),
        Column("college", _("Représente")),
        Column(lambda row: row.substitute_for.name if row.substitute_for else "", _("Suppléant de")),
        Column("from_day", _("Depuis le"), "day"),
        Column("until_day", _("Jusqu’au"), "day"),
        Column(
            lambda row: _("Fin de fonction") if may and row.until_day is None else "",
            _("Action"),
            url=lambda row: desk.url("end_member", row.id) if may and row.until_day is None else "",
        ),
    ]


@desk_page(Permission.MANAGE_COUNCIL)
def add_member(request: DeskRequest) -> HttpResponse:
    """Record a member or a substitute. For the secretary and the manager."""
    desk = request.desk
    titulars = [(str(row.id), row.name) for row in delegates(desk.actor) if row.substitute_for_id is None]
    form = MemberForm(titulars=titulars, **sent(request))
    if done(form, lambda given: _record(desk, given)):
        messages.success(request, _("Le membre est enregistré."))
        return redirect(desk.url("members"))
    context = {
        "title": _("Ajouter un membre du conseil"),
        "submit": _("Enregistrer le membre"),
        "cancel": desk.url("members"),
        "breadcrumbs": [Crumb(_("Membres du conseil"), desk.url("members")), Crumb(_("Ajouter"))],
    }
    return form_page(request, form, context)


def _record(desk: Desk, given: dict[str, Any]) -> None:
    titular = UUID(given.pop("substitute_for")) if given["substitute_for"] else None
    record_delegate(
        by=desk.actor,
        at=desk.at,
        substitute_for=titular,
        **{name: value for name, value in given.items() if name != "substitute_for"},
    )


@desk_page(Permission.MANAGE_COUNCIL)
def end_member(request: DeskRequest, delegate_id: UUID) -> HttpResponse:
    """Say until when somebody is in office. For the secretary and the manager."""
    desk = request.desk
    row = get_object_or_404(delegates(desk.actor), id=delegate_id)
    form = EndForm(initial={"until_day": desk.today}, **sent(request))
    if done(
        form,
        lambda given: end_delegate(by=desk.actor, at=desk.at, delegate_id=row.id, **given),
        office_days_out_of_order="until_day",
    ):
        messages.success(request, _("La fin de fonction est notée."))
        return redirect(desk.url("members"))
    context = {
        "title": _("Fin de fonction de %(name)s") % {"name": row.name},
        "lead": _("Les séances passées gardent ce membre."),
        "submit": _("Noter cette date"),
        "cancel": desk.url("members"),
        "breadcrumbs": [Crumb(_("Membres du conseil"), desk.url("members")), Crumb(row.name)],
    }
    return form_page(request, form, context)
