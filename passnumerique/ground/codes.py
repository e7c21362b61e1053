"""Codes of vouchers: twelve letters that can be read aloud and typed without ambiguity.

The alphabet is Crockford's base 32 (digits and letters without I, L, O, U); what people confuse is
folded on reading (O is 0, I and L are 1). Eleven letters carry 55 bits; the twelfth is a check over
the field GF(32) with a weight of its own for each position, so that every single wrong letter and
every swap of two letters is caught (`docs/decisions/0005-codes.md`).

A code issued here is never stored: it is computed from the secret key, the lot's nonce and the
voucher's number. What the database holds is a keyed hash, enough to find a voucher and useless to
spend one.
"""

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_FOLD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2): its root generates all of GF(32)


def _powers() -> tuple[int, ...]:
    element, found = 1, []
    for _ in range(31):
        found.append(element)
        element <<= 1
        if element & 0b100000:
            element ^= _POLYNOMIAL
    return tuple(found)


_POWERS = _powers()
_LOGARITHM = {element: exponent for exponent, element in enumerate(_POWERS)}


def _times(left: int, right: int) -> int:
    if not left or not right:
        return 0
    return _POWERS[(_LOGARITHM[left] + _LOGARITHM[right]) % 31]


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
    digest = hmac.digest(key, b"code" + nonce + number.to_bytes(8, "big"), hashlib.sha256)
    drawn = int.from_bytes(digest[:8], "big")
    body = "".join(ALPHABET[drawn >> shift & 31] for shift in range(0, 55, 5))
    return body + check_letter(body)


def hash_code(key: bytes, code: str) -> bytes:
    """The 128-bit keyed hash under which a folded code is kept and found."""
    return hmac.digest(key, b"hash" + code.encode(), hashlib.sha256)[:16]
