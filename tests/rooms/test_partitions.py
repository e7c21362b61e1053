"""The event log in partitions by month: nothing in the house notices, and it can be done again."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from passnumerique.directory.rules import system_actor
from passnumerique.ground.refusals import NotAllowed
from passnumerique.vouchers.models import Event
from passnumerique.vouchers.operations.partitioning import partition_events
from passnumerique.vouchers.rules.refusals import PartitionsNeedPostgresql
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER, LATER = date(2021, 10, 12), date(2021, 11, 15), date(2022, 3, 8)


@pytest.fixture
def world() -> World:
    world = build_world(envelope_cents=2_000_000)
    world.spend(2, OCTOBER)
    return world


def part(day: date, months: int = 2) -> list[str]:
    return partition_events(by=system_actor(), at=on(day, 20), months_ahead=months)


def written_in() -> dict[str, int]:
    """How many events each partition holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM vouchers_event GROUP BY 1")
        return dict(cursor.fetchall())


def keys() -> set[tuple[str, bool]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "vouchers_event")
    return {(name, one["unique"]) for name, one in found.items()}


@pytest.mark.postgresql
def test_passes_are_used_and_audited_as_before(world: World) -> None:
    before, known = written_in()["vouchers_event"], keys()
    assert part(OCTOBER) == ["vouchers_event_2021_11", "vouchers_event_2021_12"]
    assert keys() == known
    world.spend(3, NOVEMBER)
    world.spend(1, LATER)
    assert written_in() == {
        "vouchers_event_before": before,
        "vouchers_event_2021_11": 6,
        "vouchers_event_other": 2,
    }
    assert clean(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(voucher__number=1).update(step=1, at=on(OCTOBER))


@pytest.mark.postgresql
def test_done_again_it_adds_months_and_brings_over_what_was_dated_in_them(world: World) -> None:
    part(OCTOBER)
    assert part(OCTOBER) == []
    world.spend(1, LATER)
    assert part(NOVEMBER, 4) == ["vouchers_event_2022_01", "vouchers_event_2022_02", "vouchers_event_2022_03"]
    assert written_in()["vouchers_event_2022_03"] == 2
    assert "vouchers_event_other" not in written_in()
    world.issue(700, LATER + timedelta(days=1))
    assert written_in()["vouchers_event_2022_03"] == 702
    assert clean(world)


@pytest.mark.postgresql
def test_only_the_installation_itself_may(world: World) -> None:
    with pytest.raises(NotAllowed):
        partition_events(by=world.manager, at=on(OCTOBER))


def test_sqlite_is_refused_and_told_so() -> None:
    if connection.vendor == "postgresql":
        call_command("partition", "--months", "1")
    else:
        with pytest.raises(PartitionsNeedPostgresql):
            part(OCTOBER)
        with pytest.raises(CommandError, match="demande PostgreSQL"):
            call_command("partition")
