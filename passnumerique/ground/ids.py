"""Identifiers: UUID version 7 (RFC 9562), made by whoever makes the row, ordered by time."""

import uuid
from datetime import datetime

from passnumerique.ground.chance import chance

NOBODY = uuid.UUID(int=0)
"""Stands for "no structure" or "no place" in counter keys, where NULL would break uniqueness."""


def new_id(at: datetime) -> uuid.UUID:
    """A UUIDv7 whose 48-bit timestamp (milliseconds) is `at` and whose 74 other bits are chance."""
    millis = int(at.timestamp() * 1000)
    bits = (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | chance().getrandbits(12) << 64
    return uuid.UUID(int=bits | 0b10 << 62 | chance().getrandbits(62))
