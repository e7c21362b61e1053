"""The state of a programme: a page that is read in a minute, for today or any past day, its file and its paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.documents import printing
from passnumerique.ground.words import say
from passnumerique.insight.dashboard import Dashboard, attention_on, dashboard_on
from passnumerique.ledger.rules import ACCOUNT_WORDS
from passnumerique.programmes.rules import MILESTONE_WORDS
from passnumerique.settlement.queries import late_claims
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, DayField
from passnumerique.web.pages.state import pictures
from passnumerique.web.pages.state.figures import (
    Behind,
    first_day,
    key_figures,
    money_chain,
    network_figures,
    nowhere,
    states,
    tasks,
)
from passnumerique.web.pages.state.paper import paper_of
from passnumerique.web.tables import Column
from passnumerique.web.templatetags.house import day as written


class AsOf(forms.Form):
    """The day whose evening is read: any day since the programme has a calendar, up to today."""

    jour = DayField(label=_("Au jour du"), required=False)

    def __init__(self, data: Any, *, first: date, today: date) -> None:
        super().__init__(data)
        self.first, self.today = first, today
        self.fields["jour"].widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_jour(self) -> date | None:
        """The day; refuses one before the programme or after today."""
        day: date | None = self.cleaned_data["jour"]
        if day and not self.first <= day <= self.today:
            limits = {"first": written(self.first), "today": written(self.today)}
            raise ValidationError(_("Choisissez un jour entre le %(first)s et le %(today)s."), params=limits)
        return day

    @property
    def day(self) -> date:
        """The day asked for; today when none was, or when it cannot be read."""
        return (self.cleaned_data.get("jour") if self.is_valid() else None) or self.today


def _asked(desk: Desk, data: Any) -> AsOf:
    """The form of the day, bound to the address."""
    asked = data if "jour" in data else {"jour": desk.today.isoformat()}
    return AsOf(asked, first=first_day(desk), today=desk.today)


@desk_page("read_council")
def state(request: DeskRequest) -> HttpResponse:
    """The one page, for the offices of the authority, the funder and the issuer. `?jour=` reads a past day."""
    desk = request.desk
    form = _asked(desk, request.GET)
    board = dashboard_on(desk.programme_id, form.day)
    if file := exported(request, f"etat-{desk.slug}-{form.day.isoformat()}", _columns(), list(_rows(board))):
        return file
    past = form.day != desk.today
    behind = Behind(desk, past)
    context = {
        "desk": desk,
        "filter": form,
        "as_of": form.day,
        "past": past,
        "headline": pictures.headline(board),
        "key_figures": key_figures(board, behind),
        "tasks": [] if past else tasks(attention_on(desk.programme_id, form.day, board), board, behind, _late(desk)),
        "shares": pictures.shares(board),
        "states": states(board, behind),
        "received": board.status.received,
        "months": pictures.by_month(board),
        "growth": pictures.growth(board),
        "timeline": pictures.timeline(board, desk.today),
        "money": pictures.money(board),
        "money_chain": money_chain(board, behind),
        "network": network_figures(board, behind),
        "pdf": _pdf_address(desk, form.day),
    }
    return render(request, "web/state/state.html", context, status=UNPROCESSABLE if form.errors else 200)


def _late(desk: Desk) -> int:
    """Claims whose payment term is over, for a reader of claims."""
    if not desk.may("read_claims"):
        return 0
    return late_claims(desk.actor, desk.programme_id, desk.today).count()


def _pdf_address(desk: Desk, day: date) -> str:
    return f"{desk.url('state_pdf')}?jour={day.isoformat()}"


@dataclass(frozen=True)
class Row:
    """One figure of the file."""

    part: str
    label: str
    value: int | Decimal | date
    unit: str


def _columns() -> list[Column]:
    return [
        Column("part", gettext("Rubrique")),
        Column("label", gettext("Intitulé")),
        Column("value", gettext("Valeur")),
        Column("unit", gettext("Unité")),
    ]


def _rows(board: Dashboard) -> Iterator[Row]:
    """Every figure of the page, one a line."""
    status, passes, months = board.status, gettext("pass"), gettext("Par mois")
    yield Row(gettext("Pass"), gettext("Reçus"), status.received, passes)
    yield Row(gettext("Pass"), gettext("Pas encore utilisés"), status.unused, passes)
    for one, count in status.vouchers.items():
        yield Row(gettext("Pass"), capfirst(say(one.words)), count, passes)
    for account, cents in status.money_cents.items():
        yield Row(gettext("Argent"), say(ACCOUNT_WORDS[account]), Decimal(cents) / 100, "€")
    for milestone, when in status.dates.items():
        yield Row(gettext("Calendrier"), capfirst(say(MILESTONE_WORDS[milestone])), when, gettext("jour"))
    for tile in network_figures(board, nowhere):
        yield Row(gettext("Réseau"), tile["label"], tile["value"], gettext("nombre"))
    for month in board.months:
        name = f"{month.month:%Y-%m}"
        yield Row(months, gettext("%(month)s, remis") % {"month": name}, month.handed_over, passes)
        yield Row(months, gettext("%(month)s, utilisés") % {"month": name}, month.used, passes)


@desk_page("read_council")
def state_pdf(request: DeskRequest) -> HttpResponse:
    """The state as a paper for the council, in French, for today or the day of `?jour=`."""
    desk = request.desk
    day = _asked(desk, request.GET).day
    board = dashboard_on(desk.programme_id, day)
    content = printing.programme_state(paper_of(desk, board))
    headers = {"Content-Disposition": f'inline; filename="etat-{desk.slug}-{day}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
