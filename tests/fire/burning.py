"""A load of redemptions, killed under it."""

from collections.abc import Callable, Sequence

from tests.fire.desk import Desk
from tests.fire.history import Use
from tests.fire.running import until
from tests.fire.sending import Load, Shot, by_people


def shots_of(one: Desk, singles: int, batches: int) -> list[Shot]:
    """Uses one by one, and some in batches of ten, one batch after each four."""
    alone = by_people(one.uses(singles))
    sets = [one.uses(10, place=rank % 2) for rank in range(batches)]
    for rank, shot in enumerate(sets):
        alone.insert((rank + 1) * 5, shot)
    return alone


def burn(
    desk: Desk, ports: Sequence[int], shots: list[Shot], kill: Callable[[], None], times: tuple[int, ...]
) -> list[Use]:
    """Present it all, and kill after so many answers, each time; every use as its client knows it."""
    uses = [use for shot in shots for use in shot]
    load = Load(ports, desk, shots)
    try:
        for many in times:
            load.back.clear()
            until(lambda many=many: load.answered >= many, "no answers", 20)  # type: ignore[misc]
            kill()
            load.back.set()
    finally:
        load.end()
    return uses
