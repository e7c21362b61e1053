"""What stands on each paper: plain facts, already read and already allowed by whoever asks for the paper.

Nothing here knows a table, a clock or a language tool: papers are French. Amounts are integer cents
(fields that end in `_cents`), days are `date`, sentences are complete and carry their own typography.
A paper shows these facts and nothing else, so no personal datum can slip in that was not passed.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

DEFAULT_COLOUR = "#1f3a5f"


@dataclass(frozen=True)
class Brand:
    """Whose paper it is: programme and authority, their colour (`#rrggbb`, 4.5:1 on white or more) and
    their logo (the bytes of an SVG, PNG or JPEG file)."""

    programme: str
    authority: str
    colour: str = DEFAULT_COLOUR
    logo: bytes | None = None


@dataclass(frozen=True)
class Card:
    """One pass: its number and booklet in the programme, its folded code (twelve letters) and the short
    upper-case address that its QR holds."""

    number: int
    booklet: int
    code: str
    url: str


@dataclass(frozen=True)
class CardSheet:
    """Cards to print, ten a page. `buys` says what one pass pays for, `valid` until when (« Valable
    jusqu’au … »), `site` is the address to type by hand; the three are the same on every card."""

    brand: Brand
    made_on: date
    buys: str
    valid: str
    site: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class NextSession:
    """One dated training session; `hours` as people write them (« de 14 h à 16 h »)."""

    day: date
    hours: str
    title: str


@dataclass(frozen=True)
class NearPlace:
    """A place near the person with the next sessions it holds; `distance` as people say it (« à 4 km »)."""

    name: str
    address: str
    sessions: tuple[NextSession, ...]
    phone: str = ""
    distance: str = ""


@dataclass(frozen=True)
class BookedSeat:
    """Seats that the passes have booked at one session: which, where, and whom to call when one cannot come."""

    session: NextSession
    place: str
    address: str
    phone: str = ""
    room: str = ""
    seats: int = 1


@dataclass(frozen=True)
class HandoverLetter:
    """The letter given with the passes of one hand-over. `recipient` stays empty unless the person asked
    for a named letter. `seats` are booked already; `places` are the nearest ones with a session in the coming
    weeks, nearest first. `if_lost`, `help_line` and `privacy` are sentences of the programme."""

    brand: Brand
    made_on: date
    structure: str
    structure_address: str
    buys: str
    valid: str
    site: str
    cards: tuple[Card, ...]
    if_lost: str
    places: tuple[NearPlace, ...] = ()
    seats: tuple[BookedSeat, ...] = ()
    recipient: str = ""
    help_line: str = ""
    privacy: str = ""


@dataclass(frozen=True)
class Party:
    """An organisation that signs: its name, address, SIRET if known, and who signs for it."""

    name: str
    address: str = ""
    siret: str = ""
    represented_by: str = ""


@dataclass(frozen=True)
class Signature:
    """A signature already given on screen; without one the paper leaves room for ink."""

    name: str
    day: date


class Remittance(StrEnum):
    """Which way the booklets go; it decides the title and the words for both sides."""

    DELIVERY = "delivery"
    RETURN = "return"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class BookletRange:
    """Consecutive booklets, both ends included, the passes they hold, and how many those are."""

    first_booklet: int
    last_booklet: int
    first_pass: int
    last_pass: int
    passes: int


@dataclass(frozen=True)
class DeliveryNote:
    """The note both sides sign when booklets change hands. `face_value_cents` is that of one pass;
    totals are computed when the paper is made."""

    brand: Brand
    made_on: date
    kind: Remittance
    number: str
    giver: Party
    receiver: Party
    ranges: tuple[BookletRange, ...]
    face_value_cents: int
    valid: str
    remark: str = ""
    giver_signature: Signature | None = None
    receiver_signature: Signature | None = None


class Presence(StrEnum):
    """What is known of a participant when the sheet is printed; expected leaves the boxes to tick."""

    EXPECTED = "expected"
    PRESENT = "present"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


@dataclass(frozen=True)
class OnScreen:
    """A signature given on screen. `strokes` are its lines, x y x y … from 0 to 1000 in a frame three times as
    wide as high; without any, `words` say what stands for it: a typed name, or who attests the presence."""

    when: str
    strokes: tuple[tuple[int, ...], ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Participant:
    """One line of the sheet. `name` may be empty: the person writes it. `number` is that of the pass that
    booked the seat, as on its card; nothing of its code stands here, since who shows the card reads it there.
    `taken` are the numbers of the passes used."""

    name: str = ""
    number: int | None = None
    taken: tuple[int, ...] = ()
    presence: Presence = Presence.EXPECTED
    signed: OnScreen | None = None


@dataclass(frozen=True)
class SheetClosed:
    """The sheet signed as a whole: by whom, when, how many people were present and passes used."""

    trainer: str
    present: int
    passes: int
    signed: OnScreen
    remark: str = ""


@dataclass(frozen=True)
class AttendanceSheet:
    """The evidence of service rendered for one training session, to sign by hand or signed on screen.
    `reference` is the session's number, `plan` its place in the training plan (« 1.2, séance 3 »).
    `blank_lines` are added under the participants for people who come without a booking."""

    brand: Brand
    made_on: date
    title: str
    theme: str
    module: str
    day: date
    hours: str
    place: Party
    trainer: str
    participants: tuple[Participant, ...]
    blank_lines: int = 0
    reference: str = ""
    plan: str = ""
    room: str = ""
    closed: SheetClosed | None = None


class Control(StrEnum):
    """The result of the control of one claim line."""

    PENDING = "pending"
    APPROVED = "approved"
    DISPUTED = "disputed"
    REFUSED = "refused"


@dataclass(frozen=True)
class ClaimLine:
    """One redeemed pass in a claim: its face value, the fee the issuer keeps, and what the control said."""

    day: date
    session: str
    module: str
    code_end: str
    face_cents: int
    fee_cents: int = 0
    control: Control = Control.PENDING
    reason: str = ""


@dataclass(frozen=True)
class PaymentRecord:
    """A payment already made for the claim."""

    reference: str
    day: date
    amount_cents: int


@dataclass(frozen=True)
class UndueLine:
    """One pass paid that was not due: its number, the claim it was paid with, and why it comes back."""

    number: int
    claim: str
    day: date
    cause: str
    amount_cents: int


@dataclass(frozen=True)
class RecoveryOrder:
    """What a place is asked to give back, pass by pass; the total is computed when the paper is made."""

    brand: Brand
    made_on: date
    number: str
    place: Party
    due_on: date
    lines: tuple[UndueLine, ...]


@dataclass(frozen=True)
class ClaimStatement:
    """What a place asks to be paid back for one month (`month` is its first day), line by line.
    Totals, asked and approved, are computed when the paper is made; `offsets` are undue sums taken back."""

    brand: Brand
    made_on: date
    number: str
    month: date
    place: Party
    lines: tuple[ClaimLine, ...]
    prepared_by: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    payment: PaymentRecord | None = None
    confirmed_by: str = ""
    offsets: tuple[UndueLine, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One key figure: what it counts, its value as written, and a note beneath (source, share, caution)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class StateCount:
    """How many passes stand in one state, under the name that people read."""

    label: str
    passes: int


@dataclass(frozen=True)
class CalendarDay:
    """One of the programme's dates, and the document that set it."""

    label: str
    day: date
    source: str = ""


@dataclass(frozen=True)
class ProgrammeState:
    """The state of the programme on one page, for the council. `states` sum to the passes received;
    `headline` is the one sentence to remember; `notes` say what the figures are not."""

    brand: Brand
    made_on: date
    as_of: date
    headline: str
    figures: tuple[Figure, ...]
    states: tuple[StateCount, ...]
    calendar: tuple[CalendarDay, ...]
    money: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = field(default=())
