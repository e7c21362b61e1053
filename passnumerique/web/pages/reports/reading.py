"""One report as of an evening: its page, its paper, its workbook, and what each of its figures is."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.html import escape
from django.utils.translation import gettext as _

from passnumerique.directory.rules import Actor
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import say
from passnumerique.insight.reports import (
    DEFINITIONS,
    KIND_WORDS,
    Definition,
    Figure,
    Grid,
    Kind,
    Offered,
    Report,
    Section,
    report_of,
)
from passnumerique.insight.reports.model import Unit
from passnumerique.journeys.reporting import report_pdf, report_xlsx
from passnumerique.journeys.writing import last_month, letter_pdf
from passnumerique.web.context import Crumb
from passnumerique.web.desk import Desk, DeskRequest, desk_page
from passnumerique.web.exports import XLSX
from passnumerique.web.forms import UNPROCESSABLE
from passnumerique.web.navigation import MENU
from passnumerique.web.pages.reports.pictures import drawn
from passnumerique.web.pages.reports.words import ALL, address, kind_of, value_words
from passnumerique.web.pages.state.figures import first_day
from passnumerique.web.pages.state.views import AsOf
from passnumerique.web.tables import Column, Table

Files = Callable[..., bytes]


@desk_page()
def report(request: DeskRequest, kind: str, subject: str) -> HttpResponse:
    """The report as a page, for `?jour=` or today. Refuses whom `report_of` refuses."""
    desk, form = request.desk, _asked(request)
    found = _read(desk, kind_of(kind), subject, form.day)
    query = f"?jour={form.day.isoformat()}"
    one = Offered(found.kind, found.subject)
    context = {
        "desk": desk,
        "breadcrumbs": [Crumb(_("Rapports"), desk.url("reports")), Crumb(found.about or found.title)],
        "report": found,
        "filter": form,
        "as_of": form.day,
        "pdf": address(desk, one, "report_pdf") + query,
        "xlsx": address(desk, one, "report_xlsx") + query,
        "letter": address(desk, one, "report_letter") if _has_letter(desk, found.kind) else "",
        "sections": [_shown(desk, one, section, query) for section in found.sections],
    }
    return render(request, "web/reports/report.html", context, status=UNPROCESSABLE if form.errors else 200)


def _has_letter(desk: Desk, kind: Kind) -> bool:
    """Whether a month is over that a structure or a place may be written to about."""
    return kind in {Kind.STRUCTURE, Kind.PLACE} and first_day(desk) < desk.today.replace(day=1)


def _asked(request: DeskRequest) -> AsOf:
    desk = request.desk
    data = request.GET if "jour" in request.GET else {"jour": desk.today.isoformat()}
    return AsOf(data, first=first_day(desk), today=desk.today)


def _read(desk: Desk, kind: Kind, subject: str, day: date) -> Report:
    return report_of(desk.actor, desk.programme_id, kind, "" if subject == ALL else subject, day, desk.at)


def _shown(desk: Desk, one: Offered, section: Section, query: str) -> dict[str, Any]:
    """A section as the template draws it."""
    base = address(desk, one)
    return {
        "title": section.title,
        "lead": section.lead,
        "figures": [_tile(figure, f"{base}chiffre/{figure.key}/{query}") for figure in section.figures],
        "charts": [drawn(picture) for picture in section.pictures],
        "sentences": section.sentences,
        "grids": [(_grid(grid), f"{base}chiffre/{grid.key}/{query}" if grid.key else "") for grid in section.grids],
    }


def _tile(figure: Figure, url: str) -> dict[str, str]:
    words = value_words(figure.value, figure.unit)
    return {"value": words, "label": figure.label, "sentence": figure.note, "url": url}


def _grid(grid: Grid) -> Table:
    columns = [_column(rank, label, unit) for rank, (label, unit) in enumerate(grid.headings)]
    return Table(grid.title, columns, grid.rows, empty=grid.empty)


def _column(rank: int, label: str, unit: Unit) -> Column:
    if unit is Unit.DAY:
        return Column(lambda row: row[rank], label, "day")
    kind = "text" if unit is Unit.TEXT else "number"
    return Column(lambda row: escape(value_words(row[rank], unit)), label, kind)


@desk_page()
def report_as_pdf(request: DeskRequest, kind: str, subject: str) -> HttpResponse:
    """The report as a paper, in French."""
    return _file(request, kind, subject, report_pdf, "pdf", "application/pdf")


@desk_page()
def report_as_xlsx(request: DeskRequest, kind: str, subject: str) -> HttpResponse:
    """The report as a workbook, in French: figures with their definitions, and each table."""
    return _file(request, kind, subject, report_xlsx, "xlsx", XLSX)


def _file(request: DeskRequest, word: str, subject: str, make: Files, ending: str, media: str) -> HttpResponse:
    desk, day, kind = request.desk, _asked(request).day, kind_of(word)
    content = make(desk.actor, desk.programme_id, kind, "" if subject == ALL else subject, day, desk.at)
    shown = "inline" if ending == "pdf" else "attachment"
    name = f"rapport-{word}-{desk.slug}-{day.isoformat()}.{ending}"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media, headers=headers)


@desk_page()
def letter(request: DeskRequest, kind: str, subject: str) -> HttpResponse:
    """The letter of the month that is over, as a structure or a place gets it. Refuses (NotFound) other reports."""
    desk, meant = request.desk, kind_of(kind)
    if meant not in {Kind.STRUCTURE, Kind.PLACE}:
        raise NotFound
    month = last_month(desk.today)
    content = letter_pdf(desk.actor, desk.programme_id, meant, subject, month, desk.at)
    headers = {"Content-Disposition": f'inline; filename="lettre-{month:%Y-%m}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@desk_page()
def figure(request: DeskRequest, kind: str, subject: str, key: str) -> HttpResponse:
    """What one figure of a report is: its value that day, its meaning, where it is read, the query, and the list behind
    it where the reader may see it. For whoever may read the report; refuses (NotFound) a figure that is not in it."""
    desk, form = request.desk, _asked(request)
    found = _read(desk, kind_of(kind), subject, form.day)
    one = next((each for each in found.figures() if each.key == key), None)
    if one is None and key not in {grid.key for section in found.sections for grid in section.grids if grid.key}:
        raise NotFound
    told = DEFINITIONS[key]
    here = Offered(found.kind, found.subject)
    back = f"{address(desk, here)}?jour={form.day.isoformat()}"
    context = {
        "desk": desk,
        "breadcrumbs": [
            Crumb(_("Rapports"), desk.url("reports")),
            Crumb(found.about or found.title, back),
            Crumb(one.label if one else _("Chiffres publiés")),
        ],
        "title": one.label if one else _("Chiffres publiés"),
        "value": value_words(one.value, one.unit) if one else "",
        "as_of": form.day,
        "meaning": say(told.meaning),
        "tables": say(told.tables),
        "filters": say(told.filters),
        "query": told.query,
        "parameters": _parameters(desk.programme_id, found) if told.query else [],
        "rows": rows_behind(desk.actor, desk, told),
        "back": back,
        "report": say(KIND_WORDS[found.kind]),
        "usage": desk.url("usage_csv") if key == "usage" else "",
    }
    return render(request, "web/reports/figure.html", context)


def _parameters(programme_id: UUID, found: Report) -> list[tuple[str, str]]:
    """What stands for the names in the query."""
    given = [(":programme", str(programme_id)), (":day", found.as_of.isoformat())]
    return [*given, (":subject", found.subject)] if found.subject else given


def rows_behind(actor: Actor, desk: Desk, told: Definition) -> tuple[str, str] | None:
    """The page that lists what is counted, its name and address, if it is in the reader's menu."""
    entry = next((one for one in MENU if one[1] == told.rows), None)
    if entry is None or actor.role not in entry[2]:
        return None
    try:
        return _(entry[0]), desk.url(entry[1])
    except NoReverseMatch:
        return None
