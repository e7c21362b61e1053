"""The acts of settlement upon vouchers: claim, approve, reject, refuse, pay, bounce, recover, offset, freeze, thaw.

The settlement floor decides what to claim, control and pay; the register moves the vouchers with it,
all of a set or none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.bulk import SLAB
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.operations.moving import About, Deed, Target, UnderWay, new_deed
from passnumerique.vouchers.queries.history import state_before
from passnumerique.vouchers.queries.reading import as_words, ranges_of, vouchers_with_ids
from passnumerique.vouchers.rules import BOOK, Act, require_date, require_role, steps_allowed
from passnumerique.vouchers.rules.refusals import RangePartlyGone

SETTLING = frozenset(
    {Act.CLAIM, Act.APPROVE, Act.REJECT, Act.REFUSE, Act.PAY, Act.BOUNCE, Act.RECOVER, Act.OFFSET, Act.FREEZE, Act.THAW}
)


def settle(
    *,
    programme_id: UUID,
    act: Act,
    voucher_ids: Sequence[UUID],
    subject_id: UUID,
    by: Actor,
    at: datetime,
    cause: str = "",
) -> None:
    """Do one act of settlement upon these vouchers; `subject_id` is the claim or payment it is about.

    For the roles that the rule book names. Refuses when one voucher is not in a state from which the
    act starts, when one moved in between, and, for a claim, a day after the end of the claims.
    """
    _check(programme_id, act, by, at)
    deed = new_deed(programme_id, act, by, at, subject_id=subject_id, cause=cause.strip()[:240])
    _do(deed, list(dict.fromkeys(voucher_ids)))


def settle_each(*, programme_id: UUID, act: Act, about: Mapping[UUID, About], by: Actor, at: datetime) -> None:
    """The same for many subjects at once, as one deed: of each voucher, the subject that its event is about
    and the cause. A statement of the bank pays thousands of claims so."""
    _check(programme_id, act, by, at)
    kept = {voucher_id: (subject_id, cause.strip()[:240]) for voucher_id, (subject_id, cause) in about.items()}
    _do(new_deed(programme_id, act, by, at, about=kept), list(kept))


def _check(programme_id: UUID, act: Act, by: Actor, at: datetime) -> None:
    if act not in SETTLING:
        raise ValueError(act)
    require_role(act, by)
    access_programme(by, programme_id)
    day = day_of(at)
    held = held_on(programme_id, day)
    require_date(BOOK[act].need, held.calendar, held.terms.tolerance_days, day)


def _do(deed: Deed, voucher_ids: Sequence[UUID]) -> None:
    with transaction.atomic():
        take_turn(deed.programme_id)
        under_way = UnderWay(deed)
        for ids in in_chunks(voucher_ids, SLAB):
            _move(under_way, ids)
        under_way.finish()


def _move(under_way: UnderWay, voucher_ids: Sequence[UUID]) -> None:
    deed = under_way.deed
    vouchers = vouchers_with_ids(deed.programme_id, voucher_ids)
    states = {seen.state for seen in vouchers}
    first = {state: steps_allowed(deed.act, state)[0].target for state in sorted(states, key=str)}
    before = state_before(Act.FREEZE, deed.programme_id, vouchers) if deed.act is Act.THAW else {}
    goals = {state: Target(state) for state in {*first.values(), *before.values()}}
    moved = under_way.move(vouchers, lambda seen: goals[before.get(seen.id, first[seen.state])])
    if len(moved) < len(voucher_ids):
        gone = {seen.number for seen in vouchers} - {one.before.number for one in moved}
        raise RangePartlyGone(numbers=as_words(ranges_of(gone)) or "–")
