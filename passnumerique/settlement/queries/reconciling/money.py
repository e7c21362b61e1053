"""Differences about money and orders: payments, the book of cash, the issuer's statements, its refused lines."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from passnumerique.ground.dates import day_of, end_of, month_of
from passnumerique.ground.money import euros, grouped
from passnumerique.ground.words import say
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.queries import cash_balances
from passnumerique.ledger.rules import Cash, Pocket
from passnumerique.settlement.models import IssuerRow, Payment
from passnumerique.settlement.queries.credit import credit_apart
from passnumerique.settlement.queries.issuer_payments import match_told
from passnumerique.settlement.queries.reconciling.asking import MOST
from passnumerique.settlement.rules.issuer import IssuerKind, RowVerdict
from passnumerique.settlement.rules.issuer.paying import PayDoubt
from passnumerique.settlement.rules.reconciling import Apart, Gap
from passnumerique.vouchers.models import Lot


def of_money(programme_id: UUID) -> Iterator[Apart]:
    """Every difference that is not about one pass."""
    yield from _refused(programme_id)
    yield from _payments(programme_id)
    yield from _orders(programme_id)
    yield from _without_cash(programme_id)
    yield from _clearing(programme_id)
    yield from _balance(programme_id)
    yield from credit_apart(programme_id)


def _refused(programme_id: UUID) -> Iterator[Apart]:
    """Lines of the issuer that do not count, of files that stand."""
    rows = IssuerRow.objects.filter(
        programme_id=programme_id, verdict=RowVerdict.REFUSED, file__withdrawn_at__isnull=True
    )
    for row in rows.select_related("file").order_by("file__imported_at", "file_id", "line")[: MOST + 1]:
        yield Apart(
            Gap.ROW_REFUSED,
            bytes(row.fingerprint).hex()[:32],
            day_of(row.file.imported_at),
            row.place_id,
            number=row.number,
            there=f"{row.file.filename}, {row.line}",
            cents=row.amount_cents or 0,
            month=row.month,
            file_id=row.file_id,
        )


def _payments(programme_id: UUID) -> Iterator[Apart]:
    """Payments that the issuer tells and that are not recorded, and the other way round within the days
    that it told. They are the same when one was recorded from the other, else when place and amount are; of
    several, by reference first, then by day."""
    told = list(_told(programme_id, IssuerKind.PAYMENTS).order_by("day", "id"))
    if not told:
        return
    days = [row.day for row in told if row.day]
    made = Payment.objects.filter(programme_id=programme_id).select_related("claim").order_by("paid_on", "id")
    used = {payment.issuer_row_id for payment in made if payment.issuer_row_id}
    told = [row for row in told if row.id not in used]
    why = {one.line.id: one.doubt for one in match_told(programme_id)} if told else {}
    left: dict[tuple[UUID, int], list[Payment]] = defaultdict(list)
    for payment in made:
        if payment.issuer_row_id is None:
            left[payment.claim.place_id, payment.amount_cents].append(payment)
    for row in sorted(told, key=lambda row: not _same_reference(row, left[row.place_id, row.amount_cents or 0])):
        same = left[row.place_id, row.amount_cents or 0]
        if same:
            same.remove(_best(row, same))
        else:
            yield _payment_not_here(row, why.get(row.id))
    for payment in (one for some in left.values() for one in some):
        if min(days) <= payment.paid_on <= max(days):
            yield _payment_not_told(payment)


def _told(programme_id: UUID, kind: IssuerKind) -> QuerySet[IssuerRow]:
    return IssuerRow.objects.filter(programme_id=programme_id, kind=kind, verdict=RowVerdict.TAKEN)


def _same_reference(row: IssuerRow, same: list[Payment]) -> bool:
    return any(one.reference == row.reference for one in same)


def _best(row: IssuerRow, same: list[Payment]) -> Payment:
    return next((one for one in same if one.reference == row.reference), same[0])


def _payment_not_here(row: IssuerRow, doubt: PayDoubt | None) -> Apart:
    cents = row.amount_cents or 0
    told = f"{row.reference} ({euros(cents)})"
    since = row.day or date.min
    subject = bytes(row.fingerprint).hex()[:32]
    return Apart(
        Gap.PAYMENT_NOT_HERE,
        subject,
        since,
        row.place_id,
        here=say(doubt.words) if doubt else "",
        there=told,
        cents=cents,
        month=row.month,
        file_id=row.file_id,
    )


def _payment_not_told(payment: Payment) -> Apart:
    here = f"{payment.reference} ({euros(payment.amount_cents)})"
    place, month = payment.claim.place_id, month_of(payment.paid_on)
    cents, claim = payment.amount_cents, payment.claim_id
    gap, since = Gap.PAYMENT_NOT_AT_ISSUER, payment.paid_on
    return Apart(gap, str(payment.id), since, place, here=here, cents=cents, month=month, claim_id=claim)


def _orders(programme_id: UUID) -> Iterator[Apart]:
    """Passes ordered, all orders together, against passes received."""
    ordered = _told(programme_id, IssuerKind.ORDERS).aggregate(n=Sum("quantity"), since=Max("day"))
    received = Lot.objects.filter(programme_id=programme_id).aggregate(n=Sum("quantity"))["n"] or 0
    if ordered["n"] and ordered["n"] != received:
        here, there = grouped(received), grouped(ordered["n"])
        yield Apart(Gap.ORDERED_NOT_RECEIVED, "orders", ordered["since"], here=here, there=there)


_CASH = [account.value for account in Cash]


def _without_cash(programme_id: UUID) -> Iterator[Apart]:
    """Payments recorded since the book of cash is kept, of which it holds nothing."""
    book = Transfer.objects.filter(programme_id=programme_id, credit_account__in=_CASH)
    since = book.aggregate(first=Min("at"))["first"]
    if since is None:
        return
    moved = Exists(book.filter(cause=OuterRef("id")))
    rows = Payment.objects.filter(~moved, programme_id=programme_id, at__gte=since).select_related("claim")
    for payment in rows.order_by("paid_on", "id")[: MOST + 1]:
        here = f"{payment.reference} ({euros(payment.amount_cents)})"
        yield Apart(
            Gap.CASH_APART,
            str(payment.id),
            payment.paid_on,
            payment.claim.place_id,
            here=here,
            there=euros(0),
            cents=payment.amount_cents,
            month=month_of(payment.paid_on),
            claim_id=payment.claim_id,
        )


def _clearing(programme_id: UUID) -> Iterator[Apart]:
    """The clearing account, as long as it has not come back to zero: since the movement that left it apart."""
    clearing = Cash.CLEARING.value
    rows = Transfer.objects.filter(programme_id=programme_id)
    moves = rows.filter(Q(debit_account=clearing) | Q(credit_account=clearing)).order_by("at", "id")
    cents, since = 0, None
    for credit, amount, at in moves.values_list("credit_account", "amount_cents", "at"):
        since = at if cents == 0 else since
        cents += amount if credit == clearing else -amount
    if cents and since:
        yield Apart(Gap.CLEARING, clearing, day_of(since), here=euros(cents), there=euros(0), cents=cents)


def _balance(programme_id: UUID) -> Iterator[Apart]:
    """The balance of the issuer's latest statement against what the book of cash says it holds that evening."""
    rows = _told(programme_id, IssuerKind.STATEMENTS).filter(day__isnull=False).select_related("file")
    last = rows.order_by("-day", "-file__imported_at", "-line").first()
    if last is None or last.day is None or last.balance_cents is None:
        return
    held = cash_balances(programme_id, end_of(last.day)).get(Pocket(Cash.MANDATARY), 0)
    if held != last.balance_cents:
        cents = last.balance_cents - held
        here, there = euros(held), euros(last.balance_cents)
        yield Apart(
            Gap.BALANCE_APART,
            "balance",
            last.day,
            here=here,
            there=there,
            cents=cents,
            month=last.month,
            file_id=last.file_id,
        )
