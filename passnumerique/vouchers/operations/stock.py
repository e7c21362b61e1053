"""Moving stock between the authority and the structures, by ranges, with a delivery note."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from passnumerique.directory.queries import accredited_on
from passnumerique.directory.rules import AccreditationKind, Actor, Role
from passnumerique.ground.dates import day_of
from passnumerique.ground.ids import NOBODY, new_id
from passnumerique.ground.refusals import NotAllowed
from passnumerique.programmes.operations import take_turn
from passnumerique.programmes.queries import access_programme, held_on
from passnumerique.vouchers.models import DeliveryNote
from passnumerique.vouchers.operations.moving import Deed, Target, UnderWay, new_deed
from passnumerique.vouchers.queries.reading import (
    Range,
    Seen,
    as_words,
    how_many,
    joined,
    missing_booklets,
    next_note_number,
    ranges_of,
    require_numbers,
    slabs_in,
    slabs_of_booklets,
)
from passnumerique.vouchers.rules import BOOK, Act, State, refusal_of, require_date, require_role
from passnumerique.vouchers.rules.refusals import (
    EmptyRange,
    RangePartlyGone,
    SameStructure,
    SignatureMissing,
    StructureNotActive,
)


@dataclass(frozen=True)
class Signatures:
    """Who signs the delivery note for each side: both are needed."""

    giver: str
    receiver: str


def allocate(
    *,
    programme_id: UUID,
    structure_id: UUID,
    booklets: Sequence[Range],
    signatures: Signatures,
    by: Actor,
    at: datetime,
    cause: str = "",
) -> UUID:
    """Give whole booklets of the authority's stock to a structure; returns the delivery note's id.

    For the manager. Refuses a structure not accredited that day, a range of which any pass is not in
    the authority's stock, a booklet that does not exist, a missing signature, and any day after the end
    of the distribution.
    """
    found = partial(_of_booklets, programme_id, booklets)
    return _deliver(Act.ALLOCATE, programme_id, NOBODY, structure_id, found, signatures, by, at, cause)


def return_stock(
    *,
    programme_id: UUID,
    structure_id: UUID,
    numbers: Sequence[Range],
    signatures: Signatures,
    by: Actor,
    at: datetime,
) -> UUID:
    """Take passes back from a structure's stock; returns the delivery note's id.

    For the manager, and the structure itself. Refuses numbers unknown, and a range of which any pass is
    not in its stock.
    """
    found = partial(_of_numbers, programme_id, numbers)
    return _deliver(Act.RETURN, programme_id, structure_id, NOBODY, found, signatures, by, at)


def transfer_stock(
    *,
    programme_id: UUID,
    giver_id: UUID,
    receiver_id: UUID,
    numbers: Sequence[Range],
    signatures: Signatures,
    by: Actor,
    at: datetime,
) -> UUID:
    """Move passes from one structure's stock to another's; returns the delivery note's id.

    For the manager, and the structure that gives. Refuses what `allocate` and `return_stock` do, and a
    structure that would give to itself.
    """
    if giver_id == receiver_id:
        raise SameStructure
    found = partial(_of_numbers, programme_id, numbers)
    return _deliver(Act.TRANSFER, programme_id, giver_id, receiver_id, found, signatures, by, at)


def _of_booklets(programme_id: UUID, booklets: Sequence[Range]) -> Iterator[Sequence[Seen]]:
    if missing := missing_booklets(programme_id, booklets):
        raise RangePartlyGone(numbers=as_words(missing))
    return slabs_of_booklets(programme_id, booklets)


def _of_numbers(programme_id: UUID, numbers: Sequence[Range]) -> Iterator[Sequence[Seen]]:
    require_numbers(programme_id, numbers)
    return slabs_in(programme_id, numbers)


def _deliver(
    act: Act,
    programme_id: UUID,
    giver_id: UUID,
    receiver_id: UUID,
    found: Callable[[], Iterator[Sequence[Seen]]],
    signatures: Signatures,
    by: Actor,
    at: datetime,
    cause: str = "",
) -> UUID:
    """`found` is asked once the actor is known to reach the programme: what it refuses names numbers. It
    gives the vouchers in slabs, so that a million can be moved."""
    _may_deliver(act, programme_id, giver_id, receiver_id, by, at)
    if not (signatures.giver.strip() and signatures.receiver.strip()):
        raise SignatureMissing
    note_id = new_id(at)
    deed = new_deed(programme_id, act, by, at, subject_id=note_id, cause=cause)
    state = State.AUTHORITY_STOCK if receiver_id == NOBODY else State.STRUCTURE_STOCK
    with transaction.atomic():
        take_turn(programme_id)
        ranges = move_all(deed, found(), giver_id, Target(state, structure_id=receiver_id))
        note = DeliveryNote.objects.create(
            id=note_id,
            programme_id=programme_id,
            number=next_note_number(programme_id),
            act=act,
            giver_id=giver_id,
            receiver_id=receiver_id,
            ranges=ranges,
            quantity=how_many(ranges),
            signed_by_giver=signatures.giver.strip(),
            signed_by_receiver=signatures.receiver.strip(),
            at=at,
            by_user=by.user_id,
            deed_id=deed.id,
        )
    return note.id


def _may_deliver(act: Act, programme_id: UUID, giver_id: UUID, receiver_id: UUID, by: Actor, at: datetime) -> None:
    require_role(act, by)
    access_programme(by, programme_id)
    if by.role is Role.PRESCRIBER and by.organisation_id != giver_id:
        raise NotAllowed
    day = day_of(at)
    held = held_on(programme_id, day)
    require_date(BOOK[act].need, held.calendar, held.terms.tolerance_days, day)
    if receiver_id != NOBODY and not accredited_on(programme_id, receiver_id, AccreditationKind.PRESCRIBER, day):
        raise StructureNotActive(day=day)


def move_all(deed: Deed, slabs: Iterable[Sequence[Seen]], structure_id: UUID, target: Target) -> list[Range]:
    """Move every one of these vouchers, or none; returns their numbers. Refuses an empty set and, naming
    the numbers, one with a voucher not in a state from which the act starts, or not with that structure."""
    moved: list[Range] = []
    gone: list[Seen] = []
    under_way = UnderWay(deed)
    for vouchers in slabs:
        ready = [seen for seen in vouchers if _is_ready(deed, seen, structure_id)]
        went = {one.before.number for one in under_way.move(ready, lambda _: target)}
        moved += ranges_of(went)
        gone += (seen for seen in vouchers if seen.number not in went)
    if len(gone) == 1 and not moved and gone[0].structure_id == structure_id and not _is_source(deed, gone[0]):
        raise refusal_of(deed.act, gone[0].state)
    if gone:
        raise RangePartlyGone(numbers=as_words(ranges_of(seen.number for seen in gone)))
    if not moved:
        raise EmptyRange
    under_way.finish()
    return joined(moved)


def _is_ready(deed: Deed, seen: Seen, structure_id: UUID) -> bool:
    return _is_source(deed, seen) and seen.structure_id == structure_id


def _is_source(deed: Deed, seen: Seen) -> bool:
    return seen.state in BOOK[deed.act].sources
