"""Passes by the million, written by a few statements and true to the last row: `passnum audit` finds
nothing in what this writes (`tests/rooms/test_benchmark_world.py` has it looked for).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from benchmarks.dialects import (
    day,
    digest,
    execute,
    filling,
    insert,
    instant,
    known_uuid7,
    literal,
    month,
    series,
    uuid7,
)
from benchmarks.lots import ACTIVITY, ALLOCATED, BOOKLET, LOT, MONEY, NOTE, RECEIVED, RECIPIENT, SEATS, STOCK, USE, Pour
from passnumerique.beneficiaries.models import Recipient
from passnumerique.ground.ids import NOBODY
from passnumerique.ledger.models import Transfer
from passnumerique.programmes.models import Envelope
from passnumerique.training.models import Attendance, TrainingSession
from passnumerique.vouchers.models import (
    Activity,
    DeliveryNote,
    Event,
    Flow,
    Handover,
    Lot,
    Redemption,
    Stock,
    Voucher,
)
from passnumerique.vouchers.rules import SHARDS

FILLED = (Voucher, Event, Redemption, Transfer, Attendance, TrainingSession, Handover, Recipient)
"""What grows with the passes and their uses."""


def pour(lots: Sequence[Pour], tell: Callable[[str], None] = lambda _step: None) -> None:
    """Write the lots and everything that follows from them, and bring the indexes back. `tell` is told
    each step as it begins."""
    with filling(FILLED):
        for one in lots:
            _write_lot(one)
        for step in (_write_received, _write_allocated, _write_handed_over, _write_used, _write_vouchers):
            tell(step.__name__.removeprefix("_write_").replace("_", " "))
            for one in lots:
                step(one)
        tell("indexes and statistics")
    tell("counters")
    for one in lots:
        _count(one)


def _write_lot(one: Pour) -> None:
    ground, at = one.ground, datetime.fromtimestamp(RECEIVED, UTC)
    Lot.objects.create(
        id=one.lot_id,
        programme_id=ground.programme_id,
        reference=f"LOT-{one.rank}",
        received_at=at,
        quantity=one.quantity,
        first_number=one.first,
        last_number=one.last,
        booklet_size=BOOKLET,
        face_value_cents=ground.face_value_cents,
        nonce=one.nonce,
        file_hash=b"" if one.nonce else known_uuid7(RECEIVED, LOT, one.rank).bytes * 2,
        deed_id=one.known_deed(1, RECEIVED, 0),
    )
    cents = one.quantity * ground.face_value_cents
    Transfer.objects.create(
        id=known_uuid7(RECEIVED, MONEY, one.rank),
        programme_id=ground.programme_id,
        debit_account="envelope",
        credit_account="committed",
        amount_cents=cents,
        cause=one.known_deed(1, RECEIVED, 0),
        at=at,
    )
    envelope = Envelope._meta.db_table
    execute(f"UPDATE {envelope} SET committed_cents = committed_cents + {cents} WHERE programme_id = {one.programme}")


def _event(one: Pour, step: int, seconds: str, **values: str) -> dict[str, str]:
    return {
        "id": one.event_id(step, seconds),
        "programme_id": one.programme,
        "voucher_id": one.voucher_id,
        "step": str(step),
        "at": instant(seconds),
        **values,
    }


def _write_received(one: Pour) -> None:
    values = _event(
        one,
        1,
        str(RECEIVED),
        deed_id=literal(one.known_deed(1, RECEIVED, 0)),
        act="'receive'",
        to_state="'authority_stock'",
        by_role="'manager'",
        by_user=literal(one.ground.manager_id),
    )
    insert(Event, values, f"{series(one.first, one.last)} AS p")


def _write_allocated(one: Pour) -> None:
    at, manager = datetime.fromtimestamp(ALLOCATED, UTC), one.ground.manager_id
    note = DeliveryNote.objects.filter(programme_id=one.ground.programme_id).count()
    for rank, structure in enumerate(one.ground.structures):
        begin, end = one.booklets_of(rank)
        if end < begin:
            continue
        note += 1
        first, last = one.first + begin * BOOKLET, one.first + end * BOOKLET + BOOKLET - 1
        row = DeliveryNote.objects.create(
            id=known_uuid7(ALLOCATED, NOTE + 256 * one.rank, rank),
            programme_id=one.ground.programme_id,
            number=note,
            act="allocate",
            receiver_id=structure,
            ranges=[[first, last]],
            quantity=last - first + 1,
            signed_by_giver="Dominique Garnier (fictif)",
            signed_by_receiver="Louison Petit (fictif)",
            at=at,
            by_user=manager,
            deed_id=one.known_deed(2, ALLOCATED, rank),
        )
        values = _event(
            one,
            2,
            str(ALLOCATED),
            deed_id=literal(row.deed_id),
            act="'allocate'",
            from_state="'authority_stock'",
            to_state="'structure_stock'",
            structure_id=literal(structure),
            by_role="'manager'",
            by_user=literal(manager),
            subject_id=literal(row.id),
        )
        insert(Event, values, f"{series(first, last)} AS p")


def _write_handed_over(one: Pour) -> None:
    same = {"programme_id": one.programme, "at": instant("s")}
    recipient = uuid7("s", RECIPIENT, "b")
    bracket = "CASE k % 3 WHEN 0 THEN '18_24' WHEN 1 THEN '25_39' ELSE '40_59' END"
    values = {"id": recipient, "age_bracket": bracket, "commune": "commune", "status": "'not_said'"}
    insert(Recipient, same | values, f"{one.handovers} AS h")
    values = {"id": one.handover_id, "recipient_id": recipient, "quantity": str(BOOKLET)}
    values |= {"structure_id": "structure", "by_user": "structure"}
    insert(Handover, same | values, f"{one.handovers} AS h")
    values = _event(
        one,
        3,
        "s",
        deed_id=one.deed(3, "s", "b"),
        act="'hand_over'",
        from_state="'structure_stock'",
        to_state="'held'",
        structure_id="structure",
        by_role="'prescriber'",
        by_user="structure",
        by_organisation="structure",
        subject_id=one.handover_id,
    )
    insert(Event, values, f"{one.passes} AS p")


def _write_used(one: Pour) -> None:
    if not one.uses:
        return
    _write_sessions(one)
    use, deed = uuid7("u", USE + 256 * one.rank, "r"), one.deed(4, "u", "r")
    same = {"programme_id": one.programme, "training_session_id": one.session_id}
    values = {
        "id": use,
        "voucher_id": one.voucher_id,
        "turn": "0",
        "participant_id": use,
        "module_id": literal(one.ground.module_id),
        "place_id": "place",
        "structure_id": "structure",
        "face_value_cents": str(one.ground.face_value_cents),
        "redeemed_at": instant("u"),
        "recorded_at": instant("u"),
        "by_user": "place",
        "deed_id": deed,
    }
    insert(Redemption, same | values, f"{one.used} AS p")
    values = {"id": use, "rank": f"r % {SEATS} + 1", "voucher_number": "n", "status": "'present'"}
    values |= {"created_at": instant("u"), "by_user": "place", "by_organisation": "place"}
    insert(Attendance, same | values, f"{one.used} AS p")
    values = _event(
        one,
        4,
        "u",
        deed_id=deed,
        act="'redeem'",
        from_state="'held'",
        to_state="'redeemed'",
        structure_id="structure",
        place_id="place",
        by_role="'place'",
        by_user="place",
        by_organisation="place",
        subject_id=one.session_id,
    )
    insert(Event, values, f"{one.used} AS p")
    values = {
        "id": uuid7("u", MONEY + 256 * one.rank, "r"),
        "programme_id": one.programme,
        "debit_account": "'committed'",
        "credit_account": "'due'",
        "credit_owner": "place",
        "amount_cents": str(one.ground.face_value_cents),
        "cause": deed,
        "at": instant("u"),
    }
    insert(Transfer, values, f"{one.used} AS p")


def _write_sessions(one: Pour) -> None:
    """A session of two hours for every ten uses."""
    taken = f"CASE WHEN t = {one.sessions - 1} THEN {one.uses - (one.sessions - 1) * SEATS} ELSE {SEATS} END"
    values = {
        "id": one.session_id,
        "programme_id": one.programme,
        "place_id": "place",
        "module_id": literal(one.ground.module_id),
        "starts_at": instant("u - 1800"),
        "ends_at": instant("u + 5400"),
        "seats": str(SEATS),
        "seats_taken": taken,
        **({"arrivals": taken} if hasattr(TrainingSession, "arrivals") else {}),
        "created_at": instant("u - 1800"),
        "by_user": "place",
    }
    insert(TrainingSession, values, f"{one.workshops} AS p")


def _write_vouchers(one: Pour) -> None:
    codes = " JOIN bench_codes AS c ON c.number = p.n" if one.nonce else ""
    used = "r IS NOT NULL"
    values = {
        "id": one.voucher_id,
        "programme_id": one.programme,
        "lot_id": literal(one.lot_id),
        "number": "n",
        "booklet": "b",
        "code_hash": "c.hash" if one.nonce else digest("n"),
        "state": f"CASE WHEN {used} THEN 'redeemed' ELSE 'held' END",
        "structure_id": "structure",
        "place_id": f"COALESCE(place, {literal(NOBODY)})",
        "handover_id": one.handover_id,
        "commune": "commune",
        "step": f"CASE WHEN {used} THEN 4 ELSE 3 END",
        "deed_id": f"CASE WHEN {used} THEN {one.deed(4, 'u', 'r')} ELSE {one.deed(3, 's', 'b')} END",
    }
    insert(Voucher, values, f"{one.passes_by_number} AS p{codes}")


def _count(one: Pour) -> None:
    """The counters, counted from what was written."""
    lot = literal(one.lot_id)
    grouped = "lot_id, structure_id, place_id, state"
    counted = (
        f"(SELECT {grouped}, shard, many, row_number() OVER () AS rank FROM "
        f"(SELECT {grouped}, number % {SHARDS} AS shard, count(*) AS many FROM vouchers_voucher "
        f"WHERE programme_id = {one.programme} AND lot_id = {lot} GROUP BY {grouped}, number % {SHARDS}) AS g)"
    )
    columns = ("lot_id", "structure_id", "place_id", "state", "shard")
    values = {"id": uuid7(str(RECEIVED), STOCK + 256 * one.rank, "rank"), "count": "many"}
    values |= {"programme_id": one.programme, **{column: column for column in columns}}
    insert(Stock, values, f"{counted} AS c")
    months = [
        _activity("receive", str(RECEIVED), many=str(one.quantity)),
        _activity("allocate", str(ALLOCATED), structure="structure", many=f"count(*) * {BOOKLET}")
        + f" FROM {one.handovers} AS h GROUP BY structure",
        _activity("hand_over", "s", structure="structure", commune="commune", many=f"count(*) * {BOOKLET}")
        + f" FROM {one.handovers} AS h GROUP BY {month('s')}, structure, commune",
    ]
    if one.uses:
        spent = {"structure": "structure", "place": "place", "module": literal(one.ground.module_id)}
        months.append(
            _activity("redeem", "u", commune="commune", many="count(*)", **spent)
            + f" FROM {one.used} AS p GROUP BY {month('u')}, structure, place, commune"
        )
    for rank, counted in enumerate(months):
        _add(Activity, ("month", "act", "structure_id", "place_id", "module_id", "commune"), one, rank, counted)
    days = [
        _flow("receive", str(RECEIVED), str(one.quantity)),
        _flow("allocate", str(ALLOCATED), str(one.quantity)),
        _flow("hand_over", "s", f"count(*) * {BOOKLET}") + f" FROM {one.handovers} AS h GROUP BY {day('s')}",
    ]
    if one.uses:
        days.append(_flow("redeem", "u", "count(*)") + f" FROM {one.used} AS p GROUP BY {day('u')}")
    for rank, counted in enumerate(days, start=len(_STEP)):
        same = {"face_value_cents": str(one.ground.face_value_cents), "writer": "0"}
        _add(Flow, ("day", "act", "from_state", "to_state"), one, rank, counted, **same)


_STEP = {
    "receive": ("", "authority_stock"),
    "allocate": ("authority_stock", "structure_stock"),
    "hand_over": ("structure_stock", "held"),
    "redeem": ("held", "redeemed"),
}


def _activity(act: str, seconds: str, many: str, commune: str = "''", **where: str) -> str:
    nobody = {name: literal(NOBODY) for name in ("structure", "place", "module")} | where
    owners = ", ".join(f"{value} AS {name}_id" for name, value in nobody.items())
    return f"SELECT {month(seconds)} AS month, '{act}' AS act, {owners}, {commune} AS commune, {many} AS many"


def _flow(act: str, seconds: str, many: str) -> str:
    source, target = _STEP[act]
    step = f"'{act}' AS act, '{source}' AS from_state, '{target}' AS to_state"
    return f"SELECT {day(seconds)} AS day, {step}, {many} AS many"


def _add(
    model: type[Activity] | type[Flow], fields: Sequence[str], one: Pour, kind: int, counted: str, **same: str
) -> None:
    """Add to the rows that another lot has begun."""
    values = {"id": uuid7(str(RECEIVED), ACTIVITY + 256 * (8 * one.rank + kind), "rank"), "count": "many"}
    values |= {"programme_id": one.programme, **same, **{field: field for field in fields}}
    again = f"ON CONFLICT (programme_id, {', '.join([*fields, *same])}) DO UPDATE"
    again += f" SET count = {model._meta.db_table}.count + excluded.count"
    ranked = f"(SELECT c.*, row_number() OVER () AS rank FROM ({counted}) AS c) AS c"
    insert(model, values, f"{ranked} WHERE TRUE {again}")
