"""Passes issued, against a plain bulk insert of the very rows that issuing writes.

The floor takes the vouchers and events of the lot just issued, removes them and writes them again in one
transaction: COPY on PostgreSQL, one prepared insert on SQLite, with no code to derive and nothing counted.
"""

from time import perf_counter
from uuid import UUID

from django.core.management import call_command
from django.db import connection

import benchmarks.awake  # noqa: F401 — before the models
from benchmarks.floor import bare_transaction, in_dialect, insert_all, values_of
from benchmarks.telling import duration, tell
from passnumerique.vouchers.models import Event, Voucher
from tests.rooms.world import World, build_world

SIZES = {1_800: 5, 20_000: 1}
"""How many passes, and how many rounds."""
PROMISED = {1_800: 2.0}
"""Seconds that issuing may take at most."""


def issued(world: World, quantity: int) -> tuple[float, UUID]:
    """Seconds that issuing takes, and the lot."""
    start = perf_counter()
    lot = world.issue(quantity)
    return perf_counter() - start, lot


def inserted(lot_id: UUID) -> float:
    """Seconds that writing the rows of a lot again takes."""
    vouchers = list(Voucher.objects.filter(lot_id=lot_id).order_by("number"))
    events = list(Event.objects.filter(voucher__lot_id=lot_id).order_by("voucher__number"))
    rows = {Voucher: [values_of(one) for one in vouchers], Event: [values_of(one) for one in events]}
    key = Voucher._meta.pk.get_db_prep_save(lot_id, connection)
    with bare_transaction() as cursor:
        within = "SELECT id FROM vouchers_voucher WHERE lot_id = %s"
        cursor.execute(in_dialect(f"DELETE FROM vouchers_event WHERE voucher_id IN ({within})"), [key])
        cursor.execute(in_dialect("DELETE FROM vouchers_voucher WHERE lot_id = %s"), [key])
    start = perf_counter()
    with bare_transaction() as cursor:
        for model, values in rows.items():
            insert_all(values, model, cursor)
    return perf_counter() - start


def main() -> None:
    """Each size in turn with its floor."""
    call_command("migrate", verbosity=0)
    world = build_world("issue", quantity=0, envelope_cents=100_000_000)
    issued(world, 100)
    engine = "postgres" if connection.vendor == "postgresql" else connection.vendor
    for quantity, rounds in SIZES.items():
        done, floor = [], []
        for _ in range(rounds):
            seconds, lot_id = issued(world, quantity)
            done.append(seconds)
            floor.append(inserted(lot_id))
        line = duration(f"issue_{quantity}_{engine}", done, floor)
        if quantity in PROMISED:
            tell(line, f"< {PROMISED[quantity]:.0f} s", line.value < PROMISED[quantity] * 1000)
        else:
            tell(line)


if __name__ == "__main__":
    main()
