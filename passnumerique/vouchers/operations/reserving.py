"""Seats reserved with passes: a pass stays held, and its history says for which training session."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.operations.moving import Target, carry_out, new_deed
from passnumerique.vouchers.queries.reading import (
    Seen,
    codes_of_siblings,
    vouchers_numbered,
    vouchers_with_codes,
    vouchers_with_ids,
    why_unknown,
)
from passnumerique.vouchers.rules import (
    BOOK,
    Act,
    State,
    require_date,
    require_role,
    steps_allowed,
)
from passnumerique.vouchers.rules.refusals import RangePartlyGone


def reservable(*, programme_id: UUID, codes: Sequence[str], day: date, by: Actor, at: datetime) -> list[Seen]:
    """The passes with these codes, in the order given, as they are before they reserve a seat on `day`; writes
    nothing.

    For a prescriber, a place and its mediators, and whoever holds the pass. Refuses a code unknown or
    mistyped, a pass not held, and a day later than the last one on which passes are taken, by the
    calendar in force now.
    """
    require_role(Act.RESERVE, by)
    access_programme(by, programme_id)
    folded = [fold(code) for code in codes]
    found = vouchers_with_codes(programme_id, folded)
    for code in folded:
        if code not in found:
            raise why_unknown(code, sibling=bool(codes_of_siblings(programme_id, [code])))
    seen = [found[code] for code in folded]
    _require_usable(programme_id, seen, day, at)
    return seen


def reservable_numbers(*, programme_id: UUID, numbers: Sequence[int], day: date, by: Actor, at: datetime) -> list[Seen]:
    """The same for passes that the caller knows by their numbers, in order of number."""
    require_role(Act.RESERVE, by)
    access_programme(by, programme_id)
    seen = vouchers_numbered(programme_id, numbers)
    _require_usable(programme_id, seen, day, at)
    return seen


def _require_usable(programme_id: UUID, seen: Sequence[Seen], day: date, at: datetime) -> None:
    for one in seen:
        steps_allowed(Act.RESERVE, one.state)
    held = held_on(programme_id, day_of(at))
    require_date(BOOK[Act.RESERVE].need, held.calendar, held.terms.tolerance_days, day)


def reserve_passes(*, programme_id: UUID, passes: Sequence[Seen], session_id: UUID, by: Actor, at: datetime) -> None:
    """Note that these passes, found reservable, reserve seats at a training session: all or none. Refuses
    those that another act moved in between."""
    deed = new_deed(programme_id, Act.RESERVE, by, at, subject_id=session_id)
    with transaction.atomic():
        moved = {one.before.id for one in carry_out(deed, passes, lambda _: Target(State.HELD))}
        for lost in (one for one in passes if one.id not in moved):
            steps_allowed(Act.RESERVE, vouchers_with_ids(programme_id, [lost.id])[0].state)
            raise RangePartlyGone(numbers=str(lost.number))


def hold_passes(programme_id: UUID, numbers: Sequence[int]) -> None:
    """Hold these passes until the caller's transaction ends, taken by number as everywhere, so that none of
    them reserves a seat meanwhile. SQLite holds its write lock already."""
    if numbers and connection.features.has_select_for_update:
        rows = Voucher.objects.filter(programme_id=programme_id, number__in=list(numbers)).order_by("number")
        list(rows.select_for_update().values_list("number"))
