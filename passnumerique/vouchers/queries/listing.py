"""Lists of the register as people page through them: vouchers, lots, hand-overs, and the journal.

A list is paged by the key of its last row, so that the thousandth page costs what the first does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from passnumerique.directory.rules import Actor, Permission, Role, require
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme
from passnumerique.vouchers.models import DeliveryNote, Event, Handover, Lot, Stock, Voucher
from passnumerique.vouchers.queries.history import access_vouchers, delivery_notes, handovers
from passnumerique.vouchers.queries.reading import Range, lots, ranges_of, vouchers_of_booklets
from passnumerique.vouchers.rules import Act, State


def access_lots(actor: Actor, programme_id: UUID) -> QuerySet[Lot]:
    """The lots of a programme, latest first, for the desks that read everything."""
    require(actor, Permission.READ_EVERYTHING)
    access_programme(actor, programme_id)
    return lots(programme_id)


def access_lot(actor: Actor, programme_id: UUID, lot_id: UUID) -> Lot:
    """One lot. Refuses (NotFound) one of another programme."""
    lot = access_lots(actor, programme_id).filter(id=lot_id).first()
    if lot is None:
        raise NotFound
    return lot


def counts_by_lot(programme_id: UUID, lot_ids: Iterable[UUID]) -> dict[UUID, dict[State, int]]:
    """Passes of each of these lots in each state now, from the counters."""
    rows = Stock.objects.filter(programme_id=programme_id, lot_id__in=list(lot_ids))
    found: dict[UUID, dict[State, int]] = {}
    for lot_id, state, n in rows.values_list("lot_id", "state").annotate(n=Sum("count")).order_by():
        found.setdefault(lot_id, dict.fromkeys(State, 0))[State(state)] = n
    return found


def booklets_of_lot(programme_id: UUID, lot_id: UUID) -> Range:
    """The first and last booklet of a lot."""
    ends = Voucher.objects.filter(programme_id=programme_id, lot_id=lot_id).aggregate(
        first=Min("booklet"), last=Max("booklet")
    )
    return ends["first"], ends["last"]


@dataclass(frozen=True)
class Wanted:
    """What narrows a list of vouchers; what is not given narrows nothing."""

    numbers: Sequence[Range] = ()
    booklets: Sequence[Range] = ()
    states: frozenset[State] = frozenset()
    structure_id: UUID | None = None
    lot_id: UUID | None = None

    def narrow(self, rows: QuerySet[Voucher]) -> QuerySet[Voucher]:
        """The rows that are wanted."""
        rows = rows.filter(_inside("number", self.numbers), _inside("booklet", self.booklets))
        if self.states:
            rows = rows.filter(state__in=sorted(self.states))
        if self.structure_id is not None:
            rows = rows.filter(structure_id=self.structure_id)
        return rows if self.lot_id is None else rows.filter(lot_id=self.lot_id)


def _inside(field: str, ranges: Sequence[Range]) -> Q:
    chosen = Q()
    for span in ranges[:100]:
        chosen |= Q(**{f"{field}__range": span})
    return chosen


def list_vouchers(
    actor: Actor, programme_id: UUID, wanted: Wanted, *, after: int = 0, limit: int = 50
) -> list[Voucher]:
    """The wanted vouchers within the actor's sight, by number, those after a number, `limit` at most."""
    rows = wanted.narrow(access_vouchers(actor, programme_id))
    return list(rows.filter(number__gt=after)[:limit])


def count_vouchers(actor: Actor, programme_id: UUID, wanted: Wanted) -> int:
    """How many vouchers are wanted and within the actor's sight."""
    return wanted.narrow(access_vouchers(actor, programme_id)).count()


Moment = tuple[datetime, UUID]
"""Where a page of a list by time begins: the instant and the id of the last row of the page before."""


@dataclass(frozen=True)
class JournalLine:
    """One deed: how many vouchers, from which number to which, by whom, with which delivery note."""

    deed_id: UUID
    act: Act
    at: datetime
    count: int
    first_number: int
    last_number: int
    structure_id: UUID
    place_id: UUID
    by_role: Role
    by_organisation: UUID | None
    cause: str
    note: int | None
    giver_id: UUID

    @property
    def key(self) -> Moment:
        """Where the next page begins."""
        return self.at, self.deed_id

    @property
    def scattered(self) -> bool:
        """Whether the vouchers are not one whole range of numbers."""
        return self.count != self.last_number - self.first_number + 1


def journal(
    actor: Actor,
    programme_id: UUID,
    *,
    act: Act | None = None,
    organisation_id: UUID | None = None,
    before: Moment | None = None,
    limit: int = 50,
) -> list[JournalLine]:
    """The latest deeds within the actor's sight, newest first, `limit` at most, those before a moment;
    `organisation_id` keeps those of one structure or place, as it would see them itself."""
    rows = _events_in_sight(actor, programme_id, organisation_id)
    if act is not None:
        rows = rows.filter(act=act)
    if before is not None:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], deed_id__lt=before[1]))
    keys = rows.order_by("-at", "-deed_id").values_list("at", "deed_id").distinct()[:limit]
    return _told(rows, programme_id, [deed_id for _at, deed_id in keys])


def _events_in_sight(actor: Actor, programme_id: UUID, organisation_id: UUID | None) -> QuerySet[Event]:
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    rows = Event.objects.filter(programme_id=programme_id)
    for one in (actor.organisation_id, organisation_id):
        if one is not None:
            rows = rows.filter(_deeds_of(programme_id, one, actor))
    return rows


def _deeds_of(programme_id: UUID, organisation_id: UUID, actor: Actor) -> Q:
    """What an organisation did, what was done with what it holds, and what it gave away."""
    if actor.role in {Role.PLACE, Role.MEDIATOR}:
        return Q(place_id=organisation_id) | Q(by_organisation=organisation_id)
    given = DeliveryNote.objects.filter(programme_id=programme_id, giver_id=organisation_id)
    return (
        Q(structure_id=organisation_id)
        | Q(place_id=organisation_id)
        | Q(by_organisation=organisation_id)
        | Q(deed_id__in=given.values("deed_id"))
    )


def _told(rows: QuerySet[Event], programme_id: UUID, deed_ids: list[UUID]) -> list[JournalLine]:
    """One line a deed; its vouchers may lie with several structures, which then are not named."""
    groups = (
        rows.filter(deed_id__in=deed_ids)
        .order_by("-at", "-deed_id")
        .values_list("deed_id", "act", "at", "structure_id", "place_id", "by_role", "by_organisation", "cause")
        .annotate(n=Count("id"), first=Min("voucher__number"), last=Max("voucher__number"))
    )
    notes = notes_of_deeds(programme_id, deed_ids)
    lines: dict[UUID, JournalLine] = {}
    for deed_id, act, at, structure_id, place_id, role, organisation, cause, *figures in groups:
        n, first, last = figures
        note, giver_id = notes.get(deed_id, (None, NOBODY))
        line = JournalLine(
            deed_id=deed_id,
            act=Act(act),
            at=at,
            count=n,
            first_number=first,
            last_number=last,
            structure_id=structure_id,
            place_id=place_id,
            by_role=Role(role),
            by_organisation=organisation,
            cause=cause,
            note=note,
            giver_id=giver_id,
        )
        lines[deed_id] = _both(lines[deed_id], line) if deed_id in lines else line
    return list(lines.values())


def _both(one: JournalLine, other: JournalLine) -> JournalLine:
    return replace(
        one,
        count=one.count + other.count,
        first_number=min(one.first_number, other.first_number),
        last_number=max(one.last_number, other.last_number),
        structure_id=one.structure_id if one.structure_id == other.structure_id else NOBODY,
        place_id=one.place_id if one.place_id == other.place_id else NOBODY,
    )


def numbers_of_deeds(programme_id: UUID, deed_ids: Iterable[UUID]) -> dict[UUID, list[Range]]:
    """The vouchers of each deed, as ranges of numbers."""
    rows = Event.objects.filter(programme_id=programme_id, deed_id__in=list(deed_ids))
    numbers: dict[UUID, list[int]] = {}
    for deed_id, number in rows.values_list("deed_id", "voucher__number"):
        numbers.setdefault(deed_id, []).append(number)
    return {deed_id: ranges_of(found) for deed_id, found in numbers.items()}


def notes_of_deeds(programme_id: UUID, deed_ids: Iterable[UUID]) -> dict[UUID, tuple[int, UUID]]:
    """The number and the giver of the delivery note of each deed that has one."""
    rows = DeliveryNote.objects.filter(programme_id=programme_id, deed_id__in=list(deed_ids)).order_by()
    return {deed: (number, giver) for deed, number, giver in rows.values_list("deed_id", "number", "giver_id")}


def access_note(actor: Actor, programme_id: UUID, number: int) -> DeliveryNote:
    """One delivery note within the actor's sight. Refuses (NotFound) any other."""
    note = delivery_notes(actor, programme_id).filter(number=number).first()
    if note is None:
        raise NotFound
    return note


def list_notes(
    actor: Actor, programme_id: UUID, *, act: Act | None = None, before: int | None = None, limit: int = 50
) -> list[DeliveryNote]:
    """The delivery notes within the actor's sight, latest first, `limit` at most, those before a number."""
    rows = delivery_notes(actor, programme_id)
    if act is not None:
        rows = rows.filter(act=act)
    return list((rows if before is None else rows.filter(number__lt=before))[:limit])


def numbers_of_notes(programme_id: UUID, note_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of these delivery notes; what is none is not there."""
    rows = DeliveryNote.objects.filter(programme_id=programme_id, id__in=list(note_ids)).order_by()
    return dict(rows.values_list("id", "number"))


def list_handovers(
    actor: Actor,
    programme_id: UUID,
    *,
    structure_id: UUID | None = None,
    before: Moment | None = None,
    limit: int = 50,
) -> list[Handover]:
    """The hand-overs within the actor's sight, latest first, `limit` at most, those before a moment."""
    rows = handovers(actor, programme_id)
    if structure_id is not None:
        rows = rows.filter(structure_id=structure_id)
    if before is not None:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    return list(rows[:limit])


def access_handover(actor: Actor, programme_id: UUID, handover_id: UUID) -> Handover:
    """One hand-over within the actor's sight. Refuses (NotFound) any other."""
    handover = handovers(actor, programme_id).filter(id=handover_id).first()
    if handover is None:
        raise NotFound
    return handover


def numbers_of_handovers(programme_id: UUID, handover_ids: Iterable[UUID]) -> dict[UUID, list[Range]]:
    """The passes of each of these hand-overs, as ranges of numbers."""
    rows = Voucher.objects.filter(programme_id=programme_id, handover_id__in=list(handover_ids))
    found: dict[UUID, list[int]] = {}
    for handover_id, number in rows.values_list("handover_id", "number").order_by("number"):
        if handover_id is not None:
            found.setdefault(handover_id, []).append(number)
    return {handover_id: ranges_of(numbers) for handover_id, numbers in found.items()}


def stock_in_booklets(programme_id: UUID, structure_id: UUID, booklets: Sequence[Range]) -> list[Range]:
    """The passes of these booklets that are in the structure's stock, as ranges of numbers: the whole of
    an untouched booklet, what is left of a started one."""
    return ranges_of(
        seen.number
        for seen in vouchers_of_booklets(programme_id, booklets)
        if seen.state is State.STRUCTURE_STOCK and seen.structure_id == structure_id
    )


def lot_of_file(programme_id: UUID, file_hash: bytes) -> Lot | None:
    """The lot that was received from a file with this SHA-256, if any."""
    return lots(programme_id).filter(file_hash=file_hash).first()
