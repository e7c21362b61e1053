"""The one way in which vouchers move: a conditional UPDATE whose row count decides, then the events,
the counters and the money of those that moved, all in the caller's transaction (laws 3, 5 and 7)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Expression

from passnumerique.directory.rules import Actor
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ledger.operations import transfer
from passnumerique.ledger.rules import OWNED, Account, Move, Pocket
from passnumerique.programmes.operations import commit_value, release_value, take_turn
from passnumerique.vouchers.models import Event, Voucher
from passnumerique.vouchers.operations.counting import StockKey, WayKey, count_activity, move_stock
from passnumerique.vouchers.queries.reading import Seen
from passnumerique.vouchers.rules import AT_PLACE, MONEY_OF_STATE, Act, State, Step, shard_of


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


@dataclass(frozen=True)
class Target:
    """Where the vouchers of a deed go: the state, and what of their row is set with it."""

    state: State
    structure_id: UUID | None = None
    """None: stays with the structure it is with."""
    place_id: UUID | None = None
    sets: dict[str, Any | Expression] = field(default_factory=dict)


@dataclass(frozen=True)
class Moved:
    """One voucher that a deed moved, before and after."""

    before: Seen
    to_state: State
    structure_id: UUID
    place_id: UUID
    commune: str = ""
    """Of the holder, once it was handed over; an undo keeps it."""


def new_deed(programme_id: UUID, act: Act, by: Actor, at: datetime, **details: Any) -> Deed:
    """A deed with an id of its own."""
    return Deed(programme_id, act, by, at, new_id(at), **details)


def carry_out(deed: Deed, vouchers: Sequence[Seen], target: Callable[[Seen], Target]) -> list[Moved]:
    """Move each voucher from the state in which it was seen, and return those that moved.

    A voucher that another act moved in between stays out of the list: the caller decides whether
    that refuses the whole. Nothing is written for it.
    """
    groups: dict[tuple[int, State | None, UUID, UUID, int], list[Seen]] = {}
    targets: list[Target] = []
    for voucher in vouchers:
        goal = target(voucher)
        rank = next((rank for rank, known in enumerate(targets) if known == goal), len(targets))
        if rank == len(targets):
            targets.append(goal)
        alike = (rank, voucher.state, voucher.structure_id, voucher.place_id, voucher.step)
        groups.setdefault(alike, []).append(voucher)
    _wait_in_order(deed, vouchers, targets)
    moved: list[Moved] = []
    for (rank, *_), group in groups.items():
        for chunk in in_chunks(group):
            moved += _move_chunk(deed, chunk, targets[rank])
    write_events(deed, moved)
    count(deed, moved)
    move_money(deed, moved)
    return moved


def _wait_in_order(deed: Deed, vouchers: Sequence[Seen], targets: Sequence[Target]) -> None:
    """Take what a set needs in one order, the envelope first and then the vouchers by id, so that two
    sets that overlap wait for each other and never in a circle. SQLite holds its write lock already."""
    if any(MONEY_OF_STATE[target.state] is Account.ENVELOPE for target in targets):
        take_turn(deed.programme_id)
    if len(vouchers) > 1 and connection.features.has_select_for_update:
        for chunk in in_chunks(sorted(voucher.id for voucher in vouchers)):
            rows = Voucher.objects.filter(programme_id=deed.programme_id, id__in=chunk).order_by("id")
            list(rows.select_for_update().values_list("id"))


def _move_chunk(deed: Deed, chunk: Sequence[Seen], target: Target) -> list[Moved]:
    first = chunk[0]
    structure_id = first.structure_id if target.structure_id is None else target.structure_id
    place_id = _place_after(first, target)
    ids = [voucher.id for voucher in chunk]
    changed = Voucher.objects.filter(
        programme_id=deed.programme_id,
        id__in=ids,
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
    won = set(ids) if changed == len(ids) else _won(deed, ids)
    return [
        Moved(voucher, target.state, structure_id, place_id, target.sets.get("commune", voucher.commune))
        for voucher in chunk
        if voucher.id in won
    ]


def _place_after(voucher: Seen, target: Target) -> UUID:
    if target.state not in AT_PLACE:
        return NOBODY
    return voucher.place_id if target.place_id is None else target.place_id


def _won(deed: Deed, ids: list[UUID]) -> set[UUID]:
    rows = Voucher.objects.filter(programme_id=deed.programme_id, id__in=ids, deed_id=deed.id)
    return set(rows.values_list("id", flat=True).order_by())


def write_events(deed: Deed, moved: Sequence[Moved]) -> None:
    """One event for each voucher that moved."""
    for chunk in in_chunks(moved):
        Event.objects.bulk_create(
            Event(
                id=new_id(deed.at),
                programme_id=deed.programme_id,
                voucher_id=one.before.id,
                step=one.before.step + 1,
                deed_id=deed.id,
                act=deed.act,
                from_state=one.before.state or "",
                to_state=one.to_state,
                structure_id=one.structure_id,
                place_id=one.place_id,
                at=deed.at,
                by_user=deed.by.user_id,
                by_role=deed.by.role,
                by_organisation=deed.by.organisation_id,
                document_id=deed.document_id,
                subject_id=deed.subject_id,
                cause=deed.cause,
            )
            for one in chunk
        )


def count(deed: Deed, moved: Sequence[Moved]) -> None:
    """Move the counters of stock and of activity with the vouchers."""
    stock: Counter[StockKey] = Counter()
    activity: Counter[WayKey] = Counter()
    for one in moved:
        before, shard = one.before, shard_of(one.before.number)
        if before.state:
            stock[before.lot_id, before.structure_id, before.place_id, before.state, shard] -= 1
        stock[before.lot_id, one.structure_id, one.place_id, one.to_state, shard] += 1
        place_id = max(one.place_id, before.place_id)  # an undo counts for its place
        way = (before.state or "", one.to_state, before.face_value_cents, one.structure_id, place_id, one.commune)
        activity[way] += 1
    move_stock(deed.programme_id, stock, deed.at)
    count_activity(deed.programme_id, month_of(day_of(deed.at)), deed.act, deed.module_id, activity, deed.at)


def move_money(deed: Deed, moved: Sequence[Moved]) -> None:
    """Write the transfers that the rule book derives from the steps: the face value of each voucher."""
    moves = [move for one in moved if (move := _money_of(one))]
    if not moves:
        return
    transfer(programme_id=deed.programme_id, moves=moves, cause=deed.id, at=deed.at)
    out = sum(move.amount_cents for move in moves if move.debit.account is Account.ENVELOPE)
    back = sum(move.amount_cents for move in moves if move.credit.account is Account.ENVELOPE)
    if out:
        commit_value(programme_id=deed.programme_id, cents=out)
    if back:
        release_value(programme_id=deed.programme_id, cents=back)


def _money_of(one: Moved) -> Move | None:
    step = Step(one.before.state, one.to_state)
    if step.debit is step.credit:
        return None
    debit = _pocket(step.debit, one.before.place_id)
    return Move(debit, _pocket(step.credit, one.place_id), one.before.face_value_cents)


def _pocket(account: Account, place_id: UUID) -> Pocket:
    return Pocket(account, place_id if account in OWNED else NOBODY)
