"""Tokens in the pages: made for a place, shown once, listed without their secret, revoked."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from passnumerique.directory.operations import create_token
from passnumerique.directory.queries import access_tokens, actor_of_token
from passnumerique.directory.rules import Role, Scope
from passnumerique.ground.dates import end_of
from tests.journeys.office import NOON, french, signed_in
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db

LAST = date(2023, 12, 31)
SECRET = re.compile(r"pn_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(NOON)


@pytest.fixture
def world() -> World:
    return build_world(booklets=0)


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


def form(world: World, **changes: Any) -> dict[str, Any]:
    """A form well filled."""
    given = {
        "organisation": str(world.places[0]),
        "label": "Logiciel d’accueil (fictif)",
        "scopes": [Scope.REDEEM.value, Scope.READ.value],
        "last_day": LAST.isoformat(),
        "only_here": "on",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def secret_in(answer: Any) -> str:
    """The one secret that a page shows."""
    found = set(SECRET.findall(answer.content.decode()))
    assert len(found) == 1
    return str(found.pop())


def test_a_token_is_made_for_a_place_and_shown_once(world: World, manager: Client) -> None:
    assert "Aucun logiciel n’a encore de jeton ici." in french(manager.get("/verdun/jetons/"))
    answer = manager.post("/verdun/jetons/creer/", form(world))
    page = french(answer)
    assert "montré cette fois seulement" in page
    assert "jusqu’au 31 décembre 2023" in page
    assert "http://localhost:8000/api/v1/programmes/verdun/redemptions" in page
    assert "http://localhost:8000/api/v1/programmes/verdun/vouchers/" in page
    assert "no-store" in answer["Cache-Control"]
    holder = actor_of_token(secret_in(answer), at=timezone.now())
    assert holder is not None
    assert (holder.actor.organisation_id, holder.scopes) == (world.places[0], {Scope.REDEEM, Scope.READ})
    assert holder.actor.programme_ids == {world.programme_id}
    listed = french(manager.get("/verdun/jetons/"))
    for words in ("Logiciel d’accueil (fictif)", "Lieu 1", "En service", "31 décembre 2023"):
        assert words in listed
    assert not SECRET.search(listed)


def test_only_what_the_token_allows_is_given_as_an_example(world: World, manager: Client) -> None:
    page = french(manager.post("/verdun/jetons/creer/", form(world, scopes=[Scope.READ.value], only_here=None)))
    assert "/vouchers/CODE-DU-PASS" in page
    assert "/redemptions" not in page
    assert "Tous les dispositifs" in french(manager.get("/verdun/jetons/"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"label": " "}, "Ce champ est obligatoire"),
        ({"label": "x" * 81}, "80"),
        ({"scopes": []}, "Cochez au moins une chose."),
        ({"organisation": ""}, "Ce champ est obligatoire"),
        ({"last_day": "2022-12-12"}, "au plus jusqu’au 16 janvier 2024"),
        ({"last_day": "2024-01-17"}, "au plus jusqu’au 16 janvier 2024"),
        ({"last_day": "9999-12-31"}, "au plus jusqu’au 16 janvier 2024"),
        ({"last_day": "0001-01-01"}, "au plus jusqu’au 16 janvier 2024"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    world: World, manager: Client, changes: dict[str, Any], told: str
) -> None:
    answer = manager.post("/verdun/jetons/creer/", form(world, **changes))
    assert answer.status_code == 422
    assert told in french(answer)
    assert not access_tokens(world.manager).exists()


@pytest.mark.parametrize("last_day", ["2022-12-13", "2024-01-16"])
def test_the_first_and_the_last_day_are_taken(world: World, manager: Client, last_day: str) -> None:
    assert manager.post("/verdun/jetons/creer/", form(world, last_day=last_day)).status_code == 200


def test_a_token_is_revoked_after_a_question(world: World, manager: Client) -> None:
    secret = secret_in(manager.post("/verdun/jetons/creer/", form(world)))
    address = re.search(r"/verdun/jetons/[0-9a-f-]+/revoquer/", french(manager.get("/verdun/jetons/")))
    assert address
    assert "Révoquer le jeton « Logiciel d’accueil (fictif) » ?" in french(manager.get(address[0]))
    assert actor_of_token(secret, at=timezone.now()) is not None
    told = french(manager.post(address[0], follow=True))
    assert "Le jeton est révoqué : dans quelques secondes, il n’ouvre plus rien." in told
    assert "Révoqué le 13 décembre 2022" in told
    assert address[0] not in told
    assert actor_of_token(secret, at=timezone.now()) is None
    assert "Ce jeton est déjà révoqué depuis le 13 décembre 2022." in french(manager.post(address[0]))


def test_a_token_that_is_over_says_so(world: World, manager: Client, time_machine: TimeMachineFixture) -> None:
    manager.post("/verdun/jetons/creer/", form(world, last_day="2022-12-14"))
    time_machine.move_to(end_of(date(2022, 12, 14)))
    page = french(signed_in(world, rank=1).get("/verdun/jetons/"))
    assert "Expiré" in page
    assert "/revoquer/" not in page


def test_the_page_of_an_organisation_leads_to_its_tokens(world: World, manager: Client) -> None:
    manager.post("/verdun/jetons/creer/", form(world))
    address = f"/verdun/jetons/?organisation={world.structures[0]}"
    assert address in french(manager.get(f"/verdun/reseau/{world.structures[0]}/"))
    page = french(manager.get(address))
    assert "Jetons d’accès de Structure 1" in page
    assert "Logiciel d’accueil" not in page
    asked = french(manager.get(f"/verdun/jetons/creer/?organisation={world.structures[0]}"))
    assert re.search(rf'value="{world.structures[0]}" selected', asked)
    for nobody in ("x", "", str(world.programme_id)):
        assert manager.get("/verdun/jetons/", {"organisation": nobody}).status_code == (404 if nobody else 200)


def test_a_place_makes_its_own_tokens_and_sees_no_other(world: World, manager: Client) -> None:
    manager.post("/verdun/jetons/creer/", form(world, organisation=str(world.places[1]), label="Ailleurs (fictif)"))
    theirs = access_tokens(world.manager).get()
    place = signed_in(world, Role.PLACE)
    assert "Ailleurs (fictif)" not in french(place.get("/verdun/jetons/"))
    assert 'name="organisation"' not in french(place.get("/verdun/jetons/creer/"))
    assert place.post("/verdun/jetons/creer/", form(world, organisation=str(world.places[1]))).status_code == 404
    secret = secret_in(place.post("/verdun/jetons/creer/", form(world, organisation=None)))
    holder = actor_of_token(secret, at=timezone.now())
    assert holder is not None
    assert holder.actor.organisation_id == world.places[0]
    assert place.post(f"/verdun/jetons/{theirs.id}/revoquer/").status_code == 404
    assert place.post(f"/verdun/jetons/{holder.token_id}/revoquer/").status_code == 302


def test_the_auditor_reads_and_others_do_not(world: World, manager: Client) -> None:
    manager.post("/verdun/jetons/creer/", form(world))
    auditor = signed_in(world, Role.AUDITOR)
    page = french(auditor.get("/verdun/jetons/"))
    assert "Logiciel d’accueil (fictif)" in page
    assert "/revoquer/" not in page
    assert "/jetons/creer/" not in page
    token = access_tokens(world.manager).get()
    for browser in (auditor, *(signed_in(world, role) for role in (Role.PRESCRIBER, Role.MEDIATOR, Role.FINANCE))):
        assert browser.get("/verdun/jetons/").status_code == (200 if browser is auditor else 403)
        assert browser.post("/verdun/jetons/creer/", form(world)).status_code == 403
        assert browser.post(f"/verdun/jetons/{token.id}/revoquer/").status_code == 403
    assert access_tokens(world.manager).get().revoked_at is None


def test_a_hat_of_one_programme_makes_tokens_for_it_only(world: World) -> None:
    narrow = signed_in(world, rank=1, programme_ids=[world.programme_id])
    secret = secret_in(narrow.post("/verdun/jetons/creer/", form(world, only_here=None)))
    holder = actor_of_token(secret, at=timezone.now())
    assert holder is not None
    assert holder.actor.programme_ids == {world.programme_id}


def test_another_authority_finds_nothing(world: World, manager: Client) -> None:
    manager.post("/verdun/jetons/creer/", form(world))
    token = access_tokens(world.manager).get()
    stranger = signed_in(build_world("ailleurs", booklets=0))
    for address in ("/verdun/jetons/", "/verdun/jetons/creer/", f"/ailleurs/jetons/{token.id}/revoquer/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post("/ailleurs/jetons/creer/", form(world)).status_code == 404
    assert "Logiciel d’accueil" not in french(stranger.get("/ailleurs/jetons/"))


def test_the_list_asks_the_database_the_same_number_of_questions_whatever_its_size(
    world: World, manager: Client, queries_do_not_grow: Callable[..., int]
) -> None:
    def grow() -> None:
        create_token(
            by=world.manager,
            at=NOON,
            organisation_id=world.places[1],
            label="Autre (fictif)",
            scopes=[Scope.READ],
            expires_at=end_of(LAST),
        )

    grow()
    queries_do_not_grow(lambda: manager.get("/verdun/jetons/"), grow)
