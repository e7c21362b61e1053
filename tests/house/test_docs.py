"""What the pages of the project say is so: files exist, settings are told, commands answer as shown."""

import re
from pathlib import Path

import pytest

from tests.house.code import HOUSE, ROOT, heights

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PATH = re.compile(r"`((?:passnumerique|tests|docs|examples|benchmarks|tools|locale|requirements)/[\w./-]+)`")
SETTING = re.compile(r"""(?:environ\.get\(|_flag\(|environ\[)\s*"(\w+)\"""")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_named_exists(page: Path) -> None:
    missing = [name for name in PATH.findall(page.read_text("utf-8")) if not (ROOT / name).exists()]
    assert not missing, missing


def test_the_floors_are_told_from_the_top() -> None:
    text = (ROOT / "docs/house.md").read_text("utf-8")
    rows = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in text.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in row if name in heights()]
    built = {name for name in heights() if (HOUSE / name).is_dir()}
    assert set(told) == built
    assert [heights()[name] for name in told] == sorted(heights()[name] for name in told)


def test_every_setting_is_told() -> None:
    sources = [ROOT / "passnumerique/config/settings.py", ROOT / "passnumerique/console/management/commands/serve.py"]
    read = {name for path in sources for name in SETTING.findall(path.read_text("utf-8"))}
    told = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/start.md").read_text("utf-8"), re.MULTILINE))
    assert told == read


def test_every_command_of_make_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))}
    named |= {name for page in PAGES for name in re.findall(r"^make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)}
    assert named
    assert named <= targets, named - targets


def test_every_command_of_the_house_is_in_the_starting_page() -> None:
    commands = {path.stem for path in HOUSE.glob("*/management/commands/[!_]*.py")}
    text = "".join(page.read_text("utf-8") for page in PAGES)
    missing = sorted(name for name in commands if f"passnum {name}" not in text)
    assert not missing, missing
