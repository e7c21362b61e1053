"""What is proposed for a programme, from its register, as of a day: read only. Whoever calls has checked that the
reader may see the programme."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from passnumerique.directory.queries import organisations_named
from passnumerique.ground.ids import NOBODY
from passnumerique.insight.forecast.model.sharing import Desk
from passnumerique.insight.forecast.telling import Known, known_on
from passnumerique.insight.reallocation.demand import Span, desk_of
from passnumerique.insight.reallocation.model import Move, Moving, Progress, Shelf
from passnumerique.insight.reallocation.proposing import Proposal, proposed
from passnumerique.programmes.queries import terms_on
from passnumerique.vouchers.queries.shelves import ShelfMonth, shelf_months

MONTHS = 9
"""How far back a structure's own pace is read; what is older hardly weighs."""
WEEK = 7


@dataclass(frozen=True)
class Reason:
    """Why a move is proposed: what each side has, what will be asked of it before the date, and its pace a week."""

    move: Move
    giver: str
    receiver: str
    giver_stock: int
    giver_asked: float
    receiver_stock: int
    receiver_asked: float

    @property
    def from_reserve(self) -> bool:
        """Whether it is the authority that gives."""
        return self.move.giver == NOBODY


@dataclass(frozen=True)
class Told:
    """What is proposed on a day, with its reasons and the names of the shelves."""

    day: date
    proposal: Proposal
    reasons: Sequence[Reason]
    names: Mapping[UUID, str]
    unit: int
    known: Known

    @property
    def shelves(self) -> Sequence[Shelf]:
        return self.proposal.shelves


def proposal_on(
    programme_id: UUID,
    day: date,
    known: Known | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> Told:
    """The moves of stock proposed on the evening of a day, for the passes used by `until` (the last day of use, where
    none is named). Refuses a day before the programme had a calendar."""
    known = known or known_on(programme_id, day)
    evidence = known.evidence
    unit = terms_on(programme_id, day).passes_per_booklet
    desks = desks_of(evidence.desks, shelf_months(programme_id, day, MONTHS), day)
    closed = {desk.name for desk in desks} - evidence.names.keys()
    found = proposed(evidence, known.fit, desks, until or known.until, Moving(unit=unit), closed, progress)
    names = dict(evidence.names) | organisations_named(closed)
    return Told(day, found, _reasons(found, names), names, unit, known)


def desks_of(desks: Iterable[Desk[UUID]], months: Mapping[UUID, Sequence[ShelfMonth]], day: date) -> list[Desk[UUID]]:
    """The structures with what they handed over of late, months without stock left aside."""
    return [desk_of(desk.name, _spans(months.get(desk.name, ()), day), desk.stock) for desk in desks]


def _spans(months: Sequence[ShelfMonth], day: date) -> list[Span]:
    return [
        Span(
            ((day - one.last).days + (one.last - one.first).days / 2) / WEEK,
            one.stocked_share * ((one.last - one.first).days + 1) / WEEK,
            one.handed,
        )
        for one in months
    ]


def _reasons(found: Proposal, names: Mapping[UUID, str]) -> list[Reason]:
    shelf = {one.name: one for one in found.shelves}
    return [
        Reason(
            move,
            names.get(move.giver, ""),
            names.get(move.receiver, ""),
            shelf[move.giver].stock,
            shelf[move.giver].asked,
            shelf[move.receiver].stock,
            shelf[move.receiver].asked,
        )
        for move in found.plan.moves
    ]
