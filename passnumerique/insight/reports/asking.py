"""Which reports somebody may read, and reading one.

The council's is for who manages, audits, or keeps the council; the funder's for the funder too. Those of EPCI,
structures and places are for who manages or audits, and each for its own: an organisation of the network reads its own,
and that of an EPCI only when it is the EPCI itself, known by its SIREN.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.queries import accredited_names, organisations_by_id
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, Role, may, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.insight.reports.council import council_report
from passnumerique.insight.reports.desks import place_report, structure_report
from passnumerique.insight.reports.funder import funder_report
from passnumerique.insight.reports.member import epci_report, epcis
from passnumerique.insight.reports.model import Kind, Report
from passnumerique.programmes.queries import access_programme, calendar_on

_SIREN = 9
_NEEDS = {Kind.COUNCIL: Permission.READ_COUNCIL_REPORT, Kind.FUNDER: Permission.READ_FUNDER_REPORT}
_DESK = {
    Kind.STRUCTURE: (AccreditationKind.PRESCRIBER, frozenset({Role.PRESCRIBER})),
    Kind.PLACE: (AccreditationKind.PLACE, frozenset({Role.PLACE, Role.MEDIATOR})),
}


@dataclass(frozen=True)
class Offered:
    """A report that somebody may read: of what kind, about whom (its code or id, and its name)."""

    kind: Kind
    subject: str = ""
    name: str = ""


def offered(actor: Actor, programme_id: UUID, day: date) -> list[Offered]:
    """The reports that the actor may read, in order: everybody's for who manages, their own for the others."""
    found = [Offered(kind) for kind, needed in _NEEDS.items() if may(actor, needed)]
    found += [Offered(Kind.EPCI, code, name) for code, name in epcis(programme_id).items() if _reads(actor, code)]
    names = accredited_names(programme_id, day)
    for kind, (accredited, _roles) in _DESK.items():
        for one, name in sorted(names[accredited].items(), key=lambda pair: (pair[1], pair[0])):
            if _reads_desk(actor, kind, one):
                found.append(Offered(kind, str(one), name))
    return found


def report_of(actor: Actor, programme_id: UUID, kind: Kind, subject: str, day: date, at: datetime) -> Report:
    """One report as of the evening of `day`; `at` is now. Refuses NotAllowed to whom the kind is closed, and NotFound
    for what is not the reader's, as for what does not exist; a day to come, and one before the programme."""
    access_programme(actor, programme_id)
    if day > day_of(at):
        raise NotFound
    calendar_on(programme_id, day)
    match kind:
        case Kind.COUNCIL:
            require(actor, Permission.READ_COUNCIL_REPORT)
            return council_report(actor, programme_id, day, at)
        case Kind.FUNDER:
            require(actor, Permission.READ_FUNDER_REPORT)
            return funder_report(programme_id, day)
        case Kind.EPCI:
            if not _reads(actor, subject):
                raise NotFound
            return epci_report(programme_id, subject, day, at)
    return _desk_report(actor, programme_id, kind, subject, day, at)


def _desk_report(actor: Actor, programme_id: UUID, kind: Kind, subject: str, day: date, at: datetime) -> Report:
    require(actor, Permission.READ_OWN_REPORT)
    try:
        organisation_id = UUID(subject)
    except ValueError:
        raise NotFound from None
    if not _reads_desk(actor, kind, organisation_id):
        raise NotFound
    read = structure_report if kind is Kind.STRUCTURE else place_report
    return read(programme_id, organisation_id, day, at)


def _reads(actor: Actor, epci: str) -> bool:
    """Whether the actor reads the report of an EPCI: all of them, or that of its own organisation."""
    if may(actor, Permission.READ_MEMBER_REPORTS):
        return True
    if actor.organisation_id is None or not may(actor, Permission.READ_OWN_REPORT):
        return False
    own = organisations_by_id([actor.organisation_id]).get(actor.organisation_id)
    return own is not None and len(own.pivot) > _SIREN and own.pivot[:_SIREN] == epci


def _reads_desk(actor: Actor, kind: Kind, organisation_id: UUID) -> bool:
    _accredited, roles = _DESK[kind]
    if actor.organisation_id is None:
        return may(actor, Permission.READ_EVERYTHING)
    return actor.role in roles and actor.organisation_id == organisation_id
