"""Passes lost, stolen, found, replaced, cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Role
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.programmes.rules import LostPolicy
from passnumerique.vouchers.operations.moving import Deed, Target, UnderWay, carry_out, new_deed
from passnumerique.vouchers.queries.history import state_before
from passnumerique.vouchers.queries.reading import (
    Range,
    Seen,
    as_words,
    how_many,
    ranges_of,
    require_numbers,
    slabs_in,
    vouchers_in,
)
from passnumerique.vouchers.rules import (
    BOOK,
    Act,
    State,
    last_day_of_use,
    refusal_of,
    require_role,
    steps_allowed,
)
from passnumerique.vouchers.rules.refusals import (
    EmptyRange,
    NotAsMany,
    NothingToReplaceWith,
    NotYetToReplace,
    RangePartlyGone,
    UnknownNumbers,
)


def declare_lost(*, programme_id: UUID, numbers: Sequence[Range], cause: str, by: Actor, at: datetime) -> int:
    """Block passes lost or stolen, one or a range; returns how many.

    For the manager, and a prescriber for what it holds or handed over. Refuses a range of which any
    pass is already spent or out of use; then none is blocked.
    """
    return _move_everyone(Act.DECLARE_LOST, programme_id, numbers, cause, by, at)


def cancel(*, programme_id: UUID, numbers: Sequence[Range], cause: str, by: Actor, at: datetime) -> int:
    """Cancel unspent passes for good and give their value back to the envelope; returns how many.

    For the manager, with a reason. Refuses a range of which any pass is spent.
    """
    return _move_everyone(Act.CANCEL, programme_id, numbers, cause, by, at)


def find(*, programme_id: UUID, numbers: Sequence[Range], cause: str, by: Actor, at: datetime) -> int:
    """Unblock passes found again, one or a range; returns how many. Each goes back to the state it had.

    For the manager, and a prescriber for what it holds or handed over. Refuses a range of which any
    pass is not blocked, or is already replaced; then none is unblocked.
    """
    return _move_everyone(Act.FIND, programme_id, numbers, cause, by, at)


def _move_everyone(act: Act, programme_id: UUID, numbers: Sequence[Range], cause: str, by: Actor, at: datetime) -> int:
    require_role(act, by)
    access_programme(by, programme_id)
    require_numbers(programme_id, numbers)
    if not how_many(numbers):
        raise EmptyRange
    under_way = UnderWay(new_deed(programme_id, act, by, at, cause=cause.strip()))
    with transaction.atomic():
        # A replacement moves the counters of two lots in two deeds: in turn, these acts never meet it half-way.
        take_turn(programme_id)
        for vouchers in slabs_in(programme_id, numbers):
            _move_within_reach(under_way, vouchers)
        under_way.finish()
    return how_many(numbers)


def _move_within_reach(under_way: UnderWay, vouchers: Sequence[Seen]) -> None:
    act, by, programme_id = under_way.deed.act, under_way.deed.by, under_way.deed.programme_id
    if by.role is Role.PRESCRIBER and any(seen.structure_id != by.organisation_id for seen in vouchers):
        raise NotAllowed
    for voucher in vouchers:
        steps_allowed(act, voucher.state)
    before = state_before(Act.DECLARE_LOST, programme_id, vouchers) if act is Act.FIND else {}
    goals = {state: Target(state) for state in {BOOK[act].steps[0].target, *before.values()}}
    moved = under_way.move(vouchers, lambda seen: goals[before.get(seen.id) or BOOK[act].steps[0].target])
    if len(moved) < len(vouchers):
        raise RangePartlyGone(numbers=as_words(ranges_of(seen.number for seen in vouchers)))


def replace(*, programme_id: UUID, number: int, by_number: int, cause: str, by: Actor, at: datetime) -> None:
    """Put a pass of the stock in the place of a blocked one: same holder, same expiry.

    For the manager. The old pass leaves for good and its value goes back to the envelope; the new one
    takes the state the old one had. Refuses a pass not blocked, a new one that is not in stock at the
    same structure or at the authority, and, where lost passes are searched until they lapse, a day
    before that.
    """
    require_role(Act.REPLACE, by)
    access_programme(by, programme_id)
    seen = {
        voucher.number: voucher for voucher in vouchers_in(programme_id, [(number, number), (by_number, by_number)])
    }
    if missing := {number, by_number} - seen.keys():
        raise UnknownNumbers(numbers=as_words(ranges_of(missing)))
    old, new = seen[number], seen[by_number]
    steps_allowed(Act.REPLACE, old.state)
    _wait_for_expiry(programme_id, at)
    with transaction.atomic():
        state = state_before(Act.DECLARE_LOST, programme_id, [old])[old.id]
        out = new_deed(programme_id, Act.REPLACE, by, at, cause=cause.strip(), subject_id=new.id)
        _move_one(out, old, Target(State.REPLACED))
        _give_instead(old, new, state, new_deed(programme_id, Act.SUBSTITUTE, by, at, subject_id=old.id))


def replace_range(
    *, programme_id: UUID, numbers: Sequence[Range], by_numbers: Sequence[Range], cause: str, by: Actor, at: datetime
) -> int:
    """Put passes of the stock in the place of a blocked range, each for the one of its rank; returns how many.

    For the manager, all or none; for each pair, see `replace`. Refuses two ranges that are not as long.
    """
    require_role(Act.REPLACE, by)
    old, new = (
        [number for first, last in ranges for number in range(first, last + 1)] for ranges in (numbers, by_numbers)
    )
    if not old or len(old) != len(new):
        raise NotAsMany(asked=len(old), given=len(new))
    with transaction.atomic():
        for number, by_number in zip(old, new, strict=True):
            replace(programme_id=programme_id, number=number, by_number=by_number, cause=cause, by=by, at=at)
    return len(old)


def _wait_for_expiry(programme_id: UUID, at: datetime) -> None:
    held = held_on(programme_id, day_of(at))
    until = last_day_of_use(held.calendar, held.terms.tolerance_days)
    if held.terms.lost_policy is LostPolicy.SEARCH_UNTIL_EXPIRY and day_of(at) <= until:
        raise NotYetToReplace(until=until)


def _give_instead(old: Seen, new: Seen, state: State, deed: Deed) -> None:
    steps = {(step.source, step.target) for step in BOOK[Act.SUBSTITUTE].steps}
    same_place = new.state is State.AUTHORITY_STOCK or new.structure_id == old.structure_id
    if (new.state, state) not in steps or not same_place:
        raise NothingToReplaceWith(number=new.number)
    sets: dict[str, Any] = {}
    if state is State.HELD:
        sets = {"handover_id": old.handover_id, "commune": old.commune}
    _move_one(deed, new, Target(state, structure_id=old.structure_id, sets=sets))


def _move_one(deed: Deed, voucher: Seen, target: Target) -> None:
    if not carry_out(deed, [voucher], lambda _: target):
        raise refusal_of(deed.act, voucher.state)
