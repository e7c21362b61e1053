"""The rendering of accounts of a period, on a page and as files."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.ground.dates import month_of
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.insight.accounts import Accounts, Period, accounts_of
from passnumerique.insight.accounts.natures import SIDE_WORDS, Side
from passnumerique.journeys.rendering import journal_of, render_archive, rendering_paper, rendering_sheets
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import DayField
from passnumerique.web.pages.accounts.parts import tabs
from passnumerique.web.tables import Column, Table

_FILES = ("paper", "sheets", "journal", "archive")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    """Two days, both included."""

    first = DayField(label=gettext_lazy("Du"))
    last = DayField(label=gettext_lazy("Au"))

    def clean(self) -> dict[str, Any]:
        """Refuses a period that ends before it begins."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("La fin vient avant le début. Échangez les deux dates."))
        return given


@desk_page(Permission.READ_ACCOUNTS)
def accounts(request: DeskRequest) -> HttpResponse:
    """The accounts of a period: this year by default. For who reads the accounts."""
    desk = request.desk
    form = _form(request)
    period = _period(desk, form)
    found = accounts_of(desk.programme_id, period)
    asked = urlencode({"first": period.first.isoformat(), "last": period.last.isoformat()})
    context = {
        "desk": desk,
        "tabs": tabs(desk, "accounts"),
        "form": form,
        "period": period,
        "position": [(say(one.label), one.closing_cents) for one in found.position],
        "natures": [_natures(found, side) for side in Side],
        "balances": [
            _balance(_("Balance du livre de l’argent"), found.cash),
            _balance(_("Balance du livre de la valeur faciale"), found.face),
        ],
        "receivables": _receivables(found),
        "files": {
            name: f"{desk.url(f'accounts_{name}')}?{asked}" for name in ("paper", "sheets", "journal", "archive")
        },
        "pieces": len(found.pieces),
    }
    return render(request, "web/accounts/accounts.html", context, status=422 if form.is_bound and form.errors else 200)


def _form(request: DeskRequest) -> PeriodForm:
    asked = {name: request.GET[name] for name in ("first", "last") if request.GET.get(name)}
    initial = {"first": _year(request.desk.today), "last": request.desk.today}
    return PeriodForm(asked or None, initial=initial)


def _period(desk: Desk, form: PeriodForm) -> Period:
    """The period asked for; this year so far when it was not, or not well."""
    if form.is_bound and form.is_valid():
        return Period(form.cleaned_data["first"], form.cleaned_data["last"])
    return Period(_year(desk.today), desk.today)


def _year(day: date) -> date:
    return month_of(day - timedelta(days=day.timetuple().tm_yday - 1))


def _asked(request: DeskRequest) -> Period:
    """The period of a file. Refuses (NotFound) an address without one, or with one that is none."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise NotFound
    return Period(form.cleaned_data["first"], form.cleaned_data["last"])


@desk_page(Permission.READ_ACCOUNTS)
def paper(request: DeskRequest) -> HttpResponse:
    """The rendering as a paper."""
    desk = request.desk
    content = rendering_paper(desk.actor, desk.programme_id, _asked(request))
    return _download(content, "application/pdf", f"reddition-{desk.slug}.pdf")


@desk_page(Permission.READ_ACCOUNTS)
def sheets(request: DeskRequest) -> HttpResponse:
    """The rendering as a workbook."""
    desk = request.desk
    return _download(
        rendering_sheets(desk.actor, desk.programme_id, _asked(request)), _XLSX, f"reddition-{desk.slug}.xlsx"
    )


@desk_page(Permission.READ_ACCOUNTS)
def journal(request: DeskRequest) -> HttpResponseBase:
    """The ledger of the period as a plain-text journal, sent as it is read."""
    desk = request.desk
    lines = journal_of(desk.actor, desk.programme_id, _asked(request))
    name = f'attachment; filename="journal-{desk.slug}.beancount"'
    return StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@desk_page(Permission.READ_ACCOUNTS)
def archive(request: DeskRequest) -> HttpResponseBase:
    """Paper, workbook, journal and manifest as one ZIP."""
    desk = request.desk
    period = _asked(request)
    file = TemporaryFile()  # noqa: SIM115 — the answer closes it
    with TemporaryDirectory() as scratch:
        render_archive(
            actor=desk.actor, programme_id=desk.programme_id, period=period, into=file, scratch=Path(scratch)
        )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"reddition-{desk.slug}.zip")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _natures(found: Accounts, side: Side) -> Table:
    lines = found.of_side(side)
    empty = {
        Side.RECEIPT: _("Aucune recette sur cette période."),
        Side.EXPENSE: _("Aucune dépense sur cette période."),
        Side.INTERNAL: _("Aucun mouvement interne sur cette période."),
    }
    return Table(
        say(SIDE_WORDS[side]),
        [
            Column(lambda row: say(row.nature), _("Nature")),
            Column("count", _("Nombre"), "number"),
            Column("amount_cents", _("Montant"), "money"),
        ],
        lines,
        totals={_("Montant"): sum(line.amount_cents for line in lines)} if len(lines) > 1 else {},
        empty=empty[side],
    )


def _balance(caption: str, lines: Any) -> Table:
    columns = [
        Column(lambda row: say(row.label), _("Compte")),
        Column("place", _("Lieu")),
        Column("opening_cents", _("Solde au début"), "money"),
        Column("debit_cents", _("Sorties"), "money"),
        Column("credit_cents", _("Entrées"), "money"),
        Column("closing_cents", _("Solde à la fin"), "money"),
    ]
    sums = {column.label: sum(getattr(line, str(column.key)) for line in lines) for column in columns[2:]}
    return Table(caption, columns, lines, totals=sums)


def _receivables(found: Accounts) -> Table:
    return Table(
        _("Indus à recouvrer"),
        [
            Column("place", _("Lieu")),
            Column("declared_cents", _("Déclaré indu"), "money"),
            Column("recovered_cents", _("Récupéré"), "money"),
            Column("left_cents", _("Reste à recouvrer"), "money"),
            Column("since", _("Depuis le"), "day"),
        ],
        found.receivables,
        empty=_("Aucun indu n’a été déclaré jusqu’à la fin de cette période."),
    )
