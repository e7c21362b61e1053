"""Sessions near a point: nearest places first, the soonest first at each, whatever else the database holds."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.programmes.operations import CommuneGiven, set_territory
from passnumerique.training.models import TrainingSession
from passnumerique.training.operations import add_participant, cancel_session
from passnumerique.training.queries import plan, point_of_commune, sessions_near
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
AT = on(DAY, 8)
VERDUN, ETAIN, BAR = (49.16, 5.38), (49.21, 5.64), (48.77, 5.16)


@pytest.fixture
def world() -> World:
    made = build_world(quantity=0, structures=0, places=0)
    for name, (lat, lon) in {"Bar": BAR, "Étain": ETAIN, "Verdun": VERDUN}.items():
        add_place(made, name, latitude=str(lat), longitude=str(lon))
    add_place(made, "Ailleurs")
    made.plan()
    return made


def add_place(world: World, name: str, until_day: date | None = None, **texts: str) -> None:
    world.places.append(world.organisation(f"Lieu de {name}", **texts))
    world.accredit(world.places[-1], AccreditationKind.PLACE, until_day=until_day)


def near(world: World, **options: Any) -> list[UUID]:
    given = {"near": VERDUN} | options
    return [one.id for one in sessions_near(world.programme_id, AT, **given)]


def test_nearest_places_first_and_the_soonest_at_each(world: World) -> None:
    bar, etain, verdun, nowhere = (world.session(DAY, place) for place in range(4))
    tomorrow = world.session(DAY + timedelta(days=1), place=2)
    assert near(world) == [verdun, tomorrow, etain, bar, nowhere]
    assert near(world, each_place=1) == [verdun, etain, bar, nowhere]
    assert near(world, limit=3) == [verdun, tomorrow, etain]
    assert near(world, near=None) == [*sorted([bar, etain, verdun, nowhere]), tomorrow]
    assert near(world, near=None, each_place=1, limit=2) == near(world, near=None, each_place=1)[:2]
    kilometres = [one.km for one in sessions_near(world.programme_id, AT, near=ETAIN)]
    assert kilometres[0] == 0
    assert kilometres[-1] is None


def test_what_is_told_of_a_session(world: World) -> None:
    world.session(DAY, place=2, accessibility="De plain-pied", equipment="8 ordinateurs", seats=3)
    [told] = sessions_near(world.programme_id, AT, near=VERDUN)
    assert (told.theme, told.module, told.title) == ("Compétences de base", "Premiers pas", "Premiers pas")
    assert (told.free_seats, told.waiting, told.accessibility) == (3, False, "De plain-pied")
    assert (told.latitude, told.longitude) == VERDUN


def test_only_what_fits_and_can_be_booked(world: World) -> None:
    small, large = world.session(DAY, 2, seats=1), world.session(DAY, 2, module=1, hour=17, seats=4)
    cancelled = world.session(DAY, 2, hour=20)
    cancel_session(programme_id=world.programme_id, session_id=cancelled, cause="Panne", by=world.manager, at=AT)
    first, second = (theme.id for theme in plan(world.programme_id))
    assert near(world) == [small, large]
    assert near(world, need_seats=2) == [large]
    assert near(world, themes=[second]) == near(world, module_id=world.modules()[1]) == [large]
    assert near(world, themes=[first, second]) == [small, large]
    assert near(world, from_day=DAY + timedelta(days=1)) == near(world, until_day=DAY - timedelta(days=1)) == []
    assert near(world, from_day=DAY, until_day=DAY) == [small, large]
    assert [one.id for one in sessions_near(world.programme_id, on(DAY, 15), near=VERDUN)] == [large]
    add_participant(
        programme_id=world.programme_id, session_id=small, by=world.actor(Role.PLACE, 2), at=AT, label="Jeanne"
    )
    assert near(world) == [large]
    full = sessions_near(world.programme_id, AT, near=VERDUN, need_seats=0)
    assert [(one.id, one.waiting, one.free_seats) for one in full] == [(small, True, 0), (large, False, 4)]


def test_a_place_counts_while_it_is_accredited(world: World) -> None:
    add_place(world, "Passage", until_day=DAY + timedelta(days=1), latitude="49.16", longitude="5.38")
    last = world.session(DAY + timedelta(days=1), place=4)
    gone = world.session(DAY, place=4, hour=17)
    TrainingSession.objects.filter(id=gone).update(
        starts_at=on(DAY + timedelta(days=9), 14), ends_at=on(DAY + timedelta(days=9), 16)
    )
    assert near(world) == near(world, near=None) == [last]
    add_place(world, "Hier", until_day=START, latitude="49.16", longitude="5.38")
    assert near(world) == [last]


def test_places_without_sessions_are_passed_over(world: World, queries_do_not_grow: Callable[..., int]) -> None:
    for rank in range(20):
        add_place(world, f"Vide {rank}", latitude=str(49.16 + rank / 1000), longitude="5.38")
    bar = world.session(DAY)
    assert near(world) == [bar]
    queries_do_not_grow(lambda: near(world, limit=2), lambda: [world.session(DAY, 2, hour=hour) for hour in (9, 12)])


def test_where_a_commune_is(world: World) -> None:
    given = [
        CommuneGiven("55545", "Verdun", postcodes="55100", epci_siren="200049187"),
        CommuneGiven("55236", "Haudainville", postcodes="55100", epci_siren="200049187"),
        CommuneGiven("55505", "Thierville", postcodes="55840", epci_siren="200049187"),
        CommuneGiven("55999", "Loin", postcodes="55999"),
    ]
    set_territory(programme_id=world.programme_id, communes=given, vintage=2022, by=world.manager, at=on(START))
    add_place(world, "Verdun 2", latitude="49.18", longitude="5.40", insee_code="55545")
    middle = point_of_commune(world.programme_id, "55545")
    assert middle is not None
    assert VERDUN[0] - 0.2 < middle[0] < 49.2
    assert point_of_commune(world.programme_id, "55236") == middle, "the same postcode"
    assert point_of_commune(world.programme_id, "55505") == middle, "the same EPCI"
    assert point_of_commune(world.programme_id, "55999") is None
    assert point_of_commune(world.programme_id, "75056") is None
