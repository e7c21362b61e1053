"""Small leaves: the sizes of functions and files are budgets that may only shrink."""

import ast
from statistics import median, quantiles

from tests.house.code import HOUSE, ROOT, at, functions, modules

FUNCTION_MEDIAN, FUNCTION_P95 = 8, 40
FILE_P95 = FILE_LIMIT = 400


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 2 if body else 1


def test_functions_are_short() -> None:
    sizes = [lines(function) for _path, function in functions()]
    assert median(sizes) <= FUNCTION_MEDIAN
    longest = sorted(((lines(function), at(path, function)) for path, function in functions()), reverse=True)
    assert quantiles(sizes, n=20)[-1] <= FUNCTION_P95, longest[:20]


def test_files_are_short() -> None:
    python = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    scripts = [path for path in HOUSE.rglob("static/**/*.js") if "vendor" not in path.parts]
    sizes = python | {path: len(path.read_text("utf-8").splitlines()) for path in scripts}
    assert quantiles(sizes.values(), n=20)[-1] <= FILE_P95
    long = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > FILE_LIMIT}
    assert not long, f"a room that outgrows becomes a package of the same name: {long}"


def test_every_public_thing_says_what_it_is_for() -> None:
    silent = [
        at(path, node) + f" {getattr(node, 'name', '')}"
        for path, module in modules().items()
        if module.body
        for node in [module, *module.body]
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
        and getattr(node, "name", "") != "Command"  # its `help` says it
        and not _speaks(node)
        and path.name != "apps.py"
    ]
    assert not silent, "\n".join(silent)


def _speaks(node: ast.AST) -> bool:
    """A refusal says what it is for in its sentence."""
    return isinstance(node, ast.ClassDef) and any(
        isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "sentence" for line in node.body
    )
