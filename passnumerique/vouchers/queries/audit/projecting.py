"""The projections of the events: each voucher's row, the counters, the transfers, the envelope."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Sum

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.words import N_
from passnumerique.ledger.models import Transfer
from passnumerique.ledger.queries import transfers
from passnumerique.ledger.rules import Account, Pocket
from passnumerique.programmes.models import Envelope, FundingShare
from passnumerique.vouchers.models import Activity, Event, Flow, Stock, Voucher
from passnumerique.vouchers.queries.audit.replaying import ActivityKey, MoneyKey, Replayed, StockKey
from passnumerique.vouchers.rules import MONEY_OF_STATE, Act, State, shard_of
from passnumerique.vouchers.rules.replay import Life

VOUCHER = Check("voucher", N_("L’état d’un pass ne suit pas de ses événements."))
CHAIN = Check("chain", N_("Les événements d’un pass ne s’enchaînent pas comme les règles le veulent."))
STOCK = Check("stock", N_("Un compteur de stock ne suit pas des événements."))
ACTIVITY = Check("activity", N_("Un compteur d’activité ne suit pas des événements."))
FLOW = Check("flow", N_("Un compteur du jour ne suit pas des événements."))
TRANSFER = Check("transfer", N_("Un mouvement d’argent ne suit pas des événements."))
ENVELOPE = Check("envelope", N_("L’enveloppe ne suit pas de ses financements et des pass reçus."))

STOCK_KEY = ("lot_id", "structure_id", "place_id", "state", "shard")
ACTIVITY_KEY = (
    "month",
    "act",
    "structure_id",
    "place_id",
    "module_id",
    "commune",
)
FLOW_KEY = ("day", "act", "from_state", "to_state", "face_value_cents")


def vouchers(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Each voucher's row against its life, and each life against the rule book."""
    table = Voucher._meta.db_table
    stock = {_stock_key(row): row.count for row in Stock.objects.filter(programme_id=programme_id).order_by()}
    for voucher_id, voucher in found.vouchers.items():
        life = found.lives[voucher_id]
        for fault in life.faults:
            yield from _event(fault.event_id, fault.column, fault.stored, fault.recomputed, voucher.number)
        stored, lived = _row(voucher), _lived(found, life)
        differs = list(unlike(VOUCHER, table, voucher_id, stored, lived, voucher.number))
        yield from differs
        shard = shard_of(voucher.number)
        key = (voucher.lot_id, voucher.structure_id, voucher.place_id, State(voucher.state), shard)
        if differs and stock.get(key, 0) != found.stock[key]:
            yield from _last_event(voucher, life)
    for event in found.orphans:
        yield from unlike(CHAIN, Event._meta.db_table, event.id, {"voucher_id": event.voucher_id}, None)


def _last_event(voucher: Voucher, life: Life) -> Iterator[Difference]:
    """Named beside the voucher when the counters agree with the voucher: the event may be the one altered."""
    columns = {"to_state": "state", "structure_id": "structure_id", "place_id": "place_id"}
    for column, name in columns.items():
        yield from _event(life.last_event, column, getattr(life, name), getattr(voucher, name), voucher.number)


def _event(event_id: UUID | None, column: str, stored: object, recomputed: object, number: int) -> Iterator[Difference]:
    yield from unlike(CHAIN, Event._meta.db_table, event_id, {column: stored}, {column: recomputed}, number)


def _row(voucher: Voucher) -> dict[str, object]:
    return {
        "state": voucher.state,
        "structure_id": voucher.structure_id,
        "place_id": voucher.place_id,
        "handover_id": voucher.handover_id,
        "commune": voucher.commune,
        "step": voucher.step,
        "turn": voucher.turn,
        "deed_id": voucher.deed_id,
    }


def _lived(found: Replayed, life: Life) -> dict[str, object] | None:
    if life.state is None:
        return None
    return {
        "state": life.state,
        "structure_id": life.structure_id,
        "place_id": life.place_id,
        "handover_id": found.holder(life.voucher_id),
        "commune": found.commune(life.voucher_id),
        "step": life.step,
        "turn": life.turn,
        "deed_id": life.deed_id,
    }


def counters(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """The rows of stock and activity against what the events count."""
    stock = dict(found.stock)
    for row in Stock.objects.filter(programme_id=programme_id).order_by("id"):
        key = _stock_key(row)
        many = stock.pop(key, 0)
        yield from unlike(STOCK, Stock._meta.db_table, row.id, {"count": row.count}, {"count": many})
        if key not in found.met:
            where = dict(zip(STOCK_KEY[1:], key[1:], strict=True))
            yield from unlike(STOCK, Stock._meta.db_table, row.id, where, dict.fromkeys(where))
    for key, many in stock.items():
        missing = dict(zip(STOCK_KEY, key, strict=True))
        yield from unlike(STOCK, Stock._meta.db_table, None, None, missing | {"count": many})
    yield from _activity(programme_id, found)
    yield from _flow(programme_id, found)


def _stock_key(row: Stock) -> StockKey:
    return row.lot_id, row.structure_id, row.place_id, State(row.state), row.shard


def _activity_key(row: Activity) -> ActivityKey:
    return row.month, Act(row.act), row.structure_id, row.place_id, row.module_id, row.commune


def _activity(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    counted = dict(found.activity)
    for row in Activity.objects.filter(programme_id=programme_id).order_by("id"):
        many = counted.pop(_activity_key(row), 0)
        yield from unlike(ACTIVITY, Activity._meta.db_table, row.id, {"count": row.count}, {"count": many})
    for key, many in counted.items():
        missing = dict(zip(ACTIVITY_KEY, key, strict=True))
        yield from unlike(ACTIVITY, Activity._meta.db_table, None, None, missing | {"count": many})


def _flow(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """The rows of one step of one day are a sum: when it is wrong, any of them may be."""
    counted, rows = dict(found.flow), defaultdict(list)
    for row in Flow.objects.filter(programme_id=programme_id).order_by("id"):
        rows[row.day, Act(row.act), row.from_state, State(row.to_state), row.face_value_cents].append(row)
    for key, some in rows.items():
        stored, many = {"count": sum(row.count for row in some)}, {"count": counted.pop(key, 0)}
        for row in some:
            yield from unlike(FLOW, Flow._meta.db_table, row.id, stored, many)
    for key, left in counted.items():
        missing = dict(zip(FLOW_KEY, key, strict=True)) | {"count": left}
        yield from unlike(FLOW, Flow._meta.db_table, None, None, missing)


def money(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """The transfers against what the rule book derives for every deed, and against the papers."""
    derived = dict(found.money) | _authorised(programme_id)
    for row in transfers(programme_id, Account).order_by("id"):
        cents = derived.pop(_key(row), None)
        deed = found.deeds.get(row.cause)
        stored = {"amount_cents": row.amount_cents, "at": row.at}
        expected = {"amount_cents": cents, "at": deed.event.at if deed else row.at}
        yield from unlike(TRANSFER, Transfer._meta.db_table, row.id, stored, None if cents is None else expected)
    for (cause, debit, credit), cents in derived.items():
        missing = {"cause": cause, "debit": debit.account, "credit": credit.account, "amount_cents": cents}
        yield from unlike(TRANSFER, Transfer._meta.db_table, None, None, missing)


def _key(row: Transfer) -> MoneyKey:
    debit = Pocket(Account(row.debit_account), row.debit_owner)
    return row.cause, debit, Pocket(Account(row.credit_account), row.credit_owner)


def _authorised(programme_id: UUID) -> dict[MoneyKey, int]:
    shares = FundingShare.objects.filter(programme_id=programme_id).values_list("document_id")
    pockets = Pocket(Account.AUTHORISED), Pocket(Account.ENVELOPE)
    return {(document, *pockets): cents for document, cents in shares.annotate(n=Sum("amount_cents")).order_by()}


def envelope(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """The envelope's row against the shares of the funders and the vouchers that stand in it."""
    shares = FundingShare.objects.filter(programme_id=programme_id).aggregate(n=Sum("amount_cents"))["n"] or 0
    inside = sum(
        found.vouchers[life.voucher_id].lot.face_value_cents
        for life in found.lives.values()
        if life.state and MONEY_OF_STATE[life.state] is not Account.ENVELOPE
    )
    rows = list(Envelope.objects.filter(programme_id=programme_id).order_by("id"))
    for row in rows:
        stored = {"authorised_cents": row.authorised_cents, "committed_cents": row.committed_cents}
        expected = {"authorised_cents": shares, "committed_cents": inside}
        yield from unlike(ENVELOPE, Envelope._meta.db_table, row.id, stored, expected)
    if not rows:
        yield from unlike(ENVELOPE, Envelope._meta.db_table, None, None, {"authorised_cents": shares})
