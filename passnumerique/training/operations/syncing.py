"""Passes taken without network, sent when it is back: opened, set right in time, spent as one set, told.

Sent again, whole or in parts, in any order, by whatever device of the place, the same lines end the same:
what was spent is told as replayed, what was contested as the same dispute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.sealing import SealError, opened, sealing_key
from passnumerique.programmes.queries import terms_on
from passnumerique.programmes.rules.parameters import OfflineConflict
from passnumerique.training.models import Dispute
from passnumerique.training.operations.disputing import Contested, contest
from passnumerique.training.operations.redeeming import Presented, redeem_presented
from passnumerique.training.queries.disputes import disputes_with_ids, uses_of_disputes
from passnumerique.training.rules import DisputeState
from passnumerique.training.rules.disputes import CodeUnreadable, SyncInterrupted, SyncStatus, TooManyUnknown
from passnumerique.vouchers.operations.redeeming import Outcome
from passnumerique.vouchers.queries.reading import uses_standing, vouchers_with_codes
from passnumerique.vouchers.rules.refusals import AlreadyRedeemed, AskedElsewhere, IdAlreadyUsed, SetIncomplete

ROUNDS = 4
"""How often a pass is asked for that others ask for, or give back, in the very instant."""


@dataclass(frozen=True, slots=True)
class Queued:
    """One line of a device's queue: the id that it made, the session, the instant by its own clock, who
    presented the pass (none: nobody named), and the code, sealed to our key or in clear."""

    id: UUID
    session_id: UUID
    scanned_at: datetime
    participant_id: UUID | None = None
    sealed: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one line. `place` and `used_at` tell the use that stands in its way; `dispute` is the
    number of the dispute, which both places see."""

    id: UUID
    status: SyncStatus
    number: int | None = None
    refusal: Refusal | None = None
    place: str = ""
    used_at: datetime | None = None
    dispute: int | None = None


def sync_queued(
    *,
    programme_id: UUID,
    queued: Sequence[Queued],
    ahead: timedelta,
    since: datetime,
    by: Actor,
    at: datetime,
    tries: int | None = None,
) -> list[Synced]:
    """Spend passes that a device of the place took without network, and tell what became of each, in order.

    `ahead` is how far the device's clock is ahead of the programme's at this sending: its instants are set
    right by it. One that cannot be true, before `since` (when the device was paired) or after `at`, gives way to
    `at`. It is no part of what a line says: sent again it is the same line.

    `tries` is how many codes that do not exist this device may still give, None for any number: once they are
    given, whatever stands behind them is postponed, right codes too, or a device could try hundreds at once.

    A pass that another place used is a dispute; where the programme says that the first scanned stands,
    the earlier use takes its place, unless that one is claimed. Refused line by line: what `redeem_presented`
    refuses, and a code that cannot be opened. Refuses the whole (SyncInterrupted) when others ask for the
    same passes all the time: sent again it goes on where it was.
    """
    sending = _Sending(programme_id, by, at)
    read = _bounded(programme_id, [_read(one, ahead, since, at) for one in queued], tries)
    given = [one for one in read if isinstance(one, Presented)]
    done = iter(sending.settle(given))
    return [one if isinstance(one, Synced) else next(done) for one in read]


@lru_cache(maxsize=4)
def _key(master: bytes) -> EllipticCurvePrivateKey:
    return sealing_key(master)


def _read(one: Queued, ahead: timedelta, since: datetime, at: datetime) -> Presented | Synced:
    try:
        code = opened(_key(settings.CODE_KEY), one.sealed) if one.sealed else one.code
    except SealError:
        return Synced(one.id, SyncStatus.REFUSED, refusal=CodeUnreadable())
    then = one.scanned_at - ahead
    return Presented(one.id, code, one.session_id, then if since <= then <= at else at, one.participant_id)


def _bounded(programme_id: UUID, read: Sequence[Presented | Synced], tries: int | None) -> Sequence[Presented | Synced]:
    """The lines, those behind the last code that may fail postponed, whole people at a time."""
    if tries is None or len(read) <= tries:
        return read
    known = vouchers_with_codes(programme_id, [one.code for one in read if isinstance(one, Presented)])
    failed = accumulate(isinstance(one, Synced) or fold(one.code) not in known for one in read)
    heard = 1 + sum(many < tries for many in failed)
    late = {_person(one) for one in read[heard:] if isinstance(one, Presented)}
    return [
        one
        if place < heard and not (isinstance(one, Presented) and _person(one) in late)
        else Synced(one.id, SyncStatus.POSTPONED, refusal=TooManyUnknown())
        for place, one in enumerate(read)
    ]


@dataclass(frozen=True)
class _Sending:
    """The lines of one sending, on their way."""

    programme_id: UUID
    by: Actor
    at: datetime

    @cached_property
    def _first_scanned(self) -> bool:
        rule = terms_on(self.programme_id, day_of(self.at)).offline_conflict
        return rule is OfflineConflict.FIRST_SCANNED

    def settle(self, given: Sequence[Presented]) -> list[Synced]:
        """What becomes of each, in order. What is not decided yet is asked again, whole people at a time."""
        done = self._disputed_before(given)
        left = [place for place in range(len(given)) if place not in done]
        for _ in range(ROUNDS):
            done |= self._once({place: given[place] for place in left})
            left = _undecided(given, done)
            if not left:
                return [done[place] for place in range(len(given))]
        raise SyncInterrupted

    def _disputed_before(self, given: Sequence[Presented]) -> dict[int, Synced]:
        """Lines told as a dispute before, or whose use was passed over since: the same answer, by their rank."""
        known = disputes_with_ids(self.programme_id, (one.id for one in given))
        places = [place for place, one in enumerate(given) if one.id in known]
        if not places:
            return {}
        seen = vouchers_with_codes(self.programme_id, (given[place].code for place in places))
        numbers = {code: voucher.number for code, voucher in seen.items()}
        told = {row.contested_id: row for row in known.values()}
        uses = uses_of_disputes(self.programme_id, list(told.values()))
        return {place: _again(given[place], known[given[place].id], numbers, uses) for place in places}

    def _once(self, asked: Mapping[int, Presented]) -> dict[int, Synced]:
        """What the register says of these now; a line that must be asked again is not among the answers."""
        presented = list(asked.values())
        outcomes = redeem_presented(
            programme_id=self.programme_id, presented=presented, by=self.by, at=self.at, timed=False
        )
        told = zip(asked, map(self._told, presented, outcomes), strict=True)
        return {place: synced for place, synced in told if synced}

    def _told(self, one: Presented, outcome: Outcome) -> Synced | None:
        refusal, number = outcome.refusal, outcome.number
        if refusal is None:
            return Synced(one.id, SyncStatus.REPLAYED if outcome.replayed else SyncStatus.REDEEMED, number)
        if isinstance(refusal, AskedElsewhere):
            return None
        if isinstance(refusal, AlreadyRedeemed) and number is not None:
            return self._used(Contested(one, number, self.by), refusal)
        return Synced(one.id, SyncStatus.REFUSED, number, refusal)

    def _used(self, contested: Contested, refusal: Refusal) -> Synced | None:
        """A use stands in the way: refused at the place that made it, a dispute elsewhere, unless it gives way.
        Looked at anew for each line, since the one before may have changed it; None for one that was given
        back, or recorded under this very id, in this very instant."""
        one, number = contested.presented, contested.number
        use = uses_standing(self.programme_id, [number]).get(number)
        if use is None or use.id == one.id:
            return None
        place = organisations_named([use.place_id]).get(use.place_id, "")
        if use.place_id == self.by.organisation_id:
            return Synced(one.id, SyncStatus.REFUSED, number, refusal, place, use.redeemed_at)
        told = contest(self.programme_id, contested, self.at, first_scanned=self._first_scanned)
        if told is None:
            return None
        row, written = told
        if row.state == DisputeState.TRANSFERRED:
            return Synced(one.id, SyncStatus.REDEEMED if written else SyncStatus.REPLAYED, number)
        return Synced(one.id, SyncStatus.DISPUTED, number, refusal, place, use.redeemed_at, row.number)


def _again(
    one: Presented, row: Dispute, numbers: Mapping[str, int], uses: Mapping[UUID, tuple[str, datetime]]
) -> Synced:
    """The answer of a dispute to a line that comes again; a conflict when it says something else."""
    lost_later = row.contested_id != one.id
    same = numbers.get(fold(one.code)) == row.voucher_number
    if not same or not (lost_later or row.contested_session_id == one.session_id):
        return Synced(one.id, SyncStatus.REFUSED, refusal=IdAlreadyUsed())
    place, used_at = uses[row.id]
    where = f" le {day_of(used_at):%d/%m/%Y} ({place})"
    refusal = AlreadyRedeemed(where=where)
    return Synced(one.id, SyncStatus.DISPUTED, row.voucher_number, refusal, place, used_at, row.number)


def _person(one: Presented) -> tuple[UUID, UUID]:
    """Who presents it where; see `Asked.person`."""
    return one.session_id, one.participant_id or one.id


def _undecided(given: Sequence[Presented], done: dict[int, Synced]) -> list[int]:
    """The ranks of the lines to be asked again: those without an answer, and whatever was refused for the sake
    of one of them, which is taken out of the answers."""
    people = {_person(one) for place, one in enumerate(given) if place not in done}
    for place, one in enumerate(given):
        if _person(one) in people and place in done and isinstance(done[place].refusal, SetIncomplete):
            del done[place]
    return [place for place in range(len(given)) if place not in done]
