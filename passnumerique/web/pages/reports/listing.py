"""Which reports the reader may open, by whom they are for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from passnumerique.ground.refusals import NotAllowed
from passnumerique.ground.words import say
from passnumerique.insight.reports import KIND_WORDS, Kind, offered
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.pages.reports.words import address
from passnumerique.web.tables import Column, Table


@desk_page()
def reports(request: DeskRequest) -> HttpResponse:
    """The list: the council's and the funder's first, then one for each EPCI, structure and place. Everybody sees
    their own only; refuses who has none."""
    desk = request.desk
    found = offered(desk.actor, desk.programme_id, desk.today)
    if not found:
        raise NotAllowed
    context = {
        "desk": desk,
        "general": [(say(KIND_WORDS[one.kind]), address(desk, one)) for one in found if not one.subject],
        "tables": [_table(desk, kind, found) for kind in (Kind.EPCI, Kind.STRUCTURE, Kind.PLACE)],
        "usage": desk.url("usage_csv"),
        "kit": desk.url("kit") if desk.may("read_own_report") else "",
    }
    return render(request, "web/reports/reports.html", context)


def _table(desk: Desk, kind: Kind, found: list[Any]) -> Table | None:
    rows = [one for one in found if one.kind is kind]
    captions = {Kind.EPCI: _("EPCI membres"), Kind.STRUCTURE: _("Structures"), Kind.PLACE: _("Lieux")}
    column = Column("name", _("Rapport de"), url=lambda one: address(desk, one))
    return Table(captions[kind], [column], rows) if rows else None
