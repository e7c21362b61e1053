"""The attendance sheet: what counts as a signature, as a scanned sheet, as a sheet that may be closed. Pure.

A drawn signature is a list of lines; each line is a flat list of coordinates, x y x y …, from 0 to 1000
on both sides of a frame three times as wide as it is high.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from math import hypot

from passnumerique.ground.words import N_
from passnumerique.training.rules.refusals import (
    EvidenceTooLarge,
    EvidenceUnreadable,
    SignatureEmpty,
    SignatureUnreadable,
)

Strokes = Sequence[Sequence[int]]
"""Lines of a drawn signature."""

SIDE = 1000
WIDE = 3
"""How many times wider than high the frame is in which one signs."""
MOST_STROKES = 100
MOST_NUMBERS = 8000
"""Coordinates of a whole signature: two for each point."""
LEAST_INK = 150
"""How far the finger went at least, in thousandths of the frame's height: a dot is no signature."""
MOST_BYTES = 10 * 1000 * 1000
ENDING = 4
"""How many of the last letters of a code stand for a pass that already booked the seat."""
MOST_WRONG_ENDINGS = 5
"""How many wrong endings one session hears within ten minutes, before it asks for whole codes."""
_POINT = 2


class SignatureWay(StrEnum):
    """How a person's presence was signed for."""

    DRAWN = "drawn"
    TYPED = "typed"
    ATTESTED = "attested"

    @property
    def words(self) -> str:
        return SIGNATURE_WORDS[self]


SIGNATURE_WORDS = {
    SignatureWay.DRAWN: N_("signé à l’écran"),
    SignatureWay.TYPED: N_("signé au clavier"),
    SignatureWay.ATTESTED: N_("présence attestée par le médiateur ou la médiatrice"),
}


def check_strokes(strokes: object) -> list[list[int]]:
    """The lines of a drawn signature, as they are kept. Refuses what is no list of lines of points inside the
    frame, more than a hand draws, and less than a stroke."""
    if not isinstance(strokes, list | tuple) or len(strokes) > MOST_STROKES:
        raise SignatureUnreadable
    lines = [_line(line) for line in strokes]
    if sum(map(len, lines)) > MOST_NUMBERS:
        raise SignatureUnreadable
    if sum(map(_ink, lines)) < LEAST_INK:
        raise SignatureEmpty
    return lines


def _line(line: object) -> list[int]:
    if not isinstance(line, list | tuple) or not line or len(line) % _POINT:
        raise SignatureUnreadable
    if not all(type(one) is int and 0 <= one <= SIDE for one in line):
        raise SignatureUnreadable
    return list(line)


def _ink(line: Sequence[int]) -> float:
    points = list(zip(line[::2], line[1::2], strict=True))
    return sum(hypot((x - a) * WIDE, y - b) for (a, b), (x, y) in pairwise(points))


_KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


def evidence_type(content: bytes) -> str:
    """The media type of a scanned sheet, by its first bytes, whatever its name says. Refuses more than 10 MB,
    and anything but PDF, PNG and JPEG."""
    if len(content) > MOST_BYTES:
        raise EvidenceTooLarge(megabytes=MOST_BYTES // 1_000_000)
    found = next((media for start, media, _ending in _KINDS if content.startswith(start)), None)
    if found is None:
        raise EvidenceUnreadable
    return found


def evidence_ending(media_type: str) -> str:
    """`.pdf`, `.png` or `.jpg`: how a kept sheet is named when it is given back."""
    return next(ending for _start, media, ending in _KINDS if media == media_type)
