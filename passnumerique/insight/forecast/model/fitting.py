"""The model fitted to what is known of a programme: rates, seasons, delays, structures. Takes milliseconds,
whatever the number of passes."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from uuid import UUID

from passnumerique.insight.forecast.model.delays import Delays, delays_of, expected_uses, held_by_age
from passnumerique.insight.forecast.model.evidence import USUAL, WEEK, Evidence, Kind
from passnumerique.insight.forecast.model.levels import Level, fit_level
from passnumerique.insight.forecast.model.seasons import season_factors
from passnumerique.insight.forecast.model.sharing import Rates, shrunk_rates

HOLE_WEEKS, HOLE_PASSES = 4, 12.0
"""A silence of so many weeks, where so many passes were due, is taken for missing rather than for nothing."""
SURE, UNSURE = 6.0, 0.7
"""How many uses the delays are worth as a rate of use, once some were seen and before."""
UNSEEN = 0.8
"""How far the season of a kind of week never seen may be from what is usual, on a log scale."""
HALF_USED = 0.5
"""Before anything is seen: half of the passes would be handed over by the end. An assumption, and a wide one."""


@dataclass(frozen=True)
class Fit:
    """A programme as the model understands it."""

    handing: Level
    handing_seasons: Mapping[Kind, float]
    using: Level
    using_seasons: Mapping[Kind, float]
    doubts: Mapping[Kind, float]
    """How far, on a log scale, each season may be from its factor."""
    delays: Delays
    rates: Rates[UUID]
    held: Sequence[float]
    holes: Sequence[tuple[int, int]]
    """Weeks (first, last) in which nothing is known."""
    broken: Sequence[int]


def fit(evidence: Evidence) -> Fit:
    """Fit everything to what was known on that evening."""
    holes = holes_of(evidence)
    missing = {rank for first, last in holes for rank in range(first, last + 1)}
    begun = any(evidence.used)
    delays = delays_of(evidence.lasted if begun else {})
    handed = _filled(evidence.handed, missing)
    due = [
        0.0 if rank in missing or not begun else one * week.open
        for rank, (one, week) in enumerate(zip(expected_uses(handed, delays), evidence.weeks, strict=True))
    ]
    shelves = [
        0.0 if rank in missing or not stocked else week.open
        for rank, (stocked, week) in enumerate(zip(evidence.stocked, evidence.weeks, strict=True))
    ]
    broken = breaks_of(evidence)
    handing_seasons = _seasons(evidence.handed, shelves, evidence)
    using_seasons = _seasons(evidence.used, due, evidence)
    return Fit(
        handing=fit_level(evidence.handed, _times(shelves, handing_seasons, evidence), _guess(evidence), 1.0, broken),
        handing_seasons=handing_seasons,
        using=fit_level(evidence.used, _times(due, using_seasons, evidence), 1.0, SURE if begun else UNSURE, broken),
        using_seasons=using_seasons,
        doubts=_doubts(evidence),
        delays=delays,
        rates=shrunk_rates(evidence.desks),
        held=held_by_age(handed, delays, evidence.held),
        holes=holes,
        broken=broken,
    )


def _filled(counts: Sequence[int], missing: Collection[int]) -> list[float]:
    """The counts, those that are missing taken for the mean of the others."""
    known = [count for rank, count in enumerate(counts) if rank not in missing]
    mean = sum(known) / len(known) if known else 0.0
    return [mean if rank in missing else count for rank, count in enumerate(counts)]


def holes_of(evidence: Evidence) -> list[tuple[int, int]]:
    """The silences too long to be believed: nothing handed over and nothing used, in the middle of a programme
    that did both, and not only because of holidays."""
    both = [one + other for one, other in zip(evidence.handed, evidence.used, strict=True)]
    active = [rank for rank, count in enumerate(both) if count]
    if not active:
        return []
    usual = sum(both) / (active[-1] - active[0] + 1)
    runs, rank = [], 0
    for silent, group in groupby(both, key=lambda count: count == 0):
        size = len(list(group))
        inside = active[0] < rank and rank + size - 1 < active[-1]
        ordinary = sum(week.kind is Kind.ORDINARY for week in evidence.weeks[rank : rank + size])
        if silent and inside and ordinary >= HOLE_WEEKS and usual * ordinary >= HOLE_PASSES:
            runs.append((rank, rank + size - 1))
        rank += size
    return runs


def breaks_of(evidence: Evidence) -> list[int]:
    """The weeks in which a rule changed after people had begun."""
    found = {
        rank
        for rank, week in enumerate(evidence.weeks)
        for day in evidence.breaks
        if week.last - WEEK < day <= week.last and any(evidence.handed[:rank])
    }
    return sorted(found)


def _guess(evidence: Evidence) -> float:
    """The hand-overs a week believed before any: half of the passes, by the end of the distribution."""
    begun = evidence.weeks[0].last if evidence.weeks else evidence.as_of
    weeks = max((evidence.distribution_until - begun).days / 7, 4.0)
    return max(HALF_USED * evidence.received / weeks, 0.05)


def _seasons(counts: Sequence[int], exposures: Sequence[float], evidence: Evidence) -> Mapping[Kind, float]:
    usual: dict[Hashable, float] = {kind: USUAL[kind] for kind in USUAL}
    kinds = [week.kind for week in evidence.weeks]
    found = season_factors(counts, exposures, kinds, usual, ordinary=Kind.ORDINARY)
    return {kind: min(max(found.get(kind, 1.0), 0.05), 2.0) for kind in Kind}


def _doubts(evidence: Evidence) -> Mapping[Kind, float]:
    """Holidays never seen are little known; each week of them seen makes them better known."""
    seen = Counter(week.kind for week in evidence.weeks)
    return {kind: 0.0 if kind is Kind.ORDINARY else UNSEEN / sqrt(1 + seen[kind]) for kind in Kind}


def _times(exposures: Sequence[float], seasons: Mapping[Kind, float], evidence: Evidence) -> list[float]:
    return [one * seasons[week.kind] for one, week in zip(exposures, evidence.weeks, strict=True)]
