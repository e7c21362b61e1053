"""Which cells of a table with margins are hidden so that none is found again by sums and differences. Pure.

A cell is small when fewer people than the threshold, but somebody, stand behind it (the minimum frequency rule:
Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter 4). Hiding these is not enough: a reader
subtracts. So others are hidden with them, until for every hidden cell there is a proof, found here and kept to:
passes could have gone from some hidden cells to others, every figure that is shown staying what it is, so that
the cell might hold any of more values than the threshold. The proof is a rectangle of hidden cells, as in the
hypercube method (Repsilber 1994; Giessing, Domingo-Ferrer and others for tables with hierarchies), here with
several rows on each side: the sums of sparse tables need them.

Zeros are shown and never serve as a screen: who knows that a place was closed knows them. What was shown before stays
shown and what was hidden stays hidden, so that two editions of a table tell no more than the later one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from passnumerique.insight.suppression.trees import Tree

Cell = tuple[str, str]
"""A row and a column."""


class Counted(NamedTuple):
    """How many passes a cell counts, and how many people stand behind them."""

    value: int
    people: int


NOTHING = Counted(0, 0)
NEAREST = 24
"""How many rows are tried as screens before all the others are."""


class Untellable(Exception):  # noqa: N818 — what is said of a table, as refusals are named
    """Nothing that may still be hidden protects a cell: the whole is too small to be told."""


@dataclass(frozen=True)
class Table:
    """Cells by row and column, both with what sums them; a cell that is missing counts nothing."""

    rows: Tree
    columns: Tree
    cells: Mapping[Cell, Counted]

    def value(self, row: str, column: str) -> int:
        return self.cells.get((row, column), NOTHING).value


@dataclass(frozen=True)
class Told:
    """What earlier editions showed, and what they hid."""

    shown: frozenset[Cell] = frozenset()
    hidden: frozenset[Cell] = frozenset()


def small_cells(table: Table, threshold: int) -> frozenset[Cell]:
    """The cells with somebody behind them, but too few."""
    return frozenset(cell for cell, one in table.cells.items() if 0 < one.people < threshold)


def hidden_cells(table: Table, threshold: int, before: Told | None = None) -> frozenset[Cell]:
    """The cells to hide: the small ones, those hidden before, and what keeps them from being computed. For every
    one of them, what is shown (now and before) leaves at least `threshold + 1` values possible.

    Raises Untellable where the whole is too small, or too much was shown before."""
    before = before or Told()
    hiding = _Hiding(
        table, threshold, before.shown, set(before.hidden | (small_cells(table, threshold) - before.shown))
    )
    hiding.protect_all()
    return frozenset(hiding.hidden)


@dataclass
class _Hiding:
    """The set of hidden cells while it grows."""

    table: Table
    threshold: int
    shown: frozenset[Cell]
    hidden: set[Cell]
    safe: set[Cell] = field(default_factory=set)

    def protect_all(self) -> None:
        """Every hidden cell, the ones that this hides too: a proof holds as long as nothing is shown again."""
        while waiting := self.hidden - self.safe:
            for cell in sorted(waiting, key=self._order):
                self.hidden |= self._screen(cell)
                self.safe.add(cell)

    def _order(self, cell: Cell) -> tuple[int, Cell]:
        return -self.table.value(*cell), cell

    def _screen(self, cell: Cell) -> set[Cell]:
        """The cheapest cells that hide this one: fewest passes newly hidden."""
        for many in (NEAREST, None):
            best: tuple[int, set[Cell]] | None = None
            for screen in self._screens(cell, many):
                cost = sum(self.table.value(*one) for one in screen - self.hidden)
                if best is None or cost < best[0]:
                    best = cost, screen
                if not cost:
                    break
            if best is not None:
                return best[1]
        raise Untellable(cell)

    def _screens(self, cell: Cell, many: int | None) -> Iterator[set[Cell]]:
        row, column = cell
        inside = set(self.table.columns.under(column))
        for first in self._columns_of(row, inside):
            near = [None, *(one for one in self._columns_of(row, set(self.table.columns.leaves) - inside))]
            for second in near:
                screen = _Screen(self, row, first, second, many).found()
                if screen is not None:
                    yield screen | {cell}

    def _columns_of(self, row: str, among: set[str]) -> list[str]:
        """Columns that count something of the row which is not shown: where its passes could come from or go to."""
        leaves = self.table.rows.under(row)
        found = (one for one in among if any(self.may_hide([(leaf, one)]) for leaf in leaves))
        return sorted(found, key=lambda one: ((row, one) not in self.hidden, -self.table.value(row, one), one))

    def may_hide(self, cells: Iterable[Cell]) -> bool:
        """Whether all of them count something, and were not shown."""
        return all(cell in self.hidden or (cell not in self.shown and self.table.value(*cell)) for cell in cells)


@dataclass
class _Screen:
    """Passes that could go, in the column `first`, between rows of `row` and rows outside of it; and back in the column
    `second`, so that the sums of both stay. Without a second column, those sums are hidden too."""

    hiding: _Hiding
    row: str
    first: str
    second: str | None
    many: int | None
    """How many rows are looked at on each side; None: all."""

    def found(self) -> set[Cell] | None:
        """The cells that must be hidden for it; None where not enough passes could go."""
        rows, hiding = self.hiding.table.rows, self.hiding
        inside = self._sorted(rows.under(self.row), None)
        mine = set(rows.under(self.row))
        outside = self._sorted((one for one in rows.leaves if one not in mine), self.row)
        taken_in: list[str] = []
        taken_out: list[str] = []
        cells: set[Cell] = set()
        for many, (side, leaf, needed) in enumerate(self._in_turn(inside, outside)):
            (taken_in if side else taken_out).append(leaf)
            cells |= needed
            if many and taken_in and taken_out and self._room(taken_in, taken_out) >= hiding.threshold:
                return cells
        return None

    def _in_turn(
        self, inside: list[tuple[str, set[Cell]]], outside: list[tuple[str, set[Cell]]]
    ) -> Iterator[tuple[bool, str, set[Cell]]]:
        """One of each side first, then the cheapest of both."""
        firsts = [(True, *one) for one in inside[:1]] + [(False, *one) for one in outside[:1]]
        rest = [(True, *one) for one in inside[1:]] + [(False, *one) for one in outside[1:]]
        yield from firsts
        yield from sorted(rest, key=lambda one: self._cost(one[2]))

    def _sorted(self, leaves: Iterable[str], towards: str | None) -> list[tuple[str, set[Cell]]]:
        """The rows that may take part, with the cells that each needs hidden, the cheapest first."""
        needed = ((leaf, self._needed(leaf, towards)) for leaf in self._nearest(leaves))
        able = [(leaf, cells) for leaf, cells in needed if self.hiding.may_hide(cells)]
        return sorted(able, key=lambda one: (self._cost(one[1]), -self.hiding.table.value(one[0], self.first), one[0]))

    def _nearest(self, leaves: Iterable[str]) -> list[str]:
        """Those that count something, hidden ones and neighbours first."""
        hiding, parents = self.hiding, self.hiding.table.rows.parents
        there = [leaf for leaf in leaves if hiding.may_hide([(leaf, self.first)])]
        near = parents[self.row]
        order = {leaf: ((leaf, self.first) not in hiding.hidden, parents[leaf] != near) for leaf in there}
        return sorted(there, key=lambda leaf: order[leaf])[: self.many]

    def _needed(self, leaf: str, towards: str | None) -> set[Cell]:
        rows = self.hiding.table.rows
        if towards is None:
            crossed = [one for one in rows.up(leaf) if self.row in rows.up(one)]
        else:
            crossed = [*rows.below_meeting(leaf, towards), *rows.below_meeting(towards, leaf)]
        return {(one, column) for one in crossed for column in self._changing}

    @property
    def _changing(self) -> list[str]:
        """The columns whose cells change."""
        columns = self.hiding.table.columns
        there = columns.below_meeting(self.first, self.second)
        return there if self.second is None else [*there, *columns.below_meeting(self.second, self.first)]

    def _cost(self, cells: set[Cell]) -> int:
        return sum(self.hiding.table.value(*cell) for cell in cells - self.hiding.hidden)

    def _room(self, inside: list[str], outside: list[str]) -> int:
        """Between how many values the cell could stand: what could come and what could go, with what is there."""
        mine, theirs = (self._sum(side, self.first) for side in (inside, outside))
        if self.second is None:
            return mine + theirs
        mine_back, theirs_back = (self._sum(side, self.second) for side in (inside, outside))
        return min(mine, theirs_back) + min(theirs, mine_back)

    def _sum(self, leaves: list[str], column: str) -> int:
        return sum(self.hiding.table.value(leaf, column) for leaf in leaves)
