"""One tick: every job that is due, done for every programme, and noted with what it did.

Two ticks at once share the jobs between them. A job that fails says so and keeps no other from being done.
"""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from passnumerique.directory.operations.jobs import end_job, take_job
from passnumerique.directory.rules import Actor, system_actor
from passnumerique.directory.rules.jobs import JobName
from passnumerique.ground.refusals import Refusal
from passnumerique.jobs.schedule import JOBS, Job, Turn
from passnumerique.programmes.queries import instant_of
from passnumerique.programmes.rules import NoCalendar
from passnumerique.training.rules.reminding import before_night


@dataclass(frozen=True)
class Done:
    """What became of one job of one programme. `fault` names a place in the code or a refusal, and no value."""

    programme: str
    name: JobName
    counts: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""


def tick(programmes: Iterable[Any], *, now: bool = False) -> Iterator[Done]:
    """Do what is due for these programmes, one after the other, telling each as it is done; with `now`
    everything, due or not. What another run is doing is left to it."""
    for programme in programmes:
        by = system_actor(programme.authority_id)
        for job in JOBS:
            given = {"programme_id": programme.id, "name": job.name, "by": by}
            if take_job(**given, every=job.every, at=timezone.now(), now=now):
                counts, fault = _done(job, programme, by)
                end_job(**given, at=timezone.now(), counts=counts, fault=fault)
                yield Done(programme.slug, job.name, counts, fault)


def _done(job: Job, programme: Any, by: Actor) -> tuple[Mapping[str, int], str]:
    """What the job counted, or where it failed: the text of an error may hold an address, its place does not. A
    programme that has no calendar yet has nothing to do."""
    try:
        return job.act(Turn(programme.id, by, instant_for(programme, timezone.now()))), ""
    except NoCalendar:
        return {}, ""
    except Refusal as refusal:
        return {}, refusal.name
    except Exception as error:
        return {}, _where(error)


def instant_for(programme: Any, now: datetime) -> datetime:
    """The instant of the programme at which its jobs are done."""
    return before_night(instant_of(programme, now), programme.demonstration_day)


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {'/'.join(last.filename.split('/')[-2:])}:{last.lineno}"
