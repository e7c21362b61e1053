"""From the manager's draft, through the secretary's sitting, to the act on paper: the council's pages."""

from uuid import UUID

import pytest
from django.conf import LazySettings
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.council.models import Deliberation, Vote
from passnumerique.council.queries import delegates, sittings
from passnumerique.directory.rules import Role
from tests.journeys.office import NOON, french, signed_in
from tests.rooms.world import World, build_world

pytestmark = pytest.mark.django_db
BASE = "/verdun"


@pytest.fixture(autouse=True)
def _on_the_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def world() -> World:
    return build_world(quantity=20)


@pytest.fixture
def secretary(world: World) -> Client:
    return signed_in(world, Role.SECRETARY)


@pytest.fixture
def council(world: World, secretary: Client) -> list[str]:
    """Five members, typed one by one, and a substitute of the last."""
    for rank in range(1, 6):
        member = {"last_name": f"FICTIF{rank}", "first_name": "Alex", "from_day": "2020-07-01"}
        member |= {"office": "Présidente"} if rank == 1 else {}
        assert secretary.post(f"{BASE}/conseil/membres/ajouter/", member).status_code == 302
    titulars = [str(row.id) for row in delegates(world.manager)]
    substitute = {"last_name": "SUPPLÉANT", "from_day": "2020-07-01", "substitute_for": titulars[4]}
    assert secretary.post(f"{BASE}/conseil/membres/ajouter/", substitute).status_code == 302
    return titulars


@pytest.fixture
def sitting(world: World, secretary: Client, council: list[str]) -> str:
    """The address of a sitting of this evening, convened in time, with one item about the passes."""
    planned = {"on": "2022-12-13", "time": "12:00", "mode": "in_person", "place": "Salle des fêtes"}
    address = secretary.post(f"{BASE}/conseil/seances/ajouter/", planned)["Location"]
    item = {
        "title": "Prolongation du dispositif",
        "matter": "7.5",
        "kind": "ordinary",
        "expose": "Il reste {reste} pass sur {recus}.",
        "visas": "Vu la délibération DE2020017,",
        "articles": "VALIDE la prolongation\nMAINTIENT l’enveloppe",
    }
    assert secretary.post(f"{address}affaires/ajouter/", item).status_code == 302
    assert secretary.post(f"{address}convoquer/", {"convened_on": "2022-12-07"}).status_code == 302
    return address


def opened(world: World, browser: Client, sitting: str, council: list[str], **changed: str) -> str:
    """Open the sitting, everybody sitting but those changed; the address of its first item."""
    given = {f"seat-{one}": "sits" for one in council} | {f"seat-{council[int(k[1:])]}": v for k, v in changed.items()}
    given |= {"chair": council[0], "secretary": council[1]}
    assert browser.post(f"{sitting}ouvrir/", given).status_code == 302
    row = sittings(world.manager).get()
    return f"{BASE}/conseil/affaires/{row.items.get().id}/"


def test_the_evening_of_the_council(world: World, secretary: Client, sitting: str, council: list[str]) -> None:
    substitute = str(delegates(world.manager).get(last_name="SUPPLÉANT").id)
    item = opened(world, secretary, sitting, council, s3="away", s4=f"by:{substitute}")
    page = french(secretary.get(sitting))
    assert "4 présents pour 3 : atteint" in page
    assert "Il reste 20 pass sur 20." in french(secretary.get(item))
    ballot = {f"voice-{one}": "for" for one in council if one != council[3]} | {"kind": "public"}
    vote = secretary.post(f"{item}voter/", ballot | {f"voice-{council[2]}": "abstains"})
    assert vote.status_code == 302
    act = Deliberation.objects.get(number="DE_2022_12_001")
    assert (act.voters, act.votes_for, act.abstentions, act.substitutes) == (4, 3, 1, 1)
    assert act.text["expose"] == "Il reste 20 pass sur 20."
    assert Vote.objects.filter(deliberation=act).count() == 4
    assert secretary.post(f"{sitting}clore/").status_code == 302
    paper = secretary.get(f"{BASE}/deliberations/{act.id}/acte.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert "DE_2022_12_001" in french(secretary.get(sitting))


def test_people_leave_and_nothing_is_voted_without_quorum(
    world: World, secretary: Client, sitting: str, council: list[str]
) -> None:
    item = opened(world, secretary, sitting, council, s3="away", s4="away")
    seats = {f"seat-{one}": "sits" for one in council} | {f"seat-{one}": "away" for one in council[2:]}
    assert secretary.post(f"{sitting}presences/", seats | {f"seat-{council[3]}": f"to:{council[0]}"}).status_code == 302
    page = french(secretary.get(item))
    assert "Le quorum manque : 2 présents pour 3." in page
    ballot = {
        f"voice-{council[0]}": "for",
        f"voice-{council[1]}": "for",
        f"voice-{council[3]}": "for",
        "kind": "public",
    }
    refused = secretary.post(f"{item}voter/", ballot)
    assert refused.status_code == 422
    assert "Le quorum n’est pas atteint" in french(refused)
    assert not Deliberation.objects.filter(number="DE_2022_12_001").exists()


def test_a_convocation_too_late_is_told_beside_its_day(secretary: Client, council: list[str]) -> None:
    planned = {"on": "2022-12-20", "time": "18:00", "mode": "in_person"}
    address = secretary.post(f"{BASE}/conseil/seances/ajouter/", planned)["Location"]
    empty = secretary.post(f"{address}convoquer/", {"convened_on": "2022-12-13"})
    assert "L’ordre du jour est vide" in french(empty)
    item = {"title": "Divers", "matter": "5.2", "kind": "ordinary"}
    secretary.post(f"{address}affaires/ajouter/", item)
    late = secretary.post(f"{address}convoquer/", {"convened_on": "2022-12-16"})
    assert late.status_code == 422
    assert "3 jours francs avant la séance, il en faut 5 (CGCT, L2121-12)" in french(late)


def test_an_unknown_figure_is_named(world: World, secretary: Client, sitting: str) -> None:
    row = sittings(world.manager).get().items.get()
    text = {"title": row.title, "matter": "7.5", "kind": "ordinary", "expose": "Il reste {tout}.", "articles": "VALIDE"}
    assert secretary.post(f"{BASE}/conseil/affaires/{row.id}/modifier/", text).status_code == 302
    assert "{tout}" in french(secretary.get(f"{BASE}/conseil/affaires/{row.id}/"))


def test_whoever_only_reads_is_offered_nothing(world: World, sitting: str, settings: LazySettings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    reader = signed_in(world, Role.FUNDER)
    page = french(reader.get(sitting))
    assert "Ouvrir la séance" not in page
    for address in (f"{sitting}ouvrir/", f"{sitting}convoquer/", f"{BASE}/conseil/membres/ajouter/"):
        assert reader.post(address).status_code == 403
    place = signed_in(world, Role.PRESCRIBER)
    assert place.get(sitting).status_code == 403


def test_no_other_authority_sees_the_sitting(sitting: str, world: World) -> None:
    other = sitting.replace(sitting.rstrip("/").rpartition("/")[2], str(UUID(int=7)))
    assert signed_in(world, Role.SECRETARY, 1).get(other).status_code == 404
