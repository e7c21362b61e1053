"""A run of payments: prepared by one person, approved by another, sent by whoever did not approve it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.directory.queries import organisations_named
from passnumerique.directory.queries.banking import accounts_on, own_account_on
from passnumerique.directory.queries.network import accredited_places
from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ciphers import enciphered
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import id_of
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.ledger.queries import require_open_books
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import Claim, PaymentRun, RunLine
from passnumerique.settlement.operations.paid import Ordered, Paid, Returned, order_all, pay_all, return_all
from passnumerique.settlement.queries.runs import (
    PAYABLE,
    access_payment,
    access_run,
    file_of,
    frozen_text,
    hash_of,
    live_lines,
    next_run_number,
    orders_of,
    parties_of,
    payee_of,
    run_lines,
)
from passnumerique.settlement.rules import ClaimState
from passnumerique.settlement.rules.refusals import (
    AuthorityWithoutAccount,
    ClaimInRun,
    ClaimNotPayable,
    PaidBeforeDecided,
    PayDayPast,
    PayerIsIssuer,
    PaymentReferenceMissing,
    PlaceClosed,
    PlaceWithoutAccount,
    RunApproverIsPreparer,
    RunChanged,
    RunEmpty,
    RunNotReady,
    RunOrdersOwnClaim,
    RunPartlyPaid,
    RunPayerIsApprover,
    RunReasonMissing,
)
from passnumerique.settlement.rules.runs import LineState, RunState


def prepare_run(
    *,
    programme_id: UUID,
    claim_ids: Iterable[UUID],
    pay_on: date,
    by: Actor,
    at: datetime,
    closed_notes: Mapping[UUID, str] | None = None,
) -> UUID:
    """Gather approved claims into a run to be paid on a day; the run's id. For who pays claims.

    `closed_notes` says, by claim, why a place whose accreditation ended is paid all the same. Who prepares
    the run orders its claims: refuses one that the same person asked or accepted. Refuses no
    claim at all, one that is not approved or is in another live run, a closed place without a word, a day
    gone by, and a programme whose issuer pays.
    """
    require(by, Permission.PAY_CLAIM)
    access_programme(by, programme_id)
    day, wanted = day_of(at), sorted(set(claim_ids))
    payer = terms_on(programme_id, day).payer
    if by.user_id is None:
        raise NotAllowed
    if payer is Payer.ISSUER:
        raise PayerIsIssuer
    if not wanted:
        raise RunEmpty
    if pay_on < day:
        raise PayDayPast(day=pay_on)
    with transaction.atomic():
        take_turn(programme_id)
        chosen = _payable(programme_id, wanted)
        _refuse_own(chosen, by.user_id)
        notes = _noted_closed(programme_id, chosen, day, closed_notes or {})
        run = PaymentRun.objects.create(
            id=id_of(at, f"run {programme_id} {next_run_number(programme_id)}"),
            programme_id=programme_id,
            number=next_run_number(programme_id),
            payer=payer,
            state=RunState.PREPARED,
            pay_on=pay_on,
            prepared_by=by.user_id,
            prepared_at=at,
        )
        _write_lines(run, chosen, notes, at)
    return run.id


def _payable(programme_id: UUID, wanted: Sequence[UUID]) -> list[Claim]:
    found: list[Claim] = []
    for chunk in in_chunks(wanted):
        found += Claim.objects.filter(programme_id=programme_id, id__in=chunk).order_by("number")
    if len(found) < len(wanted):
        raise NotFound
    for claim in found:
        if claim.state not in PAYABLE or not claim.payable_cents:
            raise ClaimNotPayable(number=claim.number)
    for line in live_lines(programme_id, wanted).values():
        raise ClaimInRun(number=line.claim.number, run=line.run.number)
    return sorted(found, key=lambda claim: claim.number)


def _refuse_own(claims: Iterable[Claim], orderer: UUID) -> None:
    """Who orders a claim neither asked nor accepted it; what is ordered already was by somebody else."""
    for claim in claims:
        if claim.state == ClaimState.APPROVED and orderer in parties_of(claim):
            raise RunOrdersOwnClaim(number=claim.number)


def _noted_closed(programme_id: UUID, chosen: Sequence[Claim], day: date, notes: Mapping[UUID, str]) -> dict[UUID, str]:
    """What was said of each place that closed. Refuses one of which nothing is said."""
    still = accredited_places(programme_id, day)
    closed = [claim for claim in chosen if claim.place_id not in still]
    names = organisations_named(claim.place_id for claim in closed)
    for claim in closed:
        if not notes.get(claim.id, "").strip():
            raise PlaceClosed(place=names.get(claim.place_id, ""))
    return {claim.id: notes[claim.id].strip()[:160] for claim in closed}


def _write_lines(run: PaymentRun, chosen: Sequence[Claim], notes: Mapping[UUID, str], at: datetime) -> None:
    orders = orders_of(run.programme_id, [claim.id for claim in chosen])
    RunLine.objects.bulk_create(
        (
            RunLine(
                id=id_of(at, f"line {run.id} {claim.id}"),
                programme_id=run.programme_id,
                run=run,
                claim=claim,
                place_id=claim.place_id,
                rank=rank,
                amount_cents=orders[claim.id].amount_cents if claim.id in orders else claim.payable_cents,
                state=LineState.WAITING,
                closed_note=notes.get(claim.id, ""),
            )
            for rank, claim in enumerate(chosen, start=1)
        ),
        batch_size=500,
    )


def approve_run(*, run_id: UUID, expected_cents: int, reference: str, by: Actor, at: datetime) -> None:
    """Approve a run as it was read: amounts, payees, IBANs and the account that pays are frozen, and its
    claims are ordered under `reference`. For who approves claims, and did not prepare the run.

    Refuses a sum that is not the one read, a place or an authority without a confirmed account (unless its
    own finance software pays), and a run not prepared any more.
    """
    require(by, Permission.APPROVE_CLAIM)
    run = access_run(by, run_id)
    if by.user_id is None or by.user_id == run.prepared_by:
        raise RunApproverIsPreparer
    if not reference.strip():
        raise PaymentReferenceMissing
    with transaction.atomic():
        take_turn(run.programme_id)
        _step(run, RunState.PREPARED, RunState.APPROVED, approved_by=by.user_id, approved_at=at)
        lines = list(run_lines(run))
        total = _refresh(lines)
        if total != expected_cents:
            raise RunChanged(expected_cents=expected_cents, now_cents=total)
        debtor = _debtor(run, by, at) if run.payer == Payer.AUTHORITY else {}
        if run.payer == Payer.AUTHORITY:
            _freeze_payees(lines, at)
        RunLine.objects.bulk_update(lines, _FROZEN, batch_size=200)
        rows = PaymentRun.objects.filter(programme_id=run.programme_id, id=run.id)
        rows.update(reference=reference.strip()[:80], total_cents=total, **debtor)
        _order(run, lines, reference.strip()[:80], at)


_FROZEN = ("amount_cents", "account_id", "holder", "iban_country", "iban_end", "sealed")


def _refresh(lines: Sequence[RunLine]) -> int:
    """The amounts as the claims stand now, since one may have changed after the run was prepared; their sum."""
    orders = orders_of(lines[0].programme_id, [line.claim_id for line in lines])
    for line in lines:
        order = orders.get(line.claim_id)
        line.amount_cents = order.amount_cents if order else line.claim.payable_cents
    return sum(line.amount_cents for line in lines)


def _debtor(run: PaymentRun, by: Actor, at: datetime) -> dict[str, object]:
    account = own_account_on(by.authority_id, day_of(at))
    if account is None:
        raise AuthorityWithoutAccount
    sealed = enciphered(settings.CONTACT_KEYS, frozen_text(payee_of(account)), at)
    return {"debtor_account_id": account.id, "debtor_sealed": sealed}


def _freeze_payees(lines: Sequence[RunLine], at: datetime) -> None:
    accounts = accounts_on([line.place_id for line in lines], day_of(at))
    names = organisations_named(line.place_id for line in lines)
    for line in lines:
        account = accounts.get(line.place_id)
        if account is None:
            raise PlaceWithoutAccount(place=names.get(line.place_id, ""))
        line.account_id, line.holder = account.id, account.holder
        line.iban_country, line.iban_end = account.iban_country, account.iban_end
        line.sealed = enciphered(settings.CONTACT_KEYS, frozen_text(payee_of(account)), at)


def _order(run: PaymentRun, lines: Sequence[RunLine], reference: str, at: datetime) -> None:
    """Order the claims that no order names yet: by who prepared the run, once another approved it."""
    fresh = [line for line in lines if line.claim.state == ClaimState.APPROVED]
    _refuse_own((line.claim for line in fresh), run.prepared_by)
    orders = [Ordered(line.claim_id, line.amount_cents, day_of(at), reference) for line in fresh]
    order_all(programme_id=run.programme_id, orders=orders, ordered_by=run.prepared_by, at=at)


def mark_run_sent(*, run_id: UUID, by: Actor, at: datetime) -> None:
    """Note that an approved run went to the bank, or to the finance software: it never goes again.

    For who pays claims, approved neither the run nor one of its claims, and asked none of them. Refuses a run
    not approved, and one sent already.
    """
    require(by, Permission.PAY_CLAIM)
    run = access_run(by, run_id)
    require_open_books(run.programme_id)
    if by.user_id is None or by.user_id == run.approved_by:
        raise RunPayerIsApprover
    if any(by.user_id in parties_of(line.claim) for line in run_lines(run)):
        raise RunPayerIsApprover
    proof = hash_of(file_of(run)) if run.payer == Payer.AUTHORITY and run.state == RunState.APPROVED else ""
    with transaction.atomic():
        _step(run, RunState.APPROVED, RunState.SENT, sent_by=by.user_id, sent_at=at, file_hash=proof)


def abandon_run(*, run_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Give a run up for a reason: its claims can go into another. For who pays claims.

    A run already sent is given up only when the bank refused all of it, by somebody else than who sent it.
    Refuses one of which a line is paid.
    """
    require(by, Permission.PAY_CLAIM)
    run = access_run(by, run_id)
    if not reason.strip():
        raise RunReasonMissing
    if run.state == RunState.SENT and by.user_id == run.sent_by:
        raise RunPayerIsApprover
    with transaction.atomic():
        take_turn(run.programme_id)
        rows = PaymentRun.objects.filter(programme_id=run.programme_id, id=run.id).exclude(state=RunState.ABANDONED)
        told = {"state": RunState.ABANDONED, "abandoned_by": by.user_id, "abandoned_at": at}
        if not rows.update(reason=reason.strip()[:240], **told):
            raise not_ready(run)
        lines = RunLine.objects.filter(programme_id=run.programme_id, run=run)
        if lines.exclude(state=LineState.WAITING).exists():
            raise RunPartlyPaid
        lines.update(state=LineState.DROPPED)


def record_run_payments(
    *, run_id: UUID, paid_on: date, reference: str, by: Actor, at: datetime, line_ids: Iterable[UUID] | None = None
) -> int:
    """Record that lines of a sent run (all that wait, by default) were paid on a day; how many.

    For who pays claims: where the finance software pays, and where a bank sends no statement. Refuses a
    missing reference, a day before the approval, a run not sent, and a line that does not wait.
    """
    require(by, Permission.PAY_CLAIM)
    run = access_run(by, run_id)
    if not reference.strip():
        raise PaymentReferenceMissing
    if run.state != RunState.SENT or run.approved_at is None:
        raise not_ready(run)
    if paid_on < day_of(run.approved_at):
        raise PaidBeforeDecided(day=paid_on, earlier=day_of(run.approved_at))
    with transaction.atomic():
        take_turn(run.programme_id)
        waiting = run_lines(run).filter(state=LineState.WAITING)
        wanted = None if line_ids is None else set(line_ids)
        lines = [line for line in waiting if wanted is None or line.id in wanted]
        if not lines or (wanted is not None and len(lines) < len(wanted)):
            raise not_ready(run)
        paid = [Paid(line.claim_id, line.place_id, line.amount_cents, paid_on, reference, line.id) for line in lines]
        pay_all(programme_id=run.programme_id, paid=paid, payer=Payer(run.payer), paid_by=run.sent_by, by=by, at=at)
    return len(lines)


def record_return(*, payment_id: UUID, code: str, reference: str, returned_on: date, by: Actor, at: datetime) -> UUID:
    """Record that the bank sent a payment back: its claim is to be paid again; the return's id.

    For who pays claims, where no statement tells it. Refuses a missing reference, a day before the payment,
    and a payment that came back before or of which a sum was declared undue.
    """
    require(by, Permission.PAY_CLAIM)
    payment = access_payment(by, payment_id)
    if not reference.strip():
        raise PaymentReferenceMissing
    if returned_on < payment.paid_on:
        raise PaidBeforeDecided(day=returned_on, earlier=payment.paid_on)
    with transaction.atomic():
        take_turn(payment.programme_id)
        back = Returned(payment, returned_on, reference.strip(), code.strip().upper())
        (row,) = return_all(programme_id=payment.programme_id, returned=[back], by=by, at=at)
    return row.id


def _step(run: PaymentRun, source: RunState, target: RunState, **who: object) -> None:
    """One conditional UPDATE decides."""
    rows = PaymentRun.objects.filter(programme_id=run.programme_id, id=run.id, state=source)
    if not rows.update(state=target, **who):
        raise not_ready(run)


def not_ready(run: PaymentRun) -> Refusal:
    """Why a run refused the step, asked of the database as it is now."""
    now = PaymentRun.objects.get(programme_id=run.programme_id, id=run.id)
    return RunNotReady(number=now.number, state=RunState(now.state).words)
