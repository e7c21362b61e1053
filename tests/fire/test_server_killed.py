"""The lane is killed under load and started again: what was acknowledged is there once, the rest once or not at
all; and whoever sends it again is answered."""

import os
import signal

import pytest
from django.db import connection

from tests.fire.burning import burn, shots_of
from tests.fire.desk import open_desk
from tests.fire.history import DONE, contradictions
from tests.fire.running import lane, until
from tests.fire.sending import Client, send_again

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def served() -> list[int]:
    """PostgreSQL's processes that still work for somebody else on this database."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


@pytest.mark.parametrize("price", [1, 2])
def test_what_was_acknowledged_is_there_once_after_the_server_was_killed(price: int) -> None:
    desk = open_desk(260, price)
    with lane() as there:

        def kill() -> None:
            there.kill()
            until(lambda: not served(), "a statement still runs")
            there.start()
            there.wait()

        uses = burn(desk, [there.port], shots_of(desk, 120, 14), kill, (10, 30))
        desk.judge(uses)
        assert [use for use in uses if use.refused] == []
        unknown = [use for use in uses if use.unknown]
        assert unknown, "nobody was caught by the kill: the test shows nothing"
        send_again(there.port, desk, unknown)
        assert {use.answers[-1] for use in unknown} <= DONE
        desk.judge(uses)


def test_a_client_that_takes_silence_for_yes_is_caught() -> None:
    """The lane is halted before it reads, so that nothing of what is sent is ever done."""
    desk = open_desk(10)
    uses = desk.uses(4, place=0)
    with lane() as there:
        with Client(there.port, desk) as client:
            assert client.send(uses[:2]) == [201] * 2
        os.kill(there.id, signal.SIGSTOP)
        with Client(there.port, desk, timeout=0.3) as client:
            assert client.send(uses[2:]) == [0] * 2
        there.kill()
    desk.judge(uses)
    for use in uses[2:]:
        use.answers[-1] = 201
    assert len(contradictions(uses, desk.rows())) == 2
