"""Runs of payments within an actor's sight, what can be put into one, and the file of one."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from passnumerique.directory.models import BankAccount
from passnumerique.directory.queries import organisations_named
from passnumerique.directory.queries.banking import accounts_on, iban_of
from passnumerique.directory.queries.network import accredited_places
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.directory.rules.banking import Payee
from passnumerique.ground.dates import day_of
from passnumerique.ground.refusals import NotFound
from passnumerique.programmes.queries import access_programme, programmes
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import Claim, Payment, PaymentOrder, PaymentReturn, PaymentRun, RunLine
from passnumerique.settlement.queries.claims import claim_rows, claims
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.refusals import (
    AccountUnreadable,
    RunNotForBank,
    RunNotForSoftware,
    RunNotReady,
    RunSent,
)
from passnumerique.settlement.rules.runs import (
    LIVE,
    Hindrance,
    LineState,
    RunState,
    end_to_end_id,
    message_id,
    payment_information_id,
)
from passnumerique.settlement.rules.sepa import Message, Transfer, sepa_file

PAYABLE = (ClaimState.APPROVED.value, ClaimState.ORDERED.value)


def runs(actor: Actor, programme_id: UUID) -> QuerySet[PaymentRun]:
    """The runs of a programme, latest first, each with `count`, `cents`, `paid` and `returned` of its lines.

    For who reads the accounts: no place.
    """
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    return _counted(PaymentRun.objects.filter(programme_id=programme_id)).order_by("-number")


def access_run(actor: Actor, run_id: UUID) -> PaymentRun:
    """One run that the actor may see. Refuses (NotFound) any other, existing or not."""
    require(actor, Permission.READ_ACCOUNTS)
    within = list(programmes(actor).order_by().values_list("id", flat=True))
    row = _counted(PaymentRun.objects.filter(id=run_id, programme_id__in=within)).first()
    if row is None:
        raise NotFound
    return row


def run_numbered(actor: Actor, programme_id: UUID, named: str) -> UUID | None:
    """The run of a programme by its id or by its number; None when there is none."""
    rows = runs(actor, programme_id)
    try:
        row = rows.filter(number=int(named)).first() if named.isdigit() else rows.filter(id=UUID(named)).first()
    except ValueError:
        return None
    return row.id if row else None


def _counted(rows: QuerySet[PaymentRun]) -> QuerySet[PaymentRun]:
    return rows.annotate(
        count=Count("lines"),
        cents=Sum("lines__amount_cents"),
        paid=Count("lines", filter=Q(lines__state=LineState.PAID)),
        returned=Count("lines", filter=Q(lines__state=LineState.RETURNED)),
        waiting=Count("lines", filter=Q(lines__state=LineState.WAITING)),
    )


def run_lines(run: PaymentRun) -> QuerySet[RunLine]:
    """The lines of a run that the caller may see, in order."""
    return RunLine.objects.filter(programme_id=run.programme_id, run=run).select_related("claim").order_by("rank")


def transfers_to_name(actor: Actor, programme_id: UUID) -> QuerySet[RunLine]:
    """The transfers that a person may name for a movement: sent, waiting or paid, the latest runs first."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    rows = RunLine.objects.filter(programme_id=programme_id, run__state=RunState.SENT)
    named = rows.filter(state__in=[state.value for state in LIVE]).select_related("run", "claim")
    return named.defer("sealed", "run__debtor_sealed").order_by("-run__number", "rank")[:500]


def parties_of(claim: Claim) -> set[UUID]:
    """Who asked a claim, accepted it and confirmed it: none of them orders or pays it."""
    return {one for one in (claim.prepared_by, claim.approved_by, claim.second_approved_by) if one}


def live_lines(programme_id: UUID, claim_ids: Iterable[UUID]) -> dict[UUID, RunLine]:
    """The line of a live run that each of these claims is on, if it is on one."""
    rows = RunLine.objects.filter(
        programme_id=programme_id, claim_id__in=list(claim_ids), state__in=[state.value for state in LIVE]
    )
    return {row.claim_id: row for row in rows.select_related("run").order_by()}


def next_run_number(programme_id: UUID) -> int:
    """The number of the next run: without gap, from 1."""
    return PaymentRun.objects.filter(programme_id=programme_id).count() + 1


@dataclass(frozen=True)
class Candidate:
    """A claim that can be paid: how much, until when in time, and what hinders it on that day."""

    claim: Claim
    place: str
    amount_cents: int
    due_on: date
    late: bool
    account: BankAccount | None
    hindrances: tuple[Hindrance, ...]
    run_number: int | None = None

    @property
    def free(self) -> bool:
        """Whether nothing hinders it."""
        return not self.hindrances


def candidates(actor: Actor, programme_id: UUID, day: date) -> list[Candidate]:
    """The approved claims not paid yet, those in time first to be late first, and what hinders each."""
    require(actor, Permission.READ_ACCOUNTS)
    waiting = claims(actor, programme_id).filter(state__in=PAYABLE).order_by("filed_at", "number")
    rows = claim_rows(programme_id, list(waiting), day)
    places = {row.claim.place_id for row in rows}
    accounts, open_places = accounts_on(places, day), accredited_places(programme_id, day)
    lines = live_lines(programme_id, [row.claim.id for row in rows])
    found = []
    for row in rows:
        claim, line = row.claim, lines.get(row.claim.id)
        held = (
            (Hindrance.IN_RUN, line is not None),
            (Hindrance.NO_ACCOUNT, claim.place_id not in accounts),
            (Hindrance.CLOSED, claim.place_id not in open_places),
            (Hindrance.YOURS, claim.state == ClaimState.APPROVED and actor.user_id in parties_of(claim)),
        )
        found.append(
            Candidate(
                claim,
                row.place,
                row.order.amount_cents if row.order else claim.payable_cents,
                row.due_on,
                row.late,
                accounts.get(claim.place_id),
                tuple(one for one, here in held if here),
                line.run.number if line else None,
            )
        )
    return sorted(found, key=lambda one: (one.due_on, one.claim.number))


def frozen_text(payee: Payee) -> str:
    """A payee as a run keeps it, before it is enciphered: what the file says of it."""
    return json.dumps(asdict(payee), sort_keys=True)


def payee_of(account: BankAccount) -> Payee:
    """A bank account in clear. Refuses one that no key of the installation reads."""
    iban = iban_of(bytes(account.iban_sealed))
    if iban is None:
        raise AccountUnreadable
    return Payee(
        account.holder,
        iban,
        account.bic,
        account.street,
        account.building,
        account.postcode,
        account.town,
        account.country,
    )


def frozen_payee(sealed: bytes) -> Payee:
    """What a run froze. Refuses what no key of the installation reads."""
    text = iban_of(bytes(sealed))
    if text is None:
        raise AccountUnreadable
    return Payee(**json.loads(text))


def run_file(actor: Actor, run_id: UUID) -> tuple[str, bytes]:
    """The file of an approved run for the bank, and a name for it: the same bytes each time.

    For who pays claims. Refuses a run that is not approved yet, one already sent, and one that the finance
    software pays.
    """
    require(actor, Permission.PAY_CLAIM)
    run = access_run(actor, run_id)
    require_leaving(run, to_bank=True)
    return f"virements-{run.number}-{run.pay_on.isoformat()}.xml", file_of(run)


def require_leaving(run: PaymentRun, *, to_bank: bool) -> None:
    """Refuses a run that is not approved yet, one already sent, and one that goes the other way: to the bank,
    or else to the finance software."""
    if run.state == RunState.SENT and run.sent_at:
        raise RunSent(number=run.number, day=day_of(run.sent_at))
    if run.state != RunState.APPROVED:
        raise RunNotReady(number=run.number, state=RunState(run.state).words)
    if to_bank and run.payer == Payer.ACCOUNTING:
        raise RunNotForBank(number=run.number)
    if not to_bank and run.payer != Payer.ACCOUNTING:
        raise RunNotForSoftware(number=run.number)


def payments_in_run(run: PaymentRun) -> dict[UUID, tuple[date, str]]:
    """Of each line of a run that is paid: on which day, under which reference."""
    lines = RunLine.objects.filter(programme_id=run.programme_id, run=run).values("id")
    rows = Payment.objects.filter(programme_id=run.programme_id, run_line_id__in=lines, live=True).order_by()
    return {row.run_line_id: (row.paid_on, row.reference) for row in rows if row.run_line_id}


def file_of(run: PaymentRun) -> bytes:
    """The bytes of a run that was approved, for whoever may have them."""
    lines = run_lines(run).exclude(state=LineState.DROPPED)
    transfers = [_transfer(line) for line in lines]
    return sepa_file(
        Message(
            message_id=message_id(run.id),
            batch_id=payment_information_id(run.id),
            made_at=run.approved_at or run.prepared_at,
            pay_on=run.pay_on,
            debtor=frozen_payee(bytes(run.debtor_sealed)),
            transfers=transfers,
        )
    )


def _transfer(line: RunLine) -> Transfer:
    words = f"Pass Numerique demande {line.claim.number} {line.claim.month:%m/%Y}"
    return Transfer(frozen_payee(bytes(line.sealed)), line.amount_cents, end_to_end_id(line.id), words)


def hash_of(content: bytes) -> str:
    """The hash that names a file."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class PaidRow:
    """One payment of a place: of which claim, when, how much, by which run, and whether it came back."""

    payment: Payment
    claim: Claim
    place: str
    run_number: int | None
    returned: PaymentReturn | None


def place_payments(actor: Actor, programme_id: UUID) -> list[PaidRow]:
    """The payments within the actor's sight, latest first: a place its own."""
    seen = claims(actor, programme_id).order_by().values("id")
    rows = list(
        Payment.objects.filter(programme_id=programme_id, claim_id__in=seen)
        .select_related("claim")
        .order_by("-paid_on", "-id")
    )
    back = PaymentReturn.objects.filter(programme_id=programme_id, payment__in=[row.id for row in rows])
    returned = {row.payment_id: row for row in back.order_by()}
    numbers = _run_numbers(programme_id, rows)
    names = organisations_named(row.claim.place_id for row in rows)
    return [
        PaidRow(row, row.claim, names.get(row.claim.place_id, ""), numbers.get(row.id), returned.get(row.id))
        for row in rows
    ]


def payments_of(claim: Claim) -> list[tuple[Payment, PaymentReturn | None]]:
    """Every payment of a claim that the caller may see, in order, and its return if it came back."""
    rows = list(Payment.objects.filter(programme_id=claim.programme_id, claim=claim).order_by("at", "id"))
    back = PaymentReturn.objects.filter(programme_id=claim.programme_id, claim=claim).order_by()
    returned = {row.payment_id: row for row in back}
    return [(row, returned.get(row.id)) for row in rows]


def access_payment(actor: Actor, payment_id: UUID) -> Payment:
    """One payment of a claim that the actor may see. Refuses (NotFound) any other."""
    require(actor, Permission.READ_CLAIMS)
    within = list(programmes(actor).order_by().values_list("id", flat=True))
    rows = Payment.objects.filter(id=payment_id, programme_id__in=within).select_related("claim")
    if actor.organisation_id is not None:
        rows = rows.filter(claim__place_id=actor.organisation_id)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _run_numbers(programme_id: UUID, rows: Sequence[Payment]) -> dict[UUID, int]:
    by_line = {row.run_line_id: row.id for row in rows if row.run_line_id}
    lines = RunLine.objects.filter(programme_id=programme_id, id__in=list(by_line)).order_by()
    return {by_line[line]: number for line, number in lines.values_list("id", "run__number")}


def orders_of(programme_id: UUID, claim_ids: Iterable[UUID]) -> dict[UUID, PaymentOrder]:
    """The order of each of these claims, if it is written."""
    rows = PaymentOrder.objects.filter(programme_id=programme_id, claim_id__in=list(claim_ids)).order_by()
    return {row.claim_id: row for row in rows}
