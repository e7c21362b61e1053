"""The audit of runs, their lines, payments that went by them, and payments that came back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from passnumerique.directory.models import BankAccount
from passnumerique.directory.rules.banking import account_on
from passnumerique.ground.dates import day_of
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import Journal, every_column
from passnumerique.ground.words import N_
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import IssuerRow, Payment, PaymentOrder, PaymentReturn, PaymentRun, RunLine
from passnumerique.settlement.queries.runs import file_of, frozen_payee, hash_of, payee_of
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.refusals import AccountUnreadable
from passnumerique.settlement.rules.runs import LineState, RunState
from passnumerique.vouchers.models import Event
from passnumerique.vouchers.rules import Act

RUN = Check("payment_run", N_("Un lot de virements ne correspond pas à ses lignes ou à ses étapes."))
RUN_LINE = Check("run_line", N_("Un virement ne correspond pas à sa demande, à son compte ou à son paiement."))
RUN_PAYMENT = Check(
    "run_payment", N_("Un paiement ne correspond pas à son virement, à la ligne de l’émetteur ou à son rejet.")
)
RETURNED = Check("payment_return", N_("Un paiement rejeté ne correspond pas à son paiement ou à ses pass."))

_PREPARED = ("number", "payer", "pay_on", "prepared_by", "prepared_at")
_APPROVED = ("approved_by", "approved_at", "reference", "total_cents", "debtor_account_id")

JOURNALS = (
    Journal(PaymentRun, "prepared_at", _PREPARED),
    Journal(PaymentRun, "approved_at", _APPROVED, part="approval"),
    Journal(PaymentRun, "sent_at", ("sent_by", "sent_at", "file_hash"), part="sending"),
    Journal(RunLine, "run__prepared_at", ("run_id", "claim_id", "place_id", "rank", "closed_note")),
    Journal(
        RunLine,
        "run__approved_at",
        ("amount_cents", "account_id", "holder", "iban_country", "iban_end"),
        part="approval",
    ),
    Journal(PaymentReturn, "at", every_column(PaymentReturn)),
)
"""What runs write once, for the seal: as prepared, as approved, as sent; and what came back."""


@dataclass
class _Found:
    """Every row of a programme that the checks compare, read once."""

    programme_id: UUID
    runs: list[PaymentRun]
    lines: dict[UUID, list[RunLine]]
    payments: list[Payment]
    returns: dict[UUID, PaymentReturn]
    orders: dict[UUID, int]
    bounced: dict[UUID, Event]
    accounts: dict[UUID, list[BankAccount]] = field(default_factory=dict)


def payment_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every run, line, payment of a run and return that disagrees with what it follows from."""
    found = _read(programme_id)
    yield from _runs(found)
    yield from _lines(found)
    yield from _payments(found)
    yield from _returns(found)


def _read(programme_id: UUID) -> _Found:
    lines: dict[UUID, list[RunLine]] = defaultdict(list)
    for line in RunLine.objects.filter(programme_id=programme_id).select_related("claim", "run").order_by("rank"):
        lines[line.run_id].append(line)
    returns = PaymentReturn.objects.filter(programme_id=programme_id).order_by()
    orders = PaymentOrder.objects.filter(programme_id=programme_id).order_by()
    events = Event.objects.filter(programme_id=programme_id, act=Act.BOUNCE).order_by("at", "id")
    accounts: dict[UUID, list[BankAccount]] = defaultdict(list)
    places = {line.place_id for several in lines.values() for line in several}
    for account in BankAccount.objects.filter(organisation_id__in=places, confirmed_at__isnull=False).order_by():
        if account.organisation_id:
            accounts[account.organisation_id].append(account)
    return _Found(
        programme_id,
        list(PaymentRun.objects.filter(programme_id=programme_id).order_by("number")),
        lines,
        list(Payment.objects.filter(programme_id=programme_id).order_by("id")),
        {row.payment_id: row for row in returns},
        dict(orders.values_list("claim_id", "amount_cents")),
        {row.subject_id: row for row in events if row.subject_id},
        accounts,
    )


def _runs(found: _Found) -> Iterator[Difference]:
    for rank, run in enumerate(found.runs, start=1):
        lines = found.lines[run.id]
        made: dict[str, object] = {"number": rank, "state": _state_of(run)}
        if run.approved_at:
            made["total_cents"] = sum(line.amount_cents for line in lines)
        if run.sent_at and run.payer == Payer.AUTHORITY:
            made["file_hash"] = _hash_of(run, lines)
        stored = {name: getattr(run, name) for name in made}
        yield from unlike(RUN, PaymentRun._meta.db_table, run.id, stored, made)


def _state_of(run: PaymentRun) -> RunState:
    if run.abandoned_at:
        return RunState.ABANDONED
    if run.sent_at:
        return RunState.SENT
    return RunState.APPROVED if run.approved_at else RunState.PREPARED


def _hash_of(run: PaymentRun, lines: list[RunLine]) -> str:
    """The hash of the file that the frozen rows still give; a run given up gives none any more."""
    if run.abandoned_at:
        return run.file_hash
    try:
        return hash_of(file_of(run))
    except AccountUnreadable:
        return "unreadable"


def _lines(found: _Found) -> Iterator[Difference]:
    paid = {row.run_line_id: row for row in found.payments if row.run_line_id}
    for run in found.runs:
        for line in found.lines[run.id]:
            made: dict[str, object] = {
                "place_id": line.claim.place_id,
                "state": _line_state(run, paid.get(line.id), found),
            }
            if run.approved_at:
                made["amount_cents"] = found.orders.get(line.claim_id)
            if run.approved_at and run.payer == Payer.AUTHORITY:
                made |= _payee_told(line, run.approved_at, found)
            stored = {name: getattr(line, name, None) for name in made if name != "payee"}
            if "payee" in made:
                stored["payee"] = _frozen(line)
            yield from unlike(RUN_LINE, RunLine._meta.db_table, line.id, stored, made)


def _line_state(run: PaymentRun, payment: Payment | None, found: _Found) -> LineState:
    if payment:
        return LineState.RETURNED if payment.id in found.returns else LineState.PAID
    return LineState.DROPPED if run.abandoned_at else LineState.WAITING


def _payee_told(line: RunLine, approved_at: datetime, found: _Found) -> dict[str, object]:
    """The account that was in force when the run was approved, and what the file says of it."""
    known = [
        one for one in found.accounts.get(line.place_id, []) if one.confirmed_at and one.confirmed_at <= approved_at
    ]
    account = account_on(known, day_of(approved_at))
    if account is None:
        return {"account_id": None}
    return {
        "account_id": account.id,
        "holder": account.holder,
        "iban_country": account.iban_country,
        "iban_end": account.iban_end,
        "payee": _digest(account),
    }


def _digest(account: BankAccount) -> str:
    try:
        return hash_of(repr((payee_of(account), payee_of(account).iban)).encode())
    except AccountUnreadable:
        return "unreadable"


def _frozen(line: RunLine) -> str:
    try:
        payee = frozen_payee(bytes(line.sealed))
    except AccountUnreadable:
        return "unreadable"
    return hash_of(repr((payee, payee.iban)).encode())


def _payments(found: _Found) -> Iterator[Difference]:
    lines = {line.id: line for several in found.lines.values() for line in several}
    told = _told_rows(found)
    for payment in found.payments:
        made: dict[str, object] = {"live": payment.id not in found.returns}
        if payment.run_line_id:
            line = lines.get(payment.run_line_id)
            made |= {"claim_id": line.claim_id, "amount_cents": line.amount_cents} if line else {"run_line_id": None}
        if payment.issuer_row_id:
            made |= _told_by_issuer(payment, told)
        stored = {name: getattr(payment, name) for name in made}
        yield from unlike(RUN_PAYMENT, Payment._meta.db_table, payment.id, stored, made)


def _told_rows(found: _Found) -> dict[UUID, IssuerRow]:
    used = {payment.issuer_row_id for payment in found.payments if payment.issuer_row_id}
    rows = IssuerRow.objects.filter(programme_id=found.programme_id, kind=IssuerKind.PAYMENTS)
    return {row.id: row for row in rows.order_by() if row.id in used} if used else {}


def _told_by_issuer(payment: Payment, told: dict[UUID, IssuerRow]) -> dict[str, object]:
    """What a payment recorded from a line of the issuer says, as that line says it."""
    row = told.get(payment.issuer_row_id) if payment.issuer_row_id else None
    if row is None or row.verdict != RowVerdict.TAKEN:
        return {"issuer_row_id": None}
    return {"paid_on": row.day, "reference": row.reference, "payer": Payer.ISSUER}


def _returns(found: _Found) -> Iterator[Difference]:
    payments, bounced = {row.id: row for row in found.payments}, dict(found.bounced)
    table = PaymentReturn._meta.db_table
    for row in found.returns.values():
        event, payment = bounced.pop(row.id, None), payments.get(row.payment_id)
        made = None
        if event and payment:
            made = {
                "claim_id": payment.claim_id,
                "amount_cents": payment.amount_cents,
                "at": event.at,
                "by_user": event.by_user,
            }
        stored = {name: getattr(row, name) for name in ("claim_id", "amount_cents", "at", "by_user")}
        yield from unlike(RETURNED, table, row.id, stored, made)
    for subject in bounced:
        yield from unlike(RETURNED, table, subject, None, {"act": Act.BOUNCE})
