"""« Répartir le stock »: which passes to move where, why, what each move gains, and the button that prepares it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from passnumerique.directory.rules import Permission
from passnumerique.insight.forecast.model.courses import weeks_until
from passnumerique.insight.forecast.reading import MOST_WEEKS
from passnumerique.insight.forecast.telling import Known, known_on
from passnumerique.insight.reallocation.reading import Reason, Told, proposal_on
from passnumerique.programmes.rules import NoCalendar
from passnumerique.web import charts
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE, DayField
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, number

DRAWN = 12


class Until(forms.Form):
    """By which day passes are to be used: the last day of use, or a day to which they would be prolonged."""

    jusquau = DayField(
        label=gettext_lazy("Pour des pass utilisés d’ici le"),
        required=False,
        help_text=gettext_lazy("Une date plus tardive suppose une prolongation."),
    )

    def __init__(self, data: Any, *, known: Known) -> None:
        super().__init__({"jusquau": data.get("jusquau") or known.until.isoformat()})
        self.known = known

    def clean_jusquau(self) -> date | None:
        """Refuses a day that is over, or beyond what a forecast reaches."""
        asked: date | None = self.cleaned_data["jusquau"]
        today = self.known.evidence.as_of
        if asked and (asked < today or weeks_until(today, asked) > MOST_WEEKS):
            last = date.fromordinal(today.toordinal() + 7 * MOST_WEEKS)
            limits = {"first": day(today), "last": day(last)}
            raise ValidationError(_("Choisissez un jour entre le %(first)s et le %(last)s."), params=limits)
        return asked

    @property
    def until(self) -> date:
        """The day asked for, or the last day of use."""
        return (self.cleaned_data.get("jusquau") if self.is_valid() else None) or self.known.until


@desk_page(Permission.READ_FORECAST)
def reallocation(request: DeskRequest) -> HttpResponse:
    """The moves proposed as of today. For the manager, who may prepare them; finance and the auditor read."""
    desk = request.desk
    try:
        known = known_on(desk.programme_id, desk.today)
    except NoCalendar:
        return render(request, "web/uptake/nothing.html", {"desk": desk})
    form = Until(request.GET, known=known)
    found = proposal_on(desk.programme_id, desk.today, known, form.until)
    if file := exported(request, f"repartition-{desk.slug}", columns(), found.reasons):
        return file
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Répartir le stock"))],
        "filter": form,
        "keys_url": desk.url("allocation_keys"),
        "lead": lead(found),
        "gains": gains(found) if found.reasons else None,
        "shelves": shelves(found) if found.reasons else None,
        "hints": hints(found),
        "table": Table(
            _("Déplacements proposés"), [*columns(), *_act(desk, found.unit)], found.reasons, empty=_empty(found)
        ),
    }
    return render(request, "web/uptake/reallocation.html", context, status=UNPROCESSABLE if form.errors else 200)


def lead(found: Told) -> str:
    """What the moves would bring, in one sentence."""
    moves, gain = len(found.reasons), round(found.proposal.plan.gain)
    said = {"moves": number(moves), "gain": number(gain), "day": day(found.proposal.until)}
    if not moves:
        return _("Aucun déplacement de stock ne ferait utiliser plus de pass d’ici le %(day)s.") % said
    return (
        ngettext(
            "%(moves)s déplacement proposé\u202f: environ %(gain)s pass de plus utilisés d’ici le %(day)s.",
            "%(moves)s déplacements proposés\u202f: environ %(gain)s pass de plus utilisés d’ici le %(day)s.",
            moves,
        )
        % said
    )


def _empty(found: Told) -> str:
    if not found.proposal.share:
        return _("Il ne reste pas assez de temps pour que des pass déplacés soient remis puis utilisés.")
    return _("Le stock est déjà là où il sera demandé\u202f: un déplacement coûterait plus qu’il ne rapporte.")


def gains(found: Told) -> charts.Chart:
    """The moves by what each gains."""
    best = found.reasons[0]
    said = {"from": _giver(best), "to": best.receiver, "gain": number(round(best.move.gain))}
    sentence = _("Le plus utile\u202f: de %(from)s vers %(to)s, environ %(gain)s pass de plus.") % said
    parts = [charts.Part(one.receiver, round(one.move.gain)) for one in found.reasons[:DRAWN]]
    return charts.gains(_("Pass de plus utilisés, par structure qui reçoit"), sentence, parts, _("Structure"))


def shelves(found: Told) -> charts.Chart:
    """What each structure has of what will be asked of it, before and after."""
    names = list(dict.fromkeys(one.move.receiver for one in found.reasons))[:DRAWN]
    shelf = {one.name: one for one in found.shelves}
    rows = []
    for one in names:
        has, then = shelf[one].stock, found.proposal.plan.stock[one]
        figure = f"{number(has)} → {number(then)}"
        rows.append(charts.Split(found.names.get(one, ""), figure, "", (has, max(then - has, 0))))
    sentence = _("Ce que chaque structure a aujourd’hui, et ce qu’elle recevrait.")
    return charts.splits(_("Qui reçoit"), sentence, rows, _("Structure"), (_("en stock"), _("à recevoir")))


def hints(found: Told) -> list[str]:
    """What the proposal rests on."""
    said = {"share": f"{round(found.proposal.share * 100)}", "unit": number(found.unit)}
    return [
        _(
            "Chaque structure garde son propre rythme de remise, rapproché de celui du réseau quand elle est peu "
            "connue."
        ),
        _("%(share)s\u202f%% des pass remis d’ici là seraient utilisés à temps, d’après les délais observés.") % said,
        _(
            "Seuls les pass en stock bougent, par carnets de %(unit)s. Un déplacement doit faire utiliser un pass au "
            "moins."
        )
        % said,
        _("Rien n’est déplacé sans vous\u202f: le bouton prépare le bordereau, que les deux côtés signent."),
    ]


def _giver(one: Reason) -> str:
    return _("la collectivité") if one.from_reserve else one.giver


def columns() -> list[Column]:
    """Those of the page and of its file."""
    return [
        Column(lambda one: one.receiver, _("Vers")),
        Column(_giver, _("De")),
        Column(lambda one: one.move.passes, _("Pass"), "number"),
        Column(lambda one: round(one.move.gain), _("Utilisés de plus"), "number"),
        Column(why, _("Pourquoi")),
    ]


def why(one: Reason) -> str:
    """The reason of a move, in a sentence."""
    said = {
        "has": number(one.receiver_stock),
        "asked": number(round(one.receiver_asked)),
        "spare": number(one.giver_stock),
        "needs": number(round(one.giver_asked)),
    }
    if one.from_reserve:
        return _("%(has)s en stock pour environ %(asked)s demandés\u202f; la collectivité en a %(spare)s.") % said
    return _("%(has)s en stock pour environ %(asked)s demandés, contre %(spare)s pour environ %(needs)s.") % said


def _act(desk: Desk, unit: int) -> list[Column]:
    """The button of each move, for who may move stock."""
    if not desk.may("move_stock"):
        return []
    return [Column(_prepare, _("Agir"), url=lambda one: address(desk, one, unit))]


def _prepare(one: Reason) -> str:
    return format_html('{}<span class="unseen"> {} → {}</span>', _("Préparer"), _giver(one), one.receiver)


def address(desk: Desk, one: Reason, unit: int) -> str:
    """The page that carries the move out, filled in."""
    if one.from_reserve:
        size = max(one.move.passes // unit, 1)
        return f"{desk.url('allocate')}?{urlencode({'structure': one.move.receiver, 'combien': size})}"
    asked = {"structure": one.move.giver, "vers": one.move.receiver, "combien": one.move.passes}
    return f"{desk.url('transfer_stock')}?{urlencode(asked)}"
