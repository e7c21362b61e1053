"""The lives of the vouchers of a programme, replayed from the events, a few hundred at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from passnumerique.directory.rules import Role
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.rules import Pocket
from passnumerique.vouchers.models import Event, Handover, Lot, Redemption, Voucher
from passnumerique.vouchers.rules import Act, State, shard_of
from passnumerique.vouchers.rules.replay import Happened, Life, Passage, replay

StockKey = tuple[UUID, UUID, UUID, State, int]
ActivityKey = tuple[date, Act, UUID, UUID, UUID, str]
FlowKey = tuple[date, Act, str, State, int]
MoneyKey = tuple[UUID, Pocket, Pocket]
COLUMNS = (
    "id",
    "voucher_id",
    "step",
    "deed_id",
    "act",
    "from_state",
    "to_state",
    "structure_id",
    "place_id",
    "at",
    "by_user",
    "by_role",
    "by_organisation",
    "document_id",
    "subject_id",
    "cause",
)


@dataclass
class Deed:
    """One deed as its events tell it: what each must share, and the vouchers that it moved, by number."""

    event: Happened
    numbers: list[int] = field(default_factory=list)
    before: set[UUID] = field(default_factory=set)
    """The structures at which its vouchers were."""


@dataclass
class Replayed:
    """Everything that the events of a programme say, with the vouchers' rows beside the lives."""

    vouchers: dict[UUID, Voucher] = field(default_factory=dict)
    lives: dict[UUID, Life] = field(default_factory=dict)
    stock: Counter[StockKey] = field(default_factory=Counter)
    met: set[StockKey] = field(default_factory=set)
    """Every counter that an event ever moved: those at zero now are rows too."""
    activity: Counter[ActivityKey] = field(default_factory=Counter)
    flow: Counter[FlowKey] = field(default_factory=Counter)
    money: Counter[MoneyKey] = field(default_factory=Counter)
    deeds: dict[UUID, Deed] = field(default_factory=dict)
    apart: list[tuple[Happened, int]] = field(default_factory=list)
    """Events that do not say the same as the others of their deed, with the voucher's number."""
    redeemed: dict[tuple[UUID, int], Happened] = field(default_factory=dict)
    undone: dict[tuple[UUID, int], Happened] = field(default_factory=dict)
    orphans: list[Happened] = field(default_factory=list)
    """Events of vouchers that are not there."""
    communes: dict[UUID, str] = field(default_factory=dict)
    """The commune of the recipient of each hand-over."""
    instead: list[tuple[ActivityKey, UUID]] = field(default_factory=list)
    """Steps of vouchers given in place of another, counted once the life of that one is known."""

    def holder(self, voucher_id: UUID) -> UUID | None:
        """The hand-over by which a voucher came to its holder: its own, or that of the one it replaces."""
        life = self.lives.get(voucher_id, Life(NOBODY))
        for _ in self.lives:
            if life.handover_id or not life.instead_of:
                break
            life = self.lives.get(life.instead_of, Life(NOBODY))
        return life.handover_id

    def commune(self, voucher_id: UUID) -> str:
        """The commune of a voucher's holder; empty before it was handed over."""
        handover_id = self.holder(voucher_id)
        return self.communes.get(handover_id, "") if handover_id else ""


def replay_programme(programme_id: UUID) -> Replayed:
    """Replay every event of a programme; see `Replayed`."""
    found = Replayed(communes=_communes(programme_id))
    modules = _modules(programme_id)
    rows = Voucher.objects.filter(programme_id=programme_id).select_related("lot").order_by("id")
    for chunk in in_chunks(list(rows)):
        events = _events_of(programme_id, [voucher.id for voucher in chunk])
        for voucher in chunk:
            life, passages = replay(voucher.id, events.get(voucher.id, []))
            found.vouchers[voucher.id], found.lives[voucher.id] = voucher, life
            for passage in passages:
                event = passage.event
                shard = shard_of(voucher.number)
                found.met.add((voucher.lot_id, event.structure_id, event.place_id, event.to_state, shard))
                _take_in(found, voucher, passage, modules)
            if life.state:
                place = life.structure_id, life.place_id
                found.stock[voucher.lot_id, *place, life.state, shard_of(voucher.number)] += 1
    for key, voucher_id in found.instead:
        found.activity[*key[:-1], found.commune(voucher_id)] += 1
    found.orphans = list(_orphans(programme_id))
    return found


def _events_of(programme_id: UUID, voucher_ids: list[UUID]) -> dict[UUID, list[Happened]]:
    rows = Event.objects.filter(programme_id=programme_id, voucher_id__in=voucher_ids).order_by("step")
    events: dict[UUID, list[Happened]] = defaultdict(list)
    for row in rows.values_list(*COLUMNS):
        event = _happened(row)
        events[event.voucher_id].append(event)
    return events


def _happened(row: tuple[object, ...]) -> Happened:
    values = dict(zip(COLUMNS, row, strict=True))
    values |= {"act": Act(str(values["act"])), "by_role": Role(str(values["by_role"]))}
    source = values["from_state"]
    values |= {"from_state": State(str(source)) if source else None, "to_state": State(str(values["to_state"]))}
    return Happened(**values)  # type: ignore[arg-type]


def _orphans(programme_id: UUID) -> Iterator[Happened]:
    known = Voucher.objects.filter(programme_id=programme_id, id=OuterRef("voucher_id"))
    rows = Event.objects.filter(~Exists(known), programme_id=programme_id).order_by("id")
    return (_happened(row) for row in rows.values_list(*COLUMNS))


def _modules(programme_id: UUID) -> dict[tuple[UUID, int], UUID]:
    """The module of each redemption: the one thing that counters take from elsewhere than the events."""
    rows = Redemption.objects.filter(programme_id=programme_id).order_by()
    return {(voucher, turn): module for voucher, turn, module in rows.values_list("voucher_id", "turn", "module_id")}


def _communes(programme_id: UUID) -> dict[UUID, str]:
    rows = Handover.objects.filter(programme_id=programme_id).order_by()
    return dict(rows.values_list("id", "recipient__commune"))


def _take_in(found: Replayed, voucher: Voucher, passage: Passage, modules: dict[tuple[UUID, int], UUID]) -> None:
    event = passage.event
    key = (event.voucher_id, passage.turn)
    module = NOBODY
    if event.act is Act.REDEEM:
        found.redeemed[key], module = event, modules.get(key, NOBODY)
    elif event.act is Act.UNDO:
        found.undone[key], module = event, modules.get(key, NOBODY)
    _take_in_month(found, voucher, passage, module)
    if step := event.money:
        found.money[event.deed_id, *passage.pockets(step)] += _face(voucher.lot)
    _take_in_deed(found, voucher.number, passage)


def _take_in_month(found: Replayed, voucher: Voucher, passage: Passage, module: UUID) -> None:
    event = passage.event
    commune = found.communes.get(passage.handover_id, "") if passage.handover_id else ""
    day = day_of(event.at)
    found.flow[day, event.act, event.from_state or "", event.to_state, _face(voucher.lot)] += 1
    key = month_of(day), event.act, event.structure_id, passage.seen_at, module, commune
    if passage.instead_of and not passage.handover_id:
        found.instead.append((key, voucher.id))
    else:
        found.activity[key] += 1


def _face(lot: Lot) -> int:
    return lot.face_value_cents


def _take_in_deed(found: Replayed, number: int, passage: Passage) -> None:
    event = passage.event
    deed = found.deeds.setdefault(event.deed_id, Deed(event))
    deed.numbers.append(number)
    deed.before.add(passage.structure_before)
    if shared(event) != shared(deed.event):
        found.apart.append((event, number))


def shared(event: Happened) -> dict[str, object]:
    """What all events of one deed say alike; a statement of the bank pays many claims by one deed, each event
    being about its own payment."""
    alike: dict[str, object] = {
        "act": event.act,
        "at": event.at,
        "by_user": event.by_user,
        "by_role": event.by_role,
        "by_organisation": event.by_organisation,
        "document_id": event.document_id,
    }
    if event.act in {Act.PAY, Act.BOUNCE}:
        return alike
    return alike | {"subject_id": event.subject_id, "cause": event.cause}
