"""Receiving passes: a lot from the issuer's file, or one issued here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from passnumerique.directory.rules import Actor
from passnumerique.ground.chance import chance
from passnumerique.ground.codes import derive_code, fold, hash_code
from passnumerique.ground.dates import day_of
from passnumerique.ground.db import in_chunks
from passnumerique.ground.ids import new_id
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, terms_on
from passnumerique.vouchers.models import Lot, Voucher
from passnumerique.vouchers.operations.moving import Deed, Moved, count, move_money, new_deed, write_events
from passnumerique.vouchers.queries.reading import (
    Seen,
    as_words,
    known_booklets,
    next_numbers,
    ranges_of,
    vouchers_in,
    vouchers_with_codes,
)
from passnumerique.vouchers.rules import Act, State, require_role
from passnumerique.vouchers.rules.refusals import EmptyRange, LotFileInvalid, NumbersAlreadyReceived


@dataclass(frozen=True)
class Printed:
    """One pass of the issuer's file: its number, its booklet, its code as printed."""

    number: int
    booklet: int
    code: str


def issue_lot(
    *,
    programme_id: UUID,
    reference: str,
    quantity: int,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
) -> UUID:
    """Make `quantity` passes here, with codes of the house, and put them in the authority's stock.

    For the manager. Refuses a quantity under one, a reference already used, and more value than is
    left of the envelope. Returns the lot's id; all or nothing.
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
        printed = [Printed(number + rank, booklet + rank // terms.passes_per_booklet, "") for rank in range(quantity)]
        codes = (derive_code(settings.CODE_KEY, nonce, one.number) for one in printed)
        hashes = [hash_code(settings.CODE_KEY, code) for code in codes]
        lot = _lot(programme_id, reference, printed, terms.face_value_cents, terms.passes_per_booklet, nonce, b"")
        return _receive(lot, printed, hashes, new_deed(programme_id, Act.RECEIVE, by, at, document_id=document_id))


def receive_lot(
    *,
    programme_id: UUID,
    reference: str,
    passes: Sequence[Printed],
    file: bytes,
    by: Actor,
    at: datetime,
    document_id: UUID | None = None,
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
        hashes = [hash_code(settings.CODE_KEY, fold(one.code)) for one in printed]
        digest = hashlib.sha256(file).digest()
        lot = _lot(programme_id, reference, printed, terms.face_value_cents, terms.passes_per_booklet, b"", digest)
        return _receive(lot, printed, hashes, new_deed(programme_id, Act.RECEIVE, by, at, document_id=document_id))


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
    programme_id: UUID,
    reference: str,
    printed: Sequence[Printed],
    face_value_cents: int,
    booklet_size: int,
    nonce: bytes,
    file_hash: bytes,
) -> Lot:
    if Lot.objects.filter(programme_id=programme_id, reference=reference).exists():
        raise NumbersAlreadyReceived(numbers=reference)
    return Lot(
        programme_id=programme_id,
        reference=reference,
        quantity=len(printed),
        first_number=printed[0].number,
        last_number=printed[-1].number,
        booklet_size=booklet_size,
        face_value_cents=face_value_cents,
        nonce=nonce,
        file_hash=file_hash,
    )


def _receive(lot: Lot, printed: Sequence[Printed], hashes: Sequence[bytes], deed: Deed) -> UUID:
    lot.id, lot.received_at, lot.deed_id = new_id(deed.at), deed.at, deed.id
    lot.save(force_insert=True)
    seen = [Seen(new_id(deed.at), one.number, one.booklet, lot.id, lot.face_value_cents, None) for one in printed]
    for chunk in in_chunks(list(zip(seen, hashes, strict=True))):
        Voucher.objects.bulk_create(
            Voucher(
                id=voucher.id,
                programme_id=deed.programme_id,
                lot=lot,
                number=voucher.number,
                booklet=voucher.booklet,
                code_hash=code_hash,
                state=State.AUTHORITY_STOCK,
                step=1,
                deed_id=deed.id,
            )
            for voucher, code_hash in chunk
        )
    moved = [Moved(voucher, State.AUTHORITY_STOCK, voucher.structure_id, voucher.place_id) for voucher in seen]
    write_events(deed, moved)
    count(deed, moved)
    move_money(deed, moved)
    return lot.id
