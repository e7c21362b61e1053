"""A person says what a movement of the account is that no reference tells, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import NotFound
from passnumerique.ledger.operations import transfer
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import BankLine, RunLine
from passnumerique.settlement.operations.cash import record_cash
from passnumerique.settlement.operations.paid import Paid, Returned, pay_all, return_all
from passnumerique.settlement.queries.statements import access_bank_line, live_payments
from passnumerique.settlement.rules import CashKind
from passnumerique.settlement.rules.cash import move_of_clearing, moves_back
from passnumerique.settlement.rules.matching import Fate, Purpose, fits
from passnumerique.settlement.rules.refusals import (
    MovementReasonMissing,
    MovementSettled,
    MovementTarget,
    MovementUnfit,
)
from passnumerique.settlement.rules.runs import LineState, RunState

_ENTRIES: Mapping[Purpose, CashKind] = {
    Purpose.FUNDS: CashKind.FUNDS,
    Purpose.FUNDS_BACK: CashKind.FUNDS_BACK,
    Purpose.ADVANCE: CashKind.ADVANCE,
    Purpose.ADVANCE_BACK: CashKind.ADVANCE_BACK,
    Purpose.FEE: CashKind.FEE_PAID,
    Purpose.RECOVERED: CashKind.RECOVERED,
}


def settle_movements(
    *,
    line_ids: Sequence[UUID],
    purpose: Purpose,
    reason: str,
    by: Actor,
    at: datetime,
    run_line_id: UUID | None = None,
    place_id: UUID | None = None,
) -> int:
    """Say what unknown movements are, and why: they leave the clearing account; how many. All or none.

    For who pays claims. A transfer's payment and a return name the transfer (`run_line_id`), whose amount is
    the movement's own; an undue sum that came in names the place. Refuses a movement known already, a
    purpose of the other direction, a missing reason, and a transfer that does not fit.
    """
    require(by, Permission.PAY_CLAIM)
    if not reason.strip():
        raise MovementReasonMissing
    lines = [access_bank_line(by, line_id) for line_id in dict.fromkeys(line_ids)]
    if not lines or len({line.programme_id for line in lines}) > 1:
        raise NotFound
    for line in lines:
        if not fits(purpose, line.cents):
            raise MovementUnfit(amount_cents=line.cents, purpose=purpose.words)
    if purpose in {Purpose.TRANSFER, Purpose.RETURN} and (len(lines) > 1 or run_line_id is None):
        raise MovementTarget
    with transaction.atomic():
        take_turn(lines[0].programme_id)
        for line in lines:
            _settle(line, purpose, reason.strip()[:240], run_line_id, place_id, by, at)
    return len(lines)


def _settle(
    line: BankLine,
    purpose: Purpose,
    reason: str,
    run_line_id: UUID | None,
    place_id: UUID | None,
    by: Actor,
    at: datetime,
) -> None:
    told: dict[str, object] = {"fate": Fate.SETTLED, "cleared": True, "purpose": purpose, "reason": reason}
    told |= {"settled_at": at, "settled_by": by.user_id, "run_line_id": run_line_id}
    if purpose is Purpose.FOREIGN:
        told |= {"counterpart": "", "words": ""}
    rows = BankLine.objects.filter(programme_id=line.programme_id, id=line.id, fate=Fate.UNKNOWN)
    if not rows.update(**told):
        raise MovementSettled
    back = moves_back([move_of_clearing(line.cents)])
    transfer(programme_id=line.programme_id, moves=back, cause=line.id, at=at)
    if purpose is Purpose.TRANSFER:
        _pay(line, run_line_id, by, at)
    elif purpose is Purpose.RETURN:
        _return(line, run_line_id, by, at)
    elif purpose in _ENTRIES:
        entry = _record(line, _ENTRIES[purpose], reason, place_id, by, at)
        BankLine.objects.filter(programme_id=line.programme_id, id=line.id).update(entry_id=entry)


def _record(line: BankLine, kind: CashKind, reason: str, place_id: UUID | None, by: Actor, at: datetime) -> UUID:
    return record_cash(
        programme_id=line.programme_id,
        kind=kind,
        amount_cents=abs(line.cents),
        reference=line.reference or f"camt.053 {line.key[:12]}",
        happened_on=line.booked_on,
        counterpart=line.counterpart or reason[:160],
        place_id=place_id if kind is CashKind.RECOVERED and place_id else NOBODY,
        by=by,
        at=at,
    )


def _target(line: BankLine, run_line_id: UUID | None, state: LineState) -> RunLine:
    """The transfer that a person names: sent, in that state, of the movement's own amount."""
    rows = RunLine.objects.filter(programme_id=line.programme_id, id=run_line_id or NOBODY, state=state)
    row = rows.filter(run__state=RunState.SENT, amount_cents=abs(line.cents)).select_related("run").first()
    if row is None:
        raise MovementTarget
    return row


def _pay(line: BankLine, run_line_id: UUID | None, by: Actor, at: datetime) -> None:
    row = _target(line, run_line_id, LineState.WAITING)
    reference = line.reference or f"camt.053 {line.key[:12]}"
    paid = [Paid(row.claim_id, row.place_id, row.amount_cents, line.booked_on, reference, row.id)]
    payer = Payer(row.run.payer)
    pay_all(programme_id=line.programme_id, paid=paid, payer=payer, paid_by=row.run.sent_by, by=by, at=at)


def _return(line: BankLine, run_line_id: UUID | None, by: Actor, at: datetime) -> None:
    row = _target(line, run_line_id, LineState.PAID)
    payment = live_payments(line.programme_id, [row.id])[row.id]
    back = Returned(payment, line.booked_on, line.reference or "camt.053", line.code)
    return_all(programme_id=line.programme_id, returned=[back], by=by, at=at)
