"""Sittings: planned with their agenda, convened in time, opened, closed; who comes and goes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.council.models import AgendaItem, Delegate, Movement, Sitting
from passnumerique.council.queries.sittings import access_item, access_sitting, roll_of, same_place_days
from passnumerique.council.rules import Item, Mode, Move, Outcome, check_convening, check_mode, matter_name
from passnumerique.council.rules.refusals import (
    AgendaEmpty,
    AlreadyConvened,
    ChairAbsent,
    HadQuorum,
    ItemSettled,
    ItemsPending,
    NotConvened,
    NotInOffice,
    NotOpen,
    SittingClosed,
    SittingNotYet,
)
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import new_id


@dataclass(frozen=True)
class Proposed:
    """One matter as it is put on the agenda. Its texts may hold figures of a programme, by name."""

    title: str
    matter: str
    kind: Item = Item.ORDINARY
    visas: Sequence[str] = ()
    expose: str = ""
    articles: Sequence[str] = ()
    programme: UUID | None = None
    figures_on: date | None = None

    def columns(self) -> dict[str, object]:
        """As the row holds it. Refuses a matter outside the nomenclature."""
        matter_name(self.matter)
        return asdict(self) | {"visas": list(self.visas), "articles": list(self.articles)}


def plan_sitting(
    *,
    by: Actor,
    at: datetime,
    starts_at: datetime,
    mode: Mode,
    place: str = "",
    broadcast_url: str = "",
    urgent: bool = False,
    after: UUID | None = None,
) -> UUID:
    """Plan a sitting of the actor's council and return its id. For the secretary and the manager.

    `after` is the sitting that lacked its quorum: then this one, on the same agenda, needs none. Refuses
    one that had it.
    """
    require(by, Permission.MANAGE_COUNCIL)
    first = access_sitting(by, after) if after else None
    if first and roll_of(first).quorum_met:
        raise HadQuorum
    with transaction.atomic():
        sitting = Sitting.objects.create(
            id=new_id(at),
            authority_id=by.authority_id,
            starts_at=starts_at,
            mode=mode,
            place=place.strip(),
            broadcast_url=broadcast_url.strip(),
            urgent=urgent,
            after=first,
            recorded_at=at,
            by_user=by.user_id,
        )
        if first:
            _same_agenda(first, sitting, at)
    return sitting.id


def _same_agenda(first: Sitting, sitting: Sitting, at: datetime) -> None:
    for row in AgendaItem.objects.filter(sitting=first).order_by("rank"):
        row.id, row.sitting, row.outcome = new_id(at), sitting, Outcome.PENDING
        row.save(force_insert=True)


def propose_item(*, sitting_id: UUID, item: Proposed, by: Actor, at: datetime) -> UUID:
    """Put a matter at the end of the agenda and return its id. For the secretary and the manager; refuses
    one once the council is convened."""
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    with transaction.atomic():
        _hold_agenda(sitting)
        rank = AgendaItem.objects.filter(sitting=sitting).count() + 1
        row = AgendaItem.objects.create(id=new_id(at), sitting=sitting, rank=rank, **item.columns())
    return row.id


def change_item(*, item_id: UUID, item: Proposed, by: Actor, at: datetime) -> None:
    """Write the texts of a matter again, until it is voted. For the secretary and the manager; refuses
    another title, matter or kind once the council is convened on it."""
    require(by, Permission.MANAGE_COUNCIL)
    row = access_item(by, item_id)
    fixed = (row.title, row.matter, row.kind)
    if row.sitting.convened_on and fixed != (item.title, item.matter, item.kind):
        raise AlreadyConvened
    if not AgendaItem.objects.filter(id=row.id, outcome=Outcome.PENDING).update(**item.columns()):
        raise ItemSettled(outcome=Outcome(access_item(by, item_id).outcome).words)


def drop_item(*, item_id: UUID, by: Actor, at: datetime) -> None:
    """Take a matter off the agenda before the council is convened; those behind it move up."""
    require(by, Permission.MANAGE_COUNCIL)
    row = access_item(by, item_id)
    with transaction.atomic():
        _hold_agenda(row.sitting)
        AgendaItem.objects.filter(id=row.id).delete()
        for later in AgendaItem.objects.filter(sitting=row.sitting, rank__gt=row.rank).order_by("rank"):
            AgendaItem.objects.filter(id=later.id).update(rank=later.rank - 1)


def _hold_agenda(sitting: Sitting) -> None:
    """Hold the sitting's row while its agenda changes. Refuses one that is convened."""
    rows = Sitting.objects.filter(id=sitting.id, convened_on__isnull=True)
    if not rows.update(recorded_at=sitting.recorded_at):
        raise AlreadyConvened


def convene(*, sitting_id: UUID, convened_on: date, by: Actor, at: datetime) -> None:
    """Note the day on which the convocation went out, with its agenda. For the secretary and the manager.

    Refuses an empty agenda, a convocation too late (L2121-12), what is not voted by video, and a half-year
    without a sitting in one place (L5211-11-1).
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    items = [Item(row.kind) for row in sitting.items.all()]
    if not items:
        raise AgendaEmpty
    day = day_of(sitting.starts_at)
    first = day_of(sitting.after.starts_at) if sitting.after else None
    check_convening(convened_on, day, urgent=sitting.urgent, after=first)
    check_mode(Mode(sitting.mode), day, same_place_days(by.authority_id, sitting.starts_at), items)
    if not Sitting.objects.filter(id=sitting.id, convened_on__isnull=True).update(convened_on=convened_on):
        raise AlreadyConvened


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
    if sitting.convened_on is None:
        raise NotConvened
    if day_of(at) < day_of(sitting.starts_at):
        raise SittingNotYet(day=day_of(sitting.starts_at))
    with transaction.atomic():
        rows = Sitting.objects.filter(id=sitting.id, opened_at__isnull=True)
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


def close_sitting(*, sitting_id: UUID, by: Actor, at: datetime) -> None:
    """Close an open sitting. For the secretary and the manager. Refuses one with matters still to examine,
    unless it lacked its quorum."""
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    require_open(sitting)
    pending = AgendaItem.objects.filter(sitting=sitting, outcome=Outcome.PENDING).count()
    if pending and roll_of(sitting).quorum_met:
        raise ItemsPending(count=pending)
    if not Sitting.objects.filter(id=sitting.id, closed_at__isnull=True).update(closed_at=at):
        raise SittingClosed
