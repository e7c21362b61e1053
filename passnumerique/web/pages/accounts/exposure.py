"""What is at risk on a day, and the list of creditors when the issuer fails."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.journeys.creditors import creditors_paper, creditors_sheet, told_to_places
from passnumerique.settlement.queries import Exposure, exposure_on, issuer_default, list_of_creditors
from passnumerique.web import charts
from passnumerique.web.actions import Action
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import DayField
from passnumerique.web.pages.accounts.parts import tabs
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import euros

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DayForm(forms.Form):
    """The day asked for; none after today."""

    as_of = DayField(label=gettext_lazy("Au soir du"), required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_as_of(self) -> date:
        """The day; today when none was asked for."""
        day: date = self.cleaned_data["as_of"] or self.today
        if day > self.today:
            raise ValidationError(_("Ce jour n’est pas encore venu. Choisissez aujourd’hui, ou un jour passé."))
        return day


@desk_page(Permission.READ_ACCOUNTS)
def exposure(request: DeskRequest) -> HttpResponse:
    """Money with the issuer, owed to the places, late, on any day. For who reads the accounts."""
    desk = request.desk
    form = DayForm(request.GET if request.GET.get("as_of") else None, today=desk.today, initial={"as_of": desk.today})
    day = form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else desk.today
    found = exposure_on(desk.actor, desk.programme_id, day)
    columns = _columns()
    file = exported(request, f"exposition-{desk.slug}", columns, found.places)
    if file is not None:
        return file
    known = issuer_default(desk.programme_id)
    context = {
        "desk": desk,
        "tabs": tabs(desk, "exposure"),
        "form": form,
        "found": found,
        "chart": _chart(found),
        "table": Table(
            _("Ce qui est dû à chaque lieu"),
            columns,
            found.places,
            totals=_totals(found),
            empty=_("Rien n’est dû à un lieu ce jour-là."),
        ),
        "default": known,
        "creditors": _creditors(desk) if known else None,
        "told": told_to_places() if known else [],
        "actions": _actions(desk, known is not None),
    }
    return render(request, "web/accounts/exposure.html", context, status=422 if form.is_bound and form.errors else 200)


def _columns() -> list[Column]:
    return [
        Column("place", _("Lieu")),
        Column("owed_cents", _("Dû"), "money"),
        Column("late_cents", _("Dont en retard"), "money"),
        Column("oldest", _("En attente depuis le"), "day"),
        Column("received_cents", _("Déjà reçu"), "money"),
    ]


def _totals(found: Exposure) -> dict[str, object]:
    if not found.places:
        return {}
    return {
        _("Dû"): sum(one.owed_cents for one in found.places),
        _("Dont en retard"): sum(one.late_cents for one in found.places),
        _("Déjà reçu"): sum(one.received_cents for one in found.places),
    }


def _chart(found: Exposure) -> charts.Chart:
    """Where the risk lies: with the issuer, owed and on time, owed and late."""
    late = min(found.late_cents, found.owed_cents)
    parts = [
        charts.Part(_("Chez l’émetteur"), max(found.lent_cents, 0)),
        charts.Part(_("Dû, dans les délais"), found.owed_cents - late),
        charts.Part(_("Dû, en retard"), late),
    ]
    said = {"owed": euros(found.owed_cents), "late": euros(found.late_cents), "lent": euros(found.lent_cents)}
    sentence = _("%(owed)s dus aux lieux, dont %(late)s en retard\u202f; %(lent)s chez l’émetteur.") % said
    return charts.stacked_bar(_("Où est le risque"), sentence, parts, heading=_("Risque"), money=True)


def _creditors(desk: Desk) -> Table:
    columns = [
        Column("place", _("Lieu")),
        Column("passes", _("Pass non payés"), "number"),
        Column("owed_cents", _("Dû"), "money"),
        Column("frozen_cents", _("Dont gelé"), "money"),
        Column("since", _("Depuis le"), "day"),
    ]
    rows = list_of_creditors(desk.actor, desk.programme_id)
    return Table(
        _("Liste des créanciers"), columns, rows, empty=_("Plus rien n’est dû\u202f: tous les lieux sont payés.")
    )


def _actions(desk: Desk, declared: bool) -> list[Action]:
    if declared:
        frozen = any(one.frozen_cents for one in list_of_creditors(desk.actor, desk.programme_id))
        thaws = frozen and desk.may(Permission.CONTROL_CLAIM)
        return [
            *([Action(_("Dégeler"), desk.url("thaw_claims"), "quiet", "undo")] if thaws else []),
            Action(_("Liste des créanciers (PDF)"), desk.url("creditors_paper"), "secondary", "print"),
            Action(_("Liste des créanciers (XLSX)"), desk.url("creditors_sheet"), "secondary", "download"),
        ]
    allowed = desk.may(Permission.MANAGE_PROGRAMME) and desk.may(Permission.CONTROL_CLAIM)
    return [Action(_("Émetteur défaillant"), desk.url("freeze_claims"), "quiet", "snow")] if allowed else []


@desk_page(Permission.READ_ACCOUNTS)
def paper(request: DeskRequest) -> HttpResponse:
    """The list of creditors as a paper."""
    desk = request.desk
    return _download(creditors_paper(desk.actor, desk.programme_id), "application/pdf", f"creanciers-{desk.slug}.pdf")


@desk_page(Permission.READ_ACCOUNTS)
def sheet(request: DeskRequest) -> HttpResponse:
    """The list of creditors as a workbook."""
    desk = request.desk
    return _download(creditors_sheet(desk.actor, desk.programme_id), _XLSX, f"creanciers-{desk.slug}.xlsx")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
