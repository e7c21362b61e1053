"""Where the person of a hand-over can go: sessions near the commune that fit the needs, seats already booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from passnumerique.directory.queries import organisations_by_id
from passnumerique.ground.money import NNBSP
from passnumerique.training.queries import PublicSession, title_of
from passnumerique.training.queries.nearby import Point, point_of_commune, sessions_near
from passnumerique.training.queries.plan import plan
from passnumerique.training.queries.waiting import seats_of_passes
from passnumerique.web.desk import Desk

SHOWN = 6
"""Sessions offered at the counter: enough to choose, few enough to read aloud."""
AT_EACH = 2
"""How many of them at one place."""


@dataclass(frozen=True)
class BookedHere:
    """Seats that passes of one hand-over have at one session to come."""

    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    phone: str
    room: str
    numbers: tuple[int, ...]
    seats: tuple[UUID, ...]
    booked_by: UUID | None
    """The structure or place that booked them; None when the person did."""

    @property
    def by_pass(self) -> list[tuple[int, UUID]]:
        """Each pass with its seat."""
        return list(zip(self.numbers, self.seats, strict=True))


def themes_of(programme_id: UUID) -> list[tuple[str, str]]:
    """The themes of the programme's own plan, as a choice of needs."""
    return [(str(theme.id), theme.name) for theme in plan(programme_id)]


def prices_of(programme_id: UUID) -> dict[UUID, int]:
    """How many passes each module asks of one person."""
    return {module.id: module.price_passes for theme in plan(programme_id) for module in theme.modules}


def needs_of(recipient: Any) -> list[UUID]:
    """The themes that a recipient wants."""
    return [UUID(one) for one in recipient.needs]


def sessions_for(desk: Desk, handover: Any, *, everything: bool = False) -> list[PublicSession]:
    """The next sessions with a free seat, nearest to the person's commune first, that fit the needs; all themes
    with `everything`, and when nothing fits."""
    near, needs = near_of(desk, handover.recipient.commune, handover.structure_id), needs_of(handover.recipient)
    if needs and not everything:
        found = sessions_near(desk.programme_id, desk.at, near=near, themes=needs, limit=SHOWN, each_place=AT_EACH)
        if found:
            return found
    return sessions_near(desk.programme_id, desk.at, near=near, limit=SHOWN, each_place=AT_EACH)


def near_of(desk: Desk, commune: str, structure_id: UUID) -> Point | None:
    """About where the person lives; where the structure is when nothing is known of the commune."""
    point = point_of_commune(desk.programme_id, commune)
    giver = organisations_by_id([structure_id])[structure_id]
    if point or giver.latitude is None or giver.longitude is None:
        return point
    return float(giver.latitude), float(giver.longitude)


def booked_by(desk: Desk, numbers: Sequence[int]) -> list[BookedHere]:
    """The seats that these passes have at sessions not over, one line for each session, soonest first."""
    rows = seats_of_passes(desk.programme_id, numbers, desk.at)
    places = organisations_by_id({row.training_session.place_id for row in rows})
    held: dict[UUID, list[Any]] = {}
    for row in rows:
        held.setdefault(row.training_session_id, []).append(row)
    return [_booked(some, places[some[0].training_session.place_id]) for some in held.values()]


def _booked(rows: Sequence[Any], place: Any) -> BookedHere:
    session = rows[0].training_session
    return BookedHere(
        session_id=session.id,
        title=title_of(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place.name,
        address=", ".join(part for part in (place.address, f"{place.postcode} {place.commune}".strip()) if part),
        phone=place.phone,
        room=session.room,
        numbers=tuple(row.voucher_number for row in rows),
        seats=tuple(row.id for row in rows),
        booked_by=rows[0].by_organisation,
    )


def distance(km: float | None) -> str:
    """A distance as papers say it: `à 4 km`, `tout près`; nothing when it is not known."""
    if km is None:
        return ""
    return f"à {round(km)}{NNBSP}km" if km >= 1 else "tout près"
