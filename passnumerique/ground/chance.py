"""Chance enters the house through this one door (law 9 of the design).

Operating-system entropy unless a roof says `with seeded(…)`: the demonstration and the simulations
do, so that a run can be replayed. Nothing else in the house may import `random` or `secrets`.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_source: ContextVar[random.Random] = ContextVar("chance", default=random.SystemRandom())  # noqa: B039 — stateless


def chance() -> random.Random:
    """The source of chance in force here."""
    return _source.get()


@contextmanager
def seeded(seed: str) -> Iterator[random.Random]:
    """Draw everything inside the block from this seed: the same seed gives the same run."""
    source = random.Random(seed)  # noqa: S311 — replayable on purpose: demonstrations and simulations only
    token = _source.set(source)
    try:
        yield source
    finally:
        _source.reset(token)
