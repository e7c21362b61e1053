"""A series of sessions before it is planned: its days, and what stands in the way of each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from passnumerique.directory.queries import accreditation_periods
from passnumerique.directory.queries.network import organisations_where
from passnumerique.directory.rules import AccreditationKind, in_force
from passnumerique.ground.dates import day_of, end_of, start_of
from passnumerique.programmes.queries import calendar_on
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries.sessions import slot_of, title_of
from passnumerique.training.rules import Preview, Recurrence, SessionState, Skipped, Slot, Why, preview_series


def series_preview(
    programme_id: UUID, place_id: UUID, recurrence: Recurrence, at: datetime, *, room: str = ""
) -> Preview:
    """What a series would hold at a place: holidays where it stands, the end of training in force, the days on
    which it is not accredited, and those on which its room is taken. Refuses what the rules refuse."""
    preview = series_by_calendar(programme_id, place_id, recurrence, at)
    periods = accreditation_periods(programme_id, AccreditationKind.PLACE).get(place_id, [])
    taken = dict(meetings(programme_id, place_id, recurrence, preview.days, room))
    kept, skipped = [], list(preview.skipped)
    for day in preview.days:
        if not any(in_force(since, until, day) for since, until in periods):
            skipped.append(Skipped(day, Why.NOT_ACCREDITED))
        elif day in taken:
            skipped.append(Skipped(day, Why.ROOM_TAKEN, title_of(taken[day])))
        else:
            kept.append(day)
    return replace(preview, days=kept, skipped=sorted(skipped, key=lambda one: one.day))


def series_by_calendar(programme_id: UUID, place_id: UUID, recurrence: Recurrence, at: datetime) -> Preview:
    """The days that holidays and the end of training leave."""
    where = organisations_where([place_id])[place_id]
    end = calendar_on(programme_id, day_of(at)).end_of_training
    return preview_series(recurrence, insee_code=where.insee_code, end_of_training=end)


def meetings(
    programme_id: UUID, place_id: UUID, recurrence: Recurrence, days: Iterable[date], room: str
) -> Iterable[tuple[date, TrainingSession]]:
    """The sessions of the place that need the same room at the same moment, by day: one statement for all."""
    slots: dict[date, Slot] = {day: recurrence.slot(day, room) for day in days}
    if not slots:
        return
    rows = TrainingSession.objects.filter(
        programme_id=programme_id,
        place_id=place_id,
        state=SessionState.PLANNED,
        starts_at__lt=end_of(max(slots)),
        ends_at__gt=start_of(min(slots)),
    ).select_related("module", "planned_session")
    for row in rows.order_by("-starts_at", "-id"):
        day = day_of(row.starts_at)
        if day in slots and slots[day].meets(slot_of(row)):
            yield day, row
