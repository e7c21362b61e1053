"""Scenarios side by side, drawn under the same chance: what each uses, what it adds, costs and rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from passnumerique.ground.refusals import Refusal
from passnumerique.ground.words import N_
from passnumerique.insight.forecast.model.courses import Course, course_of
from passnumerique.insight.forecast.model.futures import Difference, Futures, difference, futures_of
from passnumerique.insight.forecast.model.levers import Assumption, Scenario, lay
from passnumerique.insight.forecast.model.simulating import DRAWS, lucks, simulate
from passnumerique.insight.forecast.telling import SEED, Known, check_dates

AS_IT_IS = Scenario("")
"""Nothing is changed."""


class ExtensionBackwards(Refusal):
    sentence = N_("Une prolongation ne raccourcit pas le dispositif. Choisissez une date après le {until}.")


@dataclass(frozen=True)
class Compared:
    """One scenario: its futures, what it adds to doing nothing, its cost in cents (what is known of it) and the
    assumptions it rests on."""

    scenario: Scenario
    futures: Futures
    added: Difference
    cost_cents: int
    assumptions: Sequence[Assumption]

    @property
    def cents_per_pass(self) -> int | None:
        """What one pass more costs, at the mean; None where it costs nothing or adds nothing."""
        return round(self.cost_cents / self.added.mean) if self.cost_cents and self.added.mean >= 1 else None

    def as_json(self) -> dict[str, Any]:
        """With the keys of `passnum forecast --scenario --json`."""
        added = self.added
        return self.futures.as_json() | {
            "scenario": self.scenario.name,
            "added": {
                "p10": added.p10,
                "p50": added.p50,
                "p90": added.p90,
                "mean": round(added.mean, 1),
                "probability_more": round(added.better, 4),
            },
            "cost_cents": self.cost_cents,
            "assumptions": [
                {"name": one.name, "range": [round(value, 4) for value in one.range], "origin": one.origin.value}
                for one in self.assumptions
            ],
        }


@dataclass(frozen=True)
class Comparison:
    """What happens if nothing is changed, and each scenario, until the same date."""

    until: date
    as_it_is: Futures
    scenarios: Sequence[Compared]


def compare(
    known: Known, scenarios: Sequence[Scenario], until: date | None = None, seed: str = SEED, draws: int = DRAWS
) -> Comparison:
    """The scenarios and doing nothing, until the latest of their ends (or a date). Refuses a date out of reach,
    and an extension that shortens."""
    for one in scenarios:
        if one.last_day and one.last_day < known.evidence.use_until:
            raise ExtensionBackwards(until=known.evidence.use_until)
    ends = [known.until, *(one.last_day for one in scenarios if one.last_day)]
    until = until or max(ends)
    check_dates(known.evidence.as_of, until)
    plain = course_of(known.evidence, known.fit, until)
    chances = lucks(known.fit, plain.kinds, seed, draws)
    base = futures_of(known.evidence, until, simulate(known.fit, plain, chances))
    compared = []
    for one in scenarios:
        laid = lay(one, _dated(known, one, until, plain), known.evidence, known.fit)
        futures = futures_of(known.evidence, until, simulate(known.fit, laid.course, chances))
        compared.append(Compared(one, futures, difference(futures, base), laid.cost_cents, laid.assumptions))
    return Comparison(until, base, compared)


def _dated(known: Known, scenario: Scenario, until: date, plain: Course) -> Course:
    """The course under the dates of the scenario."""
    extend = scenario.extend
    if extend is None:
        return plain
    distribution = max(extend.distribution_until or extend.use_until, known.evidence.distribution_until)
    return course_of(known.evidence, known.fit, until, distribution_until=distribution, use_until=extend.use_until)
