"""What is looked at before a human looks: signs that a line of a claim deserves an eye. Pure.

No sign decides anything. Each has a weight; the weights of a line add up to its risk, which orders the
lines and says which of them nobody accepts unseen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from passnumerique.ground.words import N_


class Sign(StrEnum):
    """One thing that is checked on every line."""

    NO_SHEET = "no_sheet"
    OUTSIDE_HOURS = "outside_hours"
    NOT_ACCREDITED = "not_accredited"
    SERIES = "series"
    SAME_ORGANISATION = "same_organisation"
    WHOLE_BOOKLET = "whole_booklet"

    @property
    def words(self) -> str:
        return SIGN_WORDS[self]


SIGN_WORDS = {
    Sign.NO_SHEET: N_("Feuille d’émargement ni signée ni jointe"),
    Sign.OUTSIDE_HOURS: N_("Pass pris en dehors des heures de l’atelier"),
    Sign.NOT_ACCREDITED: N_("Lieu non agréé ce jour-là"),
    Sign.SERIES: N_("Pass qui se suivent, pris coup sur coup"),
    Sign.SAME_ORGANISATION: N_("Pass remis et pris par le même organisme"),
    Sign.WHOLE_BOOKLET: N_("Carnet entier utilisé en une fois par une personne"),
}

WEIGHTS: Mapping[Sign, int] = {
    Sign.NOT_ACCREDITED: 60,
    Sign.NO_SHEET: 40,
    Sign.SERIES: 40,
    Sign.WHOLE_BOOKLET: 40,
    Sign.OUTSIDE_HOURS: 30,
    Sign.SAME_ORGANISATION: 20,
}
"""Of our own making: no public rule weighs them. What contradicts the register alone weighs as much as
two doubts; a missing sheet is common, and weighs less; one organisation in both roles is legal."""

MUST_LOOK = 60
"""From this risk on, a line is accepted or contested by itself: one contradiction, or two doubts."""


@dataclass(frozen=True, slots=True)
class Use:
    """One redemption as the checks see it. `sheet`: whether its sheet was closed or a signed one attached;
    `starts_at` None: no session is known; `person_id` None: nobody was handed the pass."""

    redemption_id: UUID
    number: int
    booklet: int
    redeemed_at: datetime
    session_id: UUID
    starts_at: datetime | None
    ends_at: datetime | None
    sheet: bool
    accredited: bool
    same_organisation: bool
    person_id: UUID | None
    booklet_size: int
    passes_a_person: int


@dataclass(frozen=True)
class Limits:
    """From when on a sign shows, as the programme's parameters say."""

    hours_margin_minutes: int
    series_passes: int
    series_minutes: int


@dataclass(frozen=True)
class Found:
    """One sign on one line: its weight, and the figures of its sentence."""

    sign: Sign
    weight: int
    details: Mapping[str, Any] = field(default_factory=dict)


def signs_of(uses: Sequence[Use], limits: Limits) -> dict[UUID, list[Found]]:
    """The signs of each redemption of one claim, heaviest first; those without any are left out."""
    series, booklets = _series(uses, limits), _whole_booklets(uses)
    found: dict[UUID, list[Found]] = {}
    for use in uses:
        told = [*_alone(use, limits)]
        if use.redemption_id in series:
            told.append(_found(Sign.SERIES, **series[use.redemption_id]))
        if use.redemption_id in booklets:
            told.append(_found(Sign.WHOLE_BOOKLET, passes=booklets[use.redemption_id]))
        if told:
            found[use.redemption_id] = sorted(told, key=lambda one: (-one.weight, one.sign))
    return found


def risk_of(found: Iterable[Found]) -> int:
    """The risk of a line: its weights, added up."""
    return sum(one.weight for one in found)


def _found(sign: Sign, **details: Any) -> Found:
    return Found(sign, WEIGHTS[sign], details)


def _alone(use: Use, limits: Limits) -> Iterator[Found]:
    """The signs that one redemption shows by itself."""
    if not use.accredited:
        yield _found(Sign.NOT_ACCREDITED)
    if not use.sheet:
        yield _found(Sign.NO_SHEET)
    if minutes := minutes_outside(use, limits.hours_margin_minutes):
        yield _found(Sign.OUTSIDE_HOURS, minutes=minutes)
    if use.same_organisation:
        yield _found(Sign.SAME_ORGANISATION)


def minutes_outside(use: Use, margin: int) -> int:
    """How many minutes before its session (negative) or after it a pass was taken; 0 within the hours and
    the margin around them, or where no session is known."""
    if use.starts_at is None or use.ends_at is None:
        return 0
    before = (use.starts_at - use.redeemed_at) // timedelta(minutes=1)
    after = (use.redeemed_at - use.ends_at) // timedelta(minutes=1)
    if before > margin:
        return -before
    return after if after > margin else 0


def _series(uses: Sequence[Use], limits: Limits) -> dict[UUID, dict[str, int]]:
    """Runs of numbers that follow one another, each taken within some minutes: at least `series_passes` of them.

    A run is cut where a number is missing; within a run, the longest stretch taken in `series_minutes` counts.
    What one person gives for one session, several passes of one booklet, is one: the price is no series.
    """
    found: dict[UUID, dict[str, int]] = {}
    ordered = sorted(uses, key=attrgetter("number"))
    for _, run in groupby(enumerate(ordered), key=lambda one: one[1].number - one[0]):
        for stretch in _quick([use for _, use in run], timedelta(minutes=limits.series_minutes)):
            if sum(1 / use.passes_a_person for use in stretch) >= limits.series_passes:
                told = {"first": stretch[0].number, "last": stretch[-1].number, "minutes": _minutes(stretch)}
                found |= {use.redemption_id: told for use in stretch}
    return found


def _quick(run: Sequence[Use], within: timedelta) -> Iterator[Sequence[Use]]:
    """A run of numbers cut into stretches, from its start on, each taken within a time."""
    start = 0
    first = last = run[0].redeemed_at
    for rank, use in enumerate(run):
        first, last = min(first, use.redeemed_at), max(last, use.redeemed_at)
        if last - first > within:
            yield run[start:rank]
            start, first, last = rank, use.redeemed_at, use.redeemed_at
    yield run[start:]


def _minutes(stretch: Sequence[Use]) -> int:
    """Minutes begun from the first to the last pass of a stretch, at least one."""
    times = [use.redeemed_at for use in stretch]
    return max(1, -((min(times) - max(times)) // timedelta(minutes=1)))


def _whole_booklets(uses: Sequence[Use]) -> dict[UUID, int]:
    """Booklets of several passes that one person used up at one session, unless the session costs a booklet."""
    found: dict[UUID, int] = {}
    groups: dict[tuple[Any, ...], list[Use]] = {}
    for use in uses:
        if use.person_id is not None and use.passes_a_person < use.booklet_size > 1:
            groups.setdefault((use.person_id, use.booklet, use.session_id), []).append(use)
    for group in groups.values():
        if len(group) >= group[0].booklet_size:
            found |= {use.redemption_id: len(group) for use in group}
    return found
