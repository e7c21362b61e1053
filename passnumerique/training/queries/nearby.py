"""Sessions to come near a point, for anybody: nothing personal. And where communes are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from passnumerique.directory.queries import organisations_by_id
from passnumerique.directory.queries.network import accredited_where
from passnumerique.directory.rules import AccreditationKind, in_force
from passnumerique.ground.dates import end_of, start_of
from passnumerique.programmes.queries import commune_now, communes
from passnumerique.training.models import Module, TrainingSession
from passnumerique.training.queries.sessions import slot_of, title_of
from passnumerique.training.rules import SessionState, distance_km

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""
FIRST_PLACES = 4
"""How many of the nearest places are asked first; then four times as many, and so on."""


@dataclass(frozen=True)
class PublicSession:
    """What anybody may read of a session to come. `waiting`: it is full, and one may wait for a seat."""

    id: UUID
    title: str
    module: str
    starts_at: datetime
    ends_at: datetime
    place_id: UUID
    place: str
    address: str
    commune: str
    phone: str
    room: str
    accessibility: str
    free_seats: int
    km: float | None = None
    theme: str = ""
    module_id: UUID | None = None
    waiting: bool = False
    opening_hours: str = ""
    equipment: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class NearPlace:
    """A mediation place with the days on which it is accredited, and how far it is (None: not known)."""

    id: UUID
    periods: Sequence[tuple[date, date | None]]
    km: float | None

    @property
    def until(self) -> date | None:
        """The last day of its last accreditation; None when that has no end."""
        ends = [until for _since, until in self.periods]
        return None if None in ends else max(one for one in ends if one)

    def open_on(self, day: date) -> bool:
        """Whether it is accredited that day."""
        return any(in_force(since, until, day) for since, until in self.periods)


def sessions_near(
    programme_id: UUID,
    at: datetime,
    *,
    near: Point | None = None,
    themes: Sequence[UUID] = (),
    module_id: UUID | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
    need_seats: int = 1,
    limit: int = 6,
    each_place: int | None = None,
) -> list[PublicSession]:
    """The next sessions at accredited places with at least `need_seats` seats (0: the full ones too).

    With `near`, the nearest places first, and at each the soonest session first, at most `each_place` of
    them; places whose point is not known come last. Without it, the soonest sessions first.
    """
    rows = sessions_to_come(programme_id, at, from_day, until_day, need_seats)
    if module_id is not None:
        rows = rows.filter(module_id=module_id)
    if themes:
        rows = rows.filter(module_id__in=_modules_of(programme_id, themes))
    places = near_places(programme_id, near)
    if near is None and each_place is None:
        return _as_public(_soonest(rows, places, limit), places, near)
    of_modules = module_id is not None or bool(themes)
    found = nearest_sessions(rows, places, limit, each_place, of_modules=of_modules)
    return _as_public(found, places, near)


def sessions_to_come(
    programme_id: UUID,
    at: datetime,
    from_day: date | None = None,
    until_day: date | None = None,
    need_seats: int = 1,
) -> QuerySet[TrainingSession]:
    """The planned sessions that begin after that instant, within these days, with so many seats free."""
    rows = TrainingSession.objects.filter(programme_id=programme_id, state=SessionState.PLANNED, starts_at__gt=at)
    if from_day is not None:
        rows = rows.filter(starts_at__gte=start_of(from_day))
    if until_day is not None:
        rows = rows.filter(starts_at__lt=end_of(until_day))
    return rows.filter(seats_taken__lte=F("seats") - need_seats) if need_seats else rows


def _modules_of(programme_id: UUID, themes: Sequence[UUID]) -> list[UUID]:
    rows = Module.objects.filter(programme_id=programme_id, theme__in=list(themes))
    return list(rows.values_list("id", flat=True).order_by("id"))


def near_places(programme_id: UUID, near: Point | None) -> dict[UUID, NearPlace]:
    """The places that are, were or will be accredited, nearest first, those of unknown point last."""
    found = [
        NearPlace(one, where.periods, distance_km(near, where.point) if near and where.point else None)
        for one, where in accredited_where(programme_id, AccreditationKind.PLACE).items()
    ]
    found.sort(key=lambda place: (place.km is None, place.km or 0, place.id))
    return {place.id: place for place in found}


def _soonest(rows: QuerySet[TrainingSession], places: dict[UUID, NearPlace], limit: int) -> list[TrainingSession]:
    """The soonest at places accredited that day: asked some at a time, since few are held elsewhere."""
    rows = rows.filter(place_id__in=list(places)).order_by("starts_at", "id").select_related(*_NAMES)
    found: list[TrainingSession] = []
    start, size = 0, limit + 10
    while len(found) < limit:
        some = list(rows[start : start + size])
        found += [row for row in some if places[row.place_id].open_on(slot_of(row).day)]
        if len(some) < size:
            break
        start, size = start + size, size * 2
    return found[:limit]


_NAMES = ("module__theme", "planned_session")


def nearest_sessions(
    rows: QuerySet[TrainingSession],
    places: dict[UUID, NearPlace],
    limit: int,
    each_place: int | None,
    *,
    of_modules: bool,
) -> list[TrainingSession]:
    """The first of these sessions in the order of the places, the soonest first at each: some places at a
    time, until there are enough. Where they are `of_modules`, which few places may hold, the others are
    passed over once the nearest have not enough."""
    nearest, others = list(places.values())[:FIRST_PLACES], list(places.values())[FIRST_PLACES:]
    found = _at_places(rows, nearest, limit, each_place)
    if of_modules and len(found) < limit:
        # Without DISTINCT, for which SQLite would walk through every place instead of the module.
        holding = set(rows.values_list("place_id", flat=True).order_by())
        others = [place for place in others if place.id in holding]
    for some in _growing(others):
        if len(found) >= limit:
            break
        found += _at_places(rows, some, limit - len(found), each_place)
    return found


def _growing(places: list[NearPlace]) -> Iterator[list[NearPlace]]:
    start, size = 0, FIRST_PLACES * 4
    while start < len(places):
        yield places[start : start + size]
        start, size = start + size, size * 4


def _at_places(
    rows: QuerySet[TrainingSession], places: Sequence[NearPlace], limit: int, each_place: int | None
) -> list[TrainingSession]:
    """The sessions of these places in their order, soonest first at each, at most so many of all and of each."""
    known = {place.id: place for place in places}
    rows = rows.filter(place_id__in=list(known))
    for place in places:
        if place.until is not None:
            rows = rows.exclude(place_id=place.id, starts_at__gte=end_of(place.until))
    ids = _first_of_each(rows, min(each_place or limit, limit))
    found = TrainingSession.objects.filter(id__in=ids).select_related(*_NAMES).order_by("starts_at", "id")
    kept = [row for row in found if known[row.place_id].open_on(slot_of(row).day)]
    ranks = {place.id: rank for rank, place in enumerate(places)}
    return sorted(kept, key=lambda row: ranks[row.place_id])[:limit]


def _first_of_each(rows: QuerySet[TrainingSession], many: int) -> list[UUID]:
    order = Window(RowNumber(), partition_by=[F("place_id")], order_by=[F("starts_at").asc(), F("id").asc()])
    return list(rows.annotate(rank=order).filter(rank__lte=many).values_list("id", flat=True).order_by())


def _as_public(
    rows: Sequence[TrainingSession], places: dict[UUID, NearPlace], near: Point | None
) -> list[PublicSession]:
    held = organisations_by_id(row.place_id for row in rows)
    return [_public(row, held[row.place_id], places[row.place_id].km) for row in rows]


def as_public(rows: Sequence[TrainingSession]) -> list[PublicSession]:
    """These sessions, read with their module and planned session, as anybody may read them, in their order."""
    held = organisations_by_id(row.place_id for row in rows)
    return [_public(row, held[row.place_id], None) for row in rows]


def _public(row: TrainingSession, place: Any, km: float | None) -> PublicSession:
    return PublicSession(
        id=row.id,
        title=title_of(row),
        module=row.module.name,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=row.place_id,
        place=place.name,
        address=place.address,
        commune=place.commune,
        phone=place.phone,
        room=row.room,
        accessibility=row.accessibility,
        free_seats=row.seats - row.seats_taken,
        km=km,
        theme=row.module.theme.name,
        module_id=row.module_id,
        waiting=row.seats_taken >= row.seats,
        opening_hours=place.opening_hours,
        equipment=row.equipment,
        latitude=place.latitude,
        longitude=place.longitude,
    )


def point_of_commune(programme_id: UUID, insee: str) -> Point | None:
    """About where a commune is: the middle of the structures and places of the programme in it; else of those
    of the same postcode, else of the same EPCI; None when nothing near is known. The code of a commune that
    merged is led to the one in force when the territory's vintage knows it."""
    insee = commune_now(programme_id, insee)
    here = accredited_where(programme_id, insee_code=insee).values()
    return middle([one.point for one in here if one.point]) or _point_beside(programme_id, insee)


def _point_beside(programme_id: UUID, insee: str) -> Point | None:
    """About where a commune without any structure or place is, from those around."""
    known = points_of_communes(programme_id)
    row = communes(programme_id).filter(insee_code=insee).first()
    if row is None:
        return None
    postcodes = _postcodes(row.postcodes)
    beside = communes(programme_id).filter(insee_code__in=list(known)).exclude(insee_code=insee)
    others = list(beside.values_list("insee_code", "postcodes", "epci_siren"))
    same_post = [known[code] for code, codes, _epci in others if any(one in codes for one in postcodes)]
    same_epci = [known[code] for code, _codes, epci in others if row.epci_siren and epci == row.epci_siren]
    return middle(same_post) or middle(same_epci)


def points_of_communes(programme_id: UUID) -> dict[str, Point]:
    """The middle of the structures and places of the programme in each commune that has one, by INSEE code."""
    found: dict[str, list[Point]] = {}
    for where in accredited_where(programme_id).values():
        if where.insee_code and where.point:
            found.setdefault(where.insee_code, []).append(where.point)
    return {code: point for code, points in found.items() if (point := middle(points))}


def points_about(programme_id: UUID) -> dict[str, tuple[Point, bool]]:
    """About where each commune of the territory is, by INSEE code, and whether that is estimated: from those of
    the same postcode where the commune itself has no structure or place. One of which nothing is known is not there."""
    known = points_of_communes(programme_id)
    rows = list(communes(programme_id).values_list("insee_code", "postcodes"))
    beside: dict[str, list[Point]] = {}
    for insee, written in rows:
        for postcode in _postcodes(written) if insee in known else ():
            beside.setdefault(postcode, []).append(known[insee])
    found: dict[str, tuple[Point, bool]] = {}
    for insee, written in rows:
        around = middle([point for postcode in _postcodes(written) for point in beside.get(postcode, ())])
        point = known.get(insee) or around
        if point:
            found[insee] = (point, insee not in known)
    return found


def _postcodes(written: str) -> set[str]:
    return set(written.replace(";", ",").replace(" ", ",").split(",")) - {""}


def middle(points: Sequence[Point]) -> Point | None:
    """The middle of some points; None for none."""
    return (fmean(lat for lat, _ in points), fmean(lon for _, lon in points)) if points else None
