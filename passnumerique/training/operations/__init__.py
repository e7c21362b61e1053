"""The only writers of training. Each takes `by` and `at`, works in one short transaction, and returns
what was made or raises a named refusal."""

from passnumerique.training.operations.doors import Doors, workshop_of
from passnumerique.training.operations.planning import set_plan
from passnumerique.training.operations.redeeming import (
    Presented,
    redeem_at_session,
    redeem_presented,
    redeem_together,
    undo_redemption,
)
from passnumerique.training.operations.scheduling import cancel_session, change_session, schedule_session
from passnumerique.training.operations.seating import add_participant, mark_attendance

__all__ = [
    "Doors",
    "Presented",
    "add_participant",
    "cancel_session",
    "change_session",
    "mark_attendance",
    "redeem_at_session",
    "redeem_presented",
    "redeem_together",
    "schedule_session",
    "set_plan",
    "undo_redemption",
    "workshop_of",
]
