"""One use of a pass stands in place of another: the authority's decision, or the programme's own rule."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations.moving import Target, carry_out, new_deed
from passnumerique.vouchers.operations.redeeming.presenting import Workshop
from passnumerique.vouchers.operations.redeeming.undoing import reverse
from passnumerique.vouchers.queries.reading import redemptions_with_ids, vouchers_in
from passnumerique.vouchers.rules import Act, State, refusal_of, require_role


@dataclass(frozen=True)
class Use:
    """The use that is to stand: its id made on a device, the pass, where, when, for whom, and who took it."""

    id: UUID
    number: int
    workshop: Workshop
    participant_id: UUID
    redeemed_at: datetime
    taken_by: Actor


def take_over(*, programme_id: UUID, use: Use, instead_of: UUID | None, cause: str, by: Actor, at: datetime) -> None:
    """Undo the redemption `instead_of` (none: it was undone already) and record this use of the same pass,
    inside the caller's transaction, which has seated its bearer.

    For whoever settles disputes, and the system by the programme's rule; the use itself is written as an act
    of the place that took it. Refuses a redemption that was undone or is claimed, and a pass that is not held then.
    """
    if instead_of is not None:
        require_role(Act.UNDO, by)
        reverse(programme_id, redemptions_with_ids(programme_id, [instead_of])[instead_of], cause, by, at)
    require_role(Act.REDEEM, use.taken_by)
    _redeem(programme_id, use, at)


def _redeem(programme_id: UUID, use: Use, at: datetime) -> None:
    (voucher,) = vouchers_in(programme_id, [(use.number, use.number)])
    workshop = use.workshop
    deed = new_deed(programme_id, Act.REDEEM, use.taken_by, at, subject_id=workshop.id, module_id=workshop.module_id)
    target = Target(State.REDEEMED, place_id=workshop.place_id)
    if voucher.state is not State.HELD or not carry_out(deed, [voucher], lambda _: target):
        raise refusal_of(Act.REDEEM, vouchers_in(programme_id, [(use.number, use.number)])[0].state)
    Redemption.objects.create(
        id=use.id,
        programme_id=programme_id,
        voucher_id=voucher.id,
        turn=voucher.turn,
        training_session_id=workshop.id,
        participant_id=use.participant_id,
        module_id=workshop.module_id,
        place_id=workshop.place_id,
        structure_id=voucher.structure_id,
        face_value_cents=voucher.face_value_cents,
        redeemed_at=use.redeemed_at,
        recorded_at=at,
        by_user=use.taken_by.user_id,
        deed_id=deed.id,
    )
