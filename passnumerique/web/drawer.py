"""Files kept between the steps of an import: on the server, for an hour, each reader their own.

A file stands in a session row of its own, so that it is not read again with every page; the reader's
session only holds the key. Nothing of it is ever in an address or in the page.
"""

import base64
import zlib
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Kept:
    """A file that was sent, as it was sent."""

    filename: str
    content: bytes


def keep(request: HttpRequest, name: str, filename: str, content: bytes) -> None:
    """Keep a file under that name; the one kept there before is thrown away."""
    throw_away(request, name)
    row = _row()
    packed = base64.b64encode(zlib.compress(content)).decode()
    row.update({"filename": filename, "content": packed})
    row.set_expiry(KEPT_SECONDS)
    row.create()
    request.session["drawers"] = {**_keys(request), name: row.session_key}


def kept(request: HttpRequest, name: str) -> Kept | None:
    """The file kept under that name, or None when there is none or its hour is over."""
    key = _keys(request).get(name)
    row = _row(key) if key else None
    if row is None or "content" not in row:
        return None
    return Kept(row["filename"], zlib.decompress(base64.b64decode(row["content"])))


def throw_away(request: HttpRequest, name: str) -> None:
    """Keep that file no longer."""
    keys = _keys(request)
    key = keys.pop(name, None)
    if key:
        _row(key).delete()
        request.session["drawers"] = keys


def _keys(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get("drawers", {}))


def _row(key: str | None = None) -> SessionBase:
    made: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return made
