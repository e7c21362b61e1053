"""The passes of a programme as a device carries them: tags under a key of their own, never a code.

The key is drawn anew for each list, so that no two of them can be laid side by side. What lies on a device
tells whoever shows it a code what became of that pass, and gives no code away: each tag fits some 2^15 codes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from passnumerique.ground.chance import chance
from passnumerique.ground.codes import derive_codes
from passnumerique.ground.dates import day_of
from passnumerique.vouchers.models import Lot, Redemption, Voucher
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.offline import MOST_PASSES, MOST_PLACES, packed, tags_of

KEY_BYTES = 32
LOOKED_AT = 4
"""Of a programme with more passes than a device takes: how many times as many of the latest hand-overs are looked
at, of which the nearest are taken."""
Far = Callable[[str], float]
"""How far the commune of that INSEE code is from whoever asks."""


@dataclass(frozen=True, slots=True)
class RosterOfPasses:
    """What a device takes along of the passes: `records` in order of tag; `places` by their rank in the
    records; `complete` when every pass of the programme is among them; the tags by number of pass."""

    tag_key: bytes
    records: bytes
    complete: bool
    places: Sequence[UUID]
    tags: Mapping[int, bytes]


Row = tuple[int, str]
"""Number and state of a pass."""


def roster_of_passes(programme_id: UUID, *, far: Far) -> RosterOfPasses:
    """The passes of a programme, for a device that its floor above has let in: all of them up to 50,000, in
    whatever state; of more, those in the hands of people, nearest first.

    Passes whose codes came from an issuer's file cannot be listed: with such lots the list is not complete.
    """
    rows, every = _rows(programme_id, far)
    states, known = dict(rows), True
    every_number, codes = list(states), dict[int, str]()
    for first, last, nonce in _lots(programme_id):
        inside = slice(bisect_left(every_number, first), bisect_right(every_number, last))
        numbers = every_number[inside] if nonce else []
        codes |= dict(zip(numbers, derive_codes(settings.CODE_KEY, nonce, numbers), strict=True))
        known = known and bool(nonce)
    key, tags = _tags(list(codes.values()))
    tag_of = dict(zip(codes, tags, strict=True))
    uses = _uses(programme_id) if every else {}
    places = list(dict.fromkeys(place for place, _day in uses.values()))[:MOST_PLACES]
    ranks = {place: rank for rank, place in enumerate(places)}
    records = sorted(_record(tag, states[number], uses.get(number), ranks) for number, tag in tag_of.items())
    return RosterOfPasses(key, b"".join(records), every and known, places, tag_of)


def _lots(programme_id: UUID) -> list[tuple[int, int, bytes]]:
    """First and last number of each lot, and its nonce; none where the codes came from an issuer's file."""
    rows = Lot.objects.filter(programme_id=programme_id).order_by("first_number")
    return [(first, last, bytes(nonce)) for first, last, nonce in rows.values_list(*_LOT)]


_LOT = ("first_number", "last_number", "nonce")


def _rows(programme_id: UUID, far: Far) -> tuple[list[Row], bool]:
    """The passes to take along, by number, and whether they are all."""
    rows = Voucher.objects.filter(programme_id=programme_id)
    found = list(rows.order_by("number").values_list("number", "state")[: MOST_PASSES + 1])
    if len(found) <= MOST_PASSES:
        return found, True
    held = rows.filter(state=State.HELD, handover_id__isnull=False).order_by("-handover_id", "number")
    latest = list(held.values_list("number", "commune")[: MOST_PASSES * LOOKED_AT])
    latest.sort(key=lambda row: far(row[1]))  # a stable sort: of one commune, the latest hand-overs first
    return [(number, State.HELD.value) for number in sorted(number for number, _ in latest[:MOST_PASSES])], False


def _tags(codes: Sequence[str]) -> tuple[bytes, list[bytes]]:
    """A fresh key under which no two of these codes have the same tag, and the tags."""
    while True:
        key = chance().randbytes(KEY_BYTES)
        tags = tags_of(key, codes)
        if len(set(tags)) == len(set(codes)):
            return key, tags


def _record(tag: bytes, state: str, use: tuple[UUID, date] | None, ranks: Mapping[UUID, int]) -> bytes:
    place, day = use or (None, None)
    return packed(tag, _STATES[state], ranks.get(place) if place else None, day)


_STATES = {state.value: state for state in State}


def _uses(programme_id: UUID) -> dict[int, tuple[UUID, date]]:
    """Where and on which day each pass that stands used was taken, by number."""
    live = Redemption.objects.filter(programme_id=programme_id, reversals__isnull=True).order_by()
    days: dict[datetime, date] = {}
    found = {}
    for number, place, at in live.values_list("voucher__number", "place_id", "redeemed_at"):
        hour = at.replace(minute=0, second=0, microsecond=0)
        found[number] = place, days.get(hour) or days.setdefault(hour, day_of(hour))
    return found
