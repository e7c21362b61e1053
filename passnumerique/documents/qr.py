"""QR codes of passes: many symbols that share a long beginning, made fast and drawn as one outline.

A QR symbol is affine over GF(2): flipping one bit of the data always flips the same modules, whatever
the other bits are (Reed–Solomon is linear, and the mask is only added). The addresses of a sheet of
cards differ by their codes alone, so their symbols are composed: one symbol for the shared beginning,
plus one precomputed pattern for each pair of letters. Every part is learnt from `segno`, which stays
the one authority on the standard; a test holds both to the same modules.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import segno

# Digits, capitals and nine signs: what the alphanumeric mode packs two by two into eleven bits.
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: value for value, letter in enumerate(ALPHANUMERIC)}
_PAIR_BITS = 11
_MASK = 3  # any mask may be read; a fixed one spares the search and keeps papers reproducible
_RUN = re.compile("1+")
QUIET_ZONE = 4  # modules of white around the symbol, as the standard asks


class Symbol:
    """A square of dark and light modules. `modules` holds the rows one after the other, first module
    highest, a set bit for a dark module; the quiet zone is not part of it."""

    __slots__ = ("modules", "side")

    def __init__(self, side: int, modules: int) -> None:
        self.side = side
        self.modules = modules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and (self.side, self.modules) == (other.side, other.modules)

    def __hash__(self) -> int:
        return hash((self.side, self.modules))

    def rows(self) -> Iterator[str]:
        """The rows from top to bottom, each as a string of 0 and 1."""
        bits = format(self.modules, f"0{self.side * self.side}b")
        return (bits[start : start + self.side] for start in range(0, len(bits), self.side))


def symbol(text: str) -> Symbol:
    """The symbol of one text, error correction M or better where the same size allows it.

    Upper-case addresses give the smallest symbols (alphanumeric mode). Raises ValueError for an empty
    text, and segno's DataOverflowError (a ValueError) for one that no symbol can hold.
    """
    if not text:
        raise ValueError("a QR code needs a text")
    made = segno.make(text, error="m", mask=_MASK, micro=False)
    bits = "".join("1" if module else "0" for row in made.matrix for module in row)
    return Symbol(len(made.matrix), int(bits, 2))


def symbols(texts: Sequence[str]) -> list[Symbol]:
    """The symbols of many texts, in the same order; the same modules as `symbol` gives one by one.

    Texts of one length that share their beginning and hold only alphanumeric letters are composed,
    ten times faster; any others are made one by one.
    """
    beginning = _shared_beginning(texts)
    if not _composable(texts, beginning):
        return [symbol(text) for text in texts]
    compose = _composer(beginning, len(texts[0]))
    return [compose(text) for text in texts]


def outline(drawn: Symbol) -> str:
    """The dark modules as one SVG path in module units, quiet zone included in its offsets.

    Each run of dark modules is one rectangle of the same path, so that no hairline shows between
    rows: a reader fills the whole path at once.
    """
    return "".join(
        f"M{run.start() + QUIET_ZONE} {top}h{run.end() - run.start()}v1h{run.start() - run.end()}z"
        for top, row in enumerate(drawn.rows(), start=QUIET_ZONE)
        for run in _RUN.finditer(row)
    )


def svg(text: str) -> str:
    """One symbol as a complete SVG picture in module units, for pages and single papers."""
    return picture(symbol(text))


def picture(drawn: Symbol) -> str:
    """A symbol as a complete SVG picture, black on nothing, with its quiet zone."""
    size = drawn.side + 2 * QUIET_ZONE
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
    return f'<svg {box}><path d="{outline(drawn)}"/></svg>'


def _shared_beginning(texts: Sequence[str]) -> str:
    """What all texts begin with, cut to whole pairs of letters."""
    first, last = min(texts, default=""), max(texts, default="")
    beginning = next((first[:place] for place, letter in enumerate(first) if last[place : place + 1] != letter), first)
    return beginning[: len(beginning) // 2 * 2]


def _composable(texts: Sequence[str], beginning: str) -> bool:
    """Whether the texts share length and mode, and are enough to repay the learning of the patterns.

    A beginning of digits alone would let segno choose its numeric mode for some of them.
    """
    if not beginning or beginning.isdigit() or len({len(text) for text in texts}) > 1:
        return False
    learnt = _PAIR_BITS * (len(texts[0]) - len(beginning) + 1) // 2
    return len(texts) > learnt and set().union(*texts) <= _VALUE.keys()


@lru_cache(maxsize=8)
def _composer(beginning: str, length: int) -> Callable[[str], Symbol]:
    """A function that makes the symbol of any alphanumeric text of `length` letters with that beginning."""
    ground = symbol(beginning + "0" * (length - len(beginning)))
    places = range(len(beginning), length, 2)
    patterns = [_patterns(ground, beginning, length, place) for place in places]

    def compose(text: str) -> Symbol:
        modules = ground.modules
        for place, pattern in zip(places, patterns, strict=True):
            modules ^= pattern[text[place : place + 2]]
        return Symbol(ground.side, modules)

    return compose


def _patterns(ground: Symbol, beginning: str, length: int, place: int) -> dict[str, int]:
    """For each pair of letters at `place`, the modules that differ from the symbol with zeros there."""
    width = min(2, length - place)
    values = len(ALPHANUMERIC) ** width
    found = [0] * values
    for value in range(1, values):
        rest = value & (value - 1)
        if rest:
            found[value] = found[rest] ^ found[value ^ rest]
        else:
            text = (beginning + "0" * (place - len(beginning)) + _letters(value, width)).ljust(length, "0")
            found[value] = symbol(text).modules ^ ground.modules
    return {_letters(value, width): pattern for value, pattern in enumerate(found)}


def _letters(value: int, width: int) -> str:
    """The one or two letters that the alphanumeric mode packs as `value`."""
    high, low = divmod(value, len(ALPHANUMERIC))
    return (ALPHANUMERIC[high] if width > 1 else "") + ALPHANUMERIC[low]
