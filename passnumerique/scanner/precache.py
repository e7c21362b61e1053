"""What a device keeps of the page: every file with its digest, told at the head of the service worker.

The list is read from the folders each time one of them changes, so that it is never older than the files:
the service worker takes a file only if its bytes are the ones told here, and keeps the version it has
until it can take them all.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

FOLDER: Path = settings.BASE_DIR / "frontend" / "scanner"
SHARED = (
    "vendor/fonts/atkinson-hyperlegible-mono-latin-normal.woff2",
    "vendor/fonts/atkinson-hyperlegible-next-latin-ext-normal.woff2",
    "vendor/fonts/atkinson-hyperlegible-next-latin-normal.woff2",
    "vendor/idb.js",
    "vendor/zxing-reader.js",
    "vendor/zxing_reader.wasm",
    "web/codes.js",
    "web/house.css",
    "web/ids.js",
)
"""Static files of the desks' pages that the scanner shares with them."""
NOT_KEPT = frozenset({"sw.js", "vectors.json"})
"""The service worker itself, which the browser keeps by its own means, and what only the tests read."""
_PLACES = {"index.html": "./", "manifest.webmanifest": "manifest.webmanifest"}
"""Files that have an address of their own."""


def kept_files() -> list[tuple[str, Path]]:
    """The address of each file to keep, relative to the page's, and where it stands."""
    own = [path for path in sorted(FOLDER.iterdir()) if path.is_file() and path.name not in NOT_KEPT]
    shared = [(f"../static/{name}", _static(name)) for name in SHARED]
    return [(_PLACES.get(path.name, f"files/{path.name}"), path) for path in own] + shared


def told() -> bytes:
    """The first lines of the service worker: `FILES`, pairs of address and digest, and `VERSION`, which names
    them all. They stand in the worker's own file: a browser that finds it changed begins an update."""
    files = list(_digests())
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    lines = ",\n".join(f"  {json.dumps(pair)}" for pair in files)
    return f'const VERSION = "{version}"\nconst FILES = [\n{lines},\n]\n'.encode()


def _digests() -> Iterator[tuple[str, str]]:
    for address, path in kept_files():
        seen = path.stat()
        yield address, _digest(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=256)
def _digest(path: Path, changed: int, size: int) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()


def _static(name: str) -> Path:
    """The file as it is served: collected, or in its source where the finders serve it."""
    collected = Path(settings.STATIC_ROOT) / name
    if collected.exists() and not getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return collected
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)
