"""Tokens for the programs of an organisation: made with an end, shown once, revoked at any time."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.models import ApiToken, Organisation
from passnumerique.directory.operations.checking import checked_scope, refuse_wider
from passnumerique.directory.queries import one_token
from passnumerique.directory.rules import (
    LONGEST_LABEL,
    NEEDS_ORGANISATION,
    SECRET_BYTES,
    SECRET_MARK,
    Actor,
    Permission,
    Scope,
    hash_token,
    last_token_day,
    require,
)
from passnumerique.directory.rules.refusals import (
    BadTokenExpiry,
    LabelTooLong,
    NameMissing,
    TokenAlreadyRevoked,
    TokenProgrammeMissing,
    TokenScopeMissing,
)
from passnumerique.ground.chance import chance
from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotFound


@dataclass(frozen=True)
class MadeToken:
    """A token just made, with the only copy of its secret."""

    token: ApiToken
    secret: str


def create_token(
    *,
    by: Actor,
    at: datetime,
    organisation_id: UUID,
    label: str,
    scopes: Iterable[Scope],
    expires_at: datetime,
    programme_ids: Iterable[UUID] | None = None,
) -> MadeToken:
    """A token with which programs act for the organisation until `expires_at`, at most 400 days ahead.

    For managers, and for a place its own; neither makes one that reaches further than its own hat. The
    secret is returned this once, only its hash is kept. Credentials live on the real clock: `at` is
    that one, even where a demonstration lives on another day. Refuses a missing or long label, no
    scope, no programme, and an end out of bounds.
    """
    require(by, Permission.MANAGE_TOKENS)
    reach = checked_scope(by, programme_ids)
    if reach == []:
        raise TokenProgrammeMissing()
    allowed = sorted({Scope(scope).value for scope in scopes})
    if not allowed:
        raise TokenScopeMissing()
    if not at < expires_at <= end_of(last_token_day(at)):
        raise BadTokenExpiry(last_day=last_token_day(at))
    secret = SECRET_MARK + base64.urlsafe_b64encode(chance().randbytes(SECRET_BYTES)).decode().rstrip("=")
    token = ApiToken(
        id=new_id(at),
        authority_id=by.authority_id,
        organisation=_own_organisation(by, organisation_id),
        programme_ids=reach,
        label=_checked_label(label),
        scopes=allowed,
        secret_hash=hash_token(secret),
        created_at=at,
        created_by=by.user_id,
        expires_at=expires_at,
    )
    token.save(force_insert=True)
    return MadeToken(token, secret)


def revoke_token(*, by: Actor, at: datetime, token_id: UUID) -> ApiToken:
    """The token opens nothing from now on. For managers, and for a place its own, within their programmes.

    Refuses `token_already_revoked` to the second of two.
    """
    require(by, Permission.MANAGE_TOKENS)
    token = one_token(by, token_id)
    refuse_wider(by, token.programme_ids)
    if not ApiToken.objects.filter(id=token.id, revoked_at=None).update(revoked_at=at, revoked_by=by.user_id):
        raise TokenAlreadyRevoked(day=day_of(one_token(by, token_id).revoked_at or at))
    return one_token(by, token_id)


def _own_organisation(by: Actor, organisation_id: UUID) -> Organisation:
    """The organisation, which is the actor's own when the actor is a place."""
    rows = Organisation.objects.filter(id=organisation_id, authority_id=by.authority_id)
    organisation = rows.first()
    if organisation is None or (by.role in NEEDS_ORGANISATION and organisation.id != by.organisation_id):
        raise NotFound()
    return organisation


def _checked_label(label: str) -> str:
    label = label.strip()
    if not label:
        raise NameMissing()
    if len(label) > LONGEST_LABEL:
        raise LabelTooLong(most=LONGEST_LABEL)
    return label
