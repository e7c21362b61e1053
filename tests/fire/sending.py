"""Clients over HTTP that know what they sent: each answer is written down, and so is each answer that never came."""

import json
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from time import monotonic, sleep
from typing import Any

from tests.fire.desk import Desk
from tests.fire.history import AGAIN, NOTHING, Use

Shot = list[Use]
"""What is sent in one request: one use, or several as a batch."""


def alive(port: int) -> bool:
    """Whether a lane answers there."""
    asked = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


class Client:
    """One connection to a lane, opened again whenever it is lost."""

    def __init__(self, port: int, desk: Desk, timeout: float = 15) -> None:
        self.desk = desk
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)

    def send(self, shot: Shot) -> list[int]:
        """Present these in one request; the status of each, written down in its use as well."""
        answers = self._ask(shot)
        for use, answer in zip(shot, answers, strict=True):
            use.answers.append(answer)
        return answers

    def _ask(self, shot: Shot) -> list[int]:
        many = len(shot) > 1
        items = [self.desk.item(use) for use in shot]
        status, body = self.post(
            "redemptions/batch" if many else "redemptions",
            {"redemptions": items} if many else items[0],
            self.desk.tokens[shot[0].place],
        )
        if many and status == 200:
            return [one["status"] for one in body["outcomes"]]
        return [status] * len(shot)

    def post(self, path: str, body: Any, token: str) -> tuple[int, Any]:
        """The status and the body of one answer; `NOTHING` when none came."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        try:
            self._connection.request(
                "POST", f"/api/v1/programmes/{self.desk.world.slug}/{path}", json.dumps(body), headers
            )
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, HTTPException):
            self._connection.close()  # the next request opens it again
            return NOTHING, None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


class Load:
    """Clients that present what they have while the world burns around them: each use is sent once, and a
    client whose answer never came waits until it is told that the world is back."""

    def __init__(self, ports: Sequence[int], desk: Desk, shots: Iterable[Shot], clients: int = 8) -> None:
        self.shots, self.desk = deque(shots), desk
        self.back = threading.Event()
        self.answered = 0
        self._done = threading.Event()
        self._pool = ThreadPoolExecutor(clients)
        self._running = [self._pool.submit(self._client, ports[rank % len(ports)]) for rank in range(clients)]

    def _client(self, port: int) -> None:
        with Client(port, self.desk) as client:
            while not self._done.is_set():
                try:
                    shot = self.shots.popleft()
                except IndexError:
                    return
                if set(client.send(shot)) <= AGAIN:
                    self.back.wait(30)
                else:
                    self.answered += 1

    def end(self) -> None:
        """Wait until everything was sent."""
        self.back.set()
        try:
            for one in self._running:
                one.result(60)
        finally:
            self._done.set()
            self._pool.shutdown()


def send_again(port: int, desk: Desk, uses: Sequence[Use], seconds: float = 20) -> None:
    """Everything of which nothing is known, with the same ids, until each has an answer."""
    end = monotonic() + seconds
    with Client(port, desk) as client:
        for shot in by_people(uses):
            while set(client.send(shot)) <= AGAIN:
                assert monotonic() < end, f"never answered: {shot[0].answers}"
                sleep(0.1)


def by_people(uses: Sequence[Use]) -> list[Shot]:
    """Passes of one person go together."""
    found: dict[Any, Shot] = {}
    for use in uses:
        found.setdefault(use.participant or use.id, []).append(use)
    return list(found.values())
