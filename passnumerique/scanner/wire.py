"""The wire format of the scanner's calls: from bytes to what a device says, from what became of it to bytes.

Knows no request, no database and no clock. Reading is strict; the lines of a sending are read one by one, so
that one that cannot be used is told as such and the others go on.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.problems import Flaw, InvalidRequest, TooManyItems, UnreadableJson, check_length, members_of
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.scanner.problems import BASE, kind_of
from passnumerique.training.operations.syncing import Queued, Synced
from passnumerique.training.queries.rosters import Roster, RosterSeat, RosterSession
from passnumerique.training.rules.disputes import SyncStatus

MOST_ITEMS = 500
LONGEST_CODE = 64
LONGEST_SEALED = 400
"""Letters of base 64."""
LONGEST_PAIRING = 40
MOST_FLAWS = 20
_LONGEST_KEY = 40


def _not_nobody(given: UUID) -> UUID:
    """The UUID of nothing but zeros is what a program sends that forgot to make one."""
    if given == NOBODY:
        raise PydanticCustomError("nobody", "zeros only")
    return given


Id = Annotated[UUID, AfterValidator(_not_nobody)]
Instant = Annotated[
    AwareDatetime, Field(strict=False, ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2900, 1, 1, tzinfo=UTC))
]
"""By a device's clock, which may be wrong by years: an empty battery leaves it in 1970."""


class Pairing(BaseModel):
    """A device that is to be paired."""

    model_config = ConfigDict(strict=True, extra="forbid")

    pairing: str = Field(min_length=1, max_length=LONGEST_PAIRING)
    device_now: Instant


class Hello(BaseModel):
    """A device that asks whether it is still let in, and how far its clock is wrong."""

    model_config = ConfigDict(strict=True, extra="forbid")

    device_now: Instant


class Item(BaseModel):
    """One pass that was taken: its code sealed, or in clear where it was never queued."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: Id
    sealed: str = Field("", max_length=LONGEST_SEALED)
    code: str = Field("", max_length=LONGEST_CODE)
    session: UUID
    scanned_at: Instant
    participant: Id | None = None
    seq: int = Field(0, ge=0, le=2**53)


class _Sending(BaseModel):
    """What a device sends, its lines not looked at yet."""

    model_config = ConfigDict(strict=True, extra="forbid")

    device_now: Instant
    items: list[Any] = Field(min_length=1, max_length=MOST_ITEMS)


_ITEM = TypeAdapter(Item)
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not tried, and why; `id` as far as it could be read."""

    id: UUID | None
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Sending:
    """What a device sends: its clock, and its lines in order, each read or told as unread."""

    device_now: datetime
    lines: list[Queued | Unread]

    @property
    def queued(self) -> list[Queued]:
        """The lines that were read."""
        return [line for line in self.lines if isinstance(line, Queued)]


def read_pairing(body: bytes) -> Pairing:
    """A body of `pair`. Refuses JSON that cannot be read, and by its flaws one whose fields cannot be used."""
    return _read(Pairing, body)


def read_hello(body: bytes) -> Hello:
    """A body of `hello`; see `read_pairing`."""
    return _read(Hello, body)


def read_sending(body: bytes) -> Sending:
    """A body of `sync`. Refuses it as a whole when it is no whole JSON, no list, an empty or too long one."""
    given = _read(_Sending, body)
    return Sending(given.device_now, [_line(row) for row in given.items])


def _read(kind: type[T], body: bytes) -> T:
    check_length(len(body))
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise _refusal_of(error) from None


def _line(row: Any) -> Queued | Unread:
    if isinstance(row, dict) and len(row) > MOST_FLAWS:
        return Unread(_id_in(row), InvalidRequest([Flaw("#", _OTHERWISE)]))
    try:
        item = _ITEM.validate_json(json.dumps(row))
    except ValidationError as error:
        return Unread(_id_in(row), _refusal_of(error))
    if bool(item.sealed) == bool(item.code):
        return Unread(item.id, InvalidRequest([Flaw("#/sealed", _ONE_CODE)]))
    return Queued(item.id, item.session, item.scanned_at, item.participant, item.sealed, item.code)


def _id_in(row: Any) -> UUID | None:
    try:
        return UUID(row["id"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


_OTHERWISE = N_("Cette valeur n’est pas acceptée.")
_ONE_CODE = N_("Envoyez le code chiffré ou le code en clair, l’un des deux.")


def _refusal_of(error: ValidationError) -> Refusal:
    """What pydantic found, as one of ours."""
    if error.error_count() > MOST_FLAWS:
        return InvalidRequest([Flaw("#", _OTHERWISE)])
    found = error.errors(include_url=False, include_context=False, include_input=False)
    kinds = {one["type"] for one in found}
    if "json_invalid" in kinds:
        return UnreadableJson()
    if "too_long" in kinds:
        return TooManyItems(most=MOST_ITEMS)
    return InvalidRequest([Flaw(_pointer(one["loc"]), _OTHERWISE) for one in found])


def _pointer(steps: Iterable[int | str]) -> str:
    return "#" + "".join("/" + str(step)[:_LONGEST_KEY].replace("~", "~0").replace("/", "~1") for step in steps)


def tell(told: Mapping[str, Any]) -> bytes:
    """An answer as JSON."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def tell_problem(refusal: Refusal) -> tuple[int, bytes]:
    """Status and body of what refuses a whole call, in the language in force; `name` says it to programs."""
    kind = kind_of(refusal)
    return kind.status, tell(members_of(refusal, kind, BASE) | {"name": refusal.name})


def tell_synced(sending: Sending, synced: Iterable[Synced]) -> list[dict[str, Any]]:
    """What became of each line, in the order in which they were sent."""
    done = iter(synced)
    return [_unread(line) if isinstance(line, Unread) else _synced(next(done)) for line in sending.lines]


def _unread(line: Unread) -> dict[str, Any]:
    told = {"id": str(line.id) if line.id else None, "status": SyncStatus.REFUSED.value}
    return told | {"refusal": line.refusal.name, "sentence": line.refusal.say()}


def _synced(line: Synced) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(line.id), "status": line.status.value}
    if line.refusal is not None:
        told |= {"refusal": line.refusal.name, "sentence": line.refusal.say()}
    used = day_of(line.used_at).isoformat() if line.used_at else None
    more = {"number": line.number, "place": line.place or None, "day": used, "dispute": line.dispute}
    return told | {name: value for name, value in more.items() if value is not None}


def tell_roster(roster: Roster) -> dict[str, Any]:
    """The part of a roster that the place and the programme's passes make."""
    passes = roster.passes
    return {
        "day": roster.day.isoformat(),
        "expires_at": roster.expires_at.isoformat(),
        "tag_key": base64.b64encode(passes.tag_key).decode(),
        "complete": passes.complete,
        "passes": base64.b64encode(passes.records).decode(),
        "places": [{"name": name} for name in roster.places],
        "sessions": [_session(one) for one in roster.sessions],
        "calendar": {
            "last_day_of_use": roster.last_day_of_use.isoformat(),
            "validity_until": roster.validity_until.isoformat(),
        },
    }


def _session(one: RosterSession) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "title": one.title,
        "room": one.room,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "seats": one.seats,
        "price": one.price,
        "participants": [_seat(seat) for seat in one.participants],
    }


def _seat(seat: RosterSeat) -> dict[str, Any]:
    tag = base64.b64encode(seat.tag).decode() if seat.tag else None
    return {"id": str(seat.id), "rank": seat.rank, "label": seat.label, "tag": tag, "status": seat.status}
