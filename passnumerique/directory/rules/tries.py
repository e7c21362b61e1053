"""Guessing codes is slow work: how many may fail, and for how long one then waits."""

import math
from datetime import datetime, timedelta

MOST_FAILED_CODES = 30
"""How many codes of one token may fail within the window, before every code is refused."""
FAILED_CODES_WINDOW = timedelta(minutes=10)
"""From the first failed code on."""


def seconds_to_wait(count: int, since: datetime, at: datetime, most: int) -> int | None:
    """The whole seconds, at least one, until the window that began at `since` is over; None when fewer
    than `most` codes failed in it or when it is over."""
    left = since + FAILED_CODES_WINDOW - at
    if count < most or left <= timedelta(0):
        return None
    return math.ceil(left.total_seconds())
