"""What is done without being asked, how often, and by which operation.

Each job may be done again at any moment, cut short, or done twice at once: that is a promise of the operation
below it, not of the schedule. What is written to people waits for eight in the morning by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from passnumerique.beneficiaries.operations import note_fates, settle_unknown
from passnumerique.directory.rules import Actor
from passnumerique.directory.rules.jobs import JobName
from passnumerique.journeys.consulting import write_to_silent
from passnumerique.journeys.erasure import purge_programme
from passnumerique.journeys.foretelling import keep_forecast_of
from passnumerique.journeys.sealing import seal_programme
from passnumerique.journeys.writing import send_monthly_letters
from passnumerique.settlement.operations import advance_preparation
from passnumerique.settlement.operations.warning import warn_structures
from passnumerique.settlement.queries.preparing import open_preparation
from passnumerique.training.operations import expire_offers, release_seats
from passnumerique.training.operations.reminding import Sent, send_due_reminders, send_news
from passnumerique.training.operations.sleeping import write_to_structures

BEHIND = timedelta(minutes=10)
"""The seal stays that far behind: longer than any act takes, so that nothing before it is still being written."""


@dataclass(frozen=True)
class Turn:
    """For which programme a job is done, in whose name, and at which instant of the programme."""

    programme_id: UUID
    by: Actor
    at: datetime


@dataclass(frozen=True)
class Job:
    """One job: how often it is due, and what does it; it returns what it counted."""

    name: JobName
    every: timedelta
    act: Callable[[Turn], Mapping[str, int]]


def _expire(turn: Turn) -> Mapping[str, int]:
    released = release_seats(programme_id=turn.programme_id, at=turn.at)
    return {"done": released + expire_offers(programme_id=turn.programme_id, at=turn.at)}


def _news(turn: Turn) -> Mapping[str, int]:
    return _told(send_news(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _reminders(turn: Turn) -> Mapping[str, int]:
    return _told(send_due_reminders(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _structures(turn: Turn) -> Mapping[str, int]:
    return _told(write_to_structures(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _closing(turn: Turn) -> Mapping[str, int]:
    return _told(warn_structures(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _opinions(turn: Turn) -> Mapping[str, int]:
    return _told(write_to_silent(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _letters(turn: Turn) -> Mapping[str, int]:
    return _told(send_monthly_letters(programme_id=turn.programme_id, by=turn.by, at=turn.at))


def _told(sent: Sent) -> Mapping[str, int]:
    return {state.value: count for state, count in sent.counts.items()}


def _settle(turn: Turn) -> Mapping[str, int]:
    return {"done": settle_unknown(programme_id=turn.programme_id, at=turn.at)}


def _receipts(turn: Turn) -> Mapping[str, int]:
    return {"done": note_fates(programme_id=turn.programme_id, at=turn.at)}


def _prepare(turn: Turn) -> Mapping[str, int]:
    """A run that somebody began and left goes on; nothing is prepared that nobody asked for."""
    before = after = open_preparation(turn.programme_id)
    while after and after.ended_at is None:
        after = advance_preparation(programme_id=turn.programme_id, by=turn.by, at=turn.at)
    return {"passes": after.passes - before.passes if before and after else 0}


def _purge(turn: Turn) -> Mapping[str, int]:
    gone = purge_programme(programme_id=turn.programme_id, by=turn.by, at=turn.at)
    return {"contacts": gone.contacts, "keys": gone.keys}


def _seal(turn: Turn) -> Mapping[str, int]:
    return {"rows": seal_programme(programme_id=turn.programme_id, by=turn.by, at=turn.at - BEHIND)}


def _forecast(turn: Turn) -> Mapping[str, int]:
    return {"done": int(keep_forecast_of(programme_id=turn.programme_id, by=turn.by, at=turn.at))}


JOBS = (
    Job(JobName.EXPIRE_OFFERS, timedelta(minutes=1), _expire),
    Job(JobName.NEWS, timedelta(minutes=1), _news),
    Job(JobName.REMINDERS, timedelta(minutes=5), _reminders),
    Job(JobName.SETTLE_MESSAGES, timedelta(minutes=5), _settle),
    Job(JobName.RECEIPTS, timedelta(minutes=10), _receipts),
    Job(JobName.PREPARE_CLAIMS, timedelta(minutes=1), _prepare),
    Job(JobName.STRUCTURES, timedelta(hours=1), _structures),
    Job(JobName.CLOSING, timedelta(hours=1), _closing),
    Job(JobName.OPINIONS, timedelta(minutes=10), _opinions),
    Job(JobName.PURGE, timedelta(hours=24), _purge),
    Job(JobName.SEAL, timedelta(hours=1), _seal),
    Job(JobName.FORECAST, timedelta(days=7), _forecast),
    Job(JobName.LETTERS, timedelta(hours=1), _letters),
)
"""In the order in which they are done: what frees a seat comes before who is told of it."""
