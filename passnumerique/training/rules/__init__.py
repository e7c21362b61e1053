"""What decides on training: the plan, hours and seats, statuses, refusals. Pure."""

from passnumerique.training.rules.hours import (
    MOST_SEATS,
    Slot,
    check_begun,
    check_seats,
    check_slot,
    distance_km,
)
from passnumerique.training.rules.plan import ModuleGiven, ThemeGiven, check_plan
from passnumerique.training.rules.states import (
    AFTER_THE_DAY_CAME,
    ATTENDANCE_WORDS,
    DISPUTE_WORDS,
    MARKED_BY_HAND,
    SEATED,
    SESSION_WORDS,
    STILL_WAITING,
    WAITING_WORDS,
    AttendanceStatus,
    DisputeState,
    SessionState,
    WaitingState,
)

__all__ = [
    "AFTER_THE_DAY_CAME",
    "ATTENDANCE_WORDS",
    "DISPUTE_WORDS",
    "MARKED_BY_HAND",
    "MOST_SEATS",
    "SEATED",
    "SESSION_WORDS",
    "STILL_WAITING",
    "WAITING_WORDS",
    "AttendanceStatus",
    "DisputeState",
    "ModuleGiven",
    "SessionState",
    "Slot",
    "ThemeGiven",
    "WaitingState",
    "check_begun",
    "check_plan",
    "check_seats",
    "check_slot",
    "distance_km",
]
