"""The page and its files, as they stand in `frontend/scanner`: small, without a build, read anew when changed.

Only here may a page run WebAssembly: it reads QR codes where the browser cannot.
"""

import hashlib
from pathlib import Path
from typing import cast

from csp.constants import NONE, SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from passnumerique.scanner.precache import FOLDER, told

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, WASM_UNSAFE_EVAL],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "form-action": [NONE],
}
"""What differs from the policy of the other pages."""


@csp_replace(POLICY)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The scanner. For anybody: it shows nothing before a device is paired."""
    answer = _given(request, "index.html")
    answer["Permissions-Policy"] = "camera=(self)"
    return answer


@csp_replace(POLICY)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which may keep the whole of `/scanner/`. Asked anew each time it is looked for."""
    answer = _answer(request, told() + (FOLDER / "sw.js").read_bytes(), ".js")
    answer["Service-Worker-Allowed"] = "/scanner/"
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page installable."""
    return _given(request, "manifest.webmanifest")


@csp_replace(POLICY)  # type: ignore[arg-type] # its types know no view with an argument
@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the page. Nothing outside of its folder, nothing hidden."""
    return _given(request, name)


def _given(request: HttpRequest, name: str) -> HttpResponse:
    try:
        path = (FOLDER / name).resolve()
        inside = path.is_relative_to(FOLDER.resolve())  # an absolute name, or a link, leads out of the folder
        if path.suffix not in KINDS or not inside or any(part.startswith(".") for part in Path(name).parts):
            raise Http404
        content = path.read_bytes()
    except (OSError, ValueError):  # no such file, or a name that none can have
        raise Http404 from None
    return _answer(request, content, path.suffix)


def _answer(request: HttpRequest, content: bytes, suffix: str) -> HttpResponse:
    """Told whole, or as not changed to a browser that has it."""
    answer = HttpResponse(content, content_type=KINDS[suffix])
    answer["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer["Cache-Control"] = "no-cache"
    return cast("HttpResponse", get_conditional_response(request, etag=answer["ETag"], response=answer))
