"""Invitations: the only way in. Only the hash of a token is kept."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from passnumerique.directory.models import Invitation, Membership, User
from passnumerique.directory.operations.checking import (
    checked_email,
    checked_organisation,
    checked_scope,
    new_membership,
    new_person,
    open_hats,
    refuse_wider,
)
from passnumerique.directory.rules import Actor, Permission, Role, hash_token, require
from passnumerique.directory.rules.refusals import InvitationOver, SignInFirst
from passnumerique.ground.chance import chance
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound

INVITATION_DAYS = 14


@dataclass(frozen=True)
class Invited:
    """An invitation just made, with the only copy of its token: what the letter's address ends in."""

    invitation: Invitation
    token: str


def invite_member(
    *,
    by: Actor,
    at: datetime,
    email: str,
    role: Role,
    organisation_id: UUID | None = None,
    programme_ids: Iterable[UUID] | None = None,
) -> Invited:
    """An invitation to wear one hat in the actor's authority, open for 14 days; earlier open ones for the
    same hat are withdrawn. The roof sends the token; only its hash is kept.

    For managers; one who is limited to some programmes invites to those only.
    """
    require(by, Permission.MANAGE_PEOPLE)
    email = checked_email(email)
    scope = checked_scope(by, programme_ids)
    organisation = checked_organisation(by.authority_id, role, organisation_id)
    token = base64.urlsafe_b64encode(chance().randbytes(32)).decode().rstrip("=")
    invitation = Invitation(
        id=new_id(at),
        authority_id=by.authority_id,
        organisation=organisation,
        email=email,
        role=role,
        programme_ids=scope,
        token_hash=hash_token(token),
        invited_by=by.user_id,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    with transaction.atomic():
        _open_invitations(by.authority_id).filter(email=email, role=role, organisation=organisation).update(
            withdrawn_at=at
        )
        invitation.save(force_insert=True)
    return Invited(invitation, token)


def withdraw_invitation(*, by: Actor, at: datetime, invitation_id: UUID) -> None:
    """Close an open invitation of the actor's authority. For managers, within their programmes."""
    require(by, Permission.MANAGE_PEOPLE)
    row = _open_invitations(by.authority_id).filter(id=invitation_id).first()
    if row is None:
        raise NotFound()
    refuse_wider(by, row.programme_ids)
    if not _open_invitations(by.authority_id).filter(id=invitation_id).update(withdrawn_at=at):
        raise NotFound()


def accept_invitation(
    *, at: datetime, token: str, user_id: UUID | None = None, name: str = "", password: str = ""
) -> Membership:
    """The invited person takes the hat, from today on, and the invitation is spent.

    Somebody new gives a name and a password. Somebody who has an account is signed in as that account
    (`user_id`): the token alone never changes a password. A hat already worn keeps its days and takes the
    programmes of the invitation. Refuses `invitation_over` and `sign_in_first`.
    """
    with transaction.atomic():
        spent = Invitation.objects.filter(
            token_hash=hash_token(token), accepted_at=None, withdrawn_at=None, expires_at__gt=at
        ).update(accepted_at=at)
        if not spent:
            raise InvitationOver()
        invitation = Invitation.objects.get(token_hash=hash_token(token))
        user = _invited_person(at, invitation, user_id, name, password)
        role = Role(invitation.role)
        worn = open_hats(user.id, invitation.authority_id, role, invitation.organisation_id)
        if worn.update(programme_ids=invitation.programme_ids):
            return worn.get()
        return new_membership(
            at=at,
            user_id=user.id,
            authority_id=invitation.authority_id,
            organisation_id=invitation.organisation_id,
            role=role,
            programme_ids=invitation.programme_ids,
            from_day=day_of(at),
            until_day=None,
        )


def _open_invitations(authority_id: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(authority_id=authority_id, accepted_at=None, withdrawn_at=None)


def _invited_person(at: datetime, invitation: Invitation, user_id: UUID | None, name: str, password: str) -> User:
    """The account that the invitation is for: its owner's, signed in, or a new one."""
    known = User.objects.filter(email=invitation.email).first()
    if known is None:
        return new_person(at=at, email=invitation.email, name=name, password=password, language="fr")
    if known.id != user_id or not known.is_active:
        raise SignInFirst(email=invitation.email)
    return known
