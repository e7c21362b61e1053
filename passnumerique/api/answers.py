"""What every way in does with a body before it is read, and with an error: one rule for the plain views and
for the lane."""

import logging

from django.db import Error as DatabaseFault

from passnumerique.api.problems import (
    BadToken,
    LengthMissing,
    MethodNotAllowed,
    RegisterUnavailable,
    TooManyWrongCodes,
    UnexpectedError,
    UnsupportedMediaType,
)
from passnumerique.api.wire import check_length
from passnumerique.ground.refusals import Refusal

log = logging.getLogger(__name__)

JSON = "application/json"
RETRY_SECONDS = 2
"""When to come again after the register did not answer."""
MOST_DIGITS = 12


def check_body(content_type: str, length: str, *, chunked: bool) -> None:
    """Refuses, by its headers alone, a body that is no JSON, too long, or of unknown length."""
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType
    if not length and chunked:
        raise LengthMissing
    check_length(int(length[:MOST_DIGITS]) if length.isdecimal() else 0)


def refusal_of(error: Exception) -> Refusal:
    """What refuses a whole request: the refusal itself, or what stands for a fault, which is noted."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DatabaseFault):  # also after what is tried again by itself
        log.error("api_register_unavailable", exc_info=error)
        return RegisterUnavailable()
    log.error("api_unexpected_error", exc_info=error)
    return UnexpectedError()


def headers_of(refusal: Refusal) -> dict[str, str]:
    """The headers that go with a refusal."""
    if isinstance(refusal, BadToken):
        return {"WWW-Authenticate": 'Bearer realm="passnumerique"'}
    if isinstance(refusal, TooManyWrongCodes):
        return {"Retry-After": str(refusal.params["seconds"])}
    if isinstance(refusal, RegisterUnavailable):
        return {"Retry-After": str(RETRY_SECONDS)}
    if isinstance(refusal, MethodNotAllowed):
        return {"Allow": str(refusal.params["allowed"])}
    return {}
