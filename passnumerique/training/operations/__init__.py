"""The only writers of training. Each takes `by` and `at`, works in one short transaction, and returns
what was made or raises a named refusal."""

from passnumerique.training.operations.attending import Marked, Noted, WalkIn, add_walk_ins, take_attendance
from passnumerique.training.operations.booking import accept_offer, add_participant, book_seats, cancel_seat
from passnumerique.training.operations.cancelling import SessionCancelled, cancel_series_from, cancel_session
from passnumerique.training.operations.disputing import keep_recorded_use, transfer_use
from passnumerique.training.operations.doors import Doors, workshop_of
from passnumerique.training.operations.planning import set_plan
from passnumerique.training.operations.redeeming import (
    Presented,
    redeem_at_session,
    redeem_presented,
    redeem_together,
    undo_redemption,
)
from passnumerique.training.operations.releasing import release_seats
from passnumerique.training.operations.scheduling import change_session, schedule_session
from passnumerique.training.operations.seating import mark_attendance
from passnumerique.training.operations.series import SeriesMade, schedule_series
from passnumerique.training.operations.sheets import attach_sheet, attest, close_sheet, reopen_sheet, sign
from passnumerique.training.operations.syncing import Queued, Synced, sync_queued
from passnumerique.training.operations.waiting import decline_offer, expire_offers, join_waiting, leave_waiting

__all__ = [
    "Doors",
    "Marked",
    "Noted",
    "Presented",
    "Queued",
    "SeriesMade",
    "SessionCancelled",
    "Synced",
    "WalkIn",
    "accept_offer",
    "add_participant",
    "add_walk_ins",
    "attach_sheet",
    "attest",
    "book_seats",
    "cancel_seat",
    "cancel_series_from",
    "cancel_session",
    "change_session",
    "close_sheet",
    "decline_offer",
    "expire_offers",
    "join_waiting",
    "keep_recorded_use",
    "leave_waiting",
    "mark_attendance",
    "redeem_at_session",
    "redeem_presented",
    "redeem_together",
    "release_seats",
    "reopen_sheet",
    "schedule_series",
    "schedule_session",
    "set_plan",
    "sign",
    "sync_queued",
    "take_attendance",
    "transfer_use",
    "undo_redemption",
    "workshop_of",
]
