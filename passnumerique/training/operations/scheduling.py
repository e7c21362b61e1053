"""Dated training sessions at the places: planned, changed, cancelled."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind, Actor, Permission, may, require
from passnumerique.ground.dates import clock_time, day_of
from passnumerique.ground.ids import new_id
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, calendar_on
from passnumerique.training.models import SessionMove, TrainingSession
from passnumerique.training.operations.holding import refuse_closed, refuse_used
from passnumerique.training.operations.waiting import bound_offers, offer_free_seats
from passnumerique.training.queries.plan import module_of, planned_session_of
from passnumerique.training.queries.sessions import (
    access_held_session,
    period_at,
    session_meeting,
    slot_of,
    title_of,
)
from passnumerique.training.rules import (
    SessionState,
    Slot,
    check_seats,
    check_slot,
)
from passnumerique.training.rules.refusals import (
    PlaceMayNotHost,
    RoomTaken,
    SeatsAlreadyTaken,
    SessionIsCancelled,
)


def schedule_session(
    *,
    programme_id: UUID,
    place_id: UUID,
    module_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    by: Actor,
    at: datetime,
    planned_session_id: UUID | None = None,
    room: str = "",
    trainer: str = "",
    equipment: str = "",
    accessibility: str = "",
) -> UUID:
    """Plan a training session at a place and return its id. `seats` is how many people, 1 to 500.

    For the place and its mediators, for their own; for who manages training, anywhere. Refuses a place
    not accredited that day, a module of another programme, an end not after the start on the same day, a
    day after the end of training in force, and a room of the place that another session needs then.
    """
    may_schedule(by, programme_id, place_id)
    module_of(programme_id, module_id)
    if planned_session_id is not None:
        planned_session_of(programme_id, module_id, planned_session_id)
    slot = Slot(starts_at, ends_at, room.strip())
    check_seats(seats)
    with transaction.atomic():
        take_turn(programme_id)
        _check_hosting(programme_id, place_id, slot, at)
        session = TrainingSession.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            place_id=place_id,
            module_id=module_id,
            planned_session_id=planned_session_id,
            period_id=period_at(programme_id, starts_at),
            starts_at=starts_at,
            ends_at=ends_at,
            room=slot.room,
            seats=seats,
            trainer=trainer.strip(),
            equipment=equipment.strip(),
            accessibility=accessibility.strip(),
            created_at=at,
            by_user=by.user_id,
        )
    return session.id


def may_schedule(by: Actor, programme_id: UUID, place_id: UUID) -> None:
    """Refuses (NotAllowed) planning at another's place without managing training, (NotFound) a programme out
    of the actor's reach."""
    if not may(by, Permission.MANAGE_TRAINING):
        require(by, Permission.SCHEDULE_TRAINING)
        if by.organisation_id != place_id:
            raise NotAllowed
    access_programme(by, programme_id)


def _check_hosting(
    programme_id: UUID, place_id: UUID, slot: Slot, at: datetime, session_id: UUID | None = None
) -> None:
    check_slot(slot, calendar_on(programme_id, day_of(at)).end_of_training)
    if not accredited_on(programme_id, place_id, AccreditationKind.PLACE, slot.day):
        raise PlaceMayNotHost(day=slot.day)
    other = session_meeting(programme_id, place_id, slot, session_id)
    if other:
        raise RoomTaken(title=title_of(other), starts=clock_time(other.starts_at), ends=clock_time(other.ends_at))


def change_session(
    *,
    programme_id: UUID,
    session_id: UUID,
    by: Actor,
    at: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    seats: int | None = None,
    room: str | None = None,
    trainer: str | None = None,
    equipment: str | None = None,
    accessibility: str | None = None,
) -> None:
    """Change what is given of a session; what is not given stays. Seats added are offered to who waits, and
    no offer outlives the last hour before a new start. Another day, hour or room is written down as a move.

    For its place, and who manages training. Refuses a cancelled session, fewer seats than are taken,
    another hour once passes were used at it, any change once its sheet is closed, and whatever
    `schedule_session` refuses of the new slot.
    """
    session = access_held_session(by, programme_id, session_id)
    before = slot_of(session)
    slot = replace(
        before,
        starts_at=starts_at or before.starts_at,
        ends_at=ends_at or before.ends_at,
        room=before.room if room is None else room.strip(),
    )
    if seats is not None:
        check_seats(seats)
    texts = {"trainer": trainer, "equipment": equipment, "accessibility": accessibility}
    changes: dict[str, object] = {name: text.strip() for name, text in texts.items() if text is not None}
    changes["changed_at"] = at
    with transaction.atomic():
        take_turn(programme_id)
        if slot != before:
            _check_hosting(programme_id, session.place_id, slot, at, session.id)
            changes |= {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "room": slot.room}
            changes["period_id"] = period_at(programme_id, slot.starts_at)
        _change(session, changes, seats)
        refuse_closed(session)
        if replace(slot, room=before.room) != before:
            refuse_used(session)
        if slot != before:
            _note_move(session, before, by, at)
        session.starts_at = slot.starts_at
        bound_offers(session, at)
        offer_free_seats(session, at)


def _note_move(session: TrainingSession, before: Slot, by: Actor, at: datetime) -> None:
    SessionMove.objects.create(
        id=new_id(at),
        programme_id=session.programme_id,
        training_session=session,
        starts_at=before.starts_at,
        ends_at=before.ends_at,
        room=before.room,
        at=at,
        by_user=by.user_id,
    )


def _change(session: TrainingSession, changes: dict[str, object], seats: int | None) -> None:
    rows = TrainingSession.objects.filter(programme_id=session.programme_id, id=session.id, state=SessionState.PLANNED)
    enough = rows if seats is None else rows.filter(seats_taken__lte=seats)
    if seats is not None:
        changes["seats"] = seats
    if not enough.update(**{"state": SessionState.PLANNED, **changes}):
        taken = rows.values_list("seats_taken", flat=True).first()
        raise SessionIsCancelled if taken is None else SeatsAlreadyTaken(taken=taken)
