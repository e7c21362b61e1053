"""How fast passes go, as it was known on the evening of a day: what the forecast is fitted to.

Days and structures are read from the counters, the delay between hand-over and use from an even sample of the
passes summed by the database, so that ten million passes cost what some thousands do.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, gcd
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Sum

from passnumerique.ground.dates import day_of, end_of, month_of, start_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.models import DeliveryNote, Event, Flow, Handover, Lot
from passnumerique.vouchers.queries.stock import By, activity_by
from passnumerique.vouchers.rules import Act, State

MOST_SAMPLED = 8000
"""How many passes tell how long passes are held: all of them up to there."""
HANDED = (Act.HAND_OVER, Act.SUBSTITUTE)
"""What takes a pass from the stock of a structure to a person."""


@dataclass(frozen=True)
class DayStep:
    """How many passes of a face value took a step on a day; `source` None: received."""

    day: date
    act: Act
    source: State | None
    target: State
    face_value_cents: int
    count: int


def steps_by_day(programme_id: UUID, until: date) -> list[DayStep]:
    """Every step taken up to the evening of a day, summed by day, oldest first."""
    rows = Flow.objects.filter(programme_id=programme_id, day__lte=until)
    steps = rows.values_list("day", "act", "from_state", "to_state", "face_value_cents")
    return [
        DayStep(day, Act(act), State(source) if source else None, State(target), face, n)
        for day, act, source, target, face, n in steps.annotate(n=Sum("count")).order_by("day", "act")
    ]


def moved_after(programme_id: UUID, day: date) -> bool:
    """Whether anything happened to a pass after the evening of a day."""
    return Flow.objects.filter(programme_id=programme_id, day__gt=day).exists()


def lasted_by_day(programme_id: UUID, until: date, most: int = MOST_SAMPLED) -> Counter[tuple[date, date | None]]:
    """How many passes were handed over on a day and used on another (None: not used by `until`); all of them, or
    an even sample of `most` where there are more."""
    found: Counter[tuple[date, date | None]] = Counter()
    for numbers in in_chunks(sample_of(programme_id, end_of(until), most)[0]):
        for handed, used, uses, undone in _lives(programme_id, numbers, end_of(until)):
            found[day_of(handed), day_of(used) if used and uses > undone else None] += 1
    return found


def sample_of(programme_id: UUID, before: datetime, most: int) -> tuple[list[int], int]:
    """The numbers of an even sample of the passes received, its step sharing nothing with the booklets' size, and
    how many were received."""
    lots = Lot.objects.filter(programme_id=programme_id, received_at__lt=before).order_by("first_number")
    spans = list(lots.values_list("first_number", "last_number", "booklet_size"))
    received = sum(last - first + 1 for first, last, _ in spans)
    step = max(ceil(received / most), 1)
    while any(gcd(step, size) > 1 for _, _, size in spans):
        step += 1
    return [number for first, last, _ in spans for number in range(first, last + 1, step)], received


def _lives(
    programme_id: UUID, numbers: Iterable[int], before: datetime
) -> Iterable[tuple[datetime, datetime | None, int, int]]:
    """For each of these passes that was handed over: when, when it was last used, how often, how often undone."""
    rows = Event.objects.filter(programme_id=programme_id, voucher__number__in=list(numbers), at__lt=before)
    lives = rows.values("voucher_id").annotate(
        handed=Min("at", filter=Q(act__in=[act.value for act in HANDED])),
        used=Max("at", filter=Q(act=Act.REDEEM.value)),
        uses=Count("id", filter=Q(act=Act.REDEEM.value)),
        undone=Count("id", filter=Q(act=Act.UNDO.value)),
    )
    return lives.filter(handed__isnull=False).order_by().values_list("handed", "used", "uses", "undone")


@dataclass(frozen=True)
class Pace:
    """What one structure handed over since a day, and what it held in stock, on an evening."""

    structure_id: UUID
    since: date
    handed: int
    stock: int


def pace_by_structure(programme_id: UUID, until: date, in_stock: int, window: timedelta) -> list[Pace]:
    """Each structure that ever received stock, by the evening of `until`: what it handed over within the window
    before (or since its first stock), and its stock, which sum to `in_stock`."""
    given = _given(programme_id, end_of(until))
    ids = [one for one in given if one != NOBODY]
    this_month = handed_since(programme_id, ids, month_of(until), until)
    before = _handed_by_months(programme_id, None, until)
    from_day = month_of(until - window)
    recent = _handed_by_months(programme_id, from_day, until)
    stock = {one: max(given[one][0] - before.get(one, 0) - this_month.get(one, 0), 0) for one in ids}
    exact = _summing_to(stock, in_stock)
    return [
        Pace(one, max(given[one][1], from_day), recent.get(one, 0) + this_month.get(one, 0), exact[one]) for one in ids
    ]


def _given(programme_id: UUID, before: datetime) -> dict[UUID, tuple[int, date]]:
    """The passes that each structure received by notes, less those it gave, and the day of its first note."""
    notes = DeliveryNote.objects.filter(programme_id=programme_id, at__lt=before).order_by()
    found = {
        owner: (n, day_of(first))
        for owner, n, first in notes.values_list("receiver_id").annotate(n=Sum("quantity"), first=Min("at"))
    }
    for owner, n in notes.values_list("giver_id").annotate(n=Sum("quantity")):
        if owner in found:
            found[owner] = (found[owner][0] - n, found[owner][1])
    return found


def _handed_by_months(programme_id: UUID, first: date | None, until: date) -> dict[UUID, int]:
    """Passes handed over by each structure in the months that were over on that day."""
    last = month_of(until) - timedelta(days=1)
    found: Counter[UUID] = Counter()
    for figure in activity_by(programme_id, By.STRUCTURE, HANDED, first, last):
        if isinstance(figure.of, UUID):
            found[figure.of] += figure.count
    return found


def handed_since(programme_id: UUID, structure_ids: list[UUID] | None, first: date, until: date) -> dict[UUID, int]:
    """Passes handed over by each of these structures (None: by all) since a day: of one month at most, through the
    index by structure."""
    found: dict[UUID, int] = {}
    ids = _with_activity(programme_id) if structure_ids is None else structure_ids
    for chunk in in_chunks(ids):
        rows = Handover.objects.filter(
            programme_id=programme_id, structure_id__in=chunk, at__gte=start_of(first), at__lt=end_of(until)
        )
        found |= dict(rows.values_list("structure_id").annotate(n=Sum("quantity")).order_by())
    return found


def _with_activity(programme_id: UUID) -> list[UUID]:
    """The structures that ever received stock."""
    notes = DeliveryNote.objects.filter(programme_id=programme_id).exclude(receiver_id=NOBODY)
    return list(notes.values_list("receiver_id", flat=True).distinct().order_by("receiver_id"))


def _summing_to(stock: dict[UUID, int], total: int) -> dict[UUID, int]:
    """The same stocks, brought to their exact sum: passes lost or cancelled on a shelf have no note."""
    seen = sum(stock.values())
    if not seen:
        return stock
    found = {one: count * total // seen for one, count in stock.items()}
    for one in sorted(found, key=lambda key: stock[key], reverse=True)[: total - sum(found.values())]:
        found[one] += 1
    return found
