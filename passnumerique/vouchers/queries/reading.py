"""Vouchers as an operation first sees them: what is enough to decide and to move them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet

from passnumerique.ground.bulk import SLAB, slabs_of
from passnumerique.ground.codes import LENGTH, fold, grouped_code, hash_code, well_formed
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.ground.refusals import Refusal
from passnumerique.programmes.queries import programmes_beside
from passnumerique.vouchers.models import DeliveryNote, Lot, Redemption, Voucher
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import CodeOfAnotherProgramme, UnknownCode, UnknownNumbers, WrongCheckLetter


@dataclass(frozen=True, slots=True)
class Seen:
    """One voucher at the moment it was read; `state` None: it is being received."""

    id: UUID
    number: int
    booklet: int
    lot_id: UUID
    face_value_cents: int
    state: State | None
    structure_id: UUID = NOBODY
    place_id: UUID = NOBODY
    handover_id: UUID | None = None
    turn: int = 0
    step: int = 0
    commune: str = ""


RANGES_TOLD = 8
LONGEST_TOLD = 40
"""Letters of something that is no code."""

Range = tuple[int, int]
"""First and last number, both included."""


def _seen(rows: QuerySet[Voucher], limit: int | None = None) -> list[Seen]:
    found: Iterable[tuple[Any, ...]] = rows.order_by("number").values_list(*_COLUMNS)[:limit]
    return [Seen(*(*row[:5], _STATES[row[5]], *row[6:])) for row in found]


_COLUMNS = (
    "id",
    "number",
    "booklet",
    "lot_id",
    "lot__face_value_cents",
    "state",
    "structure_id",
    "place_id",
    "handover_id",
    "turn",
    "step",
    "commune",
)
_STATES = {state.value: state for state in State}


def vouchers_in(programme_id: UUID, ranges: Iterable[Range]) -> list[Seen]:
    """The vouchers of these ranges of numbers, in order; what does not exist is simply not there."""
    return [voucher for slab in slabs_in(programme_id, ranges) for voucher in slab]


def slabs_in(programme_id: UUID, ranges: Iterable[Range], size: int = SLAB) -> Iterator[list[Seen]]:
    """The same, `size` at a time, so that a million take no more room than some thousands. Each slab is
    read when it is asked for."""
    for first, last in joined(ranges):
        after = first - 1
        while after < last:
            rows = Voucher.objects.filter(programme_id=programme_id, number__range=(after + 1, last))
            slab = _seen(rows, size)
            if slab:
                yield slab
            after = slab[-1].number if len(slab) == size else last


def vouchers_numbered(programme_id: UUID, numbers: Iterable[int]) -> list[Seen]:
    """The vouchers of these numbers, in order, for numbers that do not follow one another: what is asked
    does not grow with how far apart they lie. What does not exist is not there."""
    rows = Voucher.objects.filter(programme_id=programme_id)
    chunks = in_chunks(sorted(set(numbers)))
    return [voucher for some in chunks for voucher in _seen(rows.filter(number__in=some))]


def every_voucher_in(programme_id: UUID, ranges: Sequence[Range]) -> list[Seen]:
    """The vouchers of these ranges of numbers, in order. Refuses, by number, those that do not exist."""
    require_numbers(programme_id, ranges)
    return vouchers_in(programme_id, ranges)


def require_numbers(programme_id: UUID, ranges: Sequence[Range]) -> None:
    """Refuses, by number, what of these ranges of numbers does not exist."""
    rows = [Voucher.objects.filter(programme_id=programme_id, number__range=span) for span in joined(ranges)]
    if sum(some.count() for some in rows) < how_many(ranges):
        numbers = (number for some in rows for number in some.values_list("number", flat=True).order_by())
        raise UnknownNumbers(numbers=as_words(missing_from(joined(ranges), numbers)))


def vouchers_of_booklets(programme_id: UUID, ranges: Iterable[Range]) -> list[Seen]:
    """The vouchers of these ranges of booklets, in order of number."""
    found = [voucher for slab in slabs_of_booklets(programme_id, ranges) for voucher in slab]
    return sorted(found, key=lambda voucher: voucher.number)


def slabs_of_booklets(programme_id: UUID, ranges: Iterable[Range]) -> Iterator[list[Seen]]:
    """The same, some hundreds of booklets at a time."""
    for span in joined(ranges):
        for some in slabs_of(*span, SLAB // 20):
            if slab := _seen(Voucher.objects.filter(programme_id=programme_id, booklet__range=some)):
                yield slab


def missing_booklets(programme_id: UUID, ranges: Sequence[Range]) -> list[Range]:
    """What of these ranges of booklets does not exist."""
    rows = [Voucher.objects.filter(programme_id=programme_id, booklet__range=span) for span in joined(ranges)]
    known = (booklet for some in rows for booklet in some.values_list("booklet", flat=True).distinct().order_by())
    return missing_from(joined(ranges), known)


def vouchers_in_state(programme_id: UUID, state: State) -> list[Seen]:
    """Every voucher in one state, in order of number."""
    return _seen(Voucher.objects.filter(programme_id=programme_id, state=state))


def numbers_in_states(programme_id: UUID, states: Iterable[State]) -> list[Range]:
    """The numbers of every voucher in these states, as ranges."""
    rows = Voucher.objects.filter(programme_id=programme_id, state__in=[state.value for state in states])
    return ranges_of(rows.order_by("number").values_list("number", flat=True))


def vouchers_with_ids(programme_id: UUID, ids: Sequence[UUID]) -> list[Seen]:
    """These vouchers of the programme, in order of number."""
    found: list[Seen] = []
    for chunk in in_chunks(ids):
        found += _seen(Voucher.objects.filter(programme_id=programme_id, id__in=chunk))
    return sorted(found, key=lambda voucher: voucher.number)


def vouchers_with_codes(programme_id: UUID, codes: Iterable[str]) -> dict[str, Seen]:
    """The vouchers that carry these codes, by folded code."""
    hashes = {hash_code(settings.CODE_KEY, code): code for code in map(fold, codes)}
    found: dict[str, Seen] = {}
    for chunk in in_chunks(list(hashes)):
        rows = Voucher.objects.filter(programme_id=programme_id, code_hash__in=chunk)
        known = {voucher.id: voucher for voucher in _seen(rows)}
        for voucher_id, code_hash in rows.values_list("id", "code_hash").order_by():
            found[hashes[bytes(code_hash)]] = known[voucher_id]
    return found


def programme_of_code(code: str) -> UUID | None:
    """Which programme of the installation a code belongs to; None when no voucher carries it, or when
    vouchers of two programmes do (codes that came from issuers may meet)."""
    rows = Voucher.objects.filter(code_hash=hash_code(settings.CODE_KEY, fold(code)))
    found = list(rows.values_list("programme_id", flat=True).order_by()[:2])
    return found[0] if len(found) == 1 else None


def codes_of_siblings(programme_id: UUID, codes: Iterable[str]) -> set[str]:
    """Which of these folded codes are carried by passes of other programmes of the same authority: one may
    be told so. Of other authorities nothing is told."""
    hashes = {hash_code(settings.CODE_KEY, code): code for code in codes}
    found: dict[UUID, set[str]] = {}
    for chunk in in_chunks(list(hashes)):
        rows = Voucher.objects.filter(code_hash__in=chunk).exclude(programme_id=programme_id)
        for other_id, code_hash in rows.values_list("programme_id", "code_hash").order_by():
            found.setdefault(other_id, set()).add(hashes[bytes(code_hash)])
    siblings = programmes_beside(programme_id, found)
    return {code for other_id in siblings for code in found[other_id]}


def why_unknown(code: str, *, sibling: bool) -> Refusal:
    """Why no voucher of the programme has this folded code: of another programme of the authority
    (`sibling`), mistyped, or unknown."""
    if sibling:
        return CodeOfAnotherProgramme()
    if len(code) == LENGTH and not well_formed(code):
        return WrongCheckLetter(code=grouped_code(code))
    return UnknownCode(code=grouped_code(code)[:LONGEST_TOLD])


def known_booklets(programme_id: UUID, booklets: Iterable[int]) -> set[int]:
    """Which of these booklets hold vouchers already received."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(set(booklets))):
        rows = Voucher.objects.filter(programme_id=programme_id, booklet__in=chunk)
        found.update(rows.values_list("booklet", flat=True).distinct().order_by())
    return found


def next_numbers(programme_id: UUID) -> Range:
    """The first free voucher number and booklet number."""
    top = Voucher.objects.filter(programme_id=programme_id).aggregate(number=Max("number"), booklet=Max("booklet"))
    return (top["number"] or 0) + 1, (top["booklet"] or 0) + 1


def next_note_number(programme_id: UUID) -> int:
    """The number of the next delivery note: without gap, from 1."""
    top = DeliveryNote.objects.filter(programme_id=programme_id).aggregate(number=Max("number"))
    return (top["number"] or 0) + 1


def redemptions_with_ids(programme_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """The redemptions already recorded under these client ids."""
    rows = Redemption.objects.filter(programme_id=programme_id, id__in=list(ids)).order_by()
    return {row.id: row for row in rows}


def ids_redeemed(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these client ids any redemption of the installation bears: an id serves once, everywhere."""
    return set(Redemption.objects.filter(id__in=list(ids)).values_list("id", flat=True).order_by())


def live_redemptions(programme_id: UUID, voucher_ids: Iterable[UUID]) -> dict[UUID, Redemption]:
    """The redemption that stands for each of these vouchers: its latest, unless it was undone."""
    rows = Redemption.objects.filter(
        programme_id=programme_id, voucher_id__in=list(voucher_ids), reversals__isnull=True
    )
    return {row.voucher_id: row for row in rows.order_by("turn")}


@dataclass(frozen=True, slots=True)
class StandingUse:
    """The redemption that stands for a pass, and the state in which the pass is with it."""

    id: UUID
    number: int
    state: State
    place_id: UUID
    session_id: UUID
    participant_id: UUID | None
    redeemed_at: datetime


def uses_standing(programme_id: UUID, numbers: Iterable[int]) -> dict[int, StandingUse]:
    """The redemption that stands for each of these passes, by number."""
    live = Redemption.objects.filter(programme_id=programme_id, reversals__isnull=True)
    columns = ("id", "voucher__number", "voucher__state", "place_id", "training_session_id", "participant_id")
    found = {}
    for chunk in in_chunks(sorted(set(numbers))):
        rows = live.filter(voucher__number__in=chunk).order_by("turn")
        for id_, number, state, *rest in rows.values_list(*columns, "redeemed_at"):
            found[number] = StandingUse(id_, number, _STATES[state], *rest)
    return found


def lots(programme_id: UUID) -> QuerySet[Lot]:
    """The lots of a programme, latest first."""
    return Lot.objects.filter(programme_id=programme_id).order_by("-received_at", "-first_number")


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """Numbers as the fewest ranges that hold just them: 1, 2, 3, 7 is [(1, 3), (7, 7)]."""
    found: list[Range] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def joined(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers as the fewest ranges, in order: (5, 9), (1, 3), (2, 4) is [(1, 9)]."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        elif first <= last:
            found.append((first, last))
    return found


def how_many(ranges: Iterable[Range]) -> int:
    """How many numbers these ranges hold, each counted once."""
    return sum(last - first + 1 for first, last in joined(ranges))


def missing_from(ranges: Iterable[Range], numbers: Iterable[int]) -> list[Range]:
    """What of these ranges is none of the numbers: (1, 9) without 4 and 5 is [(1, 3), (6, 9)]."""
    known = sorted(set(numbers))
    found: list[Range] = []
    for first, last in sorted(ranges):
        inside = known[bisect_left(known, first) : bisect_right(known, last)]
        ends = pairwise([first - 1, *inside, last + 1])
        found += [(before + 1, after - 1) for before, after in ends if before + 1 < after]
    return found


def as_words(ranges: Sequence[Range]) -> str:
    """Ranges as a person writes them: `1–3, 7`; after the first few, `…`."""
    words = [f"{first}–{last}" if first != last else str(first) for first, last in ranges]
    return ", ".join(words[:RANGES_TOLD]) + (", …" if words[RANGES_TOLD:] else "")
