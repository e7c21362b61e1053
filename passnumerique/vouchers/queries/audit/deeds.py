"""The rows that stand beside the events: lots, notes, hand-overs, redemptions and their reversals."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings

from passnumerique.ground.codes import derive_code, hash_code
from passnumerique.ground.differences import Check, Difference, unlike
from passnumerique.ground.words import N_
from passnumerique.vouchers.models import DeliveryNote, Event, Handover, Lot, Redemption, Reversal, Voucher
from passnumerique.vouchers.queries.audit.replaying import Deed, Replayed, shared
from passnumerique.vouchers.queries.reading import ranges_of
from passnumerique.vouchers.rules import Act, State

LOT = Check("lot", N_("Un lot ne correspond pas aux pass reçus."))
CODE = Check("code", N_("Le numéro, le carnet ou le code d’un pass ne correspond pas à son lot."))
DEED = Check("deed", N_("Les événements d’un même acte ne disent pas la même chose."))
NOTE = Check("delivery_note", N_("Un bordereau de livraison ne correspond pas à son acte."))
HANDOVER = Check("handover", N_("Une remise ne correspond pas à son acte."))
REDEMPTION = Check("redemption", N_("Une utilisation ne correspond pas à son événement."))
REVERSAL = Check("reversal", N_("La correction d’une utilisation ne correspond pas à son événement."))
REPLACEMENT = Check("replacement", N_("Un pass remplacé et son remplaçant ne se désignent pas l’un l’autre."))


def lots(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Each lot against the deed that received it, and each voucher's number, booklet and code against its lot."""
    by_lot: dict[UUID, list[Voucher]] = {}
    for voucher in found.vouchers.values():
        by_lot.setdefault(voucher.lot_id, []).append(voucher)
    received = {deed_id for deed_id, deed in found.deeds.items() if deed.event.act is Act.RECEIVE}
    for lot in Lot.objects.filter(programme_id=programme_id).order_by("first_number"):
        inside = sorted(by_lot.get(lot.id, []), key=lambda voucher: voucher.number)
        received.discard(lot.deed_id)
        yield from unlike(LOT, Lot._meta.db_table, lot.id, _lot_row(lot), _lot_made(lot, inside, found))
        yield from _codes(lot, inside)
    for deed_id in sorted(received):
        yield from unlike(LOT, Lot._meta.db_table, None, None, {"deed_id": deed_id})


def _lot_row(lot: Lot) -> dict[str, object]:
    return {
        "quantity": lot.quantity,
        "first_number": lot.first_number,
        "last_number": lot.last_number,
        "received_at": lot.received_at,
        "deed_id": lot.deed_id,
        "codes": "issuer" if lot.file_hash else "house",
    }


def _lot_made(lot: Lot, inside: list[Voucher], found: Replayed) -> dict[str, object] | None:
    deed = found.deeds.get(lot.deed_id)
    if not inside or deed is None or deed.event.act is not Act.RECEIVE:
        return None
    return {
        "quantity": len(deed.numbers),
        "first_number": inside[0].number,
        "last_number": inside[-1].number,
        "received_at": deed.event.at,
        "deed_id": deed.event.deed_id,
        "codes": "house" if lot.nonce else "issuer",
    }


def _codes(lot: Lot, inside: list[Voucher]) -> Iterator[Difference]:
    first = min((voucher.booklet for voucher in inside), default=0)
    for voucher in inside:
        stored: dict[str, object] = {"number": voucher.number}
        expected: dict[str, object] = {"number": max(min(voucher.number, lot.last_number), lot.first_number)}
        if lot.nonce:
            stored |= {"booklet": voucher.booklet, "code_hash": voucher.code_hash}
            code = derive_code(settings.CODE_KEY, bytes(lot.nonce), voucher.number)
            expected["booklet"] = first + (voucher.number - lot.first_number) // lot.booklet_size
            expected["code_hash"] = hash_code(settings.CODE_KEY, code)
        yield from unlike(CODE, Voucher._meta.db_table, voucher.id, stored, expected, voucher.number)


def one_deed(found: Replayed) -> Iterator[Difference]:
    """Events that say something else than the others of the same deed."""
    for event, number in found.apart:
        alike = shared(found.deeds[event.deed_id].event)
        yield from unlike(DEED, Event._meta.db_table, event.id, shared(event), alike, number)


def notes(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Delivery notes against the deeds that moved the stock, numbered without gap."""
    moves = {Act.ALLOCATE, Act.RETURN, Act.TRANSFER}
    deeds = {deed_id: deed for deed_id, deed in found.deeds.items() if deed.event.act in moves}
    table = DeliveryNote._meta.db_table
    for rank, row in enumerate(DeliveryNote.objects.filter(programme_id=programme_id).order_by("number"), start=1):
        deed = deeds.pop(row.deed_id, None)
        yield from unlike(NOTE, table, row.id, _note_row(row), _note_made(rank, deed) if deed else None)
    for deed in deeds.values():
        yield from unlike(NOTE, table, deed.event.subject_id, None, {"deed_id": deed.event.deed_id})


def _note_row(row: DeliveryNote) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "act": row.act,
        "giver_id": [row.giver_id],
        "receiver_id": row.receiver_id,
        "ranges": [tuple(one) for one in row.ranges],
        "quantity": row.quantity,
        "at": row.at,
        "by_user": row.by_user,
    }


def _note_made(rank: int, deed: Deed) -> dict[str, object]:
    return {
        "id": deed.event.subject_id,
        "number": rank,
        "act": deed.event.act,
        "giver_id": sorted(deed.before),
        "receiver_id": deed.event.structure_id,
        "ranges": ranges_of(deed.numbers),
        "quantity": len(deed.numbers),
        "at": deed.event.at,
        "by_user": deed.event.by_user,
    }


def handovers(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Hand-overs against their deeds: as many passes, from the same structure, at the same instant."""
    deeds = {deed.event.subject_id: deed for deed in found.deeds.values() if deed.event.act is Act.HAND_OVER}
    table = Handover._meta.db_table
    for row in Handover.objects.filter(programme_id=programme_id).order_by("id"):
        deed = deeds.pop(row.id, None)
        stored = {"structure_id": row.structure_id, "quantity": row.quantity, "at": row.at, "by_user": row.by_user}
        expected = {
            "structure_id": deed.event.structure_id,
            "quantity": len(deed.numbers),
            "at": deed.event.at,
            "by_user": deed.event.by_user,
        } if deed else None  # fmt: skip
        yield from unlike(HANDOVER, table, row.id, stored, expected)
    for deed in deeds.values():
        yield from unlike(HANDOVER, table, deed.event.subject_id, None, {"quantity": len(deed.numbers)})


def redemptions(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Redemptions against the events `redeem`, one to one."""
    expected = dict(found.redeemed)
    table = Redemption._meta.db_table
    for row in Redemption.objects.filter(programme_id=programme_id).order_by("id"):
        event = expected.pop((row.voucher_id, row.turn), None)
        voucher = found.vouchers.get(row.voucher_id)
        face = voucher.lot.face_value_cents if voucher else 0
        number = voucher.number if voucher else None
        stored = _redemption_row(row)
        made = {
            "place_id": event.place_id,
            "structure_id": event.structure_id,
            "recorded_at": event.at,
            "deed_id": event.deed_id,
            "training_session_id": event.subject_id,
            "by_user": event.by_user,
            "face_value_cents": face,
        } if event else None  # fmt: skip
        yield from unlike(REDEMPTION, table, row.id, stored, made, number)
    for (voucher_id, turn), event in expected.items():
        number = found.vouchers[voucher_id].number
        yield from unlike(REDEMPTION, table, None, None, {"turn": turn, "deed_id": event.deed_id}, number)


def _redemption_row(row: Redemption) -> dict[str, object]:
    return {
        "place_id": row.place_id,
        "structure_id": row.structure_id,
        "recorded_at": row.recorded_at,
        "deed_id": row.deed_id,
        "training_session_id": row.training_session_id,
        "by_user": row.by_user,
        "face_value_cents": row.face_value_cents,
    }


def reversals(programme_id: UUID, found: Replayed) -> Iterator[Difference]:
    """Reversals against the events `undo`, one to one."""
    expected = dict(found.undone)
    table = Reversal._meta.db_table
    rows = Reversal.objects.filter(programme_id=programme_id).select_related("redemption").order_by("id")
    for row in rows:
        event = expected.pop((row.redemption.voucher_id, row.redemption.turn), None)
        voucher = found.vouchers.get(row.redemption.voucher_id)
        stored = {"redemption_id": row.redemption_id, "at": row.at, "by_user": row.by_user, "cause": row.cause}
        made = {
            "redemption_id": event.subject_id,
            "at": event.at,
            "by_user": event.by_user,
            "cause": event.cause,
        } if event else None  # fmt: skip
        yield from unlike(REVERSAL, table, row.id, stored, made, voucher.number if voucher else None)
    for (voucher_id, _), event in expected.items():
        missing = {"redemption_id": event.subject_id, "at": event.at}
        yield from unlike(REVERSAL, table, None, None, missing, found.vouchers[voucher_id].number)


def replacements(found: Replayed) -> Iterator[Difference]:
    """A replaced pass and the one given instead name each other and stand where the other stood."""
    pairs = {deed.event.voucher_id: deed.event for deed in found.deeds.values() if deed.event.act is Act.REPLACE}
    given = [deed.event for deed in found.deeds.values() if deed.event.act is Act.SUBSTITUTE]
    table = Event._meta.db_table
    for event in given:
        old = pairs.pop(event.subject_id, None) if event.subject_id else None
        stored = {"voucher_id": event.voucher_id, "structure_id": event.structure_id, "to_state": event.to_state}
        made = {
            "voucher_id": old.subject_id,
            "structure_id": old.structure_id,
            "to_state": found.lives[old.voucher_id].before or State.AUTHORITY_STOCK,
        } if old else None  # fmt: skip
        yield from unlike(REPLACEMENT, table, event.id, stored, made, found.vouchers[event.voucher_id].number)
    for old in pairs.values():
        stored = {"subject_id": old.subject_id}
        yield from unlike(REPLACEMENT, table, old.id, stored, None, found.vouchers[old.voucher_id].number)
