"""The code of the house as the tests of the house read it."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import passnumerique

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "passnumerique"
ROOFS = {"web", "api", "scanner", "jobs", "console"}


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python file of the house but the migrations, parsed."""
    paths = (path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts)
    return {path: ast.parse(path.read_text("utf-8")) for path in paths}


def floor_of(path: Path) -> str:
    """The folder of the house that a file belongs to."""
    return path.relative_to(HOUSE).parts[0]


def at(path: Path, node: ast.AST) -> str:
    """Where a node stands, so that it can be opened."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method of the house."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def load_all() -> None:
    """Import every module of the house, so that what registers itself by existing exists."""
    for module in pkgutil.walk_packages(passnumerique.__path__, "passnumerique."):
        if ".migrations" not in module.name and not module.name.endswith(("__main__", ".wsgi")):
            importlib.import_module(module.name)


@cache
def heights() -> dict[str, int]:
    """How high each floor stands, read from the contract in pyproject.toml: 0 is the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return {name.strip(" ()"): height for height, layer in enumerate(layers) for name in layer.split("|")}


def templates() -> list[Path]:
    """Every template of the house."""
    return sorted(HOUSE.rglob("templates/**/*.html"))
