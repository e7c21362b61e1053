"""Every search of a desk is a look-up in an index, on both engines: what it costs does not grow with the register."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.insight.dashboard import attention_on, dashboard_on
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.queries.history import access_voucher, history, vouchers_of_handover
from passnumerique.vouchers.queries.listing import Wanted, count_vouchers, list_vouchers, numbers_of_handovers
from passnumerique.vouchers.queries.reading import programme_of_code, vouchers_in, vouchers_with_codes
from tests.rooms.lived import DAY
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db

GROWING = ("vouchers_voucher", "vouchers_event", "vouchers_handover", "vouchers_redemption", "ledger_transfer")
"""The tables that grow with the passes and what happens to them."""


@pytest.fixture
def world() -> World:
    """Some thousands of passes, and the statistics that PostgreSQL takes of them by itself in time; SQLite
    takes none, and must do without."""
    world = build_world(quantity=3_000, booklets=100, envelope_cents=5_000_000)
    for _ in range(40):
        world.hand_over(3, day=DAY)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in GROWING:
                cursor.execute(f"ANALYZE {table}")
    return world


def plans(search: Callable[[], object]) -> list[str]:
    """How the engine answers each question that the search asks of a table that grows."""
    with CaptureQueriesContext(connection) as asked:
        assert search()
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    questions = [query["sql"] for query in asked.captured_queries]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # tables of three rows are read whole unless it cannot
            cursor.execute("SET LOCAL enable_seqscan = off")
        found = []
        for question in questions:
            if any(f'"{table}"' in question for table in GROWING):
                cursor.execute(explain + question)
                found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    assert found
    return found


def looks_up(search: Callable[[], object], *indexes: str) -> bool:
    """Whether each of its questions goes through one of these indexes and walks through no whole table."""
    for plan in plans(search):
        walks = [line for line in plan.splitlines() if "Seq Scan" in line or line.startswith("SCAN ")]
        assert not [line for line in walks if any(table in line for table in GROWING)], plan
        assert any(index in plan for index in indexes), plan
    return True


def key_of(name: str, columns: str) -> str:
    """A unique key: SQLite tells its columns rather than its name."""
    return name if connection.vendor == "postgresql" else columns


NUMBER = key_of("voucher_number_once", "(programme_id=? AND number=?)")
NUMBERS = key_of("voucher_number_once", "(programme_id=? AND number>? AND number<?)")
CODE = key_of("voucher_code_once", "(programme_id=? AND code_hash=?)")
STEPS = key_of("event_once_per_step", "(programme_id=? AND voucher_id=?)")


def test_one_pass_is_found_by_its_number_or_its_code(world: World) -> None:
    voucher = access_voucher(world.manager, world.programme_id, 1)
    assert looks_up(lambda: access_voucher(world.manager, world.programme_id, 1), NUMBER)
    code = world.code(1)
    assert looks_up(lambda: vouchers_with_codes(world.programme_id, [code]), CODE)
    assert looks_up(lambda: programme_of_code(code), "voucher_by_code")
    assert looks_up(lambda: history(world.programme_id, voucher.id), STEPS)


def test_the_passes_of_one_person_are_found_by_the_hand_over(world: World) -> None:
    given = Voucher.objects.get(programme_id=world.programme_id, number=1).handover_id
    assert given
    assert looks_up(lambda: list(vouchers_of_handover(world.programme_id, given)), "voucher_by_handover")
    assert looks_up(lambda: numbers_of_handovers(world.programme_id, [given]), "voucher_by_handover")


def test_a_range_is_read_and_counted_by_its_ends(world: World) -> None:
    wanted = Wanted(numbers=[(2, 9)])
    assert looks_up(lambda: list_vouchers(world.manager, world.programme_id, wanted), "voucher_number_once", NUMBERS)
    assert looks_up(lambda: count_vouchers(world.manager, world.programme_id, wanted), "voucher_number_once", NUMBERS)
    assert looks_up(lambda: vouchers_in(world.programme_id, [(2, 9)]), "voucher_number_once", NUMBERS)
    booklets = Wanted(booklets=[(1, 1)])
    assert looks_up(lambda: count_vouchers(world.manager, world.programme_id, booklets), "voucher_by_booklet")


def test_the_dashboard_looks_up_what_it_asks_of_the_tables_that_grow(world: World) -> None:
    assert looks_up(lambda: dashboard_on(world.programme_id, DAY), "transfer_of_authorised")
    assert looks_up(lambda: attention_on(world.programme_id, DAY), "handover_by_structure")
