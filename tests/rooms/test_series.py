"""Sessions planned as a series: all or none, with the days skipped and why."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.programmes.queries import training_periods
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations import SeriesMade, cancel_session, schedule_series
from passnumerique.training.queries import series_preview
from passnumerique.training.rules import Recurrence, Skipped, Why
from passnumerique.training.rules import refusals as no
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
TUESDAYS = Recurrence(DAY, date(2021, 11, 23), time(14), time(16))


@pytest.fixture
def world() -> World:
    made = build_world(quantity=0)
    made.plan()
    return made


def series(world: World, recurrence: Recurrence, place: int = 0, **given: Any) -> SeriesMade:
    given = {
        "by": world.actor(Role.PLACE, place),
        "at": on(DAY, 8),
        "seats": 8,
        "place_id": world.places[place],
    } | given
    return schedule_series(
        programme_id=world.programme_id, module_id=world.modules()[0], recurrence=recurrence, **given
    )


def test_the_sessions_of_a_series_share_its_id_and_keep_their_hour(world: World) -> None:
    made = series(world, TUESDAYS, room=" Salle 1 ", trainer="Alix (fictif)")
    rows = list(TrainingSession.objects.filter(series_id=made.series_id).order_by("starts_at"))
    assert [row.id for row in rows] == made.ids
    november = [date(2021, 11, day) for day in (9, 16, 23)]
    assert [row.starts_at for row in rows] == [on(day, 14) for day in (DAY, date(2021, 10, 19), *november)]
    assert {row.starts_at.hour for row in rows} == {12, 13}, "two in the afternoon in summer and in winter"
    assert made.skipped == [
        Skipped(date(2021, 10, 26), Why.SCHOOL_HOLIDAY, "Vacances de la Toussaint"),
        Skipped(date(2021, 11, 2), Why.SCHOOL_HOLIDAY, "Vacances de la Toussaint"),
    ]
    assert {(row.room, row.trainer, row.seats, row.seats_taken) for row in rows} == {("Salle 1", "Alix (fictif)", 8, 0)}
    [period] = training_periods(world.programme_id)
    assert {row.period_id for row in rows} == {period.id}


def test_the_zone_is_that_of_the_place(world: World) -> None:
    world.places.append(world.organisation("Lieu de Lyon", commune="Lyon", insee_code="69123"))
    world.accredit(world.places[-1], AccreditationKind.PLACE)
    winter = Recurrence(date(2022, 2, 1), date(2022, 3, 8), time(14), time(16))
    east = series_preview(world.programme_id, world.places[0], winter, on(DAY))
    south = series_preview(world.programme_id, world.places[2], winter, on(DAY))
    assert date(2022, 2, 8) in {one.day for one in east.skipped}
    assert date(2022, 2, 22) in {one.day for one in south.skipped}
    assert east.days != south.days


def test_one_day_that_cannot_be_held_refuses_the_whole(world: World) -> None:
    busy = world.session(date(2021, 11, 9), hour=15)
    preview = series_preview(world.programme_id, world.places[0], TUESDAYS, on(DAY))
    assert Skipped(date(2021, 11, 9), Why.ROOM_TAKEN, "Premiers pas") in preview.skipped
    with pytest.raises(no.SeriesRoomTaken) as refused:
        series(world, TUESDAYS)
    assert refused.value.params["day"] == date(2021, 11, 9)
    assert TrainingSession.objects.count() == 1
    assert len(series(world, TUESDAYS, room="Salle 2").ids) == 5
    cancel_session(programme_id=world.programme_id, session_id=busy, cause="Panne", by=world.manager, at=on(DAY))
    assert len(series(world, TUESDAYS).ids) == 5


def test_a_day_taken_out_makes_room(world: World) -> None:
    world.session(date(2021, 11, 9), hour=15)
    made = series(world, replace(TUESDAYS, without=frozenset({date(2021, 11, 9)})))
    assert len(made.ids) == 4
    assert Skipped(date(2021, 11, 9), Why.TAKEN_OUT) in made.skipped


def test_a_place_that_is_not_accredited_all_along(world: World) -> None:
    world.places.append(world.organisation("Lieu éphémère"))
    world.accredit(world.places[-1], AccreditationKind.PLACE, until_day=date(2021, 11, 10))
    preview = series_preview(world.programme_id, world.places[2], TUESDAYS, on(DAY))
    assert [one.day for one in preview.skipped if one.why is Why.NOT_ACCREDITED] == [
        date(2021, 11, 16),
        date(2021, 11, 23),
    ]
    with pytest.raises(no.PlaceMayNotHost):
        series(world, TUESDAYS, place=2)
    assert not TrainingSession.objects.exists()


def test_a_series_ends_with_training(world: World) -> None:
    made = series(world, replace(TUESDAYS, first_day=date(2022, 12, 6), until=date(2023, 2, 28)))
    assert TrainingSession.objects.count() == len(made.ids) == 2
    assert made.skipped[-1] == Skipped(date(2023, 1, 3), Why.AFTER_TRAINING)


def test_a_series_is_planned_by_the_place_or_the_manager(world: World) -> None:
    with pytest.raises(NotAllowed):
        series(world, TUESDAYS, by=world.actor(Role.PLACE, 1))
    with pytest.raises(NotAllowed):
        series(world, TUESDAYS, by=world.actor(Role.PRESCRIBER))
    other = build_world("autre", quantity=0)
    with pytest.raises(NotFound):
        series(world, TUESDAYS, by=other.manager)
    with pytest.raises(no.SeatsOutOfBounds):
        series(world, TUESDAYS, seats=0)
    with pytest.raises(no.SeriesEmpty):
        series(world, replace(TUESDAYS, first_day=date(2021, 10, 26), until=date(2021, 11, 2)))
    assert not TrainingSession.objects.exists()
    assert len(series(world, TUESDAYS, by=world.manager).ids) == 5
