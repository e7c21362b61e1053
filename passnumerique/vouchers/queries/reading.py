"""Vouchers as an operation first sees them: what is enough to decide and to move them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max, QuerySet

from passnumerique.ground.codes import fold, hash_code
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY
from passnumerique.vouchers.models import DeliveryNote, Lot, Redemption, Voucher
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import UnknownNumbers


@dataclass(frozen=True)
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

Range = tuple[int, int]
"""First and last number, both included."""


def _seen(rows: QuerySet[Voucher]) -> list[Seen]:
    found = rows.order_by("number").annotate(face=F("lot__face_value_cents")).values(*_COLUMNS, "face")
    return [Seen(face_value_cents=row.pop("face"), state=State(row.pop("state")), **row) for row in found]


_COLUMNS = (
    "id",
    "number",
    "booklet",
    "lot_id",
    "state",
    "structure_id",
    "place_id",
    "handover_id",
    "turn",
    "step",
    "commune",
)


def vouchers_in(programme_id: UUID, ranges: Iterable[Range]) -> list[Seen]:
    """The vouchers of these ranges of numbers, in order; what does not exist is simply not there."""
    found: dict[int, Seen] = {}
    for first, last in ranges:
        rows = Voucher.objects.filter(programme_id=programme_id, number__range=(first, last))
        found.update((voucher.number, voucher) for voucher in _seen(rows))
    return [found[number] for number in sorted(found)]


def every_voucher_in(programme_id: UUID, ranges: Sequence[Range]) -> list[Seen]:
    """The vouchers of these ranges of numbers, in order. Refuses, by number, those that do not exist."""
    found = vouchers_in(programme_id, ranges)
    if missing := missing_from(ranges, (voucher.number for voucher in found)):
        raise UnknownNumbers(numbers=as_words(missing))
    return found


def vouchers_of_booklets(programme_id: UUID, ranges: Iterable[Range]) -> list[Seen]:
    """The vouchers of these ranges of booklets, in order of number."""
    found: dict[int, Seen] = {}
    for first, last in ranges:
        rows = Voucher.objects.filter(programme_id=programme_id, booklet__range=(first, last))
        found.update((voucher.number, voucher) for voucher in _seen(rows))
    return [found[number] for number in sorted(found)]


def vouchers_in_state(programme_id: UUID, state: State) -> list[Seen]:
    """Every voucher in one state, in order of number."""
    return _seen(Voucher.objects.filter(programme_id=programme_id, state=state))


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
