"""The payments that the issuer tells are recorded: the only way in which what it says moves a euro, and only
once somebody of the finance desk has read what each line would pay."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.operations.cash import refuse_after_default
from passnumerique.settlement.operations.paid import Ordered, Paid, order_all, pay_all
from passnumerique.settlement.queries.issuer_payments import match_told
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.issuer.paying import Matched, Owing, PayDoubt
from passnumerique.settlement.rules.issuer.refusals import PaymentsChanged


@dataclass(frozen=True)
class IssuerPayments:
    """What was recorded, or would be: each line of the issuer with the claims that it pays or why it pays none."""

    matched: tuple[Matched, ...]

    @property
    def payments(self) -> list[tuple[Matched, Owing]]:
        """Every claim that is paid, with the line that tells it."""
        return [(one, claim) for one in self.matched if one.doubt is None for claim in one.claims]

    @property
    def cents(self) -> int:
        """What the places received by them."""
        return sum(claim.cents for _, claim in self.payments)

    @property
    def doubts(self) -> Counter[PayDoubt]:
        """How many lines pay nothing, and why."""
        return Counter(one.doubt for one in self.matched if one.doubt)


def record_payments_of_issuer(
    *, programme_id: UUID, by: Actor, at: datetime, expected_cents: int | None = None, dry_run: bool = False
) -> IssuerPayments:
    """Record every payment that the issuer's files tell and that fits what places wait for; what each line does.

    For who pays claims. A claim that is approved only is ordered with its payment. Each line pays once, whatever
    is imported or asked again; a line that does not fit moves nothing. All or nothing; `dry_run` writes nothing.
    `expected_cents` is the sum that was read. Refuses another sum, and an issuer declared in default.
    """
    require(by, Permission.PAY_CLAIM)
    access_programme(by, programme_id)
    if by.user_id is None:
        raise NotAllowed
    with transaction.atomic():
        take_turn(programme_id)
        refuse_after_default(programme_id)
        found = IssuerPayments(tuple(match_told(programme_id, by=by.user_id)))
        if expected_cents not in {None, found.cents}:
            raise PaymentsChanged(expected_cents=expected_cents, now_cents=found.cents)
        if not dry_run:
            _pay(programme_id, found.payments, by, at)
    return found


def _pay(programme_id: UUID, payments: Sequence[tuple[Matched, Owing]], by: Actor, at: datetime) -> None:
    orders = [
        Ordered(claim.id, claim.cents, one.line.day, one.line.reference)
        for one, claim in payments
        if claim.state is ClaimState.APPROVED
    ]
    paid = [
        Paid(claim.id, claim.place_id, claim.cents, one.line.day, one.line.reference, issuer_row_id=one.line.id)
        for one, claim in payments
    ]
    order_all(programme_id=programme_id, orders=orders, ordered_by=by.user_id, at=at)
    pay_all(programme_id=programme_id, paid=paid, payer=Payer.ISSUER, paid_by=by.user_id, by=by, at=at)
