"""What the settings make of the environment for PostgreSQL, alone or behind a pool."""

import json
import os
import subprocess
import sys

import pytest

from tests.house.code import ROOT

TELL = "import json; from passnumerique.config.settings import DATABASES as found; print(json.dumps(found['default']))"


def read(**environment: str) -> dict[str, object]:
    """The database that the settings name, in an environment."""
    known = {name: value for name, value in os.environ.items() if name != "PASSNUM_PREPARE"}
    told = subprocess.run(
        [sys.executable, "-c", TELL], env=known | environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=60
    )
    found: dict[str, object] = json.loads(told.stdout)
    return found


@pytest.mark.parametrize(
    ("given", "threshold"), [({}, 5), ({"PASSNUM_PREPARE": "off"}, None), ({"PASSNUM_PREPARE": "2"}, 2)]
)
def test_plans_are_kept_as_the_environment_says(given: dict[str, str], threshold: int | None) -> None:
    options = read(DATABASE_URL="postgresql://passnum:secret@127.0.0.1:6432/passnum", **given)["OPTIONS"]
    assert options == {"server_side_binding": True, "prepare_threshold": threshold, "connect_timeout": 10}


def test_what_the_address_says_stands() -> None:
    options = read(DATABASE_URL="postgresql://passnum@/passnum?host=/run/postgresql&connect_timeout=3")["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["host"], int(options["connect_timeout"])) == ("/run/postgresql", 3)


@pytest.mark.parametrize("address", ["postgresql://passnum@127.0.0.1/passnum", "sqlite:///passnum.sqlite3"])
def test_connections_stay_open_are_asked_and_hold_no_cursor(address: str) -> None:
    found = read(DATABASE_URL=address)
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"], found["DISABLE_SERVER_SIDE_CURSORS"]) == (
        600,
        True,
        True,
    )
