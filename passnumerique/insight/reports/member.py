"""The report to a member EPCI: its own communes, structures and places, and nothing of the others."""

from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.queries.network import accredited_where
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import N_, say
from passnumerique.insight.published import Dimension
from passnumerique.insight.reports.council import hidden_note
from passnumerique.insight.reports.desks import coming_grid
from passnumerique.insight.reports.model import KIND_WORDS, Grid, Kind, Report, Section, Unit, told
from passnumerique.insight.reports.territory import Published
from passnumerique.programmes.queries import communes


def epcis(programme_id: UUID) -> dict[str, str]:
    """The EPCI of the territory: name by code (SIREN where it is known, or the name)."""
    rows = communes(programme_id).exclude(epci_name="").values_list("epci_siren", "epci_name")
    return dict(sorted({(siren or name, name) for siren, name in rows}, key=lambda one: one[1]))


def epci_report(programme_id: UUID, code: str, day: date, at: datetime) -> Report:
    """As of the evening of `day`. Refuses (NotFound) an EPCI that is not of the territory."""
    name = epcis(programme_id).get(code)
    if name is None:
        raise NotFound
    own = [one for one in communes(programme_id) if code in {one.epci_siren, one.epci_name}]
    published = Published(programme_id, day)
    lines = published.of_epci(code)
    grid = published.grid(
        say(N_("Pass utilisés par les habitants, par commune")),
        say(N_("Commune")),
        Dimension.COMMUNE,
        lambda line: line.epci == code,
        more=lines,
    )
    inside = {one.insee_code for one in own}
    organisations = _organisations(programme_id, inside, day)
    ids = {one for one, _kind, _name, _commune in organisations}
    sections = (
        Section(say(N_("L’usage par les habitants")), hidden_note(published.threshold), grids=(grid,)),
        Section(say(N_("Structures et lieux")), grids=(_network(organisations),)),
        Section(say(N_("Ateliers à venir")), grids=(coming_grid(programme_id, at, places=ids),)),
    )
    headline = say(
        N_("{communes} communes, {organisations} structures et lieux."),
        {"communes": len(own), "organisations": len(ids)},
    )
    return Report(Kind.EPCI, say(KIND_WORDS[Kind.EPCI]), day, headline, told(sections), about=name, subject=code)


def _organisations(programme_id: UUID, inside: set[str], day: date) -> list[tuple[UUID, AccreditationKind, str, str]]:
    names = accredited_names(programme_id, day)
    where = accredited_where(programme_id)
    return sorted(
        (
            (one, kind, name, where[one].commune)
            for kind in (AccreditationKind.PRESCRIBER, AccreditationKind.PLACE)
            for one, name in names[kind].items()
            if one in where and where[one].insee_code in inside
        ),
        key=lambda one: (one[3], one[2], one[1]),
    )


def _network(organisations: list[tuple[UUID, AccreditationKind, str, str]]) -> Grid:
    words = {
        AccreditationKind.PRESCRIBER: say(N_("remet des pass")),
        AccreditationKind.PLACE: say(N_("tient des ateliers")),
    }
    rows = tuple((name, commune, words[kind]) for _one, kind, name, commune in organisations)
    headings = tuple((say(one), Unit.TEXT) for one in (N_("Organisme"), N_("Commune"), N_("Ce qu’il fait")))
    empty = say(N_("Aucune structure ni aucun lieu n’est dans ces communes."))
    return Grid(say(N_("Structures et lieux de ces communes")), headings, rows, empty=empty)
