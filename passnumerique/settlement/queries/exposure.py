"""What the authority risks on a day: cash with the issuer, money owed to the places, and what of it is late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Min, Q, Sum

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, end_of
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.queries import balances, cash_balances, cash_totals, totals
from passnumerique.ledger.rules import Account, Cash, Pocket
from passnumerique.programmes.queries import access_programme, terms_on_days
from passnumerique.settlement.models import Claim, Payment
from passnumerique.settlement.models.defaulting import IssuerDefault
from passnumerique.settlement.rules import payment_due_on
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.rules import MONEY_OF_STATE, State


@dataclass(frozen=True)
class Owed:
    """One place on that day, in cents: owed in face value, of which late; cash received; the oldest claim that
    waits, by the day it was filed."""

    place_id: UUID
    place: str
    owed_cents: int
    late_cents: int
    received_cents: int
    oldest: date | None


@dataclass(frozen=True)
class Exposure:
    """A programme's exposure by the evening of a day, in cents."""

    day: date
    lent_cents: int
    treasury_cents: int
    owed_cents: int
    late_cents: int
    committed_cents: int
    places: tuple[Owed, ...]
    """Those owed something, the most first."""


def exposure_on(actor: Actor, programme_id: UUID, day: date) -> Exposure:
    """Money lent to the issuer, owed to the places, late against the payment term. For who reads the accounts.

    Owed is face value, from the moment a pass is used; late is the net of the claims filed whose term,
    that of the day they were filed, was over on that day and that were not paid by then.
    """
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    before = end_of(day)
    face, cash = balances(programme_id, before), cash_balances(programme_id, before)
    due = {pocket.owner_id: cents for pocket, cents in face.items() if pocket.account is Account.DUE and cents}
    late, oldest = _waiting(programme_id, day)
    names = organisations_named(due)
    places = [
        Owed(
            place,
            names.get(place, ""),
            cents,
            late[place],
            cash.get(Pocket(Cash.SETTLED, place), 0),
            oldest.get(place),
        )
        for place, cents in due.items()
    ]
    sums, held = totals(programme_id, before), cash_totals(programme_id, before)
    return Exposure(
        day,
        held[Cash.MANDATARY],
        held[Cash.TREASURY],
        sums[Account.DUE],
        sum(late.values()),
        sums[Account.COMMITTED],
        tuple(sorted(places, key=lambda one: (-one.owed_cents, one.place))),
    )


def _waiting(programme_id: UUID, day: date) -> tuple[dict[UUID, int], dict[UUID, date]]:
    """By place: the cents late on that day, and the day of the oldest claim that waited then."""
    before = end_of(day)
    made = Payment.objects.filter(programme_id=programme_id, at__lt=before).exclude(returns__at__lt=before)
    paid = made.values_list("claim_id", flat=True)
    refused = Q(approved_at__lt=before, payable_cents=0)
    rows = Claim.objects.filter(~refused, programme_id=programme_id, filed_at__lt=before).exclude(
        id__in=list(paid.order_by())
    )
    waiting = list(rows.order_by("filed_at", "number"))
    terms = terms_on_days(programme_id, {day_of(claim.filed_at) for claim in waiting})
    late: dict[UUID, int] = defaultdict(int)
    oldest: dict[UUID, date] = {}
    for claim in waiting:
        filed = day_of(claim.filed_at)
        oldest.setdefault(claim.place_id, filed)
        if day > payment_due_on(filed, terms[filed].payment_term_days):
            decided = claim.approved_at is not None and claim.approved_at < before
            late[claim.place_id] += claim.payable_cents if decided else claim.net_cents
    return late, oldest


@dataclass(frozen=True)
class Creditor:
    """A place to which the scheme owes money: its passes and their face value in cents, of which frozen, and the
    day of the oldest use that is not paid."""

    place_id: UUID
    place: str
    passes: int
    owed_cents: int
    frozen_cents: int
    since: date | None


def list_of_creditors(actor: Actor, programme_id: UUID) -> list[Creditor]:
    """Every place owed something now, by name. For who reads the accounts."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    states = [state.value for state in State if MONEY_OF_STATE[state] is Account.DUE]
    rows = Redemption.objects.filter(
        programme_id=programme_id, reversals__isnull=True, voucher__state__in=states
    ).exclude(place_id=NOBODY)
    sums = rows.values_list("place_id").annotate(
        n=Count("id"),
        cents=Sum("face_value_cents"),
        frozen=Sum("face_value_cents", filter=Q(voucher__state=State.FROZEN)),
        since=Min("redeemed_at"),
    )
    found = list(sums.order_by())
    names = organisations_named(place for place, *_ in found)
    lines = [
        Creditor(place, names.get(place, ""), n, cents, frozen or 0, day_of(since))
        for place, n, cents, frozen, since in found
    ]
    return sorted(lines, key=lambda one: (one.place, one.place_id))


def issuer_default(programme_id: UUID) -> IssuerDefault | None:
    """The default of the issuer, if it was declared."""
    return IssuerDefault.objects.filter(programme_id=programme_id).first()
