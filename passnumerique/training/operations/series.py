"""Sessions planned together by a recurrence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.queries import accreditation_periods
from passnumerique.directory.rules import AccreditationKind, Actor, in_force
from passnumerique.ground.dates import clock_time
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import training_periods
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations.scheduling import may_schedule
from passnumerique.training.queries.plan import module_of, planned_session_of
from passnumerique.training.queries.series import meetings, series_by_calendar
from passnumerique.training.queries.sessions import title_of
from passnumerique.training.rules import Preview, Recurrence, Skipped, Slot, check_seats, check_series
from passnumerique.training.rules.refusals import PlaceMayNotHost, SeriesRoomTaken


@dataclass(frozen=True)
class SeriesMade:
    """The sessions planned, soonest first, under the id that they share, and the days that were skipped."""

    series_id: UUID
    ids: list[UUID]
    skipped: list[Skipped]


def schedule_series(
    *,
    programme_id: UUID,
    place_id: UUID,
    module_id: UUID,
    recurrence: Recurrence,
    seats: int,
    by: Actor,
    at: datetime,
    planned_session_id: UUID | None = None,
    room: str = "",
    trainer: str = "",
    equipment: str = "",
    accessibility: str = "",
) -> SeriesMade:
    """Plan the sessions of a recurrence at a place, all or none, and say which days were skipped and why.

    For whom and what it refuses, see `schedule_session`; besides, a series without any day left, one of more
    than 200 sessions, and a day on which the place is not accredited or its room is taken: take such a day out
    (`without`), or change the series.
    """
    may_schedule(by, programme_id, place_id)
    module_of(programme_id, module_id)
    if planned_session_id is not None:
        planned_session_of(programme_id, module_id, planned_session_id)
    check_seats(seats)
    preview = series_by_calendar(programme_id, place_id, recurrence, at)
    check_series(preview)
    series_id = new_id(at)
    texts = {"trainer": trainer.strip(), "equipment": equipment.strip(), "accessibility": accessibility.strip()}
    with transaction.atomic():
        take_turn(programme_id)
        _check_days(programme_id, place_id, recurrence, preview, room)
        made = [
            TrainingSession(
                id=new_id(at),
                programme_id=programme_id,
                place_id=place_id,
                module_id=module_id,
                planned_session_id=planned_session_id,
                series_id=series_id,
                period_id=period_id,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                room=slot.room,
                seats=seats,
                created_at=at,
                by_user=by.user_id,
                **texts,
            )
            for slot, period_id in _slots(programme_id, recurrence, preview, room)
        ]
        TrainingSession.objects.bulk_create(made)
    return SeriesMade(series_id, [session.id for session in made], preview.skipped)


def _check_days(programme_id: UUID, place_id: UUID, recurrence: Recurrence, preview: Preview, room: str) -> None:
    periods = accreditation_periods(programme_id, AccreditationKind.PLACE).get(place_id, [])
    for day in preview.days:
        if not any(in_force(since, until, day) for since, until in periods):
            raise PlaceMayNotHost(day=day)
    for day, other in sorted(meetings(programme_id, place_id, recurrence, preview.days, room), key=lambda one: one[0]):
        raise SeriesRoomTaken(
            day=day,
            title=title_of(other),
            starts=clock_time(other.starts_at),
            ends=clock_time(other.ends_at),
        )


def _slots(
    programme_id: UUID, recurrence: Recurrence, preview: Preview, room: str
) -> Iterator[tuple[Slot, UUID | None]]:
    """The hours of each day of the series, with the training period that it belongs to."""
    periods = list(training_periods(programme_id).values_list("id", "starts_on", "ends_on"))
    for day in preview.days:
        period_id = next((one for one, first, last in periods if first <= day <= last), None)
        yield recurrence.slot(day, room), period_id
