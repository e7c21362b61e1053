"""The seals of a programme, and what no longer agrees with them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Max

from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.journals import DIGEST_BYTES, Journal, Written, every_column
from passnumerique.ground.words import N_
from passnumerique.ledger.models import Closure, Correction, Transfer
from passnumerique.vouchers.models import DeliveryNote, Event, Handover, Lot, Redemption, Reversal, Seal, Voucher

SEAL = Check("seal", N_("Un sceau du journal ne suit pas du précédent, ou a été modifié."))
SEALED = Check("sealed", N_("Une ligne du journal n’est plus celle qui a été scellée."))

_ID_BYTES = 16
_LEAF = _ID_BYTES + DIGEST_BYTES
NO_SEAL = bytes(32)
"""What stands for the hash before the first seal."""


_MOVING = ("state", "structure_id", "place_id", "handover_id", "commune", "step", "turn", "deed_id")
"""What of a voucher follows its events: not sealed with it."""

JOURNALS = (
    Journal(Transfer, "at", every_column(Transfer)),
    Journal(Closure, "at", every_column(Closure)),
    Journal(Correction, "at", every_column(Correction, "ended_at", "ended_by")),
    Journal(Lot, "received_at", every_column(Lot)),
    Journal(Voucher, "lot__received_at", every_column(Voucher, *_MOVING), "number"),
    Journal(Event, "at", every_column(Event), "voucher__number"),
    Journal(Handover, "at", every_column(Handover)),
    Journal(DeliveryNote, "at", every_column(DeliveryNote)),
    Journal(Redemption, "recorded_at", every_column(Redemption), "voucher__number"),
    Journal(Reversal, "at", every_column(Reversal), "redemption__voucher__number"),
)
"""The journals of the register and of the transfers that it moves."""


def seal_hash(before: bytes, number: int, table: str, up_to: datetime, leaves: bytes) -> bytes:
    """The hash of a seal: of the one before, of what it covers, and of the digest of every row."""
    head = json.dumps([number, table, up_to.isoformat(timespec="microseconds"), len(leaves) // _LEAF])
    return hashlib.sha256(before + head.encode() + leaves).digest()


def leaves_of(rows: Iterable[Written]) -> bytes:
    """The rows as a seal holds them."""
    return b"".join(row.id.bytes + row.digest for row in rows)


def last_seal(programme_id: UUID) -> Seal | None:
    """The latest seal of a programme: whoever keeps a copy of its hash elsewhere can prove all before."""
    return Seal.objects.filter(programme_id=programme_id).order_by("-number").first()


def sealed_up_to(programme_id: UUID) -> dict[str, datetime]:
    """Up to when each table is sealed."""
    rows = Seal.objects.filter(programme_id=programme_id).values_list("table").annotate(top=Max("up_to"))
    return dict(rows.order_by())


def seal_differences(programme_id: UUID, journals: Sequence[Journal]) -> Iterator[Difference]:
    """Seals that do not follow one another, and rows that are not what was sealed: altered, taken away,
    or slipped in among those sealed."""
    seals = list(Seal.objects.filter(programme_id=programme_id).order_by("number"))
    yield from _chain(seals)
    sealed: dict[str, dict[UUID, tuple[bytes, int]]] = {}
    up_to: dict[str, datetime] = {}
    for seal in seals:
        up_to[seal.table] = max(seal.up_to, up_to.get(seal.table, seal.up_to))
        sealed.setdefault(seal.table, {}).update(_leaves(seal))
    for journal in journals:
        if journal.name in sealed:
            yield from _rows(programme_id, journal, sealed[journal.name], up_to[journal.name])


def _chain(seals: Sequence[Seal]) -> Iterator[Difference]:
    table = Seal._meta.db_table
    before = NO_SEAL
    for rank, seal in enumerate(seals, start=1):
        stored = {"number": seal.number, "count": seal.count, "hash": seal.hash}
        leaves = bytes(seal.leaves)
        made = {
            "number": rank,
            "count": len(leaves) // _LEAF,
            "hash": seal_hash(before, seal.number, seal.table, seal.up_to, leaves),
        }
        yield from unlike(SEAL, table, seal.id, stored, made)
        before = bytes(seal.hash)
    for earlier, later in pairwise(seals):
        if later.sealed_at < earlier.sealed_at:
            instants = {"sealed_at": later.sealed_at}, {"sealed_at": earlier.sealed_at}
            yield from unlike(SEAL, table, later.id, *instants)


def _leaves(seal: Seal) -> dict[UUID, tuple[bytes, int]]:
    leaves = bytes(seal.leaves)
    starts = range(0, len(leaves) - _LEAF + 1, _LEAF)
    return {
        UUID(bytes=leaves[at : at + _ID_BYTES]): (leaves[at + _ID_BYTES : at + _LEAF], seal.number) for at in starts
    }


def _rows(
    programme_id: UUID, journal: Journal, sealed: dict[UUID, tuple[bytes, int]], up_to: datetime
) -> Iterator[Difference]:
    left = dict(sealed)
    for row in journal.read(programme_id):
        digest, number = left.pop(row.id, (None, 0))
        now = {"digest": row.digest}
        if digest is not None:
            yield from unlike(SEALED, journal.table, row.id, now, {"digest": digest}, row.number)
        elif row.at < up_to:
            yield from unlike(SEALED, journal.table, row.id, now, None, row.number)
    for row_id, (digest, number) in left.items():
        yield from unlike(SEALED, journal.table, row_id, None, {"seal": number, "digest": digest})
