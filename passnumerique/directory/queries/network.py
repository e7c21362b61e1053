"""Authorities, the organisations of their network, and what each is accredited for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from passnumerique.directory.models import Accreditation, Authority, Membership, Organisation, SavedMapping
from passnumerique.directory.queries.sets import one_or_refuse, open_on
from passnumerique.directory.rules import (
    NEEDS_ORGANISATION,
    AccreditationKind,
    Actor,
    Permission,
    Role,
    may,
    permission_of_mappings,
)
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.sheets.mapping import Mapping, normalised


def access_authorities(actor: Actor) -> QuerySet[Authority]:
    """The actor's own authority; every one for the installation acting for none."""
    everyone = Authority.objects.order_by("name", "id")
    if actor.role is Role.SYSTEM and actor.authority_id == NOBODY:
        return everyone
    return everyone.filter(id=actor.authority_id)


def authority_with_slug(slug: str) -> Authority:
    """The public face of an authority (name, look, contact). Refuses `not_found`."""
    return one_or_refuse(Authority.objects.filter(slug=slug))


def access_organisations(
    actor: Actor,
    *,
    search: str = "",
    kind: AccreditationKind | None = None,
    programme_id: UUID | None = None,
    day: date | None = None,
) -> QuerySet[Organisation]:
    """The organisations that the actor may see, by name: all of the authority, or a desk's own.

    `search` looks in names, communes and numbers, whatever the accents; `kind`, `programme_id` and
    `day` keep those so accredited.
    """
    rows = _visible_organisations(actor).order_by("name", "id")
    for word in normalised(search).split():
        rows = rows.filter(search_text__contains=word)
    if kind is None and programme_id is None:
        return rows
    return rows.filter(Exists(_accreditations(programme_id, kind, day).filter(organisation=OuterRef("pk"))))


def with_counts(
    organisations: QuerySet[Organisation], *, day: date, programme_id: UUID | None = None
) -> QuerySet[Organisation]:
    """The same organisations, each with `people` (hats worn on `day`), `is_prescriber` and `is_place`
    (accredited on `day`, in that programme or in any): one statement, whatever the number of rows."""
    hats = open_on(Membership.objects.filter(organisation=OuterRef("pk")), day)
    people = hats.order_by().values("organisation").annotate(n=Count("user", distinct=True)).values("n")

    def accredited(kind: AccreditationKind) -> Exists:
        return Exists(_accreditations(programme_id, kind, day).filter(organisation=OuterRef("pk")))

    return organisations.annotate(
        people=Coalesce(Subquery(people, output_field=IntegerField()), Value(0)),
        is_prescriber=accredited(AccreditationKind.PRESCRIBER),
        is_place=accredited(AccreditationKind.PLACE),
    )


@dataclass(frozen=True)
class NetworkCounts:
    """How many organisations there are, and how many of them are accredited for what on a day."""

    every: int
    prescribers: int
    places: int
    waiting: int
    """Not accredited for anything on that day."""


def network_counts(organisations: QuerySet[Organisation], *, day: date, programme_id: UUID) -> NetworkCounts:
    """The counts above a list of the network, in one statement."""
    prescriber, place = (
        Exists(_accreditations(programme_id, kind, day).filter(organisation=OuterRef("pk")))
        for kind in (AccreditationKind.PRESCRIBER, AccreditationKind.PLACE)
    )
    return NetworkCounts(
        **organisations.order_by().aggregate(
            every=Count("id"),
            prescribers=Count("id", filter=Q(prescriber)),
            places=Count("id", filter=Q(place)),
            waiting=Count("id", filter=~Q(prescriber) & ~Q(place)),
        )
    )


def awaiting_accreditation(
    organisations: QuerySet[Organisation], *, day: date, programme_id: UUID
) -> QuerySet[Organisation]:
    """Those of them that are accredited for nothing in the programme on that day."""
    held = _accreditations(programme_id, None, day).filter(organisation=OuterRef("pk"))
    return organisations.filter(~Exists(held))


def one_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """One of the organisations that the actor may see. `not_found` elsewhere, as for none."""
    return one_or_refuse(access_organisations(actor).filter(id=organisation_id))


def organisations_named(organisation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of organisations, for rows that the reader may already see."""
    return dict(Organisation.objects.filter(id__in=set(organisation_ids)).values_list("id", "name"))


def organisations_by_id(organisation_ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Organisations for papers and public pages, for whoever already holds their identifiers."""
    return Organisation.objects.in_bulk(list(set(organisation_ids)))


@dataclass(frozen=True)
class Where:
    """Where an organisation is: its commune (INSEE code and name), and its point in degrees when known; with
    the days on which it is accredited, where these were asked for."""

    insee_code: str
    commune: str
    point: tuple[float, float] | None
    periods: list[tuple[date, date | None]] = field(default_factory=list)


def organisations_where(organisation_ids: Iterable[UUID]) -> dict[UUID, Where]:
    """Where organisations are, for whoever already holds their identifiers; nothing else of them is read."""
    rows = Organisation.objects.filter(id__in=set(organisation_ids)).order_by()
    found = rows.values_list("id", "insee_code", "commune", "latitude", "longitude")
    return {one: Where(insee, commune, _point(lat, lon)) for one, insee, commune, lat, lon in found}


def accredited_where(
    programme_id: UUID, kind: AccreditationKind | None = None, *, insee_code: str | None = None
) -> dict[UUID, Where]:
    """The same of those that were, are or will be accredited for that or for anything, in that commune or
    anywhere, with the first and last days of it: one statement, for whoever asks about many days."""
    rows = _accreditations(programme_id, kind, None)
    if insee_code is not None:
        rows = rows.filter(organisation__insee_code=insee_code)
    names = ("insee_code", "commune", "latitude", "longitude")
    columns = ("organisation_id", *(f"organisation__{name}" for name in names), "from_day", "until_day")
    found: dict[UUID, Where] = {}
    for one, insee, commune, lat, lon, *days in rows.values_list(*columns).order_by("organisation_id", "from_day"):
        where = found.setdefault(one, Where(insee, commune, _point(lat, lon)))
        where.periods.append((days[0], days[1]))
    return found


def _point(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    return (lat, lon) if lat is not None and lon is not None else None


def access_accreditations(
    actor: Actor,
    *,
    programme_id: UUID | None = None,
    organisation_id: UUID | None = None,
    organisation_ids: Iterable[UUID] | None = None,
) -> QuerySet[Accreditation]:
    """The accreditations of the organisations that the actor may see, in the programmes its hat reaches."""
    rows = Accreditation.objects.filter(organisation__in=_visible_organisations(actor))
    if actor.programme_ids is not None:
        rows = rows.filter(programme_id__in=actor.programme_ids)
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if organisation_ids is not None:
        rows = rows.filter(organisation_id__in=list(organisation_ids))
    return rows.select_related("organisation").order_by("organisation__name", "kind", "from_day", "id")


def accredited_on(programme_id: UUID, organisation_id: UUID, kind: AccreditationKind, day: date) -> bool:
    """Whether the organisation is accredited for that in the programme on that day."""
    return _accreditations(programme_id, kind, day).filter(organisation_id=organisation_id).exists()


def accreditation_periods(programme_id: UUID, kind: AccreditationKind) -> dict[UUID, list[tuple[date, date | None]]]:
    """The first and last day of each accreditation for that, by organisation: for whoever asks about many days."""
    found: dict[UUID, list[tuple[date, date | None]]] = {}
    rows = _accreditations(programme_id, kind, None).values_list("organisation_id", "from_day", "until_day")
    for organisation_id, from_day, until_day in rows.order_by():
        found.setdefault(organisation_id, []).append((from_day, until_day))
    return found


def accredited_organisations(programme_id: UUID, kind: AccreditationKind, day: date) -> set[UUID]:
    """Every organisation accredited for that on that day: the set form of `accredited_on`."""
    return set(_accreditations(programme_id, kind, day).values_list("organisation_id", flat=True))


def accredited_names(programme_id: UUID, day: date) -> dict[AccreditationKind, dict[UUID, str]]:
    """The names of all organisations accredited on that day, for each kind: one statement for whoever tells both."""
    rows = _accreditations(programme_id, None, day).values_list("kind", "organisation_id", "organisation__name")
    found: dict[AccreditationKind, dict[UUID, str]] = {kind: {} for kind in AccreditationKind}
    for kind, organisation_id, name in rows.order_by():
        found[AccreditationKind(kind)][organisation_id] = name
    return found


def accredited_places(programme_id: UUID, day: date) -> set[UUID]:
    """The mediation places of the programme on that day."""
    return accredited_organisations(programme_id, AccreditationKind.PLACE, day)


def accredited_prescribers(programme_id: UUID, day: date) -> set[UUID]:
    """The prescribing structures of the programme on that day."""
    return accredited_organisations(programme_id, AccreditationKind.PRESCRIBER, day)


def programmes_of_organisation(organisation_id: UUID, day: date, kind: AccreditationKind | None = None) -> set[UUID]:
    """The programmes in which the organisation is accredited on that day, for that or for anything."""
    rows = _accreditations(None, kind, day).filter(organisation_id=organisation_id)
    return set(rows.values_list("programme_id", flat=True))


def public_places(programme_id: UUID, day: date) -> QuerySet[Organisation]:
    """The mediation places that anybody may find on that day, without the contacts that are not public."""
    private = ("contact_name", "contact_email", "contact_phone")
    places = Exists(_accreditations(programme_id, AccreditationKind.PLACE, day).filter(organisation=OuterRef("pk")))
    return Organisation.objects.filter(places).defer(*private).order_by("commune", "name", "id")


def one_accreditation(actor: Actor, programme_id: UUID, accreditation_id: UUID) -> Accreditation:
    """One accreditation that the actor may see in the programme. Refuses `not_found` elsewhere."""
    return one_or_refuse(access_accreditations(actor, programme_id=programme_id).filter(id=accreditation_id))


def access_mappings(actor: Actor, kind: str) -> dict[str, Mapping]:
    """The mappings that the actor's authority keeps for files of that kind, by name; for managers, and
    those of the issuer's files for who imports them."""
    if not may(actor, permission_of_mappings(kind)):
        return {}
    rows = SavedMapping.objects.filter(authority_id=actor.authority_id, kind=kind).order_by("name")
    return {row.name: Mapping(dict(row.columns)) for row in rows}


def _visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """The one policy, for a set and for a row."""
    rows = Organisation.objects.filter(authority_id=actor.authority_id)
    if not may(actor, Permission.READ_NETWORK):
        return rows.none()
    return rows.filter(id=actor.organisation_id or NOBODY) if actor.role in NEEDS_ORGANISATION else rows


def _accreditations(
    programme_id: UUID | None, kind: AccreditationKind | None, day: date | None
) -> QuerySet[Accreditation]:
    rows = Accreditation.objects.all()
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows if day is None else open_on(rows, day)
