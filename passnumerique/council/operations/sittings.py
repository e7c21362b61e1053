"""The sitting itself: opened, who comes and goes, the urgency, closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.models import AgendaItem, Delegate, Movement, Sitting
from passnumerique.council.queries.sittings import access_sitting, next_item, roll_of
from passnumerique.council.rules import Move, Outcome
from passnumerique.council.rules.refusals import (
    ChairAbsent,
    ItemSettled,
    ItemsPending,
    NotConvened,
    NotInOffice,
    NotOpen,
    NotUrgent,
    SittingCancelled,
    SittingClosed,
    SittingNotYet,
    UrgencyNotSettled,
)
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id

Noted = tuple[UUID, Move, UUID | None]
"""A delegate, what changes, and the other person whom it names."""


def open_sitting(
    *, sitting_id: UUID, chair: UUID, secretary: UUID, moves: Iterable[Noted], by: Actor, at: datetime
) -> None:
    """Open a convened sitting: who presides, who keeps the minutes, who sits. For the secretary and the manager.

    Without quorum it opens all the same and votes nothing: it can only be closed, and another convened.
    Refuses a sitting not convened or before its day, and a chair who does not sit.
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    if sitting.cancelled_at:
        raise SittingCancelled
    if sitting.convened_on is None:
        raise NotConvened
    if day_of(at) < day_of(sitting.starts_at):
        raise SittingNotYet(day=day_of(sitting.starts_at))
    with transaction.atomic():
        rows = Sitting.objects.filter(id=sitting.id, opened_at__isnull=True, cancelled_at__isnull=True)
        people = {one.id for one in _in_office(sitting, {chair, secretary})}
        if people != {chair, secretary}:
            raise NotInOffice
        if not rows.update(opened_at=at, chair_id=chair, secretary_id=secretary):
            raise SittingClosed
        _note(sitting, list(moves), 1, by, at)
        if str(chair) not in roll_of(sitting).voices:
            raise ChairAbsent


def note_movements(*, sitting_id: UUID, moves: Iterable[Noted], from_item: int, by: Actor, at: datetime) -> None:
    """Note who comes, goes, is replaced, gives a power or withdraws, from an item that is not yet voted on.

    For the secretary and the manager. Refuses a sitting that is not open, an item already settled, somebody
    not in office that day, and what a roll refuses: somebody counted twice, two powers for one holder, …
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    require_open(sitting)
    with transaction.atomic():
        Sitting.objects.filter(id=sitting.id).update(recorded_at=sitting.recorded_at)  # one at a time
        settled = AgendaItem.objects.filter(sitting=sitting, rank__gte=from_item).exclude(outcome=Outcome.PENDING)
        if row := settled.order_by("rank").first():
            raise ItemSettled(outcome=Outcome(row.outcome).words)
        _note(sitting, list(moves), from_item, by, at)


def _note(sitting: Sitting, moves: Sequence[Noted], from_item: int, by: Actor, at: datetime) -> None:
    named = {who for delegate, _move, other in moves for who in (delegate, other) if who}
    known = {one.id: one for one in _in_office(sitting, named)}
    rank = Movement.objects.filter(sitting=sitting).count()
    for delegate, move, other in moves:
        seat, instead = known.get(delegate), known.get(other) if other else None
        if seat is None or seat.substitute_for_id or (other and instead is None):
            raise NotInOffice
        if move is Move.REPLACED and (instead is None or not instead.substitute_for_id):
            raise NotInOffice
        rank += 1
        Movement.objects.create(
            id=new_id(at),
            sitting=sitting,
            rank=rank,
            from_item=from_item,
            move=move,
            delegate=seat,
            other=instead,
            at=at,
            by_user=by.user_id,
        )
    roll_of(sitting, from_item).check_seats()


def _in_office(sitting: Sitting, ids: Iterable[UUID]) -> list[Delegate]:
    day = day_of(sitting.starts_at)
    rows = Delegate.objects.filter(authority_id=sitting.authority_id, id__in=set(ids), from_day__lte=day)
    return [row for row in rows.order_by("id") if row.until_day is None or day <= row.until_day]


def require_open(sitting: Sitting) -> None:
    """Refuses a sitting that is not open, or is closed."""
    if sitting.opened_at is None:
        raise NotOpen
    if sitting.closed_at is not None:
        raise SittingClosed


def settle_urgency(*, sitting_id: UUID, approved: bool, by: Actor, at: datetime) -> None:
    """Note what the council said, at the opening, of the urgency with which it was convened (L2121-12).

    Refused by the council, the matters are all put off to another sitting. For the secretary and the manager;
    refuses a sitting that is not open, one without quorum, and one that was not convened in an emergency.
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    require_open(sitting)
    roll_of(sitting, next_item(sitting)).check()
    with transaction.atomic():
        rows = Sitting.objects.filter(id=sitting.id, urgent=True, urgency_approved__isnull=True)
        if not rows.update(urgency_approved=approved):
            raise NotUrgent
        if not approved:
            AgendaItem.objects.filter(sitting=sitting, outcome=Outcome.PENDING).update(outcome=Outcome.POSTPONED)


def require_urgency_settled(sitting: Sitting) -> None:
    """Refuses to vote while the council has not said what it thinks of the urgency."""
    if sitting.urgent and sitting.urgency_approved is None:
        raise UrgencyNotSettled


def close_sitting(*, sitting_id: UUID, by: Actor, at: datetime) -> None:
    """Close an open sitting. For the secretary and the manager. Refuses one with matters still to examine,
    unless its quorum is lacking now: what is left is examined at another sitting, without quorum (L2121-17)."""
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    require_open(sitting)
    pending = AgendaItem.objects.filter(sitting=sitting, outcome=Outcome.PENDING).count()
    if pending and roll_of(sitting, next_item(sitting)).quorum_met:
        raise ItemsPending(count=pending)
    if not Sitting.objects.filter(id=sitting.id, closed_at__isnull=True).update(closed_at=at):
        raise SittingClosed
