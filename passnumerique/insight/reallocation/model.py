"""The best stock of each structure, and the moves that lead there. Pure.

**Why the greedy choice is exact.** A structure with x passes uses f(x) of them before the date, less what moving them
away costs: f is concave (each further pass is asked for with a smaller chance, and the cost of giving grows in
proportion). Stocks change by whole units of u passes, and their sum is kept. Units go one by one from where the last
one is worth least to where the next is worth most, as long as that gains. Where it stops there is a price p such that
at each structure the next unit is worth at most p and the last at least p. By concavity its stock then maximises
f(x) − p·x over every stock that it can have, and so their sum maximises Σ f − p·Σx. Since Σx is the same for all
ways to share, no other way uses more. `tests/unit/test_reallocation_model.py` compares it with every way there is.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.insight.reallocation.demand import sums, worths


@dataclass(frozen=True)
class Shelf:
    """A structure: its stock, what is asked of it before the date (mean, and shape of its doubt), the share of what
    it hands over that is used in time, and whether it may receive. The authority's reserve is one that asks nothing
    (`NOBODY`)."""

    name: UUID
    stock: int
    asked: float
    shape: float = 4.0
    share: float = 1.0
    takes: bool = True
    gives: bool = True


@dataclass(frozen=True)
class Moving:
    """What a move is: so many passes together (a booklet), what moving one costs in passes used, and the least that
    one move must gain to be worth a journey and two signatures."""

    unit: int = 10
    cost: float = 0.03
    least: float = 1.0


@dataclass(frozen=True)
class Move:
    """So many passes from one shelf to another, and how many more of them are used before the date."""

    giver: UUID
    receiver: UUID
    passes: int
    gain: float


@dataclass(frozen=True)
class Plan:
    """The moves, most gain first, and what each shelf holds after them."""

    moves: Sequence[Move]
    stock: dict[UUID, int]
    used_before: float
    used_after: float

    @property
    def gain(self) -> float:
        return self.used_after - self.used_before


Progress = Callable[[int, int], None]
"""Told how many of how many steps are done."""


class _Curve:
    """What a stock is worth, by units above and below what it is now."""

    def __init__(self, shelf: Shelf, unit: int, most: int) -> None:
        self.unit, self.base = unit, shelf.stock % unit
        values = worths(shelf.asked, shelf.shape, min(most, shelf.stock + max(int(6 * shelf.asked) + 60, 0)))
        self.totals = [shelf.share * one for one in sums(values)]

    def at(self, stock: int) -> float:
        """Passes used before the date out of so many."""
        return self.totals[min(max(stock, 0), len(self.totals) - 1)]


def best_plan(shelves: Sequence[Shelf], moving: Moving, progress: Progress | None = None) -> Plan:
    """The moves of whole units that use most passes before the date, each worth at least `moving.least`."""
    total = sum(shelf.stock for shelf in shelves)
    curves = []
    for rank, shelf in enumerate(shelves):
        curves.append(_Curve(shelf, moving.unit, total))
        if progress:
            progress(rank + 1, 2 * len(shelves))
    stock = _evened(shelves, curves, moving)
    moves = _moves(shelves, curves, stock, moving)
    if progress:
        progress(2 * len(shelves), 2 * len(shelves))
    left = {shelf.name: shelf.stock for shelf in shelves}
    for move in moves:
        left[move.giver] -= move.passes
        left[move.receiver] += move.passes
    before = sum(curve.at(shelf.stock) for shelf, curve in zip(shelves, curves, strict=True))
    after = sum(curve.at(left[shelf.name]) for shelf, curve in zip(shelves, curves, strict=True))
    return Plan(moves, left, before, after)


def _evened(shelves: Sequence[Shelf], curves: Sequence[_Curve], moving: Moving) -> list[int]:
    """The best stock of each shelf: units exchanged one by one, through two heaps."""
    unit, stock = moving.unit, [shelf.stock for shelf in shelves]

    def gain(one: int) -> float:
        back = moving.cost * unit if stock[one] < shelves[one].stock and shelves[one].name != NOBODY else 0.0
        return curves[one].at(stock[one] + unit) - curves[one].at(stock[one]) + back

    def loss(one: int) -> float:
        away = moving.cost * unit if stock[one] <= shelves[one].stock and shelves[one].name != NOBODY else 0.0
        return curves[one].at(stock[one]) - curves[one].at(stock[one] - unit) + away

    givers = [(loss(one), one) for one, shelf in enumerate(shelves) if shelf.gives and stock[one] >= unit]
    takers = [(-gain(one), one) for one, shelf in enumerate(shelves) if shelf.takes]
    heapq.heapify(givers)
    heapq.heapify(takers)
    while givers and takers:
        (cost, giver), (worth, taker) = givers[0], takers[0]
        if cost != loss(giver) or stock[giver] < unit:
            _again(givers, loss(giver) if stock[giver] >= unit else None, giver)
        elif -worth != gain(taker):
            _again(takers, -gain(taker), taker)
        elif giver == taker or -worth <= cost + 1e-9:
            break
        else:
            stock[giver] -= unit
            stock[taker] += unit
            _again(givers, loss(giver) if stock[giver] >= unit else None, giver)
            _again(takers, -gain(taker), taker)
            if shelves[taker].gives:
                heapq.heappush(givers, (loss(taker), taker))
            if shelves[giver].takes:
                heapq.heappush(takers, (-gain(giver), giver))
    return stock


def _again(heap: list[tuple[float, int]], value: float | None, one: int) -> None:
    """Its top replaced by what is true now; None takes it away."""
    if value is None:
        heapq.heappop(heap)
    else:
        heapq.heapreplace(heap, (value, one))


def _moves(shelves: Sequence[Shelf], curves: Sequence[_Curve], stock: Sequence[int], moving: Moving) -> list[Move]:
    """Who gives what to whom: the one who lacks most is served by the one who has most too much, so that there are
    few moves. A move that gains too little is left out, with what it would have brought."""
    over = [(shelf.stock - after, one) for one, (shelf, after) in enumerate(zip(shelves, stock, strict=True))]
    givers = [(-many, one) for many, one in over if many > 0]
    takers = [(many, one) for many, one in over if many < 0]
    heapq.heapify(givers)
    heapq.heapify(takers)
    now, found = [shelf.stock for shelf in shelves], []
    while givers and takers:
        (spare, giver), (lack, taker) = heapq.heappop(givers), heapq.heappop(takers)
        passes = min(-spare, -lack)
        gain = _gain(curves, now, giver, taker, passes)
        if gain >= moving.least:
            now[giver] -= passes
            now[taker] += passes
            found.append(Move(shelves[giver].name, shelves[taker].name, passes, gain))
        if -spare > passes:
            heapq.heappush(givers, (spare + passes, giver))
        if -lack > passes:
            heapq.heappush(takers, (lack + passes, taker))
    return sorted(found, key=lambda move: (-move.gain, str(move.giver), str(move.receiver)))


def _gain(curves: Sequence[_Curve], now: Sequence[int], giver: int, taker: int, passes: int) -> float:
    lost = curves[giver].at(now[giver]) - curves[giver].at(now[giver] - passes)
    return curves[taker].at(now[taker] + passes) - curves[taker].at(now[taker]) - lost
