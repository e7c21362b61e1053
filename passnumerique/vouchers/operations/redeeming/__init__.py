"""Redemption: passes spent at training sessions. Written for a set of scans; one scan is a set of one.

The client makes the id of each redemption (law 6): the same id and content replays the answer, the
same id with other content is a conflict, another id on a spent pass is "already used". The set is one
statement; what it does not take is explained afterwards, on the slow path.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from passnumerique.directory.queries import accredited_places, organisations_by_id
from passnumerique.ground.codes import fold
from passnumerique.ground.db import on_postgresql, retried
from passnumerique.ground.refusals import NotAllowed, NotFound
from passnumerique.ground.sets import SetAct
from passnumerique.programmes.queries import commune_ids, held_on
from passnumerique.programmes.rules import Calendar, Terms, Zone
from passnumerique.vouchers.operations.redeeming.explaining import WhyNoSeat, explain, why_unknown
from passnumerique.vouchers.operations.redeeming.presenting import Asked, Outcome, Scan, Workshop
from passnumerique.vouchers.operations.redeeming.statement import Seating, redemption, rows_of, same_for
from passnumerique.vouchers.operations.redeeming.undoing import undo
from passnumerique.vouchers.rules import BOOK, Act, require_date
from passnumerique.vouchers.rules.refusals import (
    ClockAhead,
    IdAlreadyUsed,
    PlaceNotAccredited,
    PlaceOutsideZone,
    SetIncomplete,
    TrainingOver,
    WrongNumberOfPasses,
)

__all__ = [
    "Asked",
    "Frame",
    "Outcome",
    "Redeeming",
    "Scan",
    "Seating",
    "Workshop",
    "frame_on",
    "redemption",
    "require_open",
    "undo",
    "why_unknown",
]

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far the clock of a place may run ahead of ours."""
TRIES = 3
"""How often a set is asked when something else moved its passes in the very instant."""


@dataclass(frozen=True)
class Frame:
    """What was agreed for a day of a programme, as far as a redemption needs it: the calendar, the
    parameters, the places accredited that day, and those of them outside the zone."""

    calendar: Calendar
    terms: Terms
    places: frozenset[UUID]
    outside: frozenset[UUID]


def frame_on(programme_id: UUID, day: date) -> Frame:
    """The frame of that day. Refuses a day before the programme had a calendar."""
    held = held_on(programme_id, day)
    places = frozenset(accredited_places(programme_id, day))
    outside: frozenset[UUID] = frozenset()
    if held.terms.zone is Zone.TERRITORY:
        inside, codes = commune_ids(programme_id), organisations_by_id(places)
        outside = frozenset(place for place in places if codes[place].insee_code not in inside)
    return Frame(held.calendar, held.terms, places, outside)


def require_open(frame: Frame, workshop: Workshop, day: date) -> None:
    """Refuses a workshop at which no pass is taken on that day: training over, passes lapsed, the place
    not accredited, or outside the zone of the programme."""
    calendar, tolerance = frame.calendar, frame.terms.tolerance_days
    if workshop.day > calendar.end_of_training + timedelta(days=tolerance):
        raise TrainingOver(until=calendar.end_of_training)
    require_date(BOOK[Act.REDEEM].need, calendar, tolerance, day)
    if workshop.place_id not in frame.places:
        raise PlaceNotAccredited(day=day)
    if workshop.place_id in frame.outside:
        raise PlaceOutsideZone


@dataclass(frozen=True)
class Redeeming:
    """The operation, with the seating of the floor above: made once, where that floor offers it."""

    act: SetAct
    why_no_seat: WhyNoSeat

    def redeem(self, *, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> list[Outcome]:
        """Spend passes at open workshops of one programme and tell the outcome of each scan, in order.

        For the workshop's own place and its mediators, which the caller has checked with `require_open`;
        several people may present at once. `redeemed_at` is the instant at which a pass was taken, by the
        place's clock. Refuses one scan when the role may not take passes, the clock runs ahead, its code
        is unknown or mistyped, its pass not held, blocked, lapsed or spent, or nobody else can sit down;
        and one participant's scans when their number is not the workshop's price. What is refused leaves
        no trace on the pass.
        """
        told = _refused_before(asked, at)
        first: dict[UUID, Asked] = {}
        codes: dict[str, UUID] = {}
        for place, one in enumerate(asked):
            if place not in told:
                first.setdefault(one.scan.id, one)
        for one in first.values():
            codes.setdefault(fold(one.scan.code), one.scan.id)
        alone = [one for one in first.values() if codes[fold(one.scan.code)] == one.scan.id]
        done = self._spent(programme_id, alone, at)
        done |= self._explained(programme_id, [one for one in first.values() if one.scan.id not in done])
        return [
            told[place] if place in told else _as_first(one, first[one.scan.id], done[one.scan.id])
            for place, one in enumerate(asked)
        ]

    def _spent(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[UUID, Outcome]:
        """The outcome of each scan, no two of which share an id or a code."""
        done: dict[UUID, Outcome] = {}
        left = list(asked)
        for _ in range(TRIES):
            done |= self._won(programme_id, left, at)
            left = [one for one in left if one.scan.id not in done]
            if not left:
                return done
            done |= explain(programme_id, left, self.why_no_seat)
            # A pass that is still held waits for its person's others; alone, it met another act and may try again.
            left = [one for one in left if one.scan.id not in done and one.workshop.passes_per_person == 1]
        return done

    def _explained(self, programme_id: UUID, asked: Sequence[Asked]) -> dict[UUID, Outcome]:
        told = explain(programme_id, asked, self.why_no_seat) if asked else {}
        return {one.scan.id: told.get(one.scan.id) or Outcome(one.scan, SetIncomplete()) for one in asked}

    def _won(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[UUID, Outcome]:
        """What the statement takes. Where it fails as a whole, each person's scans are asked alone, so that
        one of them does not spoil its neighbours'."""
        if not asked:
            return {}
        try:
            return retried(lambda: self._run(programme_id, asked, at))
        except IntegrityError:
            people = _by_person(asked)
            if len(people) > 1:
                return {scan: won for one in people for scan, won in self._won(programme_id, one, at).items()}
            # An id recorded in another programme, or in this very instant, is told; any other cause is a fault.
            if not explain(programme_id, asked, self.why_no_seat):
                raise
            return {}

    def _run(self, programme_id: UUID, asked: Sequence[Asked], at: datetime) -> dict[UUID, Outcome]:
        several = any(one.workshop.passes_per_person > 1 for one in asked)
        alone = on_postgresql() and not several and not connection.in_atomic_block  # one statement is one transaction
        with nullcontext() if alone else transaction.atomic():
            moved = self.act.run(rows_of(asked, settings.CODE_KEY, at), same_for(programme_id, at))
            if several and _half_paid(asked, moved):
                # Another act took one of a person's passes in this very instant: the set is asked again.
                transaction.set_rollback(True)
                return {}
        won = ((asked[n].scan, number, UUID(str(participant))) for n, number, participant in moved)
        return {scan.id: Outcome(replace(scan, participant_id=who), None, number) for scan, number, who in won}


def _refused_before(asked: Sequence[Asked], at: datetime) -> dict[int, Outcome]:
    """Scans refused without asking the database, by their place in the set."""
    told: dict[int, Outcome] = {}
    given = Counter(map(_person, {one.scan.id: one for one in asked}.values()))
    for place, one in enumerate(asked):
        price, many = one.workshop.passes_per_person, given[_person(one)]
        if one.by.role not in BOOK[Act.REDEEM].roles:
            told[place] = Outcome(one.scan, NotAllowed())
        elif one.by.organisation_id != one.workshop.place_id:
            told[place] = Outcome(one.scan, NotFound())
        elif one.redeemed_at > at + CLOCKS_DIFFER_BY:
            told[place] = Outcome(one.scan, ClockAhead())
        elif many != price:
            told[place] = Outcome(one.scan, WrongNumberOfPasses(expected=price, given=many))
    return told


def _person(one: Asked) -> tuple[UUID, UUID]:
    """Who presents a pass where; a pass presented without a name is of a person of its own."""
    return one.workshop.id, one.scan.participant_id or one.scan.id


def _by_person(asked: Sequence[Asked]) -> list[list[Asked]]:
    found: dict[tuple[UUID, UUID], list[Asked]] = {}
    for one in asked:
        found.setdefault(_person(one), []).append(one)
    return list(found.values())


def _half_paid(asked: Sequence[Asked], moved: Sequence[tuple[int, int, object]]) -> bool:
    many = Counter(_person(asked[n]) for n, _number, _participant in moved)
    return any(many[_person(one)] not in {0, one.workshop.passes_per_person} for one in asked)


def _as_first(one: Asked, first: Asked, outcome: Outcome) -> Outcome:
    """The same id once more in a set has the same outcome, with the same content; or is a conflict."""
    same = fold(one.scan.code) == fold(first.scan.code) and one.workshop.id == first.workshop.id
    if one is first or same:
        return outcome
    return Outcome(one.scan, IdAlreadyUsed())
