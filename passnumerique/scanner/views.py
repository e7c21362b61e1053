"""The four calls of a device: gate, wire, one operation or query, wire. No session and no cookie."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from passnumerique.ground.problems import (
    JSON,
    PROBLEM_JSON,
    MethodNotAllowed,
    check_body,
    headers_of,
    language_for,
    refusal_of,
)
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.ground.sealing import public_jwk, sealing_key
from passnumerique.scanner import wire
from passnumerique.scanner.gate import Caller, caller_of, let_in, note_guesses, noted, paired, require_patience
from passnumerique.scanner.problems import TooManyGuesses, TooManyPairings
from passnumerique.training.operations.syncing import sync_queued
from passnumerique.training.queries.rosters import roster_for
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.offline import scanner_rules

Answer = tuple[int, Mapping[str, Any]]
REFUSED = 400


def call(method: str) -> Callable[[Callable[[HttpRequest], Answer]], Callable[..., HttpResponse]]:
    """A call by that method: answered in JSON, refused as a problem, kept by no cache, in the reader's language."""

    def wrap(view: Callable[[HttpRequest], Answer]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest) -> HttpResponse:
            with translation.override(language_for(request.headers.get("Accept-Language"))):
                try:
                    if request.method != method:
                        raise MethodNotAllowed(allowed=method)
                    status, told = view(request)
                    return _answer(status, wire.tell(told))
                except Exception as error:
                    return _refused(refusal_of(error, "scanner"))

        return answered

    return wrap


@call("POST")
def pair(request: HttpRequest) -> Answer:
    """Pair a device by the code that a desk shows, once; its secret is told this once."""
    given, now = wire.read_pairing(_body(request)), timezone.now()
    made = paired(request, given.pairing, now)
    caller = caller_of(made.holder, now)
    noted(caller, given.device_now)
    return 201, {
        "device_id": str(made.holder.device_id),
        "secret": made.secret,
        "label": made.holder.label,
        **_where(caller),
        "seal_key": public_jwk(sealing_key(settings.CODE_KEY)),
        "server_now": caller.at.isoformat(),
    }


@call("POST")
def hello(request: HttpRequest) -> Answer:
    """Whether the device is still let in, what time it is, and of which day its roster should be."""
    caller = let_in(request, timezone.now())
    given = wire.read_hello(_body(request))
    skew_ms = noted(caller, given.device_now)
    day = timezone.localdate(caller.at).isoformat()
    return 200, {"server_now": caller.at.isoformat(), "skew_ms": skew_ms, "revoked": False, "roster_day": day}


@call("GET")
def roster(request: HttpRequest) -> Answer:
    """What the device takes along: its place's sessions of today and tomorrow, the passes as tags, the rules."""
    caller = let_in(request, timezone.now())
    holder, rules = caller.holder, scanner_rules()
    told = wire.tell_roster(roster_for(holder.actor, holder.programme_id, caller.at))
    return 200, {
        "made_at": caller.at.isoformat(),
        **_where(caller),
        "rules": rules,
        "rules_version": rules["version"],
        "states": [state.value for state in State],
        **told,
    }


@call("POST")
def sync(request: HttpRequest) -> Answer:
    """Take up to 500 passes that were taken without network, and tell what became of each, in order."""
    caller = let_in(request, timezone.now())
    tries = require_patience(caller)
    sending = wire.read_sending(_body(request))
    skew_ms = noted(caller, sending.device_now)
    holder = caller.holder
    synced = sync_queued(
        programme_id=holder.programme_id,
        queued=sending.queued,
        ahead=caller.ahead(sending.device_now),
        since=caller.since,
        by=holder.actor,
        at=caller.at,
        tries=tries,
    )
    note_guesses(caller, (line.refusal for line in synced))
    told = wire.tell_synced(sending, synced)
    return 200, {"server_now": caller.at.isoformat(), "skew_ms": skew_ms, "outcomes": told}


@call("GET")
def nowhere(request: HttpRequest) -> Answer:
    """An address that the scanner does not have."""
    raise NotFound


def _where(caller: Caller) -> dict[str, Any]:
    holder = caller.holder
    return {
        "programme": {"slug": caller.slug, "name": caller.programme},
        "place": {"id": str(holder.actor.organisation_id), "name": holder.place},
    }


def _body(request: HttpRequest) -> bytes:
    """The JSON that was sent. What is too long is refused by its length, before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    check_body(request.META.get("CONTENT_TYPE", ""), length, chunked="HTTP_TRANSFER_ENCODING" in request.META)
    return request.body


def _answer(status: int, body: bytes) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type=JSON if status < REFUSED else PROBLEM_JSON)
    answer["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined] # told by its status, like every refusal
    return answer


def _refused(refusal: Refusal) -> HttpResponse:
    answer = _answer(*wire.tell_problem(refusal))
    for name, value in headers_of(refusal).items():
        answer[name] = value
    if isinstance(refusal, TooManyPairings | TooManyGuesses):
        answer["Retry-After"] = str(refusal.params["seconds"])
    if answer.status_code == 401:  # noqa: PLR2004
        answer["WWW-Authenticate"] = 'Device realm="passnumerique"'
    return answer
