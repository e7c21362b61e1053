"""The papers of a programme as PDF files: one function a paper, facts in, bytes out.

Anyone may call these with facts they were allowed to read; nothing is read or written here. Each PDF
is tagged (PDF/UA-1), archivable (PDF/A-2a), and the same for the same facts. All may raise
`press.UnreadableLogo`; texts that are too long shrink or wrap, and odd letters are shown as « ? ».
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from passnumerique.documents import qr
from passnumerique.documents.drawing import drawing
from passnumerique.documents.papers import (
    AttendanceSheet,
    Brand,
    Card,
    CardSheet,
    ClaimLine,
    ClaimStatement,
    Control,
    DeliveryNote,
    HandoverLetter,
    NextSession,
    OnScreen,
    Participant,
    ProgrammeState,
    RecoveryOrder,
)
from passnumerique.documents.press import logo_facts, press, weekday
from passnumerique.ground.codes import grouped_code
from passnumerique.ground.dates import long_month
from passnumerique.ground.money import NNBSP

_Paper = HandoverLetter | DeliveryNote | AttendanceSheet | ClaimStatement | ProgrammeState


def card_sheet(sheet: CardSheet) -> bytes:
    """Sheets of cards, ten a page, with cut marks; the last page holds what remains. Refuses none at all
    (ValueError): there would be no page."""
    if not sheet.cards:
        raise ValueError("a sheet needs at least one card")
    facts = {
        "brand": _brand(sheet.brand),
        "buys": sheet.buys,
        "valid": sheet.valid,
        "site": sheet.site,
        "cards": _cards(sheet.cards),
    }
    return press("cards", sheet.made_on, facts)


def handover_letter(letter: HandoverLetter, *, large_print: bool = False) -> bytes:
    """The letter given with the passes of one hand-over, in plain words, on two pages at most for a booklet
    of ten; `large_print` sets it in 20 points, one pass a line. Refuses a letter without a pass (ValueError)."""
    if not letter.cards:
        raise ValueError("a letter needs at least one pass")
    facts = {
        **_plain(letter),
        "large": large_print,
        "cards": _cards(letter.cards),
        "places": [{**asdict(place), "sessions": [_dated(one) for one in place.sessions]} for place in letter.places],
        "seats": [{**asdict(seat), "session": _dated(seat.session)} for seat in letter.seats],
    }
    return press("letter", letter.made_on, facts)


def _dated(session: NextSession) -> dict[str, object]:
    return {**asdict(session), "weekday": weekday(session.day)}


def delivery_note(note: DeliveryNote) -> bytes:
    """The note of a delivery, return or transfer of booklets, with totals in booklets, passes and euros."""
    passes = sum(span.passes for span in note.ranges)
    ranges = [
        {
            **asdict(span),
            "booklets": span.last_booklet - span.first_booklet + 1,
            "value_cents": span.passes * note.face_value_cents,
        }
        for span in note.ranges
    ]
    facts = {
        **_plain(note),
        "ranges": ranges,
        "booklets": sum(span.last_booklet - span.first_booklet + 1 for span in note.ranges),
        "passes": passes,
        "total_cents": passes * note.face_value_cents,
    }
    return press("delivery", note.made_on, facts)


def attendance_sheet(sheet: AttendanceSheet) -> bytes:
    """The attendance sheet of one training session, its participants first, then the blank lines."""
    lines = (*sheet.participants, *([Participant()] * sheet.blank_lines))
    facts = {
        **_plain(sheet),
        "weekday": weekday(sheet.day),
        "lines": [{**asdict(one), "signed": _signed(one.signed)} for one in lines],
        "closed": {**asdict(sheet.closed), "signed": _signed(sheet.closed.signed)} if sheet.closed else None,
    }
    return press("attendance", sheet.made_on, facts)


def _signed(given: OnScreen | None) -> dict[str, object] | None:
    if given is None:
        return None
    return {"when": given.when, "words": given.words, "drawing": drawing(given.strokes) if given.strokes else ""}


def claim_statement(claim: ClaimStatement) -> bytes:
    """The claim of a place for one month, its totals and, once every line is controlled, what is to be
    paid: the net of the approved lines."""
    decided = all(line.control is not Control.PENDING for line in claim.lines)
    approved = [line for line in claim.lines if line.control is Control.APPROVED]
    totals = [_total("Total demandé", claim.lines)]
    if decided:
        totals.append(_total("Total accepté", approved))
    facts = {
        **_plain(claim),
        "month_name": long_month(claim.month),
        "lines": [
            {
                **asdict(line),
                "net_cents": line.face_cents - line.fee_cents,
                "short_day": f"{line.day:%d/%m/%Y}",
            }
            for line in claim.lines
        ],
        "totals": totals,
        "decided": decided,
        "offsets": [asdict(one) for one in claim.offsets],
        "payable_cents": int(str(totals[-1]["net_cents"])) - sum(one.amount_cents for one in claim.offsets),
    }
    return press("claim", claim.made_on, facts)


def recovery_order(order: RecoveryOrder) -> bytes:
    """The paper that asks a place to give undue sums back, pass by pass, before a day."""
    facts = {
        **_plain(order),
        "lines": [{**asdict(one), "short_day": f"{one.day:%d/%m/%Y}"} for one in order.lines],
        "total_cents": sum(one.amount_cents for one in order.lines),
        "due_day": order.due_on,
    }
    return press("recovery", order.made_on, facts)


def programme_state(state: ProgrammeState) -> bytes:
    """The state of the programme on one page, for the council."""
    total = sum(one.passes for one in state.states)
    shares = [{**asdict(one), "share": _share(one.passes, total)} for one in state.states]
    return press("state", state.made_on, {**_plain(state), "states": shares})


def _plain(
    paper: HandoverLetter | DeliveryNote | AttendanceSheet | ClaimStatement | RecoveryOrder | ProgrammeState,
) -> dict[str, object]:
    """A paper's own fields, its brand ready to draw, and its date in words under `day`."""
    return {"day": paper.made_on, **asdict(paper), "brand": _brand(paper.brand)}


def _brand(brand: Brand) -> dict[str, object]:
    return {**asdict(brand), "logo": logo_facts(brand.logo)}


def _total(label: str, lines: Iterable[ClaimLine]) -> dict[str, object]:
    kept = list(lines)
    face, fee = sum(line.face_cents for line in kept), sum(line.fee_cents for line in kept)
    return {
        "label": label,
        "passes": len(kept),
        "face_cents": face,
        "fee_cents": fee,
        "net_cents": face - fee,
    }


def _share(part: int, whole: int) -> str:
    """`33,4 %` of the whole; nothing of nothing is `0,0 %`."""
    tenths = (part * 2000 + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10},{tenths % 10}{NNBSP}%"


def _cards(cards: Sequence[Card]) -> list[dict[str, object]]:
    drawn = qr.symbols([card.url for card in cards])
    width = max(4, len(str(max(card.number for card in cards))))
    return [
        {
            "number": card.number,
            "shown": str(card.number).zfill(width),
            "booklet": card.booklet,
            "grouped": grouped_code(card.code),
            "url": card.url,
            "qr": qr.picture(symbol),
        }
        for card, symbol in zip(cards, drawn, strict=True)
    ]
