"""Dashboard, extension, a past day and searches, with millions of passes and with 1,800.

    python -m benchmarks.reading [--passes 10000000] [--rounds 9]

Two databases side by side, one process on each; every question is asked of both in turn. What is timed is
what the desks' pages ask for: their queries and operations, without the drawing of the page, whose cost
has nothing to do with the number of passes (the whole page is told beside it).
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import IO, Any

from benchmarks.engines import database
from benchmarks.telling import Line, machine, say, tell

SMALL, LARGE, ROUNDS = 1_800, 10_000_000, 9
DASHBOARD_MS, AS_OF_MS, SEARCH_MS = 20.0, 2_000.0, 10.0
DASHBOARD_TIMES, EXTENSION_TIMES = 1.5, 1.2
SEARCHES = ("search_pass", "search_person", "search_range")
UPTAKE_MS, SAMPLED = 15_000.0, 8_000
"""The most that the pages of the uptake may take, and how many passes they follow one by one: beyond, they cost the
same whatever the number."""
UPTAKE = ("forecast", "funnel", "acting")
QUESTIONS = ("dashboard", "dashboard_page", "extension", "as_of", *SEARCHES, *UPTAKE)
PAST = date(2022, 4, 13)


def main() -> None:
    """Both databases, each with its process; then the rounds."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--passes", type=int, default=LARGE)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        answer(given.passes)
        return
    say(machine())
    with database("postgresql") as small, database("postgresql") as large:
        worlds = {"small": _Asked(SMALL, small), "large": _Asked(given.passes, large)}
        seen: dict[tuple[str, str], list[float]] = {}
        for _ in range(given.rounds):
            for question in QUESTIONS:
                for size, world in worlds.items():
                    seen.setdefault((question, size), []).append(world.ask(question))
        for world in worlds.values():
            world.end()
    _tell({key: median(taken) for key, taken in seen.items()})


class _Asked:
    """A process that sits on one database and answers how many milliseconds a question took."""

    def __init__(self, passes: int, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.reading", "--inside", "--passes", str(passes)]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        told: IO[str] | None = self.process.stdout
        assert told
        while line := told.readline():
            if line.startswith("> "):
                return line[2:].strip()
            say(line.rstrip())
        raise SystemExit("the process that reads has ended")

    def ask(self, question: str) -> float:
        """Milliseconds that the question took."""
        assert self.process.stdin
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return float(json.loads(self._line()))

    def end(self) -> None:
        """Let it go."""
        self.process.communicate(timeout=60)


def _tell(seen: Mapping[tuple[str, str], float]) -> None:
    def compared(name: str) -> Line:
        value, floor = seen[name, "large"], seen[name, "small"]
        return Line(name, value, "ms", floor, value / floor)

    board, extension = compared("dashboard"), compared("extension")
    kept = (board.ratio or 9) <= DASHBOARD_TIMES and board.value < DASHBOARD_MS
    page = seen["dashboard_page", "large"]
    tell(board, f"≤ {DASHBOARD_TIMES} and < {DASHBOARD_MS:.0f} ms", kept, f"the whole page {page:.1f} ms")
    tell(extension, f"≤ {EXTENSION_TIMES}", (extension.ratio or 9) <= EXTENSION_TIMES)
    as_of = compared("as_of")
    tell(as_of, f"< {AS_OF_MS / 1000:.0f} s", as_of.value < AS_OF_MS)
    for name in UPTAKE:
        one = compared(name)
        detail = f"{SAMPLED:,} passes followed against {SMALL:,}"
        tell(one, f"< {UPTAKE_MS / 1000:.0f} s", one.value < UPTAKE_MS, detail)
    slowest = max(SEARCHES, key=lambda name: seen[name, "large"])
    one = compared(slowest)
    detail = ", ".join(f"{name.removeprefix('search_')} {seen[name, 'large']:.2f} ms" for name in SEARCHES)
    tell(Line("search", one.value, "ms", one.floor, one.ratio), f"< {SEARCH_MS:.0f} ms", one.value < SEARCH_MS, detail)


# Inside


def answer(passes: int) -> None:
    """Build the world, then answer the questions that come, one a line."""
    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models
    from benchmarks.world import build

    call_command("migrate", verbosity=0)
    lived = passes // 200 * 100
    step = (lambda words: print(f"    … {words}", flush=True)) if passes > SMALL else (lambda _words: None)
    made = build(passes, lived=lived, used=lived, tell=step)
    questions = Questions(made)
    for name in QUESTIONS:
        getattr(questions, name)()
    print("> ready", flush=True)
    for line in sys.stdin:
        print(f"> {json.dumps(questions.timed(getattr(questions, line.strip())))}", flush=True)


class Questions:
    """What is asked of one world. Each draws its subject by chance, of the whole world."""

    def __init__(self, made: Any) -> None:
        from django.utils import timezone

        from passnumerique.ground.dates import day_of
        from tests.journeys.office import signed_in

        self.made, self.world, self.programme_id = made, made.world, made.ground.programme_id
        self.today = day_of(timezone.now())
        self.drawn = random.Random(1)
        self.quantity = made.house + made.bare + made.lived
        self.browser = signed_in(made.world)
        self._extensions = 0

    @staticmethod
    def timed(question: Callable[[], Callable[[], object] | None]) -> float:
        """Milliseconds; a question that prepares something gives back what is to be timed."""
        start = perf_counter()
        rest = question()
        if callable(rest):
            start = perf_counter()
            rest()
        return (perf_counter() - start) * 1000

    def dashboard(self) -> None:
        """The figures of the manager's one page, and what asks for attention."""
        from passnumerique.insight.dashboard import attention_on, dashboard_on

        attention_on(self.programme_id, self.today, dashboard_on(self.programme_id, self.today))

    def dashboard_page(self) -> None:
        """The page itself, through Django's whole stack."""
        answer = self.browser.get(f"/{self.world.slug}/etat/")
        assert answer.status_code == 200, answer.status_code

    def forecast(self) -> None:
        """What is known, the model, and its futures, without any scenario."""
        from passnumerique.insight.forecast.telling import foretold, known_on

        foretold(known_on(self.programme_id, PAST), draws=200)

    def funnel(self) -> None:
        """How far passes came, by structure."""
        from passnumerique.insight.funnel.telling import funnel_on

        funnel_on(self.programme_id, PAST)

    def acting(self) -> None:
        """What to do now."""
        from passnumerique.insight.acting.reading import advices_on
        from passnumerique.insight.forecast.telling import known_on
        from tests.rooms.world import on

        advices_on(self.world.manager, self.programme_id, on(PAST), known_on(self.programme_id, PAST))

    def as_of(self) -> None:
        """The same figures by the evening of a past day, of which many passes were in use."""
        from passnumerique.insight.dashboard import dashboard_on

        dashboard_on(self.programme_id, PAST + timedelta(days=self.drawn.randrange(28)))

    def extension(self) -> Callable[[], object]:
        """The act itself; its papers are recorded before."""
        from dataclasses import fields

        from passnumerique.programmes.operations import extend, record_document
        from passnumerique.programmes.rules import Calendar, DocumentKind, Paper
        from tests.rooms.world import deliberate, on

        self._extensions += 1
        signed, by = date(2023, 1, 1) + timedelta(days=self._extensions), self.world.manager
        act = deliberate(self.world, f"{signed}", signed - timedelta(days=3))
        kinds = (DocumentKind.DELIBERATION, DocumentKind.CONVENTION_AMENDMENT, DocumentKind.MANDATE_AMENDMENT)
        papers = [
            record_document(
                programme_id=self.programme_id,
                paper=Paper(kind, f"{kind.value}-{signed}", deliberation_id=act, signed_on=signed, in_force_on=signed),
                by=by,
                at=on(signed),
            )
            for kind in kinds
        ]
        later = date(2100, 1, 1) + timedelta(days=self._extensions)
        return lambda: extend(
            programme_id=self.programme_id,
            calendar=Calendar(*(later for _ in fields(Calendar))),
            deliberation_id=papers[0],
            convention_amendment_id=papers[1],
            mandate_amendment_id=papers[2],
            by=by,
            at=on(signed, 17),
        )

    def search_pass(self) -> None:
        """One pass by its number, with what happened to it."""
        from passnumerique.vouchers.queries.history import access_voucher, history

        found = access_voucher(self.world.manager, self.programme_id, self.drawn.randrange(self.quantity) + 1)
        assert history(self.programme_id, found.id)

    def search_person(self) -> Callable[[], object]:
        """The passes that one person received, from the hand-over."""
        from passnumerique.vouchers.queries.history import access_voucher, vouchers_of_handover
        from passnumerique.vouchers.queries.listing import access_handover, numbers_of_handovers

        number = self.drawn.randrange(self.quantity) + 1
        given = access_voucher(self.world.manager, self.programme_id, number).handover_id
        assert given

        def ask() -> None:
            access_handover(self.world.manager, self.programme_id, given)
            assert numbers_of_handovers(self.programme_id, [given])
            assert len(vouchers_of_handover(self.programme_id, given)) == 10

        return ask

    def search_range(self) -> None:
        """A range of a thousand numbers: its first page and how many it holds."""
        from passnumerique.vouchers.queries.listing import Wanted, count_vouchers, list_vouchers

        first = self.drawn.randrange(self.quantity - 1_000) + 1
        wanted = Wanted(numbers=[(first, first + 999)])
        assert len(list_vouchers(self.world.manager, self.programme_id, wanted)) == 50
        assert count_vouchers(self.world.manager, self.programme_id, wanted) == 1_000


if __name__ == "__main__":
    main()
