"""The rules by which a scanner judges without network, and the vectors to which it is held, as files."""

import base64
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from passnumerique.ground.codes import check_letter, derive_codes, grouped_code
from passnumerique.ground.sealing import INFO, public_jwk, sealing_key
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.offline import (
    LINE_STEPS,
    Facts,
    LineState,
    found_in,
    packed,
    read,
    scanner_rules,
    tags_of,
    verdict,
)

_KEY, _NONCE = b"vectors of the scanner", b"\x01" * 16
CODES = list(derive_codes(_KEY, _NONCE, range(1, len(State) + 1)))
"""One code for each state. They belong to no pass of any installation."""
TAG_KEY = bytes(range(32))
STRANGER = next(derive_codes(_KEY, _NONCE, [1000]))
"""A well-formed code that no list holds."""
LAST_DAY = date(2022, 12, 31)
USED_ON = date(2022, 12, 6)


def files(rules: Path) -> dict[Path, str]:
    """`rules.json`, and `vectors.json` beside it."""
    return {rules: _json(scanner_rules()), rules.with_name("vectors.json"): _json(vectors())}


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def vectors() -> dict[str, Any]:
    """What is asked of the server's rules and of the page's script alike, with the answer that is right."""
    return {
        "rules_version": scanner_rules()["version"],
        "codes": [_code_vector(text) for text in _texts()],
        "tag_key": base64.b64encode(TAG_KEY).decode(),
        "tags": [{"code": code, "tag": tag.hex()} for code, tag in zip(CODES, tags_of(TAG_KEY, CODES), strict=True)],
        "passes": base64.b64encode(passes()).decode(),
        "found": [_found_vector(code) for code in (*CODES, STRANGER)],
        "verdicts": [_verdict_vector(facts) for facts in every_facts()],
        "lines": [_line_vector(state, event) for state in LineState for event in _EVENTS],
        "sealing": {"info": INFO.decode(), "public": public_jwk(sealing_key(_KEY)), "key_from": _KEY.decode()},
    }


def _texts() -> list[str]:
    """One code in every way in which it may be typed, read or spoilt; and things that are no code."""
    code = CODES[0]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    swapped = "".join((code[1], code[0], code[2:])) if code[0] != code[1] else wrong
    confused = next(one for one in derive_codes(_KEY, _NONCE, range(2000, 9000)) if "0" in one and "1" in one)
    return [
        code,
        code.lower(),
        grouped_code(code),
        f"  {grouped_code(code).lower()} ",
        " ".join(code),
        confused.replace("0", "O").replace("1", "l"),
        confused.replace("0", "o").replace("1", "I"),
        confused.replace("V", "U"),
        f"HTTPS://PASS.EXEMPLE.FR/P/{code}",
        f"https://pass.exemple.fr/p/{code.lower()}",
        f"https://pass.exemple.fr/p/{grouped_code(code)}?source=carte#haut",
        wrong,
        swapped,
        code[:-1],
        code + "0",
        "",
        "   ",
        "0" * 11 + check_letter("0" * 11),
        "https://pass.exemple.fr/p/",
        "https://ailleurs.exemple.fr/menu",
        "WIFI:S:Mairie;T:WPA;P:bonjour;;",
        "BEGIN:VCARD",
        "4006381333931",
        "É" * 12,
        "A" * 5000,
    ]


def _code_vector(text: str) -> dict[str, str]:
    found, code = read(text)
    return {"text": text, "read": found.value, "code": code}


def passes() -> bytes:
    """A list with one pass in each state: those that a place took by the places 0, 1 and one unnamed."""
    rows = []
    for rank, (state, tag) in enumerate(zip(State, tags_of(TAG_KEY, CODES), strict=True)):
        spent = state in _SPENT
        place = (0, 1, None)[rank % 3] if spent else None
        rows.append(packed(tag, state, place, USED_ON + timedelta(days=rank) if spent else None))
    return b"".join(sorted(rows))


_SPENT = list(State)[3:8]


def _found_vector(code: str) -> dict[str, Any]:
    listed = found_in(passes(), tags_of(TAG_KEY, [code])[0])
    if listed is None:
        return {"code": code, "found": None}
    day = listed.day.isoformat() if listed.day else None
    return {"code": code, "found": {"state": listed.state.value, "place": listed.place, "day": day}}


def every_facts() -> Iterator[Facts]:
    """Every state, and none, with every answer to each of the other questions; and what is no code."""
    days = (LAST_DAY - timedelta(days=1), LAST_DAY, LAST_DAY + timedelta(days=1))
    for state in (*(one.value for one in State), None):
        for complete in (True, False):
            for expired in (False, True):
                for queued in (False, True):
                    for day in days:
                        yield Facts(CODES[0], state, complete, expired, queued, day, LAST_DAY)
    for text in _texts():
        yield Facts(text, State.HELD.value, True, False, False, LAST_DAY, LAST_DAY)


def _verdict_vector(facts: Facts) -> dict[str, Any]:
    told = verdict(scanner_rules(), facts)
    given = {**vars(facts), "day": facts.day.isoformat(), "last_day_of_use": facts.last_day_of_use.isoformat()}
    return {"facts": given, "verdict": told.verdict.value, "refusal": told.refusal, "takes": told.takes}


_EVENTS = ("send", "lost", "closed", "error", "redeemed", "replayed", "refused", "disputed", "postponed", "seen")


def _line_vector(state: LineState, event: str) -> dict[str, str]:
    return {"state": state.value, "event": event, "then": LINE_STEPS.get((state, event), state).value}
