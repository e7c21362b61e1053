"""The passes of a programme as a device carries them: tags under a key of their own, never a code.

The key is drawn anew for each list, so that no two of them can be laid side by side. What lies on a device
tells whoever shows it a code what became of that pass, and gives no code away: each tag fits some 2^15 codes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from passnumerique.ground.chance import chance
from passnumerique.ground.codes import derive_codes
from passnumerique.ground.dates import PARIS
from passnumerique.ground.ids import NOBODY
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


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    lot_id: UUID
    state: State
    place_id: UUID


def roster_of_passes(programme_id: UUID, *, far: Far) -> RosterOfPasses:
    """The passes of a programme, for a device that its floor above has let in: all of them up to 50,000, in
    whatever state; of more, those in the hands of people, nearest first.

    Passes whose codes came from an issuer's file cannot be listed: with such lots the list is not complete.
    """
    nonces = {lot_id: bytes(nonce) for lot_id, nonce in _lots(programme_id)}
    listable = {lot_id for lot_id, nonce in nonces.items() if nonce}
    rows, every = _rows(programme_id, far)
    rows = [row for row in rows if row.lot_id in listable]
    codes = _codes(rows, nonces)
    key, tags = _tags(codes)
    places = list(dict.fromkeys(row.place_id for row in rows if row.place_id != NOBODY))[:MOST_PLACES]
    records = _records(programme_id, rows, tags, places)
    known = dict(zip((row.number for row in rows), tags, strict=True))
    return RosterOfPasses(key, records, every and len(listable) == len(nonces), places, known)


def _lots(programme_id: UUID) -> Iterable[tuple[UUID, bytes]]:
    return Lot.objects.filter(programme_id=programme_id).values_list("id", "nonce").order_by()


def _rows(programme_id: UUID, far: Far) -> tuple[list[_Row], bool]:
    """The passes to take along, by lot and number, and whether they are all."""
    rows = Voucher.objects.filter(programme_id=programme_id)
    columns = ("number", "lot_id", "state", "place_id")
    found = list(rows.order_by("number").values_list(*columns)[: MOST_PASSES + 1])
    if len(found) <= MOST_PASSES:
        return [_row(*one) for one in found], True
    held = rows.filter(state=State.HELD, handover_id__isnull=False).order_by("-handover_id", "number")
    latest = list(held.values_list(*columns, "commune")[: MOST_PASSES * LOOKED_AT])
    latest.sort(key=lambda one: far(one[4]))  # a stable sort: of one commune, the latest hand-overs first
    taken = sorted((one[:4] for one in latest[:MOST_PASSES]), key=lambda one: one[0])
    return [_row(*one) for one in taken], False


_STATES = {state.value: state for state in State}


def _row(number: int, lot_id: UUID, state: str, place_id: UUID) -> _Row:
    return _Row(number, lot_id, _STATES[state], place_id)


def _codes(rows: Sequence[_Row], nonces: Mapping[UUID, bytes]) -> list[str]:
    """The code of each pass, in order: derived lot by lot."""
    numbers: dict[UUID, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.lot_id, []).append(row.number)
    made = {lot_id: derive_codes(settings.CODE_KEY, nonces[lot_id], of_lot) for lot_id, of_lot in numbers.items()}
    return [next(made[row.lot_id]) for row in rows]


def _tags(codes: Sequence[str]) -> tuple[bytes, list[bytes]]:
    """A fresh key under which no two of these codes have the same tag, and the tags."""
    while True:
        key = chance().randbytes(KEY_BYTES)
        tags = tags_of(key, codes)
        if len(set(tags)) == len(set(codes)):
            return key, tags


def _records(programme_id: UUID, rows: Sequence[_Row], tags: Sequence[bytes], places: Sequence[UUID]) -> bytes:
    ranks = {place: rank for rank, place in enumerate(places)}
    spent = [row.number for row in rows if row.place_id != NOBODY]
    days = _days_of_use(programme_id) if spent else {}
    found = (
        packed(tag, row.state, ranks.get(row.place_id), days.get(row.number))
        for row, tag in zip(rows, tags, strict=True)
    )
    return b"".join(sorted(found))


def _days_of_use(programme_id: UUID) -> dict[int, date]:
    """The day on which each pass that stands used was taken, by number."""
    live = Redemption.objects.filter(programme_id=programme_id, reversals__isnull=True).order_by()
    told: dict[datetime, date] = {}
    found = {}
    for number, at in live.values_list("voucher__number", "redeemed_at").iterator(chunk_size=5000):
        hour = at.replace(minute=0, second=0, microsecond=0)
        found[number] = told.get(hour) or told.setdefault(hour, hour.astimezone(PARIS).date())
    return found
