"""Redemption: passes spent at training sessions. Written for a set of scans; one scan is a set of one.

The client makes the id of each redemption (law 6): the same id and content replays the answer, the
same id with other content is a conflict, another id on a spent pass is "already used". The set is one
statement; what it does not take is explained afterwards, on the slow path.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from passnumerique.ground.db import on_postgresql, retried
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ground.sets import SetAct
from passnumerique.vouchers.operations.redeeming.agreed import Agreed, agreed_of
from passnumerique.vouchers.operations.redeeming.explaining import WhyNoSeat, explain
from passnumerique.vouchers.operations.redeeming.presenting import Asked, Outcome, Scan, Workshop
from passnumerique.vouchers.operations.redeeming.statement import Seating, redemption, rows_of, same_for
from passnumerique.vouchers.operations.redeeming.taking_over import Use, take_over
from passnumerique.vouchers.operations.redeeming.undoing import undo
from passnumerique.vouchers.rules import BOOK, Act
from passnumerique.vouchers.rules.refusals import (
    AskedElsewhere,
    ClockAhead,
    IdAlreadyUsed,
    SetIncomplete,
    WrongNumberOfPasses,
)

__all__ = [
    "Agreed",
    "Asked",
    "Outcome",
    "Redeeming",
    "Scan",
    "Seating",
    "Use",
    "Workshop",
    "agreed_of",
    "redemption",
    "take_over",
    "undo",
]

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far the clock of a place may run ahead of ours."""
ROUNDS = 4
"""How often a pass is asked for that others ask for in the very instant."""

Key = tuple[int, UUID]
"""A use: who presents it, and its id."""


class _HalfPaid(Exception):  # noqa: N818 — never leaves this room
    """Another act took one of a person's passes in this very instant: nothing of the set stands."""


@dataclass(frozen=True)
class Redeeming:
    """The operation, with the seating of the floor above: made once, where that floor offers it."""

    act: SetAct
    why_no_seat: WhyNoSeat

    def redeem(self, *, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> list[Outcome]:
        """Spend passes at open workshops of one programme and tell the outcome of each scan, in order.

        For the workshop's own place and its mediators; several callers may present at once, and each is
        told what it would be told alone. `redeemed_at` is the instant at which a pass was taken, by the
        place's clock. Refuses one scan when the role may not take passes, the clock runs ahead, its code
        is unknown or mistyped, its pass not held, blocked, lapsed or spent, or nobody else can sit down;
        and one participant's scans when their number is not the workshop's price. What is refused leaves
        no trace on the pass.
        """
        first: dict[Key, Asked] = {}
        for one in asked:
            first.setdefault(_key(one), one)
        done = _refused_before(list(first.values()), at)
        done |= self._spent(programme_id, [one for key, one in first.items() if key not in done], at)
        return [_as_first(one, first[_key(one)], done[_key(one)]) for one in asked]

    def _spent(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[Key, Outcome]:
        """The outcome of each use. What two of them ask for is asked for in turn."""
        done: dict[Key, Outcome] = {}
        left = list(asked)
        for _ in range(ROUNDS):
            done |= self._won(programme_id, _apart(left), at)
            left = [one for one in left if _key(one) not in done]
            if not left:
                return done
            told = zip(left, explain(programme_id, left, self.why_no_seat), strict=True)
            done |= {_key(one): outcome for one, outcome in told if outcome}
            left = [one for one in left if _key(one) not in done]
            done |= _spoilt(left, asked, done)
            left = [one for one in left if _key(one) not in done]
        return done | {_key(one): Outcome(one.scan, AskedElsewhere()) for one in left}

    def _won(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[Key, Outcome]:
        """What the statement takes. Where it fails as a whole, each person's scans are asked alone, so that
        one of them does not spoil its neighbours'."""
        if not asked:
            return {}
        try:
            return retried(lambda: self._run(programme_id, asked, at))
        except (IntegrityError, _HalfPaid):
            people = _by_person(asked)
            if len(people) > 1:
                return {key: won for one in people for key, won in self._won(programme_id, one, at).items()}
        try:  # an id, or a seat, that somebody wrote in this very instant is seen the second time
            return retried(lambda: self._run(programme_id, asked, at))
        except _HalfPaid:
            return {}
        except IntegrityError:
            # An id recorded in another programme is told; any other cause is a fault.
            if not any(explain(programme_id, asked, self.why_no_seat)):
                raise
            return {}

    def _run(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[Key, Outcome]:
        several = any(one.workshop.passes_per_person > 1 for one in asked)
        alone = on_postgresql() and not several and not connection.in_atomic_block  # one statement is one transaction
        with nullcontext() if alone else transaction.atomic():
            moved = self.act.run(rows_of(asked, settings.CODE_KEY, at), same_for(programme_id, at))
            if several and _half_paid(asked, {n for n, *_ in moved}):
                raise _HalfPaid
        won = ((asked[n], number, UUID(str(participant))) for n, number, participant in moved)
        return {_key(one): Outcome(replace(one.scan, participant_id=who), None, number) for one, number, who in won}


def _key(one: Asked) -> Key:
    return one.caller, one.scan.id


def _refused_before(asked: Sequence[Asked], at: datetime) -> dict[Key, Outcome]:
    """Scans refused without asking the database."""
    given: dict[tuple[int, UUID, UUID], set[str]] = {}
    for one in asked:
        given.setdefault(one.person, set()).add(one.code)
    told = ((one, _why_not(one, len(given[one.person]), at)) for one in asked)
    return {_key(one): Outcome(one.scan, refusal) for one, refusal in told if refusal}


def _why_not(one: Asked, given: int, at: datetime) -> Refusal | None:
    """`given`: how many passes this person presents."""
    if one.by.role not in BOOK[Act.REDEEM].roles:
        return NotAllowed()
    if one.by.organisation_id != one.workshop.place_id:
        return NotFound()
    if one.redeemed_at > at + CLOCKS_DIFFER_BY:
        return ClockAhead()
    if given != one.workshop.passes_per_person:
        return WrongNumberOfPasses(expected=one.workshop.passes_per_person, given=given)
    return None


def _by_person(asked: Iterable[Asked]) -> list[list[Asked]]:
    found: dict[tuple[int, UUID, UUID], list[Asked]] = {}
    for one in asked:
        found.setdefault(one.person, []).append(one)
    return list(found.values())


def _apart(asked: Sequence[Asked]) -> list[Asked]:
    """Of these, in order, whole persons who ask for nothing that another one before them asks for."""
    taken: set[object] = set()
    return list(chain.from_iterable(_free(person, taken) for person in _by_person(asked)))


def _free(person: Sequence[Asked], taken: set[object]) -> Iterator[Asked]:
    """A person's passes, each once, unless something of them is taken; then none."""
    mine = {one.code: one for one in reversed(person)}
    wants = set(mine) | {one.scan.id for one in person} | {one.scan.participant_id for one in person} - {None}
    if not wants & taken:
        taken |= wants
        yield from sorted(mine.values(), key=person.index)


def _half_paid(asked: Sequence[Asked], moved: set[int]) -> bool:
    """Whether some, but not all, of a person's passes moved."""
    stood: dict[tuple[int, UUID, UUID], set[bool]] = {}
    for n, one in enumerate(asked):
        stood.setdefault(one.person, set()).add(n in moved)
    return any(len(both) > 1 for both in stood.values())


def _spoilt(left: Sequence[Asked], asked: Sequence[Asked], done: dict[Key, Outcome]) -> dict[Key, Outcome]:
    """Of those left, whoever presented another pass with this one that is refused: neither is taken."""
    refused = {one.person for one in asked if (outcome := done.get(_key(one))) and outcome.refusal}
    return {_key(one): Outcome(one.scan, SetIncomplete()) for one in left if one.person in refused}


def _as_first(one: Asked, first: Asked, outcome: Outcome) -> Outcome:
    """An id that comes again in a set: with the same content the same use, with other content a conflict."""
    if one is first:
        return outcome
    if not one.same_use(first):
        return Outcome(one.scan, IdAlreadyUsed())
    return outcome if outcome.refusal else replace(outcome, replayed=True)
