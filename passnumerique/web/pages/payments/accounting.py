"""A run that the finance software pays: its export, and the file that comes back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.sheets import Report, read_sheet, suggest_mapping
from passnumerique.journeys.accounting_export import accounting_archive
from passnumerique.settlement.operations.accounting import record_accounting_file
from passnumerique.settlement.queries.runs import access_run
from passnumerique.settlement.rules.accounting import SYNONYMS
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import done, sent
from passnumerique.web.reports import bad_table


class BackForm(forms.Form):
    """The lines as the finance software or its user filled them, first tried, then recorded."""

    file = forms.FileField(
        label=gettext_lazy("Fichier des lignes (CSV, XLSX ou ODS)"),
        help_text=gettext_lazy(
            "Celui de l’export, complété du numéro de mandat et de la date de paiement. "
            "Une ligne laissée vide attend\u202f: vous l’importerez plus tard."
        ),
    )
    trial = forms.BooleanField(label=gettext_lazy("Essayer sans rien enregistrer"), required=False, initial=True)


@desk_page(Permission.PAY_CLAIM)
def archive(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """An approved run for the finance software, as one ZIP: the same bytes each time. For finance."""
    desk = request.desk
    run = run_of(desk, run_id)
    try:
        name, content = accounting_archive(desk.actor, run.id)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        messages.error(request, refusal.say())
        return redirect(desk.url("payment_run", run_id))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@desk_page(Permission.PAY_CLAIM)
def record(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """What the finance software paid of a run, from its file: tried, then recorded whole or not at all. For finance."""
    desk = request.desk
    run = run_of(desk, run_id)
    form = BackForm(**sent(request))
    told: list[Report] = []

    def act(given: dict[str, Any]) -> None:
        told.append(_import(desk, run.id, given))

    if done(form, act) and told[0].written:
        messages.success(request, _("Paiements enregistrés\u202f: %(count)s.") % {"count": told[0].created})
        return redirect(desk.url("payment_run", run.id))
    report = told[0] if told else None
    context = {
        "desk": desk,
        "form": form,
        "number": run.number,
        "report": report,
        "bad": bad_table(report) if report and report.bad else None,
        "back": desk.url("payment_run", run.id),
        "breadcrumbs": [
            Crumb(_("Virements"), desk.url("payment_runs")),
            Crumb(_("Lot n°\u202f%(number)s") % {"number": run.number}, desk.url("payment_run", run.id)),
            Crumb(_("Paiements du logiciel de finances")),
        ],
    }
    failed = (form.is_bound and form.errors) or (report and report.bad)
    return render(request, "web/payments/accounting.html", context, status=422 if failed else 200)


def _import(desk: Desk, run_id: UUID, given: dict[str, Any]) -> Report:
    sheet = read_sheet(given["file"].read(), given["file"].name)
    return record_accounting_file(
        run_id=run_id,
        sheet=sheet,
        mapping=suggest_mapping(sheet.columns, SYNONYMS),
        dry_run=given["trial"],
        by=desk.actor,
        at=desk.at,
    )


def run_of(desk: Desk, run_id: UUID) -> Any:
    """A run of the programme of this desk."""
    run = access_run(desk.actor, run_id)
    if run.programme_id != desk.programme_id:
        raise NotFound
    return run
