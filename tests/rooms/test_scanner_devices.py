"""Devices: added with a code, paired once, seen, revoked; they stay within their place, programme and time."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from passnumerique.directory.models import Device as Row
from passnumerique.directory.operations import add_device, pair_device, renew_pairing, revoke_device
from passnumerique.directory.queries import access_devices, actor_of_device, one_device
from passnumerique.directory.rules import DEVICE_DAYS, MOST_PAIRING_TRIES, PAIRING_MINUTES, Role, hash_token
from passnumerique.directory.rules.refusals import (
    DeviceAlreadyPaired,
    DeviceAlreadyRevoked,
    DeviceRevoked,
    DeviceUnknown,
    LabelTooLong,
    NameMissing,
    PairingOver,
)
from passnumerique.ground.codes import fold, grouped_code, well_formed
from passnumerique.ground.refusals import NotAllowed, NotFound
from tests.rooms.race import at_once, faults, refusals
from tests.rooms.scanning import added, pair
from tests.rooms.world import START, World, build_beside, build_world, on

pytestmark = pytest.mark.django_db

AT = on(START, 12)
WRITERS = (Role.MANAGER, Role.PLACE)


@pytest.fixture
def world() -> World:
    return build_world(quantity=0)


def test_a_code_pairs_once_in_whatever_way_it_is_typed(world: World) -> None:
    one = added(world, at=AT)
    assert well_formed(one.pairing)
    assert one.device.pairing_until == AT + timedelta(minutes=PAIRING_MINUTES)
    paired = pair_device(pairing=f" {grouped_code(one.pairing).lower()} ", at=AT + timedelta(minutes=14))
    with pytest.raises(PairingOver):
        pair_device(pairing=one.pairing, at=AT + timedelta(minutes=14))
    holder = actor_of_device(paired.secret, at=AT)
    assert (holder.actor.role, holder.actor.organisation_id) == (Role.PLACE, world.places[0])
    assert (holder.actor.user_id, holder.actor.name) == (one.device.id, "Tablette (fictif)")
    assert holder.actor.programme_ids == frozenset({world.programme_id})
    assert holder.actor.authority_id == world.authority_id


def test_only_hashes_are_kept_and_a_secret_is_looked_up_once(world: World, django_assert_num_queries: Any) -> None:
    one = added(world, at=AT)
    kept = " ".join(
        str(bytes(value) if isinstance(value, memoryview) else value) for value in vars(one.device).values()
    )
    assert one.pairing not in kept
    secret = pair_device(pairing=one.pairing, at=AT).secret
    row = Row.objects.get()
    assert (bytes(row.secret_hash), row.pairing_hash) == (hash_token(secret), None)
    with django_assert_num_queries(1):
        actor_of_device(secret, at=AT)
    with django_assert_num_queries(0), pytest.raises(DeviceUnknown):
        actor_of_device("pnd_" + "a" * 80, at=AT)


@pytest.mark.parametrize("code", ["", "ABC", "0000-0000-0000", "ÉÉÉÉ-ÉÉÉÉ-ÉÉÉÉ", "x" * 500])
def test_a_code_that_is_none_pairs_nothing(world: World, code: str) -> None:
    added(world, at=AT)
    with pytest.raises(PairingOver):
        pair_device(pairing=code, at=AT)


def test_a_code_too_old_withdrawn_or_replaced_pairs_nothing(world: World) -> None:
    common = {"programme_id": world.programme_id, "by": world.manager}
    old, withdrawn, replaced = (added(world, at=AT) for _ in range(3))
    with pytest.raises(PairingOver):
        pair_device(pairing=old.pairing, at=AT + timedelta(minutes=PAIRING_MINUTES))
    revoke_device(device_id=withdrawn.device.id, at=AT, **common)
    with pytest.raises(PairingOver):
        pair_device(pairing=withdrawn.pairing, at=AT)
    new = renew_pairing(device_id=replaced.device.id, at=AT + timedelta(minutes=20), **common)
    with pytest.raises(PairingOver):
        pair_device(pairing=replaced.pairing, at=AT)
    pair_device(pairing=new.pairing, at=AT + timedelta(minutes=34))
    with pytest.raises(DeviceAlreadyPaired):
        renew_pairing(device_id=replaced.device.id, at=AT, **common)
    with pytest.raises(DeviceAlreadyPaired):
        renew_pairing(device_id=withdrawn.device.id, at=AT, **common)


def test_a_device_is_revoked_once_and_its_time_ends(world: World) -> None:
    one = added(world, at=AT)
    secret = pair_device(pairing=one.pairing, at=AT).secret
    end = AT + timedelta(days=DEVICE_DAYS)
    actor_of_device(secret, at=end - timedelta(microseconds=1))
    with pytest.raises(DeviceRevoked):
        actor_of_device(secret, at=end)
    common = {"programme_id": world.programme_id, "device_id": one.device.id, "by": world.manager, "at": AT}
    revoke_device(**common)
    with pytest.raises(DeviceRevoked):
        actor_of_device(secret, at=AT)
    with pytest.raises(DeviceAlreadyRevoked):
        revoke_device(**common)


def test_a_device_opens_nothing_of_another_place_or_programme(world: World) -> None:
    """Its secret names its programme and is looked up there alone."""
    secret = pair_device(pairing=added(world, at=AT).pairing, at=AT).secret
    beside = build_beside(world, "voisin")
    other = secret.replace(world.programme_id.hex, beside.programme_id.hex)
    with pytest.raises(DeviceUnknown):
        actor_of_device(other, at=AT)
    changed = secret[:-2] + ("AA" if secret[-2:] != "AA" else "BA")
    with pytest.raises(DeviceUnknown):
        actor_of_device(changed, at=AT)


def test_who_may_add_revoke_and_read(world: World) -> None:
    mine, theirs = added(world, 0, at=AT), added(world, 1, at=AT)
    for role in set(Role) - {*WRITERS, Role.SYSTEM, Role.BEARER}:
        actor = world.actor(role)
        for act in (
            lambda by=actor: added(world, at=AT, by=by),
            lambda by=actor: revoke_device(programme_id=world.programme_id, device_id=mine.device.id, by=by, at=AT),
            lambda by=actor: renew_pairing(programme_id=world.programme_id, device_id=mine.device.id, by=by, at=AT),
        ):
            with pytest.raises(NotAllowed):
                act()
    seen = {
        role: access_devices(world.actor(role), world.programme_id).count() for role in Role if role is not Role.SYSTEM
    }
    assert seen == {
        **dict.fromkeys(seen, 0),
        Role.MANAGER: 2,
        Role.AUDITOR: 2,
        Role.PLACE: 1,
        Role.MEDIATOR: 1,
    }
    place = world.actor(Role.PLACE)
    with pytest.raises(NotFound):
        revoke_device(programme_id=world.programme_id, device_id=theirs.device.id, by=place, at=AT)
    with pytest.raises(NotFound):
        one_device(place, world.programme_id, theirs.device.id)
    added(world, at=AT, by=place)
    with pytest.raises(NotFound):
        added(world, 1, at=AT, by=place)


def test_a_device_is_for_a_mediation_place_of_the_programme(world: World) -> None:
    elsewhere = build_world("ailleurs", quantity=0)
    for organisation in (world.structures[0], elsewhere.places[0]):
        with pytest.raises(NotFound):
            added(world, at=AT, organisation_id=organisation)
    with pytest.raises(NotFound):
        add_device(
            programme_id=elsewhere.programme_id,
            organisation_id=world.places[0],
            label="Poste",
            by=world.manager,
            at=AT,
        )
    with pytest.raises(NotFound):
        one_device(elsewhere.manager, world.programme_id, added(world, at=AT).device.id)
    for label, refusal in (("  ", NameMissing), ("x" * 81, LabelTooLong)):
        with pytest.raises(refusal):
            added(world, at=AT, label=label)


@pytest.mark.django_db(transaction=True)
def test_two_who_pair_with_one_code_at_once_make_one_device(world: World) -> None:
    one = added(world, at=AT)
    answers = at_once(*[lambda: pair_device(pairing=one.pairing, at=AT)] * 4)
    assert faults(answers) == []
    assert refusals(answers) == ["pairing_over"] * 3


def test_wrong_pairing_codes_are_slowed(world: World) -> None:
    one = added(world, at=AT)
    client = Client()

    def ask(code: str) -> Any:
        body = {"pairing": code, "device_now": AT.isoformat()}
        return client.post("/scanner/api/pair", body, content_type="application/json")

    with time_machine.travel(AT, tick=False) as clock:
        for _ in range(MOST_PAIRING_TRIES):
            answer = ask("0000-0000-0000")
            assert (answer.status_code, answer.json()["name"]) == (404, "pairing_over")
        answer = ask(one.pairing)
        assert (answer.status_code, answer.json()["name"]) == (429, "too_many_pairings")
        assert int(answer["Retry-After"]) == 600
        clock.shift(timedelta(seconds=600))
        assert ask(one.pairing).status_code == 201


def test_pairing_tells_the_device_who_it_is(world: World) -> None:
    with time_machine.travel(AT, tick=False):
        device = pair(fold(added(world, at=AT).pairing), AT)
    told = device.told
    assert set(told) == {
        "device_id", "secret", "label", "programme", "place", "seal_key", "server_now",
    }  # fmt: skip
    assert told["programme"] == {"slug": "verdun", "name": "Pass verdun"}
    assert told["place"] == {"id": str(world.places[0]), "name": "Lieu 1 verdun (fictif)"}
    assert told["server_now"] == AT.isoformat()
    assert {told["seal_key"]["kty"], told["seal_key"]["crv"]} == {"EC", "P-256"}
