"""Hidden cells stay hidden: an attacker with every published sum, and a linear program, learns too little of them."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from passnumerique.insight.suppression import (
    Cell,
    Counted,
    Table,
    Told,
    Tree,
    Untellable,
    hidden_cells,
    small_cells,
)

THRESHOLD = 5
ROWS = Tree(
    {
        "tous": None,
        "nord": "tous",
        "sud": "tous",
        "Bras": "nord",
        "Étain": "nord",
        "Spincourt": "nord",
        "Clermont": "sud",
        "Souilly": "sud",
    }
)
MONTHS = {"01": "T1", "02": "T1", "03": "T1", "04": "T2", "05": "T2"}


def columns(*names: str) -> Tree:
    """Those of the periods that were told so far; what is not over yet sums nothing."""
    parents = MONTHS | {"T1": "2022", "T2": "2022", "2022": None}
    return Tree({name: parents[name] if parents[name] in names else None for name in names})


EDITIONS = (("01",), ("02",), ("03",), ("T1",), ("04",), ("05",), ("T2", "2022"))
"""What each edition adds to those before it."""


def added_up(leaves: Mapping[Cell, int], rows: Tree, periods: Tree) -> dict[Cell, Counted]:
    """Every cell, from those of the communes and months; somebody different behind each pass."""
    found: dict[Cell, Counted] = {}
    for row in rows.parents:
        for column in periods.parents:
            value = sum(leaves.get((leaf, month), 0) for leaf in rows.under(row) for month in _months(column))
            found[row, column] = Counted(value, value)
    return found


def _months(column: str) -> list[str]:
    return [month for month, quarter in MONTHS.items() if column in (month, quarter, "2022")]


def bounds(table: Table, hidden: Iterable[Cell]) -> Iterator[tuple[Cell, float, float]]:
    """What the published sums leave possible for each hidden cell: the least and the most."""
    unknown = {cell: rank for rank, cell in enumerate(sorted(hidden))}
    left, right = _equations(table, unknown)
    for cell, rank in unknown.items():
        goal = np.zeros(len(unknown))
        goal[rank] = 1
        least, most = (
            linprog(sign * goal, A_eq=left, b_eq=right, bounds=(0, None), method="highs") for sign in (1, -1)
        )
        assert least.status == 0
        yield cell, least.fun, -most.fun if most.status == 0 else float("inf")


def _equations(table: Table, unknown: Mapping[Cell, int]) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Every sum of the table: rows in each column, columns in each row, hidden cells on the left."""
    sums: list[tuple[Cell, list[Cell]]] = []
    for row in table.rows.parents:
        for column in table.columns.parents:
            inside = [one for one, parent in table.rows.parents.items() if parent == row]
            sums.append(((row, column), [(one, column) for one in inside]))
            within = [one for one, parent in table.columns.parents.items() if parent == column]
            sums.append(((row, column), [(row, one) for one in within]))
    left, right = [], []
    for whole, parts in sums:
        line, known = np.zeros(len(unknown)), 0
        for cell, sign in ((whole, 1), *((part, -1) for part in parts)):
            if cell in unknown:
                line[unknown[cell]] += sign
            else:
                known -= sign * table.value(*cell)
        if parts and line.any():
            left.append(line)
            right.append(known)
    return (np.array(left), np.array(right)) if left else (None, None)


def exposed(table: Table, hidden: Iterable[Cell]) -> list[Cell]:
    """The hidden cells of which an attacker learns more than the rule allows."""
    return [cell for cell, least, most in bounds(table, hidden) if most - least < THRESHOLD - 1e-6]


LEAVES = st.dictionaries(
    st.tuples(st.sampled_from(ROWS.leaves), st.sampled_from(list(MONTHS))),
    st.one_of(st.integers(1, 6), st.integers(1, 40)),
    min_size=1,
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def complete(leaves: dict[Cell, int]) -> dict[Cell, int]:
    """The same, with enough people in every month for it to be told at all."""
    short = {month: THRESHOLD - sum(leaves.get((leaf, month), 0) for leaf in ROWS.leaves) for month in MONTHS}
    more = {("Souilly", month): many for month, many in short.items() if many > 0}
    return {cell: leaves.get(cell, 0) + more.get(cell, 0) for cell in leaves.keys() | more.keys()}


@QUICK
@given(LEAVES)
def test_nothing_is_found_again_from_the_margins_of_one_table(given_leaves: dict[Cell, int]) -> None:
    periods = columns(*MONTHS, "T1", "T2", "2022")
    table = Table(ROWS, periods, added_up(complete(given_leaves), ROWS, periods))
    hidden = hidden_cells(table, THRESHOLD)
    assert small_cells(table, THRESHOLD) <= hidden
    assert all(table.value(*cell) for cell in hidden)
    assert not exposed(table, hidden)


@QUICK
@given(LEAVES)
def test_nothing_is_found_again_by_difference_between_editions(given_leaves: dict[Cell, int]) -> None:
    leaves, told, before = complete(given_leaves), (), Told()
    for more in EDITIONS:
        told = (*told, *more)
        periods = columns(*told)
        table = Table(ROWS, periods, added_up(leaves, ROWS, periods))
        hidden = hidden_cells(table, THRESHOLD, before)
        assert before.hidden <= hidden
        assert not before.shown & hidden
        before = Told(frozenset(table.cells) - hidden, hidden)
    assert not exposed(table, hidden)


TELLING = {("Bras", "01"): 3, ("Étain", "01"): 12, ("Spincourt", "01"): 30, ("Souilly", "01"): 25}
"""A table in which one small commune alone is hidden by the first rule."""


def test_the_attack_finds_what_is_hidden_alone() -> None:
    periods = columns("01")
    table = Table(ROWS, periods, added_up(TELLING, ROWS, periods))
    small = small_cells(table, THRESHOLD)
    assert small == {("Bras", "01")}
    assert list(bounds(table, small)) == [(("Bras", "01"), 3.0, 3.0)]
    hidden = hidden_cells(table, THRESHOLD)
    assert hidden == {("Bras", "01"), ("Étain", "01")}
    assert [(round(least), round(most)) for _, least, most in bounds(table, hidden)] == [(0, 15), (0, 15)]


def test_the_attack_finds_what_an_edition_gives_away() -> None:
    """The year alone, protected without a thought for the months told before, gives a month back."""
    leaves = {**TELLING, ("Bras", "02"): 20, ("Étain", "02"): 20, ("Souilly", "02"): 20}
    leaves |= {("Souilly", month): 20 for month in ("03", "04", "05")}
    first = columns("01", "02")
    table = Table(ROWS, first, added_up(leaves, ROWS, first))
    before = Told(frozenset(table.cells) - hidden_cells(table, THRESHOLD), hidden_cells(table, THRESHOLD))
    all_of_it = columns(*MONTHS, "T1", "T2", "2022")
    whole = Table(ROWS, all_of_it, added_up(leaves, ROWS, all_of_it))
    careless = before.hidden | small_cells(whole, THRESHOLD)
    assert ("Bras", "01") in exposed(whole, careless)
    assert not exposed(whole, hidden_cells(whole, THRESHOLD, before))


def test_many_small_cells_screen_one_another() -> None:
    leaves = {(leaf, "01"): 1 for leaf in ROWS.leaves}
    periods = columns("01")
    table = Table(ROWS, periods, added_up(leaves, ROWS, periods))
    hidden = hidden_cells(table, THRESHOLD)
    assert ("tous", "01") not in hidden
    assert not exposed(table, hidden)


def test_people_are_counted_and_not_passes() -> None:
    """Ten passes of one person are as telling as one."""
    cells = {("tous", "01"): Counted(40, 20), ("nord", "01"): Counted(10, 1), ("sud", "01"): Counted(30, 19)}
    rows = Tree({"tous": None, "nord": "tous", "sud": "tous"})
    assert hidden_cells(Table(rows, columns("01"), cells), THRESHOLD) == {("nord", "01"), ("sud", "01")}


def test_a_whole_that_is_too_small_is_refused() -> None:
    periods = columns("01")
    with pytest.raises(Untellable):
        hidden_cells(Table(ROWS, periods, added_up({("Bras", "01"): 2}, ROWS, periods)), THRESHOLD)


def test_what_was_shown_cannot_be_hidden_again() -> None:
    table = Table(ROWS, columns("01"), added_up(TELLING, ROWS, columns("01")))
    others = frozenset(table.cells) - {("Bras", "01")}
    with pytest.raises(Untellable):
        hidden_cells(table, THRESHOLD, Told(others, frozenset({("Bras", "01")})))


def test_a_thousand_communes_are_protected_quickly() -> None:
    rows = Tree(
        {"tous": None}
        | {f"E{rank}": "tous" for rank in range(40)}
        | {f"C{rank}": f"E{rank % 40}" for rank in range(1000)}
    )
    leaves = {(f"C{rank}", "01"): rank % 9 for rank in range(1000) if rank % 9}
    table = Table(rows, columns("01"), added_up(leaves, rows, columns("01")))
    hidden = hidden_cells(table, THRESHOLD)
    assert len(hidden) < len(leaves)
