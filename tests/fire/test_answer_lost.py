"""The database has done what it was asked and the connection breaks before it can say so: the same ids find it
done, and nothing is done twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection

from passnumerique.ground.ids import new_id
from passnumerique.vouchers.operations import redeeming
from tests.fire.desk import open_desk
from tests.fire.proxy import proxied, through
from tests.fire.running import lane
from tests.fire.sending import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.postgresql]
STATEMENT, COMMIT = b"INSERT INTO vouchers_redemption", b"COMMIT"


def without_retries(act: Callable[[], Any]) -> Any:
    """What a program does that never lost an answer."""
    return act()


@pytest.mark.parametrize(("price", "answer"), [(1, STATEMENT), (2, COMMIT)])
def test_an_answer_lost_is_seen_when_nothing_is_tried_again(
    price: int, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it was done: whoever presents the pass under a new id instead is told that it is used."""
    desk = open_desk(20, price)
    uses = desk.uses(price, place=0)
    monkeypatch.setattr(redeeming, "retried", without_retries)
    with proxied() as proxy:
        proxy.swallow = answer
        with pytest.raises(DatabaseError):
            desk.redeem(uses)
        connection.close()
        assert proxy.lost == 1
        assert {one for one, _ in desk.rows()} == {use.id for use in uses}
        others = [replace(use, id=new_id(desk.at), answers=[]) for use in uses]
        assert {one.refusal.name for one in desk.redeem(others) if one.refusal} == {"already_redeemed"}
        assert [one.replayed for one in desk.redeem(uses)] == [True] * price
        desk.judge(uses)


@pytest.mark.parametrize(
    ("price", "piece", "heard", "replayed"),
    [
        (1, STATEMENT, False, False),
        (1, STATEMENT, True, True),
        (2, STATEMENT, False, False),
        (2, STATEMENT, True, False),  # done, and rolled back with its transaction
        (2, COMMIT, False, False),
        (2, COMMIT, True, True),
    ],
)
def test_the_same_ids_find_it_done_or_do_it(price: int, piece: bytes, heard: bool, replayed: bool) -> None:
    """`heard`: the server had heard it when the connection broke."""
    desk = open_desk(20, price)
    uses = desk.uses(4, place=0)
    with proxied() as proxy:
        for some in (uses[:2], uses[2:]):
            if heard:
                proxy.swallow = piece
            else:
                proxy.drop = piece
            told = desk.redeem(some)
            assert [(one.refusal, one.replayed) for one in told] == [(None, replayed)] * 2
        assert proxy.lost == 2
        desk.judge(uses)


@pytest.mark.parametrize("price", [1, 2])
def test_the_lane_answers_although_it_lost_an_answer(price: int) -> None:
    desk = open_desk(20, price)
    name = str(connection.settings_dict["NAME"])
    with proxied() as proxy, lane(through(proxy, name)) as there, Client(there.port, desk) as client:
        first = desk.uses(2, place=0)
        assert client.send(first) == [201] * 2
        for piece, told in ((COMMIT if price > 1 else STATEMENT, 200), (b"", 201)):
            uses, lost = desk.uses(2, place=0), proxy.lost
            proxy.swallow, proxy.drop = piece, b"" if piece else STATEMENT
            assert client.send(uses) == [told] * 2
            assert proxy.lost == lost + 1
            first += uses
        desk.judge(first)
