"""What must be read again but by nobody else: enciphered under the keys of the installation.

The first key enciphers; each of them reads, so that a key can be replaced without a day on which old texts
cannot be read. Its own randomness comes from the operating system on purpose: a replayed run must not make
the same texts.
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def enciphered(keys: Sequence[str], text: str, at: datetime) -> bytes:
    """The text under the first of these Fernet keys."""
    return _cipher(keys).encrypt_at_time(text.encode(), int(at.timestamp()))


def deciphered(keys: Sequence[str], sealed: bytes) -> str | None:
    """The text again, by whichever of these keys made it; None when none of them did."""
    try:
        return _cipher(keys).decrypt(sealed).decode()
    except InvalidToken:
        return None


def enciphered_again(keys: Sequence[str], sealed: bytes) -> bytes | None:
    """The same text under the first key, keeping its instant; None when none of the keys reads it."""
    try:
        return _cipher(keys).rotate(sealed)
    except InvalidToken:
        return None


def _cipher(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
