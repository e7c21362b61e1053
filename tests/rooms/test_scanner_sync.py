"""What a device took without network, sent: spent once, told line by line, the same however often it is sent."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnumerique.directory.operations import revoke_device
from passnumerique.directory.rules import AccreditationKind, Role
from passnumerique.ground.codes import grouped_code
from passnumerique.ground.ids import new_id
from passnumerique.ground.problems import MOST_BYTES
from passnumerique.programmes.models import Programme
from passnumerique.training.models import Dispute
from passnumerique.training.operations import undo_redemption
from passnumerique.training.operations.syncing import Queued, sync_queued
from passnumerique.vouchers.models import Redemption
from passnumerique.vouchers.operations import cancel, declare_lost
from passnumerique.vouchers.rules import State
from tests.rooms.race import clean
from tests.rooms.scanning import Device, added, pair, sealed
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db

DAY = date(2022, 3, 15)
MORNING, NOON, EVENING = on(DAY, 8), on(DAY, 14, 30), on(DAY, 19)
YEAR = timedelta(days=365)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def device(world: World, place: int = 0, ahead: timedelta = timedelta(0)) -> Device:
    """A device paired in the morning of the day."""
    with time_machine.travel(MORNING, tick=False):
        return pair(added(world, place, at=MORNING).pairing, MORNING, ahead)


def statuses(told: list[dict[str, Any]]) -> list[str]:
    return [one["status"] if one["status"] != "refused" else one["refusal"] for one in told]


def redeemed_at(line: dict[str, Any]) -> Any:
    return Redemption.objects.get(id=line["id"]).redeemed_at


# Once


def test_passes_are_spent_and_told_in_order_and_told_again(world: World) -> None:
    here, session, numbers = device(world), world.session(DAY), world.hand_over(3, day=DAY)
    lines = [here.line(world.code(number), session, NOON) for number in numbers]
    told = here.sync(lines, EVENING)
    assert [(one["status"], one["number"]) for one in told] == [("redeemed", number) for number in numbers]
    again = here.sync(list(reversed(lines)), EVENING + timedelta(minutes=7))
    assert [(one["status"], one["number"]) for one in again] == [("replayed", n) for n in reversed(numbers)]
    assert world.states()[State.REDEEMED] == 3
    assert {redeemed_at(line) for line in lines} == {NOON}
    assert clean(world)


def test_another_device_of_the_place_may_send_the_same_lines(world: World) -> None:
    one, other, session = device(world), device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = one.line(world.code(number), session, NOON)
    assert statuses(one.sync([line], EVENING)) == ["redeemed"]
    assert statuses(other.sync([line], EVENING)) == ["replayed"]


def test_a_double_tap_takes_one_pass_and_says_so(world: World) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    lines = [here.line(world.code(number), session, NOON) for _ in range(2)]
    told = here.sync(lines, EVENING)
    assert statuses(told) == ["redeemed", "already_redeemed"]
    assert told[1]["place"] == f"Lieu 1 {world.slug} (fictif)"
    assert told[1]["day"] == "2022-03-15"
    assert not Dispute.objects.exists()
    assert statuses(here.sync([lines[0], lines[0]], EVENING)) == ["replayed", "replayed"]


def test_an_id_that_says_something_else_is_a_conflict(world: World) -> None:
    here, session, other = device(world), world.session(DAY), world.session(DAY, hour=17)
    first, second = world.hand_over(2, day=DAY)
    line = here.line(world.code(first), session, NOON)
    changed = [
        line | {"sealed": sealed(here.told["seal_key"], world.code(second))},
        line | {"session": str(other)},
    ]
    assert statuses(here.sync([line, *changed], EVENING)) == ["redeemed", "id_already_used", "id_already_used"]
    assert statuses(here.sync(changed, EVENING)) == ["id_already_used", "id_already_used"]
    assert world.states()[State.REDEEMED] == 1


def test_the_same_use_sent_again_after_it_was_undone_takes_nothing(world: World) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line(world.code(number), session, NOON)
    here.sync([line], EVENING)
    undo_redemption(
        programme_id=world.programme_id,
        redemption_id=UUID(line["id"]),
        cause="Erreur de carte",
        by=world.actor(Role.PLACE),
        at=EVENING,
    )
    assert statuses(here.sync([line], EVENING)) == ["replayed"]
    assert world.states()[State.HELD] == 1
    assert statuses(here.sync([here.line(world.code(number), session, NOON)], EVENING)) == ["redeemed"]
    assert clean(world)


def test_a_sending_cut_between_the_passes_and_the_disputes_ends_the_same(world: World, monkeypatch: Any) -> None:
    here, there = device(world), device(world, 1)
    mine, theirs = world.session(DAY), world.session(DAY, 1)
    shared, own = world.hand_over(2, day=DAY)
    there.sync([there.line(world.code(shared), theirs, NOON)], EVENING)
    lines = [here.line(world.code(number), mine, NOON) for number in (shared, own)]
    here.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("passnumerique.training.operations.syncing.contest", _power_cut)
        assert here.post("sync", {"device_now": here.clock(EVENING), "items": lines}).status_code == 500
    assert world.states()[State.REDEEMED] == 2
    assert statuses(here.sync(lines, EVENING)) == ["disputed", "replayed"]
    assert statuses(here.sync(lines, EVENING)) == ["disputed", "replayed"]
    assert Dispute.objects.count() == 1
    assert clean(world)


def _power_cut(*_: object, **__: object) -> None:
    raise RuntimeError("the power was cut")


def test_five_hundred_lines_are_one_set(world: World) -> None:
    big = build_world("grand", quantity=80, booklets=8, passes_per_person=80)
    here, session = device(big), big.session(DAY, seats=100)
    numbers = big.hand_over(80, day=DAY)
    lines = [here.line(big.code(number), session, NOON) for number in numbers]

    def queries(some: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert set(statuses(here.sync(some, EVENING))) == {"redeemed"}
        return len(captured)

    assert queries(lines[:35]) == queries(lines[35:]), "a line more costs no statement more"


def test_the_passes_of_one_person_are_taken_together_or_not_at_all(world: World) -> None:
    two = build_world("deux", purchase="module_price")
    here, session = device(two), two.session(DAY, module=1)
    first, second, third = two.hand_over(3, day=DAY)
    who = new_id(NOON)
    alone = here.line(two.code(third), session, NOON, participant=new_id(NOON))
    pair_of = [here.line(two.code(number), session, NOON, participant=who) for number in (first, second)]
    told = here.sync([alone, *pair_of], EVENING)
    assert statuses(told) == ["wrong_number_of_passes", "redeemed", "redeemed"]
    assert statuses(here.sync(pair_of, EVENING)) == ["replayed", "replayed"]
    assert clean(two)


# Clocks


WRONG = {"later": YEAR, "earlier": -YEAR, "7 minutes": timedelta(minutes=-7), "1970s": -50 * YEAR}


@pytest.mark.parametrize("ahead", WRONG.values(), ids=list(WRONG))
def test_a_device_whose_clock_is_wrong_is_set_right(world: World, ahead: timedelta) -> None:
    here, session = device(world, ahead=ahead), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line(world.code(number), session, NOON)
    answer = here.post("sync", {"device_now": here.clock(EVENING), "items": [line]}).json()
    assert answer["skew_ms"] == ahead // timedelta(milliseconds=1)
    assert statuses(answer["outcomes"]) == ["redeemed"]
    assert redeemed_at(line) == NOON


@pytest.mark.parametrize("then", [NOON + 2 * YEAR, NOON - 2 * YEAR], ids=["after the sending", "before the pairing"])
def test_an_instant_that_cannot_be_true_gives_way_to_the_sending(world: World, then: Any) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line(world.code(number), session, then)
    assert statuses(here.sync([line], EVENING)) == ["redeemed"]
    assert redeemed_at(line) == EVENING


def test_a_clock_that_is_put_right_between_two_sendings_makes_no_other_line(world: World) -> None:
    here, session = device(world, ahead=YEAR), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line(world.code(number), session, NOON)
    assert statuses(here.sync([line], EVENING)) == ["redeemed"]
    here.ahead = timedelta(seconds=3)
    assert statuses(here.sync([line], EVENING + timedelta(hours=1))) == ["replayed"]


def test_a_demonstration_lives_on_its_own_day(world: World, clock: Any) -> None:
    session, (number,) = world.session(DAY), world.hand_over(day=DAY)
    Programme.objects.filter(id=world.programme_id).update(demonstration_day=DAY)
    now = on(date(2026, 11, 23), 10)
    clock.move_to(now - timedelta(hours=1))
    here = pair(added(world, at=now - timedelta(hours=1)).pairing, now - timedelta(hours=1))
    clock.move_to(now)
    hello = here.post("hello", {"device_now": here.clock(now)}).json()
    assert hello["skew_ms"] == 0
    assert hello["roster_day"] == "2022-03-15"
    line = here.line(world.code(number), session, now - timedelta(minutes=10))
    assert statuses(here.sync([line], now)) == ["redeemed"]
    assert redeemed_at(line).date() == DAY


# Refused, each with a word


def test_what_the_register_refuses_is_told_line_by_line(world: World) -> None:
    here, session = device(world), world.session(DAY)
    good, lost, gone = world.hand_over(3, day=DAY)
    common = {"programme_id": world.programme_id, "cause": "Perdu", "by": world.manager, "at": NOON}
    declare_lost(numbers=[(lost, lost)], **common)
    cancel(numbers=[(gone, gone)], **common)
    beside = build_beside(world, "voisin")
    (foreign,) = beside.hand_over(day=DAY)
    right = world.code(good)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    codes = [
        right,
        world.code(lost),
        world.code(gone),
        beside.code(foreign),
        wrong,
        "QUATRE SAISONS",
        "https://menu.fr",
    ]
    told = here.sync([here.line(code, session, NOON) for code in codes], EVENING)
    assert statuses(told) == [
        "redeemed",
        "is_blocked",
        "is_cancelled",
        "code_of_another_programme",
        "wrong_check_letter",
        "unknown_code",
        "unknown_code",
    ]
    assert all(one["sentence"] for one in told[1:])


def test_a_card_is_read_in_whatever_way_it_was_typed(world: World) -> None:
    here, session = device(world), world.session(DAY)
    numbers = world.hand_over(4, day=DAY)
    typed = [
        lambda code: code.lower(),
        lambda code: f" {grouped_code(code)} ",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("V", "u"),
    ]
    lines = [here.line(how(world.code(number)), session, NOON) for how, number in zip(typed, numbers, strict=True)]
    assert set(statuses(here.sync(lines, EVENING))) == {"redeemed"}


def test_a_code_in_clear_is_taken_where_it_was_never_queued(world: World) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line("", session, NOON) | {"sealed": "", "code": world.code(number)}
    assert statuses(here.sync([line], EVENING)) == ["redeemed"]


def test_a_torn_code_is_told_and_stops_no_other(world: World) -> None:
    here, session = device(world), world.session(DAY)
    good, other = world.hand_over(2, day=DAY)
    whole = here.line(world.code(good), session, NOON)
    torn = here.line(world.code(other), session, NOON)
    torn["sealed"] = torn["sealed"][:-8] + "AAAAAAA="
    assert statuses(here.sync([torn, whole], EVENING)) == ["code_unreadable", "redeemed"]
    assert world.states()[State.HELD] == 1


def test_items_that_cannot_be_read_are_told_and_stop_no_other(world: World) -> None:
    here, session = device(world), world.session(DAY)
    numbers = world.hand_over(2, day=DAY)
    good, line = (here.line(world.code(number), session, NOON) for number in numbers)
    bad: list[Any] = [
        line | {"sealed": ""},
        line | {"code": "ABCD"},
        line | {"scanned_at": "hier"},
        line | {"scanned_at": "2022-03-15T10:00:00"},
        line | {"session": 12},
        line | {"id": str(UUID(int=0))},
        line | {"surprise": 1},
        {**line, **{f"key{n}": n for n in range(50)}},
        {"id": line["id"]},
        "un texte",
        None,
        [],
    ]
    answer = here.post("sync", {"device_now": here.clock(EVENING), "items": [*bad, good]})
    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert statuses(outcomes) == ["invalid_request"] * len(bad) + ["redeemed"]
    assert outcomes[0]["id"] == line["id"]


def test_a_session_of_another_place_cancelled_or_to_come_is_refused(world: World) -> None:
    here = device(world)
    theirs, tomorrow = world.session(DAY, 1), world.session(DAY + timedelta(days=1))
    (number,) = world.hand_over(day=DAY)
    lines = [here.line(world.code(number), session, NOON) for session in (theirs, new_id(NOON), tomorrow)]
    assert statuses(here.sync(lines, EVENING)) == ["not_found", "not_found", "session_not_begun"]


def test_a_device_reaches_no_other_programme(world: World) -> None:
    here = device(world)
    beside = build_beside(world, "voisin")
    beside.places.append(world.places[0])
    beside.accredit(world.places[0], AccreditationKind.PLACE)
    session = beside.session(DAY)
    (number,) = beside.hand_over(day=DAY)
    assert statuses(here.sync([here.line(beside.code(number), session, NOON)], EVENING)) == ["not_found"]


# Nothing of the whole is done


def test_a_revoked_device_does_nothing(world: World) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    revoke_device(programme_id=world.programme_id, device_id=UUID(here.told["device_id"]), by=world.manager, at=EVENING)
    line = here.line(world.code(number), session, NOON)
    for call, body in (("sync", {"device_now": here.clock(EVENING), "items": [line]}), ("hello", {"device_now": "x"})):
        answer = here.post(call, body)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["name"] == "device_revoked"
    assert not Redemption.objects.exists()


@pytest.mark.parametrize(
    "authorization",
    ["", "Device", "Device pnd_x", "Device é", "Bearer pn_" + "a" * 43, "Device pnd_" + "0" * 32 + "_" + "a" * 43],
)
def test_a_secret_that_no_device_has_opens_nothing(world: World, authorization: str) -> None:
    here = device(world)
    answer = here.post("sync", {}, authorization=authorization)
    assert (answer.status_code, answer.json()["name"]) == (401, "device_unknown")


def test_a_body_that_is_not_whole_is_refused_and_nothing_is_done(world: World) -> None:
    here, session = device(world), world.session(DAY)
    numbers = world.hand_over(2, day=DAY)
    lines = [here.line(world.code(number), session, NOON) for number in numbers]
    whole = json.dumps({"device_now": here.clock(EVENING), "items": lines})
    for cut in (len(whole) // 2, len(whole) - 1, 1):
        answer = here.post("sync", whole[:cut])
        assert (answer.status_code, answer.json()["name"]) == (400, "unreadable_json")
    deep = here.post("sync", "[" * 100_000)
    assert (deep.status_code, deep.json()["name"]) == (400, "unreadable_json")
    assert not Redemption.objects.exists()
    assert statuses(here.sync(lines, EVENING)) == ["redeemed", "redeemed"]


def test_too_much_at_once_is_refused_and_nothing_is_done(world: World) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    line = here.line(world.code(number), session, NOON)
    answer = here.post("sync", {"device_now": here.clock(EVENING), "items": [line] * 501})
    assert (answer.status_code, answer.json()["name"]) == (422, "too_many_items")
    answer = here.post("sync", {"device_now": here.clock(EVENING), "items": []})
    assert (answer.status_code, answer.json()["name"]) == (422, "invalid_request")
    answer = here.post("sync", b"x" * (MOST_BYTES + 1))
    assert (answer.status_code, answer.json()["name"]) == (413, "body_too_large")
    assert not Redemption.objects.exists()


def test_a_hundred_megabytes_are_refused_before_they_are_read(world: World) -> None:
    here = device(world)
    answer = here.client.generic(
        "POST",
        "/scanner/api/sync",
        b"{}",
        content_type="application/json",
        headers={"authorization": f"Device {here.told['secret']}"},
        CONTENT_LENGTH="100000000",
    )
    assert (answer.status_code, answer.json()["name"]) == (413, "body_too_large")


def test_what_is_not_json_or_not_a_call_is_told_as_a_problem(world: World) -> None:
    here = device(world)
    given = {"authorization": f"Device {here.told['secret']}"}
    answer = here.client.post("/scanner/api/sync", "items=1", content_type="text/plain", headers=given)
    assert (answer.status_code, answer.json()["name"]) == (415, "unsupported_media_type")
    answer = here.client.get("/scanner/api/sync", headers=given)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    answer = here.client.get("/scanner/api/elsewhere", headers=given)
    assert (answer.status_code, answer.json()["name"]) == (404, "not_found")
    assert answer["Cache-Control"] == "no-store"


def test_a_device_that_guesses_codes_must_wait(world: World, clock: Any) -> None:
    here, session = device(world), world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    here.sync([here.line(f"RATE-{n:04}", session, NOON) for n in range(30)], EVENING)
    line = here.line(world.code(number), session, NOON)
    answer = here.post("sync", {"device_now": here.clock(EVENING), "items": [line]})
    assert (answer.status_code, answer.json()["name"]) == (429, "too_many_guesses")
    assert int(answer["Retry-After"]) == 600
    clock.shift(timedelta(seconds=600))
    assert statuses(here.sync([line], EVENING + timedelta(seconds=600))) == ["redeemed"]


def test_no_more_codes_are_tried_in_one_sending_than_in_several(world: World, clock: Any) -> None:
    here, session = device(world), world.session(DAY)
    first, second, third = world.hand_over(3, day=DAY)
    guesses = [here.line(f"RATE-{n:04}", session, NOON) for n in range(40)]
    person = str(new_id(NOON))
    pair = [here.line(world.code(number), session, NOON, participant=person) for number in (second, third)]
    before = here.line(world.code(first), session, NOON)
    told = statuses(here.sync([before, *guesses[:29], pair[0], guesses[29], pair[1], *guesses[30:]], EVENING))
    assert told[0] == "redeemed"
    assert told[1:30] == ["unknown_code"] * 29
    assert told[30:33] == ["postponed", "unknown_code", "postponed"], "a person is never cut in two"
    assert set(told[33:]) == {"postponed"}
    assert world.states()[State.HELD] == 2, "nothing of what waits was done"
    clock.shift(timedelta(seconds=600))
    told = statuses(here.sync(pair, EVENING + timedelta(seconds=600)))
    assert told == ["wrong_number_of_passes"] * 2, "what waited is heard: this workshop takes one pass of a person"


def test_sentences_are_said_in_the_language_of_the_device(world: World) -> None:
    here = device(world)
    answer = here.post("hello", {"device_now": "?"}, **{"accept-language": "en"})
    assert answer.status_code == 422
    assert "champs" not in answer.json()["detail"]


def test_an_operation_alone_says_the_same_as_the_call(world: World) -> None:
    session = world.session(DAY)
    (number,) = world.hand_over(day=DAY)
    queued = Queued(new_id(NOON), session, NOON, code=world.code(number))
    told = sync_queued(
        programme_id=world.programme_id,
        queued=[queued],
        ahead=timedelta(0),
        since=MORNING,
        by=world.actor(Role.PLACE),
        at=EVENING,
    )
    assert [one.status for one in told] == ["redeemed"]
