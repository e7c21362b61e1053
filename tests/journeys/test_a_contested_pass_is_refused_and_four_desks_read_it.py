"""A contested pass ends: finance refuses it in the browser; its place reads why on a telephone; the accountant and
the auditor read the same, and find no button. Then what a failing issuer froze goes on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.rules import Role
from passnumerique.insight.audit import audit_programme
from passnumerique.programmes.models import Programme
from passnumerique.settlement.operations import approve_claim, control_lines, file_claim
from passnumerique.settlement.queries import lines_of
from passnumerique.settlement.rules import Verdict
from passnumerique.vouchers.rules import State
from tests.journeys.office import french, signed_in
from tests.rooms.world import World, build_world, on

USED, DECIDED = date(2022, 10, 11), date(2022, 11, 10)
HEARD = DECIDED + timedelta(days=31)
CLAIM = "Demande n° 1"


@pytest.fixture
def world(settings: Any) -> World:
    """Three passes used in October and claimed; one contested by the manager, decided; its place did not answer."""
    settings.REQUIRE_SECOND_FACTOR = False
    made = build_world(quantity=40, booklets=3)
    made.spend(3, USED)
    given = {"programme_id": made.programme_id, "place_id": made.places[0], "month": USED}
    claim = file_claim(by=made.actor(Role.PLACE), at=on(date(2022, 11, 3)), **given)
    line = lines_of(made.manager, claim)[0].id
    contest = {line: (Verdict.REJECTED, "Feuille d’émargement absente")}
    control_lines(claim_id=claim, verdicts=contest, by=made.manager, at=on(DECIDED, 9))
    approve_claim(claim_id=claim, by=made.manager, at=on(DECIDED, 10), approve_rest=True)
    Programme.objects.filter(id=made.programme_id).update(demonstration_day=HEARD)
    return made


def sit(page: Any, client: Client, address: str, path: str) -> None:
    """The browser wears the hat of the client, on that page."""
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page.goto(f"/verdun/{path}")


def without_button(page: Any) -> None:
    """Nothing of the page can be sent or ticked."""
    assert page.locator("main form[method=post], main input[type=checkbox]").count() == 0


@pytest.mark.django_db(transaction=True)
def test_finance_refuses_the_place_reads_the_accountant_and_the_auditor_only_read(
    world: World, page: Any, phone: Any, axe: Any, live_server: object
) -> None:
    address = str(live_server)
    sit(page, signed_in(world, Role.FINANCE), address, "remboursements/")
    page.get_by_role("link", name=CLAIM).click()
    page.get_by_role("button", name="Refuser définitivement les pass contestés").click()
    page.get_by_text("Cochez au moins un pass contesté").wait_for()
    page.get_by_role("row", name="Feuille d’émargement absente").get_by_role("checkbox").check()
    page.get_by_role("button", name="Refuser définitivement les pass contestés").click()
    axe(page)
    page.get_by_label("Motif").fill("Aucune feuille signée dans le délai")
    page.get_by_role("button", name="Refuser définitivement ces pass").click()
    page.get_by_text("Les pass cochés sont refusés. Le lieu lit pourquoi.").wait_for()
    axe(page)
    page.get_by_role("link", name="Mandater").click()
    page.get_by_label("Référence").fill("M-2022-12")
    page.get_by_role("button", name="Enregistrer le mandat").click()
    page.get_by_text("Le mandat est enregistré.").wait_for()

    sit(phone, signed_in(world, Role.PLACE), address, "remboursements/")
    phone.get_by_role("link", name=CLAIM).click()
    phone.get_by_text("Aucune feuille signée dans le délai").first.wait_for()
    assert phone.get_by_role("link", name="Répondre au sujet du pass").count() == 0
    axe(phone)

    sit(page, signed_in(world, Role.ACCOUNTANT), address, "comptes/?first=2022-01-01&last=2022-12-11")
    page.get_by_text("Balance du livre").first.wait_for()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Dossier complet (ZIP)").click()
    assert coming.value.suggested_filename.endswith(".zip")
    without_button(page)

    sit(page, signed_in(world, Role.AUDITOR), address, "remboursements/")
    page.get_by_role("link", name=CLAIM).click()
    page.get_by_text("est refusé définitivement").first.wait_for()
    without_button(page)
    page.goto("/verdun/cloture/")
    without_button(page)
    assert audit_programme(world.programme_id).differences == ()


@pytest.mark.django_db
def test_what_was_frozen_goes_on_place_by_place(world: World, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(on(HEARD, 12))
    manager, reader = signed_in(world, Role.MANAGER), signed_in(world, Role.AUDITOR)
    sent = {"cause": "Liquidation", "document": str(world.convention_id)}
    assert "Dégeler" in french(manager.post("/verdun/remboursements/geler/", sent, follow=True))
    address = "/verdun/remboursements/degeler/"
    assert "Tous les lieux" in french(manager.get(address))
    assert "Ce champ est obligatoire" in french(manager.post(address, {"place": "", "cause": ""}))
    assert reader.post(address, {"place": "", "cause": "x"}).status_code == 403
    assert manager.post(address, {"place": str(world.places[1]), "cause": "x"}).status_code == 422
    assert world.states()[State.FROZEN] == 3
    given = {"place": str(world.places[0]), "cause": "La collectivité reprend les paiements"}
    page = french(manager.post(address, given, follow=True))
    assert "chacun revient où il en était" in page
    assert "/degeler/" not in page, "nothing is frozen any more"
    assert (world.states()[State.APPROVED], world.states()[State.DISPUTED]) == (2, 1)
    assert "il n’y a rien" not in page
    assert "Aucun pass gelé" in french(manager.post(address, {"place": "", "cause": "x"}))
