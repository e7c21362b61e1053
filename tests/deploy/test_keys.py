"""The keys of an installation: drawn once, and never drawn again over those that are there."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tools import keys

NAMES = ["PASSNUM_SECRET_KEY", "PASSNUM_CODE_KEY", "PASSNUM_INDEX_KEY", "PASSNUM_CONTACT_KEY"]


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of keys of another installation."""
    monkeypatch.setattr(keys, "ENV", tmp_path / ".env")
    return tmp_path / ".env"


def told(env: Path) -> dict[str, str]:
    """Names and values of the file."""
    lines = (line for line in env.read_text().splitlines() if not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines if line)


def test_a_new_installation_draws_four_keys_that_only_its_owner_reads(env: Path) -> None:
    keys.main()
    assert list(told(env)) == NAMES
    assert len(set(told(env).values())) == 4
    assert env.stat().st_mode & 0o777 == 0o600
    Fernet(told(env)["PASSNUM_CONTACT_KEY"])


@pytest.mark.parametrize("end", ["", "\n"], ids=["cut", "whole"])
def test_an_older_one_gets_the_key_of_contacts_and_keeps_the_others(env: Path, end: str) -> None:
    env.write_text("# ours\nPASSNUM_CODE_KEY=aa\nDATABASE_URL=sqlite:///x" + end)
    keys.main()
    assert env.read_text().startswith("# ours\nPASSNUM_CODE_KEY=aa\nDATABASE_URL=sqlite:///x\nPASSNUM_CONTACT_KEY=")
    again = env.read_text()
    keys.main()
    assert env.read_text() == again, "drawn once"
