"""A report as files: a paper to read, a workbook to count with. It crosses floors: `insight` reads, `documents` prints.

Papers are French, whatever the reader's language. The same register gives the same bytes.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.text import slugify

from passnumerique.directory.rules import Actor
from passnumerique.documents import reports as papers
from passnumerique.documents.papers import Figure as Tile
from passnumerique.ground.dates import long_day
from passnumerique.ground.sheets import Cell, Leaf, write_workbook
from passnumerique.ground.words import say
from passnumerique.insight.reports import DEFINITIONS, Grid, Kind, Picture, Report, Section, Unit, report_of, written
from passnumerique.insight.reports.model import Ahead, Columns, Value
from passnumerique.journeys.rendering import brand_of
from passnumerique.programmes.queries import access_programme

_HIDDEN = "masqué"


def report_pdf(actor: Actor, programme_id: UUID, kind: Kind, subject: str, day: date, at: datetime) -> bytes:
    """The paper of a report. Refuses what `report_of` does."""
    with translation.override("fr"):
        return papers.report_paper(
            paper_of(actor, programme_id, report_of(actor, programme_id, kind, subject, day, at))
        )


def report_xlsx(actor: Actor, programme_id: UUID, kind: Kind, subject: str, day: date, at: datetime) -> bytes:
    """The workbook of a report: its figures with their definitions, then each table. Refuses what `report_of` does."""
    with translation.override("fr"):
        return workbook_of(report_of(actor, programme_id, kind, subject, day, at))


def write_report(
    *, actor: Actor, programme_id: UUID, kind: Kind, subject: str, day: date, at: datetime, out: Path
) -> list[Path]:
    """Both files, into the directory `out`; which ones. Files of the same name are replaced."""
    with translation.override("fr"):
        report = report_of(actor, programme_id, kind, subject, day, at)
        contents = {
            "pdf": papers.report_paper(paper_of(actor, programme_id, report)),
            "xlsx": workbook_of(report),
        }
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for ending, content in contents.items():
        path = out / f"{file_name(report)}.{ending}"
        path.write_bytes(content)
        paths.append(path)
    return paths


def file_name(report: Report) -> str:
    """`rapport-council-2022-12-13`, and for whom."""
    parts = ("rapport", report.kind.value, slugify(report.about), report.as_of.isoformat())
    return "-".join(part for part in parts if part)


def paper_of(
    actor: Actor, programme_id: UUID, report: Report, *, greeting: str = "", closing: str = ""
) -> papers.ReportPaper:
    """The facts of the paper; with a greeting it is a letter."""
    programme = access_programme(actor, programme_id)
    return papers.ReportPaper(
        brand=brand_of(actor, programme),
        made_on=report.as_of,
        title=report.title,
        about=report.about,
        headline=report.headline,
        parts=tuple(_part(one) for one in report.sections),
        notes=tuple(_notes(programme, report)),
        greeting=greeting,
        closing=closing,
    )


def _notes(programme: Any, report: Report) -> Iterator[str]:
    yield f"Chiffres du registre au soir du {long_day(report.as_of)}, sans nom ni contact."
    yield "La définition et la requête de chaque chiffre sont à la page du rapport, et dans son tableur."
    yield from report.notes
    if programme.invented:
        yield "Une partie de ces données est inventée ou supposée. La page « État du dispositif » dit laquelle."


def _part(section: Section) -> papers.Part:
    return papers.Part(
        title=section.title,
        lead=section.lead,
        figures=tuple(Tile(one.label, written(one.value, one.unit), one.note) for one in section.figures),
        pictures=tuple(_picture(one) for one in section.pictures),
        listings=tuple(_listing(one) for one in section.grids),
        sentences=section.sentences,
        breaks=section.breaks,
    )


def _picture(one: Picture) -> papers.Bars | papers.Shares | papers.Fan:
    if isinstance(one, Columns):
        return papers.Bars(one.title, one.sentence, one.months, one.series)
    if isinstance(one, Ahead):
        return papers.Fan(one.title, one.sentence, one.past, one.ahead, one.ceiling)
    return papers.Shares(one.title, one.sentence, one.parts)


def _listing(grid: Grid) -> papers.Listing:
    units = [unit for _label, unit in grid.headings]
    return papers.Listing(
        grid.title,
        tuple(label for label, _unit in grid.headings),
        tuple(tuple(written(cell, unit) for cell, unit in zip(row, units, strict=True)) for row in grid.rows),
        right=tuple(rank for rank, unit in enumerate(units) if unit not in {Unit.TEXT, Unit.DAY}),
        narrow=tuple(rank for rank, unit in enumerate(units) if unit is Unit.DAY),
        lead=grid.lead,
        empty=grid.empty,
    )


def workbook_of(report: Report) -> bytes:
    """Figures, then a sheet for each picture of months and for each table."""
    return write_workbook(list(_leaves(report)), title=report.title)


def _leaves(report: Report) -> Iterator[Leaf]:
    yield Leaf(
        "Chiffres", ("Partie", "Chiffre", "Valeur", "Note", "Définition", "Filtres", "Requête"), _figures(report)
    )
    titles: set[str] = set()
    for section in report.sections:
        for picture in section.pictures:
            if isinstance(picture, Columns):
                names = ("Mois", *(name for name, _values in picture.series))
                yield Leaf(_once(picture.title, titles), names, _months(picture))
        for grid in section.grids:
            names = tuple(label for label, _unit in grid.headings)
            rows = [
                [_cell(cell, unit) for cell, (_, unit) in zip(row, grid.headings, strict=True)] for row in grid.rows
            ]
            yield Leaf(_once(grid.title, titles), names, rows)


def _figures(report: Report) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for section in report.sections:
        for one in section.figures:
            told = DEFINITIONS[one.key]
            words = one.note, say(told.meaning), say(told.filters), told.query
            rows.append([section.title, one.label, _cell(one.value, one.unit), *words])
    return rows


def _months(picture: Columns) -> list[list[Cell]]:
    return [[month, *(values[rank] for _n, values in picture.series)] for rank, month in enumerate(picture.months)]


def _cell(value: Value, unit: Unit) -> Cell:
    if value is None:
        return _HIDDEN
    return Decimal(value) / 100 if unit is Unit.CENTS and isinstance(value, int) else value


def _once(title: str, taken: set[str]) -> str:
    """A name that a sheet may have: at most 31 letters, and once."""
    name = title[:31]
    rank = 2
    while name in taken:
        name, rank = f"{title[:28]} {rank}", rank + 1
    taken.add(name)
    return name
