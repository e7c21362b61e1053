"""Ranges of numbers, as people write them."""

import pytest

from passnumerique.ground.ranges import (
    RangeBackwards,
    RangeTooLong,
    UnreadableRange,
    read_ranges,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1-10, 15, 20–25", [(1, 10), (15, 15), (20, 25)]),
        ("  7 ", [(7, 7)]),
        ("3 à 5 et 9", [(3, 5), (9, 9)]),
        ("n° 12 au n° 14", [(12, 14)]),
        ("n° 12", [(12, 12)]),
        ("20—25;1\n2", [(1, 2), (20, 25)]),
        ("5, 1-3, 2-4", [(1, 5)]),
        ("1\u202f795-1\u202f800", [(1795, 1800)]),
        ("", []),
        (" , ", []),
    ],
)
def test_ranges_are_read_as_people_write_them(typed: str, read: list[tuple[int, int]]) -> None:
    assert read_ranges(typed) == read


@pytest.mark.parametrize("typed", ["abc", "1-", "-5", "1 2", "0", "0-3", "1--3", "1.5", "１x"])
def test_what_cannot_be_read_is_refused_with_the_part_that_is_wrong(typed: str) -> None:
    with pytest.raises(UnreadableRange) as refused:
        read_ranges(f"4, {typed}")
    assert refused.value.params["text"] == typed


def test_a_range_backwards_says_so() -> None:
    with pytest.raises(RangeBackwards):
        read_ranges("10-1")


@pytest.mark.parametrize("typed", ["1-2000000", "1-900000, 1000001-1900000", "9" * 16, "1-" + "9" * 40])
def test_too_many_numbers_are_a_slip_of_the_hand(typed: str) -> None:
    with pytest.raises(RangeTooLong):
        read_ranges(typed)
