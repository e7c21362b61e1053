"""The claims of one month of a thousand places and 200,000 uses, prepared; against as many bare rows written.

    python -m benchmarks.claims [--uses 200000] [--places 1000]

The floor, in the same run and on the same database: reading the ids of the uses and writing as many rows of
four columns into a table with the same unique index, in one transaction, with the same writer of rows. One
claim of the largest place is then confirmed with its checks, for its time beside it.
"""

import argparse
from time import perf_counter

from benchmarks.telling import Line, machine, say, tell

USES, PLACES = 200_000, 1_000
SECONDS, TIMES = 30.0, 12.0


def main() -> None:
    """Build the world, prepare the month, write the bare rows."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--uses", type=int, default=USES)
    asked.add_argument("--places", type=int, default=PLACES)
    given = asked.parse_args()
    say(machine())

    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models
    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    told = {"lived": given.uses, "used": given.uses, "places": given.places}
    made = build(given.uses, **told, today=False, tell=lambda step: say(f"… {step}"))
    prepared, passes = _prepare(made.world)
    floor = _bare(made.world.programme_id, given.uses)
    detail = f"{passes} passes, {given.places} places; one claim confirmed in {_confirm(made.world):.2f} s"
    line = Line("claims", prepared, "s", floor, prepared / floor)
    tell(line, f"< {SECONDS:.0f} s and ≤ {TIMES:.0f} times", prepared < SECONDS and prepared <= TIMES * floor, detail)


def _prepare(world: object) -> tuple[float, int]:
    from datetime import date

    from passnumerique.directory.rules import Role
    from passnumerique.settlement.operations import prepare_claims
    from tests.rooms.world import on

    by = world.person(Role.FINANCE)  # type: ignore[attr-defined]
    begun, steps = perf_counter(), 0

    def told(run: object) -> None:
        nonlocal steps
        steps += 1

    programme_id = world.programme_id  # type: ignore[attr-defined]
    run = prepare_claims(programme_id=programme_id, month=date(2022, 11, 1), by=by, at=on(date(2022, 12, 5)), tell=told)
    took = perf_counter() - begun
    say(f"told how far it was {steps} times")
    return took, run.passes


def _bare(programme_id: object, many: int) -> float:
    """Seconds to read the ids of the uses and to write as many bare rows."""
    from django.db import connection, transaction

    from passnumerique.ground.db import on_postgresql

    kind = "uuid" if on_postgresql() else "char(32)"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_bare (id {kind} PRIMARY KEY, programme_id {kind}, use {kind}, state text)")
        cursor.execute("CREATE UNIQUE INDEX bench_bare_once ON bench_bare (programme_id, use)")
        begun = perf_counter()
        with transaction.atomic():
            cursor.execute("SELECT id, programme_id FROM vouchers_redemption")
            rows = [(use, programme, use, "proposed") for use, programme in cursor.fetchall()]
            assert len(rows) == many
            if on_postgresql():
                with cursor.copy("COPY bench_bare FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany("INSERT INTO bench_bare VALUES (%s, %s, %s, %s)", rows)
        return perf_counter() - begun


def _confirm(world: object) -> float:
    """Seconds to confirm the claim of one place, its checks included."""
    from datetime import date

    from passnumerique.directory.rules import Role
    from passnumerique.settlement.operations import confirm_claim
    from passnumerique.settlement.queries import prepared_claims
    from tests.rooms.world import on

    rows = prepared_claims(world.manager, world.programme_id)  # type: ignore[attr-defined]
    largest = max(rows, key=lambda row: row.passes)  # type: ignore[attr-defined]
    by = world.person(Role.PLACE, largest.place_id)  # type: ignore[attr-defined]
    begun = perf_counter()
    confirm_claim(prepared_id=largest.id, by=by, at=on(date(2022, 12, 5), 10))
    return perf_counter() - begun


if __name__ == "__main__":
    main()
