"""The only writer of cash: what is brought, handed to the issuer, kept as fees, and paid to the places."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotFound
from passnumerique.ledger.operations import transfer
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_paper, access_programme
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import CashEntry
from passnumerique.settlement.queries.exposure import issuer_default
from passnumerique.settlement.rules import CashKind, move_of_entry, moves_back, moves_of_payment
from passnumerique.settlement.rules.refusals import (
    CashAmountMissing,
    CashOfTheFuture,
    CashReferenceMissing,
    CashReferenceTaken,
    IssuerInDefault,
)


def record_funds(
    *,
    programme_id: UUID,
    contributor: str,
    amount_cents: int,
    reference: str,
    received_on: date,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
    back: bool = False,
) -> UUID:
    """Record what a funder or the authority brought to the scheme's treasury, or took `back` from it; the
    entry's id. For who keeps the accounts. Refuses as every entry of cash does (`record_cash`)."""
    return record_cash(
        programme_id=programme_id,
        kind=CashKind.FUNDS_BACK if back else CashKind.FUNDS,
        amount_cents=amount_cents,
        reference=reference,
        happened_on=received_on,
        counterpart=contributor,
        document_id=document_id,
        by=by,
        at=at,
    )


def fund_mandatary(
    *,
    programme_id: UUID,
    amount_cents: int,
    reference: str,
    paid_on: date,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
    back: bool = False,
) -> UUID:
    """Record cash handed to the issuer, or given `back` by it; the entry's id. For who keeps the accounts."""
    return record_cash(
        programme_id=programme_id,
        kind=CashKind.ADVANCE_BACK if back else CashKind.ADVANCE,
        amount_cents=amount_cents,
        reference=reference,
        happened_on=paid_on,
        document_id=document_id,
        by=by,
        at=at,
    )


def record_fee(
    *,
    programme_id: UUID,
    amount_cents: int,
    reference: str,
    charged_on: date,
    by: Actor,
    at: datetime,
    kept: bool = True,
) -> UUID:
    """Record a fee of the issuer: `kept` of the cash it holds, or else invoiced and paid by the authority;
    the entry's id. For who keeps the accounts. The fee of a payment by the issuer comes with the payment."""
    return record_cash(
        programme_id=programme_id,
        kind=CashKind.FEE_KEPT if kept else CashKind.FEE_PAID,
        amount_cents=amount_cents,
        reference=reference,
        happened_on=charged_on,
        by=by,
        at=at,
    )


def record_cash(
    *,
    programme_id: UUID,
    kind: CashKind,
    amount_cents: int,
    reference: str,
    happened_on: date,
    by: Actor,
    at: datetime,
    counterpart: str = "",
    place_id: UUID = NOBODY,
    document_id: UUID | None = None,
) -> UUID:
    """Record one movement of cash that is no payment; the entry's id.

    For who keeps the accounts. Refuses an amount that is not above zero, a missing reference, one that
    an entry of the same kind carries already, a day to come, a paper of another programme (NotFound), and
    an advance to an issuer declared in default.
    """
    require(by, Permission.KEEP_ACCOUNTS)
    access_programme(by, programme_id)
    _check(programme_id, amount_cents, reference, happened_on, document_id, at)
    if (kind is CashKind.RECOVERED) is (place_id == NOBODY):
        raise NotFound
    if kind is CashKind.ADVANCE:
        refuse_after_default(programme_id)
    with transaction.atomic():
        take_turn(programme_id)
        kept = reference.strip()[:80]
        if CashEntry.objects.filter(programme_id=programme_id, kind=kind, reference=kept).exists():
            raise CashReferenceTaken(reference=kept)
        entry = CashEntry.objects.create(
            id=new_id(at),
            programme_id=programme_id,
            kind=kind,
            amount_cents=amount_cents,
            happened_on=happened_on,
            reference=kept,
            counterpart=counterpart.strip()[:160],
            place_id=place_id,
            document_id=document_id,
            at=at,
            by_user=by.user_id,
        )
        move = move_of_entry(kind, amount_cents, place_id)
        transfer(programme_id=programme_id, moves=[move], cause=entry.id, at=at)
    return entry.id


def _check(
    programme_id: UUID, amount_cents: int, reference: str, day: date, document_id: UUID | None, at: datetime
) -> None:
    if amount_cents <= 0:
        raise CashAmountMissing
    if not reference.strip():
        raise CashReferenceMissing
    if day > day_of(at):
        raise CashOfTheFuture(day=day)
    if document_id is not None:
        access_paper(programme_id, document_id)


def refuse_after_default(programme_id: UUID) -> None:
    """Refuses what goes through an issuer that was declared in default."""
    known = issuer_default(programme_id)
    if known is not None:
        raise IssuerInDefault(day=known.declared_on)


def cash_of_payment(
    *, programme_id: UUID, payer: Payer, place_id: UUID, net_cents: int, fee_cents: int, cause: UUID, at: datetime
) -> None:
    """Move the cash of a payment, inside the transaction of whoever records it: `cause` is the payment.

    The authority pays the net from its treasury; an issuer that pays does so from what it holds, and keeps
    its fee. Refuses a payment by an issuer declared in default, and (IntegrityError, a fault of the caller)
    the same payment twice.
    """
    if payer is Payer.ISSUER:
        refuse_after_default(programme_id)
    moves = moves_of_payment(payer, place_id, net_cents, fee_cents)
    transfer(programme_id=programme_id, moves=moves, cause=cause, at=at)


def cash_of_return(
    *, programme_id: UUID, payer: Payer, place_id: UUID, net_cents: int, fee_cents: int, cause: UUID, at: datetime
) -> None:
    """Move back the cash of a payment that the bank returned: `cause` is the return."""
    moves = moves_back(moves_of_payment(payer, place_id, net_cents, fee_cents))
    transfer(programme_id=programme_id, moves=moves, cause=cause, at=at)
