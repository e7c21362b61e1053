"""The redemption of a set, as statements: decided, recorded, counted and paid for at once.

The states, the accounts and the shards written in `sql/*.sql` are those of the rule book
(`tests/unit/test_redeem_statement.py` compares them).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from passnumerique.ground.codes import fold, hash_code
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.db import on_postgresql
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.sets import SetAct
from passnumerique.ledger.operations import transfers_from
from passnumerique.vouchers.operations.redeeming.presenting import Asked
from passnumerique.vouchers.rules import SHARDS, WRITERS

_SQL = Path(__file__).parent / "sql"

_ASKED = {
    "n": "int",
    "id": "uuid",
    "code_hash": "bytea",
    "participant_id": "uuid",
    "redeemed_at": "timestamptz",
    "session_id": "uuid",
    "place_id": "uuid",
    "module_id": "uuid",
    "price": "int",
    "deed_id": "uuid",
    "event_id": "uuid",
    "by_user": "uuid",
    "by_role": "text",
    "by_organisation": "uuid",
}
_SAME = {"programme_id": "uuid", "at": "timestamptz", "day": "date", "month": "date", "nobody": "uuid"}
_FOUND = ("voucher_id", "number", "lot_id", "structure_id", "commune", "turn", "step", "face_value_cents")


WRITER = f"pg_backend_pid() % {WRITERS}" if on_postgresql() else "0"
"""The row of the day that the connection counts in; see `vouchers.operations.counting.writer`."""


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text().strip().replace("{shards}", str(SHARDS)).replace("{writer}", WRITER)


@dataclass(frozen=True)
class Seating:
    """What the floor of training adds to the act, so that a pass and its seat are one act.

    `before`: relations that end in `who`, the passes `found` with their `participant`; `after`: the
    relation `admitted`, those of `complete` that may sit down; `columns`: what they tell beyond the passes
    found; `write`: the statements that seat whoever `moved`; `locks`: as in
    `SetAct`.
    """

    before: Mapping[str, str]
    after: str
    columns: Sequence[str]
    write: Mapping[str, str]
    locks: Mapping[str, str]


def redemption(seating: Seating) -> SetAct:
    """The act: passes presented are spent, seats taken with them."""
    return SetAct(
        name="redeem",
        types=_ASKED,
        same=_SAME,
        choose={"found": _sql("found"), **seating.before, "complete": _sql("complete"), "admitted": seating.after},
        columns=(*_ASKED, *_SAME, *_FOUND, "participant", *seating.columns),
        decide=_sql("vouchers"),
        write={
            **{name: _sql(name) for name in ("redemptions", "events")},
            "transfers": transfers_from(_sql("moves")),
            **{name: _sql(name) for name in ("taken", "put", "activity", "flow")},
            **seating.write,
        },
        tell=("n", "number", "participant"),
        locks=seating.locks,
    )


def rows_of(asked: Sequence[Asked], key: bytes, at: datetime) -> list[tuple[Any, ...]]:
    """The scans as the act is asked of them, numbered from 0. What one person does at one workshop is one deed."""
    deeds: dict[tuple[int, UUID], UUID] = {}
    rows = []
    for n, one in enumerate(asked):
        workshop, by = one.workshop, one.by
        deed = deeds.get((id(by), workshop.id)) or deeds.setdefault((id(by), workshop.id), new_id(at))
        rows.append(
            (
                n,
                one.scan.id,
                hash_code(key, fold(one.scan.code)),
                one.scan.participant_id,
                one.redeemed_at,
                workshop.id,
                workshop.place_id,
                workshop.module_id,
                workshop.passes_per_person,
                deed,
                new_id(at),
                by.user_id,
                by.role.value,
                by.organisation_id,
            )
        )
    return rows


def same_for(programme_id: UUID, at: datetime) -> tuple[Any, ...]:
    """What is the same for every scan of a set, in the order in which the act asks for it."""
    day = day_of(at)
    return programme_id, at, day, month_of(day), NOBODY
