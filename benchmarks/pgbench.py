"""The floor of a redemption on PostgreSQL: pgbench running the very statement of the product, and the
least that any redemption must write.

Each transaction spends a pass that no other one spends. The statement is the product's own text; what the
product sends as parameters stands there as arrays of one element, made of the number of the transaction.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from benchmarks.dialects import literal
from benchmarks.engines import postgresql_program
from benchmarks.world import Measured
from passnumerique.ground.dates import day_of, month_of
from passnumerique.training.operations.redeeming import REDEEMING
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.rules import State

CLIENTS, THREADS = 16, 2
PER_SECOND = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")
DONE = re.compile(r"number of transactions actually processed: (\d+)/(\d+)")
FAILED = re.compile(r"number of failed transactions: (\d+)")

NEXT = r"""\set i :i + 1
\set number :base + :client_id * :span + :i - 1
\set place mod(:client_id * :apart + :i, :places)
"""
"""Clients are at places apart from each other, as 16 requests that follow each other are over HTTP."""
MINIMAL = """
WITH moved AS (
    UPDATE vouchers_voucher SET state = 'redeemed', place_id = {place}, deed_id = uuidv7(), step = step + 1
    WHERE programme_id = {programme} AND code_hash = {code} AND state = 'held'
    RETURNING id, number, structure_id, turn, deed_id
), redemptions AS (
    INSERT INTO vouchers_redemption (id, programme_id, voucher_id, turn, training_session_id, participant_id,
        module_id, place_id, structure_id, face_value_cents, redeemed_at, recorded_at, by_user, deed_id)
    SELECT uuidv7(), {programme}, id, turn, {session}, uuidv7(), {module}, {place}, structure_id, 1000, now(),
        now(), NULL, deed_id
    FROM moved
), transfers AS (
    INSERT INTO ledger_transfer (id, programme_id, debit_account, debit_owner, credit_account, credit_owner,
        amount_cents, cause, at)
    SELECT uuidv7(), {programme}, 'committed', {nobody}, 'due', {place}, 1000, deed_id, now()
    FROM moved
)
SELECT number FROM moved;
"""


def _one_of(ids: list[UUID]) -> str:
    """The id of the place of this transaction, from a constant array."""
    return f"('{{{','.join(map(str, ids))}}}'::uuid[])[:place + 1]"


def _values(made: Measured) -> dict[str, str]:
    nobody = UUID(int=0)
    return {
        "place": _one_of(list(made.ground.places)),
        "session": _one_of(made.open_sessions()),
        "programme": literal(made.ground.programme_id),
        "module": literal(made.ground.module_id),
        "nobody": literal(nobody),
        "code": "decode(md5((:number::bigint)::text), 'hex')",
    }


def minimal_script(made: Measured) -> str:
    """The pass is spent, the redemption and its money written, and nothing else."""
    return NEXT + MINIMAL.format(**_values(made)).strip().replace("\n", " ")


def same_script(made: Measured) -> str:
    """The statement of the product. Its sets are of one pass."""
    act, values = REDEEMING.act, _values(made)
    given = {
        "n": "0",
        "id": "uuidv7()",
        "code_hash": values["code"],
        "participant_id": "NULL",
        "redeemed_at": "now()",
        "session_id": values["session"],
        "place_id": values["place"],
        "module_id": values["module"],
        "price": "1",
        "deed_id": "uuidv7()",
        "event_id": "uuidv7()",
        "by_user": values["place"],
        "by_role": "'place'",
        "by_organisation": values["place"],
    }
    same = {
        "programme_id": values["programme"],
        "at": "now()",
        "day": f"'{day_of(datetime.now(UTC))}'",
        "month": f"'{month_of(day_of(datetime.now(UTC)))}'",
        "nobody": values["nobody"],
    }
    arrays = ", ".join(f"ARRAY[{given[name]}]::{kind}[]" for name, kind in act.types.items())
    alike = "".join(f", {same[name]}::{kind} AS {name}" for name, kind in act.same.items())
    statement = act.statement_from(f"SELECT a.*{alike} FROM unnest({arrays}) AS a ({', '.join(act.types)})")
    return f"{NEXT}{statement};\n"


def run(script: str, made: Measured, transactions: int, environment: Mapping[str, str]) -> float:
    """Transactions a second over 16 connections, so many in all; every one of them spends its pass."""
    each = transactions // CLIENTS
    numbers = made.numbers(each * CLIENTS)
    first = numbers[0]
    given = {"i": 0, "base": first, "span": each, "places": len(made.ground.places)}
    given["apart"] = max(given["places"] // CLIENTS, 1)
    command = [postgresql_program("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS)]
    command += ["-t", str(each), *(f"-D{name}={value}" for name, value in given.items())]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        Path(file.name).write_text(script)
        done = subprocess.run(
            [*command, "-f", file.name, environment["DATABASE_URL"]],
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )
    seen, told, failed = PER_SECOND.search(done.stdout), DONE.search(done.stdout), FAILED.search(done.stdout)
    if not seen or not told or told[1] != told[2] or (failed and failed[1] != "0"):
        raise SystemExit(f"pgbench: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    spent = Voucher.objects.filter(
        programme_id=made.ground.programme_id, number__range=(first, numbers[-1]), state=State.REDEEMED
    )
    if spent.count() != len(numbers):
        raise SystemExit(f"the floor spent {spent.count()} passes of {len(numbers)}")
    return float(seen[1])
