"""Work that the installation does by itself: taken by one run at a time, and noted with what it did."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from passnumerique.directory.models import JobRun
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.directory.rules.jobs import LEASE, JobName, due_next
from passnumerique.ground.ids import new_id


def take_job(
    *, programme_id: UUID, name: JobName, every: timedelta, by: Actor, at: datetime, now: bool = False
) -> bool:
    """Take a job that is due, for the system; False when it is not, or another run has it.

    One conditional UPDATE decides between runs at once. Who took it and was killed holds it for a quarter of
    an hour. `now` takes it whether it is due or not.
    """
    require(by, Permission.RUN_JOBS)
    with transaction.atomic():
        _known(programme_id, name, at)
        rows = JobRun.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=at))
        rows = rows.filter(programme_id=programme_id, name=name)
        due = rows if now else rows.filter(due_at__lte=at)
        return bool(due.update(began_at=at, lease_until=at + LEASE, due_at=due_next(at, every)))


def _known(programme_id: UUID, name: JobName, at: datetime) -> None:
    """The row of the job, made at its first turn."""
    if not JobRun.objects.filter(programme_id=programme_id, name=name).exists():
        row = JobRun(id=new_id(at), programme_id=programme_id, name=name, due_at=at)
        JobRun.objects.bulk_create([row], ignore_conflicts=True)


def end_job(
    *,
    programme_id: UUID,
    name: JobName,
    by: Actor,
    at: datetime,
    counts: Mapping[str, int] | None = None,
    fault: str = "",
) -> None:
    """Note what a run did, or where it failed, and let the job go. For the system."""
    require(by, Permission.RUN_JOBS)
    JobRun.objects.filter(programme_id=programme_id, name=name).update(
        ended_at=at, lease_until=None, counts=dict(counts or {}), fault=fault[:120]
    )
