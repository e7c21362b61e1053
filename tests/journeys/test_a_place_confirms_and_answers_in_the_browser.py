"""A place confirms its claim and answers a contestation on a telephone; finance controls it at a desk."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from passnumerique.directory.rules import Role
from passnumerique.programmes.models import Programme
from passnumerique.settlement.operations import approve_claim
from passnumerique.settlement.queries import claims
from tests.journeys.office import NOON, TODAY, signed_in
from tests.rooms.world import World, build_world

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/verdun/remboursements/"


@pytest.fixture
def world(settings: Any) -> World:
    """Four passes used in October at the first place; the world lives on 13 December 2022."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(quantity=40, booklets=3)
    made.spend(4, date(2022, 10, 11))
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=TODAY)
    return made


def enter(page: "Page", client: Client, address: str) -> None:
    """The browser wears the hat of the client."""
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page.goto(BASE)


def test_a_claim_is_confirmed_controlled_contested_and_answered(
    world: World, page: Any, phone: Any, axe: Any, live_server: object
) -> None:
    enter(page, signed_in(world, Role.FINANCE), str(live_server))
    page.get_by_role("link", name="Préparer un mois").click()
    axe(page)
    page.get_by_label("Mois").fill("2022-10")
    page.get_by_role("button", name="Préparer ce mois").click()
    page.get_by_text("C’est prêt pour").wait_for()
    enter(phone, signed_in(world, Role.PLACE), str(live_server))
    phone.get_by_role("link", name="Vérifier, puis confirmer").click()
    axe(phone)
    phone.get_by_role("button", name="Confirmer et demander").click()
    phone.get_by_text("La demande est déposée. La collectivité").wait_for()
    page.goto(BASE)
    page.get_by_role("link", name="Demande n° 1").click()
    page.get_by_role("button", name="Contrôler par tirage").click()
    page.get_by_text("avec la graine").first.wait_for()
    axe(page)
    verdicts = page.locator("select[name^=verdict-]")
    verdicts.first.select_option("rejected")
    page.get_by_placeholder("Motif si contesté").first.fill("Feuille d’émargement absente")
    for box in verdicts.all()[1:]:
        box.select_option("approved")
    page.get_by_role("button", name="Enregistrer le contrôle").click()
    page.get_by_text("est enregistré. Il reste à décider.").wait_for()
    claim = claims(world.manager, world.programme_id).get().id
    approve_claim(claim_id=claim, by=world.manager, at=NOON, approve_rest=True)
    phone.reload()
    phone.get_by_role("link", name="Répondre au sujet du pass").click()
    axe(phone)
    phone.get_by_label("Votre réponse").fill("La feuille est jointe.")
    paper = {"name": "feuille.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    phone.get_by_label("Un justificatif").set_input_files(paper)
    phone.get_by_role("button", name="Envoyer la réponse").click()
    phone.get_by_text("Votre réponse est envoyée.").wait_for()
    axe(phone)
