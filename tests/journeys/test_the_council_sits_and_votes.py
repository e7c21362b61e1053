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
from tests.papers import text_of
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
    planned = {"on": "2022-12-13", "time": "12:30", "mode": "in_person", "place": "Salle des fêtes"}
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
    ballot = {f"voice-{one}": "for" for one in council if one != council[3]}
    ballot |= {"kind": "public", "chair": council[0]}
    vote = secretary.post(f"{item}voter/", ballot | {f"voice-{council[2]}": "abstains"})
    assert vote.status_code == 302
    act = Deliberation.objects.get(number="DE_2022_12_001")
    assert (act.voters, act.votes_for, act.abstentions, act.substitutes) == (4, 3, 1, 1)
    assert act.text["expose"] == "Il reste 20 pass sur 20."
    assert Vote.objects.filter(deliberation=act).count() == 4
    page = french(secretary.get(item))
    assert "Le vote par nom" in page
    assert "SUPPLÉANT" in page
    assert "Transmettre et publier" in page
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
        "chair": council[0],
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
    assert "Jours francs avant la séance : 3 ; il en faut 5 (CGCT, L2121-12)" in french(late)


def test_a_convocation_too_late_is_mended(secretary: Client, council: list[str]) -> None:
    """By another date, or by an emergency that the council approves before it votes."""
    planned = {"on": "2022-12-15", "time": "18:00", "mode": "in_person", "place": "Mairie"}
    address = secretary.post(f"{BASE}/conseil/seances/ajouter/", planned)["Location"]
    item = {"title": "Divers", "matter": "5.2", "kind": "ordinary", "articles": "DIT"}
    secretary.post(f"{address}affaires/ajouter/", item)
    assert "Choisir une autre date" in french(secretary.get(f"{address}convoquer/"))
    assert "trop tard pour convoquer dans le délai (CGCT, L2121-12)" in french(secretary.get(address))
    past = secretary.post(f"{address}modifier/", planned | {"on": "2022-12-12"})
    assert (past.status_code, "le 12 décembre 2022 est passé" in french(past)) == (422, True)
    assert secretary.post(f"{address}convoquer/", {"convened_on": "2022-12-13"}).status_code == 422
    urgent = {"convened_on": "2022-12-13", "urgent": "on"}
    assert secretary.post(f"{address}convoquer/", urgent).status_code == 302
    assert "Le conseil se prononce à l’ouverture" in french(secretary.get(address))
    moved = secretary.post(f"{address}modifier/", planned | {"on": "2022-12-21", "mode": "video"}, follow=True)
    page = french(moved)
    assert "À convoquer au plus tard le" in page
    assert "Aucune séance dans un même lieu n’est convoquée ce semestre" in page
    called_off = secretary.post(f"{address}annuler/", follow=True)
    assert "La séance est annulée." in french(called_off)


def test_the_secretary_sees_what_waits(world: World, secretary: Client, sitting: str, council: list[str]) -> None:
    item = opened(world, secretary, sitting, council)
    ballot = {f"voice-{one}": "for" for one in council} | {"kind": "public", "chair": council[0]}
    assert secretary.post(f"{item}voter/", ballot).status_code == 302
    assert secretary.post(f"{item}discussion/", {"debate": "Une question sur les dates."}).status_code == 302
    assert secretary.post(f"{sitting}clore/").status_code == 302
    desk = french(secretary.get(f"{BASE}/conseil/"))
    for owed in ("Publier la liste des délibérations", "20 décembre 2022", "Transmettre l’acte à la préfecture"):
        assert owed in desk
    for paper in ("convocation", "proces-verbal", "liste"):
        answer = secretary.get(f"{sitting}{paper}.pdf")
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), paper
    minutes = text_of(secretary.get(f"{sitting}proces-verbal.pdf").content)
    for words in ("Une question sur les dates.", "Adoptée à l’unanimité", "Quorum : 3 sur 5 membres en exercice"):
        assert words in minutes
    refused = secretary.post(f"{sitting}liste/", {"on": "2022-12-12"})
    assert "CGCT, L2121-25" in french(refused)
    assert secretary.post(f"{sitting}liste/", {"on": "2022-12-13"}).status_code == 302
    act = Deliberation.objects.get(number="DE_2022_12_001")
    sent = f"{BASE}/deliberations/{act.id}/publier/"
    early = secretary.post(sent, {"transmitted_on": "2022-12-12"})
    assert "il n’est ni transmis ni publié avant (CGCT, L2131-1)" in french(early)
    assert "Indiquez au moins l’une des deux dates." in french(secretary.post(sent, {}))
    secretary.post(sent, {"transmitted_on": "2022-12-13", "reference": "055-ESSAI"})
    page = french(secretary.post(sent, {"published_on": "2022-12-13"}, follow=True))
    assert "La délibération est exécutoire le 13 décembre 2022." in page
    assert "055-ESSAI" in page
    assert secretary.post(f"{sitting}arret/", {"on": "2022-12-13"}).status_code == 302
    assert secretary.post(f"{sitting}publication/", {"on": "2022-12-13"}).status_code == 302
    assert "Ce qui attend" not in french(secretary.get(f"{BASE}/conseil/"))


def test_a_matter_withdrawn_says_why(world: World, secretary: Client, sitting: str, council: list[str]) -> None:
    item = opened(world, secretary, sitting, council)
    silent = secretary.post(f"{item}reporter/", {"outcome": "withdrawn", "reason": ""})
    assert silent.status_code == 422
    why = "La présidence attend une pièce (fictif)."
    assert secretary.post(f"{item}reporter/", {"outcome": "withdrawn", "reason": why}).status_code == 302
    assert why in french(secretary.get(item))
    secretary.post(f"{sitting}clore/")
    assert f"Retirée de l’ordre du jour : {why}" in text_of(secretary.get(f"{sitting}proces-verbal.pdf").content)


def test_nothing_is_noted_when_one_of_both_days_is_refused(
    world: World, secretary: Client, sitting: str, council: list[str]
) -> None:
    item = opened(world, secretary, sitting, council)
    ballot = {f"voice-{one}": "for" for one in council} | {"kind": "public", "chair": council[0]}
    secretary.post(f"{item}voter/", ballot)
    act = Deliberation.objects.get(number="DE_2022_12_001")
    both = {"transmitted_on": "2022-12-13", "published_on": "2022-12-20"}
    assert secretary.post(f"{BASE}/deliberations/{act.id}/publier/", both).status_code == 422
    assert Deliberation.objects.get(id=act.id).transmitted_on is None


def test_the_agenda_is_put_in_order(world: World, secretary: Client, council: list[str]) -> None:
    planned = {"on": "2022-12-20", "time": "18:00", "mode": "in_person"}
    address = secretary.post(f"{BASE}/conseil/seances/ajouter/", planned)["Location"]
    for title in ("Première", "Deuxième", "Troisième"):
        secretary.post(f"{address}affaires/ajouter/", {"title": title, "matter": "5.2", "kind": "ordinary"})
    rows = list(sittings(world.manager).get().items.order_by("rank"))
    places = {f"place-{row.id}": str(row.rank) for row in rows} | {f"place-{rows[2].id}": "1"}
    assert secretary.post(f"{address}ordre/", places).status_code == 302
    titles = [row.title for row in sittings(world.manager).get().items.order_by("rank")]
    assert titles == ["Troisième", "Première", "Deuxième"]
    secretary.post(f"{address}annuler/")
    other = secretary.post(f"{BASE}/conseil/seances/ajouter/", planned)["Location"]
    assert "Reprendre une affaire reportée" in french(secretary.get(other))
    assert secretary.post(f"{other}reprendre/", {"item": str(rows[0].id)}).status_code == 302
    assert "Première" in french(secretary.get(other))


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
    acts = (
        "ouvrir",
        "convoquer",
        "modifier",
        "annuler",
        "ordre",
        "urgence",
        "liste",
        "arret",
        "publication",
        "reprendre",
    )
    for address in (*(f"{sitting}{act}/" for act in acts), f"{BASE}/conseil/membres/ajouter/"):
        assert reader.post(address).status_code == 403
    place = signed_in(world, Role.PRESCRIBER)
    assert place.get(sitting).status_code == 403


def test_no_other_authority_sees_the_sitting(sitting: str, world: World) -> None:
    other = sitting.replace(sitting.rstrip("/").rpartition("/")[2], str(UUID(int=7)))
    assert signed_in(world, Role.SECRETARY, 1).get(other).status_code == 404
