"""People and the hats they wear, and the invitations that let them in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from passnumerique.directory.models import ApiToken, Invitation, Membership, User
from passnumerique.directory.queries.sets import one_or_refuse, open_on
from passnumerique.directory.rules import NEEDS_ORGANISATION, Actor, Permission, Role, hash_token, may
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ground.words import N_, say


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


def people_named(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people and of tokens (« Jeton … »), for histories that the reader may already see."""
    wanted = set(user_ids)
    names = dict(User.objects.filter(id__in=wanted).values_list("id", "name"))
    if wanted - names.keys():
        tokens = ApiToken.objects.filter(id__in=wanted - names.keys()).values_list("id", "label")
        names |= {token_id: say(N_("Jeton {label}"), {"label": label}) for token_id, label in tokens}
    return names


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
        rows = open_on(rows, day)
    return rows.select_related("user", "organisation").order_by("user__name", "role", "from_day", "id")


def one_membership(actor: Actor, membership_id: UUID) -> Membership:
    """One hat that the actor may see. Refuses `not_found` elsewhere."""
    return one_or_refuse(people_of(actor).filter(id=membership_id))


def invitations_of(actor: Actor, *, open_at: datetime | None = None) -> QuerySet[Invitation]:
    """The invitations of the actor's authority, newest first, for managers and auditors; `open_at` keeps
    those that can still be accepted then."""
    rows = Invitation.objects.filter(authority_id=actor.authority_id)
    if not may(actor, Permission.READ_PEOPLE):
        return rows.none()
    if open_at is not None:
        rows = rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=open_at)
    return rows.select_related("organisation").order_by("-invited_at", "id")


def one_invitation(actor: Actor, invitation_id: UUID, *, at: datetime) -> Invitation:
    """One invitation of the actor's authority that can still be accepted. Refuses `not_found` elsewhere."""
    return one_or_refuse(invitations_of(actor, open_at=at).filter(id=invitation_id))


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
    rows = open_on(Membership.objects.filter(user_id=user.pk, user__is_active=True), on)
    rows = rows.select_related("user", "authority", "organisation").order_by("role", "from_day", "id")
    hats = [_hat(row) for row in rows]
    return sorted(hats, key=lambda hat: (hat.authority, hat.actor.role in NEEDS_ORGANISATION, hat.organisation))


def actors_of(user: AbstractBaseUser, *, on: date) -> list[Actor]:
    """Every actor that the person may be on that day."""
    return [hat.actor for hat in hats_of(user, on=on)]


def actor_named(email: str, authority_id: UUID, role: Role, *, on: date) -> Actor:
    """Who has that address, in that role at an authority's own desk on that day: a command acts for somebody.
    Refuses `not_found` when nobody does."""
    rows = open_on(Membership.objects.filter(user__email__iexact=email.strip(), user__is_active=True), on)
    row = rows.filter(authority_id=authority_id, role=role, organisation__isnull=True).select_related("user").first()
    if row is None:
        raise NotFound
    return _hat(row).actor


def actor_wearing(user: AbstractBaseUser, membership_id: UUID, *, on: date) -> Actor:
    """The person under one of their own hats. Refuses `not_found` for another's hat, or one not in force."""
    for hat in hats_of(user, on=on):
        if hat.membership_id == membership_id:
            return hat.actor
    raise NotFound()


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
