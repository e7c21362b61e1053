"""Tokens: which organisation a program acts for, and the list of what was given out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from passnumerique.directory.models import ApiToken
from passnumerique.directory.queries.sets import one_or_refuse
from passnumerique.directory.rules import (
    NEEDS_ORGANISATION,
    Actor,
    Permission,
    Role,
    Scope,
    hash_token,
    looks_like_a_secret,
    may,
)
from passnumerique.ground.ids import NOBODY


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who presents a token: the actor that it makes, and what it may be used for."""

    token_id: UUID
    actor: Actor
    scopes: frozenset[Scope]


def actor_of_token(secret: str, *, at: datetime) -> TokenHolder | None:
    """Whom a secret stands for at that instant; None when it is unknown, expired or revoked alike.

    One lookup by hash. `at` is the real clock's, even where a demonstration lives on another day. The
    actor is the organisation's own mediation place: role PLACE, its `user_id` is the token's id.
    """
    return actors_of_tokens([secret], at=at).get(secret)


def actors_of_tokens(secrets: Iterable[str], *, at: datetime) -> dict[str, TokenHolder]:
    """Whom each of these secrets stands for, as `actor_of_token` says of one: one statement for all."""
    hashes = {hash_token(secret): secret for secret in secrets if looks_like_a_secret(secret)}
    if not hashes:
        return {}
    rows = ApiToken.objects.filter(secret_hash__in=list(hashes), revoked_at=None, expires_at__gt=at).order_by()
    columns = ("secret_hash", "id", "label", "authority_id", "organisation_id", "programme_ids", "scopes")
    return {hashes[bytes(secret_hash)]: _holder(*told) for secret_hash, *told in rows.values_list(*columns)}


def _holder(
    token_id: UUID,
    label: str,
    authority_id: UUID,
    organisation_id: UUID,
    programme_ids: list[str] | None,
    scopes: list[str],
) -> TokenHolder:
    reach = None if programme_ids is None else frozenset(map(UUID, programme_ids))
    actor = Actor(token_id, label, Role.PLACE, authority_id, organisation_id, reach)
    return TokenHolder(token_id, actor, frozenset(map(Scope, scopes)))


def access_tokens(actor: Actor, *, organisation_id: UUID | None = None) -> QuerySet[ApiToken]:
    """The tokens of the actor's authority, newest first, without their hashes: for managers and auditors,
    and for a place its own. Anybody else sees none."""
    rows = ApiToken.objects.filter(authority_id=actor.authority_id)
    if not may(actor, Permission.READ_TOKENS):
        return rows.none()
    if actor.role in NEEDS_ORGANISATION:
        rows = rows.filter(organisation_id=actor.organisation_id or NOBODY)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.select_related("organisation").defer("secret_hash").order_by("-created_at", "id")


def one_token(actor: Actor, token_id: UUID) -> ApiToken:
    """One token that the actor may see. Refuses `not_found` elsewhere."""
    return one_or_refuse(access_tokens(actor).filter(id=token_id))
