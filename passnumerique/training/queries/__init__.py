"""Reading training, with permission built in: the plan, and the sessions with their seats."""

from passnumerique.training.queries.cancelling import (
    Cancelling,
    Freed,
    Moved,
    OtherDate,
    cancelling,
    people_of_cancelled,
    series_from,
)
from passnumerique.training.queries.nearby import (
    PublicSession,
    point_of_commune,
    points_of_communes,
    public_sessions,
    sessions_near,
)
from passnumerique.training.queries.plan import (
    PlanCounts,
    PlanLine,
    PlanModule,
    PlanTheme,
    module_of,
    modules_named,
    plan,
    plan_counts,
)
from passnumerique.training.queries.series import series_preview
from passnumerique.training.queries.sessions import (
    SessionRow,
    access_held_session,
    access_session,
    attendance_of,
    session_rows,
    sessions,
    sessions_with_ids,
    slot_of,
    title_of,
)
from passnumerique.training.queries.waiting import PlaceInLine, seats_of_passes, waiting_list, waiting_of_passes

__all__ = [
    "Cancelling",
    "Freed",
    "Moved",
    "OtherDate",
    "PlaceInLine",
    "PlanCounts",
    "PlanLine",
    "PlanModule",
    "PlanTheme",
    "PublicSession",
    "SessionRow",
    "access_held_session",
    "access_session",
    "attendance_of",
    "cancelling",
    "module_of",
    "modules_named",
    "people_of_cancelled",
    "plan",
    "plan_counts",
    "point_of_commune",
    "points_of_communes",
    "public_sessions",
    "seats_of_passes",
    "series_from",
    "series_preview",
    "session_rows",
    "sessions",
    "sessions_near",
    "sessions_with_ids",
    "slot_of",
    "title_of",
    "waiting_list",
    "waiting_of_passes",
]
