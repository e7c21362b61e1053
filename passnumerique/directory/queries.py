"""Every reading of the directory, with permission built in: `access_…` a set, `one_…` a row of that set.

What an actor may see never passes its authority; a desk (prescriber, place, mediator) sees its own
organisation. Functions without an actor serve upper floors that have already decided, and the public pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from passnumerique.directory.models import (
    Accreditation,
    Authority,
    Invitation,
    Membership,
    Organisation,
    SavedMapping,
    User,
)
from passnumerique.directory.rules import (
    NEEDS_ORGANISATION,
    AccreditationKind,
    Actor,
    Permission,
    Role,
    hash_token,
    may,
)
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.sheets.mapping import Mapping, normalised

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class Hat:
    """One way in which a person may act on a day: what the page where hats are chosen shows."""

    membership_id: UUID
    actor: Actor
    authority: str
    organisation: str
    """Empty for the offices of the authority."""


@dataclass(frozen=True)
class OpenInvitation:
    """What the person who holds a token may know before accepting."""

    email: str
    role: Role
    authority: str
    organisation: str
    has_account: bool


def access_authorities(actor: Actor) -> QuerySet[Authority]:
    """The actor's own authority; every one for the installation acting for none."""
    everyone = Authority.objects.order_by("name", "id")
    if actor.role is Role.SYSTEM and actor.authority_id == NOBODY:
        return everyone
    return everyone.filter(id=actor.authority_id)


def authority_with_slug(slug: str) -> Authority:
    """The public face of an authority (name, look, contact). Refuses `not_found`."""
    return _first(Authority.objects.filter(slug=slug))


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
    hats = _in_force(Membership.objects.filter(organisation=OuterRef("pk")), day)
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
    return _first(access_organisations(actor).filter(id=organisation_id))


def organisations_named(organisation_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of organisations, for rows that the reader may already see."""
    return dict(Organisation.objects.filter(id__in=set(organisation_ids)).values_list("id", "name"))


def organisations_by_id(organisation_ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Organisations for papers and public pages, for whoever already holds their identifiers."""
    return Organisation.objects.in_bulk(list(set(organisation_ids)))


def people_named(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people, for journals and histories that the reader may already see."""
    return dict(User.objects.filter(id__in=set(user_ids)).values_list("id", "name"))


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


def accredited_organisations(programme_id: UUID, kind: AccreditationKind, day: date) -> set[UUID]:
    """Every organisation accredited for that on that day: the set form of `accredited_on`."""
    return set(_accreditations(programme_id, kind, day).values_list("organisation_id", flat=True))


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


def people_of(
    actor: Actor,
    *,
    day: date | None = None,
    organisation_id: UUID | None = None,
    ended_by: date | None = None,
) -> QuerySet[Membership]:
    """The hats worn in the actor's authority, with person and organisation: for managers and auditors.

    `day` keeps those in force on it, `ended_by` those that were over by then. Anybody else sees nobody
    but themselves.
    """
    rows = Membership.objects.filter(authority_id=actor.authority_id)
    if not may(actor, Permission.READ_PEOPLE):
        rows = rows.filter(user_id=actor.user_id or NOBODY)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    if ended_by is not None:
        rows = rows.filter(until_day__lt=ended_by)
    if day is not None:
        rows = _in_force(rows, day)
    return rows.select_related("user", "organisation").order_by("user__name", "role", "from_day", "id")


def invitations_of(actor: Actor, *, open_at: datetime | None = None) -> QuerySet[Invitation]:
    """The invitations of the actor's authority, newest first, for managers and auditors; `open_at` keeps
    those that can still be accepted then."""
    rows = Invitation.objects.filter(authority_id=actor.authority_id)
    if not may(actor, Permission.READ_PEOPLE):
        return rows.none()
    if open_at is not None:
        rows = rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=open_at)
    return rows.select_related("organisation").order_by("-invited_at", "id")


def inviting_authority(token: str) -> UUID | None:
    """The authority that made the invitation of a token, open or over; nothing for a token of none."""
    return Invitation.objects.filter(token_hash=hash_token(token)).values_list("authority_id", flat=True).first()


def open_invitation(token: str, *, at: datetime) -> OpenInvitation | None:
    """What the holder of a token is invited to, or nothing when it can no longer be accepted."""
    row = (
        Invitation.objects.filter(token_hash=hash_token(token), accepted_at=None, withdrawn_at=None, expires_at__gt=at)
        .select_related("authority", "organisation")
        .first()
    )
    if row is None:
        return None
    return OpenInvitation(
        email=row.email,
        role=Role(row.role),
        authority=row.authority.name,
        organisation=row.organisation.name if row.organisation else "",
        has_account=User.objects.filter(email=row.email).exists(),
    )


def hats_of(user: AbstractBaseUser, *, on: date) -> list[Hat]:
    """Every hat that the person may wear on that day, offices first; none when the account is closed."""
    rows = _in_force(Membership.objects.filter(user_id=user.pk, user__is_active=True), on)
    rows = rows.select_related("user", "authority", "organisation").order_by("role", "from_day", "id")
    hats = [_hat(row) for row in rows]
    return sorted(hats, key=lambda hat: (hat.authority, hat.actor.role in NEEDS_ORGANISATION, hat.organisation))


def actors_of(user: AbstractBaseUser, *, on: date) -> list[Actor]:
    """Every actor that the person may be on that day."""
    return [hat.actor for hat in hats_of(user, on=on)]


def actor_wearing(user: AbstractBaseUser, membership_id: UUID, *, on: date) -> Actor:
    """The person under one of their own hats. Refuses `not_found` for another's hat, or one not in force."""
    for hat in hats_of(user, on=on):
        if hat.membership_id == membership_id:
            return hat.actor
    raise NotFound()


def one_accreditation(actor: Actor, programme_id: UUID, accreditation_id: UUID) -> Accreditation:
    """One accreditation that the actor may see in the programme. Refuses `not_found` elsewhere."""
    return _first(access_accreditations(actor, programme_id=programme_id).filter(id=accreditation_id))


def one_membership(actor: Actor, membership_id: UUID) -> Membership:
    """One hat that the actor may see. Refuses `not_found` elsewhere."""
    return _first(people_of(actor).filter(id=membership_id))


def one_invitation(actor: Actor, invitation_id: UUID, *, at: datetime) -> Invitation:
    """One invitation of the actor's authority that can still be accepted. Refuses `not_found` elsewhere."""
    return _first(invitations_of(actor, open_at=at).filter(id=invitation_id))


def access_mappings(actor: Actor, kind: str) -> dict[str, Mapping]:
    """The mappings that the actor's authority keeps for files of that kind, by name; for managers."""
    if not may(actor, Permission.MANAGE_NETWORK):
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
    return rows if day is None else _in_force(rows, day)


def _in_force(rows: QuerySet[T], day: date) -> QuerySet[T]:
    return rows.filter(Q(until_day=None) | Q(until_day__gte=day), from_day__lte=day)


def _first(rows: QuerySet[T]) -> T:
    row = rows.first()
    if row is None:
        raise NotFound()
    return row


def _hat(row: Membership) -> Hat:
    scope = row.programme_ids
    actor = Actor(
        user_id=row.user_id,
        name=row.user.name,
        role=Role(row.role),
        authority_id=row.authority_id,
        organisation_id=row.organisation_id,
        programme_ids=None if scope is None else frozenset(map(UUID, scope)),
    )
    return Hat(row.id, actor, row.authority.name, row.organisation.name if row.organisation else "")
