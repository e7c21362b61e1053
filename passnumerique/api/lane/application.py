"""The ASGI application of the lane: two addresses, bytes in, bytes out."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.utils import timezone, translation

from passnumerique.api import wire
from passnumerique.api.answers import headers_of, refusal_of
from passnumerique.api.gate import Caller
from passnumerique.api.lane.callers import Callers
from passnumerique.api.lane.grouping import Groups
from passnumerique.api.lane.spending import Call, Spending
from passnumerique.api.problems import BadToken
from passnumerique.directory.rules import looks_like_a_secret
from passnumerique.ground.problems import MethodNotAllowed, check_body, language_for
from passnumerique.ground.refusals import NotFound
from passnumerique.vouchers.operations import Outcome

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = dict[bytes, bytes]

MOST_TOGETHER = 64
"""Passes of one group. A batch may be more by itself."""
RENEWED_SECONDS = 2
"""How often what is believed of those who keep coming is asked again, well before it is believed no more."""
_ADDRESS = re.compile(r"/api/v1/programmes/([a-z0-9-]{1,60})/redemptions(/batch)?", re.ASCII)
_JSON, _PROBLEM = b"application/json", b"application/problem+json"


class Lane:
    """Answers `POST …/redemptions` and `POST …/redemptions/batch`."""

    def __init__(self) -> None:
        self._callers, self._thread = Callers(), ThreadPoolExecutor(1, "register")
        self._spending = Spending(self._callers)
        self._newcomers = Groups(self._spending.let_in, MOST_TOGETHER, self._thread)
        self._groups = Groups(self._spending.spend, MOST_TOGETHER, self._thread)
        self._renewed_by: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, by the ASGI specification."""
        if scope["type"] != "http":
            return
        self._keep_fresh()
        headers: Headers = dict(scope["headers"])
        more: list[tuple[bytes, bytes]] = []
        with _speaking(headers):
            try:
                status, body = await self._answer(scope, headers, receive)
            except Exception as error:
                refusal = refusal_of(error)
                status, body = wire.problem(refusal)
                more = [(name.lower().encode(), value.encode()) for name, value in headers_of(refusal).items()]
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

    def _keep_fresh(self) -> None:
        loop = asyncio.get_running_loop()
        if self._renewed_by is not loop:
            self._renewed_by = loop
            loop.call_later(RENEWED_SECONDS, self._renew, loop)

    def _renew(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_in_executor(self._thread, self._spending.renew)
        loop.call_later(RENEWED_SECONDS, self._renew, loop)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive) -> tuple[int, bytes]:
        if scope["path"] == "/healthz":
            return 200, b"{}"
        found = _ADDRESS.fullmatch(scope["path"])
        if found is None:
            raise NotFound
        if scope["method"] != "POST":
            raise MethodNotAllowed(allowed="POST")
        secret, slug = _token(headers), found[1]
        caller = self._callers.known(secret, slug, timezone.now()) or await self._newcomers.ask((secret, slug))
        body = await _body(headers, receive)
        return await (self._many if found[2] else self._one)(secret, caller, body)

    async def _one(self, secret: str, caller: Caller, body: bytes) -> tuple[int, bytes]:
        asked = wire.read_one(body)
        (outcome,) = await self._groups.ask(Call(secret, caller, [asked]))
        return wire.tell_one(outcome, asked)

    async def _many(self, secret: str, caller: Caller, body: bytes) -> tuple[int, bytes]:
        items = wire.read_many(body)
        presented = wire.to_redeem(items)
        outcomes: list[Outcome] = []
        if presented:
            outcomes = await self._groups.ask(Call(secret, caller, presented), len(presented))
        return 200, wire.tell_many(items, outcomes)


def _speaking(headers: Headers) -> AbstractContextManager[None]:
    """The language of whoever asks, for this task alone, unless it is in force as it is."""
    language = language_for(headers.get(b"accept-language", b"").decode("latin-1"))
    return nullcontext() if language == translation.get_language() else translation.override(language)


def _token(headers: Headers) -> str:
    kind, _, secret = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() != b"bearer" or not secret.isascii():
        raise BadToken
    found = secret.strip().decode()
    if not looks_like_a_secret(found):
        raise BadToken
    return found


async def _body(headers: Headers, receive: Receive) -> bytes:
    """The JSON that was sent. What is too long is refused by its length, before any of it is read."""
    kind, length = (headers.get(name, b"").decode("latin-1") for name in (b"content-type", b"content-length"))
    check_body(kind, length, chunked=b"transfer-encoding" in headers)
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
