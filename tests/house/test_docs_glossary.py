"""The glossary names what the code names, and nothing else."""

import importlib
import re
import sys
from collections.abc import Iterator
from enum import StrEnum

import pytest
from django.apps import apps

from passnumerique.directory.rules.standard import Shape
from passnumerique.programmes.rules import PARAMETERS
from passnumerique.vouchers.rules import Need
from tests.house.code import HOUSE, ROOT

PAGE = (ROOT / "docs/glossary.md").read_text("utf-8")
TERMS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (`[^|]+`) \| [^|]+ \|$", PAGE, re.MULTILINE)
WITHIN = {Shape: "the shapes of the national standard's columns", Need: "the dates once more"}


def closed_lists() -> Iterator[tuple[str, type[StrEnum], dict[StrEnum, str]]]:
    """Each closed list of the rules with the name it is imported by, and its French words if it has any."""
    for path in sorted(HOUSE.glob("*/rules*")):
        importlib.import_module(f"passnumerique.{path.parent.name}.rules")
    found = [kind for kind in StrEnum.__subclasses__() if ".rules" in kind.__module__ and kind not in WITHIN]
    for kind in sorted(found, key=lambda kind: (kind.__module__, kind.__name__)):
        room = kind.__module__.partition(".rules")[0] + ".rules"
        exported = hasattr(sys.modules[room], kind.__name__)
        name = f"{room if exported else kind.__module__}.{kind.__name__}"
        yield name.removeprefix("passnumerique."), kind, words_of(sys.modules[kind.__module__], kind)


def words_of(rules: object, kind: type[StrEnum]) -> dict[StrEnum, str]:
    """The French words of a closed list: a table beside it, or those of the parameter that it serves."""
    for table in vars(rules).values():
        if isinstance(table, dict) and table.keys() == set(kind) and {type(words) for words in table.values()} == {str}:
            return table
    served = [one.choice_words for one in PARAMETERS.values() if one.choices is kind]
    return dict(zip(kind, served[0], strict=True)) if served else dict.fromkeys(kind, "")


def row_of(name: str, kind: type[StrEnum], words: dict[StrEnum, str]) -> str:
    """The row of a closed list in the glossary."""
    return f"| `{name}` | " + " · ".join(f"`{one.value}` {words[one]}".strip() for one in kind) + " |"


@pytest.mark.parametrize(("name", "kind", "words"), list(closed_lists()), ids=lambda one: getattr(one, "__name__", ""))
def test_every_closed_list_stands_with_the_words_of_the_screens(
    name: str, kind: type[StrEnum], words: dict[StrEnum, str]
) -> None:
    row = row_of(name, kind, words)
    assert row in PAGE.splitlines(), f"write in docs/glossary.md:\n{row}"


def test_every_parameter_stands_with_its_label() -> None:
    missing = [row for one in PARAMETERS.values() if (row := f"| `{one.name}` | {one.label} |") not in PAGE]
    assert not missing, "\n".join(missing)


def test_every_table_has_a_term() -> None:
    named = " ".join(code for _term, _french, code in TERMS)
    missing = [
        f"{model.__module__.removeprefix('passnumerique.')}.{model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("passnumerique.")
    ]
    missing = [name for name in missing if not re.search(rf"`{re.escape(name)}[.`]", named)]
    assert not missing, missing


@pytest.mark.parametrize("name", sorted({name for *_, code in TERMS for name in re.findall(r"`([\w.]+)`", code)}))
def test_every_name_exists_in_the_code(name: str) -> None:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(f"passnumerique.{'.'.join(parts[:cut])}")
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            assert hasattr(found, part), f"{found} has no {part}"
            found = getattr(found, part)
        return
    pytest.fail(f"no module of the house is named in {name}")


def test_every_term_has_its_french_and_its_meaning() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "`" in line and line.count(" | ") == 3]
    assert len(rows) == len(TERMS) > 50
