"""The training periods of a programme."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.programmes.operations import add_training_period
from passnumerique.programmes.queries import training_periods
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField, done, form_page, sent
from passnumerique.web.pages.programme.parts import Choices, paper_choices, papers, tabs
from passnumerique.web.tables import Column, Table


class PeriodForm(forms.Form):
    """One period."""

    number = forms.IntegerField(label=gettext_lazy("Numéro"), min_value=1, max_value=1000)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    starts_on = DayField(label=gettext_lazy("Premier jour"))
    ends_on = DayField(label=gettext_lazy("Dernier jour"), help_text=gettext_lazy("Ce jour est compris."))
    document_id = forms.ChoiceField(label=gettext_lazy("Document qui la décide"), required=False)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["document_id"].choices = [("", _("Aucun")), *choices]  # type: ignore[attr-defined]


@desk_page(Permission.READ_PROGRAMME)
def periods(request: DeskRequest) -> HttpResponse:
    """The waves of training, in order."""
    desk = request.desk
    add = Action(_("Ajouter une période"), desk.url("add_period"), icon="plus")
    actions = offered(desk, Permission.MANAGE_PROGRAMME, add)
    columns = [
        Column("name", _("Période")),
        Column("number", _("Numéro"), "number"),
        Column("starts_on", _("Premier jour"), "day"),
        Column("ends_on", _("Dernier jour"), "day"),
        Column(lambda row: _when(row.starts_on, row.ends_on, desk.today), _("Aujourd’hui")),
    ]
    table = Table(
        _("Périodes de formation"),
        columns,
        training_periods(desk.programme_id),
        empty=_("Aucune période de formation n’est prévue."),
        empty_url=actions[0].url if actions else "",
        empty_action=_("Ajouter une période"),
    )
    context = {"desk": desk, "tabs": tabs(desk, "periods"), "table": table, "actions": actions}
    return render(request, "web/programme/periods.html", context)


def _when(starts_on: date, ends_on: date, today: date) -> str:
    if today < starts_on:
        return _("à venir")
    return _("terminée") if today > ends_on else _("en cours")


@desk_page(Permission.MANAGE_PROGRAMME)
def add_period(request: DeskRequest) -> HttpResponse:
    """One more period, numbered after the last."""
    desk = request.desk
    number = max((row.number for row in training_periods(desk.programme_id)), default=0) + 1
    suggested = {"number": number, "name": _("Période de formation %(n)s") % {"n": number}}
    form = PeriodForm(choices=paper_choices(papers(desk.programme_id)), initial=suggested, **sent(request))
    if done(form, lambda given: _add(desk, given), dates_out_of_order="ends_on"):
        messages.success(request, _("La période est ajoutée."))
        return redirect(desk.url("periods"))
    context = {
        "title": _("Ajouter une période de formation"),
        "lead": _("Une période de quatre mois environ, bien préparée, vaut mieux qu’une longue attente."),
        "submit": _("Ajouter la période"),
        "cancel": desk.url("periods"),
        "breadcrumbs": [Crumb(_("Périodes de formation"), desk.url("periods")), Crumb(_("Ajouter"))],
    }
    return form_page(request, form, context)


def _add(desk: Desk, given: dict[str, Any]) -> None:
    document_id = UUID(given["document_id"]) if given["document_id"] else None
    add_training_period(
        programme_id=desk.programme_id, by=desk.actor, at=desk.at, **{**given, "document_id": document_id}
    )
