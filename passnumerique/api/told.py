"""The description of the API: what is sent and told back, for OpenAPI 3.1."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from passnumerique.api.problems import PROBLEMS, address_of
from passnumerique.api.wire import Batch, Redemption
from passnumerique.vouchers.rules import State

PROBLEM_JSON = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"


class Told(BaseModel):
    """What the API answers holds these fields and no other."""

    model_config = ConfigDict(extra="forbid")


class Redeemed(Told):
    """A pass that was taken."""

    id: UUID
    status: Literal["redeemed"]
    number: int = Field(description="The number printed on the pass.")
    training_session: UUID
    redeemed_at: datetime
    replayed: Literal[True] = Field(True, description="Only in a 200: it had been recorded before.")


class FieldError(Told):
    """One field that cannot be used."""

    pointer: str = Field(description="Where it stands in what was sent (JSON pointer).")
    detail: str


class Problem(Told):
    """Why something was not done (RFC 9457)."""

    type: str = Field(description="Names the refusal: decide by it. Its address explains it to people.")
    title: str
    status: int
    detail: str = Field(description="For people: what happened and what to do next, in French or in English.")
    errors: list[FieldError] = Field([], description="Only in an invalid request.")


class ItemOutcome(Told):
    """What became of one item of a batch."""

    id: UUID | None = Field(description="Null where it could not be read.")
    status: Literal[200, 201, 409, 422]
    number: int = Field(0, description="The number printed on the pass, where the code is known.")
    problem: Problem = Field(None, description="Only in a 409 or 422.")  # type: ignore[assignment]


class Outcomes(Told):
    """What became of a batch: one outcome for each item, in order."""

    outcomes: list[ItemOutcome]


class VoucherTold(Told):
    """One pass, now."""

    number: int = Field(description="The number printed on the pass.")
    state: State
    state_label: str = Field(description="The state for people, in French or in English.")
    usable: bool = Field(description="Whether it could be spent today.")
    valid_until: date = Field(description="The end of validity, as it is announced.")
    usable_until: date = Field(description="The last day on which places may still take it.")


def described(*, statuses: Iterable[int], sends: type[BaseModel] | None = None) -> dict[str, Any]:
    """What ninja does not know by itself of an operation: its body, and the problems it may answer."""
    answers = {status: _problem(status) for status in sorted({*statuses, *_ALWAYS})}
    body = {"content": {"application/json": {"schema": _reference(sends)}}, "required": True} if sends else None
    return {"responses": answers} | ({"requestBody": body} if body else {})


_ALWAYS = (401, 403, 404, 405, 429, 503)
"""Every operation may answer these."""
OF_BODIES = (400, 411, 413, 415, 422)
"""Operations that read a body may answer these too."""


def _problem(status: int) -> dict[str, Any]:
    named = [address_of(refusal) for refusal, kind in PROBLEMS.items() if kind.status == status]
    headers = {429: _header("Retry-After"), 503: _header("Retry-After"), 401: _header("WWW-Authenticate")}
    said = {"description": ", ".join(sorted(named)), "content": {PROBLEM_JSON: {"schema": _reference(Problem)}}}
    return said | ({"headers": headers[status]} if status in headers else {})


def _header(name: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}}}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


class Api(NinjaAPI):
    """The API with the schemas that its operations read and tell by themselves."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The OpenAPI description, as ninja makes it and with our schemas among its components."""
        schema = super().get_openapi_schema(**given)
        ours = [(Redemption, "validation"), (Batch, "validation"), (Problem, "serialization")]
        _, definitions = models_json_schema(ours, ref_template=_REFERENCE)  # type: ignore[arg-type]
        schema["components"]["schemas"].update(definitions["$defs"])
        return schema
