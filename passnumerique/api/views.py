"""The three calls, in the plain way: gate, wire, one operation or query, wire.

No session and no cookie: a token in every request. Every answer that is not a success is a problem.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from passnumerique.api import wire
from passnumerique.api.answers import headers_of, refusal_of
from passnumerique.api.gate import Caller, let_in, note_failures, note_outcomes
from passnumerique.api.problems import (
    GUESSES,
    BadToken,
)
from passnumerique.api.told import OF_BODIES, PROBLEM_JSON, Api, Outcomes, Redeemed, VoucherTold, described
from passnumerique.directory.rules import Scope
from passnumerique.ground.dates import day_of
from passnumerique.ground.problems import JSON, check_body
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ground.words import say
from passnumerique.training.operations import redeem_presented
from passnumerique.vouchers.queries.asking import voucher_with_code

api = Api(
    title="Pass Numérique",
    version="1",
    description="Take passes at training sessions, and ask about one. See docs/api.md.",
    urls_namespace="api",
    docs_url=None,
)


class CallerRequest(HttpRequest):
    """A request that was let in."""

    auth: Caller


class Bearer(HttpBearer):
    """A token in the `Authorization` header, that must carry a scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Let the token into the programme of the address, or refuse it."""
        slug = request.resolver_match.kwargs["programme"] if request.resolver_match else ""
        return let_in(token.strip(), slug, self.scope, now=timezone.now())


@api.post(
    "programmes/{slug:programme}/redemptions",
    auth=Bearer(Scope.REDEEM),
    response={201: Redeemed, 200: Redeemed},
    operation_id="redeem",
    summary="Take one pass",
    openapi_extra=described(sends=wire.Redemption, statuses=(*OF_BODIES, 409)),
)
def redeem(request: CallerRequest, programme: str) -> HttpResponse:
    """Spend one pass at a training session of the token's place. Send it again with the same id until it is
    answered: it is taken once."""
    caller = request.auth
    asked = wire.read_one(_body(request))
    outcomes = redeem_presented(programme_id=caller.programme_id, presented=[asked], by=caller.actor, at=caller.at)
    note_outcomes(caller, outcomes)
    return _answer(*wire.tell_one(outcomes[0], asked))


@api.post(
    "programmes/{slug:programme}/redemptions/batch",
    auth=Bearer(Scope.REDEEM),
    response={200: Outcomes},
    operation_id="redeem_batch",
    summary="Take up to 500 passes",
    openapi_extra=described(sends=wire.Batch, statuses=OF_BODIES),
)
def redeem_batch(request: CallerRequest, programme: str) -> HttpResponse:
    """Spend passes at training sessions of the token's place, and tell what became of each, in order. One
    that is refused stops none of the others."""
    caller = request.auth
    items = wire.read_many(_body(request))
    outcomes = redeem_presented(
        programme_id=caller.programme_id, presented=wire.to_redeem(items), by=caller.actor, at=caller.at
    )
    note_outcomes(caller, outcomes)
    return _answer(200, wire.tell_many(items, outcomes))


@api.get(
    "programmes/{slug:programme}/vouchers/{code}",
    auth=Bearer(Scope.READ),
    response={200: VoucherTold},
    operation_id="read_voucher",
    summary="Ask about one pass",
    openapi_extra=described(statuses=(422,)),
)
def read_voucher(request: CallerRequest, programme: str, code: str) -> HttpResponse:
    """What a pass is now, by its code, without spending it: nothing about who holds it."""
    caller = request.auth
    try:
        told = voucher_with_code(caller.actor, caller.programme_id, code, day=day_of(caller.at))
    except GUESSES as refusal:
        note_failures(caller, 1)
        return _refused(refusal, 404)
    said = VoucherTold(
        number=told.number,
        state=told.state,
        state_label=say(told.state.words),
        usable=told.usable,
        valid_until=told.validity_until,
        usable_until=told.last_day_of_use,
    )
    return _answer(200, said.model_dump_json().encode())


def _body(request: HttpRequest) -> bytes:
    """The JSON that was sent. What is too long is refused by its length, before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    check_body(request.META.get("CONTENT_TYPE", ""), length, chunked="HTTP_TRANSFER_ENCODING" in request.META)
    return request.body


def _answer(status: int, body: bytes) -> HttpResponse:
    return HttpResponse(body, status=status, content_type=JSON if status < 400 else PROBLEM_JSON)  # noqa: PLR2004


def _refused(refusal: Refusal, status: int | None = None) -> HttpResponse:
    return _answer(*wire.problem(refusal, status))


@api.exception_handler(Refusal)
@api.exception_handler(Exception)
def on_error(request: HttpRequest, error: Any) -> HttpResponse:
    """What refuses a whole request, as a problem; a fault of ours is noted, and told without its entrails."""
    refusal = refusal_of(error)
    answer = _refused(refusal)
    for name, value in headers_of(refusal).items():
        answer[name] = value
    return answer


@api.exception_handler(AuthenticationError)
def on_missing_token(request: HttpRequest, error: Any) -> HttpResponse:
    """No `Authorization: Bearer`: as a token that opens nothing."""
    return on_error(request, BadToken())


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Any) -> HttpResponse:
    """What Django did not find."""
    return on_error(request, NotFound())
