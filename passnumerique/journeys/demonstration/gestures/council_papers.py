"""What a council does after its sittings in a demonstration: its list and its acts go out three days later, its
minutes are settled at the next sitting and go out three days after that. Sittings that somebody planned by hand are
theirs to the end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from passnumerique.council.operations import (
    publish_list,
    publish_minutes,
    record_posting,
    record_transmission,
    settle_minutes,
)
from passnumerique.council.queries import sittings
from passnumerique.ground.dates import at_time, day_of
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage

AFTER = timedelta(days=3)


def publish_council_papers(stage: Stage, cast: Cast) -> None:
    """Publish what is due today of the sittings held before. The act of an extension keeps its own days."""
    council = stage.script.council
    played = [at_time(one.on, one.at.hour, one.at.minute) for one in (council.sittings if council else ())]
    rows = list(sittings(cast.manager).filter(closed_at__isnull=False, starts_at__in=played))
    for row in rows:
        sat_on = day_of(row.starts_at)
        if sat_on == stage.day:
            _settle_earlier(stage, cast, [one.id for one in rows if day_of(one.starts_at) < sat_on])
        if sat_on + AFTER == stage.day:
            publish_list(sitting_id=row.id, on=stage.day, by=cast.manager, at=stage.at(18))
            _send_acts(stage, cast, [item.deliberation for item in row.items.all() if hasattr(item, "deliberation")])
        if row.minutes_settled_on and row.minutes_settled_on + AFTER == stage.day:
            publish_minutes(sitting_id=row.id, on=stage.day, by=cast.manager, at=stage.at(18))


def _settle_earlier(stage: Stage, cast: Cast, earlier: list[UUID]) -> None:
    for row in sittings(cast.manager).filter(id__in=earlier, minutes_settled_on__isnull=True):
        settle_minutes(sitting_id=row.id, on=stage.day, by=cast.manager, at=stage.at(18))


def _send_acts(stage: Stage, cast: Cast, acts: list[Any]) -> None:
    extension, by, at = stage.script.extension, cast.manager, stage.at(18)
    apart = extension.deliberation.number if extension else ""
    for act in acts:
        if act.number != apart:
            record_transmission(deliberation_id=act.id, on=stage.day, reference="", by=by, at=at)
            record_posting(deliberation_id=act.id, on=stage.day, url="", by=by, at=at)
