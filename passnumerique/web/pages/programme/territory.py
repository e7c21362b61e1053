"""The territory: its communes, by EPCI, and their import from a table of the INSEE code."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission
from passnumerique.ground.sheets import BadCell, read_sheet
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.programmes.queries import communes
from passnumerique.programmes.rules import read_communes
from passnumerique.web.actions import Action, offered
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.drawer import keep, kept, throw_away
from passnumerique.web.exports import exported
from passnumerique.web.forms import done, form_page, sent
from passnumerique.web.pages.programme.parts import tabs
from passnumerique.web.reports import SHOWN, bad_columns
from passnumerique.web.tables import Column, Table


class TerritoryForm(forms.Form):
    """The file of the communes, and the year of the INSEE code that it follows."""

    file = forms.FileField(
        label=gettext_lazy("Fichier des communes"),
        help_text=gettext_lazy(
            "CSV, XLSX ou ODS. Il faut les colonnes code INSEE et nom. Codes postaux, population, SIREN et nom "
            "de l’intercommunalité sont repris aussi, et les anciennes communes (55164 Douaumont|…)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )
    vintage = forms.IntegerField(
        label=gettext_lazy("Année du code officiel géographique"), min_value=2000, max_value=2100
    )


@desk_page(Permission.READ_PROGRAMME)
def territory(request: DeskRequest) -> HttpResponse:
    """The communes whose residents the programme is for, under their EPCI."""
    desk = request.desk
    columns, rows = _columns(), list(communes(desk.programme_id))
    file = exported(request, f"territoire-{desk.slug}", [*columns, Column("epci_name", _("EPCI"))], rows)
    if file is not None:
        return file
    add = Action(_("Importer les communes"), desk.url("import_territory"), icon="upload")
    context = {
        "desk": desk,
        "tabs": tabs(desk, "territory"),
        "communes": len(rows),
        "population": sum(row.population for row in rows),
        "groups": _groups(rows, columns),
        "vintages": sorted({row.vintage for row in rows}),
        "actions": offered(desk, Permission.MANAGE_PROGRAMME, add),
    }
    return render(request, "web/programme/territory.html", context)


def _columns() -> list[Column]:
    return [
        Column("name", _("Commune")),
        Column("insee_code", _("Code INSEE")),
        Column("postcodes", _("Codes postaux")),
        Column("population", _("Habitants"), "number"),
    ]


def _groups(rows: Iterable[Any], columns: list[Column]) -> list[Table]:
    """One table for each EPCI, with its population."""
    by_epci = sorted(rows, key=lambda row: (row.epci_name, row.name, row.insee_code))
    found = []
    for name, some in groupby(by_epci, key=lambda row: row.epci_name):
        own = list(some)
        total = {_("Habitants"): sum(row.population for row in own)}
        found.append(Table(name or _("Sans intercommunalité"), columns, own, count=len(own), totals=total))
    return found


@desk_page(Permission.MANAGE_PROGRAMME)
def import_territory(request: DeskRequest) -> HttpResponse:
    """First the file, read at once."""
    desk = request.desk
    form = TerritoryForm(initial={"vintage": desk.today.year}, **sent(request))
    if done(form, lambda given: _keep(request, given), missing_columns="file", unreadable_sheet="file"):
        return redirect(desk.url("check_territory"))
    context = {
        "title": _("Importer les communes du territoire"),
        "lead": _("Les communes déjà connues sont mises à jour. Rien n’est écrit avant votre accord."),
        "submit": _("Vérifier le fichier"),
        "cancel": desk.url("territory"),
        "breadcrumbs": [Crumb(_("Territoire"), desk.url("territory")), Crumb(_("Importer"))],
    }
    return form_page(request, form, context)


def _drawer(desk: Desk) -> str:
    return f"territory-{desk.programme_id}"


def _keep(request: DeskRequest, given: dict[str, Any]) -> None:
    content = given["file"].read()
    read_communes(read_sheet(content, given["file"].name))
    keep(request, _drawer(request.desk), given["file"].name, content)
    request.session[_drawer(request.desk)] = given["vintage"]


@desk_page(Permission.MANAGE_PROGRAMME)
def check_territory(request: DeskRequest) -> HttpResponse:
    """Then what would be written, with every bad cell; only a file without any is written."""
    desk = request.desk
    file = kept(request, _drawer(desk))
    if file is None:
        messages.warning(request, _("Le fichier n’est plus gardé ici. Choisissez-le de nouveau."))
        return redirect(desk.url("import_territory"))
    read, bad = read_communes(read_sheet(file.content, file.filename))
    if request.method == "POST" and not bad:
        return _write(request, [CommuneGiven(**commune) for commune in read])
    return exported(request, f"lignes-a-corriger-{desk.slug}", bad_columns(), bad) or _check(request, read, bad)


def _write(request: DeskRequest, given: list[CommuneGiven]) -> HttpResponse:
    desk = request.desk
    vintage = int(request.session.pop(_drawer(desk), desk.today.year))
    count = set_territory(programme_id=desk.programme_id, communes=given, vintage=vintage, by=desk.actor, at=desk.at)
    throw_away(request, _drawer(desk))
    said = ngettext("%(count)s commune est enregistrée.", "%(count)s communes sont enregistrées.", count)
    messages.success(request, said % {"count": count})
    return redirect(desk.url("territory"))


def _check(request: DeskRequest, read: list[dict[str, Any]], bad: list[BadCell]) -> HttpResponse:
    desk = request.desk
    known = {row.insee_code for row in communes(desk.programme_id)}
    context = {
        "desk": desk,
        "created": sum(commune["insee_code"] not in known for commune in read),
        "known": sum(commune["insee_code"] in known for commune in read),
        "bad": Table(_("Cellules à corriger"), bad_columns(), bad[:SHOWN], count=len(bad)) if bad else None,
        "breadcrumbs": [Crumb(_("Territoire"), desk.url("territory")), Crumb(_("Importer"))],
    }
    return render(request, "web/programme/territory_check.html", context)
