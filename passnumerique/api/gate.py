"""The gate: who calls, with which token, for which programme, at which instant. Shared by every way in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passnumerique.api.problems import BadToken, ScopeMissing, TooManyWrongCodes
from passnumerique.api.wire import failed_codes
from passnumerique.directory.operations import note_failed_codes
from passnumerique.directory.queries import TokenHolder, actors_of_tokens, waiting_after_failed_codes
from passnumerique.directory.rules import Actor, Scope, covers
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.programmes.queries import instant_of, programmes_named
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


def let_in(secret: str, slug: str, scope: Scope, *, now: datetime) -> Caller:
    """Whoever presents this token, let into the programme of that short name for one scope.

    Refuses a token that is unknown, expired or revoked (BadToken), a programme that does not exist or
    is out of its reach (NotFound), a scope that it lacks (ScopeMissing), and for a while a token with
    which too many codes failed (TooManyWrongCodes).
    """
    (told,) = let_each_in([(secret, slug)], scope, now=now)
    if isinstance(told, Refusal):
        raise told
    return told


def let_each_in(asked: Sequence[tuple[str, str]], scope: Scope, *, now: datetime) -> list[Caller | Refusal]:
    """What `let_in` does, for many tokens with their programmes: each caller, or why not, in order; the same
    few questions for any number."""
    holders = actors_of_tokens({secret for secret, _slug in asked}, at=now)
    programmes = programmes_named({slug for _secret, slug in asked}) if holders else {}
    waiting = waiting_after_failed_codes(map(_subject, holders.values()), at=now) if holders else {}
    return [_told(holders.get(secret), programmes.get(slug), scope, waiting, now) for secret, slug in asked]


def _told(
    holder: TokenHolder | None, programme: Any, scope: Scope, waiting: Mapping[str, int], now: datetime
) -> Caller | Refusal:
    if holder is None:
        return BadToken()
    actor, subject = holder.actor, _subject(holder)
    if programme is None or programme.authority_id != actor.authority_id or not covers(actor, programme.id):
        return NotFound()
    if scope not in holder.scopes:
        return ScopeMissing(scope=scope.value)
    if subject in waiting:
        return TooManyWrongCodes(seconds=waiting[subject])
    return Caller(actor, programme.id, now, instant_of(programme, now), subject)


def _subject(holder: TokenHolder) -> str:
    return f"token:{holder.token_id}"


def note_outcomes(caller: Caller, outcomes: Iterable[Outcome]) -> None:
    """Count the codes that failed against the token."""
    note_failures(caller, failed_codes(outcomes))


def note_failures(caller: Caller, many: int) -> None:
    """Count so many failed codes against the token; nothing is written for none."""
    if many:
        note_failed_codes(caller.subject, many, at=caller.now)
