"""Codes: every slip of a hand is caught, what people confuse is folded, and the same is always derived."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.ground.codes import (
    ALPHABET,
    LENGTH,
    check_letter,
    derive_code,
    derive_codes,
    fold,
    grouped_code,
    hash_code,
    hash_codes,
    well_formed,
)

KEY, NONCE = bytes(range(32)), bytes(range(16))
CODES = [derive_code(KEY, NONCE, number) for number in (1, 2, 1800, 10**9)]
codes = st.integers(0, 2**40).map(lambda number: derive_code(KEY, NONCE, number))


@pytest.mark.parametrize("code", CODES)
def test_every_single_wrong_letter_is_caught(code: str) -> None:
    wrong = [code[:at] + letter + code[at + 1 :] for at in range(LENGTH) for letter in ALPHABET if letter != code[at]]
    assert len(wrong) == LENGTH * 31
    assert not any(map(well_formed, wrong))


@pytest.mark.parametrize("code", CODES)
def test_every_swap_of_two_letters_is_caught(code: str) -> None:
    for left in range(LENGTH):
        for right in range(left + 1, LENGTH):
            letters = list(code)
            letters[left], letters[right] = letters[right], letters[left]
            assert well_formed("".join(letters)) == (code[left] == code[right])


@given(codes, st.data())
def test_slips_are_caught_in_any_code(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, LENGTH - 1))
    letter = data.draw(st.sampled_from(ALPHABET))
    assert well_formed(code)
    assert well_formed(code[:at] + letter + code[at + 1 :]) == (letter == code[at])


@given(codes, st.integers(1, LENGTH - 1))
def test_a_code_cut_short_or_too_long_is_caught(code: str, length: int) -> None:
    assert not well_formed(code[:length])
    assert not well_formed(code + code[:length])


@given(codes)
def test_a_code_is_read_as_it_is_printed_and_as_people_type_it(code: str) -> None:
    assert fold(grouped_code(code)) == code
    assert fold(f"  {code.lower()} ") == code
    assert fold(" ".join(code)) == code
    assert fold(code.replace("0", "O").replace("1", "l").replace("V", "u")) == code


@given(st.text(max_size=40))
def test_any_text_can_be_folded_and_judged(typed: str) -> None:
    folded = fold(typed)
    assert fold(folded) == folded
    assert isinstance(well_formed(folded), bool)


def test_the_alphabet_has_no_letter_that_reads_as_another() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert set(map(fold, ALPHABET)) == set(ALPHABET)


def test_the_check_letter_of_known_bodies_never_changes() -> None:
    assert check_letter("00000000000") == "0"
    assert [code[-1] for code in CODES] == [check_letter(code[:-1]) for code in CODES]
    assert check_letter("10000000000") != check_letter("01000000000")


def test_codes_depend_on_the_key_the_lot_and_the_number() -> None:
    same = derive_code(KEY, NONCE, 7)
    assert derive_code(KEY, NONCE, 7) == same
    assert (
        len({same, derive_code(KEY[::-1], NONCE, 7), derive_code(KEY, NONCE[::-1], 7), derive_code(KEY, NONCE, 8)}) == 4
    )


def test_ten_thousand_codes_of_a_lot_are_all_different() -> None:
    assert len({derive_code(KEY, NONCE, number) for number in range(10_000)}) == 10_000


@given(codes)
def test_the_hash_is_keyed_and_short(code: str) -> None:
    assert len(hash_code(KEY, code)) == 16
    assert hash_code(KEY, code) == hash_code(KEY, code)
    assert hash_code(KEY, code) != hash_code(KEY[::-1], code)


@pytest.mark.parametrize("key", [b"short", KEY, KEY * 2, KEY * 3])
def test_codes_made_at_once_are_those_made_one_by_one(key: bytes) -> None:
    """Against HMAC and the check letter as the standard library and the field say them."""
    numbers = [0, 1, 2, 1800, 10**9, 2**63]
    codes = list(derive_codes(key, NONCE, numbers))
    for number, code in zip(numbers, codes, strict=True):
        drawn = int.from_bytes(hmac.digest(key, b"code" + NONCE + number.to_bytes(8, "big"), "sha256")[:8], "big")
        body = "".join(ALPHABET[drawn >> shift & 31] for shift in range(0, 55, 5))
        assert code == body + check_letter(body) == derive_code(key, NONCE, number)
    assert hash_codes(key, codes) == [hash_code(key, code) for code in codes]
