"""Taking over a programme kept elsewhere: its files, tried first, then taken all or not at all."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.sheets import MAX_BYTES
from passnumerique.ground.words import say
from passnumerique.journeys.takeover import Folder, TakeoverReport, take_over_programme
from passnumerique.journeys.takeover.folder import MAY_MISS
from passnumerique.journeys.takeover.proving import Proof
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, DayField, done, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge

SHOWN = 200
FILES = {
    "lots": gettext_lazy("Lots\u202f: lot, date, numéro, carnet, code"),
    "allocations": gettext_lazy("Livraisons\u202f: date, structure, premier carnet, dernier carnet"),
    "remises": gettext_lazy(
        "Remises\u202f: date, structure, premier numéro, dernier numéro, commune (code INSEE), tranche d’âge"
    ),
    "utilisations": gettext_lazy("Utilisations\u202f: date, lieu, numéro, module"),
    "paiements": gettext_lazy("Paiements\u202f: date, lieu, utilisations jusqu’au, référence, montant"),
    "releve": gettext_lazy("Dernier relevé\u202f: rubrique, lieu, pass, montant"),
}


class TakeoverForm(forms.Form):
    """The files of the former issuer, its name, and the day of its last statement."""

    former = forms.CharField(label=gettext_lazy("Qui tenait ce dispositif"), max_length=120)
    statement_on = DayField(
        label=gettext_lazy("Jour du dernier relevé"),
        help_text=gettext_lazy("La reprise s’arrête au soir de ce jour, et doit trouver les mêmes soldes."),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        widget = forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"})
        for name, label in FILES.items():
            self.fields[name] = forms.FileField(label=label, required=name not in MAY_MISS, widget=widget)
        self.fields["real"] = forms.BooleanField(
            label=gettext_lazy("Reprendre pour de bon"),
            required=False,
            help_text=gettext_lazy("Sans cette case, tout est essayé et prouvé, et rien n’est écrit."),
        )

    def clean_statement_on(self) -> date:
        """The day. Refuses one to come."""
        day: date = self.cleaned_data["statement_on"]
        if day > self.today:
            raise ValidationError(_("Cette date n’est pas encore venue. Enregistrez ce qui est fait."))
        return day

    def folder(self) -> Folder:
        """The files that were sent."""
        given = {name: self.cleaned_data.get(name) for name in FILES}
        for name, file in given.items():
            if file and file.size > MAX_BYTES:
                self.add_error(name, _("Ce fichier est trop grand. Faites la reprise par la commande."))
        return Folder({name: (file.name, file.read()) for name, file in given.items() if file})


@desk_page(Permission.RECEIVE_LOT)
def page(request: DeskRequest) -> HttpResponse:
    """Try a takeover, or do it. For the manager, on a programme without any pass."""
    desk = request.desk
    form = TakeoverForm(**sent(request), today=desk.today)
    reports: list[TakeoverReport] = []

    def act(given: dict[str, Any]) -> None:
        folder = form.folder()
        if not form.errors:
            reports.append(
                take_over_programme(
                    programme_id=desk.programme_id,
                    folder=folder,
                    former=given["former"],
                    statement_on=given["statement_on"],
                    by=desk.actor,
                    at=desk.at,
                    dry_run=not given["real"],
                )
            )

    done(form, act)
    report = reports[0] if reports else None
    context = {
        "desk": desk,
        "form": form,
        "report": report,
        "bad": _bad(report) if report and report.bad else None,
        "hidden_errors": max(len(report.bad) - SHOWN, 0) if report else 0,
        "proofs": _proofs(report) if report and report.proofs else None,
        "breadcrumbs": [Crumb(_("Lots"), desk.url("lots")), Crumb(_("Reprise"))],
    }
    wrong = (form.is_bound and form.errors) or (report and report.bad)
    return render(request, "web/issuer/takeover.html", context, status=UNPROCESSABLE if wrong else 200)


def _bad(report: TakeoverReport) -> Table:
    columns = [
        Column("file", _("Fichier")),
        Column("line", _("Ligne"), "number"),
        Column("column", _("Colonne")),
        Column("value", _("Contenu")),
        Column("say", _("Ce qu’il faut corriger")),
    ]
    return Table(_("Lignes à corriger"), columns, report.bad[:SHOWN], count=len(report.bad))


def _proofs(report: TakeoverReport) -> Table:
    columns = [
        Column(lambda row: say(row.item).capitalize(), _("Rubrique")),
        Column("place", _("Lieu")),
        Column("stated", _("Pass au relevé"), "number"),
        Column("found", _("Pass repris"), "number"),
        Column("stated_cents", _("Valeur au relevé"), "money"),
        Column("found_cents", _("Valeur reprise"), "money"),
        Column(_holds, _("Accord")),
    ]
    return Table(_("Soldes de départ, prouvés par le relevé"), columns, report.proofs)


def _holds(row: Proof) -> SafeString:
    return badge(_("d’accord"), "check", "good") if row.holds else badge(_("écart"), "alert", "bad")
