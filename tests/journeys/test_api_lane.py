"""The lane answers as the plain views do, whatever is sent."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from passnumerique.api.lane.application import Lane
from passnumerique.ground.ids import new_id
from passnumerique.vouchers.rules import State
from tests.journeys.program import token
from tests.rooms.race import clean
from tests.rooms.world import World, build_world, on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAY = date(2021, 10, 12)
TOLD = ("content-type", "cache-control", "retry-after", "www-authenticate", "allow")

Door = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], Any]]
"""Method, address, headers and body; status, headers and what the body says."""


@pytest.fixture
def world() -> World:
    return build_world(booklets=4)


@pytest.fixture
def lane() -> Iterator[Door]:
    """The application itself, without a server before it."""
    app = Lane()

    async def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            sent.append(message)

        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await app({"type": "http", "method": method, "path": path, "headers": raw}, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, json.loads(sent[1]["body"])

    # In a thread of its own: where a browser is driven, this one has a loop that runs already.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait_for(act: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(act, loop).result(30)

    async def leave() -> None:
        await loop.run_in_executor(app._groups._thread, connections.close_all)

    yield lambda *request: wait_for(ask(*request))
    wait_for(leave())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def plain() -> Door:
    client = Client()

    def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], Any]:
        kind = {name: value for name, value in headers.items() if name != "Content-Type"}
        answer = client.generic(method, path, body, content_type=headers.get("Content-Type", ""), headers=kind)
        told = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status_code, told, json.loads(answer.content)

    return ask


SINGLE, BATCH = "/api/v1/programmes/verdun/redemptions", "/api/v1/programmes/verdun/redemptions/batch"
JSON = {"Content-Type": "application/json"}
GOOD = {
    "id": "0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e6f",
    "code": "ABCDEFGHJKMN",
    "training_session": "0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e70",
    "redeemed_at": "2021-10-12T14:30:00+02:00",
}
BODIES = {
    "no json": b"{",
    "an empty object": b"{}",
    "no object": b"[]",
    "an unknown session": json.dumps(GOOD).encode(),
    "a field too many": json.dumps(GOOD | {"more": 1}).encode(),
    "a naive instant": json.dumps(GOOD | {"redeemed_at": "2021-10-12T14:30:00"}).encode(),
    "an instant to come": json.dumps(GOOD | {"redeemed_at": "2099-10-12T14:30:00Z"}).encode(),
    "an odd offset": json.dumps(GOOD | {"redeemed_at": "2021-10-12T14:30:00+18:00"}).encode(),
    "a batch": json.dumps({"redemptions": [GOOD, GOOD, GOOD | {"code": ""}, 7]}).encode(),
    "no items": b'{"redemptions":[]}',
    "too many items": json.dumps({"redemptions": [GOOD] * 501}).encode(),
    "broken letters": b'{"id":"\xff"}',
}


def same(lane: Door, plain: Door, *request: Any) -> None:
    """Both doors say the same."""
    (status, headers, said), (other, others, also) = lane(*request), plain(*request)
    assert (status, said) == (other, also)
    assert {name: headers.get(name) for name in TOLD} == {name: others.get(name) for name in TOLD}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("path", [SINGLE, BATCH], ids=["one", "batch"])
def test_whatever_body_is_answered_alike(world: World, lane: Door, plain: Door, path: str, body: bytes) -> None:
    headers = JSON | {"Authorization": f"Bearer {token(world)}"}
    for language in ({}, {"Accept-Language": "en"}):
        same(lane, plain, "POST", path, headers | language, body)


STRANGERS = {
    "no token": {},
    "an empty token": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": "Basic cGFzczpwYXNz"},
    "no token of ours": {"Authorization": "Bearer abc"},
    "an unknown token": {"Authorization": "Bearer pn_" + "A" * 43},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("body", [b"{", b"{}", json.dumps(GOOD).encode()], ids=["broken", "empty", "good"])
def test_nobody_unknown_is_told_anything(
    world: World, lane: Door, plain: Door, headers: dict[str, str], body: bytes
) -> None:
    for path in (SINGLE, BATCH, SINGLE.replace("verdun", "nulle-part")):
        same(lane, plain, "POST", path, JSON | headers, body)
    assert lane("POST", SINGLE, JSON | headers, body)[0] == 401


def test_methods_addresses_formats_and_lengths_are_refused_alike(world: World, lane: Door, plain: Door) -> None:
    ours = {"Authorization": f"Bearer {token(world)}"}
    body = json.dumps(GOOD).encode()
    for method in ("GET", "PUT", "DELETE"):
        same(lane, plain, method, SINGLE, ours, b"")
    for path in (f"{SINGLE}/", f"{BATCH}/7", "/api/v1/nowhere", SINGLE.replace("verdun", "autre")):
        same(lane, plain, "POST", path, JSON | ours, body)
    for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-8"}):
        same(lane, plain, "POST", SINGLE, kind | ours, body)
    for length in ("100000000", "9" * 5000):
        same(lane, plain, "POST", SINGLE, JSON | ours | {"Content-Length": length}, body)


def test_a_pass_taken_by_one_way_in_is_replayed_by_the_other(world: World, lane: Door, plain: Door) -> None:
    session, headers = world.session(DAY), JSON | {"Authorization": f"Bearer {token(world)}"}
    numbers = world.hand_over(2, day=DAY)
    for number, (first, then) in zip(numbers, ((lane, plain), (plain, lane)), strict=True):
        item = {
            "id": str(new_id(on(DAY))),
            "code": world.code(number),
            "training_session": str(session),
            "redeemed_at": on(DAY, 15).isoformat(),
        }
        body = json.dumps(item).encode()
        assert first("POST", SINGLE, headers, body)[0] == 201
        status, _headers, said = then("POST", SINGLE, headers, body)
        assert (status, said["replayed"], said["number"]) == (200, True, number)
        same(lane, plain, "POST", SINGLE, headers, body)
        again = json.dumps(item | {"id": str(new_id(on(DAY)))}).encode()
        same(lane, plain, "POST", SINGLE, headers, again)
        same(lane, plain, "POST", BATCH, headers, json.dumps({"redemptions": [item, item]}).encode())
        moved = json.dumps(item | {"redeemed_at": on(DAY, 16).isoformat()}).encode()
        same(lane, plain, "POST", SINGLE, headers, moved)
    assert world.states()[State.REDEEMED] == 2
    assert clean(world)
