"""The wire format: whatever comes in is presented or refused, and what goes out can be read."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnumerique.api import wire
from passnumerique.ground.problems import language_for
from passnumerique.ground.refusals import NotAllowed, NotFound, Refusal
from passnumerique.training.operations import Presented
from passnumerique.vouchers.operations import Outcome, Scan
from passnumerique.vouchers.rules.refusals import AlreadyRedeemed, IdAlreadyUsed, UnknownCode

VALID = {
    "id": "0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e6f",
    "code": " abcd-efgh-jkmn ",
    "training_session": "0192f3c4-5a6b-7c8d-9e0f-1a2b3c4d5e70",
    "redeemed_at": "2022-10-11T14:30:00.123456789+02:00",
}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids().map(str)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
NEARLY = st.fixed_dictionaries({}, optional={name: st.just(value) | ANYTHING for name, value in VALID.items()})


def test_what_is_written_well_is_presented_as_written() -> None:
    asked = wire.read_one(json.dumps(VALID | {"participant": VALID["training_session"]}).encode())
    assert asked == Presented(
        UUID(VALID["id"]), "abcd-efgh-jkmn", UUID(VALID["training_session"]), asked.redeemed_at, asked.session_id
    )
    assert asked.redeemed_at.isoformat() == "2022-10-11T14:30:00.123456+02:00"


@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_bytes_come_they_are_read_or_refused(body: bytes) -> None:
    for read in (wire.read_one, wire.read_many):
        try:
            read(body)  # type: ignore[operator]
        except Refusal as refusal:
            status, said = wire.problem(refusal)
            assert json.loads(said)["status"] == status
            assert status in {400, 422}


@given(st.lists(NEARLY | ANYTHING | st.just(VALID), min_size=1, max_size=8), st.booleans())
def test_each_item_of_a_batch_is_told_in_its_place(items: list[Any], replayed: bool) -> None:
    read = wire.read_many(json.dumps({"redemptions": items}).encode())
    assert len(read) == len(items)
    assert [
        one for one, item in zip(read, items, strict=True) if item == VALID and not isinstance(one, Presented)
    ] == []
    asked = wire.to_redeem(read)
    outcomes = [Outcome(Scan(one.id, one.code), None, rank, replayed) for rank, one in enumerate(asked)]
    told = json.loads(wire.tell_many(read, outcomes))["outcomes"]
    assert len(told) == len(items)
    for one, item in zip(told, read, strict=True):
        assert one["id"] == (str(item.id) if item.id else None)
        assert ("problem" in one) is (one["status"] >= 400) is isinstance(item, wire.Problem)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(UnknownCode(code="A"), 422), (NotFound(), 422), (NotAllowed(), 422), (IdAlreadyUsed(), 409)],
)
def test_a_refusal_of_one_pass_is_unprocessable_and_an_id_used_twice_a_conflict(refusal: Refusal, status: int) -> None:
    asked = wire.read_one(json.dumps(VALID).encode())
    outcome = Outcome(Scan(asked.id, asked.code), refusal, 7)
    told, body = wire.tell_one(outcome, asked)
    item = json.loads(wire.tell_many([asked], [outcome]))["outcomes"][0]
    assert told == status == json.loads(body)["status"] == item["status"] == item["problem"]["status"]
    assert item["number"] == 7
    assert wire.failed_codes([outcome, Outcome(outcome.scan, AlreadyRedeemed(where=""))]) == (
        refusal.name == "unknown_code"
    )


def test_far_too_many_flaws_are_not_told_one_by_one() -> None:
    strange = {str(number): 1 for number in range(5000)}
    with pytest.raises(wire.InvalidRequest) as refused:
        wire.read_one(json.dumps(strange).encode())
    assert len(refused.value.flaws) == 1
    (item,) = wire.read_many(json.dumps({"redemptions": [strange | VALID]}).encode())
    assert isinstance(item, wire.Problem)
    assert str(item.id) == VALID["id"]
    with pytest.raises(wire.InvalidRequest) as refused:
        wire.read_one(json.dumps({str(number): 1 for number in range(50)}).encode())
    assert len(refused.value.flaws) == wire.MOST_FLAWS


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "fr"),
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR, en;q=0.9", "fr"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("de, en;q=0.1", "en"),
        ("en;q=0", "fr"),
        ("en;q=nan, fr;q=x, ;;;,,=", "fr"),
        ("*", "fr"),
    ],
)
def test_english_is_for_those_who_would_rather_read_it(accepted: str | None, language: str) -> None:
    assert language_for(accepted) == language
