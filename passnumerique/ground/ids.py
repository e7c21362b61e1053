"""Identifiers: UUID version 7 (RFC 9562), made by whoever makes the row, ordered by time."""

import hashlib
import struct
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


def id_of(at: datetime, words: str) -> uuid.UUID:
    """A UUIDv7 of the instant `at` whose other bits are drawn from `words`: the same give the same id, and
    nothing is drawn from chance."""
    drawn = int.from_bytes(hashlib.sha256(words.encode()).digest()[:10], "big")
    bits = (int(at.timestamp() * 1000) & (1 << 48) - 1) << 80 | 0x7 << 76 | (drawn >> 62 & 0xFFF) << 64
    return uuid.UUID(int=bits | 0b10 << 62 | drawn & (1 << 62) - 1)


def first_id(at: datetime) -> uuid.UUID:
    """No id made at that instant or later comes before this one: rows made since then, without an index of
    their own on time."""
    return uuid.UUID(int=(int(at.timestamp() * 1000) & (1 << 48) - 1) << 80)


_VARIANT = bytes(0b10 << 6 | byte & 63 for byte in range(256))


def new_ids(at: datetime, many: int, rank: int = 0, of: int | None = None) -> list[bytes]:
    """Many UUIDv7 of one instant, as their 16 bytes, from one draw of chance. They come in ascending
    order, but for a few neighbours: the twelve bits after the timestamp tell how far the set has come
    (RFC 9562, method 3), so that an index takes them in one sweep. `rank` and `of` place these within
    a larger set that is made in several times."""
    drawn = bytearray(chance().randbytes(8 * many))
    drawn[::8] = drawn[::8].translate(_VARIANT)
    begin = struct.pack("!Q", int(at.timestamp() * 1000) & (1 << 48) - 1)[2:]
    heads = [begin + struct.pack("!H", 0x7000 | part) for part in range(4096)]
    whole = of or rank + many
    return [heads[n * 4096 // whole] + tail for n, (tail,) in enumerate(struct.iter_unpack("8s", drawn), start=rank)]
