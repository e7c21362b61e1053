"""What a device takes along before it goes without network: its place's sessions of today and tomorrow, and the
passes as tags. Nothing by which a pass could be spent, nobody's contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from passnumerique.directory.queries import organisations_by_id, organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, end_of, start_of
from passnumerique.ground.ids import NOBODY
from passnumerique.programmes.queries import held_on
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.queries.nearby import points_of_communes
from passnumerique.training.queries.sessions import sessions, slot_of, title_of
from passnumerique.training.rules import SessionState, distance_km
from passnumerique.vouchers.queries.roster import Far, RosterOfPasses, roster_of_passes
from passnumerique.vouchers.rules import last_day_of_use

DAYS_ALONG = 2
"""Today and tomorrow."""
FAR_AWAY = 1e9


@dataclass(frozen=True)
class RosterSeat:
    """One line of a session's list; `tag` of the pass that booked or paid it, when the device holds it."""

    id: UUID
    rank: int
    label: str
    tag: bytes | None
    status: str


@dataclass(frozen=True)
class RosterSession:
    """One session of the place; `price` in passes for one person."""

    id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    price: int
    participants: Sequence[RosterSeat]


@dataclass(frozen=True)
class Roster:
    """Everything of a roster: the day it is for, until when it may be judged by, the sessions, the passes."""

    day: date
    expires_at: datetime
    validity_until: date
    last_day_of_use: date
    sessions: Sequence[RosterSession]
    passes: RosterOfPasses
    places: Sequence[str]


def roster_for(actor: Actor, programme_id: UUID, at: datetime) -> Roster:
    """What a device of the actor's place takes along at that instant. For a place and its mediators."""
    require(actor, Permission.REDEEM)
    day = day_of(at)
    held = held_on(programme_id, day)
    rows = _sessions(actor, programme_id, day)
    passes = roster_of_passes(programme_id, far=_far_from(programme_id, actor.organisation_id or NOBODY))
    names = organisations_named(passes.places)
    seats = _seats(programme_id, rows, passes)
    return Roster(
        day=day,
        expires_at=end_of(day + timedelta(days=DAYS_ALONG - 1)),
        validity_until=held.calendar.validity_until,
        last_day_of_use=last_day_of_use(held.calendar, held.terms.tolerance_days),
        sessions=[
            RosterSession(
                id=row.id,
                title=title_of(row),
                room=row.room,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                seats=row.seats,
                price=held.terms.passes_for(slot_of(row).minutes, row.module.price_passes),
                participants=seats.get(row.id, ()),
            )
            for row in rows
        ],
        passes=passes,
        places=[names.get(place, "") for place in passes.places],
    )


def _sessions(actor: Actor, programme_id: UUID, day: date) -> list[TrainingSession]:
    """The place's own sessions of that day and the next that take place, soonest first."""
    first, after = start_of(day), end_of(day + timedelta(days=DAYS_ALONG - 1))
    rows = sessions(actor, programme_id, state=SessionState.PLANNED)
    rows = rows.filter(place_id=actor.organisation_id or NOBODY, starts_at__gte=first, starts_at__lt=after)
    return list(rows)


def _seats(programme_id: UUID, rows: Sequence[TrainingSession], passes: RosterOfPasses) -> dict[UUID, list[RosterSeat]]:
    found: dict[UUID, list[RosterSeat]] = {}
    seats = Attendance.objects.filter(programme_id=programme_id, training_session__in=[row.id for row in rows])
    for seat in seats.order_by("rank", "id"):
        tag = passes.tags.get(seat.voucher_number or 0)
        line = RosterSeat(seat.id, seat.rank, seat.label, tag, seat.status)
        found.setdefault(seat.training_session_id, []).append(line)
    return found


def _far_from(programme_id: UUID, place_id: UUID) -> Far:
    """How far communes are from the place, in kilometres; those whose point is not known are far away."""
    place = organisations_by_id([place_id]).get(place_id)
    known: dict[str, float] = {}
    if place and place.latitude is not None and place.longitude is not None:
        here = place.latitude, place.longitude
        known = {code: distance_km(here, point) for code, point in points_of_communes(programme_id).items()}
    if place and place.insee_code:
        known[place.insee_code] = 0.0
    return lambda commune: known.get(commune, FAR_AWAY)
