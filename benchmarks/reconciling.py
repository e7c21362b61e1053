"""The reconciliation and the one law over many passes: seconds, and seconds for each million against a tenth.

    python -m benchmarks.reconciling --vouchers 10000000

Half of a tenth of the passes were used by default (`--redemptions` for another number), and the issuer tells
every use of them, so that register and issuer are compared pass by pass. A cost that is linear has a ratio of
about 1: the same seconds for each million, whatever the size.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from benchmarks.engines import database
from benchmarks.telling import Line, machine, say, tell

MOST_SECONDS = 60
"""What ten million passes may take."""
MILLION = 1_000_000


def main() -> None:
    """Two worlds, one ten times the other, each in a database and a process of its own."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--vouchers", type=int, default=10 * MILLION)
    asked.add_argument("--redemptions", type=int, help="half of the passes by default")
    asked.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    used = given.redemptions or given.vouchers // 2
    if given.inside:
        measure(given.inside, used * given.inside // given.vouchers)
        return
    say(machine())
    few, many = (_taken(size, given.vouchers, used) for size in (given.vouchers // 10, given.vouchers))
    for name, small, large in (("law", few.law, many.law), ("reconciliation", few.reconciled, many.reconciled)):
        each, floor = large / many.millions, small / few.millions
        tell(Line(f"{name}_per_million", each, "s", floor, each / floor), detail=f"{large:.1f} s in all")
    whole = many.law + many.reconciled
    limit = MOST_SECONDS * given.vouchers / (10 * MILLION)
    tell(Line("law_and_reconciliation", whole, "s"), f"< {limit:.0f} s", whole < limit, f"{given.vouchers:,} passes")


@dataclass(frozen=True)
class Taken:
    """What one world took, in seconds."""

    millions: float
    law: float
    reconciled: float


def _taken(size: int, vouchers: int, used: int) -> Taken:
    command = [sys.executable, "-m", "benchmarks.reconciling", "--vouchers", str(vouchers)]
    command += ["--redemptions", str(used), "--inside", str(size)]
    with database("postgresql") as environment:
        answer = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    law, reconciled = map(float, answer.stdout.split()[-2:])
    return Taken(size / MILLION, law, reconciled)


def measure(vouchers: int, redemptions: int) -> None:
    """Build a world whose uses the issuer tells too, then ask; the median of three, last on standard output."""
    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models
    import passnumerique.settlement.queries.reconciling  # noqa: F401 — before the long filling: sources may change
    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    of_each_ten = max(redemptions * 10 // vouchers, 1)
    start = perf_counter()
    made = build(vouchers, lived=vouchers, used=vouchers // 10 * of_each_ten)
    _told_by_the_issuer(made.world.programme_id)
    print(f"    {perf_counter() - start:7.1f} s  {vouchers:,} passes made", file=sys.stderr, flush=True)
    print(*(_median(ask) for ask in _questions(made.world)))


def _questions(world: object) -> list[object]:
    from passnumerique.settlement.queries.reconciling import reconcile
    from passnumerique.vouchers.queries.audit import law_differences

    programme_id, manager = world.programme_id, world.manager  # type: ignore[attr-defined]

    def law() -> None:
        if list(law_differences(programme_id)):
            raise SystemExit("the law does not hold")

    def reconciled() -> None:
        found = reconcile(manager, programme_id, datetime.now(UTC).date())
        if any(one.apart.number is not None for one in found.differences):
            raise SystemExit("a pass is apart")

    return [law, reconciled]


def _median(ask: object) -> float:
    times = []
    for _ in range(3):
        start = perf_counter()
        ask()  # type: ignore[operator]
        times.append(perf_counter() - start)
    return sorted(times)[1]


def _told_by_the_issuer(programme_id: object) -> None:
    """A line of the issuer for every use, in one file."""
    from benchmarks.dialects import execute, insert, literal
    from passnumerique.ground.ids import new_id
    from passnumerique.settlement.models import IssuerFile, IssuerRow

    at = datetime(2023, 1, 9, 9, tzinfo=UTC)
    file = IssuerFile.objects.create(
        id=new_id(at),
        programme_id=programme_id,
        kind="redemptions",
        issuer="Émetteur (fictif)",
        filename="tout.csv",
        sha256=bytes(32),
        columns={},
        lines=0,
        imported_at=at,
    )
    day = "(use.redeemed_at AT TIME ZONE 'Europe/Paris')::date"
    values = {
        "id": "use.id",
        "programme_id": "use.programme_id",
        "file_id": literal(file.id),
        "kind": "'redemptions'",
        "line": "voucher.number",
        "raw": "'{}'",
        "fingerprint": "decode(md5(voucher.number::text), 'hex')",
        "verdict": "'taken'",
        "number": "voucher.number",
        "voucher_id": "voucher.id",
        "place_id": "use.place_id",
        "day": day,
        "month": f"date_trunc('month', {day})::date",
        "amount_cents": "use.face_value_cents",
    }
    insert(IssuerRow, values, "vouchers_redemption use JOIN vouchers_voucher voucher ON voucher.id = use.voucher_id")
    execute(f"VACUUM ANALYZE {IssuerRow._meta.db_table}")


if __name__ == "__main__":
    main()
