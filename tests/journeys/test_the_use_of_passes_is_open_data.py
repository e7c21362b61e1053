"""Anybody fetches the use of passes, with its columns and what it is, at addresses that stay."""

import json
from datetime import date

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from tests.rooms.world import World, build_world, on
from tests.table_schema import faults

pytestmark = pytest.mark.django_db
BASE = "/verdun/usage-pass-numerique"
DAY = date(2021, 10, 12)


@pytest.fixture
def world(time_machine: TimeMachineFixture) -> World:
    made = build_world()
    numbers = [number for _ in range(6) for number in made.hand_over(1, day=DAY)]
    made.redeem(made.session(DAY), numbers, DAY)
    time_machine.move_to(on(date(2021, 11, 20)), tick=False)
    return made


@pytest.mark.usefixtures("world")
def test_the_file_its_schema_and_its_package_agree() -> None:
    answer = Client().get(f"{BASE}.csv")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    schema = json.loads(Client().get(f"{BASE}.schema.json").content)
    assert faults(schema, answer.content) == []
    assert "2021-10,mois,2021-10-01,2021-10-31,ensemble,,tout le dispositif,,6,non" in answer.content.decode()
    package = json.loads(Client().get(f"{BASE}.json").content)
    [resource] = package["resources"]
    assert Client().get(resource["path"]).content == answer.content
    assert json.loads(Client().get(resource["schema"]).content) == schema
    assert Client().get(f"{BASE}.csv", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_another_programme_is_none(world: World) -> None:
    assert Client().get(f"/{world.slug}x/usage-pass-numerique.csv").status_code == 404
