"""The program of a place: a token in every request, and no browser."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils.timezone import now

from passnumerique.directory.operations import create_token
from passnumerique.directory.rules import Scope
from passnumerique.ground.ids import new_id
from tests.journeys.office import NOON, TODAY
from tests.rooms.world import World

PROBLEM = "application/problem+json"
EVERY_SCOPE = tuple(Scope)


def token(world: World, place: int = 0, scopes: Iterable[Scope] = EVERY_SCOPE, **changes: Any) -> str:
    """The secret of a new token of the place of that rank, good for a day."""
    given = {"by": world.manager, "at": now(), "expires_at": now() + timedelta(days=1), "label": "Lecteur (fictif)"}
    made = create_token(organisation_id=world.places[place], scopes=scopes, **given | changes)
    return made.secret


@dataclass
class Told:
    """One answer: its status, its body, and its headers."""

    status: int
    body: Any
    headers: Any

    @property
    def type(self) -> str:
        """Which problem it is, by the last word of its type; nothing for a success."""
        return str(self.body.get("type", "")).removeprefix("/api/problems/")


@dataclass
class Program:
    """What a place's program sends to one programme of one world."""

    world: World
    secret: str
    slug: str = ""
    session_id: UUID | None = None

    def __post_init__(self) -> None:
        self.slug = self.slug or self.world.slug
        self.session_id = self.session_id or self.world.session(TODAY, room=new_id(NOON).hex[-8:])

    def send(self, path: str, body: Any = None, *, method: str = "POST", **options: Any) -> Told:
        """Ask below the programme's address; `body` is bytes as they are, or anything else as JSON."""
        headers = {"Authorization": f"Bearer {self.secret}"} | options.pop("headers", {})
        given = {"content_type": "application/json"} | options
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = Client(raise_request_exception=False).generic(
            method,
            f"/api/v1/programmes/{self.slug}/{path}",
            data,
            headers={name: value for name, value in headers.items() if value is not None},
            **given,
        )
        kind = answer.headers["Content-Type"]
        assert kind == ("application/json" if answer.status_code < 400 else PROBLEM), (kind, answer.content[:200])
        if kind == PROBLEM:
            assert answer.json()["status"] == answer.status_code
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        return Told(answer.status_code, answer.json(), answer.headers)

    def item(self, number: int | str, **changes: Any) -> dict[str, Any]:
        """What is sent for one pass, by its number or as the code given."""
        made = {
            "id": str(new_id(NOON)),
            "code": self.world.code(number) if isinstance(number, int) else number,
            "training_session": str(self.session_id),
            "redeemed_at": NOON.isoformat(),
        }
        return made | changes

    def redeem(self, number: int | str, **changes: Any) -> Told:
        """Take one pass."""
        return self.send("redemptions", self.item(number, **changes))

    def batch(self, *items: Any) -> Told:
        """Take several."""
        return self.send("redemptions/batch", {"redemptions": list(items)})

    def read(self, code: str) -> Told:
        """Ask about a pass."""
        return self.send(f"vouchers/{code}", method="GET")


def pointers(told: Any) -> set[str]:
    """Where a problem says that something is wrong."""
    return {one["pointer"] for one in told["errors"]}
