"""Every test that the pages of promises and of people name exists, and every promise names one."""

import ast
import re

import pytest

from tests.house.code import ROOT

PAGE, PEOPLE = ((ROOT / "docs" / name).read_text("utf-8") for name in ("promises.md", "people.md"))
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


def test_every_promise_names_a_test() -> None:
    assert len(ROWS) > 20
    assert not [row for row in ROWS if not NAMED.search(row)]


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE + PEOPLE))))
def test_the_test_exists(path: str, name: str) -> None:
    module = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
