"""« Parcours des pass »: how far passes came, where they wait, what is lost, and how long each step takes."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from passnumerique.directory.rules import Permission
from passnumerique.insight.funnel.telling import APART_WORDS, Apart, funnel_on
from passnumerique.web.context import Crumb
from passnumerique.web.desk import DeskRequest, desk_page
from passnumerique.web.exports import exported
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.pages.state.figures import first_day
from passnumerique.web.pages.state.views import AsOf
from passnumerique.web.pages.uptake import funnel_pictures as pictures
from passnumerique.web.tables import Table

PAGE = 15
_NOTHING = gettext_lazy("Rien ici à ce jour. Choisissez un autre jour, ou une autre comparaison.")


class FunnelFilter(AsOf):
    """The day whose evening is read, and what the funnel is told apart by."""

    par = forms.ChoiceField(
        label=gettext_lazy("Comparer par"),
        required=False,
        choices=[(one.value, gettext_lazy(APART_WORDS[one])) for one in Apart],
    )

    def __init__(self, data: Any, *, first: date, today: date) -> None:
        given = {"jour": today.isoformat(), "par": Apart.STRUCTURE.value}
        asked = {name: data[name] for name in given if name in data}
        super().__init__(given | asked, first=first, today=today)

    @property
    def apart(self) -> Apart:
        """What was asked for; by structure otherwise."""
        asked = self.cleaned_data.get("par") if self.is_bound and hasattr(self, "cleaned_data") else ""
        return Apart(asked or Apart.STRUCTURE)


@desk_page(Permission.READ_FORECAST)
def funnel(request: DeskRequest) -> HttpResponse:
    """The page and its file, as of today or any past day; for the manager, finance and the auditor."""
    desk = request.desk
    form = FunnelFilter(request.GET, first=first_day(desk), today=desk.today)
    day = form.day
    found = funnel_on(desk.programme_id, day, form.apart)
    if file := exported(request, f"parcours-{desk.slug}-{day.isoformat()}", pictures.file_columns(found), found.parts):
        return file
    page = Paginator(found.parts, PAGE).get_page(request.GET.get("page"))
    heading = str(_(APART_WORDS[found.apart]))
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Parcours des pass"))],
        "filter": form,
        "lead": pictures.lead(found),
        "tiles": pictures.tiles(found),
        "whole": pictures.whole(found),
        "lengths": pictures.lengths(found),
        "compared": pictures.compared(found, heading) if found.parts else None,
        "slowness": pictures.slowness(found, heading),
        "hints": pictures.hints(found),
        "table": Table(
            heading, pictures.columns(found), list(page.object_list), count=len(found.parts), empty=str(_NOTHING)
        ),
        "page": page,
    }
    return render(request, "web/uptake/funnel.html", context, status=UNPROCESSABLE if form.errors else 200)
