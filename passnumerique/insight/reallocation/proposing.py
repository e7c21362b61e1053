"""What is proposed: the shelves of a programme as the forecast sees them, and the best moves between them. Pure.

The page and the simulator ask the same function.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.ground.ids import NOBODY
from passnumerique.insight.forecast.model.courses import Course, course_of
from passnumerique.insight.forecast.model.evidence import Evidence
from passnumerique.insight.forecast.model.fitting import Fit
from passnumerique.insight.forecast.model.sharing import Desk, shrunk_rates
from passnumerique.insight.reallocation.demand import SUREST
from passnumerique.insight.reallocation.model import Moving, Plan, Progress, Shelf, best_plan


@dataclass(frozen=True)
class Proposal:
    """The shelves as they are, what is proposed, and until when it counts."""

    shelves: Sequence[Shelf]
    plan: Plan
    until: date
    share: float
    """The share of what is handed over until then that is used in time."""


def proposed(
    evidence: Evidence,
    fit: Fit,
    desks: Sequence[Desk[UUID]],
    until: date,
    moving: Moving,
    closed: Collection[UUID] = (),
    progress: Progress | None = None,
) -> Proposal:
    """The moves that use most passes by `until`; a day after the last day of use is one to which passes would be
    prolonged. `desks` are the structures with what they handed over of late;
    those of `closed` may receive nothing any more."""
    longer = until if until > evidence.use_until else None
    course = course_of(evidence, fit, until, distribution_until=longer, use_until=longer)
    share = used_share(course, fit)
    shelves = shelves_of(evidence, desks, course, share, closed)
    return Proposal(shelves, best_plan(shelves, moving, progress), until, share)


def shelves_of(
    evidence: Evidence, desks: Sequence[Desk[UUID]], course: Course, share: float, closed: Collection[UUID]
) -> list[Shelf]:
    """The reserve of the authority, then each structure: its own rate, shrunk towards the network's."""
    rates, weeks = shrunk_rates(desks), sum(course.handing)
    return [
        Shelf(NOBODY, evidence.reserve, 0.0, takes=False),
        *(
            Shelf(
                desk.name,
                desk.stock,
                0.0 if desk.name in closed else rates.of[desk.name] * weeks,
                min(desk.handed + rates.shape, SUREST),
                share,
                takes=desk.name not in closed,
            )
            for desk in desks
        ),
    ]


def used_share(course: Course, fit: Fit) -> float:
    """The share of the passes handed over from now on that are used by the end of the course, those handed over late
    having less time."""
    weeks, total = course.weeks, sum(course.handing)
    if not total:
        return 0.0
    using = [sum(course.using[week:]) for week in range(weeks)]
    return (
        sum(
            open_days * fit.delays.used_within(max(round(left), 1))
            for open_days, left in zip(course.handing, using, strict=True)
        )
        / total
    )
