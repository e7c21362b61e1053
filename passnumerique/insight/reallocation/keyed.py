"""An allocation key tried before a distribution: what each structure would get, and what would be used of it. Read
only; whoever calls has checked that the reader may see the programme."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from passnumerique.directory.queries.network import organisations_where
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.reallocation.demand import worths
from passnumerique.insight.reallocation.keys import Key, shared
from passnumerique.insight.reallocation.model import Moving, Shelf, best_plan
from passnumerique.insight.reallocation.reading import Told
from passnumerique.programmes.queries import communes

RESIDENTS, PACE, PRIORITY = "residents", "pace", "priority"
"""What passes may be shared by: residents of the commune (shared between its structures), passes asked of the
structure before the date, and whether it is one of those put first."""


@dataclass(frozen=True)
class Given:
    """One structure: its stock, what is asked of it, and what it would get under each way."""

    structure_id: UUID
    name: str
    residents: int
    stock: int
    asked: float
    alike: int
    by_key: int
    best: int


@dataclass(frozen=True)
class Keyed:
    """The structures, and the passes used before the date thanks to what is given, under each way."""

    rows: Sequence[Given]
    passes: int
    used_alike: float
    used_by_key: float
    used_best: float


def keyed_on(programme_id: UUID, told: Told, passes: int, key: Key, first: Collection[UUID] = ()) -> Keyed:
    """So many passes shared by a key among the structures that may receive, beside an equal split and the best there
    is. `first` are the structures put first."""
    shelves = [one for one in told.shelves if one.takes]
    residents = _residents(programme_id, [one.name for one in shelves])
    measures = {
        RESIDENTS: [residents[one.name] for one in shelves],
        PACE: [one.asked for one in shelves],
        PRIORITY: [float(one.name in first) for one in shelves],
    }
    alike = shared(Key(0, {}), passes, {}, len(shelves), told.unit)
    by_key = shared(key, passes, measures, len(shelves), told.unit)
    best = _best(shelves, passes // told.unit * told.unit, told.unit)
    rows = [
        Given(one.name, told.names.get(one.name, ""), round(residents[one.name]), one.stock, one.asked, *given)
        for one, *given in zip(shelves, alike, by_key, best, strict=True)
    ]
    used = [sum(_more(one, count) for one, count in zip(shelves, way, strict=True)) for way in (alike, by_key, best)]
    return Keyed(sorted(rows, key=lambda one: (-one.by_key, one.name)), sum(by_key), *used)


def _more(shelf: Shelf, given: int) -> float:
    """Passes more that are used before the date thanks to so many given."""
    return shelf.share * sum(worths(shelf.asked, shelf.shape, shelf.stock + given)[shelf.stock :])


def _best(shelves: Sequence[Shelf], passes: int, unit: int) -> list[int]:
    """The split by which most are used; what nobody would use is shared alike, as the other ways do."""
    kept = [replace(one, gives=False) for one in shelves]
    plan = best_plan([Shelf(NOBODY, passes, 0.0, takes=False), *kept], Moving(unit, cost=0.0, least=0.0))
    left = shared(Key(0, {}), plan.stock[NOBODY], {}, len(shelves), unit)
    return [plan.stock[one.name] - one.stock + more for one, more in zip(shelves, left, strict=True)]


def _residents(programme_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, float]:
    """Residents of the commune of each, shared between its structures; 0 where it is not of the territory."""
    population = dict(communes(programme_id).values_list("insee_code", "population"))
    where = {one: found.insee_code for one, found in organisations_where(ids).items()}
    many = Counter(where.values())
    return {one: population.get(where.get(one, ""), 0) / max(many[where.get(one, "")], 1) for one in ids}
