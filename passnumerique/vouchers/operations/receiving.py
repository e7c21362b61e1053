"""Receiving passes: a lot from the issuer's file, or one issued here."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.bulk import SLAB, Packed, made_ahead, pack, slabs_of, write_packed
from passnumerique.ground.chance import chance
from passnumerique.ground.codes import derive_codes, fold, hash_codes
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import NOBODY, new_id, new_ids
from passnumerique.ledger.rules import Account, Pocket
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.programmes.rules import Terms
from passnumerique.vouchers.models import Event, Lot, Voucher
from passnumerique.vouchers.operations.moving import Deed, UnderWay, new_deed, same_of
from passnumerique.vouchers.queries.reading import (
    Range,
    as_words,
    known_booklets,
    next_numbers,
    ranges_of,
    vouchers_in,
    vouchers_with_codes,
)
from passnumerique.vouchers.rules import SHARDS, Act, State, require_role
from passnumerique.vouchers.rules.refusals import EmptyRange, LotFileInvalid, NumbersAlreadyReceived


@dataclass(frozen=True)
class Printed:
    """One pass of the issuer's file: its number, its booklet, its code as printed."""

    number: int
    booklet: int
    code: str


Progress = Callable[[int, int], None]
"""Told now and then how many passes are written, of how many."""


def issue_lot(
    *,
    programme_id: UUID,
    reference: str,
    quantity: int,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
    progress: Progress | None = None,
) -> UUID:
    """Make `quantity` passes here, with codes of the house, and put them in the authority's stock.

    For the manager. Refuses a quantity under one, a reference already used, and more value than is
    left of the envelope. Returns the lot's id; all or nothing. A million takes a minute or so, and no
    more memory than some thousands.
    """
    require_role(Act.RECEIVE, by)
    access_programme(by, programme_id)
    if quantity < 1:
        raise EmptyRange
    terms = terms_on(programme_id, day_of(at))
    nonce = chance().getrandbits(128).to_bytes(16, "big")
    with transaction.atomic():
        take_turn(programme_id)
        number, booklet = next_numbers(programme_id)
        lot = _lot(programme_id, reference, (number, number + quantity - 1), terms, nonce=nonce)
        slabs = (_issued(lot, booklet, first, last) for first, last in slabs_of(number, lot.last_number))
        deed = new_deed(programme_id, Act.RECEIVE, by, at, document_id=document_id)
        return _receive(lot, slabs, deed, progress)


@dataclass(frozen=True)
class Slab:
    """Some of the passes of a lot, in order; `hashes` makes the hash of each one's code when it is asked."""

    numbers: range
    booklets: Sequence[int]
    hashes: Callable[[], list[bytes]]


def _issued(lot: Lot, booklet: int, first: int, last: int) -> Slab:
    numbers, before = range(first, last + 1), lot.first_number
    booklets = [booklet + (number - before) // lot.booklet_size for number in numbers]
    return Slab(
        numbers,
        booklets,
        lambda: hash_codes(settings.CODE_KEY, derive_codes(settings.CODE_KEY, bytes(lot.nonce), numbers)),
    )


def receive_lot(
    *,
    programme_id: UUID,
    reference: str,
    passes: Sequence[Printed],
    file: bytes,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
    cause: str = "",
) -> UUID:
    """Put the passes of the issuer's file in the authority's stock; its hash is kept as evidence.

    For the manager. Refuses numbers with a hole, a number or a code given twice, a number, a code or a
    booklet already received, a reference already used, and more value than is left of the envelope. All or nothing.
    """
    require_role(Act.RECEIVE, by)
    access_programme(by, programme_id)
    printed = sorted(passes, key=lambda one: one.number)
    if not printed:
        raise EmptyRange
    terms = terms_on(programme_id, day_of(at))
    with transaction.atomic():
        take_turn(programme_id)
        _refuse_known(programme_id, printed)
        ends = printed[0].number, printed[-1].number
        lot = _lot(programme_id, reference, ends, terms, file_hash=hashlib.sha256(file).digest())
        slabs = (_of_file(some) for some in in_chunks(printed, SLAB))
        deed = new_deed(programme_id, Act.RECEIVE, by, at, document_id=document_id, cause=cause)
        return _receive(lot, slabs, deed)


def _of_file(printed: Sequence[Printed]) -> Slab:
    numbers = range(printed[0].number, printed[-1].number + 1)
    codes = (fold(one.code) for one in printed)
    return Slab(numbers, [one.booklet for one in printed], lambda: hash_codes(settings.CODE_KEY, codes))


def _refuse_known(programme_id: UUID, printed: Sequence[Printed]) -> None:
    first, last = printed[0].number, printed[-1].number
    codes = {fold(one.code) for one in printed}
    if last - first + 1 != len(printed) or len(codes) != len(printed) or first < 1 or "" in codes:
        raise LotFileInvalid(count=len(printed) - len(codes) or abs(last - first + 1 - len(printed)) or 1)
    # A booklet of two lots could not be allocated by its number.
    if booklets := known_booklets(programme_id, (one.booklet for one in printed)):
        raise NumbersAlreadyReceived(numbers=as_words(ranges_of(booklets)))
    known = [seen.number for seen in vouchers_in(programme_id, [(first, last)])]
    known += [seen.number for seen in vouchers_with_codes(programme_id, codes).values()]
    if known:
        raise NumbersAlreadyReceived(numbers=as_words(ranges_of(known)))


def _lot(
    programme_id: UUID, reference: str, ends: Range, terms: Terms, *, nonce: bytes = b"", file_hash: bytes = b""
) -> Lot:
    if Lot.objects.filter(programme_id=programme_id, reference=reference).exists():
        raise NumbersAlreadyReceived(numbers=reference)
    return Lot(
        programme_id=programme_id,
        reference=reference,
        quantity=ends[1] - ends[0] + 1,
        first_number=ends[0],
        last_number=ends[1],
        booklet_size=terms.passes_per_booklet,
        face_value_cents=terms.face_value_cents,
        nonce=nonce,
        file_hash=file_hash,
    )


def _receive(lot: Lot, slabs: Iterable[Slab], deed: Deed, progress: Progress | None = None) -> UUID:
    """Write a lot and its passes, with their events, a slab at a time; the envelope is asked first."""
    lot.id, lot.received_at, lot.deed_id = new_id(deed.at), deed.at, deed.id
    lot.save(force_insert=True)
    _count(lot, deed)
    done = 0
    for vouchers, events in made_ahead(partial(_rows, lot, deed), slabs):
        write_packed(Voucher, vouchers)
        done += write_packed(Event, events)
        if progress:
            progress(done, lot.quantity)
    return lot.id


def _count(lot: Lot, deed: Deed) -> None:
    under_way, many = UnderWay(deed), lot.quantity
    for shard in range(SHARDS):
        numbers = range(lot.first_number + (shard - lot.first_number) % SHARDS, lot.last_number + 1, SHARDS)
        under_way.stock[lot.id, NOBODY, NOBODY, State.AUTHORITY_STOCK, shard] = len(numbers)
    under_way.activity[NOBODY, NOBODY, ""] = many
    under_way.flow["", State.AUTHORITY_STOCK, lot.face_value_cents] = many
    under_way.money[Pocket(Account.ENVELOPE), Pocket(Account.COMMITTED)] = many * lot.face_value_cents
    under_way.finish()


def _rows(lot: Lot, deed: Deed, slab: Slab) -> tuple[Packed, Packed]:
    """The rows of a slab, ready to be written: in a thread of its own, so nothing here asks the database."""
    many, rank = len(slab.numbers), slab.numbers[0] - lot.first_number
    ids = new_ids(deed.at, many, rank, lot.quantity)
    state = State.AUTHORITY_STOCK
    each = {"id": ids, "number": slab.numbers, "booklet": slab.booklets, "code_hash": slab.hashes()}
    same = {"programme_id": deed.programme_id, "lot_id": lot.id, "state": state, "step": 1, "deed_id": deed.id}
    happened = {"id": new_ids(deed.at, many, rank, lot.quantity), "voucher_id": ids}
    alike = {"step": 1, "from_state": "", "to_state": state}
    return pack(Voucher, each, same), pack(Event, happened, same_of(deed) | alike)
