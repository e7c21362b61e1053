"""The ASGI application of the lane: two addresses, bytes in, bytes out."""

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError
from django.utils import timezone, translation

from passnumerique.api import wire
from passnumerique.api.lane.callers import Callers
from passnumerique.api.lane.grouping import Groups
from passnumerique.api.lane.spending import Call, Spending
from passnumerique.api.problems import (
    BadToken,
    LengthMissing,
    MethodNotAllowed,
    RegisterUnavailable,
    TooManyWrongCodes,
    UnexpectedError,
    UnsupportedMediaType,
)
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.training.operations import Presented
from passnumerique.vouchers.operations import Outcome

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]
Answer = tuple[int, bytes, list[tuple[bytes, bytes]]]

MOST_TOGETHER = 64
"""Passes of one group. A batch may be more by itself."""
RETRY_SECONDS = 2
_ADDRESS = re.compile(r"/api/v1/programmes/([a-z0-9-]{1,60})/redemptions(/batch)?/?", re.ASCII)
_JSON, _PROBLEM = b"application/json", b"application/problem+json"


class Lane:
    """Answers `POST …/redemptions` and `POST …/redemptions/batch`."""

    def __init__(self) -> None:
        self._callers = Callers()
        self._groups = Groups(Spending(self._callers).spend, MOST_TOGETHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, by the ASGI specification."""
        if scope["type"] != "http":
            return
        headers: Headers = dict(scope["headers"])
        try:
            status, body, more = await self._answer(scope, headers, receive)
        except Exception as error:
            status, body, more = _refused(error, headers)
        kind = _JSON if status < 400 else _PROBLEM  # noqa: PLR2004
        head = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *more,
        ]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> Answer:
        if scope["path"] == "/healthz":
            return 200, b"{}", []
        found = _ADDRESS.fullmatch(scope["path"])
        if found is None:
            raise NotFound
        if scope["method"] != "POST":
            raise MethodNotAllowed(allowed="POST")
        secret = _token(headers)
        body = await _body(headers, receive)
        return await (self._many if found[2] else self._one)(secret, found[1], body, headers)

    async def _one(self, secret: str, slug: str, body: bytes, headers: Headers) -> Answer:
        asked = wire.read_one(body)
        (outcome,) = await self._redeem(secret, slug, [asked])
        if outcome.refusal is None:
            return *wire.tell_one(outcome, asked), []
        with translation.override(_language(headers)):
            return *wire.tell_one(outcome, asked), []

    async def _many(self, secret: str, slug: str, body: bytes, headers: Headers) -> Answer:
        items = wire.read_many(body)
        outcomes = await self._redeem(secret, slug, wire.to_redeem(items))
        with translation.override(_language(headers)):
            return 200, wire.tell_many(items, outcomes), []

    async def _redeem(self, secret: str, slug: str, presented: list[Presented]) -> list[Outcome]:
        now = timezone.now()
        call = Call(secret, slug, presented, now, self._callers.known(secret, slug, now))
        outcomes: list[Outcome] = await self._groups.ask(call, len(presented))
        return outcomes


def _token(headers: Headers) -> str:
    kind, _, secret = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() != b"bearer" or not secret.isascii():
        raise BadToken
    return secret.strip().decode()


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The JSON that was sent. What is too long is refused by its length, before any of it is read."""
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _JSON:
        raise UnsupportedMediaType
    length = headers.get(b"content-length", b"")
    if not length and b"transfer-encoding" in headers:
        raise LengthMissing
    wire.check_length(int(length[:12]) if length.isdigit() else 0)
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _language(headers: Headers) -> str:
    return wire.language_for(headers.get(b"accept-language", b"").decode("latin-1"))


def _refused(error: Exception, headers: Headers) -> Answer:
    """What refuses a whole request, as a problem."""
    refusal, more = error, []
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        log.error("lane_register_unavailable", exc_info=error)
        refusal, more = RegisterUnavailable(), [(b"retry-after", str(RETRY_SECONDS).encode())]
    elif not isinstance(error, Refusal):
        log.error("lane_unexpected_error", exc_info=error)
        refusal = UnexpectedError()
    elif isinstance(error, BadToken):
        more = [(b"www-authenticate", b'Bearer realm="passnumerique"')]
    elif isinstance(error, TooManyWrongCodes):
        more = [(b"retry-after", str(error.params["seconds"]).encode())]
    elif isinstance(error, MethodNotAllowed):
        more = [(b"allow", b"POST")]
    with translation.override(_language(headers)):
        status, body = wire.problem(refusal)  # type: ignore[arg-type]
    return status, body, more
