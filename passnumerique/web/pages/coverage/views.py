"""The coverage of the territory: residents near a coming workshop, the communes too far from any, and which
organisations would close most of these holes if they held some."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from passnumerique.ground.sheets import normalised
from passnumerique.insight.coverage import Candidate, Coverage, Reached, coverage_on
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.coverage import pictures
from passnumerique.web.tables import Column, Table

PAGE = 25
USUAL_KM, USUAL_WEEKS = 10, 8
DISTANCES = (5, 10, 15, 20, 30)
AHEAD = (4, 8, 13, 26)
NAMES_TOLD = 4


class CoverageFilter(forms.Form):
    """How near counts as near, and how many weeks ahead sessions count."""

    km = forms.TypedChoiceField(
        label=_("À moins de"), coerce=int, required=False, choices=[(km, f"{km} km") for km in DISTANCES]
    )
    weeks = forms.TypedChoiceField(
        label=_("Ateliers des"),
        coerce=int,
        required=False,
        choices=[(weeks, _("%(count)s prochaines semaines") % {"count": weeks}) for weeks in AHEAD],
    )

    def __init__(self, data: Any) -> None:
        given = data.copy()
        given.setdefault("km", str(USUAL_KM))
        given.setdefault("weeks", str(USUAL_WEEKS))
        super().__init__(given)


@desk_page("read_council")
def coverage(request: DeskRequest) -> HttpResponse:
    """The page and its files, for the offices of the authority and the funder."""
    desk, form = request.desk, CoverageFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    km, weeks = asked.get("km") or USUAL_KM, asked.get("weeks") or USUAL_WEEKS
    found = coverage_on(desk.programme_id, desk.at, km=km, weeks=weeks)
    sort = request.GET.get("sort", "")
    rows = _sorted(found.communes, sort)
    if file := exported(request, f"couverture-{desk.slug}", _columns(found), rows):
        return file
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(gettext("Couverture"))],
        "filter": form,
        "lead": pictures.sentence(found),
        "shares": pictures.shares(found),
        "map": pictures.territory(found),
        "found": found,
        "candidates": _candidates(desk, found),
        "table": _table(found, list(page.object_list), sort),
        "page": page,
    }
    return render(request, "web/coverage/coverage.html", context, status=UNPROCESSABLE if form.errors else 200)


def _sorted(rows: Sequence[Reached], sort: str) -> list[Reached]:
    """The farthest from any workshop first unless asked otherwise; those of which nothing is known come last."""
    down, name = sort.startswith("-") or not sort, sort.removeprefix("-") or "km"
    nowhere = -1.0 if down else float("inf")
    keys: dict[str, Any] = {
        "name": lambda one: normalised(one.name),
        "residents": lambda one: one.residents,
        "km": lambda one: nowhere if one.km is None else one.km,
    }
    named = sorted(rows, key=lambda one: (-one.residents, normalised(one.name)))
    return sorted(named, key=keys.get(name, keys["km"]), reverse=down)


def _table(found: Coverage, rows: Sequence[Reached], sort: str) -> Table:
    return Table(
        gettext("Communes du territoire"),
        _columns(found),
        rows,
        sort=sort or "-km",
        count=len(found.communes),
        empty=gettext("Le territoire n’a pas de commune. Ajoutez-les dans les règles du dispositif."),
    )


def _columns(found: Coverage) -> list[Column]:
    return [
        Column("name", gettext("Commune"), sort=True),
        Column("epci", gettext("EPCI")),
        Column("residents", gettext("Habitants"), "number", sort=True),
        Column(_written_km, gettext("Distance (km)"), sort="km"),
        Column(lambda one: one.site.name if one.site else "", gettext("Lieu le plus proche")),
        Column(lambda one: _position(one, found.km), gettext("Couverture")),
    ]


def _written_km(one: Reached) -> str:
    return "" if one.km is None else f"{one.km:.1f}".replace(".", ",")


def _position(one: Reached, km: float) -> str:
    near = one.within(km)
    if near is None:
        return gettext("position inconnue")
    told = gettext("couverte") if near else gettext("trop loin")
    return gettext("%(told)s (position estimée)") % {"told": told} if one.estimated else told


def _candidates(desk: Desk, found: Coverage) -> Table:
    return Table(
        gettext("Où un lieu de plus changerait le plus"),
        [
            Column(
                lambda one: one.site.name,
                gettext("Organisme du réseau"),
                url=lambda one: desk.url("organisation", one.site.id) if desk.may("read_everything") else "",
            ),
            Column(lambda one: one.site.commune, gettext("Commune")),
            Column("residents", gettext("Habitants rapprochés"), "number"),
            Column(_closed, gettext("Communes rapprochées")),
        ],
        found.candidates,
        empty=gettext("Aucun autre organisme du réseau ne rapprocherait une commune d’un atelier."),
    )


def _closed(one: Candidate) -> str:
    names = ", ".join(one.communes[:NAMES_TOLD])
    more = len(one.communes) - NAMES_TOLD
    return gettext("%(names)s et %(count)s autres") % {"names": names, "count": more} if more > 0 else names
