"""Commands shown in the pages of the project answer what is shown, and the sign-ins are those printed."""

import re
from pathlib import Path

import pytest

from passnumerique.programmes.rules import Milestone
from tests.demonstration import ROOT, Installation, empty
from tools import shown

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [(page, words) for page in shown.PAGES for words in shown.answers(page)]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("page", "words"), COMMANDS, ids=lambda one: getattr(one, "name", one))
def test_a_command_answers_what_the_page_shows(page: object, words: str, verdun: Installation) -> None:
    answer = verdun.passnum(*words.split())
    assert answer == shown.answers(page)[words], "run `python -m tools.shown`"  # type: ignore[index, arg-type]


@pytest.mark.sqlite  # the engine that the page begins with
def test_the_commands_of_the_starting_page_work_in_their_order(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs/start.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = dict.fromkeys(line for block in blocks for line in block.splitlines() if "bin/passnum" in line)
    commands = [line.removeprefix(".venv/bin/passnum ").split() for line in lines]
    new = empty(tmp_path, "new")
    done = {words[0]: new.passnum(*words) for words in commands if words[0] != "serve"}
    assert done.keys() == {"migrate", "programme", "invite", "audit", "tick", "issue"}
    assert "est créé" in done["programme"]
    assert "http://localhost:8000/" in done["invite"]
    assert "aucune différence" in done["audit"]


def test_some_command_is_shown() -> None:
    assert len(COMMANDS) >= 2


def test_the_sign_ins_are_those_that_demo_prints(verdun: Installation) -> None:
    printed = re.findall(r"(\S+@verdun\.example)", verdun.passnum("demo", "--until", "2022-12-13"))
    assert re.findall(r"`(\S+@verdun\.example)`", README) == printed


def test_the_figures_told_of_the_act_are_those_of_the_demonstration(verdun: Installation) -> None:
    status = verdun.status()
    told = re.search(
        r"([\d,]+) passes,\nfewer than ([\d,]+) left, (\d+) prescribing structures, (\d+) mediation places", README
    )
    assert told
    received, more_than_left, prescribers, places = (int(figure.replace(",", "")) for figure in told.groups())
    assert status["vouchers"]["received"] == received
    assert status["vouchers"]["unused"] < more_than_left
    assert (status["network"]["prescribers"], status["network"]["places"]) == (prescribers, places)
    assert set(status["dates"]) == {milestone.value for milestone in Milestone}
