"""How many vouchers are where: read from the counters, so that it costs the same at any size."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Sum

from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.models import Activity, Event, Handover, Lot, Redemption, Stock, Voucher
from passnumerique.vouchers.queries.reading import Range, ranges_of
from passnumerique.vouchers.rules import Act, State

Counts = dict[State, int]
"""Passes in each state of the rule book; every state is a key."""


def counts_by_state(programme_id: UUID) -> Counts:
    """Passes in each state now."""
    rows = Stock.objects.filter(programme_id=programme_id).values_list("state").annotate(n=Sum("count")).order_by()
    return dict.fromkeys(State, 0) | {State(state): n for state, n in rows}


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


@dataclass(frozen=True)
class Month:
    """How many passes went through an act in a month (its first day)."""

    month: date
    act: Act
    count: int


def activity_by_month(
    programme_id: UUID, acts: Iterable[Act], structure_id: UUID | None = None, place_id: UUID | None = None
) -> list[Month]:
    """Passes per month for each of these acts, oldest first, for the programme or one organisation."""
    rows = Activity.objects.filter(programme_id=programme_id, act__in=[act.value for act in acts])
    if structure_id is not None:
        rows = rows.filter(structure_id=structure_id)
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    sums = rows.values_list("month", "act").annotate(n=Sum("count")).order_by("month", "act")
    return [Month(month, Act(act), n) for month, act, n in sums]


def value_by_state(programme_id: UUID) -> dict[State, int]:
    """Face value in each state now, in cents."""
    faces = dict(Lot.objects.filter(programme_id=programme_id).values_list("id", "face_value_cents").order_by())
    value = dict.fromkeys(State, 0)
    rows = Stock.objects.filter(programme_id=programme_id).values_list("lot_id", "state").annotate(n=Sum("count"))
    for lot_id, state, n in rows.order_by():
        value[State(state)] += n * faces[lot_id]
    return value


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
