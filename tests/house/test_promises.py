"""Every test that the page of promises names exists, and every line of its tables names one."""

import ast
import re

import pytest

from tests.house.code import ROOT

PAGE = (ROOT / "docs/promises.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


def test_every_promise_names_a_test() -> None:
    assert len(ROWS) > 20
    assert not [row for row in ROWS if not NAMED.search(row)]


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED.findall(PAGE))))
def test_the_test_exists(path: str, name: str) -> None:
    module = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
