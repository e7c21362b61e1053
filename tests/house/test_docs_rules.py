"""The rule book on paper is the one in the code."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from passnumerique.console.rulebook import drawing, page
from passnumerique.vouchers.rules import Act, State
from tests.house.code import ROOT

RULES = ROOT / "docs/rules.md"


def test_the_page_is_current() -> None:
    call_command("rulebook", check=RULES, verbosity=0)


def test_a_page_that_is_not_current_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "rules.md"
    call_command("rulebook", out=copy, verbosity=0)
    copy.write_text(page().replace("`redeem`", "`spend`"), "utf-8")
    with pytest.raises(CommandError, match="n’est pas à jour"):
        call_command("rulebook", check=copy, verbosity=0)


def test_every_state_and_every_act_is_drawn() -> None:
    texts = [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawing())]
    words = {word.strip(" ⟳") for text in texts for word in text.split(",")}
    assert {one.value for one in (*State, *Act)} <= words
    assert {state.words for state in State} <= set(texts)
