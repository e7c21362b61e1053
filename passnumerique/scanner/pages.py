"""The page and its files, as they stand in `frontend/scanner`: small, without a build, read anew when changed.

Only here may a page run WebAssembly: it reads QR codes where the browser cannot.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import cast

from csp.constants import NONE, SELF
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
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}


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
    answer = _given(request, "sw.js")
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


@csp_replace(POLICY)
@require_safe
def precache(request: HttpRequest) -> HttpResponse:
    """Which files a device keeps, each with its digest: a module of the service worker."""
    answer = HttpResponse(told(), content_type=KINDS[".js"])
    answer["Cache-Control"] = "no-cache"
    return answer


def _given(request: HttpRequest, name: str) -> HttpResponse:
    path = FOLDER / name
    kind = KINDS.get(path.suffix)
    if kind is None or ".." in path.parts or any(part.startswith(".") for part in Path(name).parts):
        raise Http404
    try:
        seen = path.stat()
        content, mark = _read(path, seen.st_mtime_ns, seen.st_size)
    except OSError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=kind)
    answer["ETag"] = f'"{mark}"'
    answer["Cache-Control"] = "no-cache"
    return cast("HttpResponse", get_conditional_response(request, etag=answer["ETag"], response=answer))


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:32]
