"""Guessing codes is slow work here: ten wrong codes in ten minutes from one address, then one waits.

The codes are counted in the database: an address gains nothing by reaching several workers.
What is logged says that a guess failed and from which part of the network, hashed; never the code.
"""

import hashlib
import hmac
import ipaddress
import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from passnumerique.directory.operations import note_failed_codes
from passnumerique.directory.queries import too_many_failed_codes
from passnumerique.directory.rules import FAILED_CODES_WINDOW

log = logging.getLogger(__name__)
MOST_WRONG, WINDOW_SECONDS = 10, int(FAILED_CODES_WINDOW.total_seconds())
_OWN_BITS, _NETWORK_BITS = {4: 32, 6: 64}, {4: 24, 6: 48}


def must_wait(request: HttpRequest) -> bool:
    """Whether this address gave too many wrong codes: then no code is looked up, right or wrong."""
    return too_many_failed_codes(_subject(request), at=timezone.now(), most=MOST_WRONG) is not None


def count_wrong_code(request: HttpRequest) -> None:
    """Count one wrong code against the address it came from, and log it without the code."""
    note_failed_codes(_subject(request), 1, at=timezone.now())
    log.warning("code_guess_failed network=%s", _hashed(_network(request, _NETWORK_BITS)))


def _subject(request: HttpRequest) -> str:
    return f"public:{_network(request, _OWN_BITS)}"


def _network(request: HttpRequest, bits: dict[int, int]) -> str:
    """The first bits of the reader's address: one machine, or one line, or one neighbourhood of the network."""
    try:
        address = ipaddress.ip_address(_address(request))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, bits[address.version]), strict=False))


def _address(request: HttpRequest) -> str:
    """The reader's address; behind our own proxy, the one that the proxy itself saw and wrote last."""
    if settings.SECURE_PROXY_SSL_HEADER:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _hashed(text: str) -> str:
    """Keyed, so that nobody can try all addresses against a log."""
    return hmac.digest(settings.INDEX_KEY, text.encode(), hashlib.sha256).hex()[:12]
