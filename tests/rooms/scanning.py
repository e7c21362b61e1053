"""A device as the tests hold it: paired through the real calls, with a clock of its own, sealing like a browser."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers, derive_private_key
from django.test import Client

from passnumerique.directory.operations import AddedDevice, add_device
from passnumerique.ground.chance import chance
from passnumerique.ground.ids import new_id
from passnumerique.ground.sealing import seal
from passnumerique.vouchers.rules.offline import Listed, found_in, read, tags_of
from tests.rooms.world import World


def added(world: World, place: int = 0, label: str = "Tablette (fictif)", **given: Any) -> AddedDevice:
    """A device of a place of the world, not paired yet, added by its manager unless told otherwise."""
    details = {"by": world.manager, "organisation_id": world.places[place], "label": label}
    return add_device(programme_id=world.programme_id, **(details | given))


def sealed(jwk: dict[str, str], code: str) -> str:
    """A code sealed to the public key that pairing gave."""
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[part] + "=="), "big") for part in "xy")
    public = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    ephemeral = derive_private_key(chance().getrandbits(250) + 1, SECP256R1())
    return seal(public, code, ephemeral, chance().randbytes(12))


@dataclass
class Device:
    """A paired device. `ahead`: how far its clock is ahead of the real one."""

    client: Client
    told: dict[str, Any]
    ahead: timedelta = timedelta(0)
    seq: Any = field(default_factory=lambda: count(1))

    def clock(self, at: datetime) -> str:
        """What the device's clock shows at an instant."""
        return (at + self.ahead).isoformat()

    def line(self, code: str, session: UUID, at: datetime, **changes: Any) -> dict[str, Any]:
        """A pass taken at an instant, as it is queued."""
        given = {
            "id": str(new_id(at)),
            "sealed": sealed(self.told["seal_key"], code),
            "session": str(session),
            "scanned_at": self.clock(at),
            "participant": None,
            "seq": next(self.seq),
        }
        return given | {name: str(value) if isinstance(value, UUID) else value for name, value in changes.items()}

    def post(self, call: str, body: Any, **headers: str) -> Any:
        """One call with the device's secret."""
        text = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"authorization": f"Device {self.told['secret']}"} | headers
        return self.client.post(f"/scanner/api/{call}", text, content_type="application/json", headers=given)

    def sync(self, lines: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
        """Send lines at an instant; what became of each."""
        answer = self.post("sync", {"device_now": self.clock(at), "items": lines})
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["outcomes"]
        assert [one["id"] for one in found] == [line["id"] for line in lines]
        return found

    def roster(self) -> dict[str, Any]:
        """What it takes along."""
        answer = self.client.get("/scanner/api/roster", headers={"authorization": f"Device {self.told['secret']}"})
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    @staticmethod
    def looked_up(roster: dict[str, Any], text: str) -> Listed | None:
        """What a roster says of a pass that is shown."""
        _found, code = read(text)
        (tag,) = tags_of(base64.b64decode(roster["tag_key"]), [code])
        return found_in(base64.b64decode(roster["passes"]), tag)


def pair(pairing: str, at: datetime, ahead: timedelta = timedelta(0), client: Client | None = None) -> Device:
    """The device that this code pairs, at an instant of the real clock."""
    client = client or Client()
    body = json.dumps({"pairing": pairing, "device_now": (at + ahead).isoformat()})
    answer = client.post("/scanner/api/pair", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return Device(client, answer.json(), ahead)
