"""Residents near a workshop to come: what counts, what is estimated, and what is not known."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from passnumerique.directory.rules import AccreditationKind
from passnumerique.insight.coverage import Coverage, Reached, coverage_on
from passnumerique.programmes.operations import CommuneGiven, set_territory
from tests.rooms.world import START, World, build_world, on

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 12)
AT = on(DAY, 8)
VERDUN, ETAIN, BAR = ("49.16", "5.38"), ("49.21", "5.64"), ("48.77", "5.16")


@pytest.fixture
def world() -> World:
    """Three communes with an organisation each, of which Verdun has the place; one beside Étain; one lost."""
    made = build_world(quantity=0, structures=0, places=0)
    communes = [
        CommuneGiven("55545", "Verdun", "55100", 17_000),
        CommuneGiven("55181", "Étain", "55400", 3_500),
        CommuneGiven("55063", "Braquis", "55400", 100),
        CommuneGiven("55029", "Bar-le-Duc", "55000", 15_000),
        CommuneGiven("55360", "Nulle part", "55999", 40),
    ]
    set_territory(programme_id=made.programme_id, vintage=2022, communes=communes, by=made.manager, at=on(START))
    made.places.append(made.organisation("Lieu", latitude=VERDUN[0], longitude=VERDUN[1]))
    made.accredit(made.places[0], AccreditationKind.PLACE)
    for name, insee, (lat, lon) in (("Étain", "55181", ETAIN), ("Bar", "55029", BAR)):
        structure = made.organisation(f"CCAS de {name}", insee_code=insee, latitude=lat, longitude=lon)
        made.accredit(structure, AccreditationKind.PRESCRIBER)
    made.plan()
    return made


def covered(world: World, km: int = 10) -> Coverage:
    return coverage_on(world.programme_id, AT, km=km)


def by_name(found: Coverage) -> dict[str, Reached]:
    return {one.name: one for one in found.communes}


def test_a_place_without_a_session_covers_nobody(world: World) -> None:
    found = covered(world)
    assert (found.residents, found.covered, found.unknown, found.sites) == (35_640, 0, 40, [])


def test_residents_are_near_where_a_session_comes(world: World) -> None:
    world.session(DAY + timedelta(days=3))
    found = covered(world)
    assert (found.covered, found.unknown) == (17_000, 40)
    assert [one.name for one in found.holes] == ["Bar-le-Duc", "Étain", "Braquis"]
    assert covered(world, km=25).covered == 17_000 + 3_500 + 100


def test_a_commune_without_an_organisation_is_put_by_its_postcode_and_said_so(world: World) -> None:
    world.session(DAY + timedelta(days=3))
    told = by_name(covered(world))
    assert told["Braquis"].estimated
    assert told["Braquis"].km == told["Étain"].km
    assert not told["Étain"].estimated
    assert told["Nulle part"].within(10) is None


@pytest.mark.parametrize("days", [-1, 8 * 7 + 1])
def test_sessions_past_or_far_ahead_do_not_count(world: World, days: int) -> None:
    world.session(DAY + timedelta(days=days))
    assert covered(world).covered == 0


def test_a_full_session_counts_and_a_cancelled_one_does_not(world: World) -> None:
    from passnumerique.training.operations import cancel_session

    session = world.session(DAY + timedelta(days=3), seats=1)
    assert covered(world).covered == 17_000
    cancel_session(programme_id=world.programme_id, session_id=session, cause="Panne", by=world.manager, at=AT)
    assert covered(world).covered == 0


def test_the_organisations_that_would_close_most_come_first(world: World) -> None:
    world.session(DAY + timedelta(days=3))
    found = covered(world)
    assert [(one.site.name, one.residents) for one in found.candidates] == [
        ("CCAS de Bar verdun (fictif)", 15_000),
        ("CCAS de Étain verdun (fictif)", 3_600),
    ]


def test_the_queries_do_not_grow_with_the_territory(
    world: World, queries_do_not_grow: Callable[[Callable[[], object], Callable[[], object]], int]
) -> None:
    more = [CommuneGiven(f"08{rank:03}", f"Commune {rank}", "55400", 10) for rank in range(1, 40)]

    def grow() -> None:
        set_territory(programme_id=world.programme_id, vintage=2022, communes=more, by=world.manager, at=on(START))
        for days in range(1, 20):
            world.session(DAY + timedelta(days=days))

    assert queries_do_not_grow(lambda: covered(world), grow) <= 8
