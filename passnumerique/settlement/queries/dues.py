"""What is due to the places: what can be claimed, what was claimed, what was paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ledger.rules import Account
from passnumerique.programmes.queries import access_programme, terms_on_days
from passnumerique.settlement.queries.preparing import to_ask_for
from passnumerique.settlement.rules import sum_of
from passnumerique.vouchers.models import Lot, Redemption, Reversal, Stock, Voucher
from passnumerique.vouchers.rules import BOOK, MONEY_OF_STATE, Act, State


@dataclass(frozen=True)
class ToClaim:
    """One redemption that a place may claim, with the fee of the day on which the pass was taken."""

    redemption_id: UUID
    voucher_id: UUID
    number: int
    redeemed_at: datetime
    training_session_id: UUID
    module_id: UUID
    face_value_cents: int
    fee_cents: int


def redemptions_to_claim(programme_id: UUID, place_id: UUID, month: date) -> list[ToClaim]:
    """The redemptions of a place that belong to a claim of that month, by number."""
    return with_fees(to_ask_for(programme_id, month).filter(place_id=place_id))


def with_fees(redemptions: QuerySet[Redemption]) -> list[ToClaim]:
    """These redemptions of one programme with the fee of their day, by number: two statements."""
    found = list(redemptions.select_related("voucher").order_by("voucher__number"))
    days = {day_of(row.redeemed_at) for row in found}
    terms = terms_on_days(found[0].programme_id, days) if found else {}
    return [
        ToClaim(
            row.id,
            row.voucher_id,
            row.voucher.number,
            row.redeemed_at,
            row.training_session_id,
            row.module_id,
            row.face_value_cents,
            terms[day_of(row.redeemed_at)].fee_cents(row.face_value_cents),
        )
        for row in found
    ]


def numbers_undone(programme_id: UUID, redemption_ids: Sequence[UUID]) -> list[int]:
    """The numbers of the passes whose redemption, among these, was undone."""
    found: list[int] = []
    for chunk in in_chunks(redemption_ids):
        rows = Reversal.objects.filter(programme_id=programme_id, redemption_id__in=chunk)
        found += rows.values_list("redemption__voucher__number", flat=True).order_by()
    return found


@dataclass(frozen=True)
class Claimable:
    """What a place could claim for a month, in passes and cents."""

    passes: int
    face_cents: int
    fee_cents: int
    net_cents: int
    first_day: date | None
    last_day: date | None


def claimable(actor: Actor, programme_id: UUID, place_id: UUID, month: date) -> Claimable:
    """What a place could claim up to the end of a month. Refuses (NotFound) another place's to a place."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    if actor.organisation_id not in {None, place_id}:
        raise NotFound
    found = redemptions_to_claim(programme_id, place_id, month_of(month))
    amounts = sum_of((one.face_value_cents, one.fee_cents) for one in found)
    days = [day_of(one.redeemed_at) for one in found]
    return Claimable(
        amounts.passes,
        amounts.face_cents,
        amounts.fee_cents,
        amounts.net_cents,
        min(days, default=None),
        max(days, default=None),
    )


@dataclass(frozen=True)
class Due:
    """Where the face value of the passes that a place took stands now, in cents; `passes` by state."""

    place_id: UUID
    place: str
    passes: dict[State, int]
    cents: dict[State, int]

    def in_account(self, account: Account) -> int:
        """The cents that stand in one account of the place."""
        return sum(cents for state, cents in self.cents.items() if MONEY_OF_STATE[state] is account)

    @property
    def due_cents(self) -> int:
        """Owed to the place: used, claimed, accepted, contested or frozen."""
        return self.in_account(Account.DUE)

    @property
    def paid_cents(self) -> int:
        """Paid to the place."""
        return self.in_account(Account.PAID)

    @property
    def contested_cents(self) -> int:
        """Of what is owed: contested, and neither accepted nor refused so far."""
        return self.cents.get(State.DISPUTED, 0)

    @property
    def refused_cents(self) -> int:
        """Refused for good: owed no more."""
        return self.cents.get(State.REFUSED, 0)

    @property
    def undue_cents(self) -> int:
        """Paid and to be given back."""
        return self.in_account(Account.UNDUE)


def dues(actor: Actor, programme_id: UUID, place_ids: Iterable[UUID] | None = None) -> list[Due]:
    """What stands at each place, by name of place, from the counters: as quick at any size.

    A place sees its own line only; without any use so far, there is none.
    """
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    rows = Stock.objects.filter(programme_id=programme_id).exclude(place_id=NOBODY)
    if actor.organisation_id is not None:
        rows = rows.filter(place_id=actor.organisation_id)
    if place_ids is not None:
        rows = rows.filter(place_id__in=list(place_ids))
    faces = dict(Lot.objects.filter(programme_id=programme_id).values_list("id", "face_value_cents").order_by())
    found: dict[UUID, Due] = {}
    sums = rows.values_list("place_id", "lot_id", "state").annotate(n=Sum("count")).filter(n__gt=0).order_by()
    for place_id, lot_id, state, n in sums:
        line = found.setdefault(place_id, Due(place_id, "", {}, {}))
        line.passes[State(state)] = line.passes.get(State(state), 0) + n
        line.cents[State(state)] = line.cents.get(State(state), 0) + n * faces[lot_id]
    names = organisations_named(found)
    named = (Due(place_id, names.get(place_id, ""), one.passes, one.cents) for place_id, one in found.items())
    return sorted(named, key=lambda line: (line.place, line.place_id))


def creditors(actor: Actor, programme_id: UUID) -> list[Due]:
    """The places whose claims are frozen because the issuer fails: the list of creditors."""
    return [line for line in dues(actor, programme_id) if line.cents.get(State.FROZEN)]


def vouchers_open_to(act: Act, programme_id: UUID, place_ids: Iterable[UUID] | None = None) -> list[UUID]:
    """The vouchers of these places (all by default) upon which an act may be done, in order of number."""
    states = [state.value for state in BOOK[act].sources if state]
    rows = Voucher.objects.filter(programme_id=programme_id, state__in=states)
    if place_ids is not None:
        rows = rows.filter(place_id__in=list(place_ids))
    return list(rows.order_by("number").values_list("id", flat=True))
