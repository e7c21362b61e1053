"""A claim is paid within the term that was in force on the day it was filed, whatever is agreed later."""

from datetime import date

import pytest

from passnumerique.directory.rules import Role
from passnumerique.settlement.operations import file_claim
from passnumerique.settlement.queries import claim_rows, claims, late_claims
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """One claim filed under a term of thirty days, another under one of ten."""
    made = build_world(payment_term_days=30)
    for used, filed in ((date(2021, 10, 12), date(2021, 11, 3)), (date(2021, 11, 9), date(2021, 12, 2))):
        made.spend(2, used)
        file_claim(
            programme_id=made.programme_id,
            place_id=made.places[0],
            month=used,
            by=made.actor(Role.PLACE),
            at=on(filed),
        )
        made.set(date(2021, 12, 1), payment_term_days=10)
    return made


def test_each_claim_has_the_term_of_its_day(world: World) -> None:
    day = date(2021, 12, 3)
    found = list(claims(world.manager, world.programme_id))
    rows = {row.claim.number: row for row in claim_rows(world.programme_id, found, day)}
    assert {number: row.due_on for number, row in rows.items()} == {1: date(2021, 12, 3), 2: date(2021, 12, 12)}
    assert not any(row.late for row in rows.values())


@pytest.mark.parametrize(
    ("day", "late"),
    [(date(2021, 12, 3), []), (date(2021, 12, 4), [1]), (date(2021, 12, 12), [1]), (date(2021, 12, 13), [1, 2])],
)
def test_the_claims_that_are_late_are_those_that_their_rows_say(world: World, day: date, late: list[int]) -> None:
    found = list(claims(world.manager, world.programme_id))
    said = sorted(row.claim.number for row in claim_rows(world.programme_id, found, day) if row.late)
    assert [claim.number for claim in late_claims(world.manager, world.programme_id, day)] == said == late
