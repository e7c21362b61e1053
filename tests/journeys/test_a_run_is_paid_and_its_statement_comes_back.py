"""The finance desk pays the places: accounts confirmed, a run prepared, approved, sent, its statement imported."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import TimeMachineFixture

from passnumerique.directory.models import BankAccount
from passnumerique.directory.rules import Role
from passnumerique.settlement.models import BankFile, BankLine, BankStatement, Payment, PaymentRun, RunLine
from passnumerique.settlement.rules.matching import Fate, Purpose
from passnumerique.settlement.rules.runs import RunState
from passnumerique.vouchers.rules import State
from tests.journeys.office import french, signed_in
from tests.rooms.camt import Entry, statement
from tests.rooms.payees import IBANS, OCTOBER, RUN_DAY, Office, bank, payee
from tests.rooms.test_accounting_files import back
from tests.rooms.test_payment_runs import pay
from tests.rooms.world import World, build_world, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, time_machine: TimeMachineFixture) -> World:
    settings.REQUIRE_SECOND_FACTOR = False
    time_machine.move_to(on(RUN_DAY, 12))
    return build_world(issuer_fee_rate=400)


def html(client: Client, address: str) -> str:
    answer = client.get(f"/verdun/{address}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(f"/verdun/{address}", data)


def test_a_place_proposes_its_account_and_finance_confirms_it_once_the_place_was_called(world: World) -> None:
    place, finance = signed_in(world, Role.PLACE), signed_in(world, Role.FINANCE)
    mine = f"comptes-bancaires/{world.places[0]}/"
    assert place.get("/verdun/comptes-bancaires/").headers["Location"] == f"/verdun/{mine}"
    wrong = post(place, f"{mine}proposer/", **payee("FR7630006000011234567890188"), country="FR")
    assert wrong.status_code == 422
    assert "La clé de cet IBAN est fausse" in wrong.content.decode()
    assert post(place, f"{mine}proposer/", **payee(IBANS[0]), country="FR").status_code == 302
    account = BankAccount.objects.get()
    change = f"comptes-bancaires/changements/{account.id}/"
    assert "une autre personne doit le confirmer" in html(place, change)
    assert "prévenez le lieu" in post(finance, change, act="confirm").content.decode()
    assert post(finance, change, act="told", channel="phone", note="la directrice").status_code == 302
    assert post(finance, change, act="confirm").status_code == 302
    page = html(place, mine)
    assert IBANS[0][-4:] in page
    assert IBANS[0] not in page
    assert "la directrice" in page
    other = signed_in(build_world("ailleurs"), Role.FINANCE)
    assert other.get(f"/verdun/{mine}").status_code == 404


def test_a_run_goes_from_accepted_claims_to_a_statement(world: World) -> None:
    desk = Office(world)
    for rank in (0, 1, None):
        bank(world, rank)
    claim = desk.claim(0, 2, OCTOBER)
    first, second, third = signed_in(world, Role.FINANCE), signed_in(world), signed_in(world, Role.FINANCE, 1)
    pay_on = (RUN_DAY + timedelta(days=2)).isoformat()
    assert "Demande n°" in html(first, "virements/preparer/")
    assert "Choisissez au moins une demande" in post(first, "virements/preparer/", pay_on=pay_on).content.decode()
    made = post(first, "virements/preparer/", pay_on=pay_on, claim=[str(claim)])
    assert made.status_code == 302
    run = PaymentRun.objects.get()
    address = f"virements/{run.id}/"
    assert "Vous avez préparé ce lot" in html(first, address)
    assert post(second, address, act="approve", reference="M-7", expected_cents=1920).status_code == 302
    assert second.get(f"/verdun/{address}fichier.xml").status_code == 403
    sepa = first.get(f"/verdun/{address}fichier.xml")
    assert b"pain.001.001.09" in sepa.content
    assert post(third, address, act="sent").status_code == 302
    assert first.get(f"/verdun/{address}fichier.xml").status_code == 302
    assert "ne part pas deux fois" in html(first, address)
    line = RunLine.objects.get()
    content = statement([Entry(-1920, RUN_DAY, line.id, "B-1"), Entry(-700, RUN_DAY, words="Frais")])
    tried = post(first, "releves/", file=SimpleUploadedFile("r.xml", content), trial="on")
    assert "rien n’est enregistré" in tried.content.decode()
    assert not BankFile.objects.exists()
    for _ in range(2):
        assert post(first, "releves/", file=SimpleUploadedFile("r.xml", content)).status_code == 302
    assert Payment.objects.count() == 1
    assert world.states()[State.REIMBURSED] == 2
    unknown = BankLine.objects.get(fate=Fate.UNKNOWN)
    assert "aucune référence connue" in html(first, "releves/mouvements/").lower()
    bad = post(first, "releves/mouvements/", line=[str(unknown.id)], purpose=Purpose.FUNDS, reason="x")
    assert bad.status_code == 422
    good = post(first, "releves/mouvements/", line=[str(unknown.id)], purpose=Purpose.FOREIGN, reason="Frais de tenue")
    assert good.status_code == 302
    assert "Frais de tenue" in html(first, "releves/mouvements/?fate=all")


def test_a_bad_statement_says_what_to_do(world: World) -> None:
    bank(world, None)
    finance = signed_in(world, Role.FINANCE)
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    for content, words in ((bomb, "instructions interdites"), (b"nothing", "ne peut pas être lu")):
        answer = post(finance, "releves/", file=SimpleUploadedFile("r.xml", content))
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_the_accountant_and_the_auditor_read_and_nobody_else_comes_in(world: World) -> None:
    desk = Office(world)
    for rank in (0, 1, None):
        bank(world, rank)
    run = desk.prepare([desk.claim()])
    pages = (
        "virements/",
        f"virements/{run}/",
        "releves/",
        "releves/mouvements/",
        "comptes-bancaires/",
        "comptes-bancaires/collectivite/",
    )
    for role in (Role.ACCOUNTANT, Role.AUDITOR):
        client = signed_in(world, role)
        for address in pages:
            html(client, address)
        assert post(client, f"virements/{run}/", act="approve", reference="x", expected_cents=1920).status_code == 403
        assert client.get("/verdun/virements/preparer/").status_code == 403
        file = SimpleUploadedFile("r.xml", statement([Entry(-1, date(2021, 11, 1))]))
        assert post(client, "releves/", file=file).status_code == 403
    place = signed_in(world, Role.PLACE)
    for address in pages[:4]:
        assert place.get(f"/verdun/{address}").status_code == 403
    assert PaymentRun.objects.get().state == RunState.PREPARED


def test_the_finance_software_gets_an_archive_and_gives_back_what_it_paid(world: World) -> None:
    world.set(payer="accounting")
    desk = Office(world)
    run = desk.prepare([desk.claim(0, 2)])
    address, finance = f"virements/{run}/", signed_in(world, Role.FINANCE)
    assert finance.get(f"/verdun/{address}export.zip").status_code == 302, "not approved yet"
    desk.approve(run)
    assert "Export pour le logiciel de finances" in html(finance, address)
    archive = finance.get(f"/verdun/{address}export.zip")
    assert (archive["Content-Type"], archive.content[:2]) == ("application/zip", b"PK")
    assert signed_in(world, Role.ACCOUNTANT).get(f"/verdun/{address}export.zip").status_code == 403
    desk.send(run)
    assert "Importer les paiements du logiciel" in html(finance, address)
    day = RUN_DAY.isoformat()
    bad = post(finance, f"{address}paiements/", file=SimpleUploadedFile("l.csv", back((1, "1,00", "M-1", day))))
    assert bad.status_code == 422
    assert "Le lot porte 19,20" in bad.content.decode()
    good = back((1, "19,20", "M-1", day))
    tried = post(finance, f"{address}paiements/", file=SimpleUploadedFile("l.csv", good), trial="on")
    assert "1 paiement serait enregistré" in tried.content.decode()
    assert not Payment.objects.exists()
    for _ in range(2):
        assert post(finance, f"{address}paiements/", file=SimpleUploadedFile("l.csv", good)).status_code == 302
    assert Payment.objects.get().reference == "M-1"


def test_a_place_reads_what_it_received_what_came_back_and_what_was_paid_again(world: World) -> None:
    desk = Office(world)
    for rank in (0, 1, None):
        bank(world, rank)
    claim = desk.claim(0, 2)
    desk.sent([claim])
    content = statement([Entry(-1920, RUN_DAY, RunLine.objects.get().id, "B-1")])
    finance, accountant = signed_in(world, Role.FINANCE), signed_in(world, Role.ACCOUNTANT)
    assert post(finance, "releves/", file=SimpleUploadedFile("r.xml", content)).status_code == 302
    original = f"releves/{BankStatement.objects.get().id}/original.xml"
    assert finance.get(f"/verdun/{original}").content == content
    assert accountant.get(f"/verdun/{original}").status_code == 403
    place, other = signed_in(world, Role.PLACE), signed_in(world, Role.PLACE, 1)
    assert "19,20 €" in french(place.get("/verdun/paiements/recus/"))
    assert "19,20 €" not in french(other.get("/verdun/paiements/recus/"))
    address = f"paiements/recus/{Payment.objects.get().id}/retour/"
    assert place.get(f"/verdun/{address}").status_code == 403
    given = {"reference": "RET-1", "code": "AC04"}
    assert post(finance, address, returned_on="2021-11-01", **given).status_code == 422
    assert post(finance, address, returned_on=RUN_DAY.isoformat(), **given).status_code == 302
    page = french(place.get("/verdun/paiements/recus/"))
    assert "compte clôturé (AC04)" in page
    assert "Vérifiez votre compte" in page
    assert "Vérifiez votre compte" not in french(other.get("/verdun/paiements/recus/"))
    later = RUN_DAY + timedelta(days=1)
    again = desk.sent([claim], later)
    pay(desk, again, paid_on=later, at=on(later, 15), reference="V-2")
    assert "Vérifiez votre compte" not in french(place.get("/verdun/paiements/recus/"))
    story = french(place.get(f"/verdun/remboursements/{claim}/"))
    assert "Le paiement est revenu le 8 novembre 2021 : compte clôturé (AC04)" in story
    assert "Nouveau paiement de 19,20 €, référence V-2" in story
