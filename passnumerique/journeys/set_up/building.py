"""Building a programme from its file, through the operations that the web pages call, all or nothing."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from passnumerique.council.operations import Act, record_deliberation
from passnumerique.council.rules import Ballot
from passnumerique.directory.operations import accredit, found_authority, import_organisations
from passnumerique.directory.queries import access_authorities, access_organisations
from passnumerique.directory.rules import (
    AccreditationKind,
    Actor,
    Role,
    field_synonyms,
    system_actor,
)
from passnumerique.ground.dates import start_of
from passnumerique.ground.sheets.mapping import suggest_mapping
from passnumerique.ground.sheets.reading import read_sheet
from passnumerique.journeys.set_up.file import (
    DatesGiven,
    DeliberationGiven,
    DocumentGiven,
    ProgrammeFile,
    ProgrammeFileInvalid,
)
from passnumerique.programmes import operations as programmes
from passnumerique.programmes.rules import Calendar, Paper
from passnumerique.training.operations import set_plan
from passnumerique.training.rules import ModuleGiven, ThemeGiven

FileBeside = Callable[[str], bytes]
"""Reads a file that lies beside the programme's, by its bare name."""


def beside_file(path: Path) -> FileBeside:
    """Reads the files of the folder in which the programme's file lies. Refuses, by name, one that is not there."""

    def read(name: str) -> bytes:
        if not (path.parent / name).is_file():
            raise ProgrammeFileInvalid(problems=f"« {name} » n’est pas à côté du fichier")
        return (path.parent / name).read_bytes()

    return read


@dataclass(frozen=True)
class Built:
    """The programme that was set up, and the authority that owns it."""

    programme_id: UUID
    authority_id: UUID
    documents: dict[str, UUID]


def set_up_programme(
    *,
    file: ProgrammeFile,
    beside: FileBeside,
    by: Actor,
    at: datetime,
    script: str = "",
    demonstration_day: date | None = None,
) -> Built:
    """Build everything that the file declares. For the installation, which founds the authority when it
    is new, and for a manager of that authority. All or nothing; refuses what any page would refuse."""
    with transaction.atomic():
        actor = _manager_of(file, beside, by, at)
        programme_id = programmes.create_programme(
            authority_id=actor.authority_id,
            slug=file.programme.slug,
            name=file.programme.name,
            issuer=file.programme.issuer,
            funder=file.programme.funder,
            invented=file.programme.invented.strip(),
            demonstration_day=demonstration_day,
            demonstration_script=script,
            by=actor,
            at=at,
        )
        documents = _papers(file, programme_id, actor, at)
        _agreements(file, programme_id, documents, actor, at)
        _territory(file, beside, programme_id, actor, at)
        _plan(file, programme_id, actor, at)
        _network(file, beside, programme_id, actor, at)
    return Built(programme_id, actor.authority_id, documents)


def _manager_of(file: ProgrammeFile, beside: FileBeside, by: Actor, at: datetime) -> Actor:
    given = file.authority
    known = access_authorities(by).filter(slug=given.slug).first()
    if by.role is not Role.SYSTEM:
        if known is None:
            raise ProgrammeFileInvalid(problems=f"authority.slug : « {given.slug} » n’est pas votre collectivité")
        return by
    if known is None:
        logo = beside(given.logo) if given.logo else b""
        known = found_authority(by=by, at=at, logo=logo, **given.model_dump(exclude={"logo"}))
    return manager_actor(known.id)


def manager_actor(authority_id: UUID) -> Actor:
    """The installation acting as an authority's manager, while its programme is being set up."""
    return Actor(user_id=None, name=system_actor().name, role=Role.MANAGER, authority_id=authority_id)


def _papers(file: ProgrammeFile, programme_id: UUID, by: Actor, at: datetime) -> dict[str, UUID]:
    acts = {
        name: record_deliberation(authority_id=by.authority_id, act=act_of(given), by=by, at=at)
        for name, given in file.deliberations.items()
    }
    return {
        name: programmes.record_document(
            programme_id=programme_id, paper=paper_of(given, acts.get(given.deliberation)), by=by, at=at
        )
        for name, given in file.documents.items()
    }


def act_of(given: DeliberationGiven) -> Act:
    """A deliberation of the file as the council's floor takes it."""
    votes = {one.name for one in fields(Ballot)}
    return Act(ballot=Ballot(**given.model_dump(include=votes)), **given.model_dump(exclude=votes))


def paper_of(given: DocumentGiven, deliberation_id: UUID | None) -> Paper:
    """A document of the file as the programmes' floor takes it."""
    return Paper(deliberation_id=deliberation_id, **given.model_dump(exclude={"deliberation"}))


def calendar_of(dates: DatesGiven) -> Calendar:
    """The five dates of the file as the programmes' floor takes them."""
    return Calendar(**dates.model_dump())


def _agreements(file: ProgrammeFile, programme_id: UUID, documents: dict[str, UUID], by: Actor, at: datetime) -> None:
    start = file.programme.starts_on
    programmes.open_calendar(
        programme_id=programme_id,
        calendar=calendar_of(file.calendar.dates),
        document_id=documents[file.calendar.document],
        in_force_on=file.calendar.in_force_on or start,
        by=by,
        at=at,
    )
    for given in file.parameters:
        programmes.set_parameters(
            programme_id=programme_id,
            values=dict(given.values),
            document_id=documents[given.document],
            in_force_on=given.in_force_on or start,
            by=by,
            at=at,
        )
    programmes.authorise_envelope(
        programme_id=programme_id,
        amount_cents=file.envelope.amount_cents,
        shares=dict(file.envelope.shares),
        document_id=documents[file.envelope.document],
        by=by,
        at=at,
    )
    for period in file.periods:
        if period.opens_on is None or start_of(period.opens_on) <= at:
            programmes.add_training_period(
                programme_id=programme_id, by=by, at=at, **period.model_dump(exclude={"opens_on"})
            )


def _territory(file: ProgrammeFile, beside: FileBeside, programme_id: UUID, by: Actor, at: datetime) -> None:
    given = [programmes.CommuneGiven(**commune.model_dump()) for commune in file.territory.communes]
    if file.territory.csv:
        given += communes_in(beside(file.territory.csv))
    programmes.set_territory(programme_id=programme_id, communes=given, vintage=file.territory.vintage, by=by, at=at)


def communes_in(content: bytes) -> list[programmes.CommuneGiven]:
    """The communes of a CSV with the columns of `communes-nord-meuse.csv`."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [
        programmes.CommuneGiven(
            insee_code=row["code_insee"],
            name=row["nom"],
            postcodes=row["codes_postaux"],
            population=int(row["population"] or 0),
            epci_siren=row["siren_epci"],
            epci_name=row["nom_epci"],
            former=row.get("anciennes_communes") or "",
        )
        for row in rows
    ]


def _plan(file: ProgrammeFile, programme_id: UUID, by: Actor, at: datetime) -> None:
    themes = [
        ThemeGiven(theme.name, [ModuleGiven(**module.model_dump()) for module in theme.modules])
        for theme in file.themes
    ]
    set_plan(programme_id=programme_id, themes=themes, by=by, at=at)


def _network(file: ProgrammeFile, beside: FileBeside, programme_id: UUID, by: Actor, at: datetime) -> None:
    for given in file.network.files:
        sheet = read_sheet(beside(given.csv), given.csv)
        mapping = suggest_mapping(sheet.columns, field_synonyms())
        report = import_organisations(by=by, at=at, rows=sheet.rows, mapping=mapping, fictional=given.fictional)
        if not report.written:
            bad = (f"{given.csv}, ligne {cell.line}, {cell.column} : {cell.say()}" for cell in report.bad)
            raise ProgrammeFileInvalid(problems="\n".join(bad))
        identifier = mapping.columns["external_id"]
        identifiers = [line.cells[identifier] for line in sheet.rows]
        _accredit(file, identifiers, given.kind, programme_id, by, at)


def _accredit(
    file: ProgrammeFile,
    identifiers: list[str],
    kind: AccreditationKind,
    programme_id: UUID,
    by: Actor,
    at: datetime,
) -> None:
    rows = access_organisations(by).filter(external_id__in=identifiers).order_by("external_id")
    ids = dict(rows.values_list("external_id", "id"))
    by_day: dict[date, list[UUID]] = {}
    for identifier in identifiers:
        day = file.network.accredited_from.get(identifier, file.programme.starts_on)
        by_day.setdefault(day, []).append(ids[identifier])
    for day, organisation_ids in sorted(by_day.items()):
        accredit(
            by=by,
            at=at,
            programme_id=programme_id,
            programme_authority_id=by.authority_id,
            organisation_ids=organisation_ids,
            kind=kind,
            from_day=day,
        )
