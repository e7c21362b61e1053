"""Programmes of the simulator played on under a way to move stock: the same people ask, whatever the way.

Structures, rates, holidays, delays and shocks are those of `benchmarks.backtest.programmes`; what is added is stock
that lies where it was put. Most passes are given out at the beginning, to every structure alike, as such programmes
do; what is left at the authority is delivered when a structure runs out and asks. Nobody moves anything else, unless
the way says so, every fourth week. Everybody who asks has a life drawn before (whether and when a pass would be
used), so that two ways differ by what they move and never by their luck.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import exp, log
from uuid import UUID

from benchmarks.backtest.programmes import FAMILIES, NEVER, VERDUN, WEEKS, Programme, Rules, poisson
from passnumerique.insight.forecast.model.evidence import WEEK, Evidence, Week
from passnumerique.insight.forecast.model.sharing import Desk
from passnumerique.insight.forecast.weeks import week_of
from passnumerique.insight.reallocation.demand import Span, desk_of

UNIT, EVERY, FIRST, LOOKED = 10, 4, 26, 26
"""Passes in a booklet; every how many weeks stock is looked at, from which week on, and how far back."""
GIVEN_OUT = (0.5, 1.0)
"""Which share of the passes is given out at the beginning: an assumption, since no figures are public."""


@dataclass(frozen=True)
class People:
    """Everybody who will ask: for each week and structure, the week in which each would use the pass (`NEVER`), and
    the same if they were reminded of it."""

    asked: Sequence[Sequence[Sequence[int]]]
    reminded: Sequence[Sequence[Sequence[int]]]


@dataclass
class Shop:
    """A programme under way: the stock of each structure, the reserve, and what happened."""

    rules: Rules
    weeks: Sequence[Week]
    stock: list[int]
    reserve: int
    handed: list[list[int]] = field(default_factory=list)
    """By week, by structure."""
    stocked: list[list[float]] = field(default_factory=list)
    """By week, by structure: the part of the week with stock."""
    passes: list[tuple[int, int, int]] = field(default_factory=list)
    moved: int = 0

    def evidence(self, origin: int) -> Evidence:
        """What the authority knows by the end of a week."""
        played = Programme("", "", list(self.weeks), self.passes, [], self.rules)
        known = played.evidence(origin)
        return replace(known, reserve=self.reserve, desks=self.desks(origin))

    def desks(self, origin: int) -> list[Desk[UUID]]:
        """Each structure with what it handed over of late, as the product weighs it."""
        first = max(origin - LOOKED + 1, 0)
        return [
            desk_of(
                UUID(int=one + 1),
                [
                    Span(origin - week + 0.5, self.stocked[week][one], self.handed[week][one])
                    for week in range(first, origin + 1)
                ],
                self.stock[one],
            )
            for one in range(self.rules.structures)
        ]

    def give(self, giver: int | None, receiver: int, passes: int) -> None:
        """Move passes; from the reserve where there is no giver."""
        if giver is None:
            self.reserve -= passes
        else:
            self.stock[giver] -= passes
            self.moved += passes
        self.stock[receiver] += passes


Way = Callable[[Shop, int], None]
"""What is done with the stock at the end of a week."""


@dataclass(frozen=True)
class Network:
    """A programme before it begins: its rules, its calendar, its people, and the stock given out."""

    family: str
    seed: str
    rules: Rules
    weeks: Sequence[Week]
    people: People
    start: Sequence[int]
    reserve: int
    luck: Sequence[Sequence[float]]
    """For each week and structure, whether a structure that ran out asks for more (an even number)."""


def network(family: str, seed: str, given_out: tuple[float, float] = GIVEN_OUT) -> Network:
    """One programme of that family, of which such a share of the passes is given out at the beginning."""
    source = random.Random(f"actions:{family}:{seed}")
    first = date(2020, 9, 7) + timedelta(days=7 * source.randrange(52))
    weeks = [week_of(first + WEEK * rank, VERDUN) for rank in range(WEEKS + 1)]
    rules = FAMILIES[family](source)
    many = rules.structures
    each = int(rules.received * source.uniform(*given_out) / many / UNIT) * UNIT
    start = [max(each, UNIT)] * many
    people = _people(rules, weeks, source)
    luck = [[source.random() for _ in range(many)] for _ in weeks]
    return Network(family, seed, rules, weeks, people, start, max(rules.received - sum(start), 0), luck)


def _people(rules: Rules, weeks: Sequence[Week], source: random.Random) -> People:
    weight = [source.gammavariate(1.3, 1) + 0.02 for _ in range(rules.structures)]
    ease, more = _ease(rules, weeks, source), 1 + source.triangular(0.0, 0.3, 0.1)
    level, asked, reminded = 0.0, [], []
    for rank, week in enumerate(weeks):
        level = 0.985 * level + source.gauss(0, rules.wander)
        times = exp(level) * rules.factor[rank] * week.open * rules.holidays.get(week.kind, 1.0)
        times *= source.gammavariate(1 / rules.scatter, rules.scatter)
        here, there = [], []
        for one in range(rules.structures):
            asleep = rank >= rules.asleep_at.get(one, NEVER)
            count = poisson(rules.rate * times * weight[one] / sum(weight), source)
            lives = [] if asleep else [_life(rules, rank, ease, more, source) for _ in range(count)]
            here.append([plain for plain, _ in lives])
            there.append([woken for _, woken in lives])
        asked.append(here)
        reminded.append(there)
    return People(asked, reminded)


def _ease(rules: Rules, weeks: Sequence[Week], source: random.Random) -> list[float]:
    wander, found = 0.0, []
    for rank, week in enumerate(weeks):
        wander = 0.97 * wander + source.gauss(0, rules.wander)
        luck = source.gammavariate(1 / rules.scatter, rules.scatter)
        found.append(exp(wander) * luck * rules.factor[rank] * week.open * rules.holidays.get(week.kind, 1.0))
    return found


def _life(rules: Rules, week: int, ease: Sequence[float], more: float, source: random.Random) -> tuple[int, int]:
    """When somebody who gets a pass in that week uses it, without and with reminders: the first week in which what
    drives people to come has summed up to a limit of their own."""
    chance = 1 / (rules.quick if source.random() < 0.6 else rules.slow)
    comes, limit = source.random() >= rules.never, source.expovariate(1.0)
    if not comes:
        return NEVER, NEVER
    return _first(week, ease, chance, limit), _first(week, ease, chance * more, limit)


def _first(week: int, ease: Sequence[float], chance: float, limit: float) -> int:
    pushed = 0.0
    for later in range(week + 1, len(ease)):
        pushed -= log(1 - min(chance * ease[later], 0.9))
        if pushed >= limit:
            return later
    return NEVER


def played(net: Network, way: Way, reminders: bool = False, since: int = FIRST) -> Shop:
    """The programme under that way, to its last week."""
    shop = Shop(net.rules, net.weeks, list(net.start), net.reserve)
    for rank in range(len(net.weeks)):
        lives = (net.people.reminded if reminders and rank >= since else net.people.asked)[rank]
        _week(shop, rank, lives, net.luck[rank])
        if rank >= since and (rank - since) % EVERY == 0 and rank < len(net.weeks) - EVERY:
            way(shop, rank)
    return shop


def _week(shop: Shop, rank: int, lives: Sequence[Sequence[int]], luck: Sequence[float]) -> None:
    handed, stocked = [], []
    for one, asked in enumerate(lives):
        given = min(len(asked), shop.stock[one])
        stocked.append(1.0 if given == len(asked) and shop.stock[one] else given / max(len(asked), 1))
        shop.passes += [(rank, one, used) for used in asked[:given]]
        shop.stock[one] -= given
        handed.append(given)
        if shop.stock[one] < 3 and shop.reserve >= UNIT and luck[one] < 0.7:
            shop.give(None, one, UNIT)
    shop.handed.append(handed)
    shop.stocked.append(stocked)


def used_by_the_end(shop: Shop) -> int:
    """Passes used by the last day."""
    return sum(used < NEVER for _, _, used in shop.passes)


def used_after(shop: Shop, week: int) -> int:
    """Those used after a week: what could still be changed then."""
    return sum(week < used < NEVER for _, _, used in shop.passes)


def most_possible(net: Network) -> int:
    """Passes that would be used if nobody ever lacked one, as long as there are passes at all: what no way to move
    stock can exceed."""
    served = [used for week in net.people.asked for lives in week for used in lives][: net.rules.received]
    return sum(used < NEVER for used in served)
