"""The next sessions near a commune, with 100,000 sessions in the database.

    python -m benchmarks.near [--sessions 100000] [--rounds 40]

On the empty database that DATABASE_URL names. 300 places lie in a département 100 km wide, each with as many
sessions, over twenty months of which half are to come; one in three is full. What is timed is the search
itself, from the commune's code to the lines to be shown, each time from another commune. The floor is one
row read by its key, on the same connection.
"""

import argparse
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from benchmarks.telling import Line, machine, say, tell

SESSIONS, PLACES, MODULES, ROUNDS = 100_000, 300, 13, 40
MONTHS = 20
MOST_MS = 50.0
WEST, SOUTH, WIDE = 4.9, 48.4, 1.0
"""The corner of the département in degrees, and how wide it is."""


def main() -> None:
    """Build, then ask."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, default=SESSIONS)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--explain", action="store_true", help="how the database finds them, instead of the lines")
    given = asked.parse_args()
    from django.core.management import call_command

    import benchmarks.awake  # noqa: F401 — before the models

    call_command("migrate", verbosity=0)
    say(machine())
    searched = _build(given.sessions)
    if given.explain:
        searched.explain()
        return
    _tell(searched, given.rounds)


def _build(sessions: int) -> "Searched":
    from benchmarks.dialects import execute
    from passnumerique.training.models import TrainingSession

    drawn = random.Random(1)
    at = datetime.fromisoformat("2022-06-14T09:00:00+00:00")
    world, communes = _frame(drawn)
    say(f"{sessions} sessions")
    rows = _sessions(world, sessions, at, drawn)
    while some := [row for _, row in zip(range(5000), rows, strict=False)]:
        TrainingSession.objects.bulk_create(some)
    execute("ANALYZE")
    return Searched(world, communes, at, drawn)


def _frame(drawn: random.Random) -> tuple[Any, list[str]]:
    """An authority with its places, each in a commune of its own, and a plan of thirteen modules."""
    from passnumerique.programmes.operations import CommuneGiven, set_territory
    from passnumerique.training.operations import set_plan
    from passnumerique.training.rules import ModuleGiven, ThemeGiven
    from tests.rooms.world import START, build_world, on

    world = build_world("pres", quantity=0, structures=0, places=0)
    modules = [ModuleGiven(f"Module {rank}") for rank in range(1, MODULES + 1)]
    themes = [ThemeGiven(f"Thème {rank + 1}", modules[rank::5]) for rank in range(5)]
    set_plan(programme_id=world.programme_id, themes=themes, by=world.manager, at=on(START))
    communes = [f"55{rank:03d}" for rank in range(100, 100 + PLACES)]
    given = [CommuneGiven(code, f"Commune {code} (fictive)") for code in communes]
    set_territory(programme_id=world.programme_id, communes=given, vintage=2022, by=world.manager, at=on(START))
    for code in communes:
        lat, lon = (f"{corner + WIDE * drawn.random():.5f}" for corner in (SOUTH, WEST))
        _place(world, code, lat, lon)
    return world, communes


def _place(world: Any, code: str, lat: str, lon: str) -> None:
    from passnumerique.directory.rules import AccreditationKind

    place = world.organisation(f"Lieu {code}", insee_code=code, latitude=lat, longitude=lon)
    world.accredit(place, AccreditationKind.PLACE)
    world.places.append(place)


def _sessions(world: Any, many: int, at: datetime, drawn: random.Random) -> Iterator[Any]:
    from passnumerique.ground.ids import new_id
    from passnumerique.training.models import TrainingSession

    modules, days = world.modules(), MONTHS * 30
    for _ in range(many):
        starts = at + timedelta(days=drawn.randrange(days) - days // 2, hours=drawn.randrange(10))
        yield TrainingSession(
            id=new_id(at),
            programme_id=world.programme_id,
            place_id=drawn.choice(world.places),
            module_id=drawn.choice(modules[:-1]),
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            seats=8,
            seats_taken=drawn.choice((0, 3, 8)),
            created_at=at,
        )


class Searched:
    """A world in which sessions are looked for."""

    def __init__(self, world: Any, communes: list[str], at: datetime, drawn: random.Random) -> None:
        self.world, self.communes, self.at, self.drawn = world, communes, at, drawn
        self.modules = world.modules()

    def searches(self) -> dict[str, Callable[[], list[Any]]]:
        """What is asked, by name."""
        from passnumerique.training.queries import plan

        theme = plan(self.world.programme_id)[1].id
        return {
            "six nearest": self._near,
            "of a theme": lambda: self._near(themes=[theme]),
            "of a module": lambda: self._near(module_id=self.modules[3]),
            "of a module that nobody holds": lambda: self._near(module_id=self.modules[-1]),
            "three at each place": lambda: self._near(each_place=3, limit=30, need_seats=0),
            "in a month": lambda: self._near(from_day=(self.at + timedelta(days=200)).date()),
            "soonest anywhere": lambda: self._near(point=False, limit=20),
        }

    def _near(self, *, point: bool = True, **options: Any) -> list[Any]:
        from passnumerique.training.queries import point_of_commune, sessions_near

        code = self.drawn.choice(self.communes)
        near = point_of_commune(self.world.programme_id, code) if point else None
        return sessions_near(self.world.programme_id, self.at, near=near, **options)

    def floor(self) -> None:
        """One row, by its key."""
        from passnumerique.training.models import Module

        Module.objects.values_list("id").get(id=self.modules[0])

    def explain(self) -> None:
        """The statements of each search, and how the database answers them."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for name, search in self.searches().items():
            with CaptureQueriesContext(connection) as captured:
                search()
            say(f"== {name}")
            for query in captured.captured_queries:
                if "training_trainingsession" in query["sql"]:
                    _explain(query["sql"])


def _explain(sql: str) -> None:
    from django.db import connection

    how = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}")
        for row in cursor.fetchall():
            say("   " + str(row[-1]))


def _tell(searched: Searched, rounds: int) -> None:
    floor = [_milliseconds(searched.floor) for _ in range(rounds)]
    searches = searched.searches()
    for search in searches.values():
        search()
    taken = {name: [_milliseconds(search) for _ in range(rounds)] for name, search in searches.items()}
    for name, times in taken.items():
        say(f"    {name:<32} {median(times):6.1f} ms   p95 {quantiles(times, n=20)[-1]:6.1f} ms")
    slowest = max(taken, key=lambda name: median(taken[name]))
    value, low = median(taken[slowest]), median(floor)
    tell(Line("near", value, "ms", low, value / low), f"< {MOST_MS:.0f} ms", value < MOST_MS, f"the slowest: {slowest}")


def _milliseconds(search: Callable[[], object]) -> float:
    start = perf_counter()
    search()
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
