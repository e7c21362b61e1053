"""Taking passes through the public API: one by one and in batches, and whatever a program may send wrongly."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from passnumerique.directory.operations import revoke_token
from passnumerique.directory.queries import access_tokens
from passnumerique.directory.rules import MOST_FAILED_CODES, Role, Scope
from passnumerique.ground.codes import ALPHABET, grouped_code
from passnumerique.training.operations import cancel_session
from passnumerique.vouchers.operations import cancel, declare_lost, issue_lot
from passnumerique.vouchers.rules import State
from tests.journeys.office import NOON, TODAY
from tests.journeys.program import Program, pointers, token
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db
AUTUMN = date(2022, 10, 11)


@pytest.fixture(autouse=True)
def _the_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def program(world: World) -> Program:
    return Program(world, token(world))


@pytest.fixture
def held(world: World) -> list[int]:
    """The numbers of ten passes that somebody holds."""
    return world.hand_over(10, day=AUTUMN)


def test_a_pass_is_taken_and_told(program: Program, held: list[int]) -> None:
    item = program.item(held[0])
    told = program.send("redemptions", item)
    assert told.status == 201
    assert told.body == {
        "id": item["id"],
        "status": "redeemed",
        "number": held[0],
        "training_session": item["training_session"],
        "redeemed_at": item["redeemed_at"],
    }
    assert program.world.states()[State.REDEEMED] == 1


def test_the_same_request_again_takes_nothing_again(program: Program, held: list[int]) -> None:
    item = program.item(held[0])
    first = program.send("redemptions", item)
    again = program.send("redemptions", item)
    assert (again.status, again.body) == (200, first.body | {"replayed": True})
    assert program.world.states()[State.REDEEMED] == 1


def test_an_id_that_was_used_for_another_pass_is_a_conflict(program: Program, held: list[int]) -> None:
    item = program.item(held[0])
    program.send("redemptions", item)
    told = program.redeem(held[1], id=item["id"])
    assert (told.status, told.type) == (409, "id-already-used")
    assert program.world.states()[State.REDEEMED] == 1


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        grouped_code,
        lambda code: f"  {code[:6]} {code[6:]} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_is_read_as_people_type_it(program: Program, held: list[int], typed: Callable[[str], str]) -> None:
    assert [program.redeem(typed(program.world.code(number))).status for number in held] == [201] * len(held)


def _wrong_letter(code: str) -> str:
    return code[:3] + ALPHABET[(ALPHABET.index(code[3]) + 1) % len(ALPHABET)] + code[4:]


def test_each_refusal_of_a_code_has_its_type(program: Program, held: list[int]) -> None:
    beside, other = build_beside(program.world, "voisin"), build_world("meuse")
    ours, theirs = (one.code(one.hand_over(1, day=AUTUMN)[0]) for one in (beside, other))
    mistyped = _wrong_letter(program.world.code(held[0]))
    told = [program.redeem(code) for code in (mistyped, ours, "0000-0000", theirs, "pass.été", "\0", "x" * 64)]
    assert [one.status for one in told] == [422] * 7
    types = [one.type for one in told]
    assert types == ["wrong-check-letter", "code-of-another-programme", *["unknown-code"] * 5]


def test_each_state_refuses_under_its_name(program: Program, held: list[int]) -> None:
    world = program.world
    spent, lost, gone = held[:3]
    program.redeem(spent)
    prescriber, at = world.actor(Role.PRESCRIBER), on(AUTUMN, 12)
    declare_lost(programme_id=world.programme_id, numbers=[(lost, lost)], cause="Perdu", by=prescriber, at=at)
    cancel(programme_id=world.programme_id, numbers=[(gone, gone)], cause="Abîmé", by=world.manager, at=at)
    stocked = issue_lot(programme_id=world.programme_id, reference="L2", quantity=10, by=world.manager, at=on(AUTUMN))
    assert stocked
    told = {number: program.redeem(number) for number in (spent, lost, gone, 41)}
    assert {one.status for one in told.values()} == {422}
    assert [one.type for one in told.values()] == ["already-redeemed", "is-blocked", "is-cancelled", "not-allocated"]
    assert "13/12/2022" in told[spent].body["detail"]


def test_a_session_refuses_under_its_name(program: Program, held: list[int]) -> None:
    world = program.world
    cancelled, full, late = (
        world.session(TODAY, hour=9),
        world.session(TODAY, hour=11, seats=1),
        world.session(TODAY + timedelta(days=1)),
    )
    place = world.actor(Role.PLACE)
    cancel_session(programme_id=world.programme_id, session_id=cancelled, cause="Neige", by=place, at=NOON)
    assert program.redeem(held[0], training_session=str(full)).status == 201
    asked = [cancelled, full, late, world.session(TODAY, place=1), uuid4()]
    told = [program.redeem(held[1], training_session=str(one)) for one in asked]
    assert [one.status for one in told] == [422] * 5
    types = [one.type for one in told]
    assert types == ["session-is-cancelled", "session-full", "session-not-begun", "not-found", "not-found"]
    assert world.states()[State.REDEEMED] == 1


@pytest.mark.parametrize(
    ("redeemed_at", "kind"),
    [
        ("2001-01-01T00:00:00Z", "session-not-begun"),
        ("2099-12-31T23:59:59Z", "clock-ahead"),
        ("2022-12-13T12:30:00+01:00", "clock-ahead"),
        ("1999-12-31T23:59:59Z", "invalid-request"),
        ("2100-01-01T00:00:00Z", "invalid-request"),
        ("9999-12-31T23:59:59-23:59", "invalid-request"),
        ("0001-01-01T00:00:00+23:59", "invalid-request"),
        ("2022-12-13T12:00:00", "invalid-request"),
        ("2022-12-13", "invalid-request"),
        ("2022-12-13T12:00+01:00", "invalid-request"),
        ("2022-02-30T12:00:00Z", "invalid-request"),
        ("2022-12-13T12:00:00+99:99", "invalid-request"),
        ("1670929200", "invalid-request"),
        ("", "invalid-request"),
        (1670929200, "invalid-request"),
        (None, "invalid-request"),
    ],
)
def test_a_date_that_cannot_be_is_refused(program: Program, held: list[int], redeemed_at: Any, kind: str) -> None:
    told = program.redeem(held[0], redeemed_at=redeemed_at)
    assert (told.status, told.type) == (422, kind)
    if kind == "invalid-request":
        assert pointers(told.body) == {"#/redeemed_at"}
    [outcome] = program.batch(program.item(held[0], redeemed_at=redeemed_at)).body["outcomes"]
    assert (outcome["status"], outcome["problem"]["type"]) == (422, f"/api/problems/{kind}")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"id": 7}, {"#/id"}),
        ({"id": "7"}, {"#/id"}),
        ({"id": None}, {"#/id"}),
        ({"id": "00000000-0000-0000-0000-000000000000"}, {"#/id"}),
        ({"code": ""}, {"#/code"}),
        ({"code": " \t "}, {"#/code"}),
        ({"code": "é" * 65}, {"#/code"}),
        ({"code": ["A"]}, {"#/code"}),
        ({"code": float("nan")}, {"#/code"}),
        ({"training_session": float("inf")}, {"#/training_session"}),
        ({"training_session": 10**4000}, {"#/training_session"}),
        ({"participant": "somebody"}, {"#/participant"}),
        ({"participant": False, "a/b~c": 1}, {"#/participant", "#/a~1b~0c"}),
        ({"status": "redeemed"}, {"#/status"}),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    program: Program, held: list[int], changes: dict[str, Any], wrong: set[str]
) -> None:
    told = program.redeem(held[0], **changes)
    assert (told.status, told.type) == (422, "invalid-request")
    assert pointers(told.body) == wrong
    told = program.batch(program.item(held[0], **changes), program.item(held[1]))
    assert [one["status"] for one in told.body["outcomes"]] == [422, 201]
    assert pointers(told.body["outcomes"][0]["problem"]) == wrong


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"\xef\xbb\xbf{}",
        b'{"id": "\xff\xfe"}',
        b'{"id": "\\ud800"}',
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"id": ' + b"9" * 900_000 + b"}",
        b"id=7&code=8",
        b"{} {}",
    ],
    ids=range(11),
)
@pytest.mark.parametrize("path", ["redemptions", "redemptions/batch"])
def test_what_is_no_json_is_refused_whole(program: Program, path: str, body: bytes) -> None:
    told = program.send(path, body)
    assert (told.status, told.type) == (400, "unreadable-json")


@pytest.mark.parametrize("body", [b"null", b"[]", b'""', b"NaN", b"{}", b'{"redemptions": 7}', b'{"redemptions": []}'])
@pytest.mark.parametrize("path", ["redemptions", "redemptions/batch"])
def test_json_that_is_something_else_is_refused_whole(program: Program, path: str, body: bytes) -> None:
    told = program.send(path, body)
    assert (told.status, told.type) == (422, "invalid-request")


def test_a_body_too_long_is_refused_by_its_length_before_it_is_read(program: Program) -> None:
    for path in ("redemptions", "redemptions/batch"):
        told = program.send(path, b"{}", headers={"Content-Length": "100000000"})
        assert (told.status, told.type) == (413, "body-too-large")
    told = program.send("redemptions/batch", b" " * 1_000_001)
    assert (told.status, told.type) == (413, "body-too-large")


def test_a_batch_tells_each_outcome_in_order(program: Program, held: list[int]) -> None:
    replayed = program.item(held[0])
    program.send("redemptions", replayed)
    items = [
        program.item(held[1]),
        replayed,
        program.item("0000-0000"),
        program.item(held[2], id=replayed["id"]),
        program.item(held[3], surprise=1),
        "not even an object",
        program.item(held[4]),
    ]
    told = program.batch(*items)
    assert told.status == 200
    outcomes = told.body["outcomes"]
    assert [one["status"] for one in outcomes] == [201, 200, 422, 409, 422, 422, 201]
    assert [one["id"] for one in outcomes] == [*(item["id"] for item in items[:5]), None, items[6]["id"]]  # type: ignore[index]
    assert [one.get("number") for one in outcomes] == [held[1], held[0], None, None, None, None, held[4]]
    types = [one.get("problem", {}).get("type", "").rpartition("/")[2] for one in outcomes]
    assert types == ["", "", "unknown-code", "id-already-used", "invalid-request", "invalid-request", ""]
    assert program.world.states()[State.REDEEMED] == 3


def test_the_same_id_twice_in_a_batch(program: Program, held: list[int]) -> None:
    item = program.item(held[0])
    typed_again = item | {"code": grouped_code(item["code"]).lower()}
    told = program.batch(item, typed_again, program.item(held[1], id=item["id"]), item)
    outcomes = told.body["outcomes"]
    assert [one["status"] for one in outcomes] == [201, 200, 409, 200]
    assert len({one["number"] for one in outcomes if one["status"] < 400}) == 1
    assert program.world.states()[State.REDEEMED] == 1


def test_the_same_pass_twice_in_a_batch_is_taken_once(program: Program, held: list[int]) -> None:
    told = program.batch(program.item(held[0]), program.item(held[0]), program.item(held[1]))
    outcomes = told.body["outcomes"]
    assert [one["status"] for one in outcomes] == [201, 422, 201]
    assert outcomes[1]["problem"]["type"] == "/api/problems/already-redeemed"
    assert program.world.states()[State.REDEEMED] == 2


def test_500_items_are_a_batch_and_501_are_not(program: Program) -> None:
    code = program.world.code(1)
    many = [program.item(code, code=code) for _ in range(501)]
    told = program.batch(*many)
    assert (told.status, told.type) == (422, "too-many-items")
    told = program.batch(*({"id": one["id"]} for one in many))
    assert (told.status, told.type) == (422, "too-many-items")
    told = program.batch(*many[:500])
    assert told.status == 200
    assert {one["status"] for one in told.body["outcomes"]} == {422}
    assert [one["id"] for one in told.body["outcomes"]] == [one["id"] for one in many[:500]]


def test_a_batch_may_hold_several_sessions_and_people(program: Program, held: list[int]) -> None:
    world = program.world
    world.set(purchase="module_price")
    dear = str(world.session(TODAY, module=1, hour=9))
    person = {"training_session": dear, "participant": str(uuid4())}
    elsewhere = str(world.session(TODAY, place=1))
    told = program.batch(
        program.item(held[0], **person),
        program.item(held[1], **person),
        program.item(held[2], training_session=elsewhere),
        program.item(held[3]),
    )
    assert [one["status"] for one in told.body["outcomes"]] == [201, 201, 422, 201]
    half = {"training_session": dear, "participant": str(uuid4())}
    told = program.batch(program.item(held[4], **half))
    assert told.body["outcomes"][0]["problem"]["type"] == "/api/problems/wrong-number-of-passes"


def test_a_token_opens_its_own_programmes_only(world: World, held: list[int]) -> None:
    far = build_world("meuse")
    narrow = token(world, programme_ids=[world.programme_id])
    elsewhere = token(world, programme_ids=[far.programme_id])
    for secret, slug in ((token(far), world.slug), (narrow, far.slug), (narrow, "nowhere"), (elsewhere, world.slug)):
        told = Program(world, secret, slug).redeem(held[0])
        assert (told.status, told.type) == (404, "not-found")
    second_place = Program(world, token(world, place=1))
    told = second_place.redeem(held[0], training_session=str(world.session(TODAY, hour=9)))
    assert (told.status, told.type) == (422, "not-found")
    assert Program(world, narrow, session_id=world.session(TODAY, hour=11)).redeem(held[0]).status == 201


def test_a_token_that_opens_nothing(world: World, held: list[int], time_machine: TimeMachineFixture) -> None:
    program = Program(world, token(world))
    over = token(world, expires_at=NOON + timedelta(seconds=1))
    revoked = token(world)
    latest = access_tokens(world.manager).first()
    assert latest
    revoke_token(by=world.manager, at=NOON, token_id=latest.id)
    time_machine.move_to(NOON + timedelta(seconds=2))
    given = [
        "",
        "Bearer",
        "Bearer pn_",
        f"Bearer {over}",
        f"Bearer {revoked}",
        "Basic YTpi",
        program.secret,
        "Bearer é",
    ]
    for authorization in [None, *given]:
        item = program.item(held[0], redeemed_at=NOON.isoformat())
        told = program.send("redemptions", item, headers={"Authorization": authorization})
        assert (told.status, told.type) == (401, "bad-token")
        assert told.headers["WWW-Authenticate"].startswith("Bearer")
    assert program.redeem(held[0]).status == 201


def test_a_token_does_only_what_its_scopes_say(world: World, held: list[int]) -> None:
    reader, writer = (Program(world, token(world, scopes=[scope])) for scope in (Scope.READ, Scope.REDEEM))
    code = world.code(held[0])
    refused = [reader.redeem(held[0]), reader.batch(reader.item(held[0])), writer.read(code)]
    assert [(one.status, one.type) for one in refused] == [(403, "scope-missing")] * 3
    assert [reader.read(code).status, writer.redeem(held[0]).status] == [200, 201]


def test_failed_codes_slow_their_token_down(
    program: Program, held: list[int], time_machine: TimeMachineFixture
) -> None:
    wrong = [program.item("0000-0000") for _ in range(MOST_FAILED_CODES - 2)]
    assert program.batch(*wrong, program.item(held[0])).status == 200
    assert program.redeem(held[1]).status == 201
    assert program.read("0000-0000").status == 404
    assert program.redeem("0000-0000").status == 422
    code = program.world.code(held[2])
    for told in (program.redeem(held[2]), program.batch(program.item(held[2])), program.read(code)):
        assert (told.status, told.type) == (429, "too-many-wrong-codes")
        assert 0 < int(told.headers["Retry-After"]) <= 600
        assert told.headers["Retry-After"] in told.body["detail"]
    assert Program(program.world, token(program.world)).redeem(held[3]).status == 201
    time_machine.move_to(NOON + timedelta(minutes=11))
    assert program.redeem(held[2]).status == 201


def test_a_pass_is_read_without_being_spent(program: Program, held: list[int]) -> None:
    code = program.world.code(held[0])
    told = program.read(grouped_code(code).lower())
    assert told.status == 200
    assert told.body == {
        "number": held[0],
        "state": "held",
        "state_label": "remis à une personne",
        "usable": True,
        "valid_until": "2022-12-31",
        "usable_until": "2022-12-31",
    }
    assert State.REDEEMED not in program.world.states()
    program.redeem(held[0])
    assert [program.read(code).body[name] for name in ("state", "usable")] == ["redeemed", False]


def test_a_pass_is_no_longer_usable_after_the_last_day(
    program: Program, held: list[int], time_machine: TimeMachineFixture
) -> None:
    secret = token(program.world, expires_at=NOON + timedelta(days=300))
    time_machine.move_to(on(date(2023, 6, 1)))
    told = Program.read(_with(program, secret), program.world.code(held[0]))
    assert [told.body[name] for name in ("state", "usable")] == ["held", False]


def _with(program: Program, secret: str) -> Program:
    program.secret = secret
    return program


def test_a_code_that_no_pass_carries_is_not_found(program: Program, held: list[int]) -> None:
    other = build_world("meuse")
    codes = ["0000-0000", "%00", "x" * 3000, other.code(1), _wrong_letter(program.world.code(held[0]))]
    told = [program.read(code) for code in codes]
    assert [one.status for one in told] == [404] * 5
    assert [one.type for one in told] == [*["unknown-code"] * 4, "wrong-check-letter"]


def test_a_token_of_another_authority_reads_nothing_here(world: World, held: list[int]) -> None:
    told = Program(world, token(build_world("meuse"))).read(world.code(held[0]))
    assert (told.status, told.type) == (404, "not-found")


def test_a_long_batch_asks_the_database_no_more_often_than_a_short_one(program: Program, held: list[int]) -> None:
    def asked(numbers: list[int]) -> int:
        items = [program.item(number) for number in numbers]
        with CaptureQueriesContext(connection) as captured:
            told = program.batch(*items, *items[:1])
        assert [one["status"] for one in told.body["outcomes"]] == [201] * len(numbers) + [200]
        return len(captured)

    asked(held[:1])
    assert asked(held[1:3]) == asked(held[3:])
