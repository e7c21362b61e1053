"""The figures that are published of a programme, edition after edition, and which of them are hidden."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from passnumerique.beneficiaries.rules import AgeBracket
from passnumerique.insight.published.periods import Period, editions, months_told, told_at
from passnumerique.insight.suppression import Counted, Table, Told, Tree, Untellable, hidden_cells
from passnumerique.programmes.queries import communes, terms_on
from passnumerique.vouchers.queries.published import Holder, Used, holders, uses_recorded

ALL = "ensemble"
ELSEWHERE = "ailleurs"


class Dimension(StrEnum):
    """What the figures are told apart by; each sums to the whole."""

    WHOLE = "ensemble"
    EPCI = "epci"
    COMMUNE = "commune"
    PLACE = "lieu"
    MODULE = "module"
    AGE = "tranche_age"
    PUBLIC = "public"


class Public(StrEnum):
    """Whether the person belongs to the public that the funder counts apart."""

    TARGET = "cible"
    OTHER = "autre"


@dataclass(frozen=True)
class Area:
    """A commune of the territory: its name, and its EPCI (SIREN or name, and name)."""

    name: str
    epci: str
    epci_name: str


Row = str
"""`commune:55545`, `epci:200066108`, `lieu:<id>`; `ensemble` for all of them."""


def row_of(dimension: Dimension, code: object) -> Row:
    """The name of a row."""
    return f"{dimension.value}:{code}"


@dataclass(frozen=True)
class Figures:
    """Every cell told by a day, by row and period, with what is hidden of it."""

    periods: list[Period]
    cells: Mapping[tuple[Row, Period], Counted]
    hidden: frozenset[tuple[Row, Period]]
    threshold: int
    areas: Mapping[str, Area] = field(default_factory=dict)


def figures_told(programme_id: UUID, first: date, day: date) -> Figures:
    """The figures told by a day, from the month of `first` on: the same on any later day."""
    months = months_told(first, day)
    if not months:
        return Figures([], {}, frozenset(), terms_on(programme_id, day).small_cell_people)
    before = told_at(months[-1])
    areas = {
        insee: Area(name, siren or epci, epci)
        for insee, name, siren, epci in communes(programme_id).values_list(
            "insee_code", "name", "epci_siren", "epci_name"
        )
    }
    uses = uses_recorded(programme_id, before, told_at)
    return _Telling(programme_id, areas, uses, holders(programme_id, before)).figures(months)


@dataclass
class _Telling:
    """The uses of a programme, and what is known of where and by whom."""

    programme_id: UUID
    areas: Mapping[str, Area]
    uses: Counter[Used]
    who: Mapping[UUID, Holder]

    def figures(self, months: list[date]) -> Figures:
        """Edition after edition: what was told stays told."""
        thresholds = {month: terms_on(self.programme_id, told_at(month).date()).small_cell_people for month in months}
        book = _Book()
        for edition in editions(months, self._people_between, thresholds.__getitem__):
            for period, parts in edition.periods.items():
                book.sums[period] = parts
                book.cells |= {(row, period): count for row, count in self._counts(period).items()}
                for tree in self.trees:
                    book.tell(period, tree, thresholds[edition.month])
        return Figures(list(book.sums), book.cells, frozenset(book.hidden), thresholds[months[-1]], self.areas)

    def _people_between(self, first: date, last: date) -> int:
        return len({used.handover_id for used in self.uses if first <= used.month <= last})

    def _counts(self, period: Period) -> dict[Row, Counted]:
        passes: Counter[Row] = Counter()
        people: defaultdict[Row, set[UUID | None]] = defaultdict(set)
        for used, count in self.uses.items():
            if period.holds(used.month):
                for row in self._rows_of(used):
                    passes[row] += count
                    people[row].add(used.handover_id)
        return {row: Counted(count, len(people[row])) for row, count in passes.items()}

    def _rows_of(self, used: Used) -> Iterator[Row]:
        yield ALL
        for leaf in self._leaves_of(used):
            for name in self._parents[leaf].up(leaf):
                if name != ALL:
                    yield name

    def _leaves_of(self, used: Used) -> tuple[Row, ...]:
        holder = self.who.get(used.handover_id) if used.handover_id else None
        target = Public.TARGET if holder and holder.target_public else Public.OTHER
        age = holder.age_bracket if holder else ELSEWHERE
        return (
            row_of(Dimension.COMMUNE, used.commune if used.commune in self.areas else ELSEWHERE),
            row_of(Dimension.PLACE, used.place_id),
            row_of(Dimension.MODULE, used.module_id),
            row_of(Dimension.AGE, age),
            row_of(Dimension.PUBLIC, target),
        )

    @cached_property
    def trees(self) -> list[Tree]:
        """One for each way to share the whole; all of them have it on top."""
        return [self._territory, *(self._flat(leaves) for leaves in self._flat_leaves())]

    @cached_property
    def _territory(self) -> Tree:
        """Communes in their EPCI; those without one, and what comes from elsewhere, straight under the whole."""
        parents: dict[str, str | None] = {ALL: None, row_of(Dimension.COMMUNE, ELSEWHERE): ALL}
        for insee, area in self.areas.items():
            epci = row_of(Dimension.EPCI, area.epci) if area.epci else ALL
            parents |= {} if epci == ALL else {epci: ALL}
            parents[row_of(Dimension.COMMUNE, insee)] = epci
        return Tree(parents)

    def _flat_leaves(self) -> list[list[Row]]:
        return [
            sorted({row_of(Dimension.PLACE, used.place_id) for used in self.uses}),
            sorted({row_of(Dimension.MODULE, used.module_id) for used in self.uses}),
            [row_of(Dimension.AGE, one) for one in (*AgeBracket, ELSEWHERE)],
            [row_of(Dimension.PUBLIC, one) for one in Public],
        ]

    def _flat(self, leaves: Iterable[Row]) -> Tree:
        return Tree({ALL: None} | dict.fromkeys(leaves, ALL))

    @cached_property
    def _parents(self) -> Mapping[Row, Tree]:
        return {row: tree for tree in self.trees for row in tree.parents if row != ALL}


@dataclass
class _Book:
    """What was told so far: cells by row and period, what each period sums, and what is hidden."""

    cells: dict[tuple[Row, Period], Counted] = field(default_factory=dict)
    sums: dict[Period, list[Period]] = field(default_factory=dict)
    hidden: set[tuple[Row, Period]] = field(default_factory=set)

    def tell(self, period: Period, rows: Tree, threshold: int) -> None:
        """Hide what must be of the new period, in the table with these rows and with all that it sums."""
        parents = dict(self._inside(period, None))
        columns = Tree({one.name: parent.name if parent else None for one, parent in parents.items()})
        named = {one.name: one for one in parents}
        mine = {(row, one.name) for row in rows.parents for one in parents if (row, one) in self.cells}
        told = {cell for cell in mine if cell[1] != period.name}
        gone = {cell for cell in told if (cell[0], named[cell[1]]) in self.hidden}
        cells = {(row, name): self.cells[row, named[name]] for row, name in mine}
        before = Told(frozenset(told - gone), frozenset(gone))
        try:
            hidden = hidden_cells(Table(rows, columns, cells), threshold, before)
        except Untellable:  # what was shown under a lower threshold stays shown: nothing of this period is told
            hidden = frozenset(mine - told)
        self.hidden |= {(row, named[name]) for row, name in hidden}

    def _inside(self, period: Period, parent: Period | None) -> Iterator[tuple[Period, Period | None]]:
        yield period, parent
        for part in self.sums[period]:
            yield from self._inside(part, period)
