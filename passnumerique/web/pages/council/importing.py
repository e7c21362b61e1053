"""Acts that the council voted before, from the authority's open-data list: the file, a dry run, then the writing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.council.operations import import_acts
from passnumerique.directory.rules import Permission
from passnumerique.ground.sheets import Report, Sheet, read_sheet
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.drawer import keep, kept, throw_away
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, done, form_page, sent
from passnumerique.web.reports import bad_columns, bad_table

DRAWER = "acts"


class ActsForm(forms.Form):
    """The list of acts."""

    file = forms.FileField(
        label=gettext_lazy("Liste des délibérations"),
        help_text=gettext_lazy("SCDL Délibérations 2.1.5, en CSV, XLSX ou ODS, 10 Mo au plus."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}),
    )


@desk_page(Permission.MANAGE_COUNCIL)
def import_list(request: DeskRequest) -> HttpResponse:
    """The file first: read and checked at once, so that one that cannot be read is refused here."""
    desk = request.desk
    form = ActsForm(**sent(request))
    if done(form, lambda given: _keep(request, given["file"])):
        return redirect(desk.url("import_acts_check"))
    context = {
        "title": _("Reprendre les actes passés"),
        "lead": _("Rien n’est écrit avant la vérification. Le même fichier envoyé deux fois ne change rien."),
        "submit": _("Vérifier le fichier"),
        "cancel": desk.url("deliberations"),
        "breadcrumbs": _crumbs(desk),
    }
    return form_page(request, form, context)


def _keep(request: DeskRequest, file: Any) -> None:
    content = file.read()
    _run(request.desk, read_sheet(content, file.name), dry_run=True)
    keep(request, DRAWER, file.name, content)


def _run(desk: Desk, sheet: Sheet, *, dry_run: bool) -> Report:
    return import_acts(rows=sheet.rows, columns=sheet.columns, by=desk.actor, at=desk.at, dry_run=dry_run)


def _crumbs(desk: Desk) -> list[Crumb]:
    return [Crumb(_("Délibérations"), desk.url("deliberations")), Crumb(_("Reprendre les actes passés"))]


@desk_page(Permission.MANAGE_COUNCIL)
def check_list(request: DeskRequest) -> HttpResponse:
    """The dry run: every bad cell with its line, column and reason, or the button that writes all the acts."""
    desk = request.desk
    file = kept(request, DRAWER)
    if file is None:
        messages.warning(request, _("Le fichier n’est plus gardé ici. Choisissez-le de nouveau."))
        return redirect(desk.url("import_acts"))
    sheet = read_sheet(file.content, file.filename)
    report = _run(desk, sheet, dry_run=request.method != "POST")
    if report.written:
        throw_away(request, DRAWER)
        said = ngettext("%(n)s acte est repris.", "%(n)s actes sont repris.", report.created)
        messages.success(request, said % {"n": report.created})
        return redirect(desk.url("deliberations"))
    if answer := exported(request, f"lignes-a-corriger-{desk.slug}", bad_columns(), report.bad):
        return answer
    context = {
        "title": _("Ce que la reprise va faire"),
        "desk": desk,
        "report": report,
        "bad": bad_table(report),
        "breadcrumbs": _crumbs(desk),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "web/council/import.html", context, status=status)
