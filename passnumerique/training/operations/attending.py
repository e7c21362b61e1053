"""Attendance taken at the table: who is there, the passes of their seats used in the same act, and those who
came without a booking, alone or as a group. Each line is done as a whole or not at all; a line that is
refused does not spoil its neighbours.

A pass that booked a seat is taken by its whole code, or by the last four letters of its card: its number
alone takes nothing (`docs/decisions/0012-taking-a-booked-pass.md`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.beneficiaries.rules import Autonomy
from passnumerique.directory.rules import Actor
from passnumerique.ground.codes import fold
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import retried
from passnumerique.ground.refusals import NotFound, Refusal
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.training.operations.endings import Endings, Read
from passnumerique.training.operations.holding import take_seats
from passnumerique.training.operations.redeeming import redeem_at_session
from passnumerique.training.operations.seating import mark_attendance, new_seat, why_no_seat
from passnumerique.training.operations.sheets import hold_open, who_is
from passnumerique.training.operations.waiting import lapse_offers
from passnumerique.training.queries.attending import seats_of, signatures_of
from passnumerique.training.queries.sessions import access_held_session, last_rank, seats_booked_with, slot_of
from passnumerique.training.rules import (
    AFTER_THE_DAY_CAME,
    AttendanceStatus,
    check_begun,
)
from passnumerique.training.rules.refusals import (
    AbsentKeepsPass,
    GroupNotWhole,
    SignedPresent,
)
from passnumerique.vouchers.operations.redeeming import Outcome, Scan
from passnumerique.vouchers.rules.refusals import SetIncomplete


@dataclass(frozen=True, slots=True)
class Marked:
    """What is noted of one person of the list; what is None stays as it is. Each of `passes` carries a whole
    code, or the last four letters of the pass that booked the seat."""

    attendance_id: UUID
    status: AttendanceStatus | None = None
    passes: tuple[Scan, ...] = ()
    autonomy_before: Autonomy | None = None
    autonomy_after: Autonomy | None = None
    new_here: bool | None = None


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came: with passes, or with none. `id` is made by the client before sending; it becomes the
    attendance's, unless one of the passes booked a seat here."""

    id: UUID
    passes: tuple[Scan, ...] = ()
    label: str = ""
    new_here: bool | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of one line: done (`refusal` None), with the numbers of the passes taken, or refused and why.
    `replayed`: its passes had been taken before, under the same ids."""

    attendance_id: UUID
    refusal: Refusal | None = None
    numbers: tuple[int, ...] = ()
    replayed: bool = False


class _Spoilt(Exception):  # noqa: N818 — never leaves this room
    """One of a group is refused: nothing of the group stands."""


def take_attendance(
    *, programme_id: UUID, session_id: UUID, present: Sequence[Marked], by: Actor, at: datetime
) -> list[Noted]:
    """Note people of the list, take the passes given with them, and tell what became of each line, in order.

    For the session's place and its mediators; without passes also for who manages training. Raises what
    refuses the session as a whole: another place's, cancelled, not begun its day, its sheet closed, a seat
    that is none of its own. Refuses one line: a wrong ending, whatever the register refuses of a pass, a
    pass of somebody absent, to mark away who signed or paid, and a seat taken back where none is free.
    """
    session = access_held_session(by, programme_id, session_id)
    if any(one.passes or one.status in AFTER_THE_DAY_CAME for one in present):
        check_begun(slot_of(session), day_of(at))
    seats = seats_of(programme_id, session.id, (one.attendance_id for one in present))
    if len(seats) < len(present):
        raise NotFound
    read = Endings(session, at).read([(one.attendance_id, one.passes) for one in present])
    return retried(lambda: _noted(session, present, seats, read, by, at))


def _noted(
    session: TrainingSession,
    present: Sequence[Marked],
    seats: Mapping[UUID, Attendance],
    read: Mapping[UUID, Read],
    by: Actor,
    at: datetime,
) -> list[Noted]:
    with transaction.atomic():
        hold_open(session)
        told = _refused_before(session, present, seats, read)
        paying = {one.attendance_id: read[one.attendance_id].scans for one in present if one.passes}
        told |= _spent(session, {key: scans for key, scans in paying.items() if key not in told}, by, at)
        told |= _marked(session, [one for one in present if _may_mark(one, told)], by, at)
        for one in present:
            if one.attendance_id not in told or told[one.attendance_id].refusal is None:
                _note_progress(session, one)
    return [told.get(one.attendance_id) or Noted(one.attendance_id) for one in present]


def _refused_before(
    session: TrainingSession,
    present: Sequence[Marked],
    seats: Mapping[UUID, Attendance],
    read: Mapping[UUID, Read],
) -> dict[UUID, Noted]:
    signed = signatures_of(session.programme_id, seats)
    told = {}
    for one in present:
        away = one.status not in {None, AttendanceStatus.PRESENT}
        refusal = read[one.attendance_id].refusal
        if away and one.passes:
            refusal = AbsentKeepsPass()
        elif away and one.attendance_id in signed:
            refusal = SignedPresent(who=who_is(seats[one.attendance_id]))
        if refusal:
            told[one.attendance_id] = Noted(one.attendance_id, refusal)
    return told


def _may_mark(one: Marked, told: Mapping[UUID, Noted]) -> bool:
    """Whether a status is to be written: a pass taken has seated its bearer already."""
    return one.status is not None and one.attendance_id not in told


def _marked(session: TrainingSession, lines: Sequence[Marked], by: Actor, at: datetime) -> dict[UUID, Noted]:
    """The lines whose status was refused, alone where the whole set does not pass."""
    wanted = {one.attendance_id: one.status for one in lines if one.status}
    if not wanted:
        return {}
    given = {"programme_id": session.programme_id, "session_id": session.id, "by": by, "at": at}
    try:
        with transaction.atomic():
            mark_attendance(statuses=wanted, **given)  # type: ignore[arg-type]
        return {}
    except Refusal as refusal:
        if len(wanted) == 1:
            return {key: Noted(key, refusal) for key in wanted}
    return {key: noted for one in lines for key, noted in _marked(session, [one], by, at).items()}


def _note_progress(session: TrainingSession, one: Marked) -> None:
    given = {
        "autonomy_before": one.autonomy_before,
        "autonomy_after": one.autonomy_after,
        "new_here": one.new_here,
    }
    known = {name: value for name, value in given.items() if value is not None}
    if known:
        Attendance.objects.filter(programme_id=session.programme_id, id=one.attendance_id).update(**known)


def add_walk_ins(
    *,
    programme_id: UUID,
    session_id: UUID,
    walk_ins: Sequence[WalkIn],
    by: Actor,
    at: datetime,
    together: bool = False,
) -> list[Noted]:
    """Seat people who came, present, with their passes taken in the same act, and tell what became of each, in
    order. A pass that booked a seat here is of whoever sits in it; four letters find such a seat too.

    For the session's place and its mediators; without passes also for who manages training. `together`: all
    of them or nobody. Raises and refuses what `take_attendance` does, and whoever finds no free seat.
    """
    session = access_held_session(by, programme_id, session_id)
    check_begun(slot_of(session), day_of(at))
    read = Endings(session, at).read([(None, one.passes) for one in walk_ins], [one.id for one in walk_ins])

    def seat() -> list[Noted]:
        try:
            with transaction.atomic():
                hold_open(session)
                lapse_offers(session, at)
                told = _seated(session, walk_ins, read, by, at)
                if together and any(one.refusal for one in told):
                    raise _Spoilt(told)
        except _Spoilt as spoilt:
            return [replace(one, refusal=one.refusal or GroupNotWhole(), numbers=()) for one in spoilt.args[0]]
        return told

    return retried(seat)


def _seated(
    session: TrainingSession, walk_ins: Sequence[WalkIn], read: Mapping[UUID, Read], by: Actor, at: datetime
) -> list[Noted]:
    told = {one.id: Noted(one.id, read[one.id].refusal) for one in walk_ins if read[one.id].refusal}
    paying = {one.id: read[one.id] for one in walk_ins if one.passes and one.id not in told}
    booked = seats_booked_with(session.programme_id, [scan.code for one in paying.values() for scan in one.scans])
    who = {key: one.seat_id or _booked_by(session, one.scans, booked) or key for key, one in paying.items()}
    spent = _spent(session, {who[key]: one.scans for key, one in paying.items()}, by, at)
    told |= {key: spent[who[key]] for key in paying}
    for one in walk_ins:
        if one.id not in told:
            told[one.id] = _sit_down(session, one, by, at)
        if told[one.id].refusal is None:
            _note_walk_in(session, one, told[one.id].attendance_id)
    return [told[one.id] for one in walk_ins]


def _booked_by(
    session: TrainingSession, scans: Iterable[Scan], booked: Mapping[tuple[UUID, str], Attendance]
) -> UUID | None:
    """The seat that one of these passes booked here."""
    found = (booked.get((session.id, fold(scan.code))) for scan in scans)
    return next((seat.id for seat in found if seat), None)


def _sit_down(session: TrainingSession, one: WalkIn, by: Actor, at: datetime) -> Noted:
    """A seat for somebody without a pass; the same id again is the same person."""
    if seats_of(session.programme_id, session.id, [one.id]):
        return Noted(one.id, replayed=True)
    if not take_seats(session, 1, arriving=1):
        return Noted(one.id, why_no_seat(session))
    seat = new_seat(session, last_rank(session), AttendanceStatus.PRESENT, by, at)
    seat.id = one.id
    seat.save(force_insert=True)
    return Noted(one.id)


def _note_walk_in(session: TrainingSession, one: WalkIn, attendance_id: UUID) -> None:
    rows = Attendance.objects.filter(programme_id=session.programme_id, id=attendance_id)
    if one.label.strip():
        rows.filter(label="").update(label=one.label.strip()[:40])
    if one.new_here is not None:
        rows.update(new_here=one.new_here)


def _spent(
    session: TrainingSession, paying: Mapping[UUID, Sequence[Scan]], by: Actor, at: datetime
) -> dict[UUID, Noted]:
    """The passes of each person taken, or why not."""
    if not paying:
        return {}
    scans = [replace(scan, participant_id=who) for who, given in paying.items() for scan in given]
    outcomes = redeem_at_session(
        programme_id=session.programme_id, session_id=session.id, scans=scans, redeemed_at=at, by=by, at=at
    )
    mine: dict[UUID, list[Outcome]] = {who: [] for who in paying}
    for scan, outcome in zip(scans, outcomes, strict=True):
        mine[scan.participant_id or scan.id].append(outcome)
    return {who: _as_noted(who, told) for who, told in mine.items()}


def _as_noted(who: UUID, outcomes: Sequence[Outcome]) -> Noted:
    refused = [one.refusal for one in outcomes if one.refusal]
    if refused:
        return Noted(who, min(refused, key=lambda refusal: isinstance(refusal, SetIncomplete)))
    numbers = tuple(sorted(one.number for one in outcomes if one.number is not None))
    return Noted(who, None, numbers, all(one.replayed for one in outcomes))
