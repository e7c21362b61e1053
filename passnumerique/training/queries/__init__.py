"""Reading training, with permission built in: the plan, and the sessions with their seats."""

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
from passnumerique.training.queries.sessions import (
    PublicSession,
    SessionRow,
    access_held_session,
    access_session,
    attendance_of,
    public_sessions,
    session_rows,
    sessions,
    sessions_with_ids,
    slot_of,
    title_of,
)

__all__ = [
    "PlanCounts",
    "PlanLine",
    "PlanModule",
    "PlanTheme",
    "PublicSession",
    "SessionRow",
    "access_held_session",
    "access_session",
    "attendance_of",
    "module_of",
    "modules_named",
    "plan",
    "plan_counts",
    "public_sessions",
    "session_rows",
    "sessions",
    "sessions_with_ids",
    "slot_of",
    "title_of",
]
