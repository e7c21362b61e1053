"""The verdict without network, against a table written by hand; and the exported files are current."""

import base64
import json
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from passnumerique.console.rulebook.scanner import CODES, LAST_DAY, STRANGER, TAG_KEY, every_facts, passes
from passnumerique.ground.codes import grouped_code
from passnumerique.ground.sealing import public_jwk, sealing_key
from passnumerique.vouchers.rules import BOOK, UNSPENT, Act, State
from passnumerique.vouchers.rules.offline import (
    DAY_ZERO,
    LINE_STEPS,
    NO_DAY,
    RECORD_BYTES,
    TAKES,
    Facts,
    LineState,
    Listed,
    Read,
    Verdict,
    found_in,
    packed,
    read,
    scanner_rules,
    tags_of,
    verdict,
)
from tests.house.code import ROOT

FOLDER = ROOT / "frontend/scanner"
CODE = CODES[0]

# What is said of a pass that the list knows, in time. Written by hand: whoever changes a rule sees it here.
SAID: dict[str, tuple[str, str]] = {
    "authority_stock": ("to_check", ""),
    "structure_stock": ("to_check", ""),
    "held": ("valid", ""),
    "redeemed": ("already_used", "already_redeemed"),
    "claimed": ("already_used", "already_redeemed"),
    "approved": ("already_used", "already_redeemed"),
    "disputed": ("already_used", "already_redeemed"),
    "reimbursed": ("already_used", "already_redeemed"),
    "blocked": ("blocked", "is_blocked"),
    "replaced": ("blocked", "is_replaced"),
    "cancelled": ("blocked", "is_cancelled"),
    "frozen": ("already_used", "already_redeemed"),
    "to_recover": ("already_used", "already_redeemed"),
    "recovered": ("already_used", "already_redeemed"),
    "refused": ("already_used", "already_redeemed"),
}


@pytest.fixture(scope="module")
def rules() -> dict[str, Any]:
    return scanner_rules()


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "vectors.json").read_text("utf-8")))


def facts(state: str | None = "held", **changes: Any) -> Facts:
    given = {"complete": True, "expired": False, "queued": False, "day": LAST_DAY, "last_day_of_use": LAST_DAY}
    return Facts(**({"text": CODE, "state": state} | given | changes))


@pytest.mark.parametrize("state", [state.value for state in State])
def test_each_state_in_time(rules: dict[str, Any], state: str) -> None:
    told = verdict(rules, facts(state))
    assert (told.verdict, told.refusal) == SAID[state]
    assert told.takes is (SAID[state][0] in {"valid", "to_check"})


@pytest.mark.parametrize(("state", "late", "expired"), list(product([*SAID, None], [False, True], [False, True])))
def test_each_state_out_of_time(rules: dict[str, Any], state: str | None, late: bool, expired: bool) -> None:
    day = LAST_DAY + timedelta(days=late)
    told = verdict(rules, facts(state, day=day, expired=expired)).verdict
    said = SAID[state][0] if state else "unknown"
    if expired and said in {"valid", "unknown"}:
        said = "to_check"
    if late and said in {"valid", "to_check"}:
        said = "lapsed"
    assert told == said


@pytest.mark.parametrize("state", [None, *SAID])
def test_a_pass_in_the_queue_is_taken_already(rules: dict[str, Any], state: str | None) -> None:
    told = verdict(rules, facts(state, queued=True))
    assert (told.verdict, told.refusal, told.takes) == ("already_used", "already_redeemed", False)


def test_a_pass_not_listed_is_unknown_only_to_a_whole_list(rules: dict[str, Any]) -> None:
    assert verdict(rules, facts(None)) == (Verdict.UNKNOWN, "unknown_code")
    assert verdict(rules, facts(None, complete=False)) == (Verdict.TO_CHECK, "")


@pytest.mark.parametrize("text", ["", "WIFI:S:Mairie;;", "https://menu.fr/carte", "A" * 5000, "4006381333931"])
def test_what_is_no_code_is_told_so_before_all(rules: dict[str, Any], text: str) -> None:
    assert verdict(rules, facts(text=text, queued=True)) == (Verdict.NOT_CODE, "")
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    assert verdict(rules, facts(text=wrong)) == (Verdict.NOT_CODE, "wrong_check_letter")


def test_the_device_takes_what_the_book_lets_it_and_no_more(rules: dict[str, Any]) -> None:
    """Derived: a state from which the book redeems is valid, and nothing spent, blocked or gone is ever taken."""
    for state in State:
        told = verdict(rules, facts(state.value))
        assert (told.verdict is Verdict.VALID) is (state in BOOK[Act.REDEEM].sources)
        assert told.takes is (state in UNSPENT)
    assert {Verdict.VALID, Verdict.TO_CHECK} == TAKES


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        grouped_code(CODE),
        f" {grouped_code(CODE).lower()}\n",
        " ".join(CODE),
        f"HTTPS://PASS.EXEMPLE.FR/P/{CODE}",
        f"https://pass.exemple.fr/p/{grouped_code(CODE).lower()}?a=1#b",
        f"https://a.fr/p/une-autre/P/{CODE}",
    ],
)
def test_a_card_is_read_in_every_way_it_is_shown(text: str) -> None:
    assert read(text) == (Read.CODE, CODE)


def test_a_record_is_packed_and_found_again() -> None:
    day = date(2022, 12, 6)
    rows = [
        packed(b"aaaaa", State.HELD, None, None),
        packed(b"bbbbb", State.REDEEMED, 3, day),
        packed(b"ccccc", State.CLAIMED, 255, date(1999, 1, 1)),
        packed(b"ddddd", State.CLAIMED, 254, date.max),
    ]
    assert {len(row) for row in rows} == {RECORD_BYTES}
    found = [found_in(b"".join(rows), tag) for tag in (b"aaaaa", b"bbbbb", b"ccccc", b"ddddd", b"zzzzz", b"\0" * 5)]
    latest = DAY_ZERO + timedelta(days=NO_DAY - 1)
    assert found == [
        Listed(State.HELD, None, None),
        Listed(State.REDEEMED, 3, day),
        Listed(State.CLAIMED, None, DAY_ZERO),
        Listed(State.CLAIMED, 254, latest),
        None,
        None,
    ]
    assert found_in(b"", b"aaaaa") is None


def test_a_line_ends_only_by_its_own_answer() -> None:
    """From nowhere but `sending` does an answer settle a line, and none falls back once it is settled."""
    for (state, event), then in LINE_STEPS.items():
        if event in {"redeemed", "replayed", "refused", "disputed"}:
            assert state is LineState.SENDING
        if then is LineState.QUEUED:
            assert state is LineState.SENDING
        if then is LineState.GONE:
            assert state in {LineState.TAKEN, LineState.REFUSED, LineState.DISPUTED}


# The files


def test_the_exported_files_are_current() -> None:
    call_command("rulebook", check=FOLDER / "rules.json", verbosity=0)


def test_files_that_are_not_current_are_refused(tmp_path: Any) -> None:
    copy = tmp_path / "rules.json"
    call_command("rulebook", scanner=copy, verbosity=0)
    copy.write_text(copy.read_text("utf-8").replace('"held"', '"hold"'), "utf-8")
    with pytest.raises(CommandError, match="--scanner"):
        call_command("rulebook", check=copy, verbosity=0)


def test_the_version_names_the_content(rules: dict[str, Any]) -> None:
    assert rules["version"] == scanner_rules()["version"] == json.loads((FOLDER / "rules.json").read_text())["version"]


def test_python_judges_every_vector_as_written(vectors: dict[str, Any]) -> None:
    """By the exported rules as they stand in the file, not by those in memory."""
    exported = json.loads((FOLDER / "rules.json").read_text("utf-8"))
    for vector in vectors["verdicts"]:
        given = vector["facts"]
        days = {name: date.fromisoformat(given[name]) for name in ("day", "last_day_of_use")}
        told = verdict(exported, Facts(**(given | days)))
        assert (told.verdict, told.refusal, told.takes) == (vector["verdict"], vector["refusal"], vector["takes"])
    assert len(vectors["verdicts"]) == len(list(every_facts())) > 300


def test_python_reads_tags_finds_and_steps_as_written(vectors: dict[str, Any]) -> None:
    for vector in vectors["codes"]:
        assert read(vector["text"]) == (vector["read"], vector["code"])
    assert {vector["read"] for vector in vectors["codes"]} == {"code", "misspelt", "other"}
    key = base64.b64decode(vectors["tag_key"])
    assert key == TAG_KEY
    assert [tag.hex() for tag in tags_of(key, CODES)] == [vector["tag"] for vector in vectors["tags"]]
    listed = base64.b64decode(vectors["passes"])
    assert listed == passes()
    for vector in vectors["found"]:
        found = found_in(listed, tags_of(key, [vector["code"]])[0])
        told = found and {"state": found.state, "place": found.place, "day": found.day and found.day.isoformat()}
        assert told == vector["found"]
    assert vectors["found"][-1] == {"code": STRANGER, "found": None}
    for vector in vectors["lines"]:
        state = LineState(vector["state"])
        assert LINE_STEPS.get((state, vector["event"]), state) == vector["then"]


def test_the_key_of_the_vectors_is_theirs_alone(vectors: dict[str, Any]) -> None:
    sealing = vectors["sealing"]
    assert public_jwk(sealing_key(sealing["key_from"].encode())) == sealing["public"]
    assert "d" not in sealing["public"]


def test_the_page_of_the_protocol_has_every_step_of_a_line() -> None:
    text = (ROOT / "docs/scanner.md").read_text("utf-8")
    for (state, event), then in LINE_STEPS.items():
        assert f"| `{state.value}` | `{event}` | `{then.value}` |" in text
    assert all(f"`{one.value}`" in text for one in Verdict)
