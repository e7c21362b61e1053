"""Reading programmes: which an actor reaches, and what held on a day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.council.rules import enforceable_on
from passnumerique.directory.rules import Actor, covers
from passnumerique.ground.dates import PARIS, at_time
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import Journal, every_column
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ground.words import N_
from passnumerique.programmes.models import (
    Amendment,
    AmendmentStep,
    CalendarRevision,
    Commune,
    ConsultationAnswer,
    Document,
    Envelope,
    FundingShare,
    ParameterRevision,
    Programme,
    TrainingPeriod,
)
from passnumerique.programmes.rules import (
    Calendar,
    CalendarInForce,
    DatesDiffer,
    DocumentKind,
    DocumentMissing,
    NoCalendar,
    Paper,
    PapersUsed,
    Terms,
    check_extension,
    former_communes,
    in_force,
    terms_from,
)


@dataclass(frozen=True)
class Held:
    """What a programme agreed to, as it stood on one day."""

    calendar: Calendar
    terms: Terms


def require_authority(actor: Actor, authority_id: UUID) -> None:
    """Refuses (NotFound) anything of another authority."""
    if actor.authority_id != authority_id:
        raise NotFound


def programmes(actor: Actor) -> QuerySet[Programme]:
    """The programmes that the actor's hat reaches, by name."""
    rows = Programme.objects.filter(authority_id=actor.authority_id)
    if actor.programme_ids is not None:
        rows = rows.filter(id__in=actor.programme_ids)
    return rows.select_related("authority").order_by("name", "id")


def access_programme(actor: Actor, programme_id: UUID) -> Programme:
    """One programme within the actor's reach. Refuses (NotFound) any other, existing or not."""
    programme = Programme.objects.filter(id=programme_id, authority_id=actor.authority_id).first()
    if programme is None or not covers(actor, programme.id):
        raise NotFound
    return programme


def authority_of(programme_id: UUID) -> UUID | None:
    """The authority of a programme; None for none."""
    return Programme.objects.filter(id=programme_id).values_list("authority_id", flat=True).first()


def slug_of(programme_id: UUID) -> str:
    """The short name of a programme."""
    return Programme.objects.values_list("slug", flat=True).get(id=programme_id)


def programmes_beside(programme_id: UUID, others: Iterable[UUID]) -> set[UUID]:
    """Which of these programmes are of the same authority."""
    here = Programme.objects.filter(id=programme_id).values("authority_id")
    rows = Programme.objects.filter(id__in=list(others), authority_id__in=here)
    return set(rows.values_list("id", flat=True).order_by())


def programme_named(slug: str) -> Programme:
    """A programme by its short name, for the console and for pages that then check the actor."""
    programme = Programme.objects.select_related("authority").filter(slug=slug).first()
    if programme is None:
        raise NotFound
    return programme


def programmes_named(slugs: Iterable[str]) -> dict[str, Programme]:
    """The programmes with these short names, for roofs that then check the actor."""
    return {row.slug: row for row in Programme.objects.filter(slug__in=list(slugs)).order_by()}


def every_programme() -> QuerySet[Programme]:
    """All programmes of the installation, oldest first: for the console only."""
    return Programme.objects.select_related("authority").order_by("created_at", "id")


def revisions(programme_id: UUID) -> list[CalendarInForce]:
    """The calendar's revisions in the order in which they were recorded."""
    return [
        CalendarInForce(calendar_of(row), row.in_force_on, row.rank)
        for row in CalendarRevision.objects.filter(programme_id=programme_id).order_by("rank")
    ]


def calendar_revisions(programme_id: UUID) -> QuerySet[CalendarRevision]:
    """The revisions with their papers, for the calendar's page."""
    return (
        CalendarRevision.objects.filter(programme_id=programme_id)
        .select_related("document__deliberation", "convention_amendment", "mandate_amendment")
        .order_by("rank")
    )


def calendar_of(row: CalendarRevision) -> Calendar:
    """The five dates of one revision."""
    return Calendar(row.distribution_until, row.validity_until, row.end_of_training, row.claims_until, row.closing)


def calendar_on(programme_id: UUID, day: date) -> Calendar:
    """The dates in force on that day. Refuses a day before the programme had a calendar."""
    calendar = in_force(revisions(programme_id), day)
    if calendar is None:
        raise NoCalendar(day=day)
    return calendar


@dataclass(frozen=True)
class Extension:
    """What an extension would write: the dates it replaces, its own, and the day from which they hold."""

    before: Calendar
    after: Calendar
    in_force_on: date
    rank: int


def planned_extension(
    programme_id: UUID,
    calendar: Calendar,
    deliberation_id: UUID | None,
    convention_amendment_id: UUID | None,
    mandate_amendment_id: UUID | None,
) -> Extension:
    """What an extension to these dates by these three documents would write, and writes nothing.

    Refuses what `check_extension` refuses, a document of another programme, one that an extension used already,
    an amendment drafted to other dates, and a programme that has no calendar yet.
    """
    standing = revisions(programme_id)
    if not standing:
        raise DocumentMissing(kind=DocumentKind.CONVENTION.words)
    papers = [
        access_paper(programme_id, paper_id) if paper_id else None
        for paper_id in (deliberation_id, convention_amendment_id, mandate_amendment_id)
    ]
    before = standing[-1].calendar
    in_force_on = check_extension(before, calendar, *papers)
    _check_unused(programme_id, [paper for paper in papers if paper])
    _check_dates(programme_id, calendar, [paper for paper in papers if paper])
    return Extension(before, calendar, in_force_on, standing[-1].rank + 1)


def _check_unused(programme_id: UUID, papers: Sequence[Paper]) -> None:
    rows = CalendarRevision.objects.filter(programme_id=programme_id).order_by("rank")
    used = {
        one for row in rows.values_list("document_id", "convention_amendment_id", "mandate_amendment_id") for one in row
    }
    for paper in papers:
        if paper.id in used:
            raise PapersUsed(reference=paper.reference)


def _check_dates(programme_id: UUID, calendar: Calendar, papers: Sequence[Paper]) -> None:
    """The dates that an amendment was drafted to are those of the extension."""
    ids = [paper.id for paper in papers]
    rows = Amendment.objects.filter(programme_id=programme_id, document_id__in=ids, after__isnull=False)
    for row in rows.order_by("kind"):
        if row.after != calendar.as_json():
            raise DatesDiffer(reference=row.reference)


def terms_on(programme_id: UUID, day: date) -> Terms:
    """The parameters in force on that day; what was never set has the value of `Terms`."""
    return terms_on_days(programme_id, [day])[day]


def terms_on_days(programme_id: UUID, days: Iterable[date]) -> dict[date, Terms]:
    """The parameters in force on each of these days: one statement for all."""
    values = parameter_values(programme_id)
    return {day: terms_from(values, day) for day in days}


def parameter_values(programme_id: UUID) -> list[tuple[str, Any, date]]:
    """Every value of every parameter (name, value, in force on), in the order they were recorded."""
    rows = ParameterRevision.objects.filter(programme_id=programme_id).order_by("recorded_at", "id")
    return list(rows.values_list("name", "value", "in_force_on"))


def held_on(programme_id: UUID, day: date) -> Held:
    """Calendar and parameters of that day, together."""
    return Held(calendar_on(programme_id, day), terms_on(programme_id, day))


def parameter_revisions(programme_id: UUID) -> QuerySet[ParameterRevision]:
    """Every value a parameter ever had, with its paper, latest in force first."""
    return (
        ParameterRevision.objects.filter(programme_id=programme_id)
        .select_related("document")
        .order_by("name", "-in_force_on", "-recorded_at")
    )


def documents(programme_id: UUID) -> QuerySet[Document]:
    """The papers of a programme, latest signature first, those to be signed before all."""
    return Document.objects.filter(programme_id=programme_id).select_related("deliberation").order_by("-recorded_at")


def access_paper(programme_id: UUID, document_id: UUID) -> Paper:
    """One paper of the programme, as the rules read it. Refuses (NotFound) one of another programme.

    A deliberation binds once transmitted and published, whatever was known when it was filed here.
    """
    row = documents(programme_id).filter(id=document_id).first()
    if row is None:
        raise NotFound
    return paper_of(row)


def paper_of(row: Document) -> Paper:
    """A document as the rules read it."""
    binds = row.in_force_on
    if row.kind == DocumentKind.DELIBERATION and row.deliberation is not None and binds is None:
        binds = enforceable_on(row.deliberation.transmitted_on, row.deliberation.published_on)
    return Paper(
        kind=DocumentKind(row.kind),
        reference=row.reference,
        title=row.title,
        counterpart=row.counterpart,
        signed_on=row.signed_on,
        in_force_on=binds,
        deliberation_id=row.deliberation_id,
        id=row.id,
    )


def envelope(programme_id: UUID) -> Envelope:
    """The envelope of a programme, in cents."""
    return Envelope.objects.get(programme_id=programme_id)


def envelope_left_cents(programme_id: UUID) -> int:
    """What of the envelope is not in passes yet, in cents."""
    row = envelope(programme_id)
    return row.authorised_cents - row.committed_cents


def funding_shares(programme_id: UUID) -> QuerySet[FundingShare]:
    """Who brings what to the envelope."""
    return FundingShare.objects.filter(programme_id=programme_id).select_related("document").order_by("contributor")


def training_periods(programme_id: UUID) -> QuerySet[TrainingPeriod]:
    """The training periods, in order."""
    return TrainingPeriod.objects.filter(programme_id=programme_id).order_by("number")


def communes(programme_id: UUID) -> QuerySet[Commune]:
    """The communes of the territory, by name."""
    return Commune.objects.filter(programme_id=programme_id).order_by("name", "insee_code")


def commune_ids(programme_id: UUID) -> dict[str, UUID]:
    """The row of each commune already known, by INSEE code."""
    return dict(Commune.objects.filter(programme_id=programme_id).values_list("insee_code", "id").order_by())


@dataclass(frozen=True)
class FormerCommune:
    """A commune that merged, and the one of the territory that it is part of now."""

    insee_code: str
    name: str
    now_code: str
    now_name: str


def merged_communes(programme_id: UUID) -> list[FormerCommune]:
    """The communes that merged into one of the territory, by name, as far as its vintage tells them."""
    rows = communes(programme_id).exclude(former="")
    found = [
        FormerCommune(code, name, row.insee_code, row.name)
        for row in rows
        for code, name in former_communes(row.former)
    ]
    return sorted(found, key=lambda one: (one.name, one.insee_code))


def merged_commune(programme_id: UUID, insee_code: str) -> FormerCommune | None:
    """What became of a commune whose code is no more in force; None when it is, or when nothing is known."""
    gone = (one for one in merged_communes(programme_id) if one.insee_code == insee_code != one.now_code)
    return next(gone, None)


def commune_now(programme_id: UUID, insee_code: str) -> str:
    """The INSEE code in force of a commune: that of the one it merged into when the vintage knows it, otherwise
    the same."""
    if in_territory(programme_id, insee_code):
        return insee_code
    merged = merged_commune(programme_id, insee_code)
    return merged.now_code if merged else insee_code


def in_territory(programme_id: UUID, insee_code: str) -> bool:
    """Whether a commune belongs to the programme's territory."""
    return Commune.objects.filter(programme_id=programme_id, insee_code=insee_code).exists()


def instant_of(programme: Programme, now: datetime) -> datetime:
    """The instant at which an act of this programme happens, `now` being the real clock's.

    A demonstration lives on its own day: its simulated acts end before six in the evening, and what
    people do in it happens between then and midnight, in the order in which they do it.
    """
    if programme.demonstration_day is None:
        return now
    local = now.astimezone(PARIS)
    since_midnight = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return at_time(programme.demonstration_day, 18) + since_midnight / 4 + timedelta(microseconds=now.microsecond)


CALENDAR = Check("calendar", N_("Les dates du dispositif ne suivent pas des documents qui les fixent."))

JOURNALS = (
    Journal(Document, "recorded_at", every_column(Document, "signed_on", "in_force_on")),
    Journal(CalendarRevision, "recorded_at", every_column(CalendarRevision)),
    Journal(ParameterRevision, "recorded_at", every_column(ParameterRevision)),
    Journal(AmendmentStep, "at", every_column(AmendmentStep)),
    Journal(ConsultationAnswer, "at", every_column(ConsultationAnswer)),
)
"""What was agreed, for the seal; the days of a document's signature may come later."""


def calendar_differences(programme_id: UUID) -> Iterator[Difference]:
    """The revisions that the papers they cite would not have allowed, or not from that day."""
    before: Calendar | None = None
    for rank, row in enumerate(calendar_revisions(programme_id), start=1):
        stored = {"rank": row.rank, "in_force_on": row.in_force_on}
        day = row.in_force_on if before is None else _extension_day(before, row)
        table = CalendarRevision._meta.db_table
        yield from unlike(CALENDAR, table, row.id, stored, {"rank": rank, "in_force_on": day})
        before = calendar_of(row)


def _extension_day(before: Calendar, row: CalendarRevision) -> date | str:
    papers = (row.document, row.convention_amendment, row.mandate_amendment)
    try:
        return check_extension(before, calendar_of(row), *(paper_of(paper) if paper else None for paper in papers))
    except Refusal as refusal:
        return refusal.name
