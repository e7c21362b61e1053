"""Members and sittings of an authority's council, for whoever reads its acts."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from passnumerique.council.models import AgendaItem, Delegate, Movement, Sitting
from passnumerique.council.rules import (
    Draft,
    Mode,
    Move,
    Moved,
    Outcome,
    Roll,
    Text,
    Warned,
    roll_at,
    warnings_of,
)
from passnumerique.council.rules.colleges import College, colleges_in
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, start_of
from passnumerique.ground.refusals import NotFound


def delegates(actor: Actor, *, day: date | None = None) -> QuerySet[Delegate]:
    """The members of the council and their substitutes, by name; with `day`, those in office then."""
    require(actor, Permission.READ_COUNCIL)
    rows = Delegate.objects.filter(authority_id=actor.authority_id).select_related("substitute_for")
    if day is not None:
        rows = rows.filter(Q(until_day__isnull=True) | Q(until_day__gte=day), from_day__lte=day)
    return rows.order_by("last_name", "first_name", "id")


def titulars_on(authority_id: UUID, day: date) -> list[Delegate]:
    """The members in office on a day, without substitutes, by name."""
    rows = Delegate.objects.filter(authority_id=authority_id, substitute_for__isnull=True, from_day__lte=day)
    rows = rows.filter(Q(until_day__isnull=True) | Q(until_day__gte=day))
    return list(rows.order_by("last_name", "first_name", "id"))


def sittings(actor: Actor) -> QuerySet[Sitting]:
    """The sittings of the actor's authority, latest first, each with its items and their votes."""
    require(actor, Permission.READ_COUNCIL)
    items = Prefetch("items", AgendaItem.objects.select_related("deliberation").order_by("rank"))
    rows = Sitting.objects.filter(authority_id=actor.authority_id).select_related("chair", "secretary", "after")
    return rows.prefetch_related(items).order_by("-starts_at", "-id")


def access_sitting(actor: Actor, sitting_id: UUID) -> Sitting:
    """One sitting of the actor's authority. Refuses (NotFound) any other."""
    row = sittings(actor).filter(id=sitting_id).first()
    if row is None:
        raise NotFound
    return row


def access_item(actor: Actor, item_id: UUID) -> AgendaItem:
    """One item of a sitting of the actor's authority. Refuses (NotFound) any other."""
    require(actor, Permission.READ_COUNCIL)
    rows = AgendaItem.objects.filter(sitting__authority_id=actor.authority_id, id=item_id)
    row = rows.select_related("sitting__chair", "sitting__secretary", "deliberation").first()
    if row is None:
        raise NotFound
    return row


def draft_of(actor: Actor, item_id: UUID) -> Draft:
    """The texts of an item as they were written, with whose figures they hold."""
    row = access_item(actor, item_id)
    return Draft(Text(tuple(row.visas), row.expose, tuple(row.articles)), row.programme, row.figures_on)


def roll_of(sitting: Sitting, item: int = 1) -> Roll:
    """Who sits at an item of the agenda, by the ids of the delegates: everybody in office that day, as the
    movements noted so far say. The reconvened sitting of one without quorum needs none."""
    titulars = [str(one.id) for one in titulars_on(sitting.authority_id, day_of(sitting.starts_at))]
    return roll_at(item, titulars, moves_of(sitting), reconvened=sitting.after_id is not None)


def colleges_of(sitting: Sitting, roll: Roll) -> list[College]:
    """The colleges of the council at a roll of that sitting, with their seats; none where nobody represents one."""
    people = titulars_on(sitting.authority_id, day_of(sitting.starts_at))
    return colleges_in(roll, {str(one.id): one.college for one in people})


def moves_of(sitting: Sitting) -> Sequence[Moved]:
    """The movements of a sitting, in the order they were noted."""
    rows = Movement.objects.filter(sitting=sitting).order_by("rank")
    return [Moved(row.from_item, Move(row.move), str(row.delegate_id), str(row.other_id or "")) for row in rows]


def same_place_days(authority_id: UUID, at: datetime) -> list[date]:
    """The days of that year on which the council sits in one place, held or convened."""
    year = day_of(at).year
    rows = Sitting.objects.filter(
        authority_id=authority_id,
        mode=Mode.IN_PERSON,
        convened_on__isnull=False,
        cancelled_at__isnull=True,
        starts_at__gte=start_of(date(year, 1, 1)),
        starts_at__lt=start_of(date(year + 1, 1, 1)),
    )
    return [day_of(one) for one in rows.values_list("starts_at", flat=True).order_by("starts_at")]


def lacked_quorum(sitting: Sitting) -> bool:
    """Whether a sitting ended for want of quorum: closed with matters that nobody examined."""
    return bool(sitting.closed_at) and any(row.outcome == Outcome.PENDING for row in sitting.items.all())


def to_reconvene(actor: Actor) -> list[Sitting]:
    """Sittings that ended for want of quorum and are not yet to be held again, latest first."""
    again = set(
        Sitting.objects.filter(authority_id=actor.authority_id, after__isnull=False, cancelled_at__isnull=True)
        .order_by()
        .values_list("after_id", flat=True)
    )
    return [row for row in sittings(actor) if lacked_quorum(row) and row.id not in again]


def next_item(sitting: Sitting) -> int:
    """The rank of the first matter still to examine; of the last one when all are settled."""
    ranks = [row.rank for row in sitting.items.all() if row.outcome == Outcome.PENDING]
    return min(ranks) if ranks else max((row.rank for row in sitting.items.all()), default=1)


def left_items(actor: Actor) -> QuerySet[AgendaItem]:
    """Matters that another sitting may take up: postponed, or left by a sitting that was cancelled."""
    require(actor, Permission.READ_COUNCIL)
    rows = AgendaItem.objects.filter(sitting__authority_id=actor.authority_id).select_related("sitting")
    left = Q(outcome=Outcome.POSTPONED) | Q(outcome=Outcome.PENDING, sitting__cancelled_at__isnull=False)
    return rows.filter(left).order_by("-sitting__starts_at", "rank")


def lacks_of(sitting: Sitting) -> list[Warned]:
    """What the law asks beside a sitting that may be held all the same."""
    days = same_place_days(sitting.authority_id, sitting.starts_at)
    return warnings_of(
        Mode(sitting.mode), day_of(sitting.starts_at), days, place=sitting.place, broadcast=sitting.broadcast_url
    )
