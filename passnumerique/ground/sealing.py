"""Small secrets sealed by anybody to whoever holds one key: ECDH on P-256 with a key made for the one message,
HKDF-SHA256, AES-256-GCM. What browsers can do by themselves (Web Crypto).

A sealed text is the ephemeral public key (65 bytes, uncompressed), the nonce (12), and the ciphertext with
its tag (16 more than the text).
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

INFO = b"passnum scanner 1"
"""What ties the key of a message to its use; there is no salt."""
_KEY_INFO = b"passnum scanner seal key 1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has: private keys lie between 1 and one less."""
_PUBLIC, _NONCE, _TAG = 65, 12, 16
_POINT = 32
LONGEST_SEALED = _PUBLIC + _NONCE + _TAG + 64
"""Bytes: room for the longest code that is read."""


class SealError(ValueError):
    """Bytes that were not sealed to this key, or not in this way, or are torn."""


def sealing_key(master: bytes) -> EllipticCurvePrivateKey:
    """The private key that follows from a master key: always the same, and no way back."""
    drawn = HKDF(hashes.SHA256(), 48, None, _KEY_INFO).derive(master)
    return derive_private_key(int.from_bytes(drawn, "big") % (_ORDER - 1) + 1, SECP256R1())


def public_jwk(key: EllipticCurvePrivateKey) -> dict[str, str]:
    """The public half as a JSON Web Key."""
    point = _raw(key.public_key())
    return {"kty": "EC", "crv": "P-256", "x": _base64url(point[1 : 1 + _POINT]), "y": _base64url(point[1 + _POINT :])}


def opened(key: EllipticCurvePrivateKey, sealed: str) -> str:
    """The text that was sealed to the key and written in base 64. Raises SealError."""
    try:
        given = base64.b64decode(sealed, validate=True)
        if not _PUBLIC + _NONCE + _TAG <= len(given) <= LONGEST_SEALED:
            raise SealError
        public, nonce, text = given[:_PUBLIC], given[_PUBLIC : _PUBLIC + _NONCE], given[_PUBLIC + _NONCE :]
        return AESGCM(_shared(key, public)).decrypt(nonce, text, None).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise SealError from error


def seal(public: EllipticCurvePublicKey, text: str, ephemeral: EllipticCurvePrivateKey, nonce: bytes) -> str:
    """The text, sealed to whoever holds the private half, with a key and a nonce that serve once."""
    mine = _raw(ephemeral.public_key())
    key = _derived(ephemeral.exchange(ECDH(), public))
    return base64.b64encode(mine + nonce + AESGCM(key).encrypt(nonce, text.encode(), None)).decode()


def _shared(key: EllipticCurvePrivateKey, public: bytes) -> bytes:
    theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
    return _derived(key.exchange(ECDH(), theirs))


def _derived(secret: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, INFO).derive(secret)


def _raw(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
