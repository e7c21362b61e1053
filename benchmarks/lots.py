"""Lots of passes with the life they had, as relations of SQL that `benchmarks.filling` writes into tables.

Every pass of a lot was received, allocated to one of the structures by whole booklets, and handed over
booklet by booklet, one to each person, evenly through ten months. Of some booklets the first passes were
used thirty days after, ten at a session. People come in groups of ten, each from one structure, from one
of its six communes, and go to one of the eight places near it. Ranks stand for everything: booklet `b`
holds the ten numbers that end with 10 × b; it was the `j`-th of its lot to be handed over; a use is the
`r`-th.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import gcd
from uuid import UUID

from benchmarks.dialects import DAY, HOUR, known_uuid7, literal, ranked, series, uuid7
from passnumerique.ground.ids import NOBODY

BOOKLET = 10
SEATS = 10
GROUP = 10
"""Booklets handed over one after the other by one structure."""
NEAR_PLACES, NEAR_COMMUNES = 8, 6
RECEIVED = int(datetime(2021, 9, 1, 8, tzinfo=UTC).timestamp())
ALLOCATED = RECEIVED + DAY
HANDED_FROM = int(datetime(2021, 10, 1, 8, tzinfo=UTC).timestamp())
USED_FROM = HANDED_FROM + 30 * DAY
DAYS, OFFICE_SECONDS = 300, 8 * HOUR
LOT, NOTE, DEED, RECIPIENT, HANDOVER, VOUCHER, SESSION, USE, MONEY, STOCK, ACTIVITY, EVENT = range(1, 13)
"""The kinds of rows in ids. Deeds and events of the four acts have the kind plus 16 times the step."""


def evenly(rank: str, of: int, begin: int) -> str:
    """The second of the rank-th of so many things spread over the days from `begin`, in office hours."""
    return f"({begin} + ({rank}) * {DAYS} / {of} * {DAY} + ({rank}) * {DAYS} % {of} * {OFFICE_SECONDS} / {of})"


@dataclass(frozen=True)
class Ground:
    """The programme that passes are poured into, made through the operations before."""

    programme_id: UUID
    manager_id: UUID
    structures: Sequence[UUID]
    places: Sequence[UUID]
    communes: Sequence[str]
    module_id: UUID
    face_value_cents: int


@dataclass(frozen=True)
class Pour:
    """One lot: its numbers, and how many of the first passes of each booklet were used. With a nonce its
    codes are those of the house, found in the table `bench_codes`; without, MD5 of the number."""

    ground: Ground
    rank: int
    first: int
    quantity: int
    used_of_booklet: int = 0
    nonce: bytes = b""

    def __post_init__(self) -> None:
        if self.quantity % (BOOKLET * GROUP) or (self.first - 1) % BOOKLET or not 0 <= self.used_of_booklet <= BOOKLET:
            raise ValueError("a lot is whole groups of booklets")

    @property
    def last(self) -> int:
        """Its last number."""
        return self.first + self.quantity - 1

    @property
    def booklets(self) -> int:
        """How many booklets."""
        return self.quantity // BOOKLET

    @property
    def groups(self) -> int:
        """How many groups of booklets."""
        return self.booklets // GROUP

    @property
    def uses(self) -> int:
        """How many of its passes were used."""
        return self.booklets * self.used_of_booklet

    @property
    def sessions(self) -> int:
        """How many sessions they were used at."""
        return -(-self.uses // SEATS)

    @property
    def lot_id(self) -> UUID:
        """The id of its lot."""
        return known_uuid7(RECEIVED, LOT, self.rank)

    @cached_property
    def stride(self) -> int:
        """By how many groups one is from the one before it: structures hand over in turn, not in order."""
        steps = range(int(self.groups * 0.618) | 1, self.groups * 2 + 2)
        return next(step for step in steps if gcd(step, self.groups) == 1)

    @property
    def way_back(self) -> int:
        """What undoes the stride: from a group to the rank in which it came."""
        return pow(self.stride, -1, self.groups) if self.groups > 1 else 0

    def _structure(self, group: str) -> str:
        return f"{group} * {len(self.ground.structures)} / {self.groups}"

    def booklets_of(self, structure: int) -> tuple[int, int]:
        """The first and last booklet (from 0, in the lot) of a structure; none when the last is before."""
        of = len(self.ground.structures)
        begin, end = (-(-rank * self.groups // of) * GROUP for rank in (structure, structure + 1))
        return begin, end - 1

    # Relations, as SQL

    def _handovers(self, by_booklet: bool) -> str:
        if by_booklet:
            ranks = f"n AS k, n / {GROUP} * {self.way_back} % {self.groups} * {GROUP} + n % {GROUP} AS j"
        else:
            ranks = f"n AS j, n / {GROUP} * {self.stride} % {self.groups} * {GROUP} + n % {GROUP} AS k"
        numbered = f"(SELECT {ranks} FROM {series(0, self.booklets - 1)} AS r)"
        timed = (
            f"(SELECT j, k, k + {(self.first - 1) // BOOKLET + 1} AS b, "
            f"{self._structure(f'(k / {GROUP})')} AS of_structure, {evenly('j', self.booklets, HANDED_FROM)} AS s "
            f"FROM {numbered} AS x)"
        )
        return (
            f"(SELECT h.*, st.value AS structure, c.value AS commune FROM {timed} AS h "
            f"JOIN {ranked(self.ground.structures)} AS st ON st.rank = h.of_structure "
            f"JOIN {ranked(self.ground.communes)} AS c "
            f"ON c.rank = (h.of_structure * {NEAR_COMMUNES} + h.k % {NEAR_COMMUNES}) % {len(self.ground.communes)})"
        )

    @property
    def handovers(self) -> str:
        """j (rank), k (booklet in the lot), b (booklet), s (second), structure, commune; in order of time."""
        return self._handovers(by_booklet=False)

    def _passes(self, handovers: str) -> str:
        each = f"{handovers} AS h CROSS JOIN {series(0, BOOKLET - 1)} AS o"
        numbered = f"(SELECT h.*, (h.b - 1) * {BOOKLET} + o.n + 1 AS n, o.n AS o FROM {each})"
        if not self.uses:
            nothing = "CAST(NULL AS integer) AS r, CAST(NULL AS integer) AS t, CAST(NULL AS integer) AS u"
            return f"(SELECT p.*, {nothing}, {literal(NOBODY)} AS place FROM {numbered} AS p)"
        use = f"CASE WHEN o < {self.used_of_booklet} THEN j * {self.used_of_booklet} + o END"
        ranked_use = f"(SELECT p.*, {use} AS r FROM {numbered} AS p)"
        at = f"(SELECT p.*, r / {SEATS} AS t FROM {ranked_use} AS p)"
        timed = f"(SELECT p.*, {evenly('t', self.sessions, USED_FROM)} + 1800 AS u FROM {at} AS p)"
        return f"(SELECT p.*, pl.value AS place FROM {timed} AS p LEFT JOIN {self._place})"

    @property
    def _place(self) -> str:
        """The place of session t is near the structure whose people come first."""
        places = len(self.ground.places)
        first = f"(p.t * {SEATS} / {self.used_of_booklet} / {GROUP} * {self.stride} % {self.groups})"
        structure = f"({self._structure(first)}) * {places} / {len(self.ground.structures)}"
        return f"{ranked(self.ground.places)} AS pl ON pl.rank = ({structure} + p.t % {NEAR_PLACES}) % {places}"

    @property
    def passes(self) -> str:
        """Each pass with its hand-over: n, o (rank in the booklet), and r (its use), t (its session), u (its
        second), place, all NULL when it was not used; in order of hand-overs."""
        return self._passes(self.handovers)

    @property
    def passes_by_number(self) -> str:
        """The same in the order of their numbers, as a lot is received."""
        return self._passes(self._handovers(by_booklet=True))

    @property
    def used(self) -> str:
        """The passes that were used."""
        return f"(SELECT * FROM {self.passes} AS p WHERE r IS NOT NULL)"

    @property
    def workshops(self) -> str:
        """t (the rank of a session), u (half an hour after it began), place."""
        began = evenly("n", self.sessions, USED_FROM)
        timed = f"(SELECT n AS t, {began} + 1800 AS u FROM {series(0, self.sessions - 1)} AS r)"
        return f"(SELECT p.*, pl.value AS place FROM {timed} AS p JOIN {self._place})"

    # Ids and constants

    @property
    def programme(self) -> str:
        """The programme, as it stands in statements."""
        return literal(self.ground.programme_id)

    def deed(self, step: int, seconds: str, rank: str) -> str:
        """The id of the deed of a step (1 receive, 2 allocate, 3 hand over, 4 redeem)."""
        return uuid7(seconds, DEED + 16 * step + 256 * self.rank, rank)

    def known_deed(self, step: int, seconds: int, rank: int) -> UUID:
        """The same, made here."""
        return known_uuid7(seconds, DEED + 16 * step + 256 * self.rank, rank)

    def event_id(self, step: int, seconds: str) -> str:
        """The id of the event of a step of pass n."""
        return uuid7(seconds, EVENT + 16 * step, "n")

    @property
    def voucher_id(self) -> str:
        """The id of pass n."""
        return uuid7(str(RECEIVED), VOUCHER, "n")

    @property
    def handover_id(self) -> str:
        """The id of the hand-over of booklet b."""
        return uuid7("s", HANDOVER, "b")

    @property
    def session_id(self) -> str:
        """The id of session t of the lot; u is half an hour after it began."""
        return uuid7("u - 1800", SESSION + 256 * self.rank, "t")
