"""The gate: who calls, with which token, for which programme, at which instant. Shared by every way in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passnumerique.api.problems import BadToken, ScopeMissing, TooManyWrongCodes
from passnumerique.api.wire import failed_codes
from passnumerique.directory.operations import note_failed_codes
from passnumerique.directory.queries import actor_of_token, too_many_failed_codes
from passnumerique.directory.rules import Actor, Scope, covers
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import instant_of, programme_named
from passnumerique.vouchers.operations import Outcome


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that was let in: whom it acts for, in which programme. `now` is the real clock's instant,
    `at` the same on the programme's own clock."""

    actor: Actor
    programme_id: UUID
    now: datetime
    at: datetime
    subject: str


def let_in(
    secret: str, slug: str, scope: Scope, *, now: datetime, find: Callable[[str], Any] = programme_named
) -> Caller:
    """Whoever presents this token, let into the programme of that short name for one scope.

    Refuses a token that is unknown, expired or revoked (BadToken), a programme that does not exist or
    is out of its reach (NotFound), a scope that it lacks (ScopeMissing), and for a while a token with
    which too many codes failed (TooManyWrongCodes). `find` gives a programme by its short name, perhaps
    from memory.
    """
    holder = actor_of_token(secret, at=now)
    if holder is None:
        raise BadToken
    programme = find(slug)
    actor = holder.actor
    if programme.authority_id != actor.authority_id or not covers(actor, programme.id):
        raise NotFound
    if scope not in holder.scopes:
        raise ScopeMissing(scope=scope.value)
    caller = Caller(actor, programme.id, now, instant_of(programme, now), f"token:{holder.token_id}")
    if seconds := too_many_failed_codes(caller.subject, at=now):
        raise TooManyWrongCodes(seconds=seconds)
    return caller


def note_outcomes(caller: Caller, outcomes: Iterable[Outcome]) -> None:
    """Count the codes that failed against the token."""
    note_failures(caller, failed_codes(outcomes))


def note_failures(caller: Caller, many: int) -> None:
    """Count so many failed codes against the token; nothing is written for none."""
    if many:
        note_failed_codes(caller.subject, many, at=caller.now)
