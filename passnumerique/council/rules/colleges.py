"""The colleges of a council: members who represent the same body. They are counted and decide nothing here. Pure.

The quorum and the majority are those of the whole council (CGCT, L2121-17 and L2121-20). Statutes may ask for more,
college by college: what they ask is not known, so it is shown and left to the secretary.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passnumerique.council.rules.sittings import Roll, Voice


@dataclass(frozen=True)
class College:
    """One college at one moment: its seats, and how many of them are occupied."""

    name: str
    seats: int
    present: int


def colleges_in(roll: Roll, college: Mapping[str, str]) -> list[College]:
    """The colleges of a roll, by name; `college` is that of each titular. None where nobody represents one."""
    found = []
    for name in sorted({one for one in college.values() if one}):
        seats = [seat for seat in roll.seats if college.get(seat.titular) == name]
        found.append(College(name, len(seats), sum(bool(seat.sits) for seat in seats)))
    return found


def voices_by_college(voices: Iterable[tuple[str, Voice]]) -> dict[str, Counter[Voice]]:
    """The voices of a ballot by name, counted by the college of their seats; those of no college are left out."""
    found: dict[str, Counter[Voice]] = {}
    for name, voice in sorted(voices):
        if name:
            found.setdefault(name, Counter())[voice] += 1
    return found
