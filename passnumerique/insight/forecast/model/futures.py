"""Possible futures as figures: quantiles week by week, probabilities, euros."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from passnumerique.insight.forecast.model.evidence import WEEK, Evidence
from passnumerique.insight.forecast.model.simulating import Path

LEVELS = tuple(rank / 20 for rank in range(1, 20))
"""The quantiles that are kept of a forecast, for scoring it later: one in twenty."""


@dataclass(frozen=True)
class Fan:
    """What is used by the end of a week: one, five and nine chances in ten not to be exceeded."""

    last: date
    p10: int
    p50: int
    p90: int
    handed: int
    """Passes handed over in that week, the middle one."""
    used: int
    """Passes used in that week, the middle one."""


@dataclass(frozen=True)
class Futures:
    """The futures of one course, as of an evening, until a date."""

    evidence: Evidence
    until: date
    totals: Sequence[int]
    """Passes used by the date, in each future, in the order in which they were drawn."""
    fans: Sequence[Fan]
    kept: Sequence[Sequence[int]]
    """For each week, the quantiles at `LEVELS` of what is used by its end."""

    def used(self, share: float) -> int:
        """The passes used by the date that this share of futures does not exceed."""
        return quantile(sorted(self.totals), share)

    def unused(self, share: float) -> int:
        return max(self.evidence.received - self.used(share), 0)

    @property
    def mean_used(self) -> float:
        return sum(self.totals) / len(self.totals)

    @property
    def probability_all_used(self) -> float:
        """The share of futures in which no pass is left."""
        return sum(one >= self.evidence.received for one in self.totals) / len(self.totals)

    def unused_cents(self, share: float) -> int:
        """Face value of the passes not used by the date, at the mean of those that are unused now."""
        left = self.evidence.unused
        return round(self.unused(share) * self.evidence.value_cents / left) if left else 0

    @property
    def grant_at_risk(self) -> float:
        """The share of the grant that would not be paid, in the middle future; none where it is paid on purchase."""
        if not self.evidence.pays_on_use or not self.evidence.received:
            return 0.0
        return self.unused(0.5) / self.evidence.received

    @property
    def grant_at_risk_cents(self) -> int:
        """The same in euros: the funder's rate on the value that is not used."""
        return round(self.unused_cents(0.5) * self.evidence.funding_rate / 10_000) if self.evidence.pays_on_use else 0

    def as_json(self) -> dict[str, Any]:
        """With the keys of `passnum forecast --json`."""
        return {
            "as_of": self.evidence.as_of.isoformat(),
            "to": self.until.isoformat(),
            "received": self.evidence.received,
            "used_so_far": self.evidence.used_so_far,
            **{
                name: {"used": self.used(share), "unused": self.unused(share)}
                for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
            },
            "mean_used": round(self.mean_used, 1),
            "probability_all_used": round(self.probability_all_used, 4),
            "unused_value_cents": {
                name: self.unused_cents(share) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
            },
            "grant_at_risk": {"share": round(self.grant_at_risk, 4), "cents": self.grant_at_risk_cents},
            "weekly": [
                {
                    "week_ending": fan.last.isoformat(),
                    "handed_over": fan.handed,
                    "used": fan.used,
                    "total_used": {"p10": fan.p10, "p50": fan.p50, "p90": fan.p90},
                }
                for fan in self.fans
            ],
        }


def futures_of(evidence: Evidence, until: date, paths: Sequence[Path]) -> Futures:
    """The figures of these futures."""
    sums = [[*accumulate(path.used, initial=evidence.used_so_far)] for path in paths]
    weeks = len(sums[0]) - 1 if sums else 0
    fans, kept = [], []
    for week in range(weeks):
        reached = sorted(one[week + 1] for one in sums)
        kept.append([quantile(reached, level) for level in LEVELS])
        fans.append(
            Fan(
                min(evidence.as_of + WEEK * (week + 1), until),
                p10=quantile(reached, 0.1),
                p50=quantile(reached, 0.5),
                p90=quantile(reached, 0.9),
                handed=quantile(sorted(path.handed[week] for path in paths), 0.5),
                used=quantile(sorted(path.used[week] for path in paths), 0.5),
            )
        )
    return Futures(evidence, until, [one[-1] for one in sums], fans, kept)


def quantile(ordered: Sequence[int], share: float) -> int:
    """The value that this share of values in order does not exceed."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass(frozen=True)
class Difference:
    """How many passes more one course uses than another, future by future, under the same chance."""

    p10: int
    p50: int
    p90: int
    mean: float
    better: float
    """The share of futures in which it uses more."""


def difference(one: Futures, other: Futures) -> Difference:
    """What `one` adds to `other`. Both must have been drawn from the same seed."""
    gaps = sorted(here - there for here, there in zip(one.totals, other.totals, strict=True))
    low, middle, high = (quantile(gaps, share) for share in (0.1, 0.5, 0.9))
    return Difference(low, middle, high, sum(gaps) / len(gaps), sum(gap > 0 for gap in gaps) / len(gaps))
