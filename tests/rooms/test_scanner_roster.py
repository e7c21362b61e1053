"""What a device takes along: every pass by its tag, the place's own sessions, nothing that could be spent."""

import base64
import json
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import pytest
import time_machine

from passnumerique.directory.rules import Role
from passnumerique.ground.refusals import NotAllowed
from passnumerique.training.operations import add_participant, cancel_session, undo_redemption
from passnumerique.training.queries.rosters import roster_for
from passnumerique.vouchers.models import Lot, Voucher
from passnumerique.vouchers.operations import cancel, declare_lost
from passnumerique.vouchers.queries import roster as taking
from passnumerique.vouchers.queries.roster import roster_of_passes
from passnumerique.vouchers.rules import State
from passnumerique.vouchers.rules.offline import Facts, Verdict, scanner_rules, verdict
from tests.rooms.scanning import Device, added, pair
from tests.rooms.world import World, build_beside, build_world, on

pytestmark = pytest.mark.django_db

DAY = date(2022, 3, 15)
MORNING = on(DAY, 8)
UNKNOWN = "0000-0000-0000"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world() -> World:
    return build_world()


def device(world: World, place: int = 0) -> Device:
    return pair(added(world, place, at=MORNING).pairing, MORNING)


def test_every_pass_is_known_by_its_code_with_place_and_day(world: World) -> None:
    held, lost, gone = world.hand_over(3)
    common = {"programme_id": world.programme_id, "cause": "Perdu", "by": world.manager, "at": MORNING}
    declare_lost(numbers=[(lost, lost)], **common)
    cancel(numbers=[(gone, gone)], **common)
    (used,) = world.spend(1, date(2022, 2, 1), place=1)
    here = device(world)
    roster = here.roster()
    assert roster["complete"] is True
    assert len(base64.b64decode(roster["passes"])) == 9 * Voucher.objects.count()
    for number, state in (
        (held, State.HELD),
        (lost, State.BLOCKED),
        (gone, State.CANCELLED),
        (40, State.AUTHORITY_STOCK),
    ):
        assert here.looked_up(roster, world.code(number)) == (state, None, None)
    listed = here.looked_up(roster, world.code(used).lower())
    assert listed
    assert (listed.state, listed.day) == (State.REDEEMED, date(2022, 2, 1))
    assert roster["places"][listed.place or 0] == {"name": "Lieu 2 verdun (fictif)"}
    assert here.looked_up(roster, UNKNOWN) is None
    assert here.looked_up(roster, build_beside(world, "voisin").code(1)) is None


def test_the_verdict_of_the_device_is_that_of_the_register(world: World) -> None:
    (held,), (used,) = world.hand_over(1), world.spend(1, date(2022, 2, 1), place=1)
    here = device(world)
    roster = here.roster()
    last = date.fromisoformat(roster["calendar"]["last_day_of_use"])

    def told(text: str, day: date = DAY) -> Verdict:
        listed = here.looked_up(roster, text)
        facts = Facts(text, listed.state if listed else None, roster["complete"], False, False, day, last)
        return verdict(roster["rules"], facts).verdict

    assert told(world.code(held)) is Verdict.VALID
    assert told(world.code(held), last) is Verdict.VALID
    assert told(world.code(held), last + timedelta(days=1)) is Verdict.LAPSED
    assert told(world.code(used)) is Verdict.ALREADY_USED
    assert told(UNKNOWN) is Verdict.UNKNOWN
    assert told(world.code(40)) is Verdict.TO_CHECK


def test_a_use_undone_is_held_again(world: World) -> None:
    (number,) = world.hand_over(1, day=DAY)
    at = on(DAY, 14, 30)
    (outcome,) = world.redeem(world.session(DAY), [number], DAY)
    undo_redemption(
        programme_id=world.programme_id,
        redemption_id=outcome.scan.id,
        cause="Erreur",
        by=world.actor(Role.PLACE),
        at=at,
    )
    here = device(world)
    assert here.looked_up(here.roster(), world.code(number)) == (State.HELD, None, None)


def test_only_the_sessions_of_the_place_of_today_and_tomorrow_are_taken_along(world: World) -> None:
    (number,) = world.hand_over(1)
    session = world.session(DAY, module=1, room="Salle 2")
    tomorrow = world.session(DAY + timedelta(days=1))
    world.session(DAY + timedelta(days=2))
    world.session(DAY - timedelta(days=1))
    elsewhere = world.session(DAY, place=1)
    cancelled = world.session(DAY, hour=17)
    common = {"programme_id": world.programme_id, "at": MORNING}
    cancel_session(session_id=cancelled, cause="Panne", by=world.actor(Role.PLACE), **common)
    for where, label, rank in ((session, "Anne", 0), (elsewhere, "Zoé-ailleurs", 1)):
        add_participant(session_id=where, label=label, by=world.actor(Role.PLACE, rank), **common)
    code = world.code(number)
    add_participant(session_id=session, label="", code=code, by=world.actor(Role.PLACE), **common)
    here = device(world)
    roster = here.roster()
    assert [one["id"] for one in roster["sessions"]] == [str(session), str(tomorrow)]
    told = roster["sessions"][0]
    assert (told["title"], told["room"], told["seats"], told["price"]) == ("Démarches", "Salle 2", 10, 1)
    anne, booked = told["participants"]
    assert (anne["label"], anne["tag"], anne["status"], anne["rank"]) == ("Anne", None, "expected", 1)
    assert base64.b64decode(roster["passes"]).find(base64.b64decode(booked["tag"])) >= 0
    assert "Zoé-ailleurs" not in json.dumps(roster, ensure_ascii=False)


def test_nothing_of_it_can_be_spent_and_nobody_is_named(world: World) -> None:
    numbers = world.hand_over(5)
    here = device(world)
    raw = here.client.get("/scanner/api/roster", headers={"authorization": f"Device {here.told['secret']}"}).content
    roster = json.loads(raw)
    passes = base64.b64decode(roster["passes"])
    for number in numbers:
        code = world.code(number)
        assert code.encode() not in raw
        assert code.encode() not in passes
        assert bytes(Voucher.objects.get(programme_id=world.programme_id, number=number).code_hash)[:5] not in passes
    assert set(roster) == {
        "made_at", "day", "expires_at", "programme", "place", "rules", "rules_version", "states", "tag_key",
        "complete", "passes", "places", "sessions", "calendar",
    }  # fmt: skip


def test_two_rosters_cannot_be_laid_side_by_side(world: World) -> None:
    here = device(world)
    first, second = here.roster(), here.roster()
    assert first["tag_key"] != second["tag_key"]
    tags = [{base64.b64decode(one["passes"])[at : at + 5] for at in range(0, 360, 9)} for one in (first, second)]
    assert not tags[0] & tags[1]


def test_it_says_until_when_it_may_be_judged_by(world: World) -> None:
    roster = device(world).roster()
    assert (roster["day"], roster["made_at"]) == ("2022-03-15", MORNING.isoformat())
    assert roster["expires_at"] == on(DAY + timedelta(days=2), 0).isoformat()
    assert roster["calendar"] == {"last_day_of_use": "2022-12-31", "validity_until": "2022-12-31"}
    assert roster["rules"] == scanner_rules()
    assert roster["rules_version"] == roster["rules"]["version"]
    assert roster["states"] == [state.value for state in State]


def test_tolerance_moves_the_last_day(world: World) -> None:
    world.set(tolerance_days=30)
    assert device(world).roster()["calendar"] == {"last_day_of_use": "2023-01-30", "validity_until": "2022-12-31"}


def test_passes_with_codes_of_an_issuer_are_not_listed_and_said_to_miss(world: World) -> None:
    world.issue(20)
    Lot.objects.filter(id=world.lots[1]).update(nonce=b"", file_hash=b"x" * 32)
    roster = device(world).roster()
    assert roster["complete"] is False
    assert len(base64.b64decode(roster["passes"])) == 9 * 40


def test_of_too_many_the_nearest_held_and_latest_are_taken(monkeypatch: Any) -> None:
    world = build_world(eligible="anybody")
    monkeypatch.setattr(taking, "MOST_PASSES", 4)
    monkeypatch.setattr(taking, "LOOKED_AT", 2)
    far = [world.hand_over(2, commune="55029", day=date(2022, 1, day)) for day in (4, 6)]
    near = [world.hand_over(1, day=date(2022, 1, day)) for day in (3, 5)]
    passes = roster_of_passes(world.programme_id, far=lambda commune: commune != "55545")
    assert not passes.complete
    assert set(passes.tags) == {*near[0], *near[1], *far[1]}


def test_a_key_under_which_two_passes_look_alike_is_drawn_again(world: World, monkeypatch: Any) -> None:
    drawn = iter([b"same", b"apart"])

    def tags(key: bytes, codes: list[str]) -> list[bytes]:
        return [b"alike" if key == b"same" else bytes([0, 0, 0, 0, n]) for n, _ in enumerate(codes)]

    monkeypatch.setattr(taking, "tags_of", tags)
    monkeypatch.setattr(taking, "chance", lambda: type("Drawn", (), {"randbytes": lambda *_: next(drawn)}))
    assert roster_of_passes(world.programme_id, far=lambda _: 0).tag_key == b"apart"


def test_a_roster_asks_as_much_of_the_database_at_any_size(world: World, queries_do_not_grow: Any) -> None:
    world.session(DAY)
    world.spend(2, date(2022, 2, 1))
    actor = world.actor(Role.PLACE)

    def grow() -> None:
        world.issue(20)
        world.spend(3, date(2022, 2, 3), place=1)
        world.session(DAY, hour=9)

    queries_do_not_grow(lambda: roster_for(actor, world.programme_id, MORNING), grow)


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.AUDITOR, Role.MANAGER])
def test_only_a_place_takes_a_roster(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        roster_for(world.actor(role), world.programme_id, MORNING)


@pytest.mark.slow
def test_fifty_thousand_passes_are_ready_at_once_and_small() -> None:
    big = build_world("grand", quantity=50_000, booklets=0, envelope_cents=60_000_000)
    here = device(big)
    begun = perf_counter()
    roster = here.roster()
    took = perf_counter() - begun
    assert roster["complete"] is True
    assert len(base64.b64decode(roster["passes"])) == 450_000
    assert len(json.dumps(roster)) < 1_000_000
    assert took < 4, "a busy machine; alone it takes a good half second"
