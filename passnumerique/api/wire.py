"""The wire format of redemptions: from bytes to what was presented, from outcomes to bytes.

Knows no request, no database and no clock; shared by every way in. Reading is strict: a field that is
unknown, missing or of another type is refused, never guessed. A batch is read item by item: an item
that cannot be used is told as such, and the others go on. Sentences are said in the language in force.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError, from_json

from passnumerique.api.problems import BASE, GUESSES, kind_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.problems import (
    CONFLICT,
    UNPROCESSABLE,
    Flaw,
    InvalidRequest,
    TooManyItems,
    UnreadableJson,
    check_length,
    members_of,
)
from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.training.operations import Presented
from passnumerique.vouchers.operations import Outcome
from passnumerique.vouchers.rules.refusals import IdAlreadyUsed

MOST_ITEMS = 500
LONGEST_CODE = 64
MOST_FLAWS = 20
"""How many flaws of one thing are told at once. Of something with far more, none is: that is no mistake."""
_LONGEST_KEY = 40
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _not_nobody(given: UUID) -> UUID:
    """The UUID of nothing but zeros is what a program sends that forgot to make one."""
    if given == NOBODY:
        raise PydanticCustomError("nobody", "zeros only")
    return given


def _written_with_offset(given: Any) -> Any:
    if not isinstance(given, str) or not _RFC3339.fullmatch(given):
        raise PydanticCustomError("rfc3339", "no RFC 3339 instant")
    return given


Id = Annotated[UUID, AfterValidator(_not_nobody)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_CODE)]
Instant = Annotated[
    AwareDatetime,
    Field(strict=False, ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
    BeforeValidator(_written_with_offset, json_schema_input_type=AwareDatetime),
]


class Redemption(BaseModel):
    """One pass presented at a training session."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: Id = Field(description="Made by the client, once for this use; sent again on every retry. UUIDv7 is best.")
    code: Code = Field(description="The code as typed or read: case, blanks and dashes do not matter; O is read as 0.")
    training_session: UUID = Field(description="The training session, one of the place that the token acts for.")
    redeemed_at: Instant = Field(description="When the pass was taken, by the place's clock, with its offset.")
    participant: Id | None = Field(
        None, description="One id for all the passes that one person gives for this session; none for one pass."
    )


class Batch(BaseModel):
    """Passes presented together."""

    model_config = ConfigDict(strict=True, extra="forbid")

    redemptions: list[Redemption] = Field(min_length=1, max_length=MOST_ITEMS)


class _Envelope(BaseModel):
    """A batch whose items have not been looked at."""

    model_config = ConfigDict(strict=True, extra="forbid")

    redemptions: list[Any] = Field(min_length=1, max_length=MOST_ITEMS)


_ONE = TypeAdapter(Redemption)
_MANY = TypeAdapter(Batch)
_ENVELOPE = TypeAdapter(_Envelope)


@dataclass(frozen=True, slots=True)
class Problem:
    """An item of a batch that was not tried, and why; `id` as far as it could be read."""

    id: UUID | None
    refusal: Refusal


def read_one(body: bytes) -> Presented:
    """One redemption. Refuses JSON that cannot be read, and by its flaws one whose fields cannot be used."""
    check_length(len(body))
    try:
        return _presented(_ONE.validate_json(body))
    except ValidationError as error:
        raise _refusal_of(error) from None


def read_many(body: bytes) -> list[Presented | Problem]:
    """The items of a batch in order, each presented or told as a problem.

    Refuses the whole body when it is no JSON, no batch, empty or too long a list.
    """
    check_length(len(body))
    try:
        return [_presented(row) for row in _MANY.validate_json(body).redemptions]
    except ValidationError:
        return _one_by_one(body)


def to_redeem(items: Iterable[Presented | Problem]) -> list[Presented]:
    """What of a batch goes to the register, in order."""
    return [item for item in items if isinstance(item, Presented)]


def _presented(row: Redemption) -> Presented:
    return Presented(row.id, row.code, row.training_session, row.redeemed_at, row.participant)


def _one_by_one(body: bytes) -> list[Presented | Problem]:
    """The slow path of a batch in which something is wrong."""
    try:
        rows = _ENVELOPE.validate_python(from_json(body)).redemptions
    except ValidationError as error:
        raise _refusal_of(error) from None
    except ValueError:
        raise UnreadableJson from None
    return [_read_item(row) for row in rows]


def _read_item(row: Any) -> Presented | Problem:
    if isinstance(row, dict) and len(row) > MOST_FLAWS:
        return Problem(_id_in(row), InvalidRequest([Flaw("#", _OTHERWISE)]))
    try:
        return _presented(_ONE.validate_json(json.dumps(row)))
    except ValidationError as error:
        return Problem(_id_in(row), _refusal_of(error))


def _id_in(row: Any) -> UUID | None:
    try:
        return UUID(row["id"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


_SENTENCES = {
    "missing": N_("Ce champ est obligatoire."),
    "extra_forbidden": N_("Ce champ n’est pas connu. Retirez-le."),
    "nobody": N_("Cet identifiant n’est fait que de zéros. Créez un UUID pour chaque utilisation."),
    "uuid": N_("Indiquez un UUID, comme 0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e6f."),
    "rfc3339": N_("Indiquez une date, une heure et un décalage, comme 2022-10-11T14:30:00+02:00."),
    "datetime": N_("Indiquez une date, une heure et un décalage, comme 2022-10-11T14:30:00+02:00."),
    "timezone": N_("Indiquez une date, une heure et un décalage, comme 2022-10-11T14:30:00+02:00."),
    "greater": N_("Indiquez une date entre 2000 et 2099."),
    "less": N_("Indiquez une date entre 2000 et 2099."),
    "string": N_("Indiquez un texte de 1 à 64 caractères."),
    "list": N_("Indiquez une liste."),
    "too": N_("Indiquez au moins une utilisation."),
    "model": N_("Indiquez un objet JSON."),
}
_OTHERWISE = N_("Cette valeur n’est pas acceptée.")


def _refusal_of(error: ValidationError) -> Refusal:
    """What pydantic found, as one of ours."""
    if error.error_count() > 10 * MOST_FLAWS:  # each costs microseconds to tell apart, and a body has room for many
        return InvalidRequest([Flaw("#", _OTHERWISE)])
    found = error.errors(include_url=False, include_context=False, include_input=False)
    kinds = {one["type"] for one in found}
    if "json_invalid" in kinds:
        return UnreadableJson()
    if "too_long" in kinds:
        return TooManyItems(most=MOST_ITEMS)
    return InvalidRequest([_flaw(one) for one in found[:MOST_FLAWS]])


def _flaw(one: ErrorDetails) -> Flaw:
    steps = (str(step)[:_LONGEST_KEY].replace("~", "~0").replace("/", "~1") for step in one["loc"])
    kind = one["type"]
    sentence = _SENTENCES.get(kind) or _SENTENCES.get(kind.partition("_")[0], _OTHERWISE)
    return Flaw("#" + "".join(f"/{step}" for step in steps), sentence)


def tell_one(outcome: Outcome, asked: Presented) -> tuple[int, bytes]:
    """Status and body for one redemption: 201 done, 200 done before, 409 and 422 a problem."""
    if outcome.refusal is not None:
        return problem(outcome.refusal, _status_of(outcome.refusal))
    again = ',"replayed":true' if outcome.replayed else ""
    body = (
        f'{{"id":"{asked.id}","status":"redeemed","number":{outcome.number},'
        f'"training_session":"{asked.session_id}","redeemed_at":"{asked.redeemed_at.isoformat()}"{again}}}'
    )
    return 200 if outcome.replayed else 201, body.encode()


def tell_many(items: Iterable[Presented | Problem], outcomes: Iterable[Outcome]) -> bytes:
    """The body that tells a batch, in the order of its items; `outcomes` are those of `to_redeem`."""
    done = iter(outcomes)
    told = (_refused(item.id, item.refusal) if isinstance(item, Problem) else _told(next(done)) for item in items)
    return f'{{"outcomes":[{",".join(told)}]}}'.encode()


def _told(outcome: Outcome) -> str:
    if outcome.refusal is not None:
        return _refused(outcome.scan.id, outcome.refusal, outcome.number)
    status = 200 if outcome.replayed else 201
    return f'{{"id":"{outcome.scan.id}","status":{status},"number":{outcome.number}}}'


def _refused(item_id: UUID | None, refusal: Refusal, number: int | None = None) -> str:
    status = _status_of(refusal)
    told: dict[str, Any] = {"id": str(item_id) if item_id else None, "status": status}
    if number is not None:
        told["number"] = number
    return _json(told | {"problem": _members(refusal, status)})


def _status_of(refusal: Refusal) -> int:
    """Said of one pass presented, anything but an id used twice is 422: a session not found too."""
    return CONFLICT if isinstance(refusal, IdAlreadyUsed) else UNPROCESSABLE


def problem(refusal: Refusal, status: int | None = None) -> tuple[int, bytes]:
    """Status and `application/problem+json` body of a refusal, in the language in force."""
    status = status or kind_of(refusal).status
    return status, _json(_members(refusal, status)).encode()


def _members(refusal: Refusal, status: int) -> dict[str, Any]:
    return members_of(refusal, kind_of(refusal), BASE, status)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def failed_codes(outcomes: Iterable[Outcome]) -> int:
    """How many of these outcomes count as failed codes against the token."""
    return sum(isinstance(outcome.refusal, GUESSES) for outcome in outcomes)
