"""A seat reserved with a pass: the pass stays held, and its history says for which training session."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.operations.moving import Target, carry_out, new_deed
from passnumerique.vouchers.queries.reading import (
    codes_of_siblings,
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


def reserve(*, programme_id: UUID, code: str, session_id: UUID, day: date, by: Actor, at: datetime) -> int:
    """Note that the pass with this code reserves a seat at the training session held on `day`; returns
    its number.

    For a prescriber, a place and its mediators. Refuses a code unknown or mistyped, a pass not held, and
    a session later than the last day on which passes are taken, by the calendar in force now.
    """
    require_role(Act.RESERVE, by)
    access_programme(by, programme_id)
    seen = vouchers_with_codes(programme_id, [code]).get(fold(code))
    if seen is None:
        folded = fold(code)
        raise why_unknown(folded, sibling=bool(codes_of_siblings(programme_id, [folded])))
    steps_allowed(Act.RESERVE, seen.state)
    held = held_on(programme_id, day_of(at))
    require_date(BOOK[Act.RESERVE].need, held.calendar, held.terms.tolerance_days, day)
    deed = new_deed(programme_id, Act.RESERVE, by, at, subject_id=session_id)
    with transaction.atomic():
        if not carry_out(deed, [seen], lambda _: Target(State.HELD)):
            steps_allowed(Act.RESERVE, vouchers_with_ids(programme_id, [seen.id])[0].state)
            raise RangePartlyGone(numbers=str(seen.number))
    return seen.number
