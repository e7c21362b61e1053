"""What is enciphered stands in a column whose name says so: by that name the change of keys finds it."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.code import at, modules


def bears_the_name(name: str) -> bool:
    return name == "sealed" or name.endswith("_sealed")


def named_well(parents: dict[ast.AST, ast.AST], call: ast.AST) -> bool:
    """Whether the result of a call goes straight into a name, an attribute, a keyword or a key named so."""
    parent = parents[call]
    while isinstance(parent, ast.IfExp):
        parent = parents[parent]
    if isinstance(parent, ast.keyword):
        return bears_the_name(parent.arg or "")
    if isinstance(parent, ast.Assign):
        return all(bears_the_name(getattr(one, "attr", getattr(one, "id", ""))) for one in parent.targets)
    return False


def loose_calls(module: ast.Module) -> Iterator[ast.AST]:
    """Calls of `enciphered` whose result goes elsewhere."""
    parents = {child: node for node in ast.walk(module) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "enciphered"
            and not named_well(parents, node)
        ):
            yield node


@pytest.mark.parametrize(
    "text", ["row.secret = enciphered(k, t, at)", "Row(note=enciphered(k, t, at))", "f(enciphered(k))"]
)
def test_the_judge_sees_a_column_that_does_not_say_so(text: str) -> None:
    assert list(loose_calls(ast.parse(text)))


def test_everything_enciphered_goes_into_a_column_that_says_so() -> None:
    assert [at(path, call) for path, module in modules().items() for call in loose_calls(module)] == []
