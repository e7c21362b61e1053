"""A redemption undone, by a row of its own."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.models import Redemption, Reversal
from passnumerique.vouchers.operations.moving import Target, carry_out, new_deed
from passnumerique.vouchers.queries.reading import redemptions_with_ids, vouchers_with_ids
from passnumerique.vouchers.rules import Act, State, refusal_of, require_role
from passnumerique.vouchers.rules.refusals import UndoElsewhere, UndoTooLate


def undo(*, programme_id: UUID, redemption_id: UUID, cause: str, by: Actor, at: datetime) -> None:
    """Undo a redemption by a reversing row: the pass is held again, the money committed again.

    For the place that took it, within the programme's delay and before it is claimed. Refuses another
    place, a delay gone by, and a redemption already undone or claimed.
    """
    require_role(Act.UNDO, by)
    if by.organisation_id is None:
        raise NotAllowed  # the authority corrects a use only where it settles a dispute: `take_over`
    access_programme(by, programme_id)
    row = redemptions_with_ids(programme_id, [redemption_id]).get(redemption_id)
    if row is None:
        raise NotFound
    if row.place_id != by.organisation_id:
        raise UndoElsewhere
    hours = held_on(programme_id, day_of(at)).terms.undo_delay_hours
    if at > row.recorded_at + timedelta(hours=hours):
        raise UndoTooLate(hours=hours)
    reverse(programme_id, row, cause, by, at)


def reverse(programme_id: UUID, row: Redemption, cause: str, by: Actor, at: datetime) -> None:
    """The reversing row of a redemption, its event, counters and money. Refuses one undone already or claimed."""
    voucher = vouchers_with_ids(programme_id, [row.voucher_id])[0]
    if voucher.turn != row.turn or voucher.state is not State.REDEEMED:
        raise refusal_of(Act.UNDO, voucher.state)
    deed = new_deed(programme_id, Act.UNDO, by, at, subject_id=row.id, cause=cause.strip(), module_id=row.module_id)
    with transaction.atomic():
        if not carry_out(deed, [voucher], lambda _: Target(State.HELD, sets={"turn": F("turn") + 1})):
            raise refusal_of(Act.UNDO, vouchers_with_ids(programme_id, [row.voucher_id])[0].state)
        Reversal.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            redemption=row,
            at=at,
            by_user=by.user_id,
            cause=cause.strip(),
        )
