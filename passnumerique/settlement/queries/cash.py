"""Cash, within what an actor may see, and what each transfer of cash follows from."""

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.words import N_
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.queries import transfers
from passnumerique.ledger.rules import Cash, Move, Pocket
from passnumerique.programmes.queries import access_programme
from passnumerique.programmes.rules import Payer
from passnumerique.settlement.models import BankLine, CashEntry, Payment, PaymentReturn
from passnumerique.settlement.rules import CashKind, move_of_entry, moves_back, moves_of_payment
from passnumerique.settlement.rules.cash import move_of_clearing
from passnumerique.settlement.rules.matching import Fate

CASH = Check("cash", N_("Un mouvement d’argent ne suit pas d’un paiement ou d’une écriture."))

Caused = Iterator[tuple[UUID, Move]]


def cash_entries(actor: Actor, programme_id: UUID) -> QuerySet[CashEntry]:
    """The movements of cash that are no payment, latest first. For who reads the accounts."""
    require(actor, Permission.READ_ACCOUNTS)
    access_programme(actor, programme_id)
    return CashEntry.objects.filter(programme_id=programme_id).order_by("-happened_on", "-id")


def _of_entries(programme_id: UUID) -> Caused:
    for row in CashEntry.objects.filter(programme_id=programme_id).order_by():
        yield row.id, move_of_entry(CashKind(row.kind), row.amount_cents, row.place_id)


def _of_payments(programme_id: UUID) -> Caused:
    rows = Payment.objects.filter(programme_id=programme_id, payer__isnull=False).select_related("claim").order_by()
    for row in rows:
        for move in moves_of_payment(Payer(row.payer), row.claim.place_id, row.amount_cents, row.fee_cents or 0):
            yield row.id, move


def _of_returns(programme_id: UUID) -> Caused:
    rows = PaymentReturn.objects.filter(programme_id=programme_id, payment__payer__isnull=False).order_by()
    for row in rows.select_related("payment", "claim"):
        paid, place_id = row.payment, row.claim.place_id
        for move in moves_back(moves_of_payment(Payer(paid.payer), place_id, paid.amount_cents, paid.fee_cents or 0)):
            yield row.id, move


def _of_movements(programme_id: UUID) -> Caused:
    rows = BankLine.objects.filter(Q(fate=Fate.UNKNOWN) | Q(cleared=True), programme_id=programme_id).order_by()
    for line_id, cents, cleared in rows.values_list("id", "cents", "cleared"):
        yield line_id, move_of_clearing(cents)
        if cleared:
            yield line_id, moves_back([move_of_clearing(cents)])[0]


CAUSES: tuple[Callable[[UUID], Caused], ...] = (_of_entries, _of_payments, _of_returns, _of_movements)
"""What moves cash: for each table, the movements that its rows say. Whoever adds a cause of cash adds it here."""


def cash_differences(programme_id: UUID) -> Iterator[Difference]:
    """Every transfer of cash that no cause explains, or of another amount, and every cause without its own."""
    expected: Counter[tuple[UUID, Pocket, Pocket]] = Counter()
    for causes in CAUSES:
        for cause, move in causes(programme_id):
            expected[cause, move.debit, move.credit] += move.amount_cents
    table = Transfer._meta.db_table
    for row in transfers(programme_id, Cash).order_by("id"):
        debit, credit = (
            Pocket(Cash(row.debit_account), row.debit_owner),
            Pocket(Cash(row.credit_account), row.credit_owner),
        )
        cents = expected.pop((row.cause, debit, credit), None)
        made = None if cents is None else {"amount_cents": cents}
        yield from unlike(CASH, table, row.id, {"amount_cents": row.amount_cents}, made)
    for (cause, debit, credit), cents in expected.items():
        missing = {"cause": cause, "debit": debit.account, "credit": credit.account, "amount_cents": cents}
        yield from unlike(CASH, table, None, None, missing)
