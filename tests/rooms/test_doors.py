"""The doors of sessions that are remembered for a moment, and asked again between two groups."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.training.operations import Doors, cancel_session
from passnumerique.training.rules.refusals import SessionIsCancelled
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
AT = on(DAY, 15)
FRESH = timedelta(seconds=5)


@dataclass(frozen=True)
class Shown:
    """A pass presented: what a door needs of it."""

    session_id: UUID
    redeemed_at: datetime = AT


@pytest.fixture
def world() -> World:
    return build_world(booklets=1)


@pytest.fixture
def doors(world: World) -> Doors:
    return Doors(world.programme_id, FRESH)


def asked(world: World, doors: Doors, session_id: UUID, seconds: int = 0) -> tuple[object, int]:
    """What the door says, so long after, and how many questions it asked for that."""
    with CaptureQueriesContext(connection) as queries:
        (told,) = doors.open([(world.actor(Role.PLACE), Shown(session_id))], AT + timedelta(seconds=seconds))
    return told, len(queries)


def cancel(world: World, session_id: UUID) -> None:
    given = {"programme_id": world.programme_id, "session_id": session_id, "cause": "Salle fermée"}
    cancel_session(**given, by=world.actor(Role.PLACE), at=AT)


def test_a_door_is_believed_for_a_moment_and_then_asked_again(world: World, doors: Doors) -> None:
    session = world.session(DAY)
    first, asks = asked(world, doors, session)
    assert asks
    assert not isinstance(first, Refusal)
    cancel(world, session)
    assert asked(world, doors, session, seconds=5) == (first, 0)
    told, asks = asked(world, doors, session, seconds=6)
    assert asks
    assert isinstance(told, SessionIsCancelled)


def test_whoever_keeps_coming_waits_for_no_question(world: World, doors: Doors) -> None:
    session = world.session(DAY)
    first, _asks = asked(world, doors, session)
    for seconds in (4, 8, 12):
        assert asked(world, doors, session, seconds) == (first, 0)
        doors.renew()
    cancel(world, session)
    asked(world, doors, session, seconds=13)
    doors.renew()
    told, asks = asked(world, doors, session, seconds=14)
    assert not asks
    assert isinstance(told, SessionIsCancelled)


def test_what_nobody_asks_for_any_more_is_not_renewed(world: World, doors: Doors) -> None:
    asked(world, doors, world.session(DAY))
    doors.renew()
    with CaptureQueriesContext(connection) as queries:
        doors.renew()
    assert not len(queries)


def test_a_door_of_another_place_is_not_found_however_fresh(world: World, doors: Doors) -> None:
    session = world.session(DAY)
    asked(world, doors, session)
    doors.renew()
    (told,) = doors.open([(world.actor(Role.PLACE, 1), Shown(session))], AT)
    assert isinstance(told, NotFound)
