"""How many vouchers are where: read from the counters, so that it costs the same at any size."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth

from passnumerique.ground.dates import month_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.rules import Account
from passnumerique.vouchers.models import Activity, Event, Flow, Handover, Redemption, Stock, Voucher
from passnumerique.vouchers.queries.reading import Range, ranges_of
from passnumerique.vouchers.rules import Act, State, Step

Counts = dict[State, int]
"""Passes in each state of the rule book; every state is a key."""


@dataclass(frozen=True)
class Went:
    """How many passes of a face value took a step in a month (its first day); `source` None: received."""

    month: date
    act: Act
    source: State | None
    target: State
    face_value_cents: int
    count: int


def course_of(programme_id: UUID, until: date | None = None) -> list[Went]:
    """Every step taken up to the evening of a day (all by default), summed by month. One small reading at
    any size: from the counters by day, of which there are as many as days and kinds of steps."""
    rows = Flow.objects.filter(programme_id=programme_id)
    if until is not None:
        rows = rows.filter(day__lte=until)
    steps = rows.annotate(month=TruncMonth("day")).values_list(
        "month", "act", "from_state", "to_state", "face_value_cents"
    )
    return [
        Went(month, Act(act), State(source) if source else None, State(target), face, n)
        for month, act, source, target, face, n in steps.annotate(n=Sum("count")).order_by()
    ]


def states_after(course: Iterable[Went]) -> Counts:
    """Passes in each state after these steps."""
    counts = dict.fromkeys(State, 0)
    for went in course:
        counts[went.target] += went.count
        if went.source:
            counts[went.source] -= went.count
    return counts


def value_after(course: Iterable[Went]) -> dict[Account, int]:
    """Cents in each account after these steps, the envelope less what they took from it."""
    cents = dict.fromkeys(Account, 0)
    for went in course:
        step, value = Step(went.source, went.target), went.count * went.face_value_cents
        cents[step.debit] -= value
        cents[step.credit] += value
    return cents


def counts_by_state(programme_id: UUID) -> Counts:
    """Passes in each state now."""
    return states_after(course_of(programme_id))


def counts_before(programme_id: UUID, instant: datetime) -> Counts:
    """Passes in each state just before that instant, counted from the events alone."""
    rows = Event.objects.filter(programme_id=programme_id, at__lt=instant)
    counts = dict.fromkeys(State, 0)
    for source, target, n in rows.values_list("from_state", "to_state").annotate(n=Count("id")).order_by():
        counts[State(target)] += n
        if source:
            counts[State(source)] -= n
    return counts


def counts_by_structure(programme_id: UUID, structure_ids: Iterable[UUID] | None = None) -> dict[UUID, Counts]:
    """Passes in each state for each structure, wherever they are now; the authority's own under NOBODY."""
    rows = Stock.objects.filter(programme_id=programme_id)
    if structure_ids is not None:
        rows = rows.filter(structure_id__in=list(structure_ids))
    found: dict[UUID, Counts] = {}
    for structure_id, state, n in rows.values_list("structure_id", "state").annotate(n=Sum("count")).order_by():
        found.setdefault(structure_id, dict.fromkeys(State, 0))[State(state)] = n
    return found


def stock_by_structure(programme_id: UUID) -> dict[UUID, int]:
    """Passes in the stock of each structure."""
    rows = Stock.objects.filter(programme_id=programme_id, state=State.STRUCTURE_STOCK)
    return dict(rows.values_list("structure_id").annotate(n=Sum("count")).order_by())


class By(StrEnum):
    """What the figures of a programme may be told apart by."""

    STRUCTURE = "structure_id"
    PLACE = "place_id"
    MODULE = "module_id"
    COMMUNE = "commune"
    MONTH = "month"


@dataclass(frozen=True)
class Figure:
    """How many passes went through an act for one structure, place or module (its id, NOBODY when there is
    none), commune (its INSEE code, empty before the pass was handed over) or month (its first day)."""

    of: UUID | str | date
    act: Act
    count: int


def activity_by(
    programme_id: UUID, by: By, acts: Iterable[Act], first: date | None = None, last: date | None = None
) -> list[Figure]:
    """Passes that went through each of these acts, by structure, place, module, commune or month; from the
    month of `first` to that of `last` when they are given. One statement, and the database does the sums."""
    rows = Activity.objects.filter(programme_id=programme_id, act__in=[act.value for act in acts])
    if first is not None:
        rows = rows.filter(month__gte=month_of(first))
    if last is not None:
        rows = rows.filter(month__lte=month_of(last))
    sums = rows.values_list(by.value, "act").annotate(n=Sum("count")).order_by(by.value, "act")
    return [Figure(of, Act(act), n) for of, act, n in sums]


@dataclass(frozen=True)
class BookletLine:
    """A booklet with passes in a stock: its number, how many, and which."""

    booklet: int
    count: int
    ranges: list[Range]


def booklets_in_stock(programme_id: UUID, structure_id: UUID, limit: int = 100, after: int = 0) -> list[BookletLine]:
    """The booklets with passes in a structure's stock (the authority's under NOBODY), in order,
    `limit` at most, those after a booklet number."""
    state = State.AUTHORITY_STOCK if structure_id == NOBODY else State.STRUCTURE_STOCK
    rows = Voucher.objects.filter(programme_id=programme_id, structure_id=structure_id, state=state, booklet__gt=after)
    first = list(rows.values_list("booklet", flat=True).distinct().order_by("booklet")[:limit])
    numbers: dict[int, list[int]] = {}
    if first:
        inside = rows.filter(booklet__lte=first[-1]).values_list("booklet", "number").order_by("number")
        for booklet, number in inside:
            numbers.setdefault(booklet, []).append(number)
    return [BookletLine(booklet, len(numbers[booklet]), ranges_of(numbers[booklet])) for booklet in first]


def whole_booklets_in_stock(programme_id: UUID, limit: int) -> list[int]:
    """The first booklets that are whole in the authority's stock: what can be allocated."""
    rows = Voucher.objects.filter(programme_id=programme_id, structure_id=NOBODY, state=State.AUTHORITY_STOCK)
    whole = rows.values("booklet").annotate(n=Count("id")).filter(n=F("lot__booklet_size")).order_by("booklet")
    return list(whole.values_list("booklet", flat=True)[:limit])


def stock_of(programme_id: UUID, structure_id: UUID, limit: int) -> list[int]:
    """The numbers of the first passes in a structure's stock, in order."""
    rows = Voucher.objects.filter(programme_id=programme_id, structure_id=structure_id, state=State.STRUCTURE_STOCK)
    return list(rows.order_by("number").values_list("number", flat=True)[:limit])


def handed_to(programme_id: UUID, recipient_ids: Iterable[UUID]) -> int:
    """How many passes these recipients received."""
    rows = Handover.objects.filter(programme_id=programme_id, recipient_id__in=list(recipient_ids))
    return rows.aggregate(n=Sum("quantity"))["n"] or 0


def redeemed_by_session(programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Passes that stand redeemed at each training session."""
    rows = Redemption.objects.filter(
        programme_id=programme_id, training_session_id__in=list(session_ids), reversals__isnull=True
    )
    return dict(rows.values_list("training_session_id").annotate(n=Count("id")).order_by())
