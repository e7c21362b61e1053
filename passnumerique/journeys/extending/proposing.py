"""The lengths that the wizard offers, from the reason, the calendar and the school holidays. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from passnumerique.insight.pace import recent_pace, school_rest
from passnumerique.journeys.extending.foreseeing import Foreseen, foresee
from passnumerique.programmes.queries import revisions
from passnumerique.programmes.rules import Calendar, Choice, Reason, Wave, advised, choices, reason_from
from passnumerique.training.rules.holidays import schools_known_until

Reckoning = Callable[[UUID, date], Reason]
"""How a reason is reckoned for a programme on a day: `recent_pace`, or a forecast in its place."""


@dataclass(frozen=True)
class Proposal:
    """Why, the lengths offered, shortest first, which of them is advised, and the last day of which the school
    holidays are known: after it no week is left out. Where the forecast was asked and can say something: the pace that
    it sees ahead, and its outlook of each length."""

    reason: Reason
    choices: list[Choice]
    advised: int
    holidays_until: date
    ahead: Reason | None = None
    foreseen: Foreseen | None = None


def proposal_on(programme_id: UUID, day: date, reckon: Reckoning = recent_pace) -> Proposal:
    """What to propose on a day. `reckon` says why: today's pace, or any forecast that gives a `Reason`."""
    reason = reckon(programme_id, day)
    found = choices(revisions(programme_id)[-1].calendar, day, reason, school_rest(programme_id))
    return Proposal(reason, found, advised(found), schools_known_until())


def foreseen_proposal(programme_id: UUID, day: date) -> Proposal:
    """What to propose on a day, advised by the pace that the forecast sees until the end of the shortest length; at
    the pace of the last weeks where nothing can be foreseen."""
    plain = proposal_on(programme_id, day)
    seen = foresee(programme_id, day, [one.calendar for one in plain.choices])
    if seen is None:
        return plain
    to_come = max(seen.each[0].used - seen.used_so_far, 0)
    ahead = reason_from(plain.reason.unused, to_come, plain.choices[0].weeks)
    told = proposal_on(programme_id, day, lambda _programme, _day: ahead)
    return replace(told, reason=plain.reason, ahead=ahead, foreseen=seen)


def waves_until(programme_id: UUID, day: date, dates: Calendar) -> list[Wave]:
    """The training periods of an extension to these dates: the half-years offered, cut at the end of training."""
    offered = proposal_on(programme_id, day).choices[-1].waves
    kept = [one for one in offered if one.starts_on <= dates.end_of_training]
    return [Wave(one.starts_on, min(one.ends_on, dates.end_of_training), one.weeks) for one in kept]
