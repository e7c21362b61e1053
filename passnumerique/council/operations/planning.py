"""A sitting before it opens: planned, changed, cancelled; its agenda; its convocation."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from passnumerique.council.models import AgendaItem, Sitting
from passnumerique.council.queries.sittings import access_item, access_sitting, lacked_quorum
from passnumerique.council.rules import (
    Item,
    Mode,
    Outcome,
    check_convening,
    check_mode,
    check_planned,
    matter_name,
)
from passnumerique.council.rules.deadlines import DayToCome
from passnumerique.council.rules.refusals import (
    AgendaEmpty,
    AgendaOrder,
    AlreadyConvened,
    HadQuorum,
    ItemSettled,
    ReconvenedAgenda,
    SittingCancelled,
    SittingOpened,
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

    `after` is the sitting that lacked its quorum: then this one, on what was left of the same agenda, needs
    none. Refuses a sitting in the past, one that had its quorum, and one less than three days after it.
    """
    require(by, Permission.MANAGE_COUNCIL)
    first = access_sitting(by, after) if after else None
    if first and not lacked_quorum(first):
        raise HadQuorum
    check_planned(starts_at, at, after=day_of(first.starts_at) if first else None)
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
    """The matters that the first sitting could not examine."""
    left = AgendaItem.objects.filter(sitting=first, outcome=Outcome.PENDING).order_by("rank")
    for rank, row in enumerate(left, start=1):
        row.id, row.sitting, row.rank, row.note = new_id(at), sitting, rank, ""
        row.save(force_insert=True)


def change_sitting(
    *,
    sitting_id: UUID,
    by: Actor,
    at: datetime,
    starts_at: datetime,
    mode: Mode,
    place: str = "",
    broadcast_url: str = "",
    urgent: bool = False,
) -> None:
    """Change day, hour, place or manner of a sitting that is not open. For the secretary and the manager.

    A convocation that went out before holds no more: the council is convened again, in time. Refuses a day
    in the past, one too soon after a sitting without quorum, and a sitting open or cancelled.
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    check_planned(starts_at, at, after=day_of(sitting.after.starts_at) if sitting.after else None)
    check_mode(mode, [Item(row.kind) for row in sitting.items.all()])
    changed = _waiting(sitting_id).update(
        starts_at=starts_at,
        mode=mode,
        place=place.strip(),
        broadcast_url=broadcast_url.strip(),
        urgent=urgent,
        convened_on=None,
    )
    if not changed:
        _refuse_not_waiting(by, sitting_id)


def say_broadcast(*, sitting_id: UUID, broadcast_url: str, by: Actor, at: datetime) -> None:
    """Say where the public follows a sitting, also once the council is convened: no new convocation is needed.
    For the secretary and the manager; refuses a sitting open or cancelled."""
    require(by, Permission.MANAGE_COUNCIL)
    access_sitting(by, sitting_id)
    if not _waiting(sitting_id).update(broadcast_url=broadcast_url.strip()):
        _refuse_not_waiting(by, sitting_id)


def cancel_sitting(*, sitting_id: UUID, by: Actor, at: datetime) -> None:
    """Call a sitting off before it opens; it stays in the list. For the secretary and the manager."""
    require(by, Permission.MANAGE_COUNCIL)
    access_sitting(by, sitting_id)
    if not _waiting(sitting_id).update(cancelled_at=at):
        _refuse_not_waiting(by, sitting_id)


def _waiting(sitting_id: UUID) -> QuerySet[Sitting]:
    """The row of a sitting, while it is neither open nor cancelled."""
    return Sitting.objects.filter(id=sitting_id, opened_at__isnull=True, cancelled_at__isnull=True)


def _refuse_not_waiting(by: Actor, sitting_id: UUID) -> None:
    raise SittingCancelled if access_sitting(by, sitting_id).cancelled_at else SittingOpened


def propose_item(*, sitting_id: UUID, item: Proposed, by: Actor, at: datetime) -> UUID:
    """Put a matter at the end of the agenda and return its id. For the secretary and the manager; refuses
    one once the council is convened, one beside the agenda of a sitting without quorum, and what is not voted
    by video."""
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    if sitting.after_id:
        raise ReconvenedAgenda
    check_mode(Mode(sitting.mode), [item.kind])
    with transaction.atomic():
        _hold_agenda(sitting)
        rank = AgendaItem.objects.filter(sitting=sitting).count() + 1
        row = AgendaItem.objects.create(id=new_id(at), sitting=sitting, rank=rank, **item.columns())
    return row.id


def take_up(*, item_id: UUID, sitting_id: UUID, by: Actor, at: datetime) -> UUID:
    """Put a matter that was postponed, or whose sitting was cancelled, on the agenda of another sitting, with
    its text; the id there. For the secretary and the manager; refuses what `propose_item` refuses, and a
    matter that was decided."""
    require(by, Permission.MANAGE_COUNCIL)
    row = access_item(by, item_id)
    left = row.outcome == Outcome.POSTPONED or (row.sitting.cancelled_at and row.outcome == Outcome.PENDING)
    if not left:
        raise ItemSettled(outcome=Outcome(row.outcome).words)
    item = Proposed(
        row.title, row.matter, Item(row.kind), row.visas, row.expose, row.articles, row.programme, row.figures_on
    )
    return propose_item(sitting_id=sitting_id, item=item, by=by, at=at)


def change_item(*, item_id: UUID, item: Proposed, by: Actor, at: datetime) -> None:
    """Write the texts of a matter again, until it is voted. For the secretary and the manager; refuses
    another title, matter or kind once the council is convened on it."""
    require(by, Permission.MANAGE_COUNCIL)
    row = access_item(by, item_id)
    fixed = (row.title, row.matter, row.kind)
    if row.sitting.convened_on and fixed != (item.title, item.matter, item.kind):
        raise AlreadyConvened
    check_mode(Mode(row.sitting.mode), [item.kind])
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


def order_agenda(*, sitting_id: UUID, items: Sequence[UUID], by: Actor, at: datetime) -> None:
    """Put the matters of the agenda in that order, before the council is convened. For the secretary and the
    manager; refuses an order that does not name each matter once."""
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    with transaction.atomic():
        _hold_agenda(sitting)
        known = list(AgendaItem.objects.filter(sitting=sitting).order_by("rank").values_list("id", flat=True))
        if sorted(known) != sorted(items):
            raise AgendaOrder
        for start in (len(known), 0):  # first out of the way: a rank stands once
            for rank, one in enumerate(items, start=start + 1):
                AgendaItem.objects.filter(id=one).update(rank=rank)


def _hold_agenda(sitting: Sitting) -> None:
    """Hold the sitting's row while its agenda changes. Refuses one that is convened or cancelled."""
    rows = Sitting.objects.filter(id=sitting.id, convened_on__isnull=True, cancelled_at__isnull=True)
    if not rows.update(recorded_at=sitting.recorded_at):
        raise SittingCancelled if sitting.cancelled_at else AlreadyConvened


def convene(
    *,
    sitting_id: UUID,
    convened_on: date,
    by: Actor,
    at: datetime,
    urgent: bool | None = None,
    notes: Mapping[UUID, str] | None = None,
) -> None:
    """Note the day on which the convocation went out, with its agenda. For the secretary and the manager.

    `urgent` says that it went out in an emergency (as the sitting was planned, when not told); `notes` are the
    explanatory notes that went with it, by item, and are kept as they went. Refuses an empty agenda, a
    convocation too late (L2121-12), what is not voted by video (L5211-11-1), and a day to come.
    """
    require(by, Permission.MANAGE_COUNCIL)
    sitting = access_sitting(by, sitting_id)
    _check_convocation(sitting, convened_on, sitting.urgent if urgent is None else urgent, at)
    with transaction.atomic():
        rows = Sitting.objects.filter(id=sitting.id, convened_on__isnull=True, cancelled_at__isnull=True)
        if not rows.update(convened_on=convened_on, urgent=sitting.urgent if urgent is None else urgent):
            raise SittingCancelled if sitting.cancelled_at else AlreadyConvened
        for item, note in (notes or {}).items():
            AgendaItem.objects.filter(id=item, sitting=sitting).update(note=note)


def _check_convocation(sitting: Sitting, convened_on: date, urgent: bool, at: datetime) -> None:
    day = day_of(sitting.starts_at)
    items = [Item(row.kind) for row in sitting.items.all()]
    if not items:
        raise AgendaEmpty
    first = day_of(sitting.after.starts_at) if sitting.after else None
    check_convening(convened_on, day, urgent=urgent, after=first)
    if convened_on > day_of(at):
        raise DayToCome(day=convened_on)
    check_mode(Mode(sitting.mode), items)
