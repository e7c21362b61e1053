"""PostgreSQL is killed under load through the lane, and started again from the same folder: what was
acknowledged is there once, and the lane goes on by itself."""

import pytest
from django.db import connection

from tests.fire.burning import burn, shots_of
from tests.fire.desk import desk_of, open_desk
from tests.fire.history import DONE
from tests.fire.running import Cluster, lane
from tests.fire.sending import Client, send_again

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]


def restart(own: Cluster) -> None:
    """Killed, and there again."""
    connection.close()
    own.kill()
    own.start()


def test_what_was_acknowledged_is_there_once_after_the_database_was_killed(own: Cluster) -> None:
    desk = open_desk(260)
    with lane(own.url) as there:
        uses = burn(desk, [there.port], shots_of(desk, 120, 14), lambda: restart(own), (10, 30))
        desk.judge(uses)
        assert [use for use in uses if use.refused] == []
        unknown = [use for use in uses if use.unknown]
        assert unknown, "nobody was caught by the kill: the test shows nothing"
        send_again(there.port, desk, unknown)
        assert {use.answers[-1] for use in unknown} <= DONE
        desk.judge(uses)


@pytest.mark.parametrize("first", ["a caller known", "a caller to look up", "a session to look up"])
def test_the_lane_finds_the_database_again_by_itself(own: Cluster, first: str) -> None:
    """Its connection died while nobody asked; whatever it must read first, it opens another."""
    desk = open_desk(20)
    other = desk_of(desk.world, desk.numbers)
    other.tokens, other.left = desk.tokens, desk.numbers[10:]
    with lane(own.url) as there, Client(there.port, desk) as client:
        assert client.send(desk.uses(1, place=0)) == [201]
        restart(own)
        asked = other if first == "a session to look up" else desk
        uses = asked.uses(2, place=1 if first == "a caller to look up" else 0)
        send_again(there.port, asked, uses, 5)
        assert {use.answers[-1] for use in uses} == {201}
        assert set(uses[0].answers) <= {201, 503}


def test_while_the_database_is_down_the_lane_says_so(own: Cluster) -> None:
    desk = open_desk(20)
    with lane(own.url) as there, Client(there.port, desk) as client:
        assert client.send(desk.uses(1, place=0)) == [201]
        connection.close()
        own.kill()
        uses = desk.uses(3)
        assert [client.send([use]) for use in uses] == [[503]] * 3, there.log.read_text()
        own.start()
        send_again(there.port, desk, uses)
        assert [use.answers for use in uses] == [[503, 201]] * 3
