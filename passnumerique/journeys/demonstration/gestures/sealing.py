"""The journal sealed: at the end of each month played, and when the demonstration stops."""

from datetime import date, timedelta
from uuid import UUID

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import at_time
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.journeys.sealing import seal_programme

LAST_HOUR = 18
"""Simulated acts end before it, and what people do on the demonstration's day comes after it."""


def seal_month(stage: Stage, cast: Cast) -> None:
    """On the last day of a month, seal what was written up to that evening."""
    if (stage.day + timedelta(days=1)).day == 1:
        seal_evening(stage.programme_id, stage.day, cast.manager)


def seal_evening(programme_id: UUID, day: date, by: Actor) -> None:
    """Seal what was written up to the evening of that day."""
    seal_programme(programme_id=programme_id, by=by, at=at_time(day, LAST_HOUR))
