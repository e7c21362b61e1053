"""The floors and rooms hold, and what import-linter cannot see holds too."""

import ast
import subprocess
import sys

from django.apps import apps
from django.db import models

from tests.house.code import HOUSE, ROOFS, ROOT, at, floor_of, heights, modules

OURS = [model for model in apps.get_models() if model.__module__.startswith("passnumerique.")]
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}
SIGNALS = {
    "django.db.models.signals",
    "django.dispatch",
    "django.core.signals",
    "django.contrib.auth.signals",
}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
}
CLOCKS |= {("timezone", "localdate"), ("time", "time"), ("time", "time_ns")}
CHANCES = {"random", "secrets"}
UUIDS = {"uuid1", "uuid4"}


def floor(model: type[models.Model]) -> str:
    """The floor a model stands on; Django's own tables stand below the ground."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "passnumerique" else ""


def test_the_contracts_in_pyproject_hold() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_foreign_keys_point_down_and_never_sideways() -> None:
    height = heights() | {"": 99}
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and floor(field.related_model) != floor(model)
        and height[floor(field.related_model)] <= height[floor(model)]
    ]
    assert not wrong, f"use a bare UUID column: {wrong}"


def test_programme_comes_first_in_every_unique_key() -> None:
    wrong = [
        f"{model._meta.label}: {key}"
        for model in OURS
        if any(field.name == "programme_id" for field in model._meta.fields)
        for key in unique_keys(model)
        if not key or key[0] != "programme_id"
    ]
    assert not wrong, wrong


def unique_keys(model: type[models.Model]) -> list[tuple[str, ...]]:
    """The columns of each unique key of a table but its primary key."""
    keys = [tuple(group) for group in model._meta.unique_together]
    keys += [item.fields for item in model._meta.constraints if isinstance(item, models.UniqueConstraint)]
    return keys + [(field.name,) for field in model._meta.fields if field.unique and not field.primary_key]


def test_models_neither_save_nor_delete_in_their_own_way() -> None:
    wrong = [
        f"{model._meta.label}.{name}"
        for model in OURS
        for name in ("save", "delete", "asave", "adelete")
        if getattr(getattr(model, name), "__module__", "").startswith("passnumerique.")
    ]
    assert not wrong, f"only operations write: {wrong}"


def test_nothing_listens_to_signals() -> None:
    wrong = [
        at(path, node)
        for path, module in modules().items()
        for node in ast.walk(module)
        if (isinstance(node, ast.ImportFrom) and node.module in SIGNALS)
        or (isinstance(node, ast.ImportFrom) and node.module == "django.db.models" and _names(node) & {"signals"})
        or (isinstance(node, ast.Import) and _names(node) & SIGNALS)
    ]
    assert not wrong, f"a lower floor never notifies an upper one: {wrong}"


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def test_clocks_and_chance_enter_from_the_roof() -> None:
    wrong = [
        at(path, node)
        for path, module in modules().items()
        if floor_of(path) not in ROOFS and path != HOUSE / "ground/chance.py"
        for node in ast.walk(module)
        if _reads_a_clock(node) or _draws(node)
    ]
    assert not wrong, f"take `at` from the caller and chance from ground.chance: {wrong}"


def _reads_a_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return (owner, node.attr) in CLOCKS


def _draws(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return bool(_names(node) & CHANCES)
    if isinstance(node, ast.ImportFrom):
        return node.module in CHANCES or (node.module == "uuid" and bool(_names(node) & UUIDS))
    return isinstance(node, ast.Attribute) and node.attr in UUIDS


def test_no_file_is_named_after_nothing() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in modules() if path.stem in FORBIDDEN_NAMES]
    assert not wrong, wrong
