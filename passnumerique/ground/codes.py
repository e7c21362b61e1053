"""Codes of vouchers: twelve letters that can be read aloud and typed without ambiguity.

The alphabet is Crockford's base 32 (digits and letters without I, L, O, U); what people confuse is
folded on reading (O is 0, I and L are 1). Eleven letters carry 55 bits; the twelfth is a check over
the field GF(32) with a weight of its own for each position, so that every single wrong letter and
every swap of two letters is caught (`docs/decisions/0005-codes.md`).

A code issued here is never stored: it is computed from the secret key, the lot's nonce and the
voucher's number. What the database holds is a keyed hash, enough to find a voucher and useless to
spend one.
"""

import hmac
from collections.abc import Iterable, Iterator
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
FOLDED = {"O": "0", "I": "1", "L": "1", "U": "V"}
"""What people confuse, and the letter of the alphabet for which it is read."""
_FOLD = str.maketrans(FOLDED)
_BLOCK = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2): its root generates all of GF(32)


def _powers() -> tuple[int, ...]:
    element, found = 1, []
    for _ in range(31):
        found.append(element)
        element <<= 1
        if element & 0b100000:
            element ^= POLYNOMIAL
    return tuple(found)


_POWERS = _powers()
_LOGARITHM = {element: exponent for exponent, element in enumerate(_POWERS)}


def _times(left: int, right: int) -> int:
    if not left or not right:
        return 0
    return _POWERS[(_LOGARITHM[left] + _LOGARITHM[right]) % 31]


def _share(position: int, value: int) -> int:
    """What a letter adds to the weighted sum, by its position (from 1)."""
    return _times(_POWERS[position], value)


_PAIRS = [ALPHABET[pair & 31] + ALPHABET[pair >> 5] for pair in range(1024)]
_SHARES = [
    bytes(_share(position, pair & 31) ^ _share(position + 1, pair >> 5) for pair in range(1024))
    for position in (1, 3, 5, 7, 9)
]
_LAST_SHARE = bytes(_share(11, value) for value in range(32))
"""The letters of ten bits and what they add to the check, looked up: a million codes are made at once."""


def check_letter(body: str) -> str:
    """The letter that makes the weighted sum of `body` and itself zero; its own weight is 1."""
    total = 0
    for position, letter in enumerate(body, start=1):
        total ^= _times(_POWERS[position], _VALUE[letter])
    return ALPHABET[total]


def fold(typed: str) -> str:
    """What a person typed or a camera read, brought to the letters of the alphabet where it can be:
    upper case, no blanks or dashes, O read as 0, I and L as 1, U as V."""
    return "".join(typed.upper().split()).replace("-", "").translate(_FOLD)


def well_formed(code: str) -> bool:
    """Whether a folded code has the right length and letters and its check letter agrees."""
    return len(code) == LENGTH and all(letter in _VALUE for letter in code) and check_letter(code[:-1]) == code[-1]


def grouped_code(code: str) -> str:
    """`ABCDEFGHJKMN` as `ABCD-EFGH-JKMN`, the way it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def derive_code(key: bytes, nonce: bytes, number: int) -> str:
    """The code of voucher `number` of the lot that drew `nonce`: the same three always give the same code."""
    return next(derive_codes(key, nonce, range(number, number + 1)))


def derive_codes(key: bytes, nonce: bytes, numbers: Iterable[int]) -> Iterator[str]:
    """The code of each of these vouchers of the lot, in order; see `derive_code`."""
    inner, outer = _pads(key)
    inner += b"code" + nonce
    for number in numbers:
        digest = sha256(outer + sha256(inner + number.to_bytes(8, "big")).digest()).digest()
        yield code_of(int.from_bytes(digest[:8], "big") & (1 << 55) - 1)


def code_of(drawn: int) -> str:
    """The code of 55 bits that were drawn, its check letter last."""
    a, b, c, d, e = drawn & 1023, drawn >> 10 & 1023, drawn >> 20 & 1023, drawn >> 30 & 1023, drawn >> 40 & 1023
    last = drawn >> 50
    one, two, three, four, five = _SHARES
    check = one[a] ^ two[b] ^ three[c] ^ four[d] ^ five[e] ^ _LAST_SHARE[last]
    return _PAIRS[a] + _PAIRS[b] + _PAIRS[c] + _PAIRS[d] + _PAIRS[e] + ALPHABET[last] + ALPHABET[check]


def hash_code(key: bytes, code: str) -> bytes:
    """The 128-bit keyed hash under which a folded code is kept and found."""
    return hmac.digest(key, b"hash" + code.encode(), sha256)[:16]


def hash_codes(key: bytes, codes: Iterable[str]) -> list[bytes]:
    """The hash of each of these folded codes, in order; see `hash_code`."""
    inner, outer = _pads(key)
    inner += b"hash"
    return [sha256(outer + sha256(inner + code.encode()).digest()).digest()[:16] for code in codes]


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as HMAC mixes it in, before the message and before its digest (RFC 2104): done once for a
    million codes, it makes HMAC two plain hashes."""
    block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return block.translate(_INNER), block.translate(_OUTER)
