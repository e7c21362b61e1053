"""A sealed text is opened by the one key it was sealed to, and by no other; anything torn is told so."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.sealing import LONGEST_SEALED, SealError, opened, public_jwk, seal, sealing_key

KEY = sealing_key(b"\x01" * 32)
OTHER = sealing_key(b"\x02" * 32)
NONCE = bytes(range(12))


def closed(text: str, ephemeral: int = 12345) -> str:
    return seal(KEY.public_key(), text, derive_private_key(ephemeral, SECP256R1()), NONCE)


@given(st.text(max_size=16), st.integers(1, 2**200))
def test_what_is_sealed_is_opened(text: str, ephemeral: int) -> None:
    assert opened(KEY, closed(text, ephemeral)) == text


def test_a_key_follows_from_its_master_and_from_no_other() -> None:
    assert public_jwk(KEY) == public_jwk(sealing_key(b"\x01" * 32)) != public_jwk(OTHER)
    assert set(public_jwk(KEY)) == {"kty", "crv", "x", "y"}
    assert [len(base64.urlsafe_b64decode(public_jwk(KEY)[part] + "=")) for part in "xy"] == [32, 32]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError):
        opened(OTHER, closed("ABCDEFGHJKMN"))


@given(st.data())
def test_one_bit_changed_anywhere_is_seen(data: st.DataObject) -> None:
    whole = bytearray(base64.b64decode(closed("ABCDEFGHJKMN")))
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[place // 8] ^= 1 << place % 8
    with pytest.raises(SealError):
        opened(KEY, base64.b64encode(whole).decode())


@given(st.integers(0, 200))
def test_one_that_is_cut_is_seen(length: int) -> None:
    whole = closed("ABCDEFGHJKMN")
    if length < len(whole):
        with pytest.raises(SealError):
            opened(KEY, whole[:length])


@pytest.mark.parametrize(
    "text",
    ["", "é", "====", "A" * 10_000, base64.b64encode(b"\x04" + b"\0" * 200).decode(), closed("x") + "\n!"],
    ids=["nothing", "accent", "padding", "long", "no point", "noise"],
)
def test_what_was_never_sealed_is_seen(text: str) -> None:
    with pytest.raises(SealError):
        opened(KEY, text)


def test_the_longest_code_that_is_read_has_room() -> None:
    assert opened(KEY, closed("é" * 32)) == "é" * 32
    with pytest.raises(SealError):
        opened(KEY, closed("é" * 33))
    assert len(base64.b64decode(closed("é" * 32))) == LONGEST_SEALED
