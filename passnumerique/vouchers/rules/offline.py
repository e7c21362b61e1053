"""The verdict upon a pass without network: the rule book, as far as a device at a workshop needs it. Pure.

`scanner_rules` derives everything from the book, the states and their refusals; it is exported as
`frontend/scanner/rules.json`, and `verdict` judges by that export alone, as the page's script does. Both
are held to the same vectors (`frontend/scanner/vectors.json`).
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from passnumerique.ground.codes import ALPHABET, FOLDED, LENGTH, POLYNOMIAL, fold, well_formed
from passnumerique.ground.refusals import Refusal
from passnumerique.vouchers.rules import refusals as no
from passnumerique.vouchers.rules.book import BOOK, Act
from passnumerique.vouchers.rules.states import AT_PLACE, UNSPENT, State

TAG_BYTES = 5
"""Of the keyed hash under which a device knows a pass: 40 bits, which some 2^15 codes share."""
DAY_ZERO = date(2020, 1, 1)
NO_DAY, NO_PLACE = 0xFFFF, 0xFF
"""What a record says of a pass that no place took, or of a place beyond those that a byte can name."""
_RECORD = struct.Struct(f">{TAG_BYTES}sBBH")
RECORD_BYTES = _RECORD.size
MOST_PLACES = NO_PLACE
MOST_PASSES = 50_000
"""How many passes one device takes along."""


class Verdict(StrEnum):
    """What a device says of a pass."""

    VALID = "valid"
    ALREADY_USED = "already_used"
    BLOCKED = "blocked"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"
    OTHER_PROGRAMME = "other_programme"
    TO_CHECK = "to_check"
    NOT_CODE = "not_code"


TAKES = frozenset({Verdict.VALID, Verdict.TO_CHECK})
"""Verdicts upon which a device may take the pass: the server has the last word."""


class Read(StrEnum):
    """What a text that was typed or read turns out to be."""

    CODE = "code"
    MISSPELT = "misspelt"
    OTHER = "other"


class LineState(StrEnum):
    """Where one pass taken without network stands on the device that took it."""

    QUEUED = "queued"
    SENDING = "sending"
    TAKEN = "taken"
    REFUSED = "refused"
    DISPUTED = "disputed"
    GONE = "gone"


LINE_STEPS: dict[tuple[LineState, str], LineState] = {
    (LineState.QUEUED, "send"): LineState.SENDING,
    **dict.fromkeys(
        ((LineState.SENDING, cause) for cause in ("lost", "closed", "error", "postponed")), LineState.QUEUED
    ),
    (LineState.SENDING, "redeemed"): LineState.TAKEN,
    (LineState.SENDING, "replayed"): LineState.TAKEN,
    (LineState.SENDING, "refused"): LineState.REFUSED,
    (LineState.SENDING, "disputed"): LineState.DISPUTED,
    **{(state, "seen"): LineState.GONE for state in (LineState.TAKEN, LineState.REFUSED, LineState.DISPUTED)},
}
"""What becomes of a line, by what happens to it; anything else leaves it where it is. `lost`: no answer came;
`closed`: the page was, and is opened again; `error`: the whole sending was refused and nothing of it
done; `postponed`: the server did nothing of this line yet, too many codes that do not exist being sent with it."""


class Judgement(NamedTuple):
    """A verdict with the refusal that says why, by its name; none for a pass that may be taken."""

    verdict: Verdict
    refusal: str = ""

    @property
    def takes(self) -> bool:
        """Whether the device may take the pass."""
        return self.verdict in TAKES


@dataclass(frozen=True)
class Facts:
    """What a device knows when it is asked about a pass: the text as typed or read, the state that its list
    gives (none: not listed), whether the list holds every pass, whether its time is over, whether the pass is
    in the device's own queue already, the day by the server's clock, and the last day on which passes are taken."""

    text: str
    state: str | None
    complete: bool
    expired: bool
    queued: bool
    day: date
    last_day_of_use: date


def scanner_rules() -> dict[str, Any]:
    """Everything by which a device judges, as plain JSON. `version` names this very content."""
    rules = {
        "codes": {
            "alphabet": ALPHABET,
            "folded": FOLDED,
            "length": LENGTH,
            "polynomial": POLYNOMIAL,
            "addressed": _ADDRESSED,
        },
        "records": {
            "tag_bytes": TAG_BYTES,
            "record_bytes": RECORD_BYTES,
            "day_zero": DAY_ZERO.isoformat(),
            "no_day": NO_DAY,
            "no_place": NO_PLACE,
            "states": [state.value for state in State],
        },
        "verdicts": [verdict.value for verdict in Verdict],
        "takes": [verdict.value for verdict in Verdict if verdict in TAKES],
        "judging": _judging(),
        "lines": [[state.value, event, then.value] for (state, event), then in LINE_STEPS.items()],
        "refusals": {name_of(kind): [_verdict_of(kind).value, kind.sentence] for kind in _told()},
    }
    text = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    return {"version": hashlib.sha256(text.encode()).hexdigest()[:12], **rules}


_ADDRESSED = "/P/"
"""What stands before the code in the address that a card's QR holds."""


def _judging() -> dict[str, Any]:
    """The tables of `verdict`, each cell a verdict and the name of its refusal."""
    lapsed = [Verdict.LAPSED.value, name_of(no.Lapsed)]
    unsure = [Verdict.TO_CHECK.value, ""]
    return {
        "read": {
            Read.MISSPELT.value: [Verdict.NOT_CODE.value, name_of(no.WrongCheckLetter)],
            Read.OTHER.value: [Verdict.NOT_CODE.value, ""],
        },
        "queued": [Verdict.ALREADY_USED.value, name_of(no.AlreadyRedeemed)],
        "states": {state.value: list(_of_state(state)) for state in State},
        "unlisted": {"complete": [Verdict.UNKNOWN.value, name_of(no.UnknownCode)], "incomplete": unsure},
        "expired": {Verdict.VALID.value: unsure, Verdict.UNKNOWN.value: unsure},
        "late": {verdict.value: lapsed for verdict in Verdict if verdict in TAKES},
    }


def _of_state(state: State) -> tuple[str, str]:
    """What the book says of a pass in that state. One that could have been handed over since the list was
    made is the server's to judge; one that was blocked is not taken, even if it was found since."""
    if state in BOOK[Act.REDEEM].sources:
        return Verdict.VALID.value, ""
    if state in UNSPENT:
        return Verdict.TO_CHECK.value, ""
    refusal = no.AlreadyRedeemed if state in AT_PLACE else no.REFUSAL_OF_STATE[state]
    return (Verdict.ALREADY_USED if state in AT_PLACE else Verdict.BLOCKED).value, name_of(refusal)


def _told() -> Iterable[type[Refusal]]:
    """The refusals that a device may have to say, of a pass."""
    kinds = {no.UnknownCode, no.WrongCheckLetter, no.CodeOfAnotherProgramme, no.Lapsed, no.AskedElsewhere}
    return sorted(kinds | set(no.REFUSAL_OF_STATE.values()) - {no.AlreadyHandedOver}, key=name_of)


def _verdict_of(refusal: type[Refusal]) -> Verdict:
    """The verdict for which a refusal stands, once the server has said it."""
    return _VERDICT_OF.get(refusal, Verdict.TO_CHECK)


_VERDICT_OF: dict[type[Refusal], Verdict] = {
    no.UnknownCode: Verdict.UNKNOWN,
    no.WrongCheckLetter: Verdict.NOT_CODE,
    no.CodeOfAnotherProgramme: Verdict.OTHER_PROGRAMME,
    no.Lapsed: Verdict.LAPSED,
    **{no.REFUSAL_OF_STATE[state]: Verdict.ALREADY_USED for state in State if state in AT_PLACE},
    **{no.REFUSAL_OF_STATE[state]: Verdict.BLOCKED for state in State if state not in AT_PLACE | UNSPENT},
}


def name_of(refusal: type[Refusal]) -> str:
    """The stable name of a refusal, as in `Refusal.name`."""
    return refusal().name


def read(text: str) -> tuple[Read, str]:
    """What a text is, and the folded code that it holds: typed with blanks and dashes, or the address of a
    card, of which the last part is taken."""
    given = text.upper().rpartition(_ADDRESSED)[2] if _ADDRESSED in text.upper() else text
    code = fold(given.partition("?")[0].partition("#")[0])
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return Read.OTHER, ""
    return (Read.CODE if well_formed(code) else Read.MISSPELT), code


def verdict(rules: Mapping[str, Any], facts: Facts) -> Judgement:
    """What a device says of a pass, by the exported rules alone: first whether it is a code, then whether
    the device has just taken it, then its state, and last whether the list or the passes are out of time."""
    judging = rules["judging"]
    found, _code = read(facts.text)
    if found is not Read.CODE:
        return _judged(judging["read"][found])
    if facts.queued:
        return _judged(judging["queued"])
    unlisted = judging["unlisted"]["complete" if facts.complete else "incomplete"]
    told = _judged(judging["states"][facts.state] if facts.state else unlisted)
    if facts.expired:
        told = _judged(judging["expired"].get(told.verdict, told))
    if facts.day > facts.last_day_of_use:
        told = _judged(judging["late"].get(told.verdict, told))
    return told


def _judged(cell: Iterable[str]) -> Judgement:
    name, refusal = cell
    return Judgement(Verdict(name), refusal)


def tags_of(key: bytes, codes: Iterable[str]) -> list[bytes]:
    """The tag of each of these folded codes under the key of one list, in order."""
    return [hmac.digest(key, code.encode(), "sha256")[:TAG_BYTES] for code in codes]


def packed(tag: bytes, state: State, place: int | None, day: date | None) -> bytes:
    """One pass as a device carries it; `place` is its rank among the places of the list."""
    rank = NO_PLACE if place is None or place >= MOST_PLACES else place
    offset = NO_DAY if day is None else min(max((day - DAY_ZERO).days, 0), NO_DAY - 1)
    return _RECORD.pack(tag, _RANKS[state], rank, offset)


_RANKS = {state: rank for rank, state in enumerate(State)}


class Listed(NamedTuple):
    """What a list says of one pass: its state, the rank of the place that took it, and the day."""

    state: State
    place: int | None
    day: date | None


def found_in(records: bytes, tag: bytes) -> Listed | None:
    """What a list of records says of the pass with that tag: found by halves, the records being in order."""
    low, high = 0, len(records) // RECORD_BYTES
    while low < high:
        middle = (low + high) // 2
        if records[middle * RECORD_BYTES : middle * RECORD_BYTES + TAG_BYTES] < tag:
            low = middle + 1
        else:
            high = middle
    if records[low * RECORD_BYTES : low * RECORD_BYTES + TAG_BYTES] != tag:
        return None
    _tag, state, place, offset = _RECORD.unpack_from(records, low * RECORD_BYTES)
    day = None if offset == NO_DAY else DAY_ZERO + timedelta(days=offset)
    return Listed(list(State)[state], None if place == NO_PLACE else place, day)
