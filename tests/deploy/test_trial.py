"""The deployment files, on this machine: every process is started from them, a pass is redeemed through
each door, and every process ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest

from tests.house.code import ROOT

FILES = ROOT / "deploy/trial"
BIN = Path(sys.executable).parent
SYSTEM_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
MISSING = [name for name in ("pgbouncer", "nginx") if not shutil.which(name, path=SYSTEM_PATH)]
REMEDY = f"No {' and no '.join(MISSING)} here: run `sudo apt-get install --no-install-recommends {' '.join(MISSING)}`."
OURS = ("PASSNUM_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
PASSES = 10


@dataclass
class Trial:
    """A trial that runs, and where it said that everything is."""

    process: "subprocess.Popen[str]"
    told: dict[str, str]
    headers: Message = field(default_factory=Message)
    """Those of the last answer."""

    @property
    def folder(self) -> Path:
        """Where its data, its settings and its logs are."""
        return Path(self.told["environment"]).parent

    def logs(self) -> str:
        """The end of what each process wrote."""
        found = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {path.name}\n{path.read_text('utf-8', 'replace')[-4000:]}" for path in found)

    def ask(self, door: str, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
        """The status and the body that a process answers; JSON is read."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        asked = HTTPConnection(self.told[door].removeprefix("http://"), timeout=30)
        asked.request(method, path, json.dumps(body) if body else None, headers)
        answer = asked.getresponse()
        text, self.headers = answer.read().decode(), answer.headers
        asked.close()
        assert answer.status < 500, f"{door} answered {answer.status}:\n{self.logs()}"
        return answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text

    def run(self, *command: str) -> str:
        """What a command prints that works on the trial's database, through pgbouncer."""
        return subprocess.run(
            command,
            env=clean() | {"PASSNUM_ENV": self.told["environment"]},
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=120,
        ).stdout


def clean() -> dict[str, str]:
    """The environment without what the tests put into it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@pytest.fixture(scope="module")
def trial() -> "Iterator[Trial]":
    """The deployment, started as an administrator would."""
    if MISSING:
        pytest.skip(REMEDY)
    process = subprocess.Popen(
        [sys.executable, str(FILES / "run.py")], env=clean(), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    told = {}
    try:
        for line in iter(process.stdout.readline, ""):
            if line == "ready\n":
                break
            name, *rest = line.split()
            told[name] = rest[0] if len(rest) == 1 else " ".join(rest)
        assert process.poll() is None, told
        yield Trial(process, told)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def processes_of(trial: Trial) -> "list[psutil.Process]":
    """What the trial started, and what that started; PostgreSQL, which leaves its parent, by its folder."""
    own = psutil.Process(trial.process.pid).children(recursive=True)
    folder = str(trial.folder)
    return own + [one for one in psutil.process_iter(["cmdline"]) if folder in " ".join(one.info["cmdline"] or ())]


def alive(processes: "list[psutil.Process]") -> list[str]:
    """The names of those that still run; one that only waits to be buried does not."""
    _gone, left = psutil.wait_procs(processes, timeout=5)
    return [one.name() for one in left if one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def pooled_lane(trial: Trial) -> Iterator[None]:
    """A second lane, through pgbouncer: the first goes straight to PostgreSQL, as `lane.env` says."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    trial.told["pooled"] = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "passnumerique.api.lane", "--port", str(port)],
        env=clean() | {"PASSNUM_ENV": trial.told["environment"]},
        cwd=ROOT,
    )
    try:
        for _ in range(150):
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
@pytest.mark.usefixtures("pooled_lane")
def test_the_deployment_redeems_through_every_door_and_stops(trial: Trial) -> None:
    assert trial.ask("front", "GET", "/healthz") == (200, "ok")
    status, page = trial.ask("front", "GET", "/")
    assert status == 200
    style = re.search(r'href="(/static/web/house\.\w+\.css)"', page)
    assert style
    assert trial.ask("front", "GET", style[1])[0] == 200

    given = json.loads(trial.run(sys.executable, "-m", "tests.deploy.small_programme", str(PASSES)))
    address, codes = f"/api/v1/programmes/{given['programme']}/redemptions", given["codes"]

    def scan(code: str) -> dict[str, str]:
        now = datetime.now(UTC).isoformat()
        return {"id": str(uuid4()), "code": code, "training_session": given["training_session"], "redeemed_at": now}

    doors = {door: scan(code) for door, code in zip(("server", "lane", "pooled", "front"), codes, strict=False)}
    for door, one in doors.items():
        status, told = trial.ask(door, "POST", address, one, given["token"])
        assert (status, told["status"]) == (201, "redeemed"), (door, told)
        assert by_the_lane(trial) is (door != "server")
    for one in doors.values():  # whichever process took it, the others know
        for door in doors:
            status, told = trial.ask(door, "POST", address, one, given["token"])
            assert (status, told["replayed"]) == (200, True), (door, told)

    rest = {"redemptions": [scan(code) for code in codes]}
    status, told = trial.ask("front", "POST", f"{address}/batch", rest, given["token"])
    assert status == 200
    assert [one["status"] for one in told["outcomes"]] == [422] * len(doors) + [201] * (PASSES - len(doors))
    assert by_the_lane(trial)
    status, told = trial.ask("front", "GET", f"/api/v1/programmes/essai/vouchers/{codes[0]}", token=given["token"])
    assert (status, told["usable"]) == (200, False)
    assert not by_the_lane(trial)

    assert json.loads(trial.run(str(BIN / "passnum"), "audit", "--json")) == {"differences": []}
    assert "essai" in trial.run(str(BIN / "passnum"), "seal")
    assert pools(trial) == [("passnum", "passnum", "transaction")]

    running = processes_of(trial)
    assert {"postgres", "pgbouncer", "granian", "python", "nginx"} <= {one.name().split()[0] for one in running}
    trial.process.send_signal(signal.SIGTERM)
    trial.process.communicate(timeout=60)
    assert trial.process.returncode == 0
    assert alive(running) == []
    assert not trial.folder.exists()


def by_the_lane(trial: Trial) -> bool:
    """Whether the last answer came from the lane, which has none of the middleware of the pages."""
    return "X-Frame-Options" not in trial.headers


def pools(trial: Trial) -> list[tuple[str, str, str]]:
    """What pgbouncer itself says: whose connections it lends, and for how long."""
    text = (trial.folder / "passnum.env").read_text("utf-8")
    [address] = re.findall(r"^DATABASE_URL=(.*)/passnum$", text, re.MULTILINE)
    with psycopg.connect(f"{address}/pgbouncer", autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        cursor = connection.execute("SHOW POOLS")
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(row["database"], row["user"], row["pool_mode"]) for row in rows if row["database"] == "passnum"]
