"""The ways to move stock that are compared: what the product proposes, and what somebody would do by hand."""

from uuid import UUID

from benchmarks.actions.playing import UNIT, Shop
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.forecast.model.fitting import fit
from passnumerique.insight.reallocation.model import Moving
from passnumerique.insight.reallocation.proposing import proposed


def nothing(_shop: Shop, _week: int) -> None:
    """Stock stays where it is; the authority delivers where a structure runs out, as long as it has some."""


def follow(shop: Shop, week: int) -> None:
    """What the product proposes, done as it says."""
    known = shop.evidence(week)
    found = proposed(known, fit(known), known.desks, known.use_until, Moving(unit=UNIT))
    for move in found.plan.moves:
        shop.give(_rank(move.giver), move.receiver.int - 1, move.passes)


def _rank(name: UUID) -> int | None:
    return None if name == NOBODY else name.int - 1


def equal_split(shop: Shop, _week: int) -> None:
    """Everything in stock shared alike among the structures, by whole booklets."""
    many = len(shop.stock)
    each = (sum(shop.stock) + shop.reserve) // many // UNIT * UNIT
    _to(shop, [each] * many)


def to_the_fastest(shop: Shop, week: int) -> None:
    """What lies for more than eight weeks at the pace of late goes to the structure that hands over most."""
    pace = [
        sum(shop.handed[rank][one] for rank in range(max(week - 12, 0), week + 1)) / 13
        for one in range(len(shop.stock))
    ]
    best = max(range(len(pace)), key=lambda one: pace[one])
    for one, stock in enumerate(shop.stock):
        spare = int(max(stock - 8 * pace[one], 0) / UNIT) * UNIT
        if one != best and spare:
            shop.give(one, best, spare)


def by_pace(shop: Shop, week: int) -> None:
    """Everything in stock shared in proportion to what each handed over in the last thirteen weeks."""
    pace = [
        sum(shop.handed[rank][one] for rank in range(max(week - 12, 0), week + 1)) for one in range(len(shop.stock))
    ]
    total = (sum(shop.stock) + shop.reserve) // UNIT
    if sum(pace):
        _to(shop, [int(total * one / sum(pace)) * UNIT for one in pace])


def _to(shop: Shop, wanted: list[int]) -> None:
    """Whole booklets from who has too many, then from the reserve, to who lacks."""
    for one, target in enumerate(wanted):
        lack = max(target - shop.stock[one], 0) // UNIT * UNIT
        while lack:
            giver = max(range(len(wanted)), key=lambda other: shop.stock[other] - wanted[other])
            spare = (shop.stock[giver] - wanted[giver]) // UNIT * UNIT
            if giver != one and spare > 0:
                part = min(spare, lack)
                shop.give(giver, one, part)
            elif shop.reserve >= UNIT:
                part = min(shop.reserve // UNIT * UNIT, lack)
                shop.give(None, one, part)
            else:
                break
            lack -= part


FOLLOWED, NOTHING = "what is proposed", "doing nothing"
WAYS = {
    NOTHING: nothing,
    "equal split": equal_split,
    "move to the fastest": to_the_fastest,
    "share by pace": by_pace,
    FOLLOWED: follow,
}
