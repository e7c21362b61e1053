"""The files of the deployment agree with the application, with each other and with the page that tells them."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.code import ROOT

FILES = ROOT / "deploy/trial"
PAGE = (ROOT / "docs/deployment.md").read_text("utf-8")
UNITS = sorted([*FILES.glob("*.service"), *FILES.glob("*.timer")])
PLACE = "/srv/passnumerique"
COMMAND = re.compile(r"^ExecStart=(.*)$", re.MULTILINE)


def values(name: str) -> dict[str, str]:
    """The settings of an environment file."""
    lines = (FILES / name).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", ["passnum.env", "lane.env"])
def test_every_setting_is_one_that_is_told_and_none_is_a_secret(name: str) -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/start.md").read_text("utf-8"), re.MULTILINE))
    given = values(name)
    assert given
    assert given.keys() <= told
    assert not [key for key, value in given.items() if re.search("KEY|_PASSWORD", key) and value]
    assert "PASSWORD@" in given["DATABASE_URL"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_takes(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text("utf-8").replace(PLACE, str(ROOT))
    (tmp_path / unit.name).write_text(text, "utf-8")
    if unit.suffix == ".timer":
        shutil.copy(unit.with_suffix(".service"), tmp_path)
        (tmp_path / f"{unit.stem}.service").write_text(
            unit.with_suffix(".service").read_text("utf-8").replace(PLACE, str(ROOT)), "utf-8"
        )
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(text)
    assert read["Unit"]["Description"].startswith("Pass Numérique: ")
    assert f"/etc/systemd/system/{unit.name}" in text.splitlines()[0]
    if shutil.which("systemd-analyze"):
        judged = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit.name)]
        told = subprocess.run(judged, capture_output=True, text=True, check=False, timeout=60)
        assert told.returncode == 0, told.stderr
        assert unit.name not in told.stderr, told.stderr


@pytest.mark.parametrize("command", sorted({one for unit in UNITS for one in COMMAND.findall(unit.read_text("utf-8"))}))
def test_a_unit_starts_a_command_that_takes_its_options(command: str) -> None:
    program, *arguments = command.replace(f"{PLACE}/.venv/bin/", f"{Path(sys.executable).parent}/").split()
    asked = [word for word in arguments if not re.fullmatch(r"\d+", word)]
    help_of_it = subprocess.run(
        [program, *(word for word in asked if not word.startswith("--")), "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
        env=os.environ | {"DATABASE_URL": "sqlite:///never.sqlite3"},
    ).stdout
    assert not [word for word in asked if word.startswith("--") and word not in help_of_it]


def test_the_processes_and_the_proxy_agree_on_their_ports() -> None:
    proxy = (FILES / "nginx.conf").read_text("utf-8")
    for unit, pool in (("passnum", "passnum_server"), ("passnum-lane", "passnum_lane")):
        [port] = re.findall(r"--port (\d+)", (FILES / f"{unit}.service").read_text("utf-8"))
        assert re.search(rf"upstream {pool} {{\s+server 127.0.0.1:{port};", proxy)
    pool = configparser.ConfigParser(interpolation=None)
    pool.read(FILES / "pgbouncer.ini")
    assert pool["pgbouncer"]["pool_mode"] == "transaction"
    assert f"@127.0.0.1:{pool['pgbouncer']['listen_port']}/" in values("passnum.env")["DATABASE_URL"]
    assert "@127.0.0.1:5432/" in values("lane.env")["DATABASE_URL"]


def test_the_pool_leaves_postgresql_connections_to_spare() -> None:
    pool = configparser.ConfigParser(interpolation=None)
    pool.read(FILES / "pgbouncer.ini")
    most = sum(int(pool["pgbouncer"][name]) for name in ("default_pool_size", "reserve_pool_size"))
    [held] = re.findall(r"^max_connections = (\d+)", (FILES / "postgresql.conf").read_text("utf-8"), re.MULTILINE)
    assert most + 20 <= int(held)


def test_the_page_tells_every_file() -> None:
    assert not [path.name for path in FILES.iterdir() if path.is_file() and f"`{path.name}`" not in PAGE]


@pytest.mark.parametrize("block", re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_every_command_of_the_page_can_be_read_by_a_shell_and_names_what_exists(block: str) -> None:
    subprocess.run(["bash", "-n", "-c", block], check=True, timeout=10)
    for name in re.findall(r"deploy/trial/[\w.-]+", block):
        assert (ROOT / name).is_file(), name
    units = {
        name for line in re.findall(r"systemctl .*", block) for name in re.findall(r"passnum[\w.-]*\w(?!\*)", line)
    }
    known = {unit.name for unit in UNITS} | {unit.stem for unit in UNITS if unit.suffix == ".service"}
    assert units <= known, units - known
