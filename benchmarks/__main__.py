"""`python -m benchmarks`: every benchmark, each in a process and a database of its own.

Seconds depend on the machine and on what else it does; read the ratios. The databases are temporary:
nothing of this installation is touched.
"""

import subprocess
import sys
from collections.abc import Mapping

from benchmarks.engines import ENGINES, database
from benchmarks.telling import machine

UPON_A_DATABASE = ("benchmarks.redemption", "benchmarks.issue")


def run(module: str, environment: Mapping[str, str] | None = None) -> None:
    """One benchmark in its own process; what it prints is what is told."""
    subprocess.run([sys.executable, "-m", module], env=environment, check=True)


def main() -> None:
    """Redemption and issue on both engines, the card sheet, the pages of the demonstration."""
    print(machine(), flush=True)
    for engine in ENGINES:
        with database(engine) as environment:
            for module in UPON_A_DATABASE:
                run(module, environment)
    run("benchmarks.card_sheet")
    with database("sqlite") as environment:
        run("benchmarks.pages", environment)


if __name__ == "__main__":
    main()
