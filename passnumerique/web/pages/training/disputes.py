"""Disputes: passes that two places took. Both read what happened; the authority settles, with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from passnumerique.directory.rules import NEEDS_ORGANISATION, Permission
from passnumerique.training.operations.disputing import keep_recorded_use, transfer_use
from passnumerique.training.queries.disputes import (
    DisputeTold,
    UseTold,
    access_dispute,
    access_disputes,
    dispute_told,
    disputes_told,
)
from passnumerique.training.rules import DisputeState
from passnumerique.training.rules.disputes import FIRST_ON_THE_SPOT, LONGEST_REASON
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.forms import UNPROCESSABLE, done, sent
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import badge_of, number

PAGE = 50
KEEP, TRANSFER = "keep", "transfer"


@desk_page(Permission.READ_TRAINING)
def disputes(request: DeskRequest) -> HttpResponse:
    """The disputes within the reader's sight, those to be settled first."""
    desk = request.desk
    page = Paginator(access_disputes(desk.actor, desk.programme_id), PAGE).get_page(request.GET.get("page"))
    context = {"desk": desk, "page": page, "table": _table(desk, page)}
    return render(request, "web/training/disputes.html", context)


def _table(desk: Desk, page: Any) -> Table:
    columns = [
        Column(
            lambda told: title_of(told.row), _("Double prise"), url=lambda told: desk.url("dispute", told.row.number)
        ),
        Column("row.voucher_number", _("Pass"), "number"),
        Column("recorded.place", _("Prise enregistrée")),
        Column("contested.place", _("Prise en attente")),
        Column("row.received_at", _("Reçu le"), "day"),
        Column("state", _("État"), "dispute"),
    ]
    empty = _("Aucune double prise. Il y en a une quand deux lieux ont pris le même pass sans réseau.")
    rows = disputes_told(desk.programme_id, list(page.object_list))
    return Table(_("Doubles prises"), columns, rows, count=page.paginator.count, empty=empty)


def title_of(row: Any) -> str:
    """`Double prise n° 3`."""
    return _("Double prise n°\u202f%(number)s") % {"number": number(row.number)}


class DecisionForm(forms.Form):
    """Which use stands, and why. A recorded use that is in a claim can only be kept."""

    decision = forms.ChoiceField(label=gettext_lazy("Quelle prise compte\u202f?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=pgettext_lazy("of a decision", "Motif"),
        help_text=gettext_lazy("Les deux lieux le lisent. Dites ce que vous avez vu, comme la feuille d’émargement."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, told: DisputeTold, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = _("Celle qui est enregistrée, de %(place)s") % {"place": told.recorded.place}
        passed = _("Celle qui est en attente, de %(place)s") % {"place": told.contested.place}
        choices = [(KEEP, kept), *([] if told.claimed else [(TRANSFER, passed)])]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


@desk_page(Permission.READ_TRAINING)
def dispute(request: DeskRequest, number: int) -> HttpResponse:
    """One dispute, its two uses side by side; who settles it does so here."""
    desk = request.desk
    told = dispute_told(access_dispute(desk.actor, desk.programme_id, number))
    form = DecisionForm(told=told, **sent(request)) if _waits_for(desk, told) else None
    if form and done(form, lambda given: _settle(desk, number, given)):
        messages.success(request, _("La double prise est tranchée. Les deux lieux lisent la décision et son motif."))
        return redirect(desk.url("dispute", number))
    context = {
        "desk": desk,
        "told": told,
        "row": told.row,
        "title": title_of(told.row),
        "state": badge_of("dispute", told.state),
        "sides": [_side(desk, told.recorded, recorded=True), _side(desk, told.contested, recorded=False)],
        "reason": _(told.row.reason) if told.row.reason == FIRST_ON_THE_SPOT else told.row.reason,
        "form": form,
        "next": "" if form else _next(told),
        "breadcrumbs": [Crumb(_("Doubles prises"), desk.url("disputes")), Crumb(title_of(told.row))],
    }
    status = UNPROCESSABLE if form and form.errors else 200
    return render(request, "web/training/dispute.html", context, status=status)


def _waits_for(desk: Desk, told: DisputeTold) -> bool:
    return told.state is DisputeState.OPEN and desk.may(Permission.SETTLE_DISPUTES)


def _settle(desk: Desk, number: int, given: dict[str, Any]) -> None:
    act = transfer_use if given["decision"] == TRANSFER else keep_recorded_use
    act(programme_id=desk.programme_id, number=number, reason=given["reason"], by=desk.actor, at=desk.at)


def _side(desk: Desk, use: UseTold, *, recorded: bool) -> dict[str, Any]:
    """One use as its panel shows it. A place is led to its own session only."""
    mine = desk.actor.role not in NEEDS_ORGANISATION or desk.actor.organisation_id == use.place_id
    return {
        "heading": _("Prise enregistrée") if recorded else _("Prise en attente"),
        "use": use,
        "url": desk.url("session", use.session_id) if mine and use.title else "",
    }


def _next(told: DisputeTold) -> str:
    """What a reader who does not settle it may expect."""
    if told.state is DisputeState.OPEN:
        return _("La collectivité tranchera. Gardez la feuille d’émargement signée\u202f: elle peut la demander.")
    place = told.recorded.place if told.recorded.stands else told.contested.place
    if told.recorded.stands or told.contested.stands:
        return _("Le pass compte pour %(place)s, qui peut en demander le remboursement.") % {"place": place}
    return _("Le pass ne compte pour aucun des deux lieux aujourd’hui.")
