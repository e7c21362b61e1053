"""The floor of a redemption on SQLite: the statements of the product in a bare loop of the driver, one
durable commit (WAL, synchronous FULL) for each pass, the values made ready before the clock starts."""

import sqlite3
from datetime import UTC, datetime
from itertools import cycle
from time import perf_counter
from typing import Any

from django.conf import settings

from benchmarks.dialects import known_digest
from benchmarks.world import Measured
from passnumerique.ground.dates import day_of, month_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.sets import stored
from passnumerique.training.operations.redeeming import REDEEMING
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.rules import State


def run(made: Measured, many: int) -> float:
    """Passes a second, so many in all."""
    act, numbers = REDEEMING.act, made.numbers(many)
    rows = _rows(made, numbers)
    driver = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    try:
        driver.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
        for table in act.in_turn(1).tables:
            driver.execute(table)
        start = perf_counter()
        for row in rows:
            _spend(driver, row)
        seconds = perf_counter() - start
    finally:
        driver.close()
    spent = Voucher.objects.filter(
        programme_id=made.ground.programme_id, number__range=(numbers[0], numbers[-1]), state=State.REDEEMED
    )
    if spent.count() != many:
        raise SystemExit(f"the floor spent {spent.count()} passes of {many}")
    return many / seconds


def _spend(driver: sqlite3.Connection, row: tuple[Any, ...]) -> None:
    turn, execute = REDEEMING.act.in_turn(1), driver.execute
    execute("BEGIN IMMEDIATE")
    execute(turn.present, row)
    execute(turn.choose)
    for statement in (*turn.write, *turn.forget):
        execute(statement)
    execute("COMMIT")


def _rows(made: Measured, numbers: range) -> list[tuple[Any, ...]]:
    """What the product would present of each pass, as SQLite keeps it."""
    at, act = datetime.now(UTC), REDEEMING.act
    places = list(zip(made.ground.places, made.open_sessions(), strict=True))
    rows = []
    for number, (place, session) in zip(numbers, cycle(places), strict=False):
        given = {
            "n": 0,
            "id": new_id(at),
            "code_hash": known_digest(number),
            "participant_id": None,
            "redeemed_at": at,
            "session_id": session,
            "place_id": place,
            "module_id": made.ground.module_id,
            "price": 1,
            "deed_id": new_id(at),
            "event_id": new_id(at),
            "by_user": place,
            "by_role": "place",
            "by_organisation": place,
        }
        same = {"programme_id": made.ground.programme_id, "at": at, "nobody": NOBODY}
        same |= {"day": day_of(at), "month": month_of(day_of(at))}
        rows.append(tuple(stored((given | same)[name]) for name in (*act.types, *act.same)))
    return rows
