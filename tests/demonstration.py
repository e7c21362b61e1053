"""Whole installations for the tests of the command line: a database of their own, and `passnum` upon it.

They run on the engine of the tests. A programme takes seconds to play, so each is built once for all the
workers of a run, under a lock, and every test that writes takes a copy.
"""

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.engine import PREFIX, RUN

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
_made = count()


@dataclass(frozen=True)
class Installation:
    """One database, and the command line that works on it. `template`: on PostgreSQL, the database that nobody
    is connected to, so that it can be copied at any time."""

    url: str
    template: str = ""

    def passnum(self, *words: str, exits: int = 0) -> str:
        """What the command says; refuses another exit status than the one expected."""
        told = subprocess.run(
            [sys.executable, "-m", "passnumerique.console", *words],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.url, "PYTHONWARNINGS": "default"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert told.returncode == exits, f"passnum {' '.join(words)}: {told.returncode}\n{told.stdout}{told.stderr}"
        return told.stdout if not exits else told.stdout + told.stderr

    def status(self, as_of: date | None = None, programme: str = "") -> dict[str, Any]:
        """`passnum status --json`."""
        words = [*(["--as-of", as_of.isoformat()] if as_of else []), *(["--programme", programme] if programme else [])]
        return dict(json.loads(self.passnum("status", "--json", *words)))

    def differences(self, exits: int = 0) -> list[dict[str, Any]]:
        """`passnum audit --json`."""
        told = self.passnum("audit", "--json", exits=exits)
        return list(json.loads(told[: told.rindex("}") + 1])["differences"])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds, or what a statement leaves, written straight in the database."""
        with self._connected() as connection:
            cursor = connection.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        if ON_POSTGRESQL:
            with psycopg.connect(self.url) as connection:
                yield connection
            return
        file = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        try:
            with file:
                yield file
        finally:
            file.close()


def empty(folder: Path, name: str) -> Installation:
    """An installation whose database holds nothing, not even tables."""
    return _created(name, "") if ON_POSTGRESQL else Installation(f"sqlite:///{folder / name}.sqlite3")


def copied(source: Installation, folder: Path, name: str) -> Installation:
    """The same installation again, to be changed."""
    if ON_POSTGRESQL:
        return _created(name, f' TEMPLATE "{source.template}"')
    target = folder / f"{name}.sqlite3"
    shutil.copyfile(source.url.removeprefix("sqlite:///"), target)
    return Installation(f"sqlite:///{target}")


def _created(name: str, template: str) -> Installation:
    name = f"{PREFIX}{os.environ[RUN]}_{name}_{os.getpid()}_{next(_made)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{template}')  # type: ignore[arg-type]
    parts = urlsplit(os.environ["DATABASE_URL"])
    return Installation(urlunsplit(parts._replace(path=f"/{name}", netloc=parts.netloc)))


def played(factory: pytest.TempPathFactory, name: str, *words: str, source: Installation | None = None) -> Installation:
    """The installation in which `passnum demo` has played with these words, after that of `source`; built once
    for all the workers of this run."""
    base = factory.getbasetemp()
    folder = (base if "PYTEST_XDIST_WORKER" not in os.environ else base.parent) / "installations"
    folder.mkdir(exist_ok=True)
    done = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            made = copied(source, folder, name) if source else empty(folder, name)
            made.passnum("demo", "--verbosity", "0", *words)
            if ON_POSTGRESQL:
                made = replace(made, template=urlsplit(made.url).path.strip("/"))
                made = replace(copied(made, folder, name), template=made.template)
            done.write_text(json.dumps(asdict(made)))
    return Installation(**json.loads(done.read_text()))


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    """The pages of a demonstration, at the address given, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    environment = os.environ | {
        "DATABASE_URL": installation.url,
        "PASSNUM_DEMONSTRATION": "1",
        "PASSNUM_ADDRESS": address,
    }
    command = [sys.executable, "-m", "passnumerique.console", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            _await(f"{address}/healthz")
            yield address
        finally:
            server.terminate()


def _await(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)
