"""What happened to vouchers, read back from the events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, Role, require
from passnumerique.ground.codes import derive_code
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.models import DeliveryNote, Event, Handover, Redemption, Voucher
from passnumerique.vouchers.queries.reading import Seen, vouchers_with_codes, vouchers_with_ids
from passnumerique.vouchers.rules import Act, State, last_day_of_use


@dataclass(frozen=True)
class Line:
    """One line of a pass's history: what, when, by whom, where."""

    act: Act
    from_state: State | None
    to_state: State
    at: datetime
    by_role: Role
    by_organisation: str
    structure: str
    place: str
    cause: str
    subject_id: UUID | None
    """What it was about: a delivery note, or the pass that replaced this one or that it replaced."""


def state_before(act: Act, programme_id: UUID, vouchers: Iterable[Seen]) -> dict[UUID, State]:
    """The state that each voucher had when that act was last done upon it."""
    found: dict[UUID, State] = {}
    for ids in in_chunks([voucher.id for voucher in vouchers]):
        rows = Event.objects.filter(programme_id=programme_id, voucher_id__in=ids, act=act)
        for voucher, state in rows.order_by("step").values_list("voucher_id", "from_state"):
            found[voucher] = State(state)
    return found


def access_vouchers(actor: Actor, programme_id: UUID) -> QuerySet[Voucher]:
    """The vouchers that the actor may see: all of the programme for its authority's desks, those that
    went through its hands for a structure or a place."""
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    rows = Voucher.objects.filter(programme_id=programme_id).select_related("lot").order_by("number")
    if actor.role is Role.PRESCRIBER:
        return rows.filter(structure_id=actor.organisation_id or NOBODY)
    if actor.organisation_id is not None:
        return rows.filter(place_id=actor.organisation_id)
    return rows


def access_voucher(actor: Actor, programme_id: UUID, number: int) -> Voucher:
    """One voucher by its number. Refuses (NotFound) one that the actor may not see."""
    voucher = access_vouchers(actor, programme_id).filter(number=number).first()
    if voucher is None:
        raise NotFound
    return voucher


def history(programme_id: UUID, voucher_id: UUID) -> list[Line]:
    """What happened to one voucher, from its reception on."""
    events = list(Event.objects.filter(programme_id=programme_id, voucher_id=voucher_id).order_by("step"))
    names = organisations_named(
        {one for event in events for one in (event.structure_id, event.place_id, event.by_organisation) if one}
    )
    return [
        Line(
            act=Act(event.act),
            from_state=State(event.from_state) if event.from_state else None,
            to_state=State(event.to_state),
            at=event.at,
            by_role=Role(event.by_role),
            by_organisation=names.get(event.by_organisation, "") if event.by_organisation else "",
            structure=names.get(event.structure_id, ""),
            place=names.get(event.place_id, ""),
            cause=event.cause,
            subject_id=event.subject_id,
        )
        for event in events
    ]


def delivery_notes(actor: Actor, programme_id: UUID) -> QuerySet[DeliveryNote]:
    """The delivery notes within the actor's sight, latest first."""
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    rows = DeliveryNote.objects.filter(programme_id=programme_id).order_by("-number")
    if actor.organisation_id is None:
        return rows
    return rows.filter(giver_id=actor.organisation_id) | rows.filter(receiver_id=actor.organisation_id)


def handovers(actor: Actor, programme_id: UUID) -> QuerySet[Handover]:
    """The hand-overs within the actor's sight, latest first: brackets, no name."""
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    rows = Handover.objects.filter(programme_id=programme_id).select_related("recipient").order_by("-at", "-id")
    return rows if actor.organisation_id is None else rows.filter(structure_id=actor.organisation_id)


def vouchers_of_handover(programme_id: UUID, handover_id: UUID) -> QuerySet[Voucher]:
    """The passes of one hand-over."""
    rows = Voucher.objects.filter(programme_id=programme_id, handover_id=handover_id)
    return rows.select_related("lot").order_by("number")


def redemptions(actor: Actor, programme_id: UUID) -> QuerySet[Redemption]:
    """The redemptions that stand, within the actor's sight, latest first."""
    require(actor, Permission.READ_REGISTER)
    access_programme(actor, programme_id)
    rows = Redemption.objects.filter(programme_id=programme_id, reversals__isnull=True).select_related("voucher")
    if actor.role is Role.PRESCRIBER:
        rows = rows.filter(structure_id=actor.organisation_id or NOBODY)
    elif actor.organisation_id is not None:
        rows = rows.filter(place_id=actor.organisation_id)
    return rows.order_by("-redeemed_at", "-id")


def printed_code(voucher: Voucher) -> str | None:
    """The code of a voucher issued here, computed anew; None when it came from an issuer's file. For
    cards and letters only: whoever calls has checked `PRINT_CODES` or that the pass is in its hands."""
    nonce = bytes(voucher.lot.nonce)
    return derive_code(settings.CODE_KEY, nonce, voucher.number) if nonce else None


def codes_of(programme_id: UUID, voucher_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The codes of vouchers issued here, for cards, letters and the demonstration; see `printed_code`."""
    rows = Voucher.objects.filter(programme_id=programme_id, id__in=list(voucher_ids)).select_related("lot")
    return {voucher.id: code for voucher in rows.order_by("number") if (code := printed_code(voucher))}


@dataclass(frozen=True)
class PublicAnswer:
    """What the page behind a pass's QR may say to anybody: nothing personal."""

    programme_id: UUID
    number: int
    state: State
    usable: bool
    validity_until: date
    last_day_of_use: date
    structure_id: UUID


def public_answer(programme_id: UUID, code: str, day: date) -> PublicAnswer | None:
    """Whether the pass with this code can be used on that day, and until when. None: no such pass."""
    seen = next(iter(vouchers_with_codes(programme_id, [code]).values()), None)
    if seen is None or seen.state is None:
        return None
    held = held_on(programme_id, day)
    last = last_day_of_use(held.calendar, held.terms.tolerance_days)
    usable = seen.state is State.HELD and day <= last
    return PublicAnswer(
        programme_id, seen.number, seen.state, usable, held.calendar.validity_until, last, seen.structure_id
    )


def states_of(programme_id: UUID, voucher_ids: list[UUID]) -> dict[UUID, State]:
    """The state of each of these vouchers now."""
    return {seen.id: seen.state for seen in vouchers_with_ids(programme_id, voucher_ids) if seen.state}


def numbers_gone(programme_id: UUID, numbers: Iterable[int]) -> set[int]:
    """Which of these passes left for good: replaced or cancelled. For rows that the reader may already see."""
    rows = Voucher.objects.filter(
        programme_id=programme_id, number__in=set(numbers), state__in=[State.REPLACED.value, State.CANCELLED.value]
    )
    return set(rows.values_list("number", flat=True).order_by())


def replacements_of(programme_id: UUID, numbers: Iterable[int]) -> dict[int, int]:
    """The pass that took the place of each of these, by number; those never replaced are left out."""
    events = Event.objects.filter(programme_id=programme_id, act=Act.REPLACE, voucher__number__in=set(numbers))
    by_id = dict(events.values_list("subject_id", "voucher__number").order_by("at"))
    new = Voucher.objects.filter(programme_id=programme_id, id__in=list(by_id)).values_list("id", "number").order_by()
    return {by_id[one]: number for one, number in new}
