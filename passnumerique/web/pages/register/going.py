"""Where a person can go with the passes, for the letter: seats booked, and the nearest places."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from passnumerique.documents import papers
from passnumerique.ground.dates import clock_time, day_of
from passnumerique.training.queries import PublicSession
from passnumerique.training.queries.nearby import sessions_near
from passnumerique.web.desk import Desk
from passnumerique.web.pages.register.nearest import BookedHere, booked_by, distance, near_of
from passnumerique.web.templatetags.house import phone

WEEKS = 6
"""What « the coming weeks » are."""
PLACES, AT_EACH = 3, 2
"""How many places a letter tells, and how many sessions of each."""


def booked_seats(desk: Desk, numbers: Sequence[int]) -> tuple[papers.BookedSeat, ...]:
    """The seats that these passes have at sessions to come."""
    return tuple(_seat(one) for one in booked_by(desk, numbers))


def near_places(
    desk: Desk, commune: str, structure_id: UUID, needs: Sequence[UUID] = ()
) -> tuple[papers.NearPlace, ...]:
    """The nearest places with a session in the coming weeks, each with its next ones; those that fit the needs
    when there are any."""
    found: list[PublicSession] = []
    for themes in (needs, ()):
        found = found or sessions_near(
            desk.programme_id,
            desk.at,
            near=near_of(desk, commune, structure_id),
            themes=themes,
            until_day=desk.today + timedelta(weeks=WEEKS),
            limit=PLACES * AT_EACH,
            each_place=AT_EACH,
        )
    held: dict[UUID, list[PublicSession]] = {}
    for one in found:
        held.setdefault(one.place_id, []).append(one)
    return tuple(_near(some) for some in list(held.values())[:PLACES])


def _seat(one: BookedHere) -> papers.BookedSeat:
    return papers.BookedSeat(_dated(one), one.place, one.address, phone(one.phone), one.room, len(one.seats))


def _near(sessions: Sequence[PublicSession]) -> papers.NearPlace:
    place = sessions[0]
    address = ", ".join(part for part in (place.address, place.commune) if part)
    dated = tuple(_dated(one) for one in sessions)
    return papers.NearPlace(place.place, address, dated, phone(place.phone), distance(place.km))


def _dated(one: PublicSession | BookedHere) -> papers.NextSession:
    return papers.NextSession(day_of(one.starts_at), _hours(one.starts_at, one.ends_at), one.title)


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    return f"de {clock_time(starts_at)} à {clock_time(ends_at)}"
