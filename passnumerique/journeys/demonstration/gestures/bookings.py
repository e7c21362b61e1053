"""Seats booked ahead: structures take one for some of the people to whom they gave passes."""

from datetime import timedelta
from uuid import UUID

from passnumerique.ground.chance import chance
from passnumerique.ground.dates import start_of
from passnumerique.journeys.demonstration.cast import Cast
from passnumerique.journeys.demonstration.stage import Stage
from passnumerique.training.operations import book_seats
from passnumerique.training.queries.sessions import sessions
from passnumerique.training.queries.waiting import passes_ready
from passnumerique.vouchers.queries.history import codes_of
from passnumerique.vouchers.queries.reading import Seen, vouchers_in_state
from passnumerique.vouchers.rules import State

AHEAD_DAYS, MOST = 9, 4


def book_ahead(stage: Stage, cast: Cast) -> None:
    """Nine days before each session, take up to four of its seats for people who hold passes."""
    if not stage.working:
        return
    day = stage.day + timedelta(days=AHEAD_DAYS)
    after, before = start_of(day), start_of(day + timedelta(days=1))
    ahead = list(sessions(cast.manager, stage.programme_id, after=after, before=before))
    people = _free(stage, cast) if ahead else []
    for session in ahead:
        for _ in range(min(chance().randint(0, MOST), len(people))):
            _book(stage, cast, session.id, people.pop())


def _book(stage: Stage, cast: Cast, session_id: UUID, seen: Seen) -> None:
    book_seats(
        programme_id=stage.programme_id,
        session_id=session_id,
        codes=[codes_of(stage.programme_id, [seen.id])[seen.id]],
        by=cast.prescribers[seen.structure_id],
        at=stage.at(11, 20),
    )


def _free(stage: Stage, cast: Cast) -> list[Seen]:
    """One pass of each hand-over whose people have no seat yet, in an order drawn by chance."""
    held = [one for one in vouchers_in_state(stage.programme_id, State.HELD) if one.structure_id in cast.prescribers]
    ready = passes_ready(stage.programme_id, [one.number for one in held], stage.at(11, 20))
    seated = {one.handover_id for one in held if one.number not in ready}
    first = {one.handover_id: one for one in reversed(held) if one.handover_id not in seated}
    people = [first[key] for key in sorted(first, key=str)]
    return chance().sample(people, len(people))
