"""Which lines of a claim are controlled when not all are: drawn by a seed that anybody can draw with again.

The rule needs no program of ours: write `seed:number` for each line, the number being that of its pass,
take the SHA-256 of that text, and put the lines in the order of these hashes as they are written in
hexadecimal. The first ones are the sample; every line that bears a sign is controlled besides.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from passnumerique.settlement.rules.states import CONTESTED, Verdict


def rank_of(seed: str, number: int) -> str:
    """The hash by which the line of a pass is ranked."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def size_of_sample(lines: int, rate: int) -> int:
    """How many lines a rate in basis points asks for: rounded up, at least one, at most all."""
    return min(lines, max(1, -(-lines * rate // 10_000)))


def draw(numbers: Iterable[int], seed: str, size: int) -> list[int]:
    """The numbers of the passes drawn, in the order in which they were drawn."""
    return sorted(numbers, key=lambda number: rank_of(seed, number))[:size]


@dataclass(frozen=True)
class Progress:
    """How far a control by sample is: what must still be looked at, and what the drawn lines showed."""

    drawn: int
    to_look: int
    """Drawn or flagged lines without a verdict."""
    errors: int
    """Drawn lines that were contested."""
    too_many: bool
    """Whether the errors are above the threshold: then every line is controlled."""


def progress_of(
    verdicts: Mapping[int, Verdict], flagged: Collection[int], drawn: Collection[int], most_errors: int
) -> Progress:
    """Where a control stands, from the verdict of each line by number of pass; `most_errors` in basis points
    of the lines drawn. Flagged lines that were not drawn say nothing about the others."""
    errors = sum(verdicts[number] in CONTESTED for number in drawn)
    too_many = errors * 10_000 > most_errors * len(drawn)
    look = set(verdicts) if too_many else {*drawn, *flagged}
    waiting = sum(verdicts[number] is Verdict.PENDING for number in look)
    return Progress(len(drawn), waiting, errors, too_many)
