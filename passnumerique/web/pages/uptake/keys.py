"""« Essayer une clé de répartition »: a fixed part and weights, tried before passes are given out."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.insight.forecast.telling import known_on
from passnumerique.insight.reallocation.keyed import PACE, PRIORITY, RESIDENTS, Keyed, keyed_on
from passnumerique.insight.reallocation.keys import Key
from passnumerique.insight.reallocation.reading import Told, proposal_on
from passnumerique.programmes.rules import NoCalendar
from passnumerique.web import charts
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.tables import Column, Table
from passnumerique.web.templatetags.house import day, number

MOST = 1_000_000
_WEIGHTS = {"habitants": RESIDENTS, "rythme": PACE, "prioritaires": PRIORITY}


def _weight(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=100, **options)


class KeyForm(forms.Form):
    """How many passes, the fixed part, and how much each measure counts."""

    passes = forms.IntegerField(label=gettext_lazy("Pass à répartir"), min_value=1, max_value=MOST)
    fixe = forms.IntegerField(
        label=gettext_lazy("Part fixe de chaque structure"), required=False, min_value=0, max_value=10_000
    )
    habitants = _weight(gettext_lazy("Poids des habitants de la commune"))
    rythme = _weight(gettext_lazy("Poids du rythme de remise"))
    prioritaires = _weight(
        gettext_lazy("Poids des structures prioritaires"),
        help_text=gettext_lazy("Par exemple celles d’un quartier prioritaire\u202f: cochez-les ci-dessous."),
    )
    structures = forms.MultipleChoiceField(
        label=gettext_lazy("Structures prioritaires"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, told: Told) -> None:
        usual = {"passes": max(told.known.evidence.reserve, told.unit), "fixe": 0, "habitants": 50, "rythme": 50}
        super().__init__(data if "passes" in data else usual)
        open_ones = sorted((told.names.get(one.name, ""), str(one.name)) for one in told.shelves if one.takes)
        choices = [(one, name) for name, one in open_ones]
        self.fields["structures"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuses a weight for structures put first where none is."""
        given = self.cleaned_data
        if given.get("prioritaires") and not given.get("structures") and "structures" not in self.errors:
            self.add_error("structures", ValidationError(_("Cochez au moins une structure, ou mettez leur poids à 0.")))
        return given

    def key(self) -> Key:
        """The key asked for."""
        weights = {name: float(self.cleaned_data.get(field) or 0) for field, name in _WEIGHTS.items()}
        return Key(self.cleaned_data.get("fixe") or 0, weights)


@desk_page(Permission.READ_FORECAST)
def keys(request: DeskRequest) -> HttpResponse:
    """The key of the address, and what it would give; for the manager, finance and the auditor. Writes nothing."""
    desk = request.desk
    try:
        told = proposal_on(desk.programme_id, desk.today, known_on(desk.programme_id, desk.today))
    except NoCalendar:
        return render(request, "web/uptake/nothing.html", {"desk": desk})
    form = KeyForm(request.GET, told=told)
    found = None
    if form.is_valid():
        first = {UUID(one) for one in form.cleaned_data["structures"]}
        found = keyed_on(desk.programme_id, told, form.cleaned_data["passes"], form.key(), first)
        if file := exported(request, f"cle-{desk.slug}", _columns(), found.rows):
            return file
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Répartir le stock"), desk.url("reallocation")), Crumb(_("Clé de répartition"))],
        "form": form,
        "compared": _compared(found, told) if found else None,
        "table": Table(_("Ce que chaque structure recevrait"), _columns(), found.rows, empty=_NOBODY)
        if found
        else None,
    }
    return render(request, "web/uptake/keys.html", context, status=UNPROCESSABLE if form.errors else 200)


_NOBODY = str(gettext_lazy("Aucune structure ne peut recevoir de pass aujourd’hui. Agréez-en dans le réseau."))


def _compared(found: Keyed, told: Told) -> charts.Chart:
    """The key beside an equal split and the best there is."""
    ways = (
        (_("Cette clé"), found.used_by_key),
        (_("À parts égales"), found.used_alike),
        (_("Au mieux"), found.used_best),
    )
    parts = [charts.Part(name, round(used)) for name, used in ways]
    said = {"passes": number(found.passes), "used": number(round(found.used_by_key)), "day": day(told.proposal.until)}
    sentence = _("Sur %(passes)s pass, environ %(used)s seraient utilisés d’ici le %(day)s avec cette clé.") % said
    return charts.gains(_("Ce qui serait utilisé"), sentence, parts, _("Répartition"))


def _columns() -> list[Column]:
    return [
        Column("name", _("Structure")),
        Column("residents", _("Habitants"), "number"),
        Column("stock", _("En stock"), "number"),
        Column(lambda one: round(one.asked), _("Demandés"), "number"),
        Column("by_key", _("Cette clé"), "number"),
        Column("alike", _("À parts égales"), "number"),
        Column("best", _("Au mieux"), "number"),
    ]
