"""A simulator of programmes, seeded: networks of structures, holidays, waves, sleeping structures, shocks, rules
that change, small counts. It is written apart from the model, and moves differently: rates wander on a log
scale, delays are a mixture of quick, slow and never, and stock is delivered when a structure runs out.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import exp, log
from uuid import UUID

from passnumerique.insight.forecast.model.evidence import WEEK, Evidence, Kind, Week
from passnumerique.insight.forecast.model.sharing import Desk
from passnumerique.insight.forecast.weeks import week_of

WEEKS = 100
VERDUN = "55545"
NEVER = 10**6
PLANNED = 17
"""How many weeks ahead the training periods are known."""


@dataclass
class Rules:
    """What a family of programmes is like. Factors are of each week; `None` leaves it alone."""

    structures: int
    rate: float
    received: int
    holidays: dict[Kind, float]
    never: float
    quick: float
    slow: float
    wander: float
    scatter: float
    factor: list[float] = field(default_factory=lambda: [1.0] * (WEEKS + 1))
    asleep_at: dict[int, int] = field(default_factory=dict)
    changed_at: int | None = None
    between: list[int] = field(default_factory=list)
    """Weeks between two training periods."""


@dataclass
class Programme:
    """What happened: each pass by the week and structure of its hand-over and the week of its use."""

    family: str
    name: str
    weeks: list[Week]
    passes: list[tuple[int, int, int]]
    """Week handed over, structure, week used (`NEVER`)."""
    delivered: list[tuple[int, int, int]]
    """Week, structure, passes."""
    rules: Rules

    @property
    def used(self) -> list[int]:
        counts = Counter(used for _, _, used in self.passes)
        return [counts[week] for week in range(len(self.weeks))]

    def evidence(self, origin: int) -> Evidence:
        """What would be known by the end of week `origin`."""
        known = [one for one in self.passes if one[0] <= origin]
        told = self.told(origin)
        weeks, as_of = told[: origin + 1], told[origin].last
        handed, used = Counter(one[0] for one in known), Counter(one[2] for one in known if one[2] <= origin)
        lasted = Counter((origin - start, end - start if end <= origin else None) for start, _, end in known)
        spent, received, changed = sum(used.values()), self.rules.received, self.rules.changed_at
        breaks = [self.weeks[changed].last] if changed is not None and changed <= origin else []
        return Evidence(
            as_of=as_of,
            weeks=weeks,
            coming=told[origin + 1 :],
            handed=[handed[week] for week in range(origin + 1)],
            used=[used[week] for week in range(origin + 1)],
            stocked=[True] * (origin + 1),
            breaks=breaks,
            lasted=lasted,
            desks=self._desks(known, origin),
            reserve=received - sum(many for week, _, many in self.delivered if week <= origin),
            held=len(known) - spent,
            used_so_far=spent,
            received=received,
            value_cents=(received - spent) * 1000,
            distribution_until=self.weeks[-1].last,
            use_until=self.weeks[-1].last,
            seats=[0] * (origin + 1),
            seats_coming=[],
            passes_per_seat=1.0,
            passes_per_session=(0, 0),
            funding_rate=5000,
            pays_on_use=True,
            names={},
        )

    def told(self, origin: int) -> list[Week]:
        """The weeks with the periods that are known then: they are planned some months ahead."""
        between = {rank for rank in self.rules.between if rank <= origin + PLANNED}
        return [replace(one, kind=Kind.BETWEEN) if rank in between else one for rank, one in enumerate(self.weeks)]

    def _desks(self, known: Sequence[tuple[int, int, int]], origin: int) -> list[Desk[UUID]]:
        recent = Counter(one[1] for one in known if one[0] > origin - 26)
        given = Counter(one[1] for one in known)
        stock: Counter[int] = Counter()
        for week, structure, many in self.delivered:
            stock[structure] += many if week <= origin else 0
        return [
            Desk(UUID(int=one + 1), recent[one], min(origin + 1, 26), stock[one] - given[one])
            for one in range(self.rules.structures)
        ]


def played(family: str, seed: str) -> Programme:
    """One programme of that family."""
    source = random.Random(f"{family}:{seed}")
    first = date(2020, 9, 7) + timedelta(days=7 * source.randrange(52))
    weeks = [week_of(first + WEEK * rank, VERDUN) for rank in range(WEEKS + 1)]
    rules = FAMILIES[family](source)
    passes, delivered = _handed(rules, weeks, source)
    return Programme(family, f"{family} {seed}", weeks, _used(rules, weeks, passes, source), delivered, rules)


def _handed(
    rules: Rules, weeks: Sequence[Week], source: random.Random
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """The hand-overs (week, structure), and the deliveries that allowed them."""
    weight = [source.gammavariate(1.3, 1) + 0.02 for _ in range(rules.structures)]
    start = max(rules.received // (3 * rules.structures), 5)
    stock = [start] * rules.structures
    reserve, level = rules.received - start * rules.structures, 0.0
    delivered = [(0, one, start) for one in range(rules.structures)]
    handed: list[tuple[int, int]] = []
    for rank, week in enumerate(weeks):
        level = 0.985 * level + source.gauss(0, rules.wander)
        times = exp(level) * rules.factor[rank] * week.open * rules.holidays.get(week.kind, 1.0)
        times *= source.gammavariate(1 / rules.scatter, rules.scatter)
        for one in range(rules.structures):
            if rank >= rules.asleep_at.get(one, NEVER):
                continue
            asked = poisson(rules.rate * times * weight[one] / sum(weight), source)
            given = min(asked, stock[one])
            handed += [(rank, one)] * given
            stock[one] -= given
            if stock[one] < 3 and reserve >= 10 and source.random() < 0.7:
                stock[one] += 10
                reserve -= 10
                delivered.append((rank, one, 10))
    return handed, delivered


def _used(
    rules: Rules, weeks: Sequence[Week], handed: Sequence[tuple[int, int]], source: random.Random
) -> list[tuple[int, int, int]]:
    """When each pass is used: a person waits, and then comes in the first week that goes well enough."""
    luck = [source.gammavariate(1 / rules.scatter, rules.scatter) for _ in weeks]
    wander, ease = 0.0, []
    for rank, week in enumerate(weeks):
        wander = 0.97 * wander + source.gauss(0, rules.wander)
        ease.append(exp(wander) * luck[rank] * rules.factor[rank] * week.open * rules.holidays.get(week.kind, 1.0))
    found = []
    for week, structure in handed:
        mean = rules.quick if source.random() < 0.6 else rules.slow
        chance, end = 1 / mean, NEVER
        if source.random() >= rules.never:
            for later in range(week + 1, len(weeks)):
                if source.random() < min(chance * ease[later], 0.9):
                    end = later
                    break
        found.append((week, structure, end))
    return found


def poisson(mean: float, source: random.Random) -> int:
    """A Poisson count."""
    if mean > 50:
        return max(0, round(source.gauss(mean, mean**0.5)))
    left, count = exp(-mean), 0
    draw = source.random()
    while draw > left:
        draw *= source.random()
        count += 1
    return count


def _plain(source: random.Random, low: float = 6, high: float = 60) -> Rules:
    rate = exp(source.uniform(log(low), log(high)))
    return Rules(
        structures=source.randint(8, 40),
        rate=rate,
        received=round(rate * source.uniform(50, 130) / 10) * 10 + 400,
        holidays={
            Kind.SCHOOL_HOLIDAYS: source.uniform(0.6, 1.0),
            Kind.CHRISTMAS: source.uniform(0.2, 0.7),
            Kind.SUMMER: source.uniform(0.4, 0.9),
        },
        never=source.uniform(0.05, 0.4),
        quick=source.uniform(2, 6),
        slow=source.uniform(10, 30),
        wander=source.uniform(0.02, 0.07),
        scatter=source.uniform(0.03, 0.2),
    )


def _holidays(source: random.Random) -> Rules:
    rules = _plain(source)
    rules.holidays = {
        Kind.SCHOOL_HOLIDAYS: source.uniform(0.2, 0.7),
        Kind.CHRISTMAS: 0.05,
        Kind.SUMMER: source.uniform(0.05, 0.35),
    }
    return rules


def _waves(source: random.Random) -> Rules:
    """Periods of four months, and weeks between in which little is done."""
    rules, week = _plain(source), 0
    while week <= WEEKS:
        on, off = source.randint(14, 20), source.randint(4, 12)
        low = source.uniform(0.1, 0.4)
        for rank in range(week + on, min(week + on + off, WEEKS + 1)):
            rules.factor[rank] = low
            rules.between.append(rank)
        week += on + off
    return rules


def _sleeping(source: random.Random) -> Rules:
    """Structures that stop, one after the other, their stock with them."""
    rules = _plain(source)
    asleep = source.sample(range(rules.structures), round(rules.structures * source.uniform(0.3, 0.6)))
    rules.asleep_at = {one: source.randint(3, 60) for one in asleep}
    return rules


def _shocks(source: random.Random) -> Rules:
    """Weeks of closing, or of rush, that nobody announced."""
    rules = _plain(source)
    for _ in range(source.randint(1, 3)):
        start, size = source.randrange(10, WEEKS - 10), source.randint(3, 9)
        times = source.choice([0.05, 0.2, 2.0, 2.5])
        for rank in range(start, min(start + size, WEEKS + 1)):
            rules.factor[rank] *= times
    return rules


def _policy(source: random.Random) -> Rules:
    """A rule that changes in the middle, and the rate with it; the day is known once it has come."""
    rules = _plain(source)
    rules.changed_at = source.randrange(18, 60)
    times = source.choice([0.45, 0.6, 1.6, 2.2])
    for rank in range(rules.changed_at, WEEKS + 1):
        rules.factor[rank] *= times
    return rules


def _small(source: random.Random) -> Rules:
    rules = _plain(source, 0.6, 3.0)
    rules.structures = source.randint(2, 6)
    return rules


FAMILIES: dict[str, Callable[[random.Random], Rules]] = {
    "networks": _plain,
    "holidays": _holidays,
    "waves": _waves,
    "sleeping structures": _sleeping,
    "shocks": _shocks,
    "rules that change": _policy,
    "small counts": _small,
}
