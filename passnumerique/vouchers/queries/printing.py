"""Codes in clear, for paper only: computed anew for passes issued here, unknown for an issuer's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from passnumerique.directory.rules import Actor, Permission, require
from passnumerique.vouchers.models import Voucher
from passnumerique.vouchers.queries.history import printed_code, vouchers_of_handover
from passnumerique.vouchers.queries.listing import access_handover, access_lot
from passnumerique.vouchers.queries.reading import Range
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.refusals import CodesOfIssuer, EmptyRange

_OUT_OF_USE = (State.BLOCKED, State.REPLACED, State.CANCELLED)


@dataclass(frozen=True)
class PrintedCode:
    """One pass as paper shows it: number, booklet, folded code."""

    number: int
    booklet: int
    code: str


def codes_of_lot(actor: Actor, programme_id: UUID, lot_id: UUID, booklets: Sequence[Range]) -> list[PrintedCode]:
    """The codes of these booklets of a lot issued here, by number. For the manager.

    Refuses a lot that came from an issuer's file, and booklets that are none of the lot's.
    """
    require(actor, Permission.PRINT_CODES)
    lot = access_lot(actor, programme_id, lot_id)
    rows = Voucher.objects.filter(programme_id=programme_id, lot_id=lot.id).select_related("lot")
    found: dict[int, PrintedCode] = {}
    for span in booklets:
        found.update((one.number, one) for one in _codes(rows.filter(booklet__range=span).order_by("number")))
    if not found:
        raise EmptyRange
    return [found[number] for number in sorted(found)]


def codes_of_handover(actor: Actor, programme_id: UUID, handover_id: UUID) -> list[PrintedCode]:
    """The codes of the passes of one hand-over, by number, without those lost, replaced or cancelled
    since. For the structure that made it.

    Refuses passes whose codes came from an issuer's file, and a hand-over of which no pass is left.
    """
    require(actor, Permission.HAND_OVER)
    handover = access_handover(actor, programme_id, handover_id)
    codes = _codes(vouchers_of_handover(programme_id, handover.id).exclude(state__in=_OUT_OF_USE))
    if not codes:
        raise EmptyRange
    return codes


def _codes(rows: Iterable[Voucher]) -> list[PrintedCode]:
    found = []
    for voucher in rows:
        code = printed_code(voucher)
        if code is None:
            raise CodesOfIssuer
        found.append(PrintedCode(voucher.number, voucher.booklet, code))
    return found
