"""Passes used at training sessions: the register spends them, this floor seats their bearers, in one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.db import retried
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations.doors import Doors
from passnumerique.training.operations.holding import hold_sessions, take_seats
from passnumerique.training.operations.waiting import lapse_offers
from passnumerique.training.queries.sessions import (
    participants_with_passes,
    seats_booked_with,
    seats_with_ids,
    sessions_with_ids,
)
from passnumerique.training.queries.waiting import sessions_with_lapsed_offers
from passnumerique.training.rules import SEATED, AttendanceStatus, SessionState
from passnumerique.training.rules.refusals import SessionFull, SessionIsCancelled
from passnumerique.vouchers.operations import undo
from passnumerique.vouchers.operations.redeeming import Asked, Outcome, Redeeming, Scan, Seating, redemption
from passnumerique.vouchers.queries.proving import reserved_for
from passnumerique.vouchers.queries.reading import redemptions_with_ids
from passnumerique.vouchers.rules.refusals import SetIncomplete


@dataclass(frozen=True, slots=True)
class Presented:
    """One pass presented: the id made by the client, the code as typed or read, the training session, the
    instant by the place's clock, and who presented it (None when nobody is named)."""

    id: UUID
    code: str
    session_id: UUID
    redeemed_at: datetime
    participant_id: UUID | None = None


def redeem_presented(
    *,
    programme_id: UUID,
    presented: Sequence[Presented],
    by: Actor,
    at: datetime,
    doors: Doors | None = None,
    timed: bool = True,
) -> list[Outcome]:
    """Spend passes at training sessions, seat their bearers as present, and tell each one's outcome, in order.

    For the place of the session and its mediators. A pass without participant is of the person whose seat it
    booked; otherwise of somebody new, under the scan's own id. Passes of one person carry one participant
    id: that of a seat, or a new one made by the client. The outcomes carry the participants so found.
    Refuses one scan at a time, by its outcome: a session unknown or of another place (NotFound), cancelled,
    not begun its day, or full; and whatever the register refuses of the pass. `doors` may remember, for as
    long as it says, what was agreed about a session. `timed`: the instant is part of what was presented; not
    where it was set right anew for each sending.
    """
    every = [(0, by, one) for one in presented]
    return _redeemed(programme_id, every, doors or Doors(programme_id), at, timed=timed)


def redeem_together(
    *,
    programme_id: UUID,
    sets: Sequence[tuple[Actor, Sequence[Presented]]],
    at: datetime,
    doors: Doors | None = None,
) -> list[list[Outcome]]:
    """What `redeem_presented` does, for the sets of several callers in one transaction."""
    doors = doors or Doors(programme_id)
    every = [(caller, by, one) for caller, (by, presented) in enumerate(sets) for one in presented]
    outcomes = iter(_redeemed(programme_id, every, doors, at, timed=True))
    return [[next(outcomes) for _ in presented] for _by, presented in sets]


def redeem_at_session(
    *, programme_id: UUID, session_id: UUID, scans: Sequence[Scan], redeemed_at: datetime, by: Actor, at: datetime
) -> list[Outcome]:
    """What `redeem_presented` does, for one session, its instant being no part of what is presented: a page
    puts there the instant of each sending. Raises what refuses the session as a whole: another place's
    (NotFound), cancelled, not begun its day, or at which no pass is taken that day."""
    presented = [Presented(one.id, one.code, session_id, redeemed_at, one.participant_id) for one in scans]
    doors = Doors(programme_id)
    for refusal in doors.open([(by, one) for one in presented[:1]], at):
        if isinstance(refusal, Refusal):
            raise refusal
    return _redeemed(programme_id, [(0, by, one) for one in presented], doors, at, timed=False)


def _redeemed(
    programme_id: UUID, every: Sequence[tuple[int, Actor, Presented]], doors: Doors, at: datetime, *, timed: bool
) -> list[Outcome]:
    """The outcome of each pass that a caller of that number presents, in order."""
    opened = retried(lambda: doors.open([(by, one) for _caller, by, one in every], at))
    scans = [Scan(one.id, one.code, one.participant_id) for _caller, _by, one in every]
    asked = [
        Asked(scan, door, one.redeemed_at, by, caller, timed)
        for (caller, by, one), scan, door in zip(every, scans, opened, strict=True)
        if not isinstance(door, Refusal)
    ]
    spent = iter(_spent(programme_id, asked, at))
    return [
        Outcome(scan, door) if isinstance(door, Refusal) else next(spent)
        for scan, door in zip(scans, opened, strict=True)
    ]


def _spent(programme_id: UUID, asked: Sequence[Asked], at: datetime) -> list[Outcome]:
    """What the register says; whoever found a session full of offers that are over is asked again without them."""
    told = REDEEMING.redeem(programme_id=programme_id, asked=asked, at=at)
    full = {one.workshop.id for one, outcome in zip(asked, told, strict=True) if _full(outcome)}
    if not full or not _swept(programme_id, full, at):
        return told
    places = [place for place, outcome in enumerate(told) if _full(outcome) or _incomplete(outcome)]
    again = REDEEMING.redeem(programme_id=programme_id, asked=[asked[place] for place in places], at=at)
    now = dict(zip(places, again, strict=True))
    return [now.get(place, outcome) for place, outcome in enumerate(told)]


def _full(outcome: Outcome) -> bool:
    return isinstance(outcome.refusal, SessionFull)


def _incomplete(outcome: Outcome) -> bool:
    return isinstance(outcome.refusal, SetIncomplete)


def _swept(programme_id: UUID, session_ids: set[UUID], at: datetime) -> int:
    """Take back the offers of these sessions whose time has passed, though no tick did; how many there were."""
    with transaction.atomic():
        hold_sessions(programme_id, session_ids)
        over = [one for one in sessions_with_lapsed_offers(programme_id, at) if one.id in session_ids]
        return sum(lapse_offers(session, at) for session in over)


_SQL = Path(__file__).parent / "sql"


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text().strip()


SEATING = Seating(
    before={name: _sql(name) for name in ("sessions", "booked", "seats", "seated", "who")},
    after=_sql("admitted"),
    columns=("arrivals", "booked_id", "is_new", "needs_seat", "came_nth"),
    write={name: _sql(name) for name in ("seats_taken", "newcomers", "present")},
    locks={"sessions": "s", "seats": "seat"},
)


def _why_no_seat(programme_id: UUID, asked: Sequence[Asked]) -> list[Refusal | None]:
    """Of passes that are held, why their bearers cannot sit down: the session is cancelled or full, or the
    participant sits in another one."""
    sessions = sessions_with_ids(programme_id, {one.workshop.id for one in asked})
    booked = seats_booked_with(programme_id, [one.code for one in asked])
    named = seats_with_ids(one.scan.participant_id for one in asked if one.scan.participant_id)
    told: list[Refusal | None] = []
    for one in asked:
        session, who = sessions[one.workshop.id], one.scan.participant_id
        seat = named.get(who) if who else booked.get((one.workshop.id, one.code))
        told.append(_why_not_seated(session, seat))
    return told


def _why_not_seated(session: TrainingSession, seat: Attendance | None) -> Refusal | None:
    if seat and seat.training_session_id != session.id:
        return NotFound()
    if session.state == SessionState.CANCELLED:
        return SessionIsCancelled()
    seated = seat and AttendanceStatus(seat.status) in SEATED
    return None if seated or session.seats_taken < session.seats else SessionFull(seats=session.seats)


REDEEMING = Redeeming(redemption(SEATING), _why_no_seat)
"""The operation of the register, with the seats of this floor."""


def undo_redemption(*, programme_id: UUID, redemption_id: UUID, cause: str, by: Actor, at: datetime) -> None:
    """Undo a redemption made at a session: the pass is held again, its bearer expected again. A pass that had
    booked the seat keeps it.

    For the place that took it; refuses what the register's `undo` refuses.
    """
    with transaction.atomic():
        row = redemptions_with_ids(programme_id, [redemption_id]).get(redemption_id)
        if row is None:
            raise NotFound
        take_seats(sessions_with_ids(programme_id, [row.training_session_id])[row.training_session_id], 0)
        undo(programme_id=programme_id, redemption_id=redemption_id, cause=cause, by=by, at=at)
        paid = participants_with_passes(programme_id, row.training_session_id)
        if row.participant_id and row.participant_id not in paid:
            _expect_again(programme_id, row.training_session_id, row.participant_id)


def _expect_again(programme_id: UUID, session_id: UUID, participant_id: UUID) -> None:
    rows = Attendance.objects.filter(programme_id=programme_id, id=participant_id)
    number = rows.values_list("voucher_number", flat=True).first()
    if number is not None and not reserved_for(programme_id, number, session_id):
        rows.update(voucher_number=None)
    rows.filter(status=AttendanceStatus.PRESENT).update(status=AttendanceStatus.EXPECTED)
