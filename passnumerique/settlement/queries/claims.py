"""Claims and their lines, within what an actor may see: a place its own, the authority's desks all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes, terms_on_days
from passnumerique.settlement.models import Claim, ClaimLine, Payment, PaymentOrder
from passnumerique.settlement.rules import OPEN, ClaimState, Verdict, payment_due_on
from passnumerique.training.models import TrainingSession
from passnumerique.training.queries import modules_named, sessions_with_ids


def claims(
    actor: Actor,
    programme_id: UUID,
    *,
    state: ClaimState | None = None,
    place_id: UUID | None = None,
    month: date | None = None,
) -> QuerySet[Claim]:
    """The claims that the actor may see, latest first, each with `rejected_lines`, `refused_lines`, `pending_lines`."""
    require(actor, Permission.READ_CLAIMS)
    access_programme(actor, programme_id)
    rows = _visible(actor).filter(programme_id=programme_id)
    if state is not None:
        rows = rows.filter(state=state)
    if place_id is not None:
        rows = rows.filter(place_id=place_id)
    if month is not None:
        rows = rows.filter(month=month_of(month))
    return rows.order_by("-number")


def _visible(actor: Actor) -> QuerySet[Claim]:
    """The one policy, for a set and for a row; the caller bounds it to programmes within reach."""
    rows = Claim.objects.annotate(
        rejected_lines=Count("lines", filter=Q(lines__verdict=Verdict.REJECTED)),
        refused_lines=Count("lines", filter=Q(lines__verdict=Verdict.REFUSED)),
        pending_lines=Count("lines", filter=Q(lines__verdict=Verdict.PENDING)),
    )
    return rows if actor.organisation_id is None else rows.filter(place_id=actor.organisation_id)


def access_claim(actor: Actor, claim_id: UUID) -> Claim:
    """One claim that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_CLAIMS)
    within = programmes(actor).order_by().values_list("id", flat=True)
    row = _visible(actor).filter(id=claim_id, programme_id__in=list(within)).first()
    if row is None:
        raise NotFound
    return row


def lines_of(actor: Actor, claim_id: UUID) -> QuerySet[ClaimLine]:
    """The lines of a claim that the actor may see, by number of pass."""
    claim = access_claim(actor, claim_id)
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, claim=claim)
    return rows.order_by("voucher_number")


def lines_carried_from(claim: Claim) -> QuerySet[ClaimLine]:
    """The lines contested in this claim and accepted since, on a complementary one."""
    rows = ClaimLine.objects.filter(programme_id=claim.programme_id, first_claim=claim)
    return rows.exclude(claim=claim).select_related("claim").order_by("voucher_number")


@dataclass(frozen=True)
class ClaimLineRow:
    """One line of a claim as a page and a paper show it. `session` is None if it was never known."""

    line: ClaimLine
    module: str
    session: TrainingSession | None


def claim_line_rows(programme_id: UUID, lines: Sequence[ClaimLine]) -> list[ClaimLineRow]:
    """Lines with the session and module they come from: two statements for any number of them."""
    sessions = sessions_with_ids(programme_id, {line.training_session_id for line in lines})
    modules = modules_named({line.module_id for line in lines})
    return [
        ClaimLineRow(line, modules.get(line.module_id, ""), sessions.get(line.training_session_id)) for line in lines
    ]


@dataclass(frozen=True)
class ClaimRow:
    """One line of a list of claims."""

    claim: Claim
    place: str
    order: PaymentOrder | None
    payment: Payment | None
    due_on: date
    """The last day on which it is paid in time, by the payment term in force on the day it was filed."""
    late: bool


def claim_rows(programme_id: UUID, found: Sequence[Claim], day: date) -> list[ClaimRow]:
    """Claims with place, order, payment and term; `late`: still open on `day`, after its term."""
    places = organisations_named(claim.place_id for claim in found)
    ids = [claim.id for claim in found]
    ordered = PaymentOrder.objects.filter(programme_id=programme_id, claim_id__in=ids).order_by()
    paid = Payment.objects.filter(programme_id=programme_id, claim_id__in=ids, live=True).order_by()
    orders, payments = {row.claim_id: row for row in ordered}, {row.claim_id: row for row in paid}
    terms = terms_on_days(programme_id, {day_of(claim.filed_at) for claim in found})
    rows = []
    for claim in found:
        filed_on = day_of(claim.filed_at)
        due_on = payment_due_on(filed_on, terms[filed_on].payment_term_days)
        late = ClaimState(claim.state) in OPEN and day > due_on
        rows.append(
            ClaimRow(
                claim,
                places.get(claim.place_id, ""),
                orders.get(claim.id),
                payments.get(claim.id),
                due_on,
                late,
            )
        )
    return rows


def late_claims(actor: Actor, programme_id: UUID, day: date) -> QuerySet[Claim]:
    """The claims still open on `day` whose payment term, that of the day they were filed, is over; oldest first."""
    waiting = claims(actor, programme_id).filter(state__in=[state.value for state in OPEN])
    filed = dict(waiting.values_list("id", "filed_at").order_by())
    terms = terms_on_days(programme_id, {day_of(at) for at in filed.values()})
    due = {one: payment_due_on(day_of(at), terms[day_of(at)].payment_term_days) for one, at in filed.items()}
    return waiting.filter(id__in=[one for one, last in due.items() if last < day]).order_by("filed_at", "number")


def order_of(claim: Claim) -> PaymentOrder | None:
    """The order to pay a claim, once written."""
    return PaymentOrder.objects.filter(programme_id=claim.programme_id, claim=claim).first()


def payment_of(claim: Claim) -> Payment | None:
    """The payment of a claim, once recorded."""
    return Payment.objects.filter(programme_id=claim.programme_id, claim=claim, live=True).first()


def next_claim_number(programme_id: UUID) -> int:
    """The number of the next claim: without gap, from 1."""
    top = Claim.objects.filter(programme_id=programme_id).aggregate(number=Max("number"))
    return (top["number"] or 0) + 1
