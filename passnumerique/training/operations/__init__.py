"""The only writers of training. Each takes `by` and `at`, works in one short transaction, and returns
what was made or raises a named refusal."""

from passnumerique.training.operations.planning import set_plan
from passnumerique.training.operations.redeeming import redeem_at_session, undo_redemption, workshop_of
from passnumerique.training.operations.scheduling import cancel_session, change_session, schedule_session
from passnumerique.training.operations.seating import add_participant, mark_attendance

__all__ = [
    "add_participant",
    "cancel_session",
    "change_session",
    "mark_attendance",
    "redeem_at_session",
    "schedule_session",
    "set_plan",
    "undo_redemption",
    "workshop_of",
]
