"""Who lives near a workshop to come: residents within a distance of a place that holds one, commune by commune,
the holes between them, and where one more place would close most of them.

Distances are as the crow flies, in km; residents are those of the territory's vintage. A commune without any
organisation of the programme is put where those of its postcode are, and said to be estimated; where none is
known, nothing is said of it. Whoever calls has checked that the reader may see the programme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from passnumerique.directory.queries import accredited_names
from passnumerique.directory.queries.network import accredited_where
from passnumerique.directory.rules import AccreditationKind
from passnumerique.ground.dates import day_of
from passnumerique.programmes.queries import communes
from passnumerique.training.queries.nearby import Point, points_about, sessions_to_come
from passnumerique.training.rules import distance_km

WEEKS = 8
"""How far ahead a session counts."""
CANDIDATES = 5
"""How many places more are proposed."""


@dataclass(frozen=True)
class Site:
    """An organisation at a point, and its coming sessions (0 for one that might hold some)."""

    id: UUID
    name: str
    commune: str
    point: Point
    sessions: int = 0


@dataclass(frozen=True)
class Reached:
    """A commune, its residents, and the nearest place with a coming session: None where nothing is known."""

    insee: str
    name: str
    epci: str
    residents: int
    point: Point | None
    estimated: bool
    site: Site | None
    km: float | None

    def within(self, km: float) -> bool | None:
        """Whether that place is so near; None where the commune's point, or any place, is not known."""
        return None if self.point is None else self.km is not None and self.km <= km


@dataclass(frozen=True)
class Candidate:
    """An organisation that holds no session yet, and the communes that one there would bring within reach,
    those of the candidates before it taken away."""

    site: Site
    communes: tuple[str, ...]
    residents: int


@dataclass(frozen=True)
class Coverage:
    """The territory on one day, for a distance in km, counting the sessions of the coming weeks."""

    day: date
    until: date
    km: int
    sites: list[Site]
    communes: list[Reached]
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def residents(self) -> int:
        """Everybody of the territory."""
        return sum(one.residents for one in self.communes)

    @property
    def covered(self) -> int:
        """Residents of the communes within the distance."""
        return sum(one.residents for one in self.communes if one.within(self.km))

    @property
    def unknown(self) -> int:
        """Residents of the communes of which nothing can be said."""
        return sum(one.residents for one in self.communes if one.within(self.km) is None)

    @property
    def holes(self) -> list[Reached]:
        """The communes beyond the distance, the largest first."""
        far = [one for one in self.communes if one.within(self.km) is False]
        return sorted(far, key=lambda one: (-one.residents, one.name))


def coverage_on(programme_id: UUID, at: datetime, *, km: int, weeks: int = WEEKS) -> Coverage:
    """The coverage of the territory at that instant: places with a session planned in the coming `weeks`,
    free seats or not, at which passes are taken; six queries, whatever the size."""
    day = day_of(at)
    until = day + timedelta(weeks=weeks)
    open_sites, others = _sites(programme_id, at, day, until)
    reached = _reached(programme_id, open_sites)
    return Coverage(day, until, km, open_sites, reached, closing_most(reached, others, km))


def _sites(programme_id: UUID, at: datetime, day: date, until: date) -> tuple[list[Site], list[Site]]:
    """The places with coming sessions, and every other accredited organisation whose point is known."""
    ahead = sessions_to_come(programme_id, at, until_day=until, need_seats=0)
    counts = dict(ahead.values_list("place_id").annotate(many=Count("id")).order_by())
    accredited = accredited_names(programme_id, day)
    names = accredited[AccreditationKind.PRESCRIBER] | accredited[AccreditationKind.PLACE]
    found: tuple[list[Site], list[Site]] = ([], [])
    for one, where in accredited_where(programme_id).items():
        if where.point and one in names:
            site = Site(one, names[one], where.commune, where.point, counts.get(one, 0))
            found[0 if site.sessions and one in accredited[AccreditationKind.PLACE] else 1].append(site)
    return found


def _reached(programme_id: UUID, sites: Sequence[Site]) -> list[Reached]:
    points = points_about(programme_id)
    rows = communes(programme_id).values_list("insee_code", "name", "epci_name", "population")
    return [_of_commune(row, points, sites) for row in rows]


def _of_commune(
    row: tuple[str, str, str, int], points: Mapping[str, tuple[Point, bool]], sites: Sequence[Site]
) -> Reached:
    insee, name, epci, residents = row
    point, estimated = points.get(insee, (None, False))
    if point is None:
        return Reached(insee, name, epci, residents, None, False, None, None)
    km, site = min(((distance_km(point, one.point), one) for one in sites), key=_near, default=(None, None))
    return Reached(insee, name, epci, residents, point, estimated, site, km)


def _near(pair: tuple[float, Site]) -> tuple[float, str]:
    return pair[0], pair[1].name


def closing_most(
    reached: Iterable[Reached], others: Iterable[Site], km: float, many: int = CANDIDATES
) -> list[Candidate]:
    """Of these organisations, those whose sessions would bring most residents within the distance, each counting
    what those before it left. Greedy: for at least 63 % of what any choice of as many could reach (Nemhauser,
    Wolsey and Fisher, 1978)."""
    left = {one.insee: one for one in reached if one.within(km) is False}
    sites = list(others)
    near = {site.id: _around(site, left.values(), km) for site in sites}
    found: list[Candidate] = []
    while len(found) < many:
        gains = [(sum(left[code].residents for code in near[one.id] if code in left), one) for one in sites]
        gain, site = max(gains, key=lambda pair: (pair[0], pair[1].name), default=(0, None))
        if site is None or not gain:
            break
        closed = [left.pop(code) for code in near[site.id] if code in left]
        found.append(Candidate(site, tuple(one.name for one in closed), gain))
    return found


def _around(site: Site, holes: Iterable[Reached], km: float) -> list[str]:
    return [one.insee for one in holes if one.point and distance_km(site.point, one.point) <= km]
