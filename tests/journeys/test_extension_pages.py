"""The extension in the pages, one question at a time; its amendments; and the network's opinion."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Amendment, Consultation, ExtensionDraft
from passnumerique.programmes.queries import open_extension, revisions
from tests.journeys.office import french, signed_in
from tests.rooms.extending import LATER, TODAY, build_council_world, decide, plan, publish, sit
from tests.rooms.world import World, on

pytestmark = pytest.mark.django_db
BASE = "/verdun/prolongation/"


@pytest.fixture(autouse=True)
def _the_day(settings: Any, time_machine: TimeMachineFixture) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(TODAY, 12))


@pytest.fixture
def world() -> World:
    world = build_council_world(quantity=40)
    world.spend(4, date(2022, 10, 11))
    return world


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world)


def prepared(world: World, manager: Client) -> str:
    """Every question answered; the sitting's id."""
    sitting = str(plan(world))
    assert manager.post(BASE).status_code == 302
    manager.post(f"{BASE}raison/", {"reason": "L’ANCT propose un avenant (fictif)."})
    manager.post(f"{BASE}duree/", {"length": "1"})
    assert manager.post(f"{BASE}seance/", {"sitting": sitting}).status_code == 302
    return sitting


def test_each_question_leads_to_the_next_and_is_kept(world: World, manager: Client) -> None:
    assert "Aucune prolongation n’est en préparation." in french(manager.get(BASE))
    assert manager.post(BASE)["Location"] == f"{BASE}raison/"
    page = french(manager.get(f"{BASE}raison/"))
    assert re.search(r"semaines d’atelier pour utiliser le reste</p>\s*<p class=\"figure-value\">90</p>", page)
    assert manager.post(f"{BASE}raison/", {"reason": "Fictif."})["Location"] == f"{BASE}duree/"
    page = french(manager.get(f"{BASE}duree/"))
    assert "Le 31 décembre 2023 : 2 périodes de formation" in page
    assert "(proposé)" in page
    assert manager.post(f"{BASE}duree/", {"length": "1"})["Location"] == f"{BASE}effets/"
    page = french(manager.get(f"{BASE}effets/"))
    for told in ("Pass encore valables après le 31 décembre 2022", "Aucun euro ne bouge", "31 mars 2024", "1 000,00 €"):
        assert told in page
    assert "Fictif." in french(manager.get(f"{BASE}raison/"))
    assert "clôture le 31 mars 2024" in french(manager.get(BASE))
    assert "Prévoir une séance" in french(manager.get(f"{BASE}seance/"))
    sitting = str(plan(world))
    assert manager.post(f"{BASE}seance/", {"sitting": sitting})["Location"] == BASE
    page = french(manager.get(BASE))
    assert "à l’ordre du jour du 13 décembre 2022" in page
    assert page.count("rédigé") >= 2
    assert "Appliquer la prolongation</a>" not in page
    assert len(revisions(world.programme_id)) == 1


def test_dates_of_ones_own_are_refused_beside_the_form_and_nothing_is_kept(world: World, manager: Client) -> None:
    manager.post(BASE)
    assert manager.post(f"{BASE}duree/", {"length": "other"})["Location"] == f"{BASE}dates/"
    given = LATER.as_json()
    for changes, said in (
        ({"distribution_until": "2022-01-31"}, "Une prolongation ne peut pas avancer une date"),
        ({"closing": "2024-01-31"}, "Les dates ne se suivent pas"),
        ({"validity_until": "2024-01-31"}, "Les dates ne se suivent pas"),
        ({"closing": ""}, "Ce champ est obligatoire"),
    ):
        answer = manager.post(f"{BASE}dates/", given | changes)
        assert answer.status_code == 422
        assert said in french(answer)
    draft = open_extension(world.manager, world.programme_id)
    assert draft is not None
    assert draft.dates is None
    assert manager.post(f"{BASE}dates/", given).status_code == 302
    assert ExtensionDraft.objects.get().dates == given


def test_it_is_applied_once_its_three_documents_bind_and_not_before(
    world: World, manager: Client, time_machine: TimeMachineFixture
) -> None:
    sitting = prepared(world, manager)
    draft = open_extension(world.manager, world.programme_id)
    assert draft is not None
    item, ids = draft.item, (draft.convention_amendment_id, draft.mandate_amendment_id)
    refused = manager.post(f"{BASE}appliquer/")
    assert refused.status_code == 422
    assert "Le conseil ne s’est pas encore prononcé" in french(refused)
    signing = {"signed_on": "2022-12-14", "signatories": "A. et B. (fictifs)", "in_force_on": ""}
    early = manager.post(f"/verdun/avenants/{ids[0]}/signer/", signing)
    assert "Le conseil ne s’est pas encore prononcé" in french(early)
    sit(world, UUID(sitting))
    decide(world, item)  # type: ignore[arg-type]
    time_machine.move_to(on(date(2022, 12, 14), 12))
    manager = signed_in(world, Role.MANAGER, 1)
    early = manager.post(f"/verdun/avenants/{ids[0]}/signer/", signing)
    assert "n’est pas encore exécutoire" in french(early)
    assert "Secrétariat du conseil : transmettre, publier, noter les deux dates." in french(manager.get(BASE))
    publish(world, item)  # type: ignore[arg-type]
    time_machine.move_to(on(date(2022, 12, 22), 12))
    manager = signed_in(world, Role.MANAGER, 2)
    early = manager.post(f"/verdun/avenants/{ids[0]}/signer/", signing)
    assert "avant que la délibération" in french(early)
    later = signing | {"signed_on": "2022-12-21"}
    for one in ids:
        assert manager.post(f"/verdun/avenants/{one}/signer/", later).status_code == 302
    assert "Gestion ou secrétariat : noter la date d’effet." in french(manager.get(BASE))
    for one, day in zip(ids, ("2022-12-21", "2022-12-22"), strict=True):
        assert manager.post(f"/verdun/avenants/{one}/effet/", {"in_force_on": day}).status_code == 302
    page = french(manager.get(BASE))
    assert "Les nouvelles dates vaudront à partir du 22 décembre 2022." in page
    told = french(manager.post(f"{BASE}appliquer/", follow=True))
    assert "Le dispositif est prolongé à partir du 22 décembre 2022." in told
    assert revisions(world.programme_id)[-1].calendar == LATER
    page = french(manager.get(f"/verdun/avenants/{ids[1]}/"))
    assert "Les deux parties ont signé." in page
    assert "A. et B. (fictifs)" in page


def test_it_is_given_up_and_begun_again(world: World, manager: Client) -> None:
    prepared(world, manager)
    assert "Le calendrier n’a pas changé." in french(manager.post(f"{BASE}abandonner/", follow=True))
    assert "Aucune prolongation n’est en préparation." in french(manager.get(BASE))
    page = french(manager.get("/verdun/avenants/"))
    assert "Terminé" in page
    prepared(world, manager)
    assert Amendment.objects.filter(dropped_at__isnull=True).count() == 2


def test_the_secretary_reads_it_and_changes_nothing(world: World, manager: Client) -> None:
    prepared(world, manager)
    secretary = signed_in(world, Role.SECRETARY)
    page = french(secretary.get(BASE))
    assert "Secrétariat du conseil : convoquer à temps." in page
    assert "Abandonner cette prolongation" not in page
    for step in ("raison", "duree", "dates", "seance", "appliquer", "abandonner"):
        assert secretary.post(f"{BASE}{step}/").status_code == 403
    place = signed_in(world, Role.PLACE)
    for address in (BASE, f"{BASE}effets/", "/verdun/avenants/"):
        assert place.get(address).status_code == 403


def test_an_amendment_is_read_as_a_paper(world: World, manager: Client) -> None:
    prepared(world, manager)
    row = Amendment.objects.get(kind="mandate_amendment")
    paper = manager.get(f"/verdun/avenants/{row.id}/avenant.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    page = french(manager.get("/verdun/avenants/"))
    assert "Avenant n° 1 à la convention de mandat du 1er septembre 2021" in page
    assert manager.get("/verdun/avenants/", {"format": "csv"}).status_code == 200


def test_the_network_is_asked_and_answers_on_its_desks(world: World, manager: Client) -> None:
    form = manager.get("/verdun/consultations/ajouter/").context["form"]
    chosen = {name: form.fields[name].initial for name in ("places", "structures")}
    assert {name: len(ids) for name, ids in chosen.items()} == {"places": 2, "structures": 2}
    question = {"question": "Voulez-vous poursuivre ?", "deadline": "2022-12-10"}
    none = manager.post("/verdun/consultations/ajouter/", question)
    assert "Choisissez au moins un lieu ou une structure à consulter." in french(none)
    late = manager.post("/verdun/consultations/ajouter/", question | chosen | {"deadline": "2022-11-01"})
    assert "déjà passée" in french(late)
    address = manager.post("/verdun/consultations/ajouter/", question | chosen)["Location"]
    assert "La relance s’affiche" in french(manager.post(f"{address}relancer/", follow=True))
    place = signed_in(world, Role.PLACE)
    assert "Elle vous a relancé le 1er décembre 2022." in french(place.get("/verdun/consultations/"))
    answer = {"opinion": "unfavourable", "remark": "Trop peu de pass (fictif)."}
    assert place.post(address, answer).status_code == 302
    place.post(address, {"opinion": "favourable", "remark": ""})
    page = french(place.get(address))
    assert "Trop peu de pass (fictif)." in page
    assert "Relance" not in page
    other = signed_in(world, Role.PLACE, 1)
    assert "Trop peu de pass" not in french(other.get(address))
    page = french(manager.get(address))
    assert "Réponses changées depuis" in page
    assert "Sans réponse" in page
    assert manager.get(address, {"format": "csv"}).status_code == 200
    assert Consultation.objects.get().answers.count() == 2


def test_nobody_reads_the_answers_of_others(world: World, manager: Client) -> None:
    form = manager.get("/verdun/consultations/ajouter/").context["form"]
    given = {"question": "?", "deadline": "2022-12-10", "places": form.fields["places"].initial[:1]}
    address = manager.post("/verdun/consultations/ajouter/", given)["Location"]
    stranger = next(
        browser
        for rank in (0, 1)
        if not (browser := signed_in(world, Role.PLACE, rank)).get("/verdun/consultations/").context["table"].rows
    )
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"opinion": "favourable"}).status_code == 404
    assert signed_in(world, Role.PRESCRIBER).get(address).status_code == 404
    assert signed_in(world, Role.SECRETARY).get(address).status_code == 403
    assert signed_in(world, Role.AUDITOR).get(address).status_code == 200
    assert signed_in(world, Role.MEDIATOR, 0).post(f"{address}relancer/").status_code == 403
