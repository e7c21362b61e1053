"""Every operation of a programme passes the one door that closed books shut."""

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.house.code import HOUSE

DOOR = {"require_open_books", "books_closed_on"}
FLOORS = ("programmes", "vouchers", "training", "settlement")
"""People's data may be erased, devices revoked and roles ended after the closing: `beneficiaries` and
`directory` stand outside, and the council decides for an authority."""

OUTSIDE = {
    "create_programme": "there is no programme yet",
    "set_territory": "the territory is an address book: no pass, no euro, no date",
    "partition_events": "of the installation",
    "wake": "a message to a person; without a pass that can be used there is none",
    "write_to_structures": "letters to structures; without a pass in stock there is none",
    "withdraw_contacts_of": "whoever asks to be forgotten is, at any time",
    "propose_place_account": "where a place is paid: no euro moves",
    "confirm_place_account": "where a place is paid: no euro moves",
    "freeze_extension": "the vote is the council's; a draft keeps its figures with it",
    "keep_forecast": "what was foretold is scored later: no pass, no euro, no date",
    "begin_programme_correction": "it opens the door",
    "end_programme_correction": "it shuts the door again",
    "reservable": "reads",
    "reservable_numbers": "reads",
}
"""Operations that closed books do not stop, and why."""

COMMON = {"open", "filter", "get", "update", "create", "exists", "first", "add", "values", "note", "append"}
"""Names of the libraries', which would join what is apart."""


def calls() -> dict[str, set[str]]:
    """What each function of the writing rooms calls or hands on, by name."""
    found: dict[str, set[str]] = defaultdict(set)
    for floor in (*FLOORS, "ledger"):
        for path in (*HOUSE.glob(f"{floor}/operations*"), *HOUSE.glob(f"{floor}/operations/**/*.py")):
            if path.suffix == ".py":
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    if isinstance(node, ast.FunctionDef | ast.ClassDef):
                        found[node.name] |= set(named(node)) - COMMON
    found["agreed_of"] |= DOOR  # what was agreed holds the day of the closing, and is asked at each door
    return found


def named(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute):
            yield one.attr
        elif isinstance(one, ast.Name):
            yield one.id


def passing(known: dict[str, set[str]]) -> set[str]:
    """The functions that reach the door, by whatever way."""
    found = set(DOOR)
    while more := {name for name, called in known.items() if called & found} - found:
        found |= more
    return found


KNOWN = calls()
PASSING = passing(KNOWN)


def writers() -> Iterator[str]:
    """The public operations of the floors that write to one programme: given `by` or `at`, and called from above."""
    for floor in FLOORS:
        paths = [*HOUSE.glob(f"{floor}/operations.py"), *HOUSE.glob(f"{floor}/operations/**/*.py")]
        for path in paths:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and _writes(node):
                    yield node.name


def _writes(node: ast.FunctionDef) -> bool:
    given = {argument.arg for argument in node.args.kwonlyargs}
    return not node.name.startswith("_") and "at" in given


@pytest.mark.parametrize("name", sorted(set(writers()) - set(OUTSIDE)))
def test_every_operation_passes_the_door(name: str) -> None:
    assert name in PASSING, f"{name} writes to a programme whose books are closed: call require_open_books"


def test_what_stands_outside_exists() -> None:
    assert not set(OUTSIDE) - set(KNOWN)
