"""The one way in which vouchers move: a conditional UPDATE whose row count decides, then the events,
the counters and the money of those that moved, all in the caller's transaction (laws 3, 5 and 7)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Expression

from passnumerique.directory.rules import Actor
from passnumerique.ground.bulk import insert_columns
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY, new_id, new_ids
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.queries import require_open_books
from passnumerique.ledger.rules import OWNED, Account, Move, Pocket
from passnumerique.programmes.operations import commit_value, release_value, take_turn
from passnumerique.vouchers.models import Event, Voucher
from passnumerique.vouchers.operations.counting import (
    StepKey,
    StockKey,
    WhereKey,
    count_activity,
    count_flow,
    move_stock,
)
from passnumerique.vouchers.queries.reading import Seen
from passnumerique.vouchers.rules import AT_PLACE, MONEY_OF_STATE, Act, State, Step, shard_of

About = tuple[UUID, str]
"""What the event of one voucher is about, and its cause."""


@dataclass(frozen=True)
class Deed:
    """One act upon a set of vouchers: what, by whom, when, why, by which paper."""

    programme_id: UUID
    act: Act
    by: Actor
    at: datetime
    id: UUID
    document_id: UUID | None = None
    subject_id: UUID | None = None
    cause: str = ""
    module_id: UUID = NOBODY
    about: Mapping[UUID, About] | None = None
    """By voucher, for a deed upon vouchers of many subjects: instead of `subject_id` and `cause`."""


@dataclass(frozen=True)
class Target:
    """Where the vouchers of a deed go: the state, and what of their row is set with it."""

    state: State
    structure_id: UUID | None = None
    """None: stays with the structure it is with."""
    place_id: UUID | None = None
    sets: dict[str, Any | Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """One voucher that a deed moved, before and after."""

    before: Seen
    to_state: State
    structure_id: UUID
    place_id: UUID
    commune: str = ""
    """Of the holder, once it was handed over; an undo keeps it."""


def new_deed(programme_id: UUID, act: Act, by: Actor, at: datetime, **details: Any) -> Deed:
    """A deed with an id of its own. Refuses closed books."""
    require_open_books(programme_id)
    return Deed(programme_id, act, by, at, new_id(at), **details)


def carry_out(deed: Deed, vouchers: Sequence[Seen], target: Callable[[Seen], Target]) -> list[Moved]:
    """Move each voucher from the state in which it was seen, and return those that moved.

    A voucher that another act moved in between stays out of the list: the caller decides whether
    that refuses the whole. Nothing is written for it.
    """
    under_way = UnderWay(deed)
    moved = under_way.move(vouchers, target)
    under_way.finish()
    return moved


@dataclass
class UnderWay:
    """A deed upon a set too large to be held at once: `move` each slab of it, then `finish`, all in one
    transaction. The counters and the money move once, at the end, with what was summed on the way."""

    deed: Deed
    stock: Counter[StockKey] = field(default_factory=Counter)
    activity: Counter[WhereKey] = field(default_factory=Counter)
    flow: Counter[StepKey] = field(default_factory=Counter)
    money: Counter[tuple[Pocket, Pocket]] = field(default_factory=Counter)

    def move(self, vouchers: Sequence[Seen], target: Callable[[Seen], Target]) -> list[Moved]:
        """Move these vouchers and write their events; see `carry_out`."""
        groups, targets = _alike(vouchers, target)
        _wait_in_order(self.deed, vouchers, targets)
        moved: list[Moved] = []
        for (rank, *_), group in groups.items():
            for chunk in _chunks(group):
                moved += _move_chunk(self.deed, chunk, targets[rank])
        write_events(self.deed, moved)
        for one in moved:
            self._sum(one)
        return moved

    def _sum(self, one: Moved) -> None:
        before, shard = one.before, shard_of(one.before.number)
        if before.state:
            self.stock[before.lot_id, before.structure_id, before.place_id, before.state, shard] -= 1
        place_id = max(one.place_id, before.place_id)  # an undo counts for its place
        self.stock[before.lot_id, one.structure_id, one.place_id, one.to_state, shard] += 1
        self.activity[one.structure_id, place_id, one.commune] += 1
        self.flow[before.state or "", one.to_state, before.face_value_cents] += 1
        step = Step(before.state, one.to_state)
        if step.debit is not step.credit:
            pockets = _pocket(step.debit, before.place_id), _pocket(step.credit, one.place_id)
            self.money[pockets] += before.face_value_cents

    def finish(self) -> None:
        """Move the counters and the money with the vouchers that moved."""
        deed, day = self.deed, day_of(self.deed.at)
        move_stock(deed.programme_id, self.stock, deed.at)
        count_activity(deed.programme_id, month_of(day), deed.act, deed.module_id, self.activity, deed.at)
        count_flow(deed.programme_id, day, deed.act, self.flow, deed.at)
        move_money(deed, self.money)


Alike = tuple[int, State | None, UUID, UUID, int]


def _alike(vouchers: Sequence[Seen], target: Callable[[Seen], Target]) -> tuple[dict[Alike, list[Seen]], list[Target]]:
    """The vouchers that one UPDATE can move, by the rank of their target and where they are."""
    groups: dict[Alike, list[Seen]] = {}
    targets: list[Target] = []
    for voucher in vouchers:
        goal = target(voucher)
        rank = next((rank for rank, known in enumerate(targets) if known == goal), len(targets))
        if rank == len(targets):
            targets.append(goal)
        alike = (rank, voucher.state, voucher.structure_id, voucher.place_id, voucher.step)
        groups.setdefault(alike, []).append(voucher)
    return groups, targets


def _wait_in_order(deed: Deed, vouchers: Sequence[Seen], targets: Sequence[Target]) -> None:
    """Take what a set needs in one order, the envelope first and then the vouchers by number, so that two
    sets that overlap wait for each other and never in a circle. SQLite holds its write lock already."""
    if any(MONEY_OF_STATE[target.state] is Account.ENVELOPE for target in targets):
        take_turn(deed.programme_id)
    if len(vouchers) > 1 and connection.features.has_select_for_update:
        for chunk in _chunks(sorted(vouchers, key=lambda voucher: voucher.number)):
            rows = Voucher.objects.filter(programme_id=deed.programme_id, **_named(chunk)).order_by("number")
            list(rows.select_for_update().values_list("number"))


def _chunks(vouchers: Sequence[Seen]) -> Iterable[Sequence[Seen]]:
    """What one statement can name: all of them when they are a range of numbers, some hundreds otherwise."""
    return [vouchers] if "number__range" in _named(vouchers) else in_chunks(vouchers)


def _named(vouchers: Sequence[Seen]) -> dict[str, Any]:
    """How a statement names these vouchers: by a range when they are one, by their ids otherwise."""
    first, last = min(one.number for one in vouchers), max(one.number for one in vouchers)
    if len(vouchers) > 1 and last - first + 1 == len(vouchers):
        return {"number__range": (first, last)}
    return {"id__in": [one.id for one in vouchers]}


def _move_chunk(deed: Deed, chunk: Sequence[Seen], target: Target) -> list[Moved]:
    first = chunk[0]
    structure_id = first.structure_id if target.structure_id is None else target.structure_id
    place_id = _place_after(first, target)
    named = _named(chunk)
    changed = Voucher.objects.filter(
        programme_id=deed.programme_id,
        **named,
        state=first.state,
        structure_id=first.structure_id,
        place_id=first.place_id,
        step=first.step,
    ).update(
        step=first.step + 1,
        state=target.state,
        structure_id=structure_id,
        place_id=place_id,
        deed_id=deed.id,
        **target.sets,
    )
    won = chunk if changed == len(chunk) else _won(deed, chunk, named)
    commune: Any = target.sets.get("commune")
    return [
        Moved(voucher, target.state, structure_id, place_id, voucher.commune if commune is None else commune)
        for voucher in won
    ]


def _place_after(voucher: Seen, target: Target) -> UUID:
    if target.state not in AT_PLACE:
        return NOBODY
    return voucher.place_id if target.place_id is None else target.place_id


def _won(deed: Deed, chunk: Sequence[Seen], named: Mapping[str, Any]) -> list[Seen]:
    rows = Voucher.objects.filter(programme_id=deed.programme_id, deed_id=deed.id, **named)
    won = set(rows.values_list("id", flat=True).order_by())
    return [voucher for voucher in chunk if voucher.id in won]


def write_events(deed: Deed, moved: Sequence[Moved]) -> None:
    """One event for each voucher that moved."""
    if not moved:
        return
    each: dict[str, Sequence[object]] = {
        "id": new_ids(deed.at, len(moved)),
        "voucher_id": [one.before.id for one in moved],
        "step": [one.before.step + 1 for one in moved],
        "from_state": [one.before.state or "" for one in moved],
        "to_state": [one.to_state for one in moved],
        "structure_id": [one.structure_id for one in moved],
        "place_id": [one.place_id for one in moved],
    }
    same = same_of(deed)
    if deed.about is not None:
        told = [deed.about[one.before.id] for one in moved]
        each["subject_id"], each["cause"] = [subject for subject, _ in told], [cause for _, cause in told]
        same = {name: value for name, value in same.items() if name not in each}
    insert_columns(Event, each, same)


def same_of(deed: Deed) -> dict[str, object]:
    """What every event of a deed says alike."""
    return {
        "programme_id": deed.programme_id,
        "deed_id": deed.id,
        "act": deed.act,
        "at": deed.at,
        "by_user": deed.by.user_id,
        "by_role": deed.by.role,
        "by_organisation": deed.by.organisation_id,
        "document_id": deed.document_id,
        "subject_id": deed.subject_id,
        "cause": deed.cause,
    }


def move_money(deed: Deed, money: Mapping[tuple[Pocket, Pocket], int]) -> None:
    """Write the transfers that the rule book derives from the steps: the face value of each voucher, summed."""
    if not money:
        return
    moves = [Move(debit, credit, cents) for (debit, credit), cents in money.items()]
    transfer(programme_id=deed.programme_id, moves=moves, cause=deed.id, at=deed.at)
    out = sum(move.amount_cents for move in moves if move.debit.account is Account.ENVELOPE)
    back = sum(move.amount_cents for move in moves if move.credit.account is Account.ENVELOPE)
    if out:
        commit_value(programme_id=deed.programme_id, cents=out)
    if back:
        release_value(programme_id=deed.programme_id, cents=back)


def _pocket(account: Account, place_id: UUID) -> Pocket:
    return Pocket(account, place_id if account in OWNED else NOBODY)
