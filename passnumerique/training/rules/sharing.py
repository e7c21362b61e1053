"""Seats of other sessions shared out among people whose session was cancelled."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def share_out(people: int, free: Sequence[tuple[T, int]]) -> list[T | None]:
    """For so many people in order, which session each is offered: the first of the list while it has seats,
    then the next; None once no seat is left. `free` is each session with its free seats, the best first."""
    seats = [session for session, many in free for _ in range(min(many, people))]
    return [seats[rank] if rank < len(seats) else None for rank in range(people)]
