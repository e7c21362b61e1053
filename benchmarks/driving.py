"""Runs the load client and the server as processes of their own, and always ends them."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

CLIENT = Path(__file__).with_name("load.py")


def drive(
    port: int, plan: Path, *, connections: int = 16, outcomes: bool = False, limit: float = 120
) -> dict[str, Any]:
    """What the load client saw of one plan."""
    command = [sys.executable, "-E", str(CLIENT), "--port", str(port), "--plan", str(plan)]
    command += ["--connections", str(connections), "--limit", str(limit), *(["--outcomes"] if outcomes else [])]
    done = subprocess.run(command, check=True, capture_output=True, timeout=limit + 60)
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def server(
    environment: Mapping[str, str], module: Sequence[str] = ("passnumerique.api.lane",)
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The lane on a port of its own, ready to answer; its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", *module, "--port", str(port)]
    with Path(os.devnull).open("rb") as nothing, subprocess.Popen(command, env=environment, stdin=nothing) as process:
        try:
            _wait_for(port, process)
            yield port, process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    until = monotonic() + seconds
    while monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode} before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def resident_bytes(process: int) -> int:
    """The memory that a process has resident, with that of the processes it started."""
    kin = {process}
    for path in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda one: int(one.parent.name)):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent in kin:
            kin.add(int(path.parent.name))
    return sum(_resident(one) for one in kin)


def _resident(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
