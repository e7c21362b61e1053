"""What the installation did by itself for a programme, and when it does it again."""

from uuid import UUID

from passnumerique.directory.models import JobRun
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.directory.rules.jobs import JobName


def job_runs(actor: Actor, programme_id: UUID) -> list[JobRun]:
    """The last run of each job, in the order of `JobName`, for who reads everything; none before the first
    turn. The caller has decided that the programme is within the actor's reach."""
    require(actor, Permission.READ_EVERYTHING)
    rows = {row.name: row for row in JobRun.objects.filter(programme_id=programme_id).order_by("name")}
    return [rows[name] for name in JobName if name in rows]
