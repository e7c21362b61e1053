"""A place adds a device, a mediator reads, the manager revokes; the authority settles a dispute in its page."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from passnumerique.directory.models import Device as Row
from passnumerique.directory.operations import note_device_seen
from passnumerique.directory.rules import Role
from passnumerique.training.models import Dispute
from passnumerique.training.rules import DisputeState
from passnumerique.vouchers.queries.reading import uses_standing
from passnumerique.web.pages.network.devices import skew_words
from tests.journeys.office import NOON, TODAY, french, signed_in
from tests.rooms.scanning import added, pair
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def world() -> World:
    return build_world()


def page(browser: Client, address: str, **sent: Any) -> str:
    answer = browser.post(address, sent, follow=True) if sent else browser.get(address)
    assert answer.status_code == 200, answer.content
    return french(answer)


def test_a_place_adds_a_device_pairs_it_and_loses_it(world: World, clock: Any) -> None:
    place = signed_in(world, Role.PLACE)
    assert "Aucun appareil ne prend encore de pass sans réseau ici." in page(place, "/verdun/appareils/")
    shown = page(place, "/verdun/appareils/ajouter/", label="Tablette de la salle 2 (fictif)")
    found = re.search(r'id="pairing">([0-9A-Z-]{14})<', shown)
    assert found
    assert "avant 12 h 15" in shown
    assert "http://localhost:8000/scanner/" in shown
    assert "<path" in shown
    listed = page(place, "/verdun/appareils/")
    assert "À associer avant 12 h 15" in listed
    assert found[1] not in listed
    device = pair(found[1], NOON)
    assert device.told["place"]["name"] == "Lieu 1 verdun (fictif)"
    listed = page(place, "/verdun/appareils/")
    assert "En service jusqu’au" in listed
    assert "à l’heure" in listed
    (row,) = Row.objects.all()
    told = page(place, f"/verdun/appareils/{row.id}/revoquer/", oui="1")
    assert "L’appareil est révoqué" in told
    assert "Révoqué le 13 décembre 2022" in told
    assert device.post("hello", {"device_now": device.clock(NOON)}).status_code == 401
    again = place.post(f"/verdun/appareils/{row.id}/revoquer/")
    assert again.status_code == 409


def test_a_code_that_was_not_used_in_time_is_given_anew(world: World, clock: Any) -> None:
    place = signed_in(world, Role.PLACE)
    first = re.search(r'id="pairing">([0-9A-Z-]{14})<', page(place, "/verdun/appareils/ajouter/", label="Poste"))
    clock.shift(timedelta(minutes=15))
    assert "Code périmé" in page(place, "/verdun/appareils/")
    (row,) = Row.objects.all()
    shown = page(place, f"/verdun/appareils/{row.id}/code/", oui="1")
    second = re.search(r'id="pairing">([0-9A-Z-]{14})<', shown)
    assert first
    assert second
    assert first[1] != second[1]
    pair(second[1], NOON + timedelta(minutes=15))
    assert place.post(f"/verdun/appareils/{row.id}/code/").status_code == 409


def test_a_form_says_what_is_missing(world: World) -> None:
    place, manager = signed_in(world, Role.PLACE), signed_in(world)
    answer = place.post("/verdun/appareils/ajouter/", {"label": " "})
    assert answer.status_code == 422
    answer = manager.post("/verdun/appareils/ajouter/", {"label": "Poste"})
    assert answer.status_code == 422
    assert "Pour quel lieu" in french(answer)
    shown = page(manager, "/verdun/appareils/ajouter/", label="Poste", organisation=str(world.places[1]))
    assert "Lieu 2 verdun (fictif)" in shown


def test_who_may_read_and_who_may_write(world: World) -> None:
    mine, theirs = added(world, 0, at=NOON), added(world, 1, at=NOON)
    mediator = signed_in(world, Role.MEDIATOR)
    listed = page(mediator, "/verdun/appareils/")
    assert listed.count("Tablette (fictif)") == 1
    assert "Révoquer" not in listed
    assert mediator.get("/verdun/appareils/ajouter/").status_code == 403
    assert mediator.post(f"/verdun/appareils/{mine.device.id}/revoquer/").status_code == 403
    place = signed_in(world, Role.PLACE)
    assert place.post(f"/verdun/appareils/{theirs.device.id}/revoquer/").status_code == 404
    assert page(signed_in(world, Role.AUDITOR), "/verdun/appareils/").count("Lieu ") >= 2
    for role in (Role.PRESCRIBER, Role.FINANCE):
        assert signed_in(world, role).get("/verdun/appareils/").status_code == 403
    stranger = signed_in(build_world("ailleurs"))
    assert stranger.get("/verdun/appareils/").status_code == 404


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (None, ""),
        (0, "à l’heure"),
        (-119_000, "à l’heure"),
        (120_000, "avance de 2 minutes"),
        (-3_600_000, "retarde de 1 heure"),
        (365 * 86_400_000, "avance de 365 jours"),
    ],
    ids=str,
)
def test_how_far_a_clock_is_wrong_is_said_in_words(skew: int | None, said: str) -> None:
    assert skew_words(skew) == said


def test_a_device_is_noted_once_a_minute_with_its_clock(world: World, clock: Any) -> None:
    device = pair(added(world, at=NOON).pairing, NOON, timedelta(hours=1))
    (row,) = Row.objects.all()
    assert (row.seen_at, row.skew_ms) == (NOON, 3_600_000)
    note_device_seen(programme_id=world.programme_id, device_id=row.id, skew_ms=5, at=NOON + timedelta(seconds=59))
    assert Row.objects.get().skew_ms == 3_600_000
    clock.shift(timedelta(seconds=60))
    device.ahead = timedelta(0)
    device.post("hello", {"device_now": device.clock(NOON + timedelta(seconds=60))})
    assert Row.objects.get().skew_ms == 0
    assert "avance" not in page(signed_in(world, Role.PLACE), "/verdun/appareils/")


# Disputes


def quarrel(world: World) -> tuple[int, UUID, UUID]:
    """A pass taken by both places today; its number, and the two ids."""
    early = on(TODAY, 8)
    with time_machine.travel(early, tick=False):
        here, there = (pair(added(world, place, at=early).pairing, early) for place in (0, 1))
    sessions = [world.session(TODAY, place, hour=9) for place in (0, 1)]
    (number,) = world.hand_over(day=date(2022, 3, 1))
    first = there.line(world.code(number), sessions[1], on(TODAY, 9, 30))
    second = here.line(world.code(number), sessions[0], on(TODAY, 10))
    there.sync([first], NOON)
    assert here.sync([second], NOON)[0]["status"] == "disputed"
    return number, UUID(first["id"]), UUID(second["id"])


def test_the_authority_reads_both_uses_and_lets_the_contested_one_stand(world: World) -> None:
    manager = signed_in(world)
    assert "Aucune double prise." in page(manager, "/verdun/litiges/")
    number, _first, second = quarrel(world)
    listed = page(manager, "/verdun/litiges/")
    assert "Double prise n° 1" in listed
    assert "À trancher" in listed
    told = page(manager, "/verdun/litiges/1/")
    for words in (
        "Lieu 1 verdun (fictif)",
        "Lieu 2 verdun (fictif)",
        "13 décembre 2022 à 9 h 30",
        "Compte aujourd’hui",
    ):
        assert words in told
    answer = manager.post("/verdun/litiges/1/", {"decision": "transfer", "reason": ""})
    assert answer.status_code == 422
    told = page(manager, "/verdun/litiges/1/", decision="transfer", reason="Feuille signée au lieu 1.")
    assert "La double prise est tranchée." in told
    assert "Feuille signée au lieu 1." in told
    assert uses_standing(world.programme_id, [number])[number].id == second
    assert Dispute.objects.get().state == DisputeState.TRANSFERRED


def test_both_places_read_it_and_settle_nothing(world: World) -> None:
    number, first, _second = quarrel(world)
    for rank in (0, 1):
        place = signed_in(world, Role.PLACE, rank)
        told = page(place, "/verdun/litiges/1/")
        assert "La collectivité tranchera." in told
        assert "Trancher cette double prise" not in told
        place.post("/verdun/litiges/1/", {"decision": "keep", "reason": "Parce que."})
        assert told.count('href="/verdun/ateliers/') >= 2  # the menu, and its own session only
    assert Dispute.objects.get().state == DisputeState.OPEN
    assert uses_standing(world.programme_id, [number])[number].id == first
    world.add_place()
    stranger = signed_in(world, Role.PLACE, 2)
    assert stranger.get("/verdun/litiges/1/").status_code == 404
    assert "Aucune double prise." in page(stranger, "/verdun/litiges/")


def test_a_refusal_is_told_in_the_page(world: World) -> None:
    manager = signed_in(world)
    quarrel(world)
    page(manager, "/verdun/litiges/1/", decision="keep", reason="Feuille signée au lieu 2.")
    told = page(manager, "/verdun/litiges/1/")
    assert "la prise enregistrée est gardée" in told.lower()
    assert "Le pass compte pour Lieu 2 verdun (fictif)" in told
